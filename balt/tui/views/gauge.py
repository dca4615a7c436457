"""The fill level that stands under the second sheet: that of the BAL nearest to its limit."""

from collections.abc import Sequence

from balt.config import Config
from balt.mailboxes.model import MailboxStatus
from balt.sheets.quota import QuotaLevel, fullest
from balt.tui.views.board import Gauge
from balt.units import format_percent

_HUES = {QuotaLevel.CALM: "entretenir", QuotaLevel.WARNING: "attention", QuotaLevel.ALERT: "alert"}


def gauge_of(statuses: Sequence[MailboxStatus], config: Config) -> Gauge | None:
    """What to draw; None where no BAL has a known limit. Names the BAL where there are several."""
    line = fullest(statuses, config.thresholds)
    if line is None:
        return None
    sentence = f"{line.sentence} · {line.address}" if len(config.accounts) > 1 else line.sentence
    return Gauge(line.used / line.limit, format_percent(line.used, line.limit), sentence, _HUES[line.level])
