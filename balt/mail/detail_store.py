"""Senders, subjects and structures of the messages of one folder, kept as the server sent them.

Reading them costs twenty times what receiving them costs, and most are never looked at: they are read when
they are first asked for. What is kept is bounded; what was let go is asked of the server again.
"""

from collections import OrderedDict
from collections.abc import Mapping
from threading import RLock

from balt.mail.model import MessageDetail

MOST_OCTETS = 32 * 1024 * 1024
"""Octets of unread answers that one folder keeps."""
MOST_READ = 5_000
"""Read details that one folder keeps: many screens, and a few megabytes."""
MOST_READ_OCTETS = 8 * 1024 * 1024
"""Octets of them, about: a message may have hundreds of attachments."""


class DetailStore:
    """Details by UID. One thread fills it while another one looks: a lock keeps them apart."""

    def __init__(
        self,
        most_octets: int = MOST_OCTETS,
        most_read: int = MOST_READ,
        most_read_octets: int = MOST_READ_OCTETS,
    ) -> None:
        self._frames: OrderedDict[int, bytes] = OrderedDict()
        self._octets = 0
        self._read: OrderedDict[int, MessageDetail] = OrderedDict()
        self._most_octets = most_octets
        self._read_octets = 0
        self._most_read = most_read
        self._most_read_octets = most_read_octets
        self._lock = RLock()

    def __contains__(self, uid: int) -> bool:
        return uid in self._read or uid in self._frames

    def __len__(self) -> int:
        with self._lock:
            return len(self._read.keys() | self._frames.keys())

    def __setitem__(self, uid: int, detail: MessageDetail) -> None:
        with self._lock:
            self._let_go(uid)
            self._forget(uid)
            self._read[uid] = detail
            self._read_octets += _octets(detail)
            while len(self._read) > self._most_read or self._read_octets > self._most_read_octets:
                self._forget(next(iter(self._read)))

    def update(self, details: Mapping[int, MessageDetail]) -> None:
        """Keep what was read already."""
        for uid, detail in details.items():
            self[uid] = detail

    def add_frames(self, frames: Mapping[int, bytes]) -> None:
        """Keep the server's answers for these UIDs, to be read later; what is known already stays."""
        with self._lock:
            for uid, frame in frames.items():
                if uid not in self:
                    self._frames[uid] = frame
                    self._octets += len(frame)
            while self._octets > self._most_octets and self._frames:
                self._let_go(next(iter(self._frames)))

    def take_over(self, other: "DetailStore") -> None:
        """Keep what another store of the same messages knows."""
        if other is not self:
            with other._lock:
                frames, read = dict(other._frames), dict(other._read)
            self.add_frames(frames)
            self.update(read)

    def get(self, uid: int) -> MessageDetail | None:
        """The detail of a message; None where it is not kept."""
        with self._lock:
            detail = self._read.get(uid)
            if detail is None and (frame := self._frames.get(uid)) is not None:
                from balt.mail.details import detail_in  # reading mail is not needed to hold a listing

                detail = detail_in(frame, uid)
                self[uid] = detail
            return detail

    def _let_go(self, uid: int) -> None:
        if (frame := self._frames.pop(uid, None)) is not None:
            self._octets -= len(frame)

    def _forget(self, uid: int) -> None:
        if (detail := self._read.pop(uid, None)) is not None:
            self._read_octets -= _octets(detail)


def _octets(detail: MessageDetail) -> int:
    """About what a read detail takes in memory."""
    texts = (detail.sender, detail.sender_name, detail.subject, *detail.recipients)
    named = sum(len(each.filename) + len(each.content_type) for each in detail.attachments)
    return 600 + sum(map(len, texts)) + 350 * len(detail.attachments) + named
