"""Which messages of a listing are marked: an octet a row, with what they add up to kept at hand.

Marking a million messages must cost a megabyte, and telling what is marked must cost nothing at each key.
"""

from array import array
from collections.abc import Iterable, Iterator

from balt.mail.listing import UNKNOWN_SIZE, Listing


class Marks:
    """The marks on one listing; ``count`` and ``size`` (octets, where known) are of the marked messages.

    ``by_hand`` are the keys of those that were marked one by one: a person who does that wants that message.
    ``changes`` is another number after each change.
    """

    def __init__(self) -> None:
        self._listing: Listing | None = None
        self._marked = bytearray()
        self.by_hand: set[int] = set()
        self.count = 0
        self.size = 0
        self.changes = 0

    def __len__(self) -> int:
        return self.count

    def __contains__(self, place: int) -> bool:
        return place < len(self._marked) and self._marked[place] == 1

    def begin(self, listing: Listing | None) -> None:
        """No marks, on this listing."""
        self._listing = listing
        self._marked = bytearray(len(listing) if listing is not None else 0)
        self.by_hand.clear()
        self.count = self.size = 0
        self.changes += 1

    def follow(self, listing: Listing) -> None:
        """Go over to a newer listing of the same folder: what is still there stays marked."""
        known = self._listing
        if known is not None and listing.uids[: len(known)] == known.uids:  # messages have only come
            self._marked.extend(bytes(len(listing) - len(known)))
            self._listing = listing
            return
        keys, by_hand = self.keys(), set(self.by_hand)
        self.begin(listing)
        there = {key: place for key in keys if (place := listing.index_of(key)) is not None}
        self.set(there.values(), True)
        self.by_hand = by_hand & there.keys()

    def set(self, places: Iterable[int], marked: bool) -> None:
        """Mark the messages of these rows, or take their marks away."""
        if self._listing is None:
            return
        marks, sizes, uids = self._marked, self._listing.sizes, self._listing.uids
        changed = []
        for place in places:
            if marks[place] != marked:
                marks[place] = marked
                changed.append(place)
        by = 1 if marked else -1
        octets = array("q", map(sizes.__getitem__, changed))
        self.changes += 1
        self.count += by * len(changed)
        self.size += by * (sum(octets) - UNKNOWN_SIZE * octets.count(UNKNOWN_SIZE))
        if not marked and self.by_hand:
            self.by_hand.difference_update([uids[place] for place in changed])

    def toggle(self, place: int) -> None:
        """Mark by hand, or take the mark away."""
        marked = place not in self
        self.set((place,), marked)
        if marked and self._listing is not None:
            self.by_hand.add(self._listing.uids[place])

    def places(self) -> Iterator[int]:
        """The rows of the marked messages, ascending."""
        place = self._marked.find(1)
        while place >= 0:
            yield place
            place = self._marked.find(1, place + 1)

    def keys(self) -> list[int]:
        """The keys of the marked messages, ascending."""
        listing = self._listing
        return [] if listing is None else [listing.uids[place] for place in self.places()]

    def count_of(self, places: Iterable[int]) -> int:
        """How many of these rows are marked."""
        return sum(map(self._marked.__getitem__, places))

    def all_of(self, places: Iterable[int]) -> bool:
        """Whether every one of these rows is marked."""
        return all(map(self._marked.__getitem__, places))
