# ruff: noqa: ARG002  # the names of the arguments are those of ImapSession
"""One BAL kept in files, with the reading side of an IMAP session; it changes nothing on the disk, ever.

The UID of a message is its place in its folder when that folder is first looked at; later ones come after it.
The same folder with the same messages gives the same UIDs and the same UIDVALIDITY another day.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from balt.clock import Clock
from balt.config import Account
from balt.errors import CancelledError, ConfigError, ConnectionFailedError, RefusedError
from balt.i18n import _
from balt.mail.dates import DateReader
from balt.mail.detail_store import DetailStore
from balt.mail.details import UNREADABLE
from balt.mail.documents.part import PartContent
from balt.mail.files import reading
from balt.mail.files.eml import EmlFolder
from balt.mail.files.maildir import Maildir
from balt.mail.files.mbox import Mbox
from balt.mail.files.octets import Extent
from balt.mail.files.places import Place, find_places
from balt.mail.files.refusing import Refusing
from balt.mail.files.store import MAX_MESSAGES, Entries, Gone, Store, TooManyError
from balt.mail.folder_roles import folder_label, in_order, with_guessed_roles
from balt.mail.idle import pause
from balt.mail.listing import Listing, SortKey
from balt.mail.model import Attachment, Folder, FolderRole, FolderState, MessageDetail, Preview, Quota
from balt.mail.quota import by_hand
from balt.mail.receipts import MessageName, Receipt
from balt.mail.refusals import gone
from balt.text import plain

T = TypeVar("T")
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
_LAYOUTS: dict[str, Callable[[Path, DateReader], Store]] = {
    "maildir": Maildir, "mbox": Mbox, "eml": EmlFolder
}  # fmt: skip


@dataclass(slots=True)
class _Known:
    """A folder and the UIDs that its messages have had since it was first looked at."""

    place: Place
    store: Store
    uidvalidity: int = 0
    uids: dict[bytes, int] = field(default_factory=dict)
    keys: list[bytes] = field(default_factory=list)
    """The key of each UID, from 1 on."""

    @property
    def uidnext(self) -> int:
        return len(self.keys) + 1

    def open(self, uid: int) -> AbstractContextManager[Extent]:
        """One message; raises Gone for a UID that no message has had, and as the store does."""
        if not 1 <= uid < self.uidnext:
            raise Gone
        return self.store.open(self.keys[uid - 1])

    def take(self, entries: Entries) -> None:
        """Give a UID to each message that has none."""
        if not self.uidvalidity:
            digest = blake2b(str(self.place.path).encode("utf-8", "surrogateescape"), digest_size=4)
            digest.update(b"".join(b"\0\0" + key for key in entries.rows))
            self.uidvalidity = int.from_bytes(digest.digest()) % 0x7FFFFFFF + 1
        for key in entries.rows:
            if key not in self.uids:
                self.uids[key] = self.uidnext
                self.keys.append(key)


class FilesSession(Refusing):
    """What ``ImapSession`` reads of a server, read from ``account.path``. Every act is refused.

    Errors: ConfigError for a path that holds no mail; ConnectionFailedError for one that is not there;
    RefusedError for a folder that cannot be read, and for acts. One thread uses it; another may ``shut`` it.
    """

    def __init__(self, account: Account, clock: Clock) -> None:
        self.account = account
        self.capabilities: frozenset[str] = frozenset()
        self._clock = clock
        self._folders: dict[str, _Known] | None = None
        self._thread: int | None = None
        self._shut = False

    def open(self) -> None:
        """Find the folders."""
        self._own()
        self._check_not_shut()
        self._folders = None
        self._find()

    def close(self) -> None:
        """Forget everything; never raises."""
        self._folders = None
        self._thread = None

    def shut(self) -> None:
        """Close for good: whatever is under way ends at its next pause. Never raises."""
        self._shut = True

    @property
    def is_open(self) -> bool:
        """Whether the folders were found."""
        return self._folders is not None

    def ensure_open(self) -> None:
        """Open when it is not, and check that the path is still there."""
        self._check_not_shut()
        self._own()
        if self._folders is None:
            self.open()
        elif not self._root().exists():
            raise self._missing()

    # Reading

    def folders(self) -> list[Folder]:
        """INBOX first, then folders with a role, then by name; figures where they can be read."""
        self.ensure_open()
        known = self._find()
        found = with_guessed_roles([self._folder(one) for one in known.values()], dict.fromkeys(known, "/"))
        return in_order(found)

    def quota(self) -> Quota | None:
        """The limit of the configuration against the sum of all folders; None where there is none."""
        self.ensure_open()
        return by_hand(self.account.quota, self.folders()) if self.account.quota else None

    def examine(self, folder: str) -> FolderState:
        """What a folder is."""
        known, entries = self._look(folder, None)
        return FolderState(folder, known.uidvalidity, known.uidnext, len(entries))

    def scan(
        self, folder: str, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Listing:
        """UID, flags, reception date and size of every message."""
        known, entries = self._look(folder, cancelled)
        listing = Listing(folder, known.uidvalidity, known.uidnext)
        rows = sorted((known.uids[key], row) for key, row in entries.rows.items())
        for uid, row in rows:
            listing.uids.append(uid)
            listing.sizes.append(entries.sizes[row])
            listing.dates.append(entries.dates[row])
            listing.flags.append(entries.flags[row])
        listing.expected = len(listing)
        listing.settle_facts()
        if on_progress is not None:
            on_progress(len(listing), len(listing))
        return listing

    def validity(self, folder: str) -> int:
        """The UIDVALIDITY that a folder has been given; 0 before it was looked at."""
        known = (self._folders or {}).get(folder)
        return known.uidvalidity if known is not None else 0

    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]:
        """The same, after one pause."""
        yield 0, 0
        return self.scan(folder)

    def known(self, folder: str) -> Listing | None:
        """Nothing: files are looked at each time."""
        return None

    def found(
        self, folder: str, criteria: bytes, on_progress: Callable[[int, int], None] | None = None
    ) -> Listing | None:
        """Nothing: there is no server to search for them."""
        return None

    def first_rows(self, folder: str, key: SortKey, reverse: bool, count: int) -> Listing | None:
        """Nothing: sizes and dates of files are there at once."""
        return None

    def structures(self, folder: str, uids: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
        """Nothing: files are looked at each time."""
        return {}

    def read_ahead(self, folder: str, uids: Sequence[int], into: DetailStore) -> None:
        """Have the details of these messages at hand."""
        into.update(dict(self.details(folder, uids)))

    def wait_for_news(self, folder: str, wake: socket.socket, seconds: float) -> bool:
        """Files are an export: nothing new is expected, and nothing is looked at."""
        pause(wake, seconds)
        return False

    def details(
        self, folder: str, uids: Sequence[int], cancelled: Cancelled | None = None
    ) -> Iterator[tuple[int, MessageDetail]]:
        """What the messages are, in the order asked, one file read at a time; each that is still there."""
        check = self._check(cancelled)
        for uid in dict.fromkeys(uids):
            check()
            known = self._known(folder)
            try:
                with known.open(uid) as message:
                    detail = reading.read_detail(message)
            except Gone:
                continue
            except OSError:
                detail = UNREADABLE
            yield uid, detail

    def senders(self, folder: str, uids: Sequence[int]) -> dict[int, str]:
        """Who wrote these messages."""
        return {uid: detail.sender for uid, detail in self.details(folder, uids)}

    def preview(self, folder: str, uid: int) -> Preview:
        """Headers, text and parts of one message, bounded and inert."""
        return self._message(folder, uid, reading.read_file_preview)

    def part(self, folder: str, uid: int, number: str, cancelled: Cancelled | None = None) -> PartContent:
        """The octets of one part of a message, as far as balt shows such a part."""
        self._check(cancelled)()
        return self._message(folder, uid, partial(reading.read_file_part, number=number))

    def receipt_uids(self, folder: str, first: int, last: int) -> set[int]:
        """Which messages with UIDs from ``first`` to ``last`` look like receipts, by their headers."""
        uids = range(first, min(last + 1, self._known(folder).uidnext))
        return {uid for uid, is_one in self._each(folder, uids, reading.looks_like_receipt).items() if is_one}

    def receipts(self, folder: str, uids: Sequence[int]) -> dict[int, Receipt]:
        """What receipts say; each that is still there."""
        return self._each(folder, uids, reading.read_file_receipt)

    def message_names(self, folder: str, uids: Sequence[int]) -> dict[int, MessageName]:
        """What messages are called, and what they answer or pass on; each that is still there."""
        return self._each(folder, uids, reading.read_file_name)

    # Inside

    def _each(self, folder: str, uids: Sequence[int], read: Callable[[Extent], T]) -> dict[int, T]:
        """What ``read`` makes of each of these messages that can be read."""
        found: dict[int, T] = {}
        for uid in uids:
            with contextlib.suppress(RefusedError):
                found[uid] = self._message(folder, uid, read)
        return found

    def _message(self, folder: str, uid: int, read: Callable[[Extent], T]) -> T:
        """What ``read`` makes of one message."""
        known = self._known(folder)
        try:
            with known.open(uid) as message:
                return read(message)
        except Gone:
            raise gone(self.account.address) from None
        except OSError:
            raise self._unreadable() from None

    def _root(self) -> Path:
        if self.account.path is None:
            raise ConfigError(
                _('il manque « path », nécessaire avec access = "files".'), mailbox=self.account.address
            )
        return self.account.path

    def _find(self) -> dict[str, _Known]:
        """The folders of now; those that were there keep their UIDs."""
        try:
            places = find_places(self._root(), self._check(None))
        except FileNotFoundError:
            raise self._missing() from None
        except OSError:
            raise ConnectionFailedError(
                _("« %s » ne peut pas être lu.") % self._shown(),
                advice=_("Vérifiez les droits de ce dossier ou de ce fichier."),
                mailbox=self.account.address,
            ) from None
        if not places:
            raise ConfigError(
                _("« %s » n'est ni un dossier ni un fichier mbox.") % self._shown(),
                advice=_(
                    "Indiquez dans « path » un Maildir, un mbox, ou un dossier de fichiers mbox ou .eml."
                ),
                mailbox=self.account.address,
            )
        before = self._folders or {}
        dates = DateReader(self._clock)
        self._folders = {
            place.name: before[place.name]
            if place.name in before and before[place.name].place == place
            else _Known(place, _LAYOUTS[place.layout](place.path, dates))
            for place in places
        }
        return self._folders

    def _folder(self, known: _Known) -> Folder:
        name = known.place.name
        role = FolderRole.INBOX if name == "INBOX" else FolderRole.OTHER
        folder = Folder(name, folder_label(name, "/"), role)
        try:
            entries = known.store.look(self._check(None))
        except OSError:
            return folder
        known.take(entries)
        return Folder(name, folder.label, role, True, len(entries), entries.unseen(), sum(entries.sizes))

    def _look(self, folder: str, cancelled: Cancelled | None) -> tuple[_Known, Entries]:
        known = self._known(folder)
        check = self._check(cancelled)
        check()
        try:
            entries = known.store.look(check)
        except TooManyError:
            raise self._too_many() from None
        except OSError:
            raise self._unreadable() from None
        known.take(entries)
        return known, entries

    def _known(self, folder: str) -> _Known:
        self.ensure_open()
        known = (self._folders or {}).get(folder) or self._find().get(folder)
        if known is None:
            raise RefusedError(
                _("le dossier « %(folder)s » n'existe pas.") % {"folder": plain(folder, 100)},
                code="NONEXISTENT",
                advice=_("Relisez les dossiers."),
                mailbox=self.account.address,
            )
        if not known.uidvalidity:
            self._take_first_look(known)
        return known

    def _take_first_look(self, known: _Known) -> None:
        try:
            known.take(known.store.look(self._check(None)))
        except TooManyError:
            raise self._too_many() from None
        except OSError:
            raise self._unreadable() from None

    def _check(self, cancelled: Cancelled | None) -> Callable[[], None]:
        def check() -> None:
            self._check_not_shut()
            if cancelled is not None and cancelled():
                raise CancelledError(_("lecture interrompue."), mailbox=self.account.address)

        return check

    def _check_not_shut(self) -> None:
        if self._shut:
            raise ConnectionFailedError(_("balt se ferme."), mailbox=self.account.address)

    def _own(self) -> None:
        here = threading.get_ident()
        if self._thread is None:
            self._thread = here
        if self._thread != here:
            raise RuntimeError("a FilesSession is used by one thread only")

    def _shown(self) -> str:
        return plain(str(self._root()), 200)

    def _missing(self) -> ConnectionFailedError:
        return ConnectionFailedError(
            _("« %s » n'existe pas.") % self._shown(),
            advice=_("Vérifiez « path », et que le disque est branché."),
            mailbox=self.account.address,
        )

    def _too_many(self) -> RefusedError:
        return RefusedError(
            _("ce dossier contient plus de %(count)d messages.") % {"count": MAX_MESSAGES},
            code="LIMIT",
            advice=_("Répartissez-les en plusieurs dossiers ou fichiers avec votre logiciel de messagerie."),
            mailbox=self.account.address,
        )

    def _unreadable(self) -> RefusedError:
        return RefusedError(
            _("ce dossier ou ce message ne peut pas être lu sur le disque."),
            code="NOPERM",
            advice=_("Vérifiez les droits de ce fichier."),
            mailbox=self.account.address,
        )


def look_at(session: FilesSession, folder: str, uid: int, read: Callable[[Extent], T]) -> T:
    """What ``read`` makes of one message, which stays where it is; RefusedError where it is not there."""
    return session._message(folder, uid, read)
