"""What stands on the filled sheets, whatever their form: pages of plain values, made from the evidence.

They hold addresses of BAL, figures and dates, and nothing of the mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from balt.i18n import _, language, ngettext
from balt.sheets.model import Evidence, Risks, Sheet, Step, StepState
from balt.sheets.states import WORST_FIRST
from balt.sheets.text import sheets
from balt.text import plain
from balt.units import format_count, format_date

MOST_BAL = 10
"""How many BAL a page has room for; the worst are shown, the others are counted."""

_LENGTH = 400


@dataclass(frozen=True, slots=True)
class FilledStep:
    """A step with its state, the sentences that decide it, and since when ("" where it is not known)."""

    step: Step
    state: StepState
    sentences: tuple[str, ...]
    since: str = ""


@dataclass(frozen=True, slots=True)
class BalLine:
    """One BAL and the state of each step, in the steps' order."""

    address: str
    states: tuple[StepState, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet, of the whole practice (``address`` "") or of one BAL. ``others`` says how many BAL have no
    line, "" for none.
    """

    sheet: Sheet
    address: str
    steps: tuple[FilledStep, ...]
    bals: tuple[BalLine, ...] = ()
    others: str = ""

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(each.state is StepState.DONE for each in self.steps)

    @property
    def progress(self) -> str:
        """How many steps of how many are done: "1/3"."""
        return f"{self.done}/{len(self.steps)}"

    @property
    def risks(self) -> tuple[Risks, ...]:
        """The risks, as the sheet prints them."""
        return self.sheet.risks


@dataclass(frozen=True, slots=True)
class Filled:
    """The whole document: who, on which day, how far one was before ("" where that is not known)."""

    who: str
    day: str
    language: str
    pages: tuple[Page, ...]
    history: str = ""

    @property
    def title(self) -> str:
        """What the document is called."""
        return _("Bonnes pratiques MSSanté : les trois fiches")

    @property
    def head(self) -> str:
        """Who and when, on one line."""
        return " · ".join(part for part in (self.who, self.day) if part)


def filled(found: Sequence[Evidence], who: str, now: datetime, history: str = "") -> Filled:
    """The document from the evidence of ``balt checklist``: pages of the whole practice where it is judged,
    else of each BAL. ``history`` is a line on what was done before. Pure.
    """
    addresses = dict.fromkeys(each.address for each in found)
    scopes: list[str | None] = [None] if None in addresses else list(addresses)
    pages = [page for scope in scopes for sheet in sheets() if (page := _page(sheet, scope, found)).steps]
    return Filled(_shown(who), format_date(now.date()), language(), tuple(pages), _shown(history))


def _page(sheet: Sheet, scope: str | None, found: Sequence[Evidence]) -> Page:
    here = [each for each in found if each.sheet == sheet.id]
    of_scope = {each.step: each for each in here if each.address == scope}
    steps = tuple(_step(step, of_scope[step.number]) for step in sheet.steps if step.number in of_scope)
    if scope is not None:
        return Page(sheet, _shown(scope), steps)
    lines = _lines(sheet, here)
    return Page(sheet, "", steps, tuple(lines[:MOST_BAL]), _others(len(lines) - MOST_BAL))


def _step(step: Step, evidence: Evidence) -> FilledStep:
    since = format_date(evidence.since.date()) if evidence.since else ""
    return FilledStep(step, evidence.state, tuple(map(_shown, evidence.sentences)), since)


def _lines(sheet: Sheet, here: Sequence[Evidence]) -> list[BalLine]:
    """A line for each BAL, the worst first; those in the same state stay in the order of the practice."""
    states: dict[str, dict[int, StepState]] = {}
    for each in here:
        if each.address is not None:
            states.setdefault(each.address, {})[each.step] = each.state
    numbers = [step.number for step in sheet.steps]
    lines = [
        BalLine(_shown(address), tuple(of.get(number, StepState.UNKNOWN) for number in numbers))
        for address, of in states.items()
    ]
    return sorted(lines, key=lambda line: sorted(map(WORST_FIRST.index, line.states)))


def _others(left: int) -> str:
    if left <= 0:
        return ""
    return ngettext(
        "et %(n)s autre BAL : voir balt checklist", "et %(n)s autres BAL : voir balt checklist", left
    ) % {"n": format_count(left)}


def _shown(text: str) -> str:
    return plain(text, _LENGTH).strip()
