"""FETCH responses (RFC 3501 section 7.4.2) as rows, at the speed of the wire.

The usual row is recognised by one pattern anchored at its very first octet and ending with its line, so that
no text a sender chose can stand in for a size or a UID. Any other row is cut into tokens. A row that cannot
be read at all stays as a row with unknown fields: it is never dropped and never ends the listing.
"""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import lt

from balt.mail.arguments import MAX_UID
from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import INTEGRATED_KEYWORD, Flag
from balt.mail.tokens import TokenError, Value, tokenize
from balt.mail.usual_rows import UsualRows
from balt.mail.wire import Answer, Response

LISTING_ITEMS = b"(UID FLAGS INTERNALDATE RFC822.SIZE)"
MAX_SIZE = 1 << 40
_MOST_ROWS = 20_000_000
_LOOK = 65_536
_FETCH = re.compile(rb"\* \d{1,10} FETCH \(", re.IGNORECASE)
_UID_FIRST = re.compile(rb"\* \d{1,10} FETCH \(UID (\d{1,10})[ )]", re.IGNORECASE)
_FLAGS = {
    b"\\seen": Flag.SEEN,
    b"\\answered": Flag.ANSWERED,
    b"\\flagged": Flag.FLAGGED,
    b"\\deleted": Flag.DELETED,
    b"\\draft": Flag.DRAFT,
    INTEGRATED_KEYWORD.lower().encode(): Flag.INTEGRATED,
}


@dataclass(slots=True)
class Row:
    """One FETCH response: the UID it names (None when it names none) and its items by upper-case name.

    ``readable`` is false when its octets were not understood; ``items`` is then empty.
    """

    uid: int | None
    items: dict[bytes, Value] = field(default_factory=dict)
    readable: bool = True


def read_row(response: Response) -> Row | None:
    """The row of a response; None when the response is not a FETCH. Never raises for what a server sent."""
    if _FETCH.match(response.head) is None:
        return None
    first = _UID_FIRST.match(response.head)
    uid = _uid(first[1]) if first else None
    if response.damaged:
        return Row(uid, readable=False)
    try:
        tokens = tokenize(response.pieces)
    except TokenError:
        return Row(uid, readable=False)
    values = tokens[3] if len(tokens) == 4 else None
    if not isinstance(values, list):
        return Row(uid, readable=False)
    items: dict[bytes, Value] = {}
    for name, value in zip(values[::2], values[1::2], strict=False):
        if isinstance(name, bytes) and items.setdefault(name.upper(), value) != value:
            return Row(None, readable=False)
    return Row(_uid(items.get(b"UID")) if b"UID" in items else None, items)


def flags_of(value: Value) -> Flag:
    """The flags of a FLAGS item that balt looks at."""
    found = Flag(0)
    for name in value if isinstance(value, list) else ():
        if isinstance(name, bytes):
            found |= _FLAGS.get(name.lower(), Flag(0))
    return found


def flags_of_text(text: bytes) -> int:
    """The same for the text between the brackets, packed."""
    return int(flags_of(list(text.split())))


def size_of(value: Value) -> int:
    """An RFC822.SIZE item in octets; ``UNKNOWN_SIZE`` for anything that cannot be a size."""
    if isinstance(value, bytes) and value.isdigit() and len(value) <= 12 and int(value) < MAX_SIZE:
        return int(value)
    return UNKNOWN_SIZE


class ListingReader:
    """Fills the columns of a listing from the answers to ``UID FETCH … LISTING_ITEMS``, UIDs ascending from
    one answer to the next. More than ``most`` rows are not read: a server that goes on and on is given up.
    """

    def __init__(self, listing: Listing, dates: DateReader, most: int = _MOST_ROWS) -> None:
        self._listing = listing
        self._dates = dates
        self._most = most
        self._usual = UsualRows(dates, flags_of_text)
        self._later: dict[int, Flag] = {}
        self.nameless = 0

    def read(self, answer: Answer) -> None:
        """Read one answer to its end."""
        before = len(self._listing)
        while True:
            while answer.consume(self._take_usual):
                pass
            if len(self._listing) > self._most:
                raise answer.too_much()
            response = answer.next()
            if response is None:
                break
            self._unusual(response)
        self.settle(before)

    def _take_usual(self, buffer: bytes, position: int) -> int:
        read, end = self._usual.read(buffer, position)
        if read:
            uids = read[0]
            if min(uids) < 1 or max(uids) > MAX_UID:
                self.nameless += sum(not 0 < uid <= MAX_UID for uid in uids)
                read = _with_uid(read)
            for column, piece in zip(self._listing.columns(), read, strict=False):
                column.extend(piece)
        return end

    def forget_from(self, rows: int) -> None:
        """Take back every row from number ``rows`` on: the answer that told them was cut."""
        for column in self._listing.columns():
            del column[rows:]
        self._later.clear()

    def add_unknown(self, uids: Iterable[int]) -> None:
        """Rows for messages that the server has but did not describe."""
        have = set(self._listing.uids)
        missing = [uid for uid in uids if uid not in have]
        for uid in missing:
            self._append(uid, UNKNOWN_SIZE, UNKNOWN_DATE, Flag(0))
        if missing:
            self.settle()

    def _unusual(self, response: Response) -> None:
        row = read_row(response)
        if row is None:
            return
        if row.uid is None:
            self.nameless += not row.readable or b"RFC822.SIZE" in row.items or b"UID" in row.items
            return
        if b"RFC822.SIZE" not in row.items and b"INTERNALDATE" not in row.items and row.readable:
            if self._listing.uids and row.uid <= self._listing.uids[-1]:  # else its own row is yet to come
                self._later[row.uid] = flags_of(row.items.get(b"FLAGS"))
            return
        raw_date = row.items.get(b"INTERNALDATE")
        date = self._dates.seconds(raw_date) if isinstance(raw_date, bytes) else UNKNOWN_DATE
        size, flags = size_of(row.items.get(b"RFC822.SIZE")), flags_of(row.items.get(b"FLAGS"))
        self._append(row.uid, size, date, flags)

    def _append(self, uid: int, size: int, date: int, flags: Flag) -> None:
        listing = self._listing
        listing.uids.append(uid)
        listing.sizes.append(size)
        listing.dates.append(date)
        listing.flags.append(int(flags))

    def settle(self, since: int = 0) -> None:
        """Ascending UIDs, each once; later flag changes taken in. Rows before ``since`` are so already."""
        if not _ascending(self._listing.uids, max(since - 1, 0)):
            self._sort()
        for uid, flags in self._later.items():
            row = self._listing.index_of(uid)
            if row is not None:
                self._listing.flags[row] = int(flags)
        self._later.clear()

    def _sort(self) -> None:
        """Rows by UID; where two rows claim one UID, what they disagree on is unknown: it is then kept."""
        listing = self._listing
        rows = sorted(zip(listing.uids, listing.sizes, listing.dates, listing.flags, strict=True))
        for column in (listing.uids, listing.sizes, listing.dates, listing.flags):
            del column[:]
        for uid, size, date, flags in rows:
            if listing.uids and listing.uids[-1] == uid:
                if listing.sizes[-1] != size:
                    listing.sizes[-1] = UNKNOWN_SIZE
                if listing.dates[-1] != date:
                    listing.dates[-1] = UNKNOWN_DATE
                listing.flags[-1] = int(_doubtful(Flag(listing.flags[-1]), Flag(flags)))
            else:
                self._append(uid, size, date, Flag(flags))


def _with_uid(read: "tuple[array[int], ...]") -> "tuple[array[int], ...]":
    """Only the rows that name a message."""
    named = [row for row, uid in enumerate(read[0]) if 0 < uid <= MAX_UID]
    return tuple(array(column.typecode, (column[row] for row in named)) for column in read)


def _ascending(uids: "array[int]", start: int) -> bool:
    """Whether each UID from ``start`` on is above the one before it; looked at by pieces, each in C."""
    for at in range(start, len(uids) - 1, _LOOK):
        piece = uids[at : at + _LOOK + 1]
        if not all(map(lt, piece, piece[1:])):
            return False
    return True


def _doubtful(one: Flag, other: Flag) -> Flag:
    """Of two accounts of a message's flags, the one that protects it most."""
    protecting = Flag.FLAGGED | Flag.DRAFT
    return (one & other) | ((one | other) & protecting)


def _uid(value: Value) -> int | None:
    if isinstance(value, bytes) and value.isdigit() and len(value) <= 10 and 0 < int(value) <= MAX_UID:
        return int(value)
    return None
