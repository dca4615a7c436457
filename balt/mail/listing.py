"""The messages of one folder as columns: uid, size, date, flags in compact arrays, details where read."""

from array import array
from bisect import bisect_left
from collections.abc import Callable
from typing import Literal

from balt.mail.dates import UNKNOWN_DATE, moment
from balt.mail.model import Flag, Message, MessageDetail
from balt.text import fold

UNKNOWN_SIZE = -1
SortKey = Literal["size", "date", "from"]


class Listing:
    """One folder, in ascending order of UID. A row number is a place in the columns.

    ``sizes`` are octets (RFC822.SIZE), ``UNKNOWN_SIZE`` where unknown; ``dates`` are the reception dates in
    seconds since 1970 UTC, ``UNKNOWN_DATE`` where unknown; ``flags`` hold ``Flag`` values.
    """

    def __init__(self, folder: str, uidvalidity: int, uidnext: int) -> None:
        self.folder = folder
        self.uidvalidity = uidvalidity
        self.uidnext = uidnext
        self.uids = array("Q")
        self.sizes = array("q")
        self.dates = array("q")
        self.flags = array("H")
        self.details: dict[int, MessageDetail] = {}

    def __len__(self) -> int:
        return len(self.uids)

    def message(self, row: int) -> Message:
        """The message of a row."""
        uid, size = self.uids[row], self.sizes[row]
        return Message(
            uid=uid,
            size=None if size == UNKNOWN_SIZE else size,
            date=moment(self.dates[row]),
            flags=Flag(self.flags[row]),
            detail=self.details.get(uid),
        )

    def index_of(self, uid: int) -> int | None:
        """The row of a UID; None when it is not there."""
        row = bisect_left(self.uids, uid)
        return row if row < len(self.uids) and self.uids[row] == uid else None

    def total_size(self) -> int:
        """Octets of all messages whose size is known."""
        return sum(self.sizes) - UNKNOWN_SIZE * self.sizes.count(UNKNOWN_SIZE)

    def order(self, key: SortKey, reverse: bool = False) -> "array[int]":
        """Row numbers by size (largest first), date (oldest first) or sender (A first); ``reverse`` flips.

        What is unknown comes last either way; equal rows stay in the order of their UIDs.
        """
        if key == "size":
            return self._by_number(self.sizes, UNKNOWN_SIZE, largest_first=not reverse)
        if key == "date":
            return self._by_number(self.dates, UNKNOWN_DATE, largest_first=reverse)
        return self._by_sender(reverse)

    def _by_number(self, column: "array[int]", unknown: int, largest_first: bool) -> "array[int]":
        rows = range(len(column))
        if unknown not in column:
            return array("I", sorted(rows, key=column.__getitem__, reverse=largest_first))
        known = sorted(
            (row for row in rows if column[row] != unknown), key=column.__getitem__, reverse=largest_first
        )
        return array("I", known + [row for row in rows if column[row] == unknown])

    def _by_sender(self, reverse: bool) -> "array[int]":
        senders = [fold(self._sender(uid)) for uid in self.uids]
        by_sender: Callable[[int], str] = senders.__getitem__
        known = sorted((row for row, text in enumerate(senders) if text), key=by_sender, reverse=reverse)
        return array("I", known + [row for row, text in enumerate(senders) if not text])

    def _sender(self, uid: int) -> str:
        detail = self.details.get(uid)
        return detail.sender if detail else ""
