"""Which senders and subjects to ask for, and when: what is on screen, what a filter or groups wait for, then
some ahead.

Never those of everything, unless it is put into groups: a server that has to open each message for it takes
a hundred times longer than for sizes and dates.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from balt.mail.listing import Listing
from balt.mail.senders import UNREAD_SENDER
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
        self._asked: Sequence[int] | None = None
        self._is_needed = False
        self._untold: set[int] = set()
        self._senders = False
        self.waiting = 0
        """How many messages a filter or groups still wait for."""

    def begin(self, listing: Listing, ordered: Iterable[int]) -> None:
        """A listing has come: some of it will be fetched in the background, as it stands in the list."""
        single = not self._browse.everywhere and listing.is_whole
        self._ahead = (listing.uids[place] for place in islice(ordered, AHEAD if single else 0))
        self._asked = None
        self._untold.clear()

    def need(self, listing: Listing, places: Sequence[int], *, senders: bool = False) -> None:
        """A filter or groups wait for these rows; for none when there are none. ``senders``: only who wrote
        them is wanted, which is quicker to read.
        """
        self._needed, self._senders = self._still_needed(listing, places), senders
        self.waiting = len(places)

    def _still_needed(self, listing: Listing, places: Sequence[int]) -> Iterator[int]:
        """What has come meanwhile is not asked for, nor is again what was asked for and not told."""
        for place in places:
            self.waiting -= 1
            key = listing.uids[place]
            known = self._senders and listing.senders.number(place) != UNREAD_SENDER
            if not known and key not in self._untold and key not in listing.details:
                yield key

    def more(self) -> None:
        """Ask for the next batch of what is not known yet, unless one is under way; its answer calls for the
        next one.
        """
        listing, address = self._browse.listing, self._browse.address
        if listing is None or self._asked is not None:
            return
        if needed := list(islice(self._needed, BATCH)):
            self._asked, self._is_needed = needed, True
            if self._senders:
                self._engine.read_senders(address, listing, needed)
            else:
                self._engine.read_details(address, listing, needed, background=True)
            return
        unknown = (key for key in self._ahead if key not in listing.details)
        if ahead := list(islice(unknown, BATCH)):
            self._asked, self._is_needed = ahead, False
            self._engine.read_ahead(address, listing, ahead)

    def answered(self, asked: Sequence[int], told: Collection[int]) -> None:
        """The batch that was ``asked`` for has come, with what is ``told`` of it: go on. One that was asked
        for before a newer listing came says nothing of the batch that is under way now.
        """
        if asked is not self._asked:
            return
        if self._is_needed:
            self._untold.update(key for key in asked if key not in told)
        self._asked = None
        self.more()

    def failed(self) -> None:
        """A batch could not be read: what is needed next may ask for it again."""
        self._asked = None

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
