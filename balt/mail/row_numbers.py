"""A number for each row of a listing of which something is known: a column that goes along with its rows."""

from array import array
from collections.abc import Sequence
from threading import Lock

NOT_KNOWN = 0
"""Stands for a row of which nothing is known; every other number is above it."""


class RowNumbers:
    """As long as the last row that is known; of the rows beyond nothing is. Four octets a row."""

    def __init__(self) -> None:
        self._numbers = array("I")
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, row: int) -> int:
        """The number of a row."""
        return self._numbers[row] if row < len(self._numbers) else NOT_KNOWN

    def numbers(self, rows: Sequence[int]) -> list[int]:
        """The numbers of some rows."""
        numbers, known = self._numbers, len(self._numbers)
        return [numbers[row] if row < known else NOT_KNOWN for row in rows]

    def set(self, row: int, number: int) -> None:
        """Keep the number of a row; two threads may do so at once."""
        if number != NOT_KNOWN:
            with self._lock:
                self._reach(row + 1)
                self._numbers[row] = number

    def run(self, rows: range) -> "array[int]":
        """The numbers of a run of rows, as far as they are known."""
        return self._numbers[rows.start : rows.stop]

    def add(self, at: int, numbers: "array[int]") -> None:
        """These are the numbers of the rows from ``at`` on, the last ones here."""
        if numbers:
            self._reach(at)
            self._numbers.extend(numbers)

    def _reach(self, length: int) -> None:
        missing = length - len(self._numbers)
        if missing > 0:
            self._numbers.extend(array("I", [NOT_KNOWN]) * missing)
