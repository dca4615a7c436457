"""The messages of one folder as columns: uid, size, date, flags in compact arrays, details where read."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from balt.mail.dates import UNKNOWN_DATE, moment
from balt.mail.detail_store import DetailStore
from balt.mail.facts import UNREAD_FACTS, facts_of, read_facts
from balt.mail.model import Flag, Message, MessageDetail
from balt.mail.order import ordered_rows
from balt.mail.senders import SenderColumn
from balt.mail.texts import TextColumn
from balt.text import fold

UNKNOWN_SIZE = -1
_PIECE = 65_536
"""Rows added up in one go: other threads have their turn between two."""
_SHORT_RUN = 64
"""A run of fewer UIDs is looked up one by one, so that very many of them cost no more than the rows."""
SortKey = Literal["size", "date", "from"]


class Listing:
    """One folder, in ascending order of UID. A row number is a place in the columns.

    ``sizes`` are octets (RFC822.SIZE), ``UNKNOWN_SIZE`` where unknown; ``dates`` are the reception dates in
    seconds since 1970 UTC, ``UNKNOWN_DATE`` where unknown; ``flags`` hold ``Flag`` values; ``facts`` what the
    structures say (``facts``), ``UNREAD_FACTS`` where not read; ``senders`` tells who wrote them, ``texts``
    what filters look into. ``modseq`` is the folder's HIGHESTMODSEQ (RFC 7162) when it was listed, 0 where
    the server has none.

    Once somebody else has a listing, its rows stay as they are: a newer state is another listing. Only
    ``facts``, ``senders``, ``texts`` and ``details`` go on filling. ``expected`` is how many messages the
    folder has: more than the rows while the rest is still being read.
    """

    def __init__(self, folder: str, uidvalidity: int, uidnext: int) -> None:
        self.folder = folder
        self.uidvalidity = uidvalidity
        self.uidnext = uidnext
        self.modseq = 0
        self.expected = 0
        self.uids = array("Q")
        self.sizes = array("q")
        self.dates = array("q")
        self.flags = array("H")
        self.facts = array("H")
        self.senders = SenderColumn()
        self.texts = TextColumn()
        self.details = DetailStore()

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
            facts=read_facts(self.facts[row]) if row < len(self.facts) else None,
        )

    @property
    def is_whole(self) -> bool:
        """Whether every message of the folder has its row."""
        return len(self.uids) >= self.expected

    def folder_of(self, row: int) -> str:  # noqa: ARG002 - a listing of several folders has another answer
        """The folder that holds the message of a row."""
        return self.folder

    @property
    def folders(self) -> Iterable[str]:
        """The folders whose messages are listed."""
        return (self.folder,)

    def uid_of(self, row: int) -> int:
        """The UID of the message of a row, in its folder."""
        return self.uids[row]

    def key_of(self, folder: str, uid: int) -> int:  # noqa: ARG002
        """What stands for a message in ``uids``: here its UID."""
        return uid

    def split(self, keys: Iterable[int]) -> dict[str, list[int]]:
        """The UIDs that keys of ``uids`` stand for, by folder."""
        return {self.folder: list(keys)}

    def part_of(self, folder: str) -> "Listing":  # noqa: ARG002
        """The listing of one folder."""
        return self

    def continues(self, known: "Listing") -> bool:
        """Whether the messages of an earlier listing are still called the same here (UIDVALIDITY)."""
        return self.folder == known.folder and self.uidvalidity == known.uidvalidity

    def learn(self, details: Mapping[int, MessageDetail]) -> None:
        """Keep what was read of some messages: its facts, senders and texts for good."""
        self.details.update(details)
        for uid, detail in details.items():
            row = self.index_of(uid)
            if row is not None:
                self._room_for_facts()[row] = facts_of(detail)
                self.senders.learn(row, detail.sender)
                self.texts.learn(row, detail)

    def learn_senders(self, senders: Mapping[int, str]) -> None:
        """Keep who wrote some messages, where nothing else was read of them."""
        for uid, sender in senders.items():
            row = self.index_of(uid)
            if row is not None:
                self.senders.learn(row, sender)

    def copy(self) -> "Listing":
        """The same rows in columns of their own; what is known of the messages is shared."""
        return self.part(range(len(self)))

    def part(self, *runs: range) -> "Listing":
        """Only these runs of rows (ascending, apart), in columns of their own."""
        made = Listing(self.folder, self.uidvalidity, self.uidnext)
        made.modseq, made.details = self.modseq, self.details
        made.senders, made.texts = SenderColumn(self.senders.addresses), TextColumn(self.texts.texts)
        self.settle_facts()
        for run in runs:
            made.senders.put(len(made), self.senders, run)
            made.texts.put(len(made), self.texts, run)
            for mine, theirs in zip(made.columns(), self.columns(), strict=True):
                mine.extend(theirs[run.start : run.stop])
        made.expected = len(made)
        return made

    def with_flag(self, flag: Flag, runs: Iterable[tuple[int, int]]) -> "Listing":
        """The same rows, where the messages of these runs of UIDs have a flag more; all that is known of them
        is shared, and what will be learnt. This very listing where that changes nothing.
        """
        flags = self.flags[:]
        single: set[int] = set()
        for first, last in runs:
            if last - first < _SHORT_RUN:
                single.update(range(first, last + 1))
                continue
            for row in range(bisect_left(self.uids, first), bisect_right(self.uids, last)):
                flags[row] |= flag
        if single:
            pairs = zip(self.uids, flags, strict=True)
            flags = array("H", [told | flag if uid in single else told for uid, told in pairs])
        if flags == self.flags:
            return self
        self.settle_facts()
        made = Listing(self.folder, self.uidvalidity, self.uidnext)
        made.modseq, made.expected = self.modseq, self.expected
        made.uids, made.sizes, made.dates, made.facts = self.uids, self.sizes, self.dates, self.facts
        made.senders, made.texts, made.details = self.senders, self.texts, self.details
        made.flags = flags
        return made

    def extend(self, other: "Listing") -> None:
        """Add the rows of ``other``, whose UIDs come after these."""
        self.settle_facts()
        other.settle_facts()
        self.senders.put(len(self), other.senders, range(len(other)))
        self.texts.put(len(self), other.texts, range(len(other)))
        for mine, theirs in zip(self.columns(), other.columns(), strict=True):
            mine.extend(theirs)
        self.uidnext = max(self.uidnext, other.uidnext)

    def take_over(self, known: "Listing") -> None:
        """Take over the details that an earlier listing, which this one continues, has at hand."""
        self.details.take_over(known.details)

    def inherit(self, known: "Listing") -> None:
        """Share what is known of the messages with an earlier listing, which this one continues."""
        self.details = known.details
        known.settle_facts()
        facts = self._room_for_facts()
        self.senders, self.texts = SenderColumn(known.senders.addresses), TextColumn(known.texts.texts)
        for row, uid in enumerate(self.uids):
            place = known.index_of(uid)
            if place is not None:
                facts[row] = known.facts[place]
                self.senders.set(row, known.senders.number(place))
                self.texts.set(row, known.texts.number(place))

    def columns(self) -> "tuple[array[int], ...]":
        """The columns: uids, sizes, dates, flags, facts."""
        return self.uids, self.sizes, self.dates, self.flags, self.facts

    def settle_facts(self) -> None:
        """Give every row a place in the column of facts."""
        self._room_for_facts()

    def _room_for_facts(self) -> "array[int]":
        """The column of facts, as long as the others."""
        missing = len(self.uids) - len(self.facts)
        if missing > 0:
            self.facts.extend(array("H", [UNREAD_FACTS]) * missing)
        return self.facts

    def index_of(self, uid: int) -> int | None:
        """The row of a UID; None when it is not there."""
        row = bisect_left(self.uids, uid)
        return row if row < len(self.uids) and self.uids[row] == uid else None

    def total_size(self) -> int:
        """Octets of all messages whose size is known."""
        total = 0
        for start in range(0, len(self.sizes), _PIECE):
            piece = self.sizes[start : start + _PIECE]
            total += sum(piece) - UNKNOWN_SIZE * piece.count(UNKNOWN_SIZE)
        return total

    def order(self, key: SortKey, reverse: bool = False) -> "array[int]":
        """Row numbers by size (largest first), date (oldest first) or sender (A first); ``reverse`` flips.

        What is unknown comes last either way; equal rows stay in the order of their UIDs.
        """
        if key == "size":
            return ordered_rows(self.sizes, UNKNOWN_SIZE, largest_first=not reverse)
        if key == "date":
            return ordered_rows(self.dates, UNKNOWN_DATE, largest_first=reverse)
        return self._by_sender(reverse)

    def _by_sender(self, reverse: bool) -> "array[int]":
        senders = [fold(self._sender(uid)) for uid in self.uids]
        by_sender: Callable[[int], str] = senders.__getitem__
        known = sorted((row for row, text in enumerate(senders) if text), key=by_sender, reverse=reverse)
        return array("I", known + [row for row, text in enumerate(senders) if not text])

    def _sender(self, uid: int) -> str:
        detail = self.details.get(uid)
        return detail.sender if detail else ""
