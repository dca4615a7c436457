"""The largest attachments of a BAL, exactly, from as few structures as can be.

No attachment is larger than the message that carries it. So messages are looked at from the largest down, and
the first one that is smaller than the last attachment of the list ends the search: those after it are smaller
still.
"""

import heapq
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice, takewhile
from operator import itemgetter
from typing import Protocol

from balt.mail.dates import moment
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Attachment, MessageDetail

FIRST_BATCH = 50
LARGEST_BATCH = 1000
PAUSE = 200
"""Messages looked at, at most, between two pauses."""

Known = Callable[[str, Sequence[int]], Mapping[int, tuple[Attachment, ...]]]
"""The attachments of those among these UIDs of a folder whose structure is known already."""


class DetailSource(Protocol):
    """What the search needs from a session."""

    def details(self, folder: str, uids: Sequence[int], /) -> Iterator[tuple[int, MessageDetail]]: ...


@dataclass(frozen=True, slots=True)
class FoundAttachment:
    """An attachment and the message that carries it, with its size in octets and its reception date."""

    folder: str
    uid: int
    attachment: Attachment
    message_size: int | None
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many messages were looked at, of how many that there are; most searches end long before all."""

    looked_at: int
    messages: int


@dataclass(frozen=True, slots=True)
class Largest:
    """The attachments, largest first by their encoded size: what they take on the server.

    ``structures_read`` were asked of the session, of ``messages`` in all. ``unreadable`` messages have a
    structure that could not be understood: what they carry is not in the list.
    """

    attachments: tuple[FoundAttachment, ...]
    structures_read: int
    messages: int
    unreadable: int


def largest_attachments(
    session: DetailSource,
    listings: Sequence[Listing],
    limit: int,
    known: Known | None = None,
) -> Generator[Progress, None, Largest]:
    """The ``limit`` (1 or more) largest attachments of all folders together, found piece by piece: at each
    pause the session may be used for something else, and the search may be given up.

    Equal ones stand in the order of folders, UIDs and parts. A message that goes away meanwhile is left out;
    one of unknown size is always looked at. Raises MailServerError as the session does.
    """
    search = _Search(session, listings, limit, known)
    places = search.largest_first()
    batch_size = FIRST_BATCH
    while batch := list(takewhile(search.may_tell, islice(places, batch_size))):
        for number, rows in groupby(sorted(batch), key=itemgetter(0)):
            left = (row for _number, row in rows)
            while piece := list(islice(left, PAUSE)):
                search.look(number, piece)
                yield search.progress()
        batch_size = min(2 * batch_size, LARGEST_BATCH)
    return search.result()


def largest_encoded(message_size: int) -> int:
    """The most octets that a part of a message of this RFC822.SIZE may have. Exchange estimates that size: a
    sixty-fourth and 4 KiB more are allowed for.
    """
    return message_size + message_size // 64 + 4096


_Place = tuple[int, int]  # which listing, which row


class _Search:
    """The state of one search: the largest attachments so far, and what was counted on the way."""

    def __init__(
        self,
        session: DetailSource,
        listings: Sequence[Listing],
        limit: int,
        known: Known | None,
    ) -> None:
        self._session = session
        self._listings = listings
        self._limit = limit
        self._known = known
        # A heap: its first is the one that the next larger one replaces. Negative places, so that of two
        # equal sizes the one that comes later goes.
        self._best: list[tuple[int, int, int, int, Attachment]] = []
        self._messages = sum(map(len, listings))
        self._looked_at = self._read = self._unreadable = 0

    def largest_first(self) -> Iterator[_Place]:
        """Every message by its size, those of unknown size first."""
        ordered = [self._rows(number, listing) for number, listing in enumerate(self._listings)]
        for _falling, number, row in heapq.merge(*ordered):
            yield number, row

    @staticmethod
    def _rows(number: int, listing: Listing) -> Iterator[tuple[float, int, int]]:
        """The rows of a listing with what they are merged by."""
        rows = listing.order("size")
        known = len(rows) - listing.sizes.count(UNKNOWN_SIZE)  # what is unknown comes last in a listing
        yield from ((float("-inf"), number, row) for row in islice(rows, known, None))
        yield from ((-listing.sizes[row], number, row) for row in islice(rows, known))

    def may_tell(self, place: _Place) -> bool:
        """Whether a message may carry one of the largest, as far as is known now."""
        number, row = place
        size = self._listings[number].sizes[row]
        if size == UNKNOWN_SIZE or len(self._best) < self._limit:
            return True
        return largest_encoded(size) >= self._best[0][0]

    def look(self, number: int, rows: Sequence[int]) -> None:
        """See what these messages of one listing carry: what is known costs nothing, the rest is read."""
        listing = self._listings[number]
        row_of = {listing.uids[row]: row for row in rows}
        found = self._remembered(listing, list(row_of))
        for uid, attachments in found.items():
            self._take(number, row_of[uid], attachments)
        if missing := [uid for uid in row_of if uid not in found]:
            for uid, detail in self._session.details(listing.folder, missing):
                self._read += 1
                if detail.readable:
                    self._take(number, row_of[uid], detail.attachments)
                else:
                    self._unreadable += 1
        self._looked_at += len(rows)

    def _remembered(self, listing: Listing, uids: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
        """What the listing knows, with the names; else what ``known`` does."""
        details = {uid: detail for uid in uids if (detail := listing.details.get(uid))}
        found = {uid: detail.attachments for uid, detail in details.items() if detail.readable}
        if self._known is not None and (others := [uid for uid in uids if uid not in found]):
            found.update(self._known(listing.folder, others))
        return found

    def _take(self, number: int, row: int, attachments: Sequence[Attachment]) -> None:
        for position, attachment in enumerate(attachments):
            entry = (attachment.encoded_size, -number, -row, -position, attachment)
            if len(self._best) < self._limit:
                heapq.heappush(self._best, entry)
            else:
                heapq.heappushpop(self._best, entry)

    def progress(self) -> Progress:
        """How far the search is."""
        return Progress(self._looked_at, self._messages)

    def result(self) -> Largest:
        """What was found, once nothing is left to look at."""
        found = tuple(
            self._found(-number, -row, attachment)
            for _size, number, row, _position, attachment in sorted(self._best, reverse=True)
        )
        return Largest(found, self._read, self._messages, self._unreadable)

    def _found(self, number: int, row: int, attachment: Attachment) -> FoundAttachment:
        listing = self._listings[number]
        size = listing.sizes[row]
        return FoundAttachment(
            folder=listing.folder,
            uid=listing.uids[row],
            attachment=attachment,
            message_size=None if size == UNKNOWN_SIZE else size,
            date=moment(listing.dates[row]),
        )
