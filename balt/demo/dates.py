"""Moments in France, without a table of time zones (Windows has none)."""

from datetime import date, datetime, timedelta, timezone

WINTER = timezone(timedelta(hours=1))
SUMMER = timezone(timedelta(hours=2))


def paris(moment: datetime) -> datetime:
    """A moment without zone, as a clock in Paris shows it: aware, with summer time (directive 2000/84/EC)."""
    begins = datetime.combine(_last_sunday(moment.year, 3), datetime.min.time()) + timedelta(hours=2)
    ends = datetime.combine(_last_sunday(moment.year, 10), datetime.min.time()) + timedelta(hours=3)
    return moment.replace(tzinfo=SUMMER if begins <= moment < ends else WINTER)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
