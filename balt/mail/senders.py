"""Who wrote each message of a listing: a column of numbers, each of which stands for an address.

Details are let go of (``detail_store``); this stays: four octets a row, and each address once. It is never
written to the index: an address may be a patient's.
"""

from array import array
from collections.abc import Sequence
from threading import Lock

UNREAD_SENDER = 0
"""In a column of senders: nothing was read of this message yet."""


class Addresses:
    """Addresses without case, each kept once under a number above 0. Only ever added to, by any thread."""

    def __init__(self) -> None:
        self._texts = [""]  # the number 0 is no address
        self._numbers: dict[str, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, address: str) -> int:
        """The number of an address; "" has one too: that a message names no sender is known."""
        known = address.casefold()
        with self._lock:
            number = self._numbers.setdefault(known, len(self._texts))
            if number == len(self._texts):
                self._texts.append(known)
        return number

    def text(self, number: int) -> str:
        """The address of a number."""
        return self._texts[number]

    def numbers_in(self, other: "Addresses") -> list[int]:
        """The number that each address has in ``other``, by its number here."""
        return [UNREAD_SENDER, *map(other.number, self._texts[1:])]


class SenderColumn:
    """The senders of a listing by row. It is as long as the last row that is known; rows beyond are unread.

    Listings of the same messages share ``addresses``.
    """

    def __init__(self, addresses: Addresses | None = None) -> None:
        self.addresses = Addresses() if addresses is None else addresses
        self._numbers = array("I")
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._numbers)

    def learn(self, row: int, sender: str) -> None:
        """Keep who wrote the message of a row."""
        number = self.addresses.number(sender)
        with self._lock:  # two threads may learn of one listing
            self._reach(row + 1)
            self._numbers[row] = number

    def number(self, row: int) -> int:
        """The number of the sender; ``UNREAD_SENDER`` where it is not known."""
        return self._numbers[row] if row < len(self._numbers) else UNREAD_SENDER

    def numbers(self, rows: Sequence[int]) -> list[int]:
        """The numbers of the senders of some rows."""
        numbers, known = self._numbers, len(self._numbers)
        return [numbers[row] if row < known else UNREAD_SENDER for row in rows]

    def put(self, at: int, other: "SenderColumn", rows: range) -> None:
        """Take over ``rows`` of another column as the rows from ``at`` on, the last ones here."""
        there = other._numbers[rows.start : rows.stop]
        if not there:
            return
        self._reach(at)
        if other.addresses is not self.addresses:
            here = other.addresses.numbers_in(self.addresses)
            there = array("I", map(here.__getitem__, there))
        self._numbers.extend(there)

    def set(self, row: int, number: int) -> None:
        """Keep the number of a sender, in a column that nobody else has yet."""
        if number != UNREAD_SENDER:
            self._reach(row + 1)
            self._numbers[row] = number

    def _reach(self, length: int) -> None:
        missing = length - len(self._numbers)
        if missing > 0:
            self._numbers.extend(array("I", [UNREAD_SENDER]) * missing)
