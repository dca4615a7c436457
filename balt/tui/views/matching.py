"""What a filter decided of each message: kept, because what it had to read for it is not.

Senders and subjects of a large folder are read piece by piece and let go again; the verdicts stay, an octet a
row. A sift runs in a thread and changes nothing that others see: its outcome is taken where it is shown.
"""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from balt.mail.filters import Filter
from balt.mail.listing import Listing
from balt.mail.model import Folder

_OPEN, _NO, _YES = 0, 1, 2
LabelOf = Callable[[str], Folder | str]


@dataclass(frozen=True, slots=True)
class Sifted:
    """The rows that fit, in their order, those of which more must be read first, and the verdict of each
    row.
    """

    rows: "array[int]"
    undecided: "array[int]"
    verdicts: bytearray


class Matches:
    """The verdicts of one filter on one listing, and on those that follow it."""

    def __init__(self, wanted: Filter, label_of: LabelOf) -> None:
        self.wanted = wanted
        self._label_of = label_of
        self._taken: tuple[Listing, bytearray] | None = None

    def sift(
        self, listing: Listing, ordered: "array[int]", stopped: Callable[[], bool] = lambda: False
    ) -> Sifted:
        """Look at ``ordered`` rows. Safe in a thread. What comes out once it is ``stopped`` is of no use."""
        if not self.wanted.needs_details:
            rows, _none = self.wanted.sort_out(listing, ordered, self._label_of, stopped)
            return Sifted(rows, array("I"), bytearray())
        verdicts = _carried(self._taken, listing)
        if not any(verdicts):  # a new filter
            verdicts = bytearray([_NO]) * len(listing)
            fit, undecided = self.wanted.sort_out(listing, ordered, self._label_of, stopped)
            _note(verdicts, undecided, fit)
            return Sifted(fit, undecided, verdicts)
        open_rows = array("I", (row for row in ordered if verdicts[row] == _OPEN))
        undecided = self._decide(listing, verdicts, open_rows)
        fit = array("I", (row for row in ordered if verdicts[row] == _YES))
        return Sifted(fit, undecided, verdicts)

    def take(self, listing: Listing, sifted: Sifted) -> None:
        """What a sift found is shown: keep it, with what was learnt while it ran."""
        if self._taken is not None and self._taken[0] is listing:
            known = self._taken[1]
            for row in sifted.undecided:
                sifted.verdicts[row] = known[row]
        self._taken = (listing, sifted.verdicts)

    def learn(self, listing: Listing, keys: Iterable[int]) -> None:
        """More is known of these messages."""
        if self._taken is None or self._taken[0] is not listing or not self.wanted.needs_details:
            return
        verdicts = self._taken[1]
        places = (listing.index_of(key) for key in keys)
        rows = array("I", (place for place in places if place is not None))
        for row in self._decide(listing, verdicts, rows):  # read, and still not told: it will never be
            verdicts[row] = _NO

    def _decide(self, listing: Listing, verdicts: bytearray, rows: "array[int]") -> "array[int]":
        """Pass the verdicts that can be passed now; the rows for which that is not so."""
        fit, undecided = self.wanted.sort_out(listing, rows, self._label_of)
        for row in rows:
            verdicts[row] = _NO
        _note(verdicts, undecided, fit)
        return undecided


def _note(verdicts: bytearray, undecided: Iterable[int], fit: Iterable[int]) -> None:
    for row in undecided:
        verdicts[row] = _OPEN
    for row in fit:
        verdicts[row] = _YES


def _carried(taken: tuple[Listing, bytearray] | None, listing: Listing) -> bytearray:
    """The verdicts as they hold for ``listing``: for the same message, under the same flags."""
    if taken is None or not listing.continues(taken[0]):
        return bytearray(len(listing))
    known, verdicts = taken
    if known is listing:
        return bytearray(verdicts)
    carried = bytearray(len(listing))
    for row, key in enumerate(listing.uids):
        place = known.index_of(key)
        if place is not None and known.flags[place] == listing.flags[row]:
            carried[row] = verdicts[place]
    return carried
