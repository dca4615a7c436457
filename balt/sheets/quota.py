"""How full a BAL is, as the Fiches show it under ENTRETENIR: a bar, a percentage, when it will be full."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from balt.config import Thresholds
from balt.i18n import _
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.saturation_words import saturation_headline, saturation_sentence
from balt.units import format_size


class QuotaLevel(StrEnum):
    """Against the local thresholds ``quota_warning`` and ``quota_alert``. A BAL that will soon be full is
    never ``CALM``.
    """

    CALM = "calm"
    WARNING = "warning"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """The storage of one BAL: ``used`` and ``limit`` in octets, ``percent`` rounded down, a sentence.

    ``forecast`` says when it will be full and why, or why that cannot be said; ``headline`` the date only, ""
    without one. ``soon`` tells that the date is near.
    """

    address: str
    used: int
    limit: int
    percent: int
    level: QuotaLevel
    sentence: str
    forecast: str = ""
    headline: str = ""
    soon: bool = False


def quota_line(status: MailboxStatus, thresholds: Thresholds) -> QuotaLine | None:
    """The storage of one BAL ("1,82 Go sur 2 Go"); None where no limit is known."""
    quota = status.quota
    if not status.reachable or quota is None or quota.limit <= 0:
        return None
    percent = quota.used * 100 // quota.limit
    foretold, now = status.saturation, status.taken_at
    soon = foretold is not None and foretold.is_near(now)
    if percent >= thresholds.quota_alert:
        level = QuotaLevel.ALERT
    elif percent >= thresholds.quota_warning or soon:
        level = QuotaLevel.WARNING
    else:
        level = QuotaLevel.CALM
    figures = {"used": format_size(quota.used), "limit": format_size(quota.limit)}
    text = _("%(used)s sur %(limit)s")
    if quota.by_hand:
        text = _("%(used)s sur %(limit)s (quota indiqué par vous)")
    line = QuotaLine(status.address, quota.used, quota.limit, percent, level, text % figures)
    if foretold is None:
        return line
    said = saturation_sentence(foretold, now)
    return replace(line, forecast=said, headline=saturation_headline(foretold, now), soon=soon)


def fullest(statuses: Iterable[MailboxStatus], thresholds: Thresholds) -> QuotaLine | None:
    """The storage of the BAL nearest to its limit; None where no BAL has a known limit."""
    lines = [line for status in statuses if (line := quota_line(status, thresholds)) is not None]
    return max(lines, key=lambda line: line.used / line.limit, default=None)


def soonest(statuses: Iterable[MailboxStatus], thresholds: Thresholds) -> QuotaLine | None:
    """The storage of the BAL that will be full first; None where no date is foretold."""
    dated = [(status.saturation_date, status) for status in statuses if status.saturation_date is not None]
    if not dated:
        return None
    return quota_line(min(dated, key=lambda each: each[0])[1], thresholds)
