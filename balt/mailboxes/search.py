"""The messages of one BAL that fit a filter, in the order asked, over one folder or all of them.

Sizes and dates are listed for every message; senders, subjects and structures are read only where the
filter or the order needs them, and for what comes out.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from balt.config import Account
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.filters import Filter, Term
from balt.mail.listing import Listing, SortKey
from balt.mail.model import Folder, Message, MessageDetail
from balt.mailboxes.activity import MailSource
from balt.mailboxes.listings import OnRefused, Progress, listings_of

BATCH = 500
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
    folders, listings = [], []
    for folder, listing in listings_of(session, account, search.folder, on_progress, on_refused):
        folders.append(folder)
        listings.append(listing)
    candidates = [_cheap(*each, search.filter) for each in zip(folders, listings, strict=True)]
    if search.filter.needs_details or search.sort == "from":
        for folder, listing, rows in zip(folders, listings, candidates, strict=True):
            listing.details.update(session.details(folder.name, [listing.uids[row] for row in rows]))
        candidates = [
            array("I", (row for row in rows if search.filter.matches(listing.message(row), folder)))
            for folder, listing, rows in zip(folders, listings, candidates, strict=True)
        ]
    places = _ordered(listings, candidates, search)
    yield from _detailed(session, folders, listings, places[: search.limit])


def refuse_indiscretion(account: Account, wanted: Filter, sort: SortKey = "date") -> None:
    """Raise UsageError for a question about senders, recipients or subjects: it could probe for names."""
    if sort == "from" or any(term.key in _OF_THE_MAIL for term in wanted.terms):
        raise UsageError(
            _("un accès discret ne voit ni les expéditeurs ni les objets, et ne peut pas filtrer dessus."),
            advice=_("Filtrez par date, par taille, par dossier ou par genre."),
            mailbox=account.address,
        )


def _cheap(folder: Folder, listing: Listing, wanted: Filter) -> "array[int]":
    """The rows that fit as far as sizes, dates and flags tell."""
    terms = [term for term in wanted.terms if not term.needs_details]
    if not terms:
        return array("I", range(len(listing)))
    fit = (row for row in range(len(listing)) if _fits(terms, listing.message(row), folder))
    return array("I", fit)


def _fits(terms: Sequence[Term], message: Message, folder: Folder) -> bool:
    return all(term.matches(message, folder) for term in terms)


_Place = tuple[int, int]  # which folder, which row


def _ordered(listings: list[Listing], candidates: "list[array[int]]", search: Search) -> list[_Place]:
    """All rows of all folders in one order, the one that each listing has for itself."""
    merged = Listing("", 0, 0)
    origin: list[_Place] = []
    for number, (listing, rows) in enumerate(zip(listings, candidates, strict=True)):
        for row in rows:
            merged.uids.append(len(origin))
            merged.sizes.append(listing.sizes[row])
            merged.dates.append(listing.dates[row])
            if detail := listing.details.get(listing.uids[row]):
                merged.details[len(origin)] = detail
            origin.append((number, row))
    return [origin[row] for row in merged.order(search.sort, search.reverse)]


def _detailed(
    session: MailSource, folders: list[Folder], listings: list[Listing], places: list[_Place]
) -> Iterator[Found]:
    """The messages in their order, with their details, which are read by batches and let go of."""
    remaining = iter(places)
    while batch := list(islice(remaining, BATCH)):
        details: dict[_Place, MessageDetail] = {}
        for number, rows in groupby(sorted(batch), key=lambda place: place[0]):
            listing = listings[number]
            uids = [listing.uids[row] for _number, row in rows]
            known = {uid: listing.details[uid] for uid in uids if uid in listing.details}
            details |= {(number, uid): detail for uid, detail in known.items()}
            missing = [uid for uid in uids if uid not in known]
            read = session.details(listing.folder, missing) if missing else iter(())
            details |= {(number, uid): detail for uid, detail in read}
        for number, row in batch:
            message = listings[number].message(row)
            if detail := details.get((number, message.uid)):
                yield Found(folders[number], replace(message, detail=detail))
