"""Messages on their way into the archive: read from the server, written to temporary files, read again.

The server is read by the thread that asks. Writing, hashing and syncing is done beside it by others, so that
neither the line nor the disk waits.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, Self

from balt.cleanup.archive.part import Part
from balt.cleanup.archive.tree import Folder
from balt.errors import RefusedError

SMALL = 256 * 1024
"""Octets: messages up to this size are asked many at once."""
CHUNK = 4 * 1024 * 1024
"""Octets asked in one command, and read twice before the next one where that is needed."""
_MOST = 500
_HEAPS = 6
"""Threads that write the small files of a chunk: a disk syncs several for the price of one."""


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
    flags: tuple[str, ...]
    part: Part
    alike: Future[bool]


class Intake:
    """The temporary files of one batch. At its end those that were given no place are taken away."""

    def __init__(self, incoming: Folder, workers: Executor, reads: int) -> None:
        self._incoming = incoming
        self._workers = workers
        self._reads = reads
        self._parts: list[Part] = []
        self._sealing: list[Future[bool]] = []

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
        flags = session.flags_of(list(sizes))
        together = self._together(session, sizes)
        received = self._stored(together, flags)
        for uid, size in sizes.items():
            if uid not in together:
                with suppress(RefusedError):
                    received += self._streamed(session, uid, size, flags)
        return received

    def _together(self, session: Session, sizes: Mapping[int, int]) -> dict[int, bytes]:
        """What one command gives, each time alike; the others are asked one by one: it is then found which
        of them is to blame.
        """
        if len(sizes) == 1:
            return {}
        try:
            first = session.whole_messages(list(sizes))
            fine = {uid: octets for uid, octets in first.items() if fits(len(octets), sizes[uid])}
            for _reading in range(self._reads - 1 if fine else 0):
                again = session.whole_messages(list(fine))
                fine = {uid: octets for uid, octets in fine.items() if again.get(uid) == octets}
        except RefusedError:
            return {}
        return fine

    def _stored(self, together: Mapping[int, bytes], flags: Mapping[int, tuple[str, ...]]) -> list[Received]:
        """Small messages into their files: in a few heaps, because to hand over each would take longer."""
        received: list[Received] = []
        uids = list(together)
        for heap in (uids[start::_HEAPS] for start in range(min(_HEAPS, len(uids)))):
            parts = [self._part() for _uid in heap]
            octets = [together[uid] for uid in heap]
            alike = self._workers.submit(self._store, parts, octets)
            self._sealing.append(alike)
            received += [
                Received(uid, flags.get(uid, ()), part, alike) for uid, part in zip(heap, parts, strict=True)
            ]
        return received

    def _streamed(
        self, session: Session, uid: int, announced: int, flags: Mapping[int, tuple[str, ...]]
    ) -> Iterator[Received]:
        """A message by pieces; nothing where it does not come as it must."""
        part, hasher = self._part(), hashlib.sha256()
        for piece in _beside(self._workers, hasher.update, session.octets(uid, announced)):
            part.write(piece)
        part.sha256 = hasher.hexdigest()
        if not fits(part.size, announced):
            return
        alike = self._workers.submit(part.seal)
        self._sealing.append(alike)
        # Of another length than was announced, its end is where the server stops giving: twice, then.
        for _reading in range(1, self._reads if part.size == announced else max(self._reads, 2)):
            if not part.equals(session.octets(uid, announced)):
                return
        yield Received(uid, flags.get(uid, ()), part, alike)

    def _part(self) -> Part:
        part = Part(self._incoming)
        self._parts.append(part)
        return part

    @staticmethod
    def _store(parts: Sequence[Part], octets: Sequence[bytes]) -> bool:
        for part, each in zip(parts, octets, strict=True):
            part.write(each)
        return all(part.seal(each) for part, each in zip(parts, octets, strict=True))


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


def _beside(workers: Executor, work: Callable[[bytes], object], pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as they come, each also given to ``work``, in order, while the next one is awaited."""
    working: Future[object] | None = None
    for piece in pieces:
        if working is not None:
            working.result()
        working = workers.submit(work, piece)
        yield piece
    if working is not None:
        working.result()
