"""The messages of one BAL that fit a filter, in the order asked, over one folder or all of them.

Sizes and dates are listed for every message; senders, subjects and structures are read only where the
filter or the order needs them, and for what comes out. They are read by batches and let go of: what is kept
of a message that fits is its row.
"""

import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import groupby

from balt.config import Account
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.filters import Filter
from balt.mail.listing import Listing, SortKey
from balt.mail.model import Folder, Message, MessageDetail
from balt.mailboxes.activity import MailSource
from balt.mailboxes.listings import OnRefused, Progress, listings_of
from balt.text import fold

BATCH = 500
"""Messages whose details are held at a time."""
_OF_THE_MAIL = {"", "from", "to", "subject"}
"""The terms that look at what a discreet access must not see."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked: ``folder`` is a name as shown or as the server has it, None for all folders."""

    filter: Filter
    sort: SortKey = "date"
    reverse: bool = False
    limit: int | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A message and the folder it is in. ``message.detail`` is there unless it could not be read."""

    folder: Folder
    message: Message


def find(
    session: MailSource,
    account: Account,
    search: Search,
    on_progress: Progress | None = None,
    on_refused: OnRefused | None = None,
) -> Iterator[Found]:
    """The messages, as they are read. A message that goes away meanwhile is left out. A folder that the
    server refuses to open is told to ``on_refused``, and the others are read; without it the refusal is
    raised.

    Raises UsageError for a folder that is not there, or for a question that discreet access may not ask;
    MailServerError as the session does.
    """
    if account.discreet:
        refuse_indiscretion(account, search.filter, search.sort)
    criteria = search.filter.server_criteria()
    listed = list(listings_of(session, account, search.folder, on_progress, on_refused, criteria))
    chosen = [_chosen(session, folder, listing, search) for folder, listing in listed]
    listings = [listing for _folder, listing in listed]
    if search.sort == "from":
        places = _by_sender(chosen, search.reverse)
    else:
        places = _by_column(listings, chosen, search.sort, search.reverse)
    for place, message in _detailed(session, listings, places[: search.limit]):
        yield Found(listed[place >> _ROW_BITS][0], message)


def refuse_indiscretion(account: Account, wanted: Filter, sort: SortKey = "date") -> None:
    """Raise UsageError for a question about senders, recipients or subjects: it could probe for names."""
    if sort == "from" or any(term.key in _OF_THE_MAIL for term in wanted.terms):
        raise UsageError(
            _("un accès discret ne voit ni les expéditeurs ni les objets, et ne peut pas filtrer dessus."),
            advice=_("Filtrez par date, par taille, par dossier ou par genre."),
            mailbox=account.address,
        )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The rows of one folder that fit, in their order; for the order by sender, their senders beside them,
    without case and accents.
    """

    rows: "array[int]"
    senders: list[str]


def rows_that_fit(session: MailSource, folder: Folder, listing: Listing, wanted: Filter) -> "array[int]":
    """The rows of one folder that fit; what must be read to tell is read, and no more."""
    rows, unread = _decided(folder, listing, wanted)
    read = (row for row, _detail in _fitting(session, folder, listing, unread, wanted))
    return array("I", merge(rows, read))


def _decided(folder: Folder, listing: Listing, wanted: Filter) -> "tuple[array[int], array[int]]":
    """The rows that are known to fit, and those that must be read to tell."""
    every = range(len(listing))
    fitting = wanted.rows(listing, every, lambda _name: folder)
    return fitting, wanted.undecided(listing, every, lambda _name: folder)


def _chosen(session: MailSource, folder: Folder, listing: Listing, search: Search) -> _Chosen:
    """What fits in one folder."""
    if search.sort != "from":
        return _Chosen(rows_that_fit(session, folder, listing, search.filter), [])
    rows, unread = _decided(folder, listing, search.filter)
    kept = _Chosen(array("I"), [])
    for row, detail in _fitting(session, folder, listing, array("I", merge(rows, unread)), search.filter):
        kept.rows.append(row)
        kept.senders.append(sys.intern(fold(detail.sender)))  # most senders write more than once
    return kept


def _fitting(
    session: MailSource, folder: Folder, listing: Listing, rows: Sequence[int], wanted: Filter
) -> Iterator[tuple[int, MessageDetail]]:
    """Those of ``rows`` that fit, now that their details are read."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        details = _details(session, listing, batch)
        for row in batch:
            detail = details.get(listing.uids[row])
            if detail and wanted.matches(replace(listing.message(row), detail=detail), folder):
                yield row, detail


# A place is one number: which folder, and which row in it.
_ROW_BITS = 32
_ROW_MASK = (1 << _ROW_BITS) - 1


def _by_column(listings: list[Listing], chosen: list[_Chosen], sort: SortKey, reverse: bool) -> "array[int]":
    """The places of all rows in one order, the one that each listing has for itself."""
    merged = Listing("", 0, 0)
    places = array("Q")
    for number, (listing, kept) in enumerate(zip(listings, chosen, strict=True)):
        places.extend(number << _ROW_BITS | row for row in kept.rows)
        merged.sizes.extend(listing.sizes[row] for row in kept.rows)
        merged.dates.extend(listing.dates[row] for row in kept.rows)
    return array("Q", (places[row] for row in merged.order(sort, reverse)))


def _by_sender(chosen: list[_Chosen], reverse: bool) -> "array[int]":
    """The places of all rows by sender; those without one come last, either way."""
    senders = [sender for kept in chosen for sender in kept.senders]
    places = array("Q", (n << _ROW_BITS | row for n, kept in enumerate(chosen) for row in kept.rows))
    known = (row for row, sender in enumerate(senders) if sender)
    ordered = sorted(known, key=senders.__getitem__, reverse=reverse)
    ordered.extend(row for row, sender in enumerate(senders) if not sender)
    return array("Q", (places[row] for row in ordered))


def _detailed(
    session: MailSource, listings: list[Listing], places: Sequence[int]
) -> Iterator[tuple[int, Message]]:
    """The messages in their order, each with its place and its detail."""
    for start in range(0, len(places), BATCH):
        batch = places[start : start + BATCH]
        details: dict[int, MessageDetail] = {}
        for number, group in groupby(sorted(batch), key=lambda place: place >> _ROW_BITS):
            rows = {listings[number].uids[place & _ROW_MASK]: place for place in group}
            found = _details(session, listings[number], [place & _ROW_MASK for place in rows.values()])
            details |= {rows[uid]: detail for uid, detail in found.items()}
        for place in batch:
            if detail := details.get(place):
                message = listings[place >> _ROW_BITS].message(place & _ROW_MASK)
                yield place, replace(message, detail=detail)


def _details(session: MailSource, listing: Listing, rows: Sequence[int]) -> dict[int, MessageDetail]:
    """The details of some messages by UID: those at hand, and those that the session reads. One that went
    away meanwhile is absent.
    """
    uids = [listing.uids[row] for row in rows]
    found = {uid: detail for uid in uids if (detail := listing.details.get(uid))}
    if missing := [uid for uid in uids if uid not in found]:
        read = dict(session.details(listing.folder, missing))
        listing.learn(read)
        found |= read
    return found
