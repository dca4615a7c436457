"""Where the practice stood on each step, at most a line a day: states and nothing else.

A day keeps its last reading, unless that one knows less (a server that was silent in the evening does not
undo what the morning saw).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from balt.i18n import _, language
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, rows, words
from balt.sheets.model import Evidence, StepState
from balt.units import format_date

_MONTHS_FR = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre"),
    *("novembre", "décembre"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_YEARS = range(1990, 2201)
_MONTH_DAYS = 31
_YEAR_DAYS = 300
"""So that a month's name alone is never that of last year's same month."""
States = Mapping[str, StepState]


@dataclass(frozen=True, slots=True)
class Day:
    """How each step (by id) stood on a day."""

    day: date
    states: tuple[tuple[str, StepState], ...]

    @property
    def done(self) -> int:
        """How many steps were done."""
        return sum(state is StepState.DONE for _step, state in self.states)

    @property
    def unknown(self) -> int:
        """How many could not be told."""
        return sum(state is StepState.UNKNOWN for _step, state in self.states)

    @property
    def score(self) -> str:
        """ "6/8"."""
        return f"{self.done}/{len(self.states)}"

    def state(self, step: str) -> StepState | None:
        """The state of a step; None for one that there was not."""
        return dict(self.states).get(step)


class History:
    """The days in ``folder`` / ``history.json``. Both methods may raise StoppedError."""

    def __init__(self, folder: Path, wait: float = LOCK_SECONDS) -> None:
        self._store = Store(folder / "history.json", _SHAPE, wait)

    def days(self) -> tuple[Day, ...]:
        """All of them, oldest first."""
        return self._store.read()

    def note(self, evidence: Iterable[Evidence], now: datetime) -> tuple[Day, ...]:
        """Write down where the practice stands (the evidence of single BAL is passed over), and return all
        days.
        """
        states = tuple((each.id, each.state) for each in evidence if each.address is None)
        return (
            self._store.change(lambda days: noted(days, Day(now.date(), states))) if states else self.days()
        )


def noted(days: Sequence[Day], new: Day) -> tuple[Day, ...]:
    """The days with a new one."""
    kept = {each.day: each for each in days}
    same = kept.get(new.day)
    if same is None or new.unknown <= same.unknown:
        kept[new.day] = new
    return tuple(kept[day] for day in sorted(kept))


def since_of(days: Sequence[Day], step: str, state: StepState) -> date | None:
    """Since which reading a step has had this state without a break; None where it is not seen how long: no
    earlier reading shows another one.
    """
    found: date | None = None
    for each in reversed(days):
        if each.state(step) is not state:
            return found
        found = each.day
    return None


def dated(evidence: Sequence[Evidence], days: Sequence[Day], now: datetime) -> list[Evidence]:
    """The evidence, with what the readings tell of when a state of the practice began."""
    found = []
    for each in evidence:
        day = since_of(days, each.id, each.state) if each.since is None and each.address is None else None
        found.append(replace(each, since=datetime.combine(day, time(), now.tzinfo)) if day else each)
    return found


def progress_words(days: Sequence[Day], now: datetime) -> str:
    """ "en mars 2/8, aujourd'hui 6/8": the last day beside one before it, the first of the last 300 days; ""
    where there is but one.
    """
    past = [each for each in days if each.day <= now.date()]
    if len(past) < 2:
        return ""
    last = past[-1]
    first = next(each for each in past if (last.day - each.day).days <= _YEAR_DAYS)
    if first is last:
        first = past[-2]
    today = _("aujourd'hui") if last.day == now.date() else _("le %s") % format_date(last.day)
    words = {"before": _when(first.day, last.day), "old": first.score, "today": today, "new": last.score}
    return _("%(before)s %(old)s, %(today)s %(new)s") % words


def _when(day: date, today: date) -> str:
    """A day long past by its month, else as it is."""
    apart = (today - day).days
    if _MONTH_DAYS <= apart <= _YEAR_DAYS:
        return _("en %s") % (_MONTHS_FR if language() == "fr" else _MONTHS_EN)[day.month - 1]
    return _("le %s") % format_date(day)


def _decode(document: Mapping[str, object]) -> tuple[Day, ...]:
    return tuple(_day(row) for row in rows(document["days"]))


def _day(row: Mapping[str, object]) -> Day:
    day, states = date.fromisoformat(words(row["day"], 10)), row["states"]
    if day.year not in _YEARS or not isinstance(states, dict):
        raise ValueError(row)
    return Day(day, tuple((words(step, 40), StepState(words(state))) for step, state in states.items()))


def _encode(days: tuple[Day, ...]) -> Mapping[str, object]:
    return {
        "days": [
            {"day": each.day.isoformat(), "states": {step: state.value for step, state in each.states}}
            for each in days
        ]
    }


_SHAPE: Shape[tuple[Day, ...]] = Shape("balt history", 1, (), _decode, _encode)
