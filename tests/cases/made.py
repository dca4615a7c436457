"""Cases of one BAL, opened on a day of March, and what happened on which day after that."""

from datetime import UTC, datetime, timedelta

from balt.cases.model import Case, CaseKind, Event, Happened
from balt.cases.steps import CaseStep, Known, StepName, steps_of
from balt.mailboxes.model import Publication

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER, THIRD = (
    "c.exemple@ch-fictif.mssante.fr",
    "camille.exemple@medecin.mssante.fr",
    "x@essai.mssante.fr",
)
PUBLISHED, ABSENT = Publication.PUBLISHED.value, Publication.ABSENT.value
Told = tuple[Happened, int, str]


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def case(
    *events: Told, kind: CaseKind = CaseKind.DEPUBLICATION, opened: int = 0, replacement: str = OTHER
) -> Case:
    """A case, and what happened on which day."""
    told = [Event(Happened.OPENED, day(opened), replacement)]
    told += [Event(what, day(number), value) for what, number, value in events]
    return Case(kind, BAL, tuple(told))


def deletion(*events: Told, opened: int = 0) -> Case:
    """A deletion whose content was safe when it was opened."""
    return case((Happened.KEPT, opened, "/archive"), *events, kind=CaseKind.DELETION, opened=opened)


def step(name: StepName, of: Case, now: int = 1, known: Known | None = None) -> CaseStep:
    return {each.name: each for each in steps_of(of, known or Known(), day(now))}[name]
