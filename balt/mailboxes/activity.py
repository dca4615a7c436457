"""Taking the figures of a BAL from what its server really holds; each figure is a small pure function."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from balt.clock import Clock
from balt.config import Account, Thresholds
from balt.errors import BaltError, RefusedError
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole, Message, MessageDetail, Quota
from balt.mailboxes.model import MailboxStatus
from balt.units import age_term, before

Cancelled = Callable[[], bool]


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
    def details(
        self, folder: str, uids: Sequence[int], cancelled: Cancelled | None = None
    ) -> Iterator[tuple[int, MessageDetail]]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What the flags of the inbox tell of its reading."""

    last_received: datetime | None = None
    last_seen: datetime | None = None
    unread_since: datetime | None = None
    unread_run: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """How many messages were found, their octets, the folder that holds most of these octets, and whether
    other folders hold some too.

    ``count`` and ``size`` are None when none was found and some folder could not be looked at.
    """

    count: int | None = 0
    size: int | None = 0
    folder: str | None = None
    spread: bool = False


def take_status(
    session: MailSource,
    account: Account,
    thresholds: Thresholds,
    clock: Clock,
    cancelled: Cancelled | None = None,
) -> MailboxStatus:
    """The figures of one BAL. Lists sizes and dates of every folder; reads structures only of the messages
    larger than the attachment threshold and of those in the trash. Raises MailServerError.
    """
    now = clock.now()
    folders = [folder for folder in session.folders() if folder.selectable]
    listings = _scan_all(session, folders, cancelled)
    whole = len(listings) == len(folders)
    by_role = {f.role: listings[f.name] for f in reversed(folders) if f.name in listings}
    trash, sent = by_role.get(FolderRole.TRASH), by_role.get(FolderRole.SENT)
    inbox = by_role.get(FolderRole.INBOX)
    reading = reading_of(inbox) if inbox is not None else Reading()
    aside = [by_role.get(FolderRole.TRASH), by_role.get(FolderRole.DRAFTS)]
    kept = [listing for listing in listings.values() if listing not in aside]
    old = older_than(kept, old_limit(thresholds, now), whole=whole)
    large = large_messages(session, kept, thresholds.large_attachment, cancelled, whole=whole)
    return MailboxStatus(
        address=account.address,
        reachable=True,
        taken_at=now,
        messages=sum(len(listing) for listing in listings.values()),
        unseen=sum(unseen_in(listing) for listing in listings.values()),
        size=sum(listing.total_size() for listing in listings.values()),
        quota=session.quota() or _quota_by_hand(account, listings),
        trash_folder=trash.folder if trash is not None else None,
        trash_messages=len(trash) if trash is not None else None,
        trash_size=trash.total_size() if trash is not None else None,
        trash_documents=unfiled_documents(session, trash, cancelled) if trash is not None else None,
        last_received=reading.last_received,
        last_sent=newest(sent) if sent is not None else None,
        last_seen=reading.last_seen,
        unread_since=reading.unread_since,
        unread_run=reading.unread_run,
        old_messages=old.count,
        old_size=old.size,
        old_folder=old.folder,
        old_spread=old.spread,
        large_messages=large.count,
        large_size=large.size,
        large_folder=large.folder,
        large_spread=large.spread,
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
    dates = [message.date for message in _messages(listing) if message.date is not None]
    return max(dates, default=None)


def unseen_in(listing: Listing) -> int:
    """How many messages do not carry \\Seen."""
    return sum(1 for flags in listing.flags if not flags & Flag.SEEN)


def reading_of(inbox: Listing) -> Reading:
    """Last received, newest read message, and the run of unread ones received since then.

    A message without a known date says nothing of when anything was read, and is passed over.
    """
    dated = sorted((m.date, bool(m.flags & Flag.SEEN)) for m in _messages(inbox) if m.date is not None)
    if not dated:
        return Reading()
    last_seen = next((date for date, seen in reversed(dated) if seen), None)
    since = [date for date, _seen in dated if last_seen is None or date > last_seen]
    return Reading(dated[-1][0], last_seen, since[0] if since else None, len(since))


def older_than(listings: Sequence[Listing], limit: datetime, *, whole: bool = True) -> Load:
    """The messages received before ``limit``. An unknown date is not old."""
    found: dict[str, list[int]] = {}
    for listing in listings:
        for message in _messages(listing):
            if message.date is not None and message.date < limit:
                found.setdefault(listing.folder, []).append(message.size or 0)
    return _load(found, whole)


def large_messages(
    session: MailSource,
    listings: Sequence[Listing],
    limit: int,
    cancelled: Cancelled | None = None,
    *,
    whole: bool = True,
) -> Load:
    """Messages of more than ``limit`` octets that carry an attachment: what the step's filter then shows."""
    found: dict[str, list[int]] = {}
    for listing in listings:
        sizes = {u: s for u, s in zip(listing.uids, listing.sizes, strict=True) if s > limit}
        for uid, detail in session.details(listing.folder, list(sizes), cancelled):
            if detail.attachments:
                found.setdefault(listing.folder, []).append(sizes[uid])
    return _load(found, whole)


def unfiled_documents(session: MailSource, trash: Listing, cancelled: Cancelled | None = None) -> int:
    """Messages of the trash that hold a document (or cannot be read) and are not marked integrated."""
    uids = [uid for uid, flags in zip(trash.uids, trash.flags, strict=True) if not flags & Flag.INTEGRATED]
    found = session.details(trash.folder, uids, cancelled)
    return sum(1 for _uid, detail in found if detail.holds_document or not detail.readable)


def _quota_by_hand(account: Account, listings: dict[str, Listing]) -> Quota | None:
    """The limit of the configuration against what the listings add up to, where the server says nothing."""
    if account.quota is None:
        return None
    return Quota(sum(listing.total_size() for listing in listings.values()), account.quota, by_hand=True)


def _scan_all(
    session: MailSource, folders: Sequence[Folder], cancelled: Cancelled | None
) -> dict[str, Listing]:
    """Every folder that the server lets us look at: one it refuses must not hide the others."""
    listings = {}
    for folder in folders:
        try:
            listings[folder.name] = session.scan(folder.name, None, cancelled)
        except RefusedError:
            continue
    return listings


def _load(found: dict[str, list[int]], whole: bool) -> Load:
    if not found and not whole:
        return Load(None, None)
    sizes = array("Q", (size for many in found.values() for size in many))
    most = max(found, key=lambda folder: sum(found[folder]), default=None)
    return Load(len(sizes), sum(sizes), most, len(found) > 1)


def _messages(listing: Listing) -> Iterator[Message]:
    return (listing.message(i) for i in range(len(listing)))
