"""Which senders and subjects to ask for, and when: what is on screen, what a filter waits for, then some
ahead.

Never those of everything: a server that has to open each message for it takes a hundred times longer than for
sizes and dates.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from balt.mail.listing import Listing
from balt.tui.engine import Engine
from balt.tui.views.browse import Browse

BATCH = 200
AHEAD = 4_000
"""Messages, the largest, whose details are fetched before they are looked at."""


class Reading:
    """Asks for details batch by batch, so that what the user looks at never waits for the rest."""

    def __init__(self, engine: Engine, browse: Browse) -> None:
        self._engine = engine
        self._browse = browse
        self._ahead: Iterator[int] = iter(())
        self._needed: Iterator[int] = iter(())
        self.waiting = 0
        """How many messages a filter still waits for."""

    def begin(self, listing: Listing, ordered: Iterable[int]) -> None:
        """A listing has come: some of it will be fetched in the background, as it stands in the list."""
        single = not self._browse.everywhere and listing.is_whole
        self._ahead = (listing.uids[place] for place in islice(ordered, AHEAD if single else 0))

    def need(self, listing: Listing, places: "Iterable[int]", count: int) -> None:
        """A filter waits for these rows; for none when there are none."""
        self._needed = (listing.uids[place] for place in places)
        self.waiting = count

    def more(self) -> None:
        """Ask for the next batch of what is not known yet; its answer calls for the next one."""
        listing, address = self._browse.listing, self._browse.address
        if listing is None:
            return
        if needed := list(islice(self._needed, BATCH)):
            self.waiting = max(self.waiting - len(needed), 0)
            self._engine.read_details(address, listing, needed, background=True)
            return
        unknown = (key for key in self._ahead if key not in listing.details)
        if ahead := list(islice(unknown, BATCH)):
            self._engine.read_ahead(address, listing, ahead)

    def visible(self, shown: range) -> None:
        """Ask for what is on screen and not known yet."""
        browse = self._browse
        listing = browse.listing
        if listing is None:
            return
        places = (browse.place_at(row) for row in shown)
        keys = [listing.uids[place] for place in places if place is not None]
        unknown = [key for key in dict.fromkeys(keys) if key not in listing.details]
        if unknown:
            self._engine.read_details(browse.address, listing, unknown, background=False)
