"""Looking again at an open case: what the directory, the auto-reply, the archive and the BAL say now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from balt.cases.autoreply.state import Stand, State
from balt.cases.book import CaseBook
from balt.cases.computer import is_here
from balt.cases.holders import kept_holders
from balt.cases.meant import case_for
from balt.cases.model import (
    ANSWERING,
    SOURCES,
    Case,
    CaseKind,
    Happened,
    Look,
    Reply,
    Seen,
    extraction_known,
    kind_known,
)
from balt.cases.outliving import done_deletion
from balt.cases.presence import never_shown
from balt.cases.replies import Heard, heard_of
from balt.config import Config, Person
from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.errors import StoppedError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.join import entries_under, holder_entries
from balt.mailboxes.model import Answer, Publication, Question
from balt.mailboxes.publication import IN_THE_EXTRACTION, kind_of, listing_of


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, by the keys or commands at hand, about a BAL that the directory still shows, or of which
    nobody can tell.
    """

    published: str
    unknown: str


def entries_of(address: str, config: Config, view: DirectoryView) -> tuple[DirectoryEntry, ...]:
    """What the directory says under the address of a BAL with a case (``join.entries_under``)."""
    return entries_under(address, holder_entries(config, view), view)


def own_addresses(config: Config, view: DirectoryView) -> frozenset[str]:
    """The BAL of the configuration and those that the directory gives as the holder's, in lower case."""
    known = {each.address.lower() for each in config.accounts}
    return frozenset(known | {each.lower() for each in holder_entries(config, view)})


def directory_looks(
    address: str,
    cases: Iterable[Case],
    entries: Sequence[DirectoryEntry],
    view: DirectoryView,
    now: datetime,
) -> list[Look]:
    """What each source of the directory says of the BAL; one that did not answer says nothing, nor does the
    silence of all about a BAL that by its ``cases`` nothing has ever shown.
    """
    told = tuple(cases)
    known = kind_known(told, address)
    origin, kind = _kind_told(entries)
    looks = [Look(Happened.KIND, kind.value, origin.value)] if kind is not BalKind.UNKNOWN else []
    said = listing_of(entries, view, now, listed=_is_listed(address, known, view)).by_source
    if never_shown(told, address) and Publication.PUBLISHED not in said.values():
        return looks
    days = {Origin.EXTRACTION: _taken_at(entries, view)}
    return looks + [
        Look(SOURCES[source], publication.value, of=days.get(source)) for source, publication in said.items()
    ]


def answer_looks(answers: Iterable[Answer], now: datetime) -> list[Look]:
    """What the holder said lately of seeing the BAL in the directory."""
    return [
        Look(
            Happened.LISTED,
            (Publication.PUBLISHED if each.value == "yes" else Publication.ABSENT).value,
            of=each.given_at,
        )
        for each in answers
        if each.question is Question.LISTED and each.is_fresh(now)
    ]


def _taken_at(entries: Sequence[DirectoryEntry], view: DirectoryView) -> datetime | None:
    """The day of the extraction that speaks of a BAL."""
    if view.extraction is not None:
        return view.extraction.taken_at
    return max((each.seen_on for each in entries if each.origin is Origin.EXTRACTION), default=None)


def holder_looks(entries: Sequence[DirectoryEntry], person: Person) -> list[Look]:
    """Whose BAL it is by the entries under its address; ``person`` is who asks."""
    holders = kept_holders(entries, person)
    return [Look(Happened.HOLDERS, "", holders=holders)] if holders else []


def seen_now(
    address: str, config: Config, view: DirectoryView, now: datetime, cases: Iterable[Case]
) -> Publication:
    """Whether the directory shows a BAL at this moment, given what its ``cases`` know: its type as it was
    known before, the extractions that were read, and whether anything has ever shown it.
    """
    told = [each for each in cases if each.address == address.lower()]
    listed = _is_listed(address, kind_known(told, address), view)
    entries, newest = entries_of(address, config, view), extraction_known(told)
    seen = listing_of(entries, view, now, listed=listed, newest=newest).publication
    return Publication.UNKNOWN if seen is Publication.ABSENT and never_shown(told, address) else seen


def _is_listed(address: str, known: BalKind, view: DirectoryView) -> bool:
    """Whether extractions list a BAL of this type, or had it once."""
    return known in IN_THE_EXTRACTION or view.sightings.stood(address)


def need_out(seen: Publication, answers: Sequence[Answer], now: datetime, advice: Advice, bal: str) -> None:
    """Raise StoppedError unless a BAL has left the directory, as it was ``seen`` at this moment; while no
    source can tell, as its holder has lately said (``answers``).
    """
    seen = seen_or_said(seen, answers, now)
    if seen is Publication.UNKNOWN:
        raise StoppedError(
            _("rien ne montre que cette BAL n'y est plus : l'annuaire lu ici ne le dit pas."),
            advice=advice.unknown,
            mailbox=bal,
        )
    if seen is Publication.PUBLISHED:
        raise StoppedError(
            _("cette BAL est encore publiée dans l'annuaire : ses correspondants y écrivent."),
            advice=advice.published,
            mailbox=bal,
        )


def seen_or_said(seen: Publication, answers: Sequence[Answer], now: datetime) -> Publication:
    """Whether the directory shows a BAL; while no source can tell, as its holder has lately said."""
    said = next((each for each in answers if each.question is Question.LISTED and each.is_fresh(now)), None)
    if seen is not Publication.UNKNOWN or said is None:
        return seen
    return Publication.PUBLISHED if said.value == "yes" else Publication.ABSENT


def reply_looks(case: Case, heard: Heard | None, state: State) -> list[Look]:
    """How the auto-reply stands, ``heard`` being what was known of it before. That there is none of balt's is
    no news where none was seen there before: the holder may have put one there by hand.
    """
    found = _reply_of(state, case.replacement)
    missed = state.removed or _by_balt(heard) or (heard is not None and heard.seen)
    if missed or found in (*ANSWERING, Reply.CHANGED, Reply.ELSEWHERE):
        return [Look(Happened.AUTO_REPLY, found.value)]
    return []


def note_reply(book: CaseBook, address: str, state: State, now: datetime) -> tuple[Case, Case] | None:
    """Note how the auto-reply of a BAL stands, in the case that it belongs to: as that was, and as it then
    is; one of a BAL that was noted as deleted, too. None where there is no such case. Raises StoppedError as
    the book does.
    """
    cases = book.cases()
    same = (each for each in cases if each.address == address.lower())
    case = case_for(cases, address, Happened.AUTO_REPLY) or done_deletion(same)
    if case is None:
        return None
    return case, book.notice(case, *reply_looks(case, heard_of(cases, case, now), state))


def has_reply(cases: Iterable[Case], address: str, now: datetime) -> bool:
    """Whether balt has put an auto-reply on a BAL, as far as its cases tell: that it cannot be seen matters
    then.
    """
    told = tuple(cases)
    case = case_for(told, address, Happened.AUTO_REPLY)
    return case is not None and _by_balt(heard_of(told, case, now))


def _by_balt(heard: Heard | None) -> bool:
    return heard is not None and not heard.by_hand


def archive_looks(case: Case, state: Path) -> list[Look]:
    """Whether the archive that a deletion relies on is still where it was, on the computer that holds it;
    ``state`` is the folder that tells which one this is.
    """
    kept = case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP)
    if case.kind is not CaseKind.DELETION or kept is None or kept.what is not Happened.KEPT:
        return []
    if not is_here(kept, state):
        return [Look(Happened.ARCHIVE, Seen.ELSEWHERE)]
    return [Look(Happened.ARCHIVE, Seen.THERE if Path(kept.value).is_dir() else Seen.GONE)]


def mailbox_looks(case: Case, *, answers: bool) -> list[Look]:
    """Whether a BAL whose deletion was asked for still answers."""
    if case.kind is not CaseKind.DELETION or case.last(Happened.REQUESTED) is None:
        return []
    return [Look(Happened.MAILBOX, Seen.THERE if answers else Seen.GONE)]


def _reply_of(state: State, replacement: str) -> Reply:
    if state.stand is Stand.CHANGED:
        return Reply.CHANGED
    if state.stand is not Stand.ACTIVE:
        return Reply.OFF
    named = state.about.replacement if state.about is not None else ""
    if named and replacement and named.lower() != replacement.lower():
        return Reply.ELSEWHERE
    return Reply.ACTIVE if state.is_as_meant else Reply.SCRIPT


def _kind_told(entries: Sequence[DirectoryEntry]) -> tuple[Origin, BalKind]:
    """The type of the BAL and who gives it: the extraction where it does, for that may be kept."""
    kind = kind_of([each for each in entries if each.origin is Origin.EXTRACTION])
    return (Origin.EXTRACTION, kind) if kind is not BalKind.UNKNOWN else (Origin.API, kind_of(entries))
