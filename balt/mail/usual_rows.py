"""The usual rows of a listing, a buffer at a time: hundreds of rows for each step that Python takes.

One pattern reads every row of the buffer. Its last alternative takes any single octet that no usual row
explains: when it took none, the buffer is usual rows from its first octet to its last, each whole, one
behind the other, and no text that a sender chose can stand in for a size or a UID. When it took one, only
what comes before the first such octet is used.
"""

import re
from array import array
from collections.abc import Callable, Sequence
from operator import add

from balt.mail.dates import UNKNOWN_DATE, DateReader

_PATTERNS = {
    b"UID": rb"UID (\d{1,10})",
    b"FLAGS": rb'FLAGS \(([^()"\r\n]*)\)',
    b"INTERNALDATE": rb'INTERNALDATE "([ 0-3]\d-[A-Za-z]{3}-\d{4}) (\d\d:\d\d):(\d\d) ([+-]\d{4})"',
    b"RFC822.SIZE": rb"RFC822\.SIZE (\d{1,12})",
}
"""The items of usual rows; each server has its own order for them (RFC 3501 section 7.4.2 leaves it open)."""
_GROUPS = {b"INTERNALDATE": 4}  # what a pattern takes out; one where nothing is said
_BEGIN, _END = rb"\* \d{1,10} FETCH \(", rb"(?: MODSEQ \(\d{1,19}\))?\)\r\n"
_SOME_ITEM = rb'([A-Z0-9.]{3,12}) (?:\d{1,12}|\([^()"\r\n]*\)|"[^"\r\n]*")'
_BEYOND = -(1 << 60)
"""Added to a date of which one part is impossible: what comes out lies in no year."""


class _Minutes(dict[bytes, int]):
    """``09:15`` as seconds; only times that exist."""

    def __missing__(self, text: bytes) -> int:
        hour, minute = int(text[:2]), int(text[3:])
        self[text] = seconds = hour * 3600 + minute * 60 if hour < 24 and minute < 60 else _BEYOND
        return seconds


class _Seconds(dict[bytes, int]):
    """``07`` as seconds, a leap second included."""

    def __missing__(self, text: bytes) -> int:
        self[text] = seconds = int(text) if int(text) <= 60 else _BEYOND
        return seconds


class _Asked(dict[bytes, int]):
    """What ``read`` says of a text, asked once."""

    def __init__(self, read: Callable[[bytes], int | None], most: int) -> None:
        super().__init__()
        self._read = read
        self._most = most

    def __missing__(self, text: bytes) -> int:
        if len(self) >= self._most:  # an honest folder has a few thousand days, and a few dozen sets of flags
            self.clear()
        value = self._read(text)
        self[text] = found = _BEYOND if value is None else value
        return found


class _Ordered:
    """Cuts buffers into the groups of rows that have ``items`` in one order."""

    def __init__(self, items: Sequence[bytes], order: Sequence[bytes]) -> None:
        row = _BEGIN + b" ".join(_PATTERNS[name] for name in order) + _END
        self._any = re.compile(row + rb"|(.)", re.DOTALL)
        self._many = re.compile(rb"(?:" + row + rb")*+")
        groups = [items.index(name) for name in order for _group in range(_GROUPS.get(name, 1))]
        self._places = sorted(range(len(groups)), key=groups.__getitem__)
        self._in_doubt = False

    def cut(self, buffer: bytes, start: int) -> tuple[list[tuple[bytes, ...]], int]:
        """The groups of each row from ``start`` on, a column each in the order of ``items``, and where the
        last whole usual row ends; no columns where it ends at once.
        """
        end = buffer.rfind(b"\r\n", start) + 2
        if end < start + 2:
            return [], start
        if not self._in_doubt:
            *columns, others = zip(*self._any.findall(buffer, start, end), strict=True)
            if not any(others):
                return [columns[place] for place in self._places], end
        found = self._many.match(buffer, start, end)
        stop = found.end() if found else start
        self._in_doubt = stop < end  # then each row is looked at first: no buffer is searched again and again
        if stop == start:
            return [], start
        columns = list(zip(*self._any.findall(buffer, start, stop), strict=True))
        return [columns[place] for place in self._places], stop


class Rows:
    """Cuts buffers into the groups of rows that have these items, each once, in the order of the row that
    comes first; in another order from where another one comes.
    """

    def __init__(self, *items: bytes) -> None:
        self._items, self._sorted = items, sorted(items)
        self._first = re.compile(_BEGIN + b" ".join([_SOME_ITEM] * len(items)) + _END)
        self._known: dict[tuple[bytes, ...], _Ordered] = {}

    def cut(self, buffer: bytes, start: int) -> tuple[list[tuple[bytes, ...]], int]:
        """The groups of each row from ``start`` on, a column each in the order of the items, and where the
        last whole usual row ends; no columns where it ends at once.
        """
        first = self._first.match(buffer, start)  # a guess at the order: the whole pattern is the judge
        if first is None or sorted(first.groups()) != self._sorted:
            return [], start
        return self._in_order(first.groups()).cut(buffer, start)

    def _in_order(self, order: tuple[bytes, ...]) -> _Ordered:
        if order not in self._known:
            self._known[order] = _Ordered(self._items, order)
        return self._known[order]


class UsualRows:
    """Reads buffers of usual rows into columns."""

    def __init__(self, dates: DateReader, flags_of_text: Callable[[bytes], int]) -> None:
        self._dates = dates
        self._flags = _Asked(flags_of_text, 1000)
        self._days = _Asked(dates.day, 20_000)
        self._west = _Asked(dates.west_of_utc, 200)
        self._minutes, self._seconds = _Minutes(), _Seconds()
        self._rows = Rows(b"UID", b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE")

    def read(self, buffer: bytes, start: int) -> "tuple[tuple[array[int], ...], int]":
        """UIDs, sizes, dates and flags of the rows of a buffer from ``start`` on, and where they end."""
        columns, end = self._rows.cut(buffer, start)
        if not columns:
            return (), start
        uids, flags, days, minutes, seconds, zones, sizes = columns
        when = map(add, map(self._days.__getitem__, days), map(self._minutes.__getitem__, minutes))
        shift = map(add, map(self._seconds.__getitem__, seconds), map(self._west.__getitem__, zones))
        read = (
            array("Q", map(int, uids)),
            array("q", map(int, sizes)),
            self._bounded(array("q", map(add, when, shift))),
            array("H", map(self._flags.__getitem__, flags)),
        )
        return read, end

    def _bounded(self, dates: "array[int]") -> "array[int]":
        """The dates, with ``UNKNOWN_DATE`` for those that no message can have."""
        within = self._dates.within_bounds
        if within(min(dates)) == UNKNOWN_DATE or within(max(dates)) == UNKNOWN_DATE:
            return array("q", map(within, dates))
        return dates


class UsualFlags:
    """Reads buffers of rows that tell flags and nothing else."""

    def __init__(self, flags_of_text: Callable[[bytes], int]) -> None:
        self._flags = _Asked(flags_of_text, 1000)
        self._rows = Rows(b"UID", b"FLAGS")

    def read(self, buffer: bytes, start: int) -> "tuple[tuple[array[int], ...], int]":
        """UIDs and flags of the rows of a buffer from ``start`` on, and where they end."""
        columns, end = self._rows.cut(buffer, start)
        if not columns:
            return (), start
        uids, flags = columns
        return (array("Q", map(int, uids)), array("H", map(self._flags.__getitem__, flags))), end
