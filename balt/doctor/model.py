"""One thing that was looked at, what was found, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How a check ended; ``SKIPPED`` where there was nothing to check, which is no fault."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """``id`` is a name that scripts may rely on; ``label``, ``sentence`` and ``advice`` are for people, safe
    to show, and hold no secret. ``advice`` is "" where there is nothing to do.
    """

    id: str
    label: str
    result: Result
    sentence: str
    advice: str = ""

    def to_json(self) -> dict[str, object]:
        """The check as ``balt doctor --json`` gives it."""
        return {
            "id": self.id,
            "label": self.label,
            "result": str(self.result),
            "sentence": self.sentence,
            "advice": self.advice,
        }

    @property
    def found(self) -> bool:
        """Whether there is something to tell: a warning or a failure."""
        return self.result in (Result.WARNING, Result.FAILURE)
