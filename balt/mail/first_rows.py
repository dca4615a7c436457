"""The first rows of a folder in an order, while its whole list is yet to be read."""

from collections.abc import Collection

from balt.clock import Clock
from balt.mail.arguments import uid_batches, uid_set
from balt.mail.dates import DateReader
from balt.mail.fetch import LISTING_ITEMS, ListingReader
from balt.mail.listing import Listing, SortKey
from balt.mail.model import FolderState
from balt.mail.narrowing import Beyond, beyond_bound
from balt.mail.sorting import can_sort, first_uids, most_sorted
from balt.mail.wire import Wire

FEW_TO_SORT = 2_000
FEW_TO_SEARCH = 20_000
"""Up to so many, the whole list is there as soon."""
MANY = 200_000
"""From here on, a search for the first rows is quicker than sorting all."""


def read_first_rows(
    wire: Wire,
    state: FolderState,
    folder: str,
    order: tuple[SortKey, bool],
    count: int,
    capabilities: Collection[str],
    clock: Clock,
) -> Listing | None:
    """At least the first ``count`` rows of the open folder in an order (of those that remain when some vanish
    meanwhile); None where that would be no quicker than all rows. Raises MailServerError.
    """
    beyond = _beyond(wire, state.messages, order, count, capabilities, clock)
    if beyond is None:
        return None
    uids = beyond.uids
    listing = Listing(folder, state.uidvalidity, state.uidnext)
    listing.expected = state.messages
    reader = ListingReader(listing, DateReader(clock), most=2 * len(uids) + 1000)
    for batch in uid_batches(uids):
        with wire.command(b"UID FETCH", uid_set(batch), LISTING_ITEMS) as answer:
            reader.read(answer)
    listing.settle_facts()
    return listing if beyond.holds_first(listing, count) else None


def _beyond(
    wire: Wire,
    messages: int,
    order: tuple[SortKey, bool],
    count: int,
    capabilities: Collection[str],
    clock: Clock,
) -> Beyond | None:
    sorts = can_sort(capabilities)
    if messages > (MANY if sorts else FEW_TO_SEARCH):
        found = beyond_bound(wire, order, messages, count, capabilities, clock)
        if found is not None:
            return found
    if sorts and FEW_TO_SORT < messages <= most_sorted(capabilities):
        uids = first_uids(wire, *order, count, capabilities)
        return Beyond(uids) if uids else None
    return None
