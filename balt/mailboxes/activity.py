"""Taking the figures of a BAL from what its server really holds; each figure is a small pure function."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from balt.clock import Clock
from balt.config import Account, Thresholds
from balt.errors import BaltError
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole, Message, MessageDetail, Quota
from balt.mailboxes.model import MailboxStatus

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
    folders = session.folders()
    listings = {f.name: session.scan(f.name, None, cancelled) for f in folders if f.selectable}
    by_role = {f.role: listings[f.name] for f in reversed(folders) if f.selectable}
    trash = by_role.get(FolderRole.TRASH)
    kept = [listing for listing in listings.values() if listing is not trash]
    reading = reading_of(by_role[FolderRole.INBOX]) if FolderRole.INBOX in by_role else Reading()
    sent = by_role.get(FolderRole.SENT)
    old, old_size = older_than(kept, now - timedelta(days=thresholds.old_after_days))
    large, large_size = _large_attachments(session, kept, thresholds.large_attachment, cancelled)
    return MailboxStatus(
        address=account.address,
        reachable=True,
        taken_at=now,
        messages=sum(len(listing) for listing in listings.values()),
        unseen=sum(unseen_in(listing) for listing in kept),
        size=sum(listing.total_size() for listing in listings.values()),
        quota=session.quota(),
        trash_folder=trash.folder if trash is not None else None,
        trash_messages=len(trash) if trash is not None else None,
        trash_size=trash.total_size() if trash is not None else None,
        trash_documents=_documents(session, trash, cancelled) if trash is not None else None,
        last_received=reading.last_received,
        last_sent=newest(sent) if sent is not None else None,
        last_seen=reading.last_seen,
        unread_since=reading.unread_since,
        old_messages=old,
        old_size=old_size,
        large_attachments=large,
        large_size=large_size,
    )


def unreachable(account: Account, error: BaltError, clock: Clock) -> MailboxStatus:
    """The status of a BAL whose server could not be asked, with the reason in a sentence."""
    return MailboxStatus(account.address, reachable=False, taken_at=clock.now(), error=error.message)


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


def older_than(listings: Sequence[Listing], limit: datetime) -> tuple[int, int]:
    """How many messages were received before ``limit``, and their octets. An unknown date is not old."""
    found = [m for listing in listings for m in _messages(listing) if m.date is not None and m.date < limit]
    return len(found), sum(m.size or 0 for m in found)


def _large_attachments(
    session: MailSource, listings: Sequence[Listing], limit: int, cancelled: Cancelled | None
) -> tuple[int, int]:
    """Attachments of at least ``limit`` octets once decoded: none can hide in a smaller message."""
    sizes: array[int] = array("Q")
    for listing in listings:
        uids = [uid for uid, size in zip(listing.uids, listing.sizes, strict=True) if size >= limit]
        for _uid, detail in session.details(listing.folder, uids, cancelled):
            sizes.extend(a.size for a in detail.attachments if a.size >= limit)
    return len(sizes), sum(sizes)


def _documents(session: MailSource, trash: Listing, cancelled: Cancelled | None) -> int:
    """Messages of the trash that hold a document (or cannot be read) and are not marked integrated."""
    uids = [uid for uid, flags in zip(trash.uids, trash.flags, strict=True) if not flags & Flag.INTEGRATED]
    found = session.details(trash.folder, uids, cancelled)
    return sum(1 for _uid, detail in found if detail.holds_document or not detail.readable)


def _messages(listing: Listing) -> Iterator[Message]:
    return (listing.message(i) for i in range(len(listing)))
