"""Messages that a BAL holds twice: the very same octets, in several folders or in one.

Candidates are those of equal size and Message-ID; proof is the SHA-256 of all their octets, read from the
server. Folders that only show what lies in others (``\\All``) and drafts are left out.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from balt.config import Account
from balt.errors import CancelledError, RefusedError, StoppedError, UsageError
from balt.i18n import _
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Flag, Folder, FolderRole, FolderState, Identity

_SMALL = 256 * 1024
"""Octets: messages up to this size are asked several at once."""
_CHUNK = 4 * 1024 * 1024
_BATCH = 1000
_LAST_CHOICE = frozenset({FolderRole.TRASH, FolderRole.JUNK})

OnRead = Callable[[int, int], object]
"""Told how many octets are read, out of how many."""


class Octets(Protocol):
    """A session that gives messages of its open folder as the server holds them."""

    def octets(self, uid: int, size: int) -> Iterator[bytes]: ...
    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]: ...


class Source(Octets, Protocol):
    """What finding duplicates needs of a session."""

    def examine(self, folder: str) -> FolderState: ...
    def identities(self, uids: Sequence[int], /) -> dict[int, Identity]: ...


@dataclass(frozen=True, slots=True)
class Copy:
    """One of several equal messages: where it is, and what speaks for keeping it."""

    folder: Folder
    uidvalidity: int
    uid: int
    date: datetime | None
    flags: Flag


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Messages whose octets are the same. The first is the one to keep: outside of the trash and of spam, not
    about to be removed, integrated, flagged, read, and of the lowest UID of the first folder.
    """

    sha256: str
    size: int
    copies: tuple[Copy, ...]

    @property
    def kept(self) -> Copy:
        """The one to keep."""
        return self.copies[0]

    @property
    def surplus(self) -> tuple[Copy, ...]:
        """The others."""
        return self.copies[1:]


def find_duplicates(
    session: Source,
    places: Iterable[tuple[Folder, Listing]],
    on_read: OnRead | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Duplicates]:
    """The messages that are there more than once, those that fill most first. One that goes meanwhile, or
    that the server does not give, is in none.

    Raises StoppedError where a folder was made anew since its listing, CancelledError, MailServerError.
    """
    listings = [
        (folder, listing)
        for folder, listing in places
        if not folder.gathers and folder.role is not FolderRole.DRAFTS
    ]
    reading = _Reading(session, on_read, cancelled)
    alike = reading.alike(listings)
    proven: dict[tuple[int, str], list[Copy]] = {}
    for copy, size, sha256 in reading.digests(alike):
        proven.setdefault((size, sha256), []).append(copy)
    order = {folder.name: place for place, (folder, _listing) in enumerate(listings)}
    found = [
        Duplicates(sha256, size, tuple(sorted(copies, key=lambda copy: _order(copy, order))))
        for (size, sha256), copies in proven.items()
        if len(copies) > 1
    ]
    return sorted(found, key=lambda each: (-each.size * len(each.surplus), each.sha256))


def refuse_reading(account: Account) -> None:
    """Raise UsageError where balt may not read whole messages, or cannot: discreet access, mail in files."""
    if account.discreet:
        raise UsageError(
            _("un accès discret ne lit pas le contenu des messages : balt ne peut pas prouver un double."),
            mailbox=account.address,
        )
    if account.access == "files":
        raise UsageError(
            _("les doubles se cherchent sur un serveur IMAP, pas dans des fichiers."), mailbox=account.address
        )


def digests_of(session: Octets, sizes: Mapping[int, int]) -> Iterator[tuple[int, str]]:
    """The SHA-256 (hex) of messages of the open folder, by UID; ``sizes`` are their octets. Those that do not
    come are left out. Raises MailServerError.
    """
    together: dict[int, int] = {}
    for uid, size in sizes.items():
        if size > _SMALL:
            yield from _digest(session, uid, size)
            continue
        if sum(together.values()) + size > _CHUNK:
            yield from _digests(session, together)
            together = {}
        together[uid] = size
    yield from _digests(session, together)


def _digests(session: Octets, sizes: Mapping[int, int]) -> Iterator[tuple[int, str]]:
    """Small messages at once; where the server refuses that, one by one."""
    if not sizes:
        return
    try:
        whole = session.whole_messages(list(sizes))
    except RefusedError:
        whole = {}
    for uid, size in sizes.items():
        if uid in whole:
            yield uid, hashlib.sha256(whole[uid]).hexdigest()
        else:
            yield from _digest(session, uid, size)


def _digest(session: Octets, uid: int, size: int) -> Iterator[tuple[int, str]]:
    hasher = hashlib.sha256()
    try:
        for piece in session.octets(uid, size):
            hasher.update(piece)
    except RefusedError:
        return
    yield uid, hasher.hexdigest()


class _Reading:
    """What is asked of the server, folder by folder."""

    def __init__(self, session: Source, on_read: OnRead | None, cancelled: Callable[[], bool] | None) -> None:
        self._session = session
        self._on_read = on_read
        self._cancelled = cancelled

    def alike(self, listings: Sequence[tuple[Folder, Listing]]) -> list[tuple[Folder, Listing, list[int]]]:
        """The messages of which another one has the size and the Message-ID, by their rows."""
        counts: dict[int, int] = {}
        for _folder, listing in listings:
            for size in listing.sizes:
                counts[size] = counts.get(size, 0) + 1
        counts.pop(UNKNOWN_SIZE, None)
        named: dict[tuple[int, str], list[tuple[int, int]]] = {}
        for place, (_folder, listing) in enumerate(listings):
            rows = [row for row, size in enumerate(listing.sizes) if counts.get(size, 0) > 1]
            for row, about in self._identities(listing, rows):
                named.setdefault((about.size, about.message_id), []).append((place, row))
        rows_of: list[list[int]] = [[] for _each in listings]
        for members in named.values():
            for place, row in members if len(members) > 1 else ():
                rows_of[place].append(row)
        return [(*listing, sorted(rows)) for listing, rows in zip(listings, rows_of, strict=True) if rows]

    def digests(self, alike: Sequence[tuple[Folder, Listing, list[int]]]) -> Iterator[tuple[Copy, int, str]]:
        """Each candidate with its size and what its octets are."""
        total = sum(listing.sizes[row] for _folder, listing, rows in alike for row in rows)
        done = 0
        for folder, listing, rows in alike:
            self._enter(listing)
            for uid, sha256 in digests_of(
                self._session, {listing.uids[row]: listing.sizes[row] for row in rows}
            ):
                self._check()
                row = listing.index_of(uid)
                if row is None:
                    continue
                message = listing.message(row)
                done += listing.sizes[row]
                if self._on_read is not None:
                    self._on_read(done, total)
                copy = Copy(folder, listing.uidvalidity, uid, message.date, message.flags)
                yield copy, listing.sizes[row], sha256

    def _identities(self, listing: Listing, rows: Sequence[int]) -> Iterator[tuple[int, Identity]]:
        """What the server says now of some rows; what has another size now is left out."""
        if not rows:
            return
        self._enter(listing)
        for start in range(0, len(rows), _BATCH):
            self._check()
            batch = {listing.uids[row]: row for row in rows[start : start + _BATCH]}
            for uid, about in self._session.identities(list(batch)).items():
                if uid in batch and about.size == listing.sizes[batch[uid]]:
                    yield batch[uid], about

    def _enter(self, listing: Listing) -> None:
        if self._session.examine(listing.folder).uidvalidity != listing.uidvalidity:
            raise StoppedError(
                _("ce dossier a été recréé sur le serveur depuis qu'il a été lu."),
                advice=_("Rien n'a été fait. Recommencez."),
            )

    def _check(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise CancelledError(_("recherche interrompue."), advice=_("Rien n'a été touché."))


def _order(copy: Copy, place_of: Mapping[str, int]) -> tuple[bool, bool, bool, bool, int, int]:
    return (
        copy.folder.role in _LAST_CHOICE or Flag.DELETED in copy.flags,
        Flag.INTEGRATED not in copy.flags,
        Flag.FLAGGED not in copy.flags,
        Flag.SEEN not in copy.flags,
        place_of[copy.folder.name],
        copy.uid,
    )
