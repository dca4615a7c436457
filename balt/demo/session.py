"""One connection: what it has open, what it still has to be told, and what is written to it."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from balt.clock import Clock
from balt.demo.capabilities import Capabilities
from balt.demo.described import Library
from balt.demo.faults import Fault, FaultKind, FaultScript
from balt.demo.store import SYSTEM_FLAGS, StoredAccount, StoredFolder, StoredMessage
from balt.demo.wire import BadError, NoError

_FLUSH_AT = 256 * 1024


class HangUpError(Exception):
    """The connection ends now, without another word."""


@dataclass(slots=True)
class Selected:
    """An open folder as this session knows it: ``view`` gives each sequence number its message."""

    folder: StoredFolder
    read_only: bool
    view: list[StoredMessage]
    modseq: int
    keywords: int
    last_seen_uid: int
    expunges_due: bool = False
    """Whether messages may be gone that the client was not told about yet."""

    @property
    def last_uid(self) -> int:
        """The UID that ``*`` stands for; 0 in an empty folder."""
        return self.view[-1].uid if self.view else 0

    def own_change(self, message: StoredMessage) -> None:
        """Notes a change that this session made itself, so that it is not told of it again."""
        if message.modseq == self.modseq + 1:
            self.modseq = message.modseq


@dataclass
class Served:
    """What all sessions of one server share."""

    accounts: dict[str, StoredAccount]
    capabilities: Capabilities
    faults: FaultScript
    clock: Clock
    library: Library
    master: tuple[str, str]
    """User and password that open any account."""
    separator: str
    log: Callable[[str], None]


class Session:
    """State of one connection. Handlers write untagged answers with ``line``; the loop writes the tagged."""

    def __init__(self, served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.served = served
        self.reader = reader
        self.writer = writer
        self.capabilities = served.capabilities
        self.account: StoredAccount | None = None
        self.selected: Selected | None = None
        self.condstore = False
        self.ending = False
        self.tag = b""
        self.faults: dict[FaultKind, Fault] = {}
        self._pending: list[bytes] = []
        self._pending_size = 0

    # What commands need -------------------------------------------------------------------------

    def has(self, capability: str) -> bool:
        return self.capabilities.has(capability)

    def need(self, capability: str) -> None:
        """Raises BadError for what is hidden."""
        if not self.has(capability):
            raise BadError("Unknown command or argument")

    @property
    def user(self) -> StoredAccount:
        if self.account is None:
            raise BadError("Please log in first")
        return self.account

    @property
    def box(self) -> Selected:
        if self.selected is None:
            raise BadError("No mailbox selected")
        return self.selected

    @property
    def writable(self) -> Selected:
        if self.box.read_only:
            raise NoError("Mailbox is read-only")
        return self.box

    # Writing ------------------------------------------------------------------------------------

    def line(self, text: bytes) -> None:
        """One untagged answer, without ``*`` and end of line."""
        self.write(b"* " + text + b"\r\n")

    def write(self, octets: bytes) -> None:
        self._pending.append(octets)
        self._pending_size += len(octets)

    async def flush(self, force: bool = True) -> None:
        """Sends what was written; without ``force`` only when there is enough of it."""
        if self._pending and (force or self._pending_size > _FLUSH_AT):
            self.writer.write(b"".join(self._pending))
            self._pending.clear()
            self._pending_size = 0
            await self.writer.drain()

    async def hang_up(self) -> None:
        """Sends what was written, then ends the connection."""
        await self.flush()
        raise HangUpError

    # The open folder ----------------------------------------------------------------------------

    def enter(self, folder: StoredFolder, read_only: bool) -> Selected:
        self.leave()
        view = list(folder.messages)
        selected = Selected(
            folder, read_only, view, folder.modseq, len(folder.keywords), view[-1].uid if view else 0
        )
        self.selected = selected
        return selected

    def leave(self) -> None:
        self.selected = None

    def tell_flags(self) -> None:
        """The flags that exist in the open folder, and those that a client may set for good."""
        folder = self.box.folder
        self.box.keywords = len(folder.keywords)
        flags = " ".join((*SYSTEM_FLAGS, *folder.keywords))
        self.line(f"FLAGS ({flags})".encode("ascii"))
        kept = "" if self.box.read_only else f"{flags} \\*" if self.has("KEYWORDS") else flags
        self.line(f"OK [PERMANENTFLAGS ({kept})] Flags permitted.".encode("ascii"))

    def tell_changes(self, expunges: bool) -> None:
        """What others changed since the last time; EXPUNGE only where it may come (RFC 3501, 7.4.1)."""
        selected = self.selected
        if selected is None:
            return
        due = expunges and selected.expunges_due
        if selected.folder.modseq == selected.modseq and not due:
            return
        folder = selected.folder
        if folder.deleted:
            self.line(b"BYE Mailbox was deleted")
            self.ending = True
            return
        if len(folder.keywords) > selected.keywords:
            self.tell_flags()
        if expunges:
            self._tell_expunges(selected)
        for number, message in enumerate(selected.view, 1):
            if message.modseq > selected.modseq:
                self.tell_message_flags(number, message)
        arrived = folder.messages[_position(folder.messages, selected.last_seen_uid + 1) :]
        if arrived:
            selected.view += arrived
            selected.last_seen_uid = arrived[-1].uid
            self.line(b"%d EXISTS" % len(selected.view))
            self.line(b"0 RECENT")
        selected.modseq = folder.modseq
        selected.expunges_due = not expunges

    def _tell_expunges(self, selected: Selected) -> None:
        present = {message.uid for message in selected.folder.messages}
        kept: list[StoredMessage] = []
        for message in selected.view:
            if message.uid in present:
                kept.append(message)
            else:
                self.line(b"%d EXPUNGE" % (len(kept) + 1))
        selected.view = kept

    def tell_message_flags(
        self, number: int, message: StoredMessage, *, silent: bool = False, uid: bool = False
    ) -> None:
        """An untagged FETCH with the flags of one message; UID where due, and MODSEQ once asked for."""
        items = [b"UID %d" % message.uid] if uid or self.condstore else []
        if not silent:
            items.append(b"FLAGS " + flag_list(message.flags))
        if self.condstore:
            items.append(b"MODSEQ (%d)" % message.modseq)
        self.line(b"%d FETCH (%b)" % (number, b" ".join(items)))

    def messages(self, ranges: Iterable[tuple[int, int]], by_uid: bool) -> list[tuple[int, StoredMessage]]:
        """The messages in ``ranges`` of UIDs or of sequence numbers, each with its sequence number."""
        view = self.box.view
        found: list[tuple[int, StoredMessage]] = []
        for low, high in ranges:
            if by_uid:
                start, stop = _position(view, low), _position(view, high + 1)
            else:
                start, stop = low - 1, high
            found += [(i + 1, view[i]) for i in range(start, min(stop, len(view)))]
        return found


def flag_list(flags: Iterable[str]) -> bytes:
    return b"(" + " ".join(sorted(flags)).encode("ascii") + b")"


def _position(messages: list[StoredMessage], uid: int) -> int:
    """Where the first message of at least this UID is."""
    return bisect_left(messages, uid, key=lambda message: message.uid)
