"""What changed in a folder since it was listed: the cheapest way that the server knows, and never a guess.

QRESYNC tells all when the folder is opened; CONDSTORE tells the flags (RFC 7162); else the flags of all are
read, a third of what a listing costs. When the result does not add up to what the folder holds, there is no
result: the folder is listed anew.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from balt.clock import Clock
from balt.errors import RefusedError
from balt.mail import acts
from balt.mail.arguments import MAX_UID
from balt.mail.dates import DateReader
from balt.mail.fetch import LISTING_ITEMS, ListingReader, flags_of, flags_of_text, read_row
from balt.mail.listing import Listing
from balt.mail.model import FolderState
from balt.mail.usual_rows import UsualFlags
from balt.mail.wire import MIB, Answer, Limits, Response, Wire

_VANISHED = re.compile(rb"\* VANISHED (?:\(EARLIER\) )?([\d:,]+)\s*\Z", re.IGNORECASE)
_RANGE = re.compile(rb"(?<![\d:])(\d{1,10})(?::(\d{1,10}))?(?![\d:])")
_MOST_RANGES = 2_000_000
_ROW_OCTETS = 4096
_MOST_ROWS = 20_000_000


@dataclass(slots=True)
class Changes:
    """What QRESYNC or CONDSTORE tells of the messages of a listing: flags by row, and rows that have gone.

    Nothing else is kept, however much a server tells; with ``too_many`` not even that is to be used.
    """

    known: Listing
    flags: dict[int, int] = field(default_factory=dict)
    gone: list[range] = field(default_factory=list)
    _ranges_told: int = 0

    @property
    def too_many(self) -> bool:
        """Whether more was told to have gone than there can be."""
        return len(self.gone) > len(self.known) or self._ranges_told > _MOST_RANGES

    def take(self, response: Response) -> None:
        """Learn from one untagged response; one that says nothing of this is passed over."""
        if self.too_many:
            return
        if vanished := _VANISHED.match(response.head):
            self._take_vanished(vanished[1])
        elif (row := read_row(response)) and row.uid is not None and b"FLAGS" in row.items:
            place = self.known.index_of(row.uid)
            if place is not None:
                self.flags[place] = int(flags_of(row.items[b"FLAGS"]))

    def _take_vanished(self, uids: bytes) -> None:
        for first, last in _ranges(uids):
            self._ranges_told += 1
            rows = range(bisect_left(self.known.uids, first), bisect_right(self.known.uids, last))
            if rows:
                self.gone.append(rows)
            if self.too_many:
                return


def refreshed(
    wire: Wire,
    known: Listing,
    state: FolderState,
    told: Changes | None,
    capabilities: Collection[str],
    clock: Clock,
) -> Listing | None:
    """``known`` as the open folder is now: itself when nothing changed, else another listing.

    ``told`` is what QRESYNC told when the folder was opened, None where it is not spoken. None is returned
    when the changes do not add up.
    """
    if state.uidnext and state.uidnext < known.uidnext:
        return None  # numbers never go back: this is not the folder that was listed
    if state.modseq and state.modseq < known.modseq:
        return None  # likewise: what an older copy of the folder lacks is told by nobody
    if told is not None:
        if told.too_many:
            return None
        kept = _changed(known, told)
    elif known.modseq and state.modseq and {"CONDSTORE", "QRESYNC"} & set(capabilities):
        kept = _with_changes(wire, known, state)
    else:
        kept = _with_flags_of_all(wire, known)
    fresh = _new_messages(wire, known, state, clock)
    if told is None and len(kept) + len(fresh) > state.messages:
        kept = _still_there(kept, acts.search(wire, b"ALL", capabilities))
    if len(kept) + len(fresh) != state.messages:
        return None
    if len(fresh):
        kept = kept.copy() if kept is known else kept
        kept.extend(fresh)
    kept.uidnext, kept.modseq = max(state.uidnext, kept.uidnext), state.modseq
    kept.expected = len(kept)
    return kept


def _changed(known: Listing, changes: Changes) -> Listing:
    """``known`` with the flags of now, without what has gone; itself when that changes nothing."""
    flags = {row: value for row, value in changes.flags.items() if known.flags[row] != value}
    gone = _each_once(changes.gone)
    if not flags and not gone:
        return known
    made = known.copy()
    for row, value in flags.items():
        made.flags[row] = value
    return _without(made, gone)


def _each_once(ranges: Iterable[range]) -> list[int]:
    """The rows of ``ranges``, which may overlap, in ascending order."""
    rows: list[int] = []
    behind = 0
    for each in sorted(ranges, key=lambda rows: rows.start):
        rows.extend(range(max(each.start, behind), each.stop))
        behind = max(behind, each.stop)
    return rows


def _with_changes(wire: Wire, known: Listing, state: FolderState) -> Listing:
    """``known`` with the flags of now: those that changed are asked for, or all where that is refused."""
    changes = Changes(known)
    if state.modseq != known.modseq:
        try:
            _read_changes(wire, state, changes)
        except RefusedError:
            return _with_flags_of_all(wire, known)
    return _changed(known, changes)


def _read_changes(wire: Wire, state: FolderState, changes: Changes) -> None:
    items = b"(UID FLAGS) (CHANGEDSINCE %d)" % changes.known.modseq
    limits = _limits(max(state.messages, len(changes.known)))
    with wire.command(b"UID FETCH", b"1:*", items, limits=limits) as answer:
        for response in answer:
            changes.take(response)


def _with_flags_of_all(wire: Wire, known: Listing) -> Listing:
    """``known`` with the flags of now, without what the server no longer has."""
    if not len(known):
        return known
    last = known.uids[-1]
    told = _FlagsOfAll(2 * len(known) + 1000)
    limits = _limits(len(known))
    with wire.command(b"UID FETCH", b"1:%d" % last, b"(UID FLAGS)", limits=limits) as answer:
        told.read(answer)
    if told.uids == known.uids:
        if told.flags == known.flags:
            return known
        made = known.copy()
        made.flags[:] = told.flags
        return made
    flags = dict(zip(told.uids, told.flags, strict=True))
    made = known.copy()
    for row, uid in enumerate(known.uids):
        made.flags[row] = flags.get(uid, known.flags[row])
    return _still_there(made, flags)


class _FlagsOfAll:
    """The columns of an answer that tells only flags."""

    def __init__(self, most: int) -> None:
        self.uids, self.flags = array("Q"), array("H")
        self._usual = UsualFlags(flags_of_text)
        self._most = most

    def read(self, answer: Answer) -> None:
        """Read to the end."""
        while True:
            while answer.consume(self._take_usual):
                pass
            if len(self.uids) > self._most:
                raise answer.too_much()
            response = answer.next()
            if response is None:
                return
            if (row := read_row(response)) and row.uid is not None and b"FLAGS" in row.items:
                self.uids.append(row.uid)
                self.flags.append(int(flags_of(row.items[b"FLAGS"])))

    def _take_usual(self, buffer: bytes, position: int) -> int:
        read, end = self._usual.read(buffer, position)
        if read:
            self.uids.extend(read[0])
            self.flags.extend(read[1])
        return end


def _new_messages(wire: Wire, known: Listing, state: FolderState, clock: Clock) -> Listing:
    """The messages that came after those that are known."""
    fresh = Listing(known.folder, known.uidvalidity, known.uidnext)
    if not state.messages or (state.uidnext and state.uidnext == known.uidnext):
        return fresh
    reader = ListingReader(fresh, DateReader(clock), most=2 * state.messages + 1000)
    first = max(known.uidnext, known.uids[-1] + 1 if known.uids else 1)
    wanted = b"%d:%d" % (first, state.uidnext - 1) if state.uidnext > first else b"%d:*" % first
    with wire.command(b"UID FETCH", wanted, LISTING_ITEMS, limits=_limits(state.messages)) as answer:
        reader.read(answer)
    # "n:*" names the last message of the folder even when its UID is below n (RFC 3501 section 6.4.8)
    return fresh.part(range(bisect_left(fresh.uids, first), len(fresh)))


def _still_there(listing: Listing, uids: Collection[int]) -> Listing:
    """The rows whose message is among ``uids``."""
    return _without(listing, [row for row, uid in enumerate(listing.uids) if uid not in uids])


def _without(listing: Listing, gone: list[int]) -> Listing:
    """The listing without the rows that have ``gone`` (ascending): the runs between them."""
    if not gone:
        return listing
    starts, ends = [0, *(row + 1 for row in gone)], [*gone, len(listing)]
    return listing.part(*(range(a, b) for a, b in zip(starts, ends, strict=True) if a < b))


def _ranges(text: bytes) -> Iterable[tuple[int, int]]:
    """The ranges of a UID set, each in order; what is no range is left out."""
    for item in _RANGE.finditer(text):  # one at a time: there may be millions
        first, last = sorted((int(item[1]), int(item[2] or item[1])))
        yield first, min(last, MAX_UID)


def _limits(messages: int) -> Limits:
    return Limits(total=64 * MIB + min(messages, _MOST_ROWS) * _ROW_OCTETS)
