"""What to remove to free so much: a choice, never an act. Pure: it reads listings, and asks nothing.

Only messages that no guard keeps are ever proposed: the trash first, which its holder has thrown away
already; then what machines wrote (receipts of success, bounces, auto-replies, notifications); then the oldest
and largest that are marked integrated; last, those that hold no document ("Libérer" of the product's design).
"""

from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from balt.cleanup.plan import Tally
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.facts import Facts, read_facts
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Flag, Folder, FolderRole, Kind

_KEPT_ROLES = (FolderRole.DRAFTS,)
_OF_MACHINES = frozenset((Kind.RECEIPT, Kind.BOUNCE, Kind.AUTOREPLY, Kind.NOTIFICATION))
_DAY = 86_400


class Rank(IntEnum):
    """In which order messages are proposed."""

    TRASH = 0
    MACHINE = 1
    INTEGRATED = 2
    WITHOUT_DOCUMENT = 3


@dataclass(frozen=True, slots=True)
class Proposed:
    """Messages of one listing, in rising order of UID."""

    listing: Listing
    uids: "array[int]"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, folder by folder, and its octets; ``missing`` octets could not be found. ``ranks``
    tell how much each gives.
    """

    choices: tuple[Proposed, ...]
    size: int
    missing: int
    ranks: Mapping[Rank, Tally]


def propose(
    listings: Sequence[tuple[Folder, Listing]],
    octets: int,
    now: datetime,
    *,
    with_trash: bool = True,
    without: Collection[tuple[str, int]] = (),
) -> Proposal:
    """As few messages as needed, in the order of their rank, to make up ``octets``.

    Within a rank, what has taken most room for longest goes first: octets × days. Messages whose structure
    was not read (``Listing.facts``) are not proposed; nor are those of ``without``, by folder and UID, nor
    drafts.
    """
    places = sorted(_places(listings, now, with_trash=with_trash, without=without))
    chosen: list[array[int]] = [array("I") for _listing in listings]
    found, ranks = 0, dict[Rank, Tally]()
    for rank, _weight, number, row in places:
        if found >= octets:
            break
        chosen[number].append(row)
        size = listings[number][1].sizes[row]
        found += size
        ranks[Rank(rank)] = ranks.get(Rank(rank), Tally()).plus(size)
    choices = tuple(
        Proposed(listing, array("I", sorted(listing.uids[row] for row in rows)))
        for (_folder, listing), rows in zip(listings, chosen, strict=True)
        if rows
    )
    return Proposal(choices, found, max(octets - found, 0), ranks)


def unread_rows(listing: Listing) -> "array[int]":
    """The rows whose structure must be read before they can be proposed: those that no flag keeps anyway."""
    return array(
        "I", (row for row in range(len(listing)) if _flags_allow(listing, row) and not _facts(listing, row))
    )


def _places(
    listings: Sequence[tuple[Folder, Listing]],
    now: datetime,
    *,
    with_trash: bool,
    without: Collection[tuple[str, int]],
) -> "list[tuple[int, int, int, int]]":
    """Rank, weight (the heaviest is the least), number of the listing, row."""
    moment = int(now.timestamp())
    places: list[tuple[int, int, int, int]] = []
    for number, (folder, listing) in enumerate(listings):
        trash = folder.role is FolderRole.TRASH
        if folder.role in _KEPT_ROLES or (trash and not with_trash):
            continue
        for row in range(len(listing)):
            rank = _rank(listing, row, trash=trash)
            if rank is None or (listing.folder, listing.uids[row]) in without:
                continue
            days = max(moment - listing.dates[row], 0) // _DAY
            places.append((rank, -(listing.sizes[row] * (days + 1)), number, row))
    return places


def _rank(listing: Listing, row: int, *, trash: bool) -> Rank | None:
    """None for a message that is kept."""
    facts = _facts(listing, row)
    if facts is None or not facts.readable or facts.failed or not _flags_allow(listing, row):
        return None
    integrated = bool(listing.flags[row] & Flag.INTEGRATED)
    if facts.holds_document and not integrated:
        return None
    if trash:
        return Rank.TRASH
    if facts.kind in _OF_MACHINES:
        return Rank.MACHINE
    return Rank.INTEGRATED if integrated else Rank.WITHOUT_DOCUMENT


def _flags_allow(listing: Listing, row: int) -> bool:
    """Read, not flagged, of known date and size."""
    flags = listing.flags[row]
    seen = flags & Flag.SEEN and not flags & Flag.FLAGGED
    return bool(seen) and listing.dates[row] != UNKNOWN_DATE and listing.sizes[row] != UNKNOWN_SIZE


def _facts(listing: Listing, row: int) -> Facts | None:
    return read_facts(listing.facts[row]) if row < len(listing.facts) else None
