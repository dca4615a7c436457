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
