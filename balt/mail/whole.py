"""The messages of several folders in one listing, as if a BAL were one folder.

What stands for the UID is a key: the number of the folder and the UID in it. A folder keeps its number from
one listing to the next, so that a mark or the place of the cursor still means the same message.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from threading import Lock

from balt.mail.listing import Listing

EVERYWHERE = "\0"
"""Stands for all folders at once: a name that no folder can have (RFC 3501 section 9 forbids NUL)."""

_UID_BITS = 32  # a UID has no more (RFC 3501 section 9, nz-number)
_UID_MASK = (1 << _UID_BITS) - 1
_numbering = Lock()  # one thread reads the index, another one the server: both number what they find
_PIECE = 65_536  # rows turned into keys in one go


class WholeListing(Listing):
    """Several folders, in the order of their numbers, then of their UIDs; ``uids`` are keys, and ascend.

    Its columns and ``details`` are its own: facts, senders and texts are those that the folders had when it
    was made, and what is learnt by key afterwards. ``uidvalidity`` changes when that of a folder does.
    """

    def __init__(self, parts: Sequence[Listing], numbers: dict[str, int]) -> None:
        self._validities = {part.folder: part.uidvalidity for part in parts}
        super().__init__(EVERYWHERE, _digest(self._validities), 0)
        self._parts = {part.folder: part for part in parts}
        self._numbers = numbers
        # a copy: another thread may be giving a number
        self._names = {number: folder for folder, number in numbers.copy().items()}

    @property
    def folders(self) -> Iterable[str]:
        """The folders whose messages are listed."""
        return tuple(self._parts)

    def folder_of(self, row: int) -> str:
        """The folder that holds the message of a row."""
        return self._names[self.uids[row] >> _UID_BITS]

    def uid_of(self, row: int) -> int:
        """The UID of the message of a row, in its folder."""
        return self.uids[row] & _UID_MASK

    def key_of(self, folder: str, uid: int) -> int:
        """What stands for a message of a folder that has a number."""
        return self._numbers[folder] << _UID_BITS | uid

    def split(self, keys: Iterable[int]) -> dict[str, list[int]]:
        """The UIDs that keys stand for, by folder, in the order given."""
        found: dict[str, list[int]] = {}
        for key in keys:
            found.setdefault(self._names[key >> _UID_BITS], []).append(key & _UID_MASK)
        return found

    def part_of(self, folder: str) -> Listing:
        """The listing of one of the folders."""
        return self._parts[folder]

    def continues(self, known: Listing) -> bool:
        """Whether no folder that both know was made anew: folders may have come or gone."""
        return isinstance(known, WholeListing) and not self._is_other_than(known)

    def take_over(self, known: Listing) -> None:
        """Take over the details, and remember folders that are away: one that comes back made anew is
        another.
        """
        super().take_over(known)
        if isinstance(known, WholeListing):
            self._validities = known._validities | self._validities

    def _is_other_than(self, known: "WholeListing") -> bool:
        """Whether a folder was made anew since then."""
        return any(
            self._validities.get(folder, validity) != validity
            for folder, validity in known._validities.items()
        )


def whole(listings: Sequence[Listing], numbers: dict[str, int]) -> WholeListing:
    """All these folders in one. ``numbers`` holds the number of each folder, gets one for each that is new,
    and must be given again the next time.
    """
    with _numbering:
        for listing in listings:
            numbers.setdefault(listing.folder, len(numbers))
    ordered = sorted(listings, key=lambda listing: numbers[listing.folder])
    made = WholeListing(ordered, numbers)
    for listing in ordered:
        base = numbers[listing.folder] << _UID_BITS
        made.senders.put(len(made), listing.senders, range(len(listing)))
        made.texts.put(len(made), listing.texts, range(len(listing)))
        for start in range(0, len(listing), _PIECE):
            made.uids.extend([base | uid for uid in listing.uids[start : start + _PIECE]])
        listing.settle_facts()
        for mine, theirs in zip(made.columns()[1:], listing.columns()[1:], strict=True):
            mine.extend(theirs)
        made.expected += max(listing.expected, len(listing))
    made.uidnext = made.uids[-1] + 1 if made.uids else 1
    return made


def _digest(validities: dict[str, int]) -> int:
    """A number above 0 for what the folders are: another one as soon as one of them is another."""
    told = repr(sorted(validities.items())).encode("utf-8", "surrogatepass")
    return 1 + int.from_bytes(blake2b(told, digest_size=6).digest(), "big")
