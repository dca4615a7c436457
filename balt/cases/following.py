"""Looking again at an open case: what the directory and the auto-reply say now, noted where it is news."""

from collections.abc import Sequence
from datetime import datetime

from balt.cases.autoreply.state import Stand, State
from balt.cases.book import CaseBook
from balt.cases.model import SOURCES, Case, Happened, Reply
from balt.directory.model import BalKind, DirectoryEntry
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.publication import kind_of, shown_by

_SERVES = (Stand.ACTIVE, Stand.CHANGED)


def notice_directory(
    book: CaseBook, case: Case, entries: Sequence[DirectoryEntry], view: DirectoryView, now: datetime
) -> Case:
    """Note what each source of the directory says of the BAL; one that did not answer says nothing."""
    kind = kind_of(entries)
    if kind is not BalKind.UNKNOWN:
        case = book.notice(case, Happened.KIND, kind.value)
    for origin, publication in shown_by(entries, view, now, case.bal_kind).items():
        case = book.notice(case, SOURCES[origin], publication.value)
    return case


def notice_reply(book: CaseBook, case: Case, state: State) -> Case:
    """Note whether the auto-reply is in service. One that was never installed by balt is no news: the holder
    may have put one there by hand.
    """
    if state.stand in _SERVES:
        return book.notice(case, Happened.AUTO_REPLY, Reply.ACTIVE.value)
    last = case.last(Happened.AUTO_REPLY)
    if last is not None and last.value == Reply.ACTIVE:
        return book.notice(case, Happened.AUTO_REPLY, Reply.OFF.value)
    return case
