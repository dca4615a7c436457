"""The messages of a listing by sender, year, folder or kind: what fills a BAL. Pure: what was not read yet is
told apart, never guessed.

A hundred thousand rows take some hundredths of a second; it is loops of bytecode, so that a screen goes on.
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from balt.clock import Clock
from balt.mail.facts import Facts, read_facts
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Content, Kind
from balt.mail.senders import UNREAD_SENDER

_PIECE = 65_536
"""Rows looked at in one go: other threads run in between."""
_FIRST_YEAR = 1970
"""Dates are seconds since then."""


class Way(StrEnum):
    """What messages are put together by."""

    SENDER = "sender"
    YEAR = "year"
    FOLDER = "folder"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Group:
    """The messages that have one ``key`` in common: ``rows`` of the listing, in the order they were given.

    ``size`` are the octets of those whose size is known; of ``unsized`` it is not. The key is an address
    without case, a year, the name of a folder, a value of ``kind:`` (or of ``fine_kind``); None is a message
    without sender, without date, or whose structure cannot be understood.
    """

    key: str | None
    rows: "array[int]" = field(repr=False)
    size: int
    unsized: int

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of a listing, largest first, and the rows of which it is not known yet where they belong."""

    listing: Listing
    way: Way
    groups: tuple[Group, ...]
    unread: "array[int]" = field(repr=False)

    @property
    def messages(self) -> int:
        """How many messages stand in the groups."""
        return sum(map(len, self.groups))

    @property
    def size(self) -> int:
        """Their octets."""
        return sum(group.size for group in self.groups)


class _Unread:
    """Stands for the key of a message that was not read."""


UNREAD = _Unread()
Key: TypeAlias = "str | _Unread | None"
Code: TypeAlias = "int | str"
"""What a column holds, from which a key follows."""


def group_rows(
    listing: Listing, rows: Sequence[int], way: Way, clock: Clock, *, fine: bool = False
) -> Grouping:
    """Put ``rows`` of a listing together. Years are those of the clock's zone, as ``after:`` and ``before:``
    count. ``fine`` tells documents apart by what they carry.
    """
    members: defaultdict[Key, array[int]] = defaultdict(lambda: array("I"))
    for piece, keys in _keyed(listing, rows, way, clock, fine):
        for row, key in zip(piece, keys, strict=True):
            members[key].append(row)
    unread = members.pop(UNREAD, array("I"))
    groups = [_group(listing, key, its) for key, its in members.items() if not isinstance(key, _Unread)]
    return Grouping(listing, way, tuple(sorted(groups, key=_order)), unread)


def rows_of_group(
    listing: Listing, rows: Sequence[int], way: Way, wanted: str | None, clock: Clock, *, fine: bool = False
) -> "tuple[array[int], array[int]]":
    """Those of ``rows``, in their order, that belong to the group of a key; and those of which it is not
    known yet.
    """
    found, unread = array("I"), array("I")
    for piece, keys in _keyed(listing, rows, way, clock, fine):
        for row, key in zip(piece, keys, strict=True):
            if key == wanted:
                found.append(row)
            elif key is UNREAD:
                unread.append(row)
    return found, unread


def fine_kind(facts: Facts) -> str:
    """The kind, and of a document what it carries: ``document.xdm``, ``.cda``, ``.pdf``, ``.image``,
    ``.file``; of a receipt whether it says that an integration failed: ``receipt.ko``.
    """
    if facts.kind is Kind.RECEIPT and facts.failed:
        return f"{facts.kind}.ko"
    if facts.kind is not Kind.DOCUMENT:
        return facts.kind.value
    cda = facts.has_cda and facts.content is not Content.XDM
    return f"{facts.kind}.{'cda' if cda else facts.content or Content.FILE}"


def is_missing(listing: Listing, row: int, way: Way) -> bool:
    """Whether a message must be read to know the group it belongs to."""
    if way is Way.SENDER:
        return listing.senders.number(row) == UNREAD_SENDER
    if way is Way.KIND:
        return row >= len(listing.facts) or read_facts(listing.facts[row]) is None
    return False


def learn_at_hand(listing: Listing, unread: Iterable[int]) -> bool:
    """Look at those details of ``unread`` rows that the listing has at hand; whether there were any."""
    uids, details = listing.uids, listing.details
    learnt = False
    for row in unread:
        if uids[row] in details and (detail := details.get(uids[row])) is not None:
            listing.learn({uids[row]: detail})
            learnt = True
    return learnt


class _Keys(dict[Code, Key]):
    """The key for each number that a column holds: of many rows few are different."""

    def __init__(self, key_of: Callable[[Code], Key]) -> None:
        super().__init__()
        self._key_of = key_of

    def __missing__(self, code: Code) -> Key:
        self[code] = key = self._key_of(code)
        return key


def _keyed(
    listing: Listing, rows: Sequence[int], way: Way, clock: Clock, fine: bool
) -> Iterator[tuple[Sequence[int], Iterable[Key]]]:
    """``rows`` piece by piece, with the key of each; ``UNREAD`` where it is not known yet."""
    codes, key_of = _columns(listing, way, clock, fine)
    keys = _Keys(key_of)
    for start in range(0, len(rows), _PIECE):
        piece = rows[start : start + _PIECE]
        yield piece, map(keys.__getitem__, codes(piece))


def _columns(
    listing: Listing, way: Way, clock: Clock, fine: bool
) -> tuple[Callable[[Sequence[int]], Iterable[Code]], Callable[[Code], Key]]:
    """What tells the rows apart: the codes of some rows, and the key that a code means."""
    if way is Way.SENDER:
        return listing.senders.numbers, partial(_sender_key, listing)
    if way is Way.YEAR:
        bounds, dates = year_bounds(clock.now()), listing.dates
        return lambda rows: (bisect_right(bounds, dates[row]) for row in rows), _year_key
    if way is Way.FOLDER:
        return partial(map, listing.folder_of), str
    listing.settle_facts()
    return partial(map, listing.facts.__getitem__), partial(_kind_key, fine)


def year_bounds(now: datetime) -> list[int]:
    """The second at which each year began in the zone of ``now``, from 1970 to the year after this one: no
    listing knows a later date.
    """
    years = range(_FIRST_YEAR + 1, now.year + 2)
    return [0, *(int(datetime(year, 1, 1, tzinfo=now.tzinfo).timestamp()) for year in years)]


def _year_key(place: Code) -> Key:
    return str(_FIRST_YEAR + int(place) - 1) if place else None


def _sender_key(listing: Listing, number: Code) -> Key:
    return UNREAD if number == UNREAD_SENDER else listing.senders.addresses.text(int(number)) or None


def _kind_key(fine: bool, packed: Code) -> Key:
    facts = read_facts(int(packed))
    if facts is None:
        return UNREAD
    if not facts.readable:
        return None
    return fine_kind(facts) if fine else facts.kind.value


def _group(listing: Listing, key: str | None, rows: "array[int]") -> Group:
    size = unsized = 0
    for start in range(0, len(rows), _PIECE):
        octets = array("q", map(listing.sizes.__getitem__, rows[start : start + _PIECE]))
        unknown = octets.count(UNKNOWN_SIZE)
        unsized += unknown
        size += sum(octets) - UNKNOWN_SIZE * unknown
    return Group(key, rows, size, unsized)


def _order(group: Group) -> tuple[int, int, bool, str]:
    return largest_first(group.size, len(group), group.key)


def largest_first(size: int, messages: int, key: str | None) -> tuple[int, int, bool, str]:
    """By what groups are sorted: of equal size the one with more messages, then by key; what is unknown
    last.
    """
    return -size, -messages, key is None, key or ""
