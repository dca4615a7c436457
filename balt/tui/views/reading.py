"""Which senders and subjects to ask for, and when: what is on screen first, then the rest, largest first."""

from collections.abc import Iterator
from itertools import islice

from balt.mail.listing import Listing
from balt.tui.engine import Engine
from balt.tui.views.browse import Browse

BATCH = 200


class Reading:
    """Asks for details batch by batch, so that what the user looks at never waits for the rest."""

    def __init__(self, engine: Engine, browse: Browse) -> None:
        self._engine = engine
        self._browse = browse
        self._rest: Iterator[int] = iter(())

    def begin(self, listing: Listing) -> None:
        """A listing has come: its rest will be read in the background."""
        self._rest = (listing.uids[place] for place in listing.order("size"))
        self.more()

    def more(self) -> None:
        """Ask for the next batch of what is not known yet; its answer calls for the next one."""
        rows = self._browse.rows
        if rows is not None:
            unknown = (uid for uid in self._rest if uid not in rows.listing.details)
            self._ask(rows.listing, list(islice(unknown, BATCH)), background=True)

    def visible(self, shown: range) -> None:
        """Ask for what is on screen and not known yet."""
        rows = self._browse.rows
        if rows is not None:
            inside = range(shown.start, min(shown.stop, len(rows)))
            self._ask(rows.listing, rows.unread_details(inside), background=False)

    def _ask(self, listing: Listing, uids: list[int], *, background: bool) -> None:
        if uids:
            address, folder = self._browse.address, listing.folder
            self._engine.read_details(address, folder, listing.uidvalidity, uids, background=background)
