"""The messages of one BAL that fit a filter, in the order asked, over one folder or all of them.

Sizes and dates are listed for every message; senders, subjects and structures are read only where the
filter or the order needs them, and for what comes out.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from balt.config import Account
from balt.errors import RefusedError, UsageError
from balt.i18n import _
from balt.mail.filters import Filter, Term
from balt.mail.listing import Listing, SortKey
from balt.mail.model import Folder, Message, MessageDetail
from balt.mailboxes.activity import MailSource
from balt.text import fold, plain

BATCH = 500
_OF_THE_MAIL = {"", "from", "to", "subject"}
"""The terms that look at what a discreet access must not see."""

Progress = Callable[[str, int, int], None]
"""Called while a folder is read: its label, messages read, messages in all."""


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
    on_refused: Callable[[Folder, RefusedError], object] | None = None,
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
    for folder in _folders(session, account, search.folder):
        try:
            listings.append(_scan(session, folder, on_progress))
            folders.append(folder)
        except RefusedError as error:
            if on_refused is None:
                raise
            on_refused(folder, error)
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


def _folders(session: MailSource, account: Account, wanted: str | None) -> list[Folder]:
    folders = [folder for folder in session.folders() if folder.selectable]
    if wanted is None:
        return folders
    exact = [f for f in folders if wanted in (f.name, plain(f.name), f.label)]
    near = [f for f in folders if fold(wanted) in (fold(f.name), fold(f.label))]
    found = exact or near
    if not found:
        raise UsageError(
            _("aucun dossier ne s'appelle « %s ».") % plain(wanted, 100),
            advice=_("Dossiers : %s.") % ", ".join(plain(f.name, 100) for f in folders),
            mailbox=account.address,
        )
    return found[:1]


def _scan(session: MailSource, folder: Folder, on_progress: Progress | None) -> Listing:
    if on_progress is None:
        return session.scan(folder.name)
    return session.scan(folder.name, lambda done, total: on_progress(folder.label, done, total))


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
