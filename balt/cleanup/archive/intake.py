"""Messages on their way into the archive: read from the server, written to temporary files, read again."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, Self

from balt.cleanup.archive.tree import Folder, Part
from balt.errors import RefusedError

SMALL = 256 * 1024
"""Octets: messages up to this size are asked many at once."""
CHUNK = 4 * 1024 * 1024
"""Octets asked in one command, and read twice before the next one where that is needed."""
_MOST = 500
_UNSEALED = 48
"""Files that may be open at once."""


class Session(Protocol):
    """What the archive needs of a session whose folder is open."""

    def octets(self, uid: int, size: int) -> Iterator[bytes]: ...
    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]: ...
    def flags_of(self, uids: Sequence[int]) -> dict[int, tuple[str, ...]]: ...


@dataclass(frozen=True, slots=True)
class Received:
    """A message that came whole; ``alike`` tells, once known, whether its temporary file was read again from
    the disk and holds what came.
    """

    uid: int
    part: Part
    alike: Future[bool]


class Intake:
    """The temporary files of one batch. At its end those that were given no place are taken away."""

    def __init__(self, incoming: Folder, workers: Executor, reads: int) -> None:
        self._incoming = incoming
        self._workers = workers
        self._reads = reads
        self._parts: list[Part] = []
        self._sealing: deque[Future[bool]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        wait(self._sealing)
        for part in self._parts:
            part.discard()

    def receive(self, session: Session, sizes: Mapping[int, int]) -> list[Received]:
        """The messages of one chunk, read as often as they must be. One that does not come, comes in another
        length than ``sizes`` announces, or comes otherwise the second time, is left out.

        Raises OSError, and MailServerError where the session can give no more.
        """
        parts = dict(self._write(session, sizes))
        if self._reads > 1 and parts:
            again = dict(_digests(session, {uid: sizes[uid] for uid in parts}))
            parts = {uid: part for uid, part in parts.items() if again.get(uid) == part.sha256}
        return [Received(uid, part, self._seal(part)) for uid, part in parts.items()]

    def _write(self, session: Session, sizes: Mapping[int, int]) -> Iterator[tuple[int, Part]]:
        for uid, pieces in _messages(session, sizes):
            part = Part(self._incoming)
            self._parts.append(part)
            with suppress(RefusedError):
                for piece in pieces:
                    part.write(piece)
                if fits(part.size, sizes[uid]):
                    yield uid, part

    def _seal(self, part: Part) -> Future[bool]:
        """Have it on the disk and read again, while the next ones arrive."""
        if len(self._sealing) >= _UNSEALED:
            self._sealing.popleft().exception()
        sealing = self._workers.submit(part.seal)
        self._sealing.append(sealing)
        return sealing


def chunks(sizes: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """The messages in order: small ones together, each other one alone."""
    chunk: dict[int, int] = {}
    room = CHUNK
    for uid, size in sizes.items():
        if chunk and (size > SMALL or size > room or len(chunk) >= _MOST):
            yield chunk
            chunk, room = {}, CHUNK
        chunk[uid] = size
        room = room - size if size <= SMALL else 0
    if chunk:
        yield chunk


def fits(size: int, announced: int) -> bool:
    """Whether so many octets can be the message of which the server announced the size (RFC822.SIZE): some
    servers count line ends otherwise, within one in a hundred.
    """
    return announced > 0 and abs(size - announced) * 100 <= announced


def _messages(session: Session, sizes: Mapping[int, int]) -> Iterator[tuple[int, Iterable[bytes]]]:
    """Each message and its pieces; to take them raises RefusedError where the server does not give it."""
    together: dict[int, bytes] = {}
    if len(sizes) > 1:
        with suppress(RefusedError):  # then it is found which message is to blame
            together = session.whole_messages(list(sizes))
    for uid, size in sizes.items():
        whole = together.pop(uid, None)
        yield uid, session.octets(uid, size) if whole is None else (whole,)


def _digests(session: Session, sizes: Mapping[int, int]) -> Iterator[tuple[int, str]]:
    """SHA-256 (hex) of each message that the server gives."""
    for uid, pieces in _messages(session, sizes):
        hasher = hashlib.sha256()
        with suppress(RefusedError):
            for piece in pieces:
                hasher.update(piece)
            yield uid, hasher.hexdigest()
