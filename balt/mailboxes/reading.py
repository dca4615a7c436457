"""Whether the messages of a BAL were read, by their flags: over every folder that received mail comes to.

A tidy holder leaves nothing in the inbox, and a script may file what comes before anybody sees it. So every
folder counts but what was sent, drafts and junk. In the trash ``\\Seen`` counts too, for somebody threw away
what was read; what lies there unread waits for nobody.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress

from balt.mail.dates import UNKNOWN_DATE, moment
from balt.mail.folder_roles import roles_held
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole

_OWN = (FolderRole.SENT, FolderRole.DRAFTS)
_UNREAD_ROLES = (*_OWN, FolderRole.JUNK)
_SEEN, _DRAFT = int(Flag.SEEN), int(Flag.DRAFT)
_GONE_FOR_ONE = 2
"""A local choice: so many must be gone for each message that waits, as some servers pass over numbers."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What flags and dates tell of the reading of a BAL.

    ``last_seen`` is the reception date of the newest message that was read, ``seen_in`` what its folder is
    for. ``unread_since`` is that of the oldest one received after it; all of these, of which there are
    ``unread_run``, are unread. They prove nothing, and are not told, where ``unlooked`` folders could not be
    looked at, which may hold some that were read; or where ``gone`` messages that INBOX received meanwhile
    are nowhere in the BAL any more: somebody, or a program, takes them out.
    """

    last_received: datetime | None = None
    last_seen: datetime | None = None
    seen_in: FolderRole | None = None
    unread_since: datetime | None = None
    unread_run: int = 0
    unlooked: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """The messages of one folder and what it holds; ``everything`` where it shows those of others too."""

    role: FolderRole
    listing: Listing
    everything: bool = False

    def newest(self) -> tuple[int, int]:
        """The latest date of all, and of those that were read; drafts are neither."""
        latest = seen = UNKNOWN_DATE
        for date, flags in zip(self.listing.dates, self.listing.flags, strict=True):
            if date > seen and not flags & _DRAFT:  # which the latest is as well
                if flags & _SEEN:
                    seen = date
                if date > latest:
                    latest = date
        return latest, seen

    def later(self, seconds: int) -> "_Later":
        """What was received after that moment."""
        count, since, first = 0, UNKNOWN_DATE, UNKNOWN_DATE
        for row, date in enumerate(self.listing.dates):
            if date > seconds and not self.listing.flags[row] & _DRAFT:
                count += 1
                if first < 0:
                    first, since = row, date
                elif date < since:
                    since = date
        return _Later(self, count, since, first)


@dataclass(frozen=True, slots=True)
class _Later:
    """Of one folder, how many messages came after a moment, the first date of these and their first row."""

    part: _Part
    count: int
    since: int
    first: int


def reading_steps(
    folders: Sequence[Folder], listings: Mapping[str, Listing]
) -> Generator[None, None, Reading]:
    """The reading of a BAL from the ``listings`` of its ``folders``, by name; with a pause after each. What
    has no known date says nothing of when anything was read, and is passed over, as is a draft.
    """
    held = roles_held(folders)
    kept = [each for each in folders if each.selectable and (each.everything or not each.gathers)]
    unlooked = sum(1 for each in kept if each.name not in listings and held[each.name] not in _UNREAD_ROLES)
    parts = _parts([each for each in kept if each.name in listings], listings, held)
    received = seen = UNKNOWN_DATE
    seen_in: FolderRole | None = None
    for part in (each for each in parts if each.role is not FolderRole.JUNK):
        latest, read = part.newest()
        received = max(received, latest)
        if read > seen:
            seen, seen_in = read, part.role
        yield
    later = []
    for part in parts if received > seen else ():
        later.append(part.later(seen))
        yield
    known = Reading(moment(received), moment(seen), seen_in, unlooked=unlooked)
    return known if unlooked else _with_run(known, later)


def _parts(
    folders: Sequence[Folder], listings: Mapping[str, Listing], held: Mapping[str, FolderRole]
) -> list[_Part]:
    """What was received, folder by folder; junk and the trash as well, which are told apart by their role."""
    apart = [each for each in folders if held[each.name] in (*_UNREAD_ROLES, FolderRole.TRASH)]
    parts = []
    for folder in folders:
        role, listing = held[folder.name], listings[folder.name]
        if folder.everything:
            others = _without(listing, [listings[each.name] for each in apart])
            parts.append(_Part(FolderRole.OTHER, others, everything=True))
        elif role not in _OWN:
            parts.append(_Part(role, listing))
    return parts


def _without(listing: Listing, others: Sequence[Listing]) -> Listing:
    """The rows of a listing that are in none of the others, as far as date and size tell."""
    known = {pair for each in others for pair in zip(each.dates, each.sizes, strict=True)}
    kept = [pair not in known for pair in zip(listing.dates, listing.sizes, strict=True)]
    made = Listing(listing.folder, listing.uidvalidity, listing.uidnext)
    made.uids.extend(compress(listing.uids, kept))
    made.dates.extend(compress(listing.dates, kept))
    made.flags.extend(compress(listing.flags, kept))
    return made


def _with_run(known: Reading, later: Sequence[_Later]) -> Reading:
    """With the run of unread ones, unless too much of what came meanwhile is gone."""
    waiting = [each for each in later if each.part.role not in (FolderRole.JUNK, FolderRole.TRASH)]
    # A folder that shows all shows what waits in the others, and must not count it once more.
    waiting = [each for each in waiting if each.part.everything] or waiting
    run = sum(each.count for each in waiting)
    if not run:
        return known
    gone = _gone(later, run)
    if gone > run * _GONE_FOR_ONE:
        return replace(known, gone=gone)
    since = min(each.since for each in waiting if each.count)
    return replace(known, unread_since=moment(since), unread_run=run)


def _gone(later: Sequence[_Later], run: int) -> int:
    """How many messages INBOX received after the first one that waits there, and are nowhere any more, by the
    numbers that it gave (UIDs only grow, RFC 3501 2.3.1.1).
    """
    inbox = next((each for each in later if each.part.role is FolderRole.INBOX), None)
    if inbox is None or not inbox.count:
        return 0
    listing = inbox.part.listing
    given = listing.uidnext - 1 - listing.uids[inbox.first]
    there = len(listing) - 1 - inbox.first
    aside = (each for each in later if each.part.role in (FolderRole.JUNK, FolderRole.TRASH))
    return max(given - there - (run - inbox.count) - sum(each.count for each in aside), 0)
