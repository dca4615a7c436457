"""Who wrote each message of a listing: a column of numbers, each of which stands for an address.

Details are let go of (``detail_store``); this stays: four octets a row, and each address once. It is never
written to the index: an address may be a patient's.
"""

from array import array
from threading import Lock

from balt.mail.row_numbers import NOT_KNOWN, RowNumbers

UNREAD_SENDER = NOT_KNOWN
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


class SenderColumn(RowNumbers):
    """The senders of a listing by row. Listings of the same messages share ``addresses``."""

    def __init__(self, addresses: Addresses | None = None) -> None:
        super().__init__()
        self.addresses = Addresses() if addresses is None else addresses

    def learn(self, row: int, sender: str) -> None:
        """Keep who wrote the message of a row."""
        self.set(row, self.addresses.number(sender))

    def put(self, at: int, other: "SenderColumn", rows: range) -> None:
        """Take over ``rows`` of another column as the rows from ``at`` on, the last ones here."""
        there = other.run(rows)
        if there and other.addresses is not self.addresses:
            here = other.addresses.numbers_in(self.addresses)
            there = array("I", map(here.__getitem__, there))
        self.add(at, there)
