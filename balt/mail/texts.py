"""The texts that filters look into, of every message that was ever read: folded, one behind the other.

Details are let go of (``detail_store``); this stays, so that each key typed in a filter has its answer at
once. It lives in memory only and goes with its listing: it is never written to the index.

What is above ``MOST_OCTETS`` is not kept: of those messages more is read again for each filter on texts.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Literal, TypeAlias

from balt.mail.model import MessageDetail
from balt.mail.row_numbers import NOT_KNOWN, RowNumbers
from balt.text import fold

MOST_OCTETS = 24 * 1024 * 1024
"""Octets that one folder keeps, about: the texts of some hundred thousand messages."""
NO, YES, UNTOLD = 0, 1, 2
"""How a message is judged; untold is what is not known."""
_PIECE = 8_192
"""Texts searched in one go, while no other thread runs: less than a millisecond."""
_NEXT, _END, _HIT = b"\xfe", b"\xff", b"\xfd"
"""Between the texts of one field, behind them, and instead of what is looked for: no octets of UTF-8, so that
nothing that is looked for goes over them.
"""
_OTHERS = bytes(octet for octet in range(256) if octet not in _END + _HIT)
_KEPT_ONCE = 150
"""Octets that it costs to know a text again, beside itself."""

Field: TypeAlias = Literal["from", "to", "subject"]
Wanted: TypeAlias = "tuple[str, Sequence[Field], bool]"
"""A folded text, the fields that may hold it, and whether none must."""

FIELDS: Mapping[Field, Callable[[MessageDetail], Sequence[str]]] = {
    "from": lambda detail: (detail.sender, detail.sender_name),
    "to": lambda detail: detail.recipients,
    "subject": lambda detail: (detail.subject,),
}


def holds(detail: MessageDetail, needle: str, fields: Sequence[Field]) -> bool:
    """Whether one of the fields of a message holds a folded text."""
    return any(needle in fold(text) for field in fields for text in FIELDS[field](detail))


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _judged(marked: bytearray) -> bytearray:
    """By text, 1 where it has a mark: steps in C over many texts, each a tenth of what a loop takes."""
    left = marked.translate(None, _OTHERS)
    while _HIT + _HIT in left:
        left = left.replace(_HIT + _HIT, _HIT)
    return left.replace(_HIT + _END, b"\1").replace(_END, b"\0")


class _Values:
    """Texts under numbers from 1 on; with ``once`` a text that comes again keeps its number."""

    def __init__(self, once: bool) -> None:
        self._octets = bytearray()
        self._ends = array("I", [0])  # of each text; it begins where the one before ends
        self._known: dict[bytes, int] | None = {} if once else None

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def octets(self) -> int:
        """What they take in memory, about."""
        own = len(self._octets) + 4 * len(self._ends)
        return own + (len(self._octets) + _KEPT_ONCE * len(self._known) if self._known is not None else 0)

    def number(self, text: bytes) -> int:
        """Keep a text."""
        number = len(self._ends)
        if self._known is not None and (known := self._known.setdefault(text, number)) != number:
            return known
        self._octets += text
        self._ends.append(len(self._octets))  # from now on it is there for others
        return number

    def take(self, other: "_Values") -> list[int]:
        """Keep all texts of another store; the number that each has here, by its number there."""
        texts = bytes(other._octets)
        if self._known is not None:
            runs = zip(other._ends, other._ends[1:], strict=False)
            return [0, *(self.number(texts[start:end]) for start, end in runs)]
        first, base = len(self._ends), len(self._octets)
        self._octets += texts
        self._ends.extend(map(base.__add__, other._ends[1:]))
        return [0, *range(first, len(self._ends))]

    def holding(self, needle: bytes) -> bytearray:
        """By number, 1 where the text holds ``needle``."""
        ends, octets = self._ends, self._octets
        count = len(ends)
        found = bytearray(count)
        for first in range(1, count, _PIECE):
            last = min(first + _PIECE, count)
            start, end = ends[first - 1], ends[last - 1]
            if octets.find(needle, start, end) >= 0:
                found[first:last] = _judged(octets[start:end].replace(needle, _HIT))
        return found


class Texts:
    """The texts of messages, each message under a number from 1 on. Only ever added to, by any thread.

    Senders and recipients come again and again: they are kept once, and have numbers of their own. A subject
    has the number of its message.
    """

    def __init__(self, most_octets: int = MOST_OCTETS) -> None:
        self._most = most_octets
        self._values = {field: _Values(once=field != "subject") for field in FIELDS}
        self._numbers: dict[Field, array[int]] = {"from": array("I", [0]), "to": array("I", [0])}
        self._lock = Lock()

    @property
    def octets(self) -> int:
        """What all this takes in memory, about."""
        values = sum(values.octets for values in self._values.values())
        return values + sum(4 * len(numbers) for numbers in self._numbers.values())

    def add(self, detail: MessageDetail) -> int:
        """Keep the texts of a message; ``NOT_KNOWN`` where there is no room for them."""
        told = {
            field: _NEXT.join(_octets(fold(text)) for text in pick(detail)) + _END
            for field, pick in FIELDS.items()
        }
        with self._lock:
            if self.octets + sum(map(len, told.values())) > self._most:
                return NOT_KNOWN
            for field, numbers in self._numbers.items():
                numbers.append(self._values[field].number(told[field]))
            return self._values["subject"].number(told["subject"])  # now the message is there for others

    def numbers_of(self, other: "Texts") -> "array[int]":
        """The numbers that the messages of another store get here; ``NOT_KNOWN`` for all where there is no
        room.
        """
        with other._lock, self._lock:
            if self.octets + other.octets > self._most:
                return array("I", [NOT_KNOWN]) * len(other._values["subject"])
            for field, numbers in self._numbers.items():
                here = self._values[field].take(other._values[field])
                numbers.extend(map(here.__getitem__, other._numbers[field][1:]))
            return array("I", self._values["subject"].take(other._values["subject"]))

    def fitting(self, wanted: Sequence[Wanted]) -> bytearray:
        """By number, ``YES`` for the messages that fit all that is wanted, ``NO`` for others; ``UNTOLD``
        for ``NOT_KNOWN``.
        """
        count = len(self._values["subject"])
        found = [
            ([(field, self._values[field].holding(_octets(needle))) for field in fields], negated)
            for needle, fields, negated in wanted
        ]
        fits = bytearray()
        for start in range(0, count, _PIECE):
            end = min(start + _PIECE, count)
            ones = kept = int.from_bytes(b"\1" * (end - start), "big")  # many octets in one step
            for look, negated in found:
                held = 0
                for field, values in look:
                    held |= int.from_bytes(self._by_message(field, values, start, end), "big")
                kept &= held ^ ones if negated else held
            fits += kept.to_bytes(end - start, "big")
        fits[NOT_KNOWN] = UNTOLD
        return fits

    def _by_message(self, field: Field, values: bytearray, start: int, end: int) -> bytes:
        """What is told of the values of a field, by the numbers of the messages."""
        if (numbers := self._numbers.get(field)) is None:
            return bytes(values[start:end])
        holding = values.count(1)
        if holding in (0, len(values) - 1):  # none, or all but the number 0: no need to look at each message
            return (b"\1" if holding else b"\0") * (end - start)
        return bytes([values[number] for number in numbers[start:end]])


class TextColumn(RowNumbers):
    """The texts of a listing by row. Listings of the same messages share ``texts``."""

    def __init__(self, texts: Texts | None = None) -> None:
        super().__init__()
        self.texts = Texts() if texts is None else texts

    def learn(self, row: int, detail: MessageDetail) -> None:
        """Keep the texts of a message that could be read, once."""
        if detail.readable and self.number(row) == NOT_KNOWN:
            self.set(row, self.texts.add(detail))

    def put(self, at: int, other: "TextColumn", rows: range) -> None:
        """Take over ``rows`` of another column as the rows from ``at`` on, the last ones here."""
        there = other.run(rows)
        if there and other.texts is not self.texts:
            here = self.texts.numbers_of(other.texts)
            there = array("I", map(here.__getitem__, there))
        self.add(at, there)

    def judged(self, rows: Sequence[int], fits: bytearray) -> bytes:
        """What ``Texts.fitting`` said of rows; ``UNTOLD`` for what came since then, too."""
        numbers, known = self._numbers, len(self._numbers)
        try:
            return bytes([fits[numbers[row]] for row in rows])
        except IndexError:
            found = (numbers[row] if row < known else NOT_KNOWN for row in rows)
            return bytes([fits[number] if number < len(fits) else UNTOLD for number in found])
