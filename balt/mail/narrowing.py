"""The first rows of a very large folder, by a search for what is beyond a bound (RFC 3501 section 6.4.4).

To sort a million messages takes a server seconds; to tell those larger than a size, a third of that, and
servers that cannot sort can do it. Where the bound has to lie is told by a sample of the folder.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from balt.clock import Clock
from balt.errors import RefusedError
from balt.mail.acts import search
from balt.mail.dates import DateReader, written_day
from balt.mail.fetch import LISTING_ITEMS, ListingReader
from balt.mail.listing import Listing, SortKey
from balt.mail.wire import Wire

_SAMPLE = 4_000
_ASKED = 800
"""Numbers of messages in one command: at most 8 kB, as RFC 7162 section 4 advises."""
_WANTED = 1_000
"""Messages to be beyond the bound, about: enough for the first rows even where the sample misleads."""
_FEWEST_BEYOND = 4
"""Messages of the sample beyond the bound: fewer would tell too little of the others."""
_MOST_FOUND = 20_000
"""With more, as where all messages have one size, a search tells no first rows."""


_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
"""How far from UTC a date may be written."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """The UIDs, ascending, of all messages beyond some size or date, and maybe of others. By date, no message
    that is not among them is as new as ``edge`` (seconds since 1970), or as old where not ``newest``.
    """

    uids: list[int]
    edge: int | None = None
    newest: bool = True

    def holds_first(self, listing: Listing, count: int) -> bool:
        """Whether the ``count`` messages that come first are among these, of which ``listing`` is made."""
        if self.edge is None:
            return True
        edge = self.edge
        sure = sum(date >= edge if self.newest else 0 <= date < edge for date in listing.dates)
        return sure >= count


@dataclass(frozen=True, slots=True)
class _Bound:
    """What to search for, and about how many messages fit it; ``edge`` as in ``Beyond``."""

    criteria: bytes
    expected: float
    edge: int | None = None


def beyond_bound(
    wire: Wire,
    order: tuple[SortKey, bool],
    messages: int,
    count: int,
    capabilities: Collection[str],
    clock: Clock,
) -> Beyond | None:
    """At least ``count`` messages of the open folder beyond some size or date. None where that could not be
    found out. By date, only their rows tell whether those that come first are among them.
    """
    key, reverse = order
    if key == "from" or messages < 2 * _SAMPLE:
        return None
    try:
        sample = _sample(wire, messages, clock)
        bound = (
            _size_bound(sample, reverse, messages) if key == "size" else _day_bound(sample, reverse, messages)
        )
        if bound is None or bound.expected > _MOST_FOUND:
            return None
        found = search(wire, bound.criteria, capabilities)
    except RefusedError:
        return None
    fits = count <= len(found) <= 2 * _MOST_FOUND
    return Beyond(sorted(found), bound.edge, newest=reverse) if fits else None


def _sample(wire: Wire, messages: int, clock: Clock) -> Listing:
    """Sizes and dates of single messages from all over the folder: neighbours are too much alike."""
    numbers = [1 + number * (messages - 1) // (_SAMPLE - 1) for number in range(_SAMPLE)]
    sample = Listing("", 0, 0)
    reader = ListingReader(sample, DateReader(clock), most=2 * _SAMPLE)
    for start in range(0, _SAMPLE, _ASKED):
        asked = b",".join(b"%d" % number for number in numbers[start : start + _ASKED])
        with wire.command(b"FETCH", asked, LISTING_ITEMS) as answer:
            reader.read(answer)
    return sample


def _place(messages: int) -> int:
    """Which place in the sample stands for the wanted one in the folder."""
    return max(_FEWEST_BEYOND, math.ceil(_WANTED * _SAMPLE / messages))


def _size_bound(sample: Listing, smallest: bool, messages: int) -> _Bound | None:
    sizes = sorted((size for size in sample.sizes if size >= 0), reverse=not smallest)
    if len(sizes) < _SAMPLE // 2:
        return None
    at = sizes[_place(messages) - 1]
    if smallest:
        return _Bound(b"SMALLER %d" % (at + 1), _share(sum(size <= at for size in sizes), sizes, messages))
    return _Bound(b"LARGER %d" % max(at - 1, 0), _share(sum(size >= at for size in sizes), sizes, messages))


def _day_bound(sample: Listing, newest: bool, messages: int) -> _Bound | None:
    """A day away from the date itself: the server compares days as each date is written, in any zone. Of what
    it does not find, the newest is of the last minute of a day far in the west, the oldest of the first one
    far in the east.
    """
    dates = sorted((date for date in sample.dates if date >= 0), reverse=newest)
    if len(dates) < _SAMPLE // 2:
        return None
    day = datetime.fromtimestamp(dates[_place(messages) - 1], UTC).replace(hour=0, minute=0, second=0)
    if newest:
        bound = day - timedelta(days=1)
        fitting = sum(date >= bound.timestamp() for date in dates)
        edge = int((bound + _WEST).timestamp())
        return _Bound(b"SINCE " + written_day(bound), _share(fitting, dates, messages), edge)
    bound = day + timedelta(days=2)
    fitting = sum(date < bound.timestamp() for date in dates)
    edge = int((bound - _EAST).timestamp())
    return _Bound(b"BEFORE " + written_day(bound), _share(fitting, dates, messages), edge)


def _share(fitting: int, known: Collection[int], messages: int) -> float:
    return fitting * messages / len(known)
