"""What comes after what, when several computers write down the same things and their clocks are apart."""

from collections.abc import Iterable
from datetime import datetime, timedelta

SKEW = timedelta(days=2)
"""A local choice: how far ahead another computer's clock may be and still be believed."""


def after(
    now: datetime, moments: Iterable[datetime], step: timedelta = timedelta(microseconds=1)
) -> datetime:
    """The date of what is written now, knowing what was written at ``moments``: later than all of them, even
    where the clock that dated them is ahead of this one (Lamport's rule). One that is ahead by more than
    ``SKEW`` was wrong, and is passed over.
    """
    ahead = [each for each in moments if now <= each <= now + SKEW]
    return max(ahead) + step if ahead else now


def rank(moment: datetime, now: datetime) -> tuple[bool, datetime]:
    """What dated lines are sorted by, oldest first. One dated by a clock that was wrong (ahead by more than
    ``SKEW``) comes before all others, or nothing said since could correct it.
    """
    return moment <= now + SKEW, moment


def is_fresh(moment: datetime, now: datetime, days: int) -> bool:
    """Whether what was said at ``moment`` is younger than so many days; never what a wrong clock dated."""
    return moment <= now + SKEW and (now - moment).days < days
