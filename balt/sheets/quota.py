"""How full a BAL is, as the Fiches show it under ENTRETENIR: a bar, a percentage, when it will be full."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from balt.config import Thresholds
from balt.i18n import _
from balt.mailboxes.model import Mailbox, MailboxStatus, Question
from balt.mailboxes.operator.judging import fullness_of, source_words
from balt.mailboxes.saturation_words import saturation_headline, saturation_sentence
from balt.units import format_percent, format_size


class QuotaLevel(StrEnum):
    """Against the local thresholds ``quota_warning`` and ``quota_alert``. A BAL that will soon be full is
    never ``CALM``.
    """

    CALM = "calm"
    WARNING = "warning"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """The storage of one BAL: ``used`` and ``limit`` in octets (0 where an operator told the percentage
    alone), ``percent`` rounded down, a sentence.

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

    @property
    def part(self) -> float:
        """How full it is, as a part of 1."""
        return self.used / self.limit if self.limit else self.percent / 100


def quota_line(status: MailboxStatus, thresholds: Thresholds) -> QuotaLine | None:
    """The storage of one BAL ("1,82 Go sur 2 Go"); None where no limit is known."""
    quota = status.quota
    if not status.reachable or quota is None or quota.limit <= 0:
        return None
    percent = quota.used * 100 // quota.limit
    foretold, now = status.saturation, status.taken_at
    soon = foretold is not None and foretold.is_near(now)
    level = _level(percent, thresholds)
    if soon and level is QuotaLevel.CALM:
        level = QuotaLevel.WARNING
    figures = {"used": format_size(quota.used), "limit": format_size(quota.limit)}
    text = _("%(used)s sur %(limit)s")
    if quota.by_hand:
        text = _("%(used)s sur %(limit)s (quota indiqué par vous)")
    line = QuotaLine(status.address, quota.used, quota.limit, percent, level, text % figures)
    if foretold is None:
        return line
    said = saturation_sentence(foretold, now)
    return replace(line, forecast=said, headline=saturation_headline(foretold, now), soon=soon)


def room_of(bal: Mailbox, thresholds: Thresholds, now: datetime) -> QuotaLine | None:
    """The storage of one BAL: as its server says, else as its operator counted lately, with the day of that.
    The holder's fresh word outranks the operator, and is no figure to draw.
    """
    measured = quota_line(bal.measured, thresholds) if bal.measured is not None else None
    if measured is not None or bal.operator is None:
        return measured
    said, percent = bal.answer(Question.QUOTA), fullness_of(bal.operator, now.date())
    if percent is None or (said is not None and said.is_fresh(now)):
        return None
    used, limit = bal.operator.used, bal.operator.quota
    words = {"source": source_words(bal.operator)}
    if used is None or not limit:
        sentence = _("remplie à %(percent)s, %(source)s") % {"percent": format_percent(percent, 100), **words}
        used = limit = 0
    else:
        sizes = {"used": format_size(used), "limit": format_size(limit)}
        sentence = _("%(used)s sur %(limit)s, %(source)s") % {**sizes, **words}
    return QuotaLine(bal.address, used, limit, percent, _level(percent, thresholds), sentence)


def _level(percent: int, thresholds: Thresholds) -> QuotaLevel:
    if percent >= thresholds.quota_alert:
        return QuotaLevel.ALERT
    return QuotaLevel.WARNING if percent >= thresholds.quota_warning else QuotaLevel.CALM


def fullest(bals: Iterable[Mailbox], thresholds: Thresholds, now: datetime) -> QuotaLine | None:
    """The storage of the BAL nearest to its limit; None where no BAL has a known limit."""
    lines = [line for bal in bals if (line := room_of(bal, thresholds, now)) is not None]
    return max(lines, key=lambda line: line.part, default=None)


def soonest(statuses: Iterable[MailboxStatus], thresholds: Thresholds) -> QuotaLine | None:
    """The storage of the BAL that will be full first; None where no date is foretold."""
    dated = [(status.saturation_date, status) for status in statuses if status.saturation_date is not None]
    if not dated:
        return None
    return quota_line(min(dated, key=lambda each: each[0])[1], thresholds)
