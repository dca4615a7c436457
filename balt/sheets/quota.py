"""How full a BAL is, as the Fiches show it under ENTRETENIR: a bar, a percentage, a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from balt.config import Thresholds
from balt.i18n import _
from balt.mailboxes.model import MailboxStatus
from balt.units import format_size


class QuotaLevel(StrEnum):
    """Against the local thresholds ``quota_warning`` and ``quota_alert``."""

    CALM = "calm"
    WARNING = "warning"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """The storage of one BAL: ``used`` and ``limit`` in octets, ``percent`` rounded down, a sentence."""

    address: str
    used: int
    limit: int
    percent: int
    level: QuotaLevel
    sentence: str


def quota_line(status: MailboxStatus, thresholds: Thresholds) -> QuotaLine | None:
    """The storage of one BAL ("1,82 Go sur 2 Go"); None where no limit is known."""
    quota = status.quota
    if not status.reachable or quota is None or quota.limit <= 0:
        return None
    percent = quota.used * 100 // quota.limit
    if percent >= thresholds.quota_alert:
        level = QuotaLevel.ALERT
    elif percent >= thresholds.quota_warning:
        level = QuotaLevel.WARNING
    else:
        level = QuotaLevel.CALM
    figures = {"used": format_size(quota.used), "limit": format_size(quota.limit)}
    text = _("%(used)s sur %(limit)s")
    if quota.by_hand:
        text = _("%(used)s sur %(limit)s (quota indiqué par vous)")
    return QuotaLine(status.address, quota.used, quota.limit, percent, level, text % figures)


def fullest(statuses: Iterable[MailboxStatus], thresholds: Thresholds) -> QuotaLine | None:
    """The storage of the BAL nearest to its limit; None where no BAL has a known limit."""
    lines = [line for status in statuses if (line := quota_line(status, thresholds)) is not None]
    return max(lines, key=lambda line: line.used / line.limit, default=None)
