"""What sums up the steps: the worst state among them, the fill level of the BAL nearest to its limit, and
which BAL will be full first.
"""

from collections.abc import Sequence

from balt.i18n import _
from balt.mailboxes.practice import Practice
from balt.sheets.model import Evidence, StepState
from balt.sheets.quota import QuotaLevel, fullest, soonest
from balt.tui.views.board import SIGNS, Gauge
from balt.units import format_percent

_HUES = {QuotaLevel.CALM: "entretenir", QuotaLevel.WARNING: "attention", QuotaLevel.ALERT: "alert"}


def worst_sign(evidence: Sequence[Evidence]) -> str:
    """The sign of the worst state among the steps; "" while nothing is known."""
    order = (StepState.ATTENTION, StepState.TODO, StepState.BLOCKED, StepState.UNKNOWN, StepState.DONE)
    found = {each.state for each in evidence}
    return next((SIGNS[state][0] for state in order if state in found), "")


def gauge_of(practice: Practice, address: str = "") -> Gauge | None:
    """What to draw, of the practice or of one BAL; None where no BAL has a known limit. Names the BAL where
    there are several, and the one that will be full first where it is another one.
    """
    bals = [each for each in practice.mailboxes if each.counts and address in ("", each.address)]
    line = fullest(bals, practice.thresholds, practice.now)
    if line is None:
        return None
    several = len(practice.mailboxes) > 1 and not address
    sentences = [f"{line.sentence} · {line.address}" if several else line.sentence]
    sentences += [line.forecast] if line.forecast else []
    first = soonest([each.measured for each in bals if each.measured is not None], practice.thresholds)
    if first is not None and first.address != line.address:
        sentences.append(_("%(address)s : %(when)s") % {"address": first.address, "when": first.headline})
    return Gauge(
        part=line.part,
        percent=format_percent(line.used, line.limit) if line.limit else format_percent(line.percent, 100),
        sentences=tuple(sentences),
        brief=line.headline or sentences[0],
        hue=_HUES[line.level],
    )


def alarm_of(practice: Practice) -> str:
    """What the header says when a BAL will soon be full: "saturée vers le 12 janv. 2027"; else ""."""
    line = soonest(practice.measured, practice.thresholds)
    return line.headline if line is not None and line.soon else ""
