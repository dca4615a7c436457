"""What fills a BAL, added up over one folder or all of them: by sender, year, folder or kind.

Folders are looked at one after the other, and what must be read is read by batches and let go of: what is
kept of a group is its key and two figures.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from balt.clock import Clock
from balt.config import Account
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.filters import Filter
from balt.mail.listing import Listing
from balt.mail.model import Folder
from balt.mailboxes.activity import MailSource
from balt.mailboxes.grouping import Grouping, Way, group_rows, largest_first, learn_at_hand
from balt.mailboxes.listings import OnRefused, Progress, listings_of
from balt.mailboxes.search import refuse_indiscretion, rows_that_fit

BATCH = 200
"""Messages read between two tellings."""


class Source(MailSource, Protocol):
    """What the totals need from a session."""

    def senders(self, folder: str, uids: Sequence[int], /) -> dict[int, str]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``folder`` is a name as shown or as the server has it, None for all folders."""

    way: Way
    filter: Filter
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """One group: its key (see ``grouping.Group``), its messages, and the octets of those of known size."""

    key: str | None
    messages: int
    size: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The groups, largest first, and the folders that were looked at, by name."""

    groups: tuple[Total, ...]
    folders: dict[str, Folder]


def take_totals(
    session: Source,
    account: Account,
    question: Question,
    clock: Clock,
    on_listed: Progress | None = None,
    on_read: Progress | None = None,
    on_refused: OnRefused | None = None,
) -> Totals:
    """Add up. Each message stands in one group; one that goes away meanwhile may be left out. A folder that
    the server refuses to open is told to ``on_refused``, without which the refusal is raised; ``on_read`` is
    told how many of the messages that must be read are read.

    Raises UsageError as ``refuse_indiscreet`` does and for a folder that is not there; MailServerError as the
    session does.
    """
    refuse_indiscreet(account, question)
    figures: dict[str | None, tuple[int, int]] = {}
    folders: dict[str, Folder] = {}
    criteria = question.filter.server_criteria()
    for folder, listing in listings_of(session, account, question.folder, on_listed, on_refused, criteria):
        folders[folder.name] = folder
        rows = rows_that_fit(session, folder, listing, question.filter)
        for group in _grouped(session, folder, listing, rows, question.way, clock, on_read).groups:
            messages, size = figures.get(group.key, (0, 0))
            figures[group.key] = messages + len(group), size + group.size
    totals = (Total(key, *each) for key, each in figures.items())
    return Totals(tuple(sorted(totals, key=_order)), folders)


def _order(total: Total) -> tuple[int, int, bool, str]:
    return largest_first(total.size, total.messages, total.key)


def refuse_indiscreet(account: Account, question: Question) -> None:
    """Raise UsageError for a question about senders, recipients or subjects under discreet access."""
    if not account.discreet:
        return
    refuse_indiscretion(account, question.filter)
    if question.way is Way.SENDER:
        raise UsageError(
            _("un accès discret ne voit pas les expéditeurs, et ne peut pas grouper par eux."),
            advice=_("Groupez par année, par dossier ou par genre."),
            mailbox=account.address,
        )


def _grouped(
    session: Source,
    folder: Folder,
    listing: Listing,
    rows: "array[int]",
    way: Way,
    clock: Clock,
    on_read: Progress | None,
) -> Grouping:
    """The groups of one folder, once what they need is read."""
    grouping = group_rows(listing, rows, way, clock)
    if not grouping.unread:
        return grouping
    learn_at_hand(listing, grouping.unread)
    unread = group_rows(listing, grouping.unread, way, clock).unread
    for done in _read(session, listing, unread, way):
        if on_read is not None:
            on_read(folder.label, done, len(unread))
    return group_rows(listing, rows, way, clock)


def _read(session: Source, listing: Listing, rows: Sequence[int], way: Way) -> Iterator[int]:
    """Read the senders or the structures of some rows; how many are done, after each batch."""
    for start in range(0, len(rows), BATCH):
        uids = [listing.uids[row] for row in rows[start : start + BATCH]]
        if way is Way.SENDER:
            listing.learn_senders(session.senders(listing.folder, uids))
        else:
            listing.learn(dict(session.details(listing.folder, uids)))
        yield start + len(uids)
