"""What can go wrong between a client and its server, on demand: a script of faults for tests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from balt.demo.store import StoredAccount


class FaultKind(StrEnum):
    """What happens to a command that a fault strikes."""

    CUT = "cut"
    """The connection closes; the command is not done."""
    CUT_AFTER = "cut after"
    """The command is done, and the connection closes before its last line is sent."""
    CUT_IN_LITERAL = "cut in literal"
    """The connection closes in the middle of the first literal of the answer."""
    SHORT_LITERAL = "short literal"
    """The first literal of the answer holds ``amount`` octets fewer than it says."""
    STALL = "stall"
    """Nothing is done and nothing is answered until the client goes away."""
    NO = "no"
    """Answered NO; ``code`` may give a response code."""
    BAD = "bad"
    """Answered BAD."""
    BYE = "bye"
    """The server says goodbye and closes; the command is not done."""
    OVERQUOTA = "overquota"
    """Answered NO [OVERQUOTA]."""
    LYING_OK = "lying ok"
    """Answered OK, and nothing is done."""
    UIDVALIDITY = "uidvalidity"
    """``folder`` (by default the one that is open) gets another UIDVALIDITY, then the command is done."""
    REORDER = "reorder"
    """The items of each FETCH answer come in the opposite order."""
    LYING_SIZE = "lying size"
    """RFC822.SIZE is ``amount`` octets too large."""
    UNSOLICITED_FETCH = "unsolicited fetch"
    """FETCH answers that nobody asked for come among the others."""
    UNSOLICITED_EXPUNGE = "unsolicited expunge"
    """Somebody else removes the first message of the open folder, and it is announced at once."""
    CALL = "call"
    """``action`` is called with the account, then the command is done: whatever another client may do."""


@dataclass
class Fault:
    """Strikes commands called ``command`` ("UID MOVE", "FETCH"…; "" is every command after the login).

    It lets ``after`` of them pass, then strikes ``times`` times (-1: for ever).
    """

    kind: FaultKind
    command: str = ""
    times: int = 1
    after: int = 0
    amount: int = 1
    code: str = ""
    folder: str = ""
    action: Callable[[StoredAccount], object] | None = None

    def strikes(self, command: str) -> bool:
        """Whether it strikes this command; counts."""
        if self.times == 0 or self.command not in ("", command):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= self.times > 0
        return True


class FaultScript:
    """The faults of one server; tests may add to it at any time."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.faults = list(faults)

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def clear(self) -> None:
        self.faults.clear()

    def striking(self, command: str) -> dict[FaultKind, Fault]:
        """The faults that strike this command, one of each kind."""
        return {fault.kind: fault for fault in tuple(self.faults) if fault.strikes(command)}
