"""A mailbox in memory that behaves as IMAP does, with a fault or another client's hand at every call."""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from balt.cleanup.deeds import Deed
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, Guard, planned
from balt.clock import FixedClock
from balt.errors import ConnectionFailedError, RefusedError
from balt.mail.listing import Listing as Columns
from balt.mail.model import Flag, Folder, FolderRole, FolderState, Identity, Message, MessageDetail, Quota
from balt.mail.receipts import MessageName, Receipt, key_of

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CLOCK = FixedClock(NOW)
READ = MessageDetail(sender="labo@bio-fictive.mssante.fr")
UIDPLUS = frozenset({"IMAP4REV1", "UIDPLUS"})
FULL = UIDPLUS | {"MOVE"}
FOLDERS = [
    Folder("INBOX", "INBOX", FolderRole.INBOX),
    Folder("Trash", "Trash", FolderRole.TRASH),
]
T = TypeVar("T")


class Crash(BaseException):
    """The process is killed here: nothing that comes after may run."""


@dataclass
class Mail:
    """One message; ``name`` follows it from folder to folder and is never seen by the client."""

    name: str
    size: int = 1000
    internaldate: str = "01-Feb-2019 10:00:00 +0100"
    message_id: str = ""
    flags: Flag = Flag.SEEN
    detail: MessageDetail = READ
    receipt: Receipt | None = None


@dataclass
class Box:
    """One folder."""

    uidvalidity: int = 7
    uidnext: int = 1
    mails: dict[int, Mail] = field(default_factory=dict)

    def add(self, mail: Mail) -> int:
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.mails[uid] = mail
        return uid


class Server:
    """The folders of one mailbox; ``expunged`` remembers the names of what was removed for good."""

    def __init__(self) -> None:
        self.boxes = {"INBOX": Box(), "Trash": Box(uidvalidity=9, uidnext=40)}
        self.limit: int | None = 10**9
        self.expunged: list[str] = []

    def fill(self, folder: str, count: int, prefix: str = "m", flags: Flag = Flag.SEEN) -> list[int]:
        """Put ``count`` messages into a folder; their UIDs."""
        return [self.put(folder, f"{prefix}{n}", 1000 + n, flags) for n in range(count)]

    def put(
        self, folder: str, name: str, size: int = 1000, flags: Flag = Flag.SEEN, same_as: str = ""
    ) -> int:
        digest = hashlib.sha256((same_as or name).encode()).hexdigest()
        return self.boxes[folder].add(Mail(name, size, message_id=digest, flags=flags))

    def names(self, folder: str) -> list[str]:
        return sorted(mail.name for mail in self.boxes[folder].mails.values())

    def everywhere(self) -> set[str]:
        return {mail.name for box in self.boxes.values() for mail in box.mails.values()}

    def marked(self, folder: str) -> list[str]:
        mails = self.boxes[folder].mails.values()
        return sorted(mail.name for mail in mails if Flag.DELETED in mail.flags)

    @property
    def used(self) -> int:
        return sum(mail.size for box in self.boxes.values() for mail in box.mails.values())


class Script:
    """What happens at which call: ``script.at(12, "cut after")``, or a function for another client's hand."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.plan: dict[int, str] = {}
        self.hands: dict[int, Callable[[], None]] = {}
        self.named: dict[str, str] = {}

    def at(self, call: int, fault: str) -> "Script":
        self.plan[call] = fault
        return self

    def hand(self, call: int, act: Callable[[], None]) -> "Script":
        self.hands[call] = act
        return self

    def on(self, name: str, fault: str) -> "Script":
        """The fault at the first call of this name."""
        self.named[name] = fault
        return self

    def run(self, name: str, act: Callable[[], T], lie: Callable[[], T], cut: Callable[[], None]) -> T:
        number = len(self.calls)
        self.calls.append(name)
        if hand := self.hands.get(number):
            hand()
        fault = self.plan.get(number) or self.named.pop(name, "")
        if fault == "crash before":
            raise Crash
        if fault == "cut before":
            cut()
            raise ConnectionFailedError("coupé")
        if fault.startswith("NO"):
            raise RefusedError("refusé", code=fault.partition(" ")[2])
        value = lie() if fault == "lie" else act()
        if fault == "cut after":
            cut()
            raise ConnectionFailedError("coupé")
        if fault == "crash after":
            raise Crash
        return value


@dataclass(frozen=True)
class Owner:
    address: str = "camille.exemple@medecin.mssante.fr"
    host: str = "imap.example"
    port: int = 993
    username: str = "camille.exemple"
    authorization_identity: str = ""
    read_only: bool = False
    discreet: bool = False


class Listing:
    """What the app holds of a folder it has listed."""

    def __init__(self, folder: str, box: Box, *, details: bool) -> None:
        self.folder = folder
        self.uidvalidity = box.uidvalidity
        self.uids: Sequence[int] = sorted(box.mails)
        self._rows = [message(uid, box.mails[uid], details=details) for uid in self.uids]

    def message(self, i: int) -> Message:
        return self._rows[i]

    def index_of(self, uid: int) -> int | None:
        return list(self.uids).index(uid) if uid in self.uids else None


def message(uid: int, mail: Mail, *, details: bool = True) -> Message:
    date = datetime.strptime(mail.internaldate, "%d-%b-%Y %H:%M:%S %z")
    return Message(uid, mail.size, date, mail.flags, mail.detail if details else None)


def content_of(mail: Mail) -> bytes:
    """The octets of a message: as many as it says, and its own."""
    return f"Subject: {mail.name}\r\n\r\n".encode().ljust(mail.size, b"x")[: mail.size]


class FakeSession:
    """A session on a ``Server``; strict where a real one would go wrong."""

    def __init__(
        self,
        server: Server,
        script: Script | None = None,
        offers: frozenset[str] = FULL,
        copyuid: bool = True,
    ) -> None:
        self.server = server
        self.script = script or Script()
        self.capabilities = offers
        self.account = Owner()
        self.copyuid = copyuid
        self.connected = False
        self.selected = ""
        self.writable = False
        self._open = Box()
        self.was_cut = False
        self.refuse_reconnection: Exception | None = None
        self.asked_to_remove: set[int] = set()

    # Connection and folders

    def ensure_open(self) -> None:
        if self.was_cut and self.refuse_reconnection:
            raise self.refuse_reconnection
        self._call("ensure_open", self._connect, needs_line=False)

    def quota(self) -> Quota | None:
        server = self.server
        return self._call("quota", lambda: Quota(server.used, server.limit) if server.limit else None)

    def examine(self, folder: str) -> FolderState:
        return self._call("examine", lambda: self._enter(folder, writable=False))

    def select(self, folder: str) -> FolderState:
        return self._call("select", lambda: self._enter(folder, writable=True))

    def scan(
        self,
        folder: str,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Listing:
        self.examine(folder)
        return Listing(folder, self.server.boxes[folder], details=False)

    def details(
        self, folder: str, uids: Sequence[int], cancelled: Callable[[], bool] | None = None
    ) -> Iterator[tuple[int, MessageDetail]]:
        self.examine(folder)
        mails = self.server.boxes[folder].mails
        yield from [(uid, mails[uid].detail) for uid in uids if uid in mails]

    # Receipts

    def folders(self) -> list[Folder]:
        sent = [Folder("Sent", "Sent", FolderRole.SENT)] if "Sent" in self.server.boxes else []
        return [*FOLDERS, *sent]

    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Columns]:
        box = self.server.boxes[folder]
        listing = Columns(folder, box.uidvalidity, box.uidnext)
        for uid, mail in sorted(box.mails.items()):
            date = datetime.strptime(mail.internaldate, "%d-%b-%Y %H:%M:%S %z")
            listing.uids.append(uid)
            listing.sizes.append(mail.size)
            listing.dates.append(int(date.timestamp()))
            listing.flags.append(int(mail.flags))
        yield 0, len(listing)
        return listing

    def receipt_uids(self, folder: str, first: int, last: int) -> set[int]:
        mails = self.server.boxes[folder].mails
        return {uid for uid, mail in mails.items() if first <= uid <= last and mail.receipt}

    def receipts(self, folder: str, uids: Sequence[int]) -> dict[int, Receipt]:
        mails = self.server.boxes[folder].mails
        return {uid: told for uid in uids if uid in mails and (told := mails[uid].receipt)}

    def message_names(self, folder: str, uids: Sequence[int]) -> dict[int, MessageName]:
        mails = self.server.boxes[folder].mails
        return {uid: MessageName(key_of(mails[uid].name.encode())) for uid in uids if uid in mails}

    # Messages

    def identities(self, uids: Sequence[int]) -> dict[int, Identity]:
        def look() -> dict[int, Identity]:
            mails = self._box().mails
            return {
                uid: Identity(uid, m.size, m.internaldate, m.message_id, m.flags)
                for uid in uids
                if (m := mails.get(uid))
            }

        return self._call("identities", look)

    def existing(self, uids: Sequence[int]) -> set[int]:
        return self._call("existing", lambda: set(uids) & self._box().mails.keys())

    def octets(self, uid: int, size: int) -> Iterator[bytes]:
        yield self._call("octets", lambda: content_of(self._box().mails[uid]))

    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]:
        mails = self._box().mails
        there = [uid for uid in uids if uid in mails]
        return self._call("octets", lambda: {uid: content_of(mails[uid]) for uid in there})

    def flags_of(self, uids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        return {uid: ("\\Seen",) for uid in uids if uid in self._box().mails}

    def move(self, uids: Sequence[int], target: str) -> dict[int, int] | None:
        assert "MOVE" in self.capabilities
        self.asked_to_remove |= set(uids)

        def act() -> dict[int, int] | None:
            source = self._box(to_change=True).mails
            pairs = {uid: self.server.boxes[target].add(source.pop(uid)) for uid in uids if uid in source}
            return pairs if self.copyuid else None

        return self._call("move", act, lambda: None)

    def copy(self, uids: Sequence[int], target: str) -> dict[int, int] | None:
        def act() -> dict[int, int] | None:
            source = self._box().mails
            box = self.server.boxes[target]
            pairs = {uid: box.add(Mail(**vars(source[uid]))) for uid in uids if uid in source}
            return pairs if self.copyuid else None

        start = self.server.boxes[target].uidnext if target in self.server.boxes else 1
        lie = {uid: start + n for n, uid in enumerate(uids)}
        return self._call("copy", act, lambda: lie if self.copyuid else None)

    def mark_deleted(self, uids: Sequence[int]) -> None:
        self._call("mark", lambda: self._flag(uids, on=True), lambda: None)

    def unmark_deleted(self, uids: Sequence[int]) -> None:
        self._call("unmark", lambda: self._flag(uids, on=False), lambda: None)

    def expunge(self, uids: Sequence[int]) -> None:
        assert "UIDPLUS" in self.capabilities
        self.asked_to_remove |= set(uids)

        def act() -> None:
            mails = self._box(to_change=True).mails
            for uid in [uid for uid in uids if uid in mails and Flag.DELETED in mails[uid].flags]:
                self.server.expunged.append(mails.pop(uid).name)

        self._call("expunge", act, lambda: None)

    def append(
        self, folder: str, octets: Iterable[bytes], size: int, flags: Sequence[str], internaldate: str
    ) -> int | None:
        raise AssertionError("what puts messages in is tried on real servers")

    # How it works

    def _call(
        self, name: str, act: Callable[[], T], lie: Callable[[], T] | None = None, *, needs_line: bool = True
    ) -> T:
        if needs_line and not self.connected:
            raise ConnectionFailedError("hors ligne")
        return self.script.run(name, act, lie or act, self._cut)

    def _connect(self) -> None:
        self.connected = True

    def _cut(self) -> None:
        self.connected, self.selected, self.was_cut = False, "", True

    def _enter(self, folder: str, *, writable: bool) -> FolderState:
        self.selected = ""
        if folder not in self.server.boxes:
            raise RefusedError("absent", code="NONEXISTENT")
        self.selected, self.writable = folder, writable
        box = self._open = self.server.boxes[folder]
        return FolderState(folder, box.uidvalidity, box.uidnext, len(box.mails))

    def _box(self, *, to_change: bool = False) -> Box:
        assert self.selected, "no folder is selected"
        assert self.writable or not to_change, "the folder is only examined"
        if (
            self.server.boxes.get(self.selected) is not self._open
        ):  # deleted or made anew: the server hangs up
            self._cut()
            raise ConnectionFailedError("coupé")
        return self._open

    def _flag(self, uids: Sequence[int], *, on: bool) -> None:
        mails = self._box(to_change=True).mails
        for uid in uids:
            if uid in mails:
                mails[uid].flags = mails[uid].flags | Flag.DELETED if on else mails[uid].flags & ~Flag.DELETED


class ScriptedJournal(Journal):
    """A journal whose writes are calls too: the process may be killed before or after any of them."""

    def __init__(self, path: Path, script: Script) -> None:
        super().__init__(path, CLOCK, "Dr Camille EXEMPLE")
        self._script = script

    def append(self, deed: Deed) -> None:
        self._script.run(
            "journal", lambda: super(ScriptedJournal, self).append(deed), lambda: None, lambda: None
        )


def make_plan(
    server: Server,
    act: Act = Act.TRASH,
    uids: Sequence[int] | None = None,
    plan_id: str = "p1",
    guards: frozenset[Guard] = frozenset(),
) -> CleanupPlan:
    """A plan for the messages of the inbox, or of the trash when that is to be emptied."""
    folder = "INBOX" if act is Act.TRASH else "Trash"
    box = server.boxes[folder]
    chosen = [
        planned(message(uid, mail), Identity(uid, mail.size, mail.internaldate, mail.message_id, mail.flags))
        for uid, mail in sorted(box.mails.items())
        if uids is None or uid in uids
    ]
    owner = Owner()
    return CleanupPlan(
        id=plan_id,
        act=act,
        server=f"{owner.host}:{owner.port}",
        user=owner.username,
        address=owner.address,
        target="Trash" if act is Act.TRASH else "",
        parts=(FolderPart(folder, box.uidvalidity, tuple(chosen)),),
        created=NOW - timedelta(minutes=1),
        reason="demandé par le titulaire",
    )
