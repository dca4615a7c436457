"""The folders of a BAL as far as they were looked through for receipts, and the looking itself."""

import time
from array import array
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from balt.errors import RefusedError
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.facts import read_facts
from balt.mail.listing import Listing
from balt.mail.model import Folder, FolderRole
from balt.mail.receipts import NO_KEY, Receipt
from balt.mailboxes.receipt_source import ReceiptSource, told_by

T = TypeVar("T")
Steps = Generator[None, None, T]
PIECE = 2_000
"""Messages that the server looks through between two pauses, at most."""
_FIRST_PIECE = 50
_PATIENCE = 0.1
"""Seconds between two pauses, about: a server that has to open each message gets smaller pieces."""
_READ_AT_ONCE = 200


@dataclass(slots=True)
class Room:
    """A folder as far as it was looked through. ``upto`` and ``named`` are the highest UIDs whose receipts
    and whose names are known; ``keys`` are the names of ``uids``. ``silent`` are receipts that were found and
    that the server told nothing of: they are asked for again each time.
    """

    folder: Folder
    listing: Listing
    upto: int = 0
    named: int = 0
    receipts: dict[int, Receipt] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    keys: "array[int]" = field(default_factory=lambda: array("Q"))
    uids: "array[int]" = field(default_factory=lambda: array("Q"))

    @property
    def role(self) -> FolderRole:
        """What the folder is for."""
        return self.folder.role

    def follow(self, folder: Folder, listing: Listing) -> None:
        """The folder was listed again: what is gone is forgotten. A listing may be older than the last one,
        where another reading went on at a pause: what only that one had is looked for again.
        """
        self.folder, self.listing = folder, listing
        self.receipts = {
            uid: each for uid, each in self.receipts.items() if listing.index_of(uid) is not None
        }
        self.silent = {uid for uid in self.silent if listing.index_of(uid) is not None}
        self.upto = min(self.upto, listing.uids[-1] if listing.uids else 0)

    def date(self, uid: int) -> int:
        """When a message was received, in seconds."""
        row = self.listing.index_of(uid)
        return UNKNOWN_DATE if row is None else self.listing.dates[row]


def look_through(session: ReceiptSource, room: Room) -> Steps[None]:
    """Find and read the receipts of a folder that are not known yet. What facts tell costs nothing, whenever
    they became known; the server looks through the rest.
    """
    listing, found, unknown = room.listing, set(room.silent), array("Q")
    listing.settle_facts()
    looks = _Looks()
    for uid, packed in zip(listing.uids, listing.facts, strict=False):
        like_one = looks[packed]
        if like_one and uid not in room.receipts:
            found.add(uid)
        elif like_one is None and uid > room.upto:
            unknown.append(uid)
    for piece in pieces(unknown):
        found |= _search(session, listing.folder, piece) & set(piece)
        yield
    wanted = sorted(found)
    for start in range(0, len(wanted), _READ_AT_ONCE):
        asked = wanted[start : start + _READ_AT_ONCE]
        told = told_by(session, listing.folder, asked)
        room.receipts |= told
        room.silent = room.silent.union(asked) - told.keys()
        yield
    room.upto = max(room.upto, listing.uids[-1]) if listing.uids else room.upto


class _Looks(dict[int, "bool | None"]):
    """Whether packed facts are those of a receipt; None where they do not tell. Few are different."""

    def __missing__(self, packed: int) -> bool | None:
        facts = read_facts(packed)
        if facts is None or not facts.readable:
            self[packed] = None
        else:
            self[packed] = facts.receipt or facts.failed
        return self[packed]


def _search(session: ReceiptSource, folder: str, uids: "array[int]") -> set[int]:
    try:
        return session.receipt_uids(folder, uids[0], uids[-1])
    except RefusedError:  # a server that cannot search headers: their structures tell it too
        told = session.details(folder, uids)
        return {uid for uid, detail in told if detail.receipt or detail.failed}


def learn_names(session: ReceiptSource, room: Room) -> Steps[None]:
    """Read what the messages of a folder are called that were not asked for their names yet."""
    for new in pieces(array("Q", (uid for uid in room.listing.uids if uid > room.named))):
        # At a pause a more urgent job may have read some: twice the same would be two that bear it.
        piece = [uid for uid in new if uid > room.named]
        names = session.message_names(room.listing.folder, piece) if piece else {}
        for uid, name in names.items():
            if name.key != NO_KEY:
                room.keys.append(name.key)
                room.uids.append(uid)
        room.named = max(room.named, *piece, 0)
        yield


def pieces(uids: "array[int]") -> Iterator["array[int]"]:
    """The UIDs in pieces, each as long as what the last one took allows."""
    start, length = 0, _FIRST_PIECE
    while start < len(uids):
        begun = time.monotonic()
        piece = uids[start : start + min(length, PIECE)]
        yield piece
        start += len(piece)
        length = max(length * 2 if time.monotonic() - begun < _PATIENCE else length // 2, _FIRST_PIECE)


def at_once(steps: Steps[T]) -> T:
    """The outcome of steps without any pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def scanned(session: ReceiptSource, folder: str) -> Steps[Listing]:
    """A folder listed, with pauses."""
    steps = session.scan_steps(folder)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            listing: Listing = end.value
            return listing
        yield
