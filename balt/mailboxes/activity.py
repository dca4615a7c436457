"""Taking the figures of a BAL from what its server really holds; each figure is a small function.

What asks the session comes piece by piece: at each pause the session may be used for something else.
"""

import math
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Protocol, TypeVar

from balt.clock import Clock
from balt.config import Account, Thresholds
from balt.errors import BaltError, CancelledError, RefusedError
from balt.i18n import _
from balt.mail.dates import UNKNOWN_DATE, moment
from balt.mail.facts import read_facts
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Flag, Folder, FolderRole, MessageDetail, Quota
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.reading import reading_steps
from balt.mailboxes.saturation import forecast, inflow_steps
from balt.units import age_term, before

T = TypeVar("T")
Cancelled = Callable[[], bool]
Steps = Generator[None, None, T]
"""Work with pauses: it may be left off at each of them (``close``), and tells ``T`` at its end."""

BATCH = 200
"""Structures asked for between two pauses."""
OLD_AT_ONCE = 1000
"""Structures of old messages that one look at a BAL asks for."""

_PIECE = 65_536  # numbers looked at in one go, while no other thread runs
_facts = cache(read_facts)  # of sixteen bits, of which few combinations exist


class MailSource(Protocol):
    """What the figures need from a session."""

    def folders(self) -> list[Folder]: ...
    def quota(self) -> Quota | None: ...
    def scan(
        self,
        folder: str,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Cancelled | None = None,
    ) -> Listing: ...
    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]: ...
    def found(
        self, folder: str, criteria: bytes, on_progress: Callable[[int, int], None] | None = None
    ) -> Listing | None: ...
    def details(
        self, folder: str, uids: Sequence[int], cancelled: Cancelled | None = None
    ) -> Iterator[tuple[int, MessageDetail]]: ...


@dataclass(frozen=True, slots=True)
class Load:
    """How many messages were found, their octets, the folder that holds most of these octets, and whether
    other folders hold some too.

    ``count`` and ``size`` are None when none was found and some folder could not be looked at. ``unfiled``
    of them may hold a document and are not marked as integrated into the business software.
    """

    count: int | None = 0
    size: int | None = 0
    folder: str | None = None
    spread: bool = False
    unfiled: int = 0


def take_status(
    session: MailSource,
    account: Account,
    thresholds: Thresholds,
    clock: Clock,
    cancelled: Cancelled | None = None,
) -> MailboxStatus:
    """The figures of one BAL, at one go. Raises MailServerError; CancelledError when ``cancelled``."""
    steps = status_steps(session, account, thresholds, clock)
    while True:
        if cancelled is not None and cancelled():
            steps.close()
            raise CancelledError(_("lecture interrompue."), mailbox=account.address)
        try:
            next(steps)
        except StopIteration as end:
            status: MailboxStatus = end.value
            return status


def status_steps(
    session: MailSource, account: Account, thresholds: Thresholds, clock: Clock
) -> Steps[MailboxStatus]:
    """The figures of one BAL. Lists sizes and dates of every folder; reads structures only of the messages
    larger than the attachment threshold, of those in the trash, and of some old ones, where they are not
    known. Raises MailServerError.
    """
    # A pause after each figure too: over a million messages each takes some tenths of a second.
    now = clock.now()
    folders = [folder for folder in session.folders() if folder.selectable]
    listings = yield from _scan_all(session, folders)
    whole = len(listings) == len(folders)
    by_role = {f.role: listings[f.name] for f in reversed(folders) if f.name in listings}
    trash, sent = by_role.get(FolderRole.TRASH), by_role.get(FolderRole.SENT)
    inbox = by_role.get(FolderRole.INBOX)
    reading = yield from reading_steps(folders, listings)
    aside = [by_role.get(FolderRole.TRASH), by_role.get(FolderRole.DRAFTS)]
    kept = [listing for listing in listings.values() if listing not in aside]
    old = older_than(kept, old_limit(thresholds, now), whole=whole)
    yield
    large = yield from large_messages(session, kept, thresholds.large_attachment, whole=whole)
    old_unfiled, old_unknown = yield from old_documents(session, kept, old_limit(thresholds, now))
    documents = (yield from unfiled_documents(session, trash)) if trash is not None else None
    yield
    unseen = sum(unseen_in(listing) for listing in listings.values())
    yield
    inflow = yield from inflow_steps(listings.values(), now, inbox, [each for each in (*aside, sent) if each])
    quota = session.quota() or _quota_by_hand(account, listings)
    return MailboxStatus(
        address=account.address,
        reachable=True,
        taken_at=now,
        messages=sum(len(listing) for listing in listings.values()),
        unseen=unseen,
        size=sum(listing.total_size() for listing in listings.values()),
        quota=quota,
        trash_folder=trash.folder if trash is not None else None,
        trash_messages=len(trash) if trash is not None else None,
        trash_size=trash.total_size() if trash is not None else None,
        trash_documents=documents,
        last_received=reading.last_received,
        last_sent=newest(sent) if sent is not None else None,
        last_seen=reading.last_seen,
        unread_since=reading.unread_since,
        unread_run=reading.unread_run,
        seen_in=reading.seen_in,
        unlooked=reading.unlooked,
        gone=reading.gone,
        old_messages=old.count,
        old_size=old.size,
        old_folder=old.folder,
        old_spread=old.spread,
        old_documents=old_unfiled,
        old_unknown=old_unknown,
        large_messages=large.count,
        large_size=large.size,
        large_folder=large.folder,
        large_spread=large.spread,
        large_documents=large.unfiled,
        saturation=forecast(inflow, quota, now),
    )


def unreachable(account: Account, error: BaltError, clock: Clock) -> MailboxStatus:
    """The status of a BAL whose server could not be asked, with the reason and what to do in a sentence."""
    sentence = f"{error.message} {error.advice}".strip()
    return MailboxStatus(account.address, reachable=False, taken_at=clock.now(), error=sentence)


def old_limit(thresholds: Thresholds, now: datetime) -> datetime:
    """The moment before which a message is old: the same midnight as the filter that the step opens."""
    return before(now.replace(hour=0, minute=0, second=0, microsecond=0), age_term(thresholds.old_after_days))


def newest(listing: Listing) -> datetime | None:
    """The latest known reception date of a folder."""
    dates = listing.dates
    pieces = (dates[start : start + _PIECE] for start in range(0, len(dates), _PIECE))
    return moment(max(map(max, pieces), default=UNKNOWN_DATE))


def unseen_in(listing: Listing) -> int:
    """How many messages do not carry \\Seen."""
    seen = int(Flag.SEEN)
    return sum(1 for flags in listing.flags if not flags & seen)


def older_than(listings: Sequence[Listing], limit: datetime, *, whole: bool = True) -> Load:
    """The messages received before ``limit``. An unknown date is not old."""
    seconds = math.ceil(limit.timestamp())
    found = {}
    for listing in listings:
        count = size = 0
        for date, octets in zip(listing.dates, listing.sizes, strict=True):
            if UNKNOWN_DATE < date < seconds:
                count += 1
                size += octets if octets != UNKNOWN_SIZE else 0
        found[listing.folder] = count, size
    return _load(found, whole)


def old_documents(
    session: MailSource, listings: Sequence[Listing], limit: datetime
) -> Steps[tuple[int, int]]:
    """Of the messages received before ``limit`` that are not marked integrated: how many may hold a document,
    and how many were not looked at. There may be very many: ``OLD_AT_ONCE`` of those that are not known are
    read, and the index keeps what they hold for the next time.
    """
    seconds, integrated, left = math.ceil(limit.timestamp()), int(Flag.INTEGRATED), OLD_AT_ONCE
    unfiled = unknown = 0
    for listing in listings:
        pairs = enumerate(zip(listing.dates, listing.flags, strict=True))
        rows = array(
            "I", (row for row, (date, f) in pairs if UNKNOWN_DATE < date < seconds and not f & integrated)
        )
        yield
        listing.settle_facts()
        missing = array("I", (row for row in rows if _facts(listing.facts[row]) is None))
        yield from learn_facts(session, listing, missing[:left])
        left -= min(left, len(missing))
        unfiled += _unfiled(listing, rows)
        unknown += sum(1 for row in missing if _facts(listing.facts[row]) is None)
        yield
    return unfiled, unknown


def large_messages(
    session: MailSource, listings: Sequence[Listing], limit: int, *, whole: bool = True
) -> Steps[Load]:
    """Messages of more than ``limit`` octets that carry an attachment: what the step's filter then shows."""
    found, unfiled = {}, 0
    for listing in listings:
        rows = array("I", (row for row, size in enumerate(listing.sizes) if size > limit))
        yield from learn_facts(session, listing, rows)
        yield
        carrying = [row for row in rows if (facts := _facts(listing.facts[row])) and facts.attachments]
        found[listing.folder] = len(carrying), sum(listing.sizes[row] for row in carrying)
        unfiled += _unfiled(listing, carrying)
    return replace(_load(found, whole), unfiled=unfiled)


def unfiled_documents(session: MailSource, trash: Listing) -> Steps[int]:
    """Messages of the trash that hold a document (or cannot be read) and are not marked integrated."""
    integrated = int(Flag.INTEGRATED)
    rows = array("I", (row for row, flags in enumerate(trash.flags) if not flags & integrated))
    yield from learn_facts(session, trash, rows)
    return _unfiled(trash, rows)


def _unfiled(listing: Listing, rows: Iterable[int]) -> int:
    """How many of these may hold a document and are not marked integrated."""
    integrated = int(Flag.INTEGRATED)
    known = (
        facts for row in rows if not listing.flags[row] & integrated and (facts := _facts(listing.facts[row]))
    )
    return sum(1 for facts in known if facts.holds_document or not facts.readable)


def learn_facts(session: MailSource, listing: Listing, rows: Sequence[int]) -> Steps[None]:
    """Read the structures of those of ``rows`` whose facts are not known. A message that went away meanwhile
    stays unknown.
    """
    listing.settle_facts()
    unknown = array("I", (row for row in rows if _facts(listing.facts[row]) is None))
    for start in range(0, len(unknown), BATCH):
        uids = [listing.uids[row] for row in unknown[start : start + BATCH]]
        found = {uid: detail for uid in uids if (detail := listing.details.get(uid))}
        if missing := [uid for uid in uids if uid not in found]:
            found |= session.details(listing.folder, missing)
        listing.learn(found)
        yield


def _quota_by_hand(account: Account, listings: dict[str, Listing]) -> Quota | None:
    """The limit of the configuration against what the listings add up to, where the server says nothing."""
    if account.quota is None:
        return None
    return Quota(sum(listing.total_size() for listing in listings.values()), account.quota, by_hand=True)


def _scan_all(session: MailSource, folders: Sequence[Folder]) -> Steps[dict[str, Listing]]:
    """Every folder that the server lets us look at: one it refuses must not hide the others."""
    listings = {}
    for folder in folders:
        try:
            listings[folder.name] = yield from _without_progress(session.scan_steps(folder.name))
        except RefusedError:
            continue
        yield
    return listings


def _without_progress(steps: Generator[object, None, T]) -> Steps[T]:
    """The same pauses, telling nothing."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        yield


def _load(found: dict[str, tuple[int, int]], whole: bool) -> Load:
    """Messages and octets of each folder, added up."""
    holding = {folder: size for folder, (count, size) in found.items() if count}
    if not holding and not whole:
        return Load(None, None)
    most = max(holding, key=holding.__getitem__, default=None)
    count = sum(count for count, _size in found.values())
    return Load(count, sum(holding.values()), most, len(holding) > 1)
