"""What sums up the steps: the worst state among them, and the fill level of the BAL nearest to its limit."""

from collections.abc import Sequence

from balt.mailboxes.practice import Practice
from balt.sheets.model import Evidence, StepState
from balt.sheets.quota import QuotaLevel, fullest
from balt.tui.views.board import SIGNS, Gauge
from balt.units import format_percent

_HUES = {QuotaLevel.CALM: "entretenir", QuotaLevel.WARNING: "attention", QuotaLevel.ALERT: "alert"}


def worst_sign(evidence: Sequence[Evidence]) -> str:
    """The sign of the worst state among the steps; "" while nothing is known."""
    order = (StepState.ATTENTION, StepState.TODO, StepState.BLOCKED, StepState.UNKNOWN, StepState.DONE)
    found = {each.state for each in evidence}
    return next((SIGNS[state][0] for state in order if state in found), "")


def gauge_of(practice: Practice) -> Gauge | None:
    """What to draw; None where no BAL has a known limit. Names the BAL where there are several."""
    line = fullest(practice.measured, practice.thresholds)
    if line is None:
        return None
    sentence = f"{line.sentence} · {line.address}" if len(practice.mailboxes) > 1 else line.sentence
    return Gauge(line.used / line.limit, format_percent(line.used, line.limit), sentence, _HUES[line.level])
