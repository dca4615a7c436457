"""What the list shows, made ready in a thread: sorted, filtered, kept to one group, or put into groups."""

from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from balt.clock import Clock
from balt.mail.listing import Listing
from balt.mailboxes.grouping import Grouping, Way, group_rows, learn_at_hand, rows_of_group
from balt.tui.views.group_rows import Scope
from balt.tui.views.matching import Matches, Sifted
from balt.tui.views.message_rows import Order

_LOOK = 65_536


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user wants to see of a listing: in which order, through which filter, of which group or in
    which groups, and the key of the message that the cursor was on.
    """

    address: str
    listing: Listing
    order: Order
    matches: Matches | None
    way: Way | None
    scope: Scope | None
    cursor_key: int | None


@dataclass(frozen=True, slots=True)
class Arranged:
    """The rows in their order with their octets, where the cursor goes, what the filter decided, the groups
    where they are wanted, and the rows that must be read for these. ``seconds``: how long it took.
    """

    wanted: Wanted
    rows: "array[int]"
    size: int
    cursor: int
    sifted: Sifted
    grouping: Grouping | None
    unread: "array[int]"
    seconds: float


class Arranger:
    """Sorts a listing once, however often the filter changes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ordered: tuple[Listing, Order, array[int]] | None = None

    def arrange(self, wanted: Wanted, stopped: Callable[[], bool]) -> Arranged | None:
        """Safe in a thread; None when ``stopped`` between two steps."""
        begun = monotonic()
        listing = wanted.listing
        ordered = self._in_order(listing, wanted.order)
        if stopped():
            return None
        sifted = wanted.matches.sift(listing, ordered, stopped) if wanted.matches else _all_of(ordered)
        rows, unread, grouping = sifted.rows, array("I"), None
        if stopped():
            return None
        if wanted.scope is not None:
            rows, unread = self._in_scope(listing, rows, wanted.scope)
        elif wanted.way is not None:
            grouping = self._in_groups(listing, rows, wanted.way)
            unread = grouping.unread
        whole = len(rows) == len(listing)
        size = listing.total_size() if whole else sum(max(listing.sizes[place], 0) for place in rows)
        cursor = _row_of(listing, rows, wanted.cursor_key)
        unread = array("I", sorted(unread))  # as they stand in the folder: quicker to ask for, and to read
        return Arranged(wanted, rows, size, cursor, sifted, grouping, unread, monotonic() - begun)

    def _in_order(self, listing: Listing, order: Order) -> "array[int]":
        """The rows in an order: sorted once, however often a filter changes."""
        known = self._ordered
        if known is None or known[0] is not listing or known[1] != order:
            known = self._ordered = (listing, order, listing.order(order.key, order.reverse))
        return known[2]

    def _in_scope(
        self, listing: Listing, rows: "array[int]", scope: Scope
    ) -> "tuple[array[int], array[int]]":
        found, unread = rows_of_group(listing, rows, scope.way, scope.key, self._clock, fine=True)
        if unread and learn_at_hand(listing, unread):
            return rows_of_group(listing, rows, scope.way, scope.key, self._clock, fine=True)
        return found, unread

    def _in_groups(self, listing: Listing, rows: "array[int]", way: Way) -> Grouping:
        grouping = group_rows(listing, rows, way, self._clock, fine=True)
        if grouping.unread and learn_at_hand(listing, grouping.unread):
            return group_rows(listing, rows, way, self._clock, fine=True)
        return grouping


def _all_of(ordered: "array[int]") -> Sifted:
    return Sifted(ordered, array("I"), bytearray())


def _row_of(listing: Listing, rows: "array[int]", key: int | None) -> int:
    """Where the message stands now on which the cursor was; the first row where it is gone."""
    place = listing.index_of(key) if key is not None else None
    if place is None:
        return 0
    for start in range(0, len(rows), _LOOK):  # each look is short: the screen has its turn between two
        with suppress(ValueError):
            return start + rows[start : start + _LOOK].index(place)
    return 0
