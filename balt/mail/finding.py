"""Rows of a large folder by a search: those that a server finds, where all would be many more.

Only for what is asked once: the whole list, once there, answers every filter without a server.
"""

from collections.abc import Collection, Iterator

from balt.clock import Clock
from balt.mail import acts
from balt.mail.arguments import MAX_UID, uid_batches, uid_set
from balt.mail.criteria import LARGE
from balt.mail.dates import DateReader
from balt.mail.fetch import LISTING_ITEMS, ListingReader
from balt.mail.listing import Listing
from balt.mail.model import FolderState
from balt.mail.scanning import PIECE
from balt.mail.wire import Wire

_MOST_OF_ALL = 0.5
"""Where more than this part is found, the whole list is quicker: it is asked for in fewer words."""


class FoundRows:
    """The rows of some messages of one folder. ``batches`` are read one after the other, each by ``read``;
    then ``finish``.
    """

    def __init__(self, state: FolderState, uids: Collection[int], clock: Clock) -> None:
        self.listing = Listing(state.name, state.uidvalidity, state.uidnext)
        self._uids = uids
        self._rows_read = 0
        self._reader = ListingReader(self.listing, DateReader(clock), most=2 * len(uids) + 1000)

    def batches(self) -> Iterator[list[int]]:
        """The UIDs, as they go into one command."""
        return uid_batches(self._uids, most=PIECE)

    def read(self, wire: Wire, batch: list[int]) -> None:
        """Read one batch in the open folder; again from its beginning where the line was cut in it."""
        self._reader.forget_from(self._rows_read)
        with wire.command(b"UID FETCH", uid_set(batch), LISTING_ITEMS) as answer:
            self._reader.read(answer)
        self._rows_read = len(self.listing)

    def finish(self, wire: Wire) -> Listing:
        """The rows found, and no other: one that the server did not describe is a row of unknowns, as in the
        whole list.
        """
        missing = set(self._uids).difference(self.listing.uids)
        if missing:
            self._reader.add_unknown(acts.read_existing(wire, missing))
        others = [row for row, uid in enumerate(self.listing.uids) if uid not in self._uids]
        for column in self.listing.columns()[:4]:
            for row in reversed(others):
                del column[row]
        self.listing.expected = len(self.listing)
        self.listing.settle_facts()
        return self.listing


def find_uids(
    wire: Wire, state: FolderState, criteria: bytes, capabilities: Collection[str]
) -> set[int] | None:
    """The UIDs that a search finds in the open folder; None where the whole list is as soon there. Raises
    RefusedError.
    """
    if not criteria or state.messages <= LARGE:
        return None
    found = {uid for uid in acts.search(wire, criteria, capabilities) if 1 <= uid <= MAX_UID}
    return found if len(found) <= _MOST_OF_ALL * state.messages else None
