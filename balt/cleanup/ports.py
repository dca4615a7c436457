"""What a clean-up needs from the mail room, so that it can be proved without any server."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from balt.cleanup.plan import FolderPart, PlannedMessage
from balt.mail.model import Folder, FolderRole, FolderState, Identity, Message, MessageDetail, Quota
from balt.mailboxes.receipt_source import ReceiptSource

Progress = Callable[[int, int], None]
"""Told how many messages are dealt with, and out of how many."""
Cancelled = Callable[[], bool]
"""Asked between two batches whether the user wants to stop."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far an act is: messages dealt with, out of how many; and their octets."""

    messages: int
    of_messages: int
    octets: int
    of_octets: int


OnAdvance = Callable[[Advance], object]


class Owner(Protocol):
    """Whose mailbox a session opens: the part of an account that a plan is bound to."""

    @property
    def address(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def authorization_identity(self) -> str: ...
    @property
    def read_only(self) -> bool: ...
    @property
    def discreet(self) -> bool: ...


class Rows(Protocol):
    """A listing of one folder, as the user saw it when marking."""

    @property
    def folder(self) -> str: ...
    @property
    def uidvalidity(self) -> int: ...
    @property
    def uids(self) -> Sequence[int]: ...
    def message(self, i: int, /) -> Message: ...
    def index_of(self, uid: int, /) -> int | None: ...


class Session(Protocol):
    """One connection to the mailbox. After a reconnection no folder is selected."""

    @property
    def account(self) -> Owner: ...
    @property
    def capabilities(self) -> frozenset[str]: ...
    def ensure_open(self) -> None: ...
    def quota(self) -> Quota | None: ...
    def examine(self, folder: str) -> FolderState: ...
    def select(self, folder: str) -> FolderState: ...
    def details(
        self, folder: str, uids: Sequence[int], cancelled: Cancelled | None = None
    ) -> Iterator[tuple[int, MessageDetail]]: ...
    def identities(self, uids: Sequence[int]) -> dict[int, Identity]: ...
    def move(self, uids: Sequence[int], target: str) -> dict[int, int] | None: ...
    def copy(self, uids: Sequence[int], target: str) -> dict[int, int] | None: ...
    def mark_deleted(self, uids: Sequence[int]) -> None: ...
    def unmark_deleted(self, uids: Sequence[int]) -> None: ...
    def expunge(self, uids: Sequence[int]) -> None: ...
    def existing(self, uids: Sequence[int]) -> set[int]: ...
    def octets(self, uid: int, size: int) -> Iterator[bytes]: ...
    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]: ...
    def flags_of(self, uids: Sequence[int]) -> dict[int, tuple[str, ...]]: ...
    def append(
        self, folder: str, octets: Iterable[bytes], size: int, flags: Sequence[str], internaldate: str
    ) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What is verified in an archive of one message: the SHA-256 (hex) and octets of its file, and its path
    inside the archive; when it was archived (RFC 3339), and the flags that it had then.
    """

    sha256: str
    size: int
    file: str
    archived: str = ""
    flags: tuple[str, ...] = ()


class Keeper(Protocol):
    """An archive that is open for writing."""

    def keep(
        self,
        session: Session,
        part: FolderPart,
        messages: Sequence[PlannedMessage],
        found: Mapping[int, Identity],
        cancelled: Cancelled | None,
    ) -> Mapping[int, Kept]:
        """Archive messages of the folder that ``session`` has open; those, by UID, that are verified there.
        StoppedError where the archive's place fails; what was verified until then stays so.
        """
        ...


class PlanningSession(Session, ReceiptSource, Protocol):
    """A session that can also tell which receipts the mailbox holds: what preparing a plan needs."""


class ScanningSession(PlanningSession, Protocol):
    """A session that can also list a folder: what emptying the trash needs."""

    def scan(
        self, folder: str, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Rows: ...


@runtime_checkable
class KeepsMarks(Protocol):
    """A session with marks of balt's own, which name messages by their UIDs."""

    def follow_marks(self, folder: str, uidvalidity: int, pairs: Mapping[int, int]) -> None:
        """The marks of the messages that are named first go to those that are named second."""
        ...


def server_of(owner: Owner) -> str:
    """The server as plans and the journal name it: ``host:port``."""
    return f"{owner.host}:{owner.port}"


def trash_of(folders: Sequence[Folder]) -> Folder | None:
    """The trash folder, or None when the server has none that balt can recognise."""
    return next((f for f in folders if f.role is FolderRole.TRASH and f.selectable), None)
