"""What a filter decided of each message: kept, because what it had to read for it is not.

Senders and subjects of a large folder are read piece by piece and let go again; the verdicts stay, an octet
a row.
"""

from array import array
from collections.abc import Callable, Iterable

from balt.mail.filters import Filter
from balt.mail.listing import Listing
from balt.mail.model import Folder

_OPEN, _NO, _YES = 0, 1, 2
LabelOf = Callable[[str], Folder | str]


class Matches:
    """The verdicts of one filter on one listing, and on those that follow it."""

    def __init__(self, wanted: Filter, label_of: LabelOf) -> None:
        self.wanted = wanted
        self._label_of = label_of
        self._listing: Listing | None = None
        self._verdicts = bytearray()

    def sift(self, listing: Listing, ordered: "array[int]") -> "tuple[array[int], array[int]]":
        """The rows that fit, in their order, and those of which more must be read first. Safe in a worker."""
        if not self.wanted.needs_details:
            return self.wanted.rows(listing, ordered, self._label_of), array("I")
        self._follow(listing)
        verdicts = self._verdicts
        undecided = self._decide(listing, array("I", (row for row in ordered if verdicts[row] == _OPEN)))
        return array("I", (row for row in ordered if verdicts[row] == _YES)), undecided

    def learn(self, listing: Listing, keys: Iterable[int]) -> None:
        """More is known of these messages."""
        if listing is self._listing and self.wanted.needs_details:
            places = (listing.index_of(key) for key in keys)
            rows = array("I", (place for place in places if place is not None))
            undecided = self._decide(listing, rows)
            for row in undecided:  # read, and still not told: it will never be
                self._verdicts[row] = _NO

    def _decide(self, listing: Listing, rows: "array[int]") -> "array[int]":
        """Pass the verdicts that can be passed now; the rows for which that is not so."""
        undecided = self.wanted.undecided(listing, rows, self._label_of)
        fits = self.wanted.rows(listing, rows, self._label_of)
        for verdict, decided in ((_NO, rows), (_OPEN, undecided), (_YES, fits)):
            for row in decided:
                self._verdicts[row] = verdict
        return undecided

    def _follow(self, listing: Listing) -> None:
        """Go over to a newer listing: a verdict holds for the same message under the same flags."""
        known, verdicts = self._listing, self._verdicts
        if known is listing:
            return
        self._verdicts = bytearray(len(listing))
        self._listing = listing
        if known is None or known.folder != listing.folder or known.uidvalidity != listing.uidvalidity:
            return
        for row, key in enumerate(listing.uids):
            place = known.index_of(key)
            if place is not None and known.flags[place] == listing.flags[row]:
                self._verdicts[row] = verdicts[place]
