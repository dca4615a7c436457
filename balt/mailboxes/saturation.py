"""When a BAL will be full, as far as dates and sizes of what it holds tell; else why that cannot be said.

What was deleted left no octets behind, so that the past looks smaller than it was. What it did leave is holes
in the numbers of INBOX (UIDs only grow, RFC 3501 2.3.1.1): they tell a BAL that began lately from one that is
emptied, which look alike otherwise. Where mail goes away as it comes, nothing is foretold.

Months are twelfths of a year counted back from now: each is a full one, in any zone. All numbers below are
local choices, tried on made-up BAL of known future (``tests/bench/saturation.py``).
"""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf, log, sqrt
from statistics import fmean, median, stdev

from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Quota

MONTH = 2_629_800
"""Seconds: 365.25 days / 12."""
YEAR = 12
KEPT_APART = 3 * YEAR
"""Months whose octets are counted one by one."""
HORIZON = 5 * YEAR
"""Months: beyond them nothing is foretold."""
LEAST_MONTHS = 3
"""Full months that are needed to say anything."""
NEAR_DAYS = 90
"""A saturation within so many days presses."""

_PIECE = 65_536  # rows looked at in one go
_UNDATED = 0.2  # of the octets
_MATCH = 2  # the server's count and ours may differ by this factor; beyond, it counts something else
_SLACK = 0.01  # of the limit: a difference that does not matter
_NEGLIGIBLE = 0.05  # of an ordinary month: what is older than the use of the BAL
_BURST = 2.5  # times an ordinary month: an import
_MOST_BURSTS = 5  # one month in so many may be one
_UNSURE = 0.13  # standard error of the mean, as a part of it
_EMPTIED_WITHIN = 18  # months
_DROP = 0.65  # of the octets a month, and of the messages that stay: less is left of older months
_GONE_OF_ALL = 0.2  # of all that ever came into INBOX
_UNTOUCHED = 0.1  # of what came into INBOX before: no more is gone
_MOST_GROWTH = 1.5  # times as much from year to year, or as little


class Silence(StrEnum):
    """Why no date is told. ``UNMATCHED``: the server's count is far from what is listed (a quota shared with
    another BAL, folders that cannot be looked at). ``EMPTIED``: mail is removed after some months. ``FAR``:
    not within ``HORIZON``.
    """

    NO_QUOTA = "no_quota"
    FULL = "full"
    UNDATED = "undated"
    UNMATCHED = "unmatched"
    TOO_RECENT = "too_recent"
    EMPTIED = "emptied"
    STILL = "still"
    IRREGULAR = "irregular"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Inflow:
    """What is there, by the month when it came, the last month first; ``KEPT_APART`` months, then one place
    for all that is older.

    ``octets`` covers every folder; ``undated`` are those without a known date. ``kept`` counts the messages
    of INBOX and of the folders that it is filed into; ``filed`` the latter alone. ``first_uids`` is the
    smallest UID of INBOX in each month, 0 where there is none; ``issued`` is how many UIDs INBOX ever gave.
    """

    octets: tuple[int, ...]
    undated: int = 0
    kept: tuple[int, ...] = ()
    filed: tuple[int, ...] = ()
    first_uids: tuple[int, ...] = ()
    issued: int = 0

    @property
    def total(self) -> int:
        """All octets, dated or not."""
        return sum(self.octets) + self.undated

    def gone_before(self, month: int) -> tuple[int, int]:
        """Of the mail that INBOX received more than ``month`` months ago: how many messages are nowhere in
        the BAL any more, and how many are. (0, 0) where INBOX is not known.
        """
        if not self.issued:
            return 0, 0
        first = min((uid for uid in self.first_uids[:month] if uid), default=self.issued + 1)
        kept = sum(self.kept[month:])
        return max(first - 1 - sum(self.filed[:month]) - kept, 0), kept


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a BAL will be full, or why that cannot be said: one of ``date`` and ``silence`` is None.

    ``rate`` is octets per month, from ``months`` full months; ``growth`` how many times as much comes from
    year to year. After how many months mail is removed is in ``months`` where ``silence`` is ``EMPTIED``.
    """

    date: datetime | None = None
    rate: int | None = None
    months: int = 0
    growth: float = 1.0
    silence: Silence | None = None

    def is_near(self, now: datetime) -> bool:
        """Whether the BAL will be full within ``NEAR_DAYS``."""
        return self.date is not None and self.date - now < timedelta(days=NEAR_DAYS)

    def to_json(self) -> dict[str, object]:
        """The reasoning as ``balt status --json`` prints it, beside the date."""
        reason = None if self.silence is None else self.silence.value
        return {"rate": self.rate, "months": self.months, "growth": round(self.growth, 2), "reason": reason}


def inflow_steps(
    listings: Iterable[Listing], now: datetime, inbox: Listing | None = None, aside: Collection[Listing] = ()
) -> Generator[None, None, Inflow]:
    """Add up what is there, with a pause every 65,536 rows. ``inbox`` is one of ``listings``, and so are
    those of ``aside``: folders into which no received mail is filed to be kept (trash, drafts, sent).
    """
    seconds = int(now.timestamp())
    octets, kept, filed, firsts = ([0] * (KEPT_APART + 1) for _ in range(4))
    undated = 0
    for listing in listings:
        counted = listing is inbox or listing not in aside
        for start in range(0, len(listing), _PIECE):
            piece = slice(start, start + _PIECE)
            uids, sizes = listing.uids[piece], listing.sizes[piece]
            for month, run in _runs(listing.dates[piece], seconds):
                size = sum(sizes[run]) - UNKNOWN_SIZE * sizes[run].count(UNKNOWN_SIZE)
                if month is None:
                    undated += size
                    continue
                octets[month] += size
                kept[month] += len(uids[run]) if counted else 0
                if listing is inbox:
                    lowest = min(uids[run])
                    firsts[month] = min(firsts[month] or lowest, lowest)
                elif counted:
                    filed[month] += len(uids[run])
            yield
    issued = max(inbox.uidnext - 1, 0) if inbox is not None else 0
    return Inflow(tuple(octets), undated, tuple(kept), tuple(filed), tuple(firsts), issued)


def forecast(inflow: Inflow, quota: Quota | None, now: datetime) -> Forecast:
    """When ``quota`` will be used up if mail goes on coming and staying as it did. Pure."""
    if quota is None or quota.limit <= 0:
        return Forecast(silence=Silence.NO_QUOTA)
    if quota.used >= quota.limit:
        return Forecast(silence=Silence.FULL)
    if silence := _unreadable(inflow, quota):
        return Forecast(silence=silence)
    if (age := _emptied_after(inflow)) is not None:
        return Forecast(months=age, silence=Silence.EMPTIED)
    months = _full_months(inflow)
    if months < LEAST_MONTHS:
        return Forecast(months=months, silence=Silence.TOO_RECENT)
    looked_at = inflow.octets[:months]
    if looked_at[0] <= fmean(looked_at) * _NEGLIGIBLE:
        return Forecast(months=months, silence=Silence.STILL)
    ordinary = _ordinary(looked_at)
    if ordinary is None:
        return Forecast(months=months, silence=Silence.IRREGULAR)
    # The room is counted by the server: what comes is brought to its measure.
    rate, growth = fmean(ordinary) * quota.used / inflow.total, _growth(inflow)
    left = _months_until(quota.limit - quota.used, rate, growth)
    if left > HORIZON:
        return Forecast(None, round(rate), months, growth, Silence.FAR)
    return Forecast(now + timedelta(seconds=int(left * MONTH)), round(rate), months, growth)


def _runs(dates: Sequence[int], now: int) -> Iterator[tuple[int | None, slice]]:
    """Rows next to each other that came in the same month, and which; None where it is not known."""
    month: int | None = None
    start = low = high = 0  # a date of the run is above low and not above high
    for row, date in enumerate(dates):
        if low < date <= high:
            continue
        if row:
            yield month, slice(start, row)
        start = row
        month, low, high = None, date - 1, date
        if UNKNOWN_DATE < date <= now:
            month = min((now - date) // MONTH, KEPT_APART)
            low = now - (month + 1) * MONTH if month < KEPT_APART else UNKNOWN_DATE
            high = now - month * MONTH
    if dates:
        yield month, slice(start, len(dates))


def _unreadable(inflow: Inflow, quota: Quota) -> Silence | None:
    """Whether sizes and dates cannot tell anything of this quota."""
    total, used = inflow.total, quota.used
    far_apart = used > total * _MATCH or total > used * _MATCH
    if far_apart and abs(used - total) > quota.limit * _SLACK:
        return Silence.UNMATCHED
    if inflow.undated > total * _UNDATED:
        return Silence.UNDATED
    return None


def _full_months(inflow: Inflow) -> int:
    """For how many full months the BAL has been in use, twelve at most: a lone old message does not count."""
    recent = [octets for octets in inflow.octets[:YEAR] if octets]
    if not recent:
        return YEAR if any(inflow.octets) else 0
    least = median(recent) * _NEGLIGIBLE
    oldest = max(month for month, octets in enumerate(inflow.octets) if octets and octets >= least)
    return min(oldest, YEAR)


def _emptied_after(inflow: Inflow) -> int | None:
    """After how many months much of the mail is removed, once or again and again; None where it stays.

    Both must show: fewer octets are left of older months, and of the numbers that INBOX gave then, fewer are
    still carried by a message than of those it gave later.
    """
    for month in range(1, _EMPTIED_WITHIN + 1):
        gone, kept = inflow.gone_before(month)
        if gone <= inflow.issued * _GONE_OF_ALL:
            return None  # still less is gone of what came earlier
        lately = sum(inflow.kept[:month]) / max(inflow.issued - gone - kept, 1)
        octets = fmean(inflow.octets[month : month + YEAR // 2])
        if kept / (gone + kept) < lately * _DROP and octets < fmean(inflow.octets[:month]) * _DROP:
            return month
    return None


def _ordinary(octets: Sequence[int]) -> list[float] | None:
    """The months with imports brought down to an ordinary one; None where they differ too much."""
    middle = median(octets)
    bursts = sum(1 for month in octets if month > middle * _BURST)
    if bursts > max(len(octets) // _MOST_BURSTS, 1):
        return None
    months = [float(month if month <= middle * _BURST else middle) for month in octets]
    mean = fmean(months)
    if mean <= 0 or stdev(months) / sqrt(len(months)) > mean * _UNSURE:
        return None
    return months


def _growth(inflow: Inflow) -> float:
    """How many times as much comes from year to year; 1 where three years do not agree on it, or where mail
    was removed: then the past only looks smaller.
    """
    years = [_ordinary(inflow.octets[start : start + YEAR]) for start in range(0, KEPT_APART, YEAR)]
    if any(months is None for months in years):
        return 1.0
    last, middle, first = (fmean(months) for months in years if months is not None)
    steps = last / middle, middle / first
    gone, kept = inflow.gone_before(YEAR)
    removed = not inflow.issued or gone > (gone + kept) * _UNTOUCHED
    if min(steps) > 1 and not removed:
        return min(*steps, _MOST_GROWTH)
    return max(*steps, 1 / _MOST_GROWTH) if max(steps) < 1 else 1.0


def _months_until(room: int, rate: float, growth: float) -> float:
    """Months until ``room`` octets have come, at ``rate`` per month half a year ago, ``growth`` a year."""
    speed = log(growth) / YEAR
    now = rate * sqrt(growth)
    if now <= 0:
        return inf
    if abs(speed) * room < now * 1e-6:
        return room / now
    filled = 1 + room * speed / now
    return log(filled) / speed if filled > 0 else inf
