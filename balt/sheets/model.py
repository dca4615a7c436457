"""A sheet, its steps, and what is known of a step; plain values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

SortKey = Literal["size", "date", "from"]
View = Literal["annuaire", "messages", "situations"]


class StepState(StrEnum):
    """Where one stands on a step.

    ``DONE``: all that the sheet asks there holds, as far as it was measured everywhere. ``TODO``: there is
    something to do. ``ATTENTION``: the same, and it presses (a nearly full BAL, documents not yet filed, a
    BAL that nobody reads). ``BLOCKED``: another step comes first. ``UNKNOWN``: what is known does not decide.
    """

    DONE = "done"
    TODO = "todo"
    ATTENTION = "attention"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``title`` is as printed, in every language; ``gloss`` translates it ("" in French).

    ``sentences`` is what the sheet says under the title, one paragraph or item each.
    """

    id: str
    title: str
    sentences: tuple[str, ...]
    gloss: str = ""

    @property
    def number(self) -> int:
        """1 to 3, as on the sheet."""
        return int(self.id.rpartition(".")[2])


@dataclass(frozen=True, slots=True)
class Risks:
    """Risks under one heading: for you, for your colleagues, for the patient; ``for_whom`` may be ""."""

    for_whom: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``verb``, ``title`` and ``hashtags`` are as printed, in every language.

    ``practice`` is the heading over the steps, ``risk_heading`` the one over the risks; ``more`` says where
    to learn more about the steps (may be empty); ``questions`` are the contacts under "Des questions ?".
    """

    id: str
    verb: str
    title: str
    practice: str
    steps: tuple[Step, ...]
    risk_heading: str
    risks: tuple[Risks, ...]
    questions_heading: str
    questions: tuple[str, ...]
    hashtags: tuple[str, ...]
    more: tuple[str, ...] = ()
    gloss: str = ""

    @property
    def subject(self) -> str:
        """The title without its verb and its bracket: "ses boîtes aux lettres"."""
        return self.title.partition(" ")[2].partition(" (")[0]

    @property
    def short_subject(self) -> str:
        """The same for a narrow screen, in the sheet's own abbreviation: "ses BAL"."""
        return self.subject.partition(" ")[0] + " BAL"


@dataclass(frozen=True, slots=True)
class Target:
    """Where Enter leads from a step.

    View "messages": those of ``folder`` (the server's name) in the BAL ``address``, through ``filter``, in
    the order ``sort`` (``reverse`` as in a listing: sizes and dates the other way); ``partial`` says that
    other folders or BAL hold some of what the step counts, ``archive`` that all of them are to be archived.
    View "annuaire": the BAL ``address``. View "situations": the whole of it.
    """

    address: str
    folder: str = ""
    filter: str = ""
    sort: SortKey = "date"
    reverse: bool = False
    partial: bool = False
    archive: bool = False
    view: View = "messages"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one step (``step`` counts from 1), for the BAL ``address`` or (None) the practice.

    ``sentences`` are short lines with the figures that decide; there is always one. ``since`` is when the
    state began, where it is known.
    """

    sheet: str
    step: int
    address: str | None
    state: StepState
    sentences: tuple[str, ...]
    since: datetime | None = None
    target: Target | None = None

    @property
    def id(self) -> str:
        """The id of the step: "identifier.1"."""
        return f"{self.sheet}.{self.step}"
