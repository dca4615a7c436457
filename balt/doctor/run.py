"""All the checks together, and what they amount to for a script."""

from collections.abc import Iterable
from dataclasses import dataclass

from balt.doctor.model import Check, Result
from balt.doctor.steps import SERVER_STEPS

_SERVERS = SERVER_STEPS | {"directory.answer"}


@dataclass(frozen=True, slots=True)
class Line:
    """One check; ``mailbox`` is the address that was tried, None for the machine and the directory."""

    mailbox: str | None
    check: Check

    def to_json(self) -> dict[str, object]:
        """The line as ``balt doctor --json`` gives it."""
        return {"mailbox": self.mailbox} | self.check.to_json()


def exit_code(lines: Iterable[Line]) -> int:
    """3 when a server could not be reached or refused, else 1 when there is something to tell, else 0."""
    code = 0
    for line in lines:
        if line.check.result is Result.FAILURE and line.check.id in _SERVERS:
            return 3
        code = max(code, int(line.check.found))
    return code
