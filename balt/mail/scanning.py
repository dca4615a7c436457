"""Sizes and dates of every message of a folder, by pieces: between two pieces the line is free for others.

Each piece is a range of UIDs, so that stopping costs nothing, and what arrives meanwhile shifts nothing.
"""

from collections.abc import Iterator

from balt.clock import Clock
from balt.mail import acts
from balt.mail.arguments import MAX_UID
from balt.mail.dates import DateReader
from balt.mail.fetch import LISTING_ITEMS, ListingReader
from balt.mail.listing import Listing
from balt.mail.model import FolderState
from balt.mail.wire import MIB, Limits, Wire

PIECE = 20_000
"""Messages in a piece, about: a tenth of a second on a fast line."""
_ROW_OCTETS = 4096  # more than any row of sizes and dates needs


class FolderScan:
    """A listing in the making. ``pieces`` are read one after the other, each by ``read``; then ``finish``."""

    def __init__(self, state: FolderState, clock: Clock) -> None:
        self.listing = Listing(state.name, state.uidvalidity, state.uidnext)
        self.listing.modseq = state.modseq
        self.listing.expected = state.messages
        self._state = state
        self._rows_read = 0
        self._most = 2 * state.messages + 1000
        self._reader = ListingReader(self.listing, DateReader(clock), self._most)

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Ranges of UIDs, from 1 to where new messages begin; the last one is open where that is unknown."""
        last = self._state.uidnext - 1
        if not self._state.messages:
            return
        if last < 1 or self._state.messages <= PIECE:
            yield 1, 0
            return
        step = max(PIECE * last // self._state.messages, 1)
        for first in range(1, last + 1, step):
            yield first, min(first + step - 1, last)

    def read(self, wire: Wire, piece: tuple[int, int]) -> None:
        """Read one piece in the open folder; again from its beginning where the line was cut in it."""
        self._reader.forget_from(self._rows_read)
        first, last = piece
        wanted = b"%d:%d" % (first, last) if last else b"%d:*" % first
        limits = Limits(total=64 * MIB + self._state.messages * _ROW_OCTETS)
        with wire.command(b"UID FETCH", wanted, LISTING_ITEMS, limits=limits) as answer:
            self._reader.read(answer)
        self._rows_read = len(self.listing)

    def finish(self, wire: Wire) -> Listing:
        """The whole listing: a message that the server has but did not describe has a row of unknowns."""
        listing, reader = self.listing, self._reader
        if reader.nameless or len(listing) < self._state.messages:
            there = {uid for uid in acts.search(wire, b"ALL") if 1 <= uid <= MAX_UID}
            if len(there) > self._most:
                raise wire.line.protocol_error()
            if self._state.uidnext and any(uid >= self._state.uidnext for uid in there):
                self.read(wire, (self._state.uidnext, 0))  # came meanwhile: asked for, not unknown
            reader.add_unknown(there)
        listing.uidnext = listing.uidnext or (listing.uids[-1] + 1 if listing.uids else 1)
        listing.expected = len(listing)
        listing.settle_facts()
        return listing
