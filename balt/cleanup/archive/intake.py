"""Messages on their way into the archive: read from the server, written to temporary files, read again.

The server is read by the thread that asks. Writing, hashing and syncing is done beside it by others, so that
neither the line nor the disk waits.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, Self

from balt.cleanup.archive.part import Part, alike
from balt.cleanup.archive.tree import Folder
from balt.errors import RefusedError

SMALL = 1024 * 1024
"""Octets: messages up to this size are asked many at once."""
CHUNK = 4 * 1024 * 1024
"""Octets asked in one command, and read twice before the next one where that is needed."""
HELD = 12 * 1024 * 1024
"""Octets of messages kept in memory until they were read again from the disk; a larger one is kept alone."""
LARGEST_HELD = 160 * 1024 * 1024
"""Octets: a larger message is not kept; read again, it is known by its SHA-256."""
_CERTAIN = 256 * 1024
"""Octets: a larger message of another length than was announced is read twice, however it came."""
_MOST = 500
_HEAP = 32
"""Files written before the first of them is synced: the disk takes them together."""
_BEHIND = 3
"""Pieces of a large message that wait to be written."""


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

    def __init__(
        self, incoming: Folder, workers: Executor, reads: int, flags: Mapping[int, tuple[str, ...]]
    ) -> None:
        self._incoming = incoming
        self._workers = workers
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="archive-writer")
        self._reads = reads
        self._flags = flags
        self._parts: list[Part] = []
        self._sealing: list[Future[bool]] = []
        self._held: deque[tuple[Future[bool], int]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self._writer.shutdown()
        wait(self._sealing)
        for part in self._parts:
            part.discard()

    def receive(self, session: Session, sizes: Mapping[int, int]) -> list[Received]:
        """The messages of one chunk, read as often as they must be. One that does not come, comes in another
        length than ``sizes`` announces, or comes otherwise the second time, is left out.

        Waits while too much is in memory. Raises OSError, and MailServerError where the session can give no
        more.
        """
        self._make_room(sum(sizes.values()))
        together = self._together(session, sizes)
        received = self._stored(together)
        for uid, size in sizes.items():
            if uid not in together:
                with suppress(RefusedError):
                    received += self._streamed(session, uid, size)
        return received

    def _make_room(self, octets: int) -> None:
        while self._held and sum(size for _sealing, size in self._held) + octets > HELD:
            wait([self._held.popleft()[0]])

    def _together(self, session: Session, sizes: Mapping[int, int]) -> dict[int, bytes]:
        """What one command gives, each time alike; the others are asked one by one: it is then found which
        of them is to blame.
        """
        if len(sizes) == 1:
            return {}
        try:
            first = session.whole_messages(list(sizes))
            fine = {uid: octets for uid, octets in first.items() if fits(len(octets), sizes[uid])}
            doubtful = [uid for uid, octets in fine.items() if self._is_read_again(len(octets), sizes[uid])]
            for _reading in range(max(self._reads, 2) - 1 if doubtful else 0):
                again = session.whole_messages(doubtful)
                for uid in doubtful:
                    if uid in fine and again.get(uid) != fine[uid]:
                        del fine[uid]
        except RefusedError:
            return {}
        return fine

    def _is_read_again(self, size: int, announced: int) -> bool:
        return self._reads > 1 or (size > _CERTAIN and size != announced)

    def _stored(self, together: Mapping[int, bytes]) -> list[Received]:
        """Small messages into their files: in a few heaps, because to hand over each would take longer."""
        received: list[Received] = []
        uids = list(together)
        for heap in (uids[start : start + _HEAP] for start in range(0, len(uids), _HEAP)):
            parts = [self._part() for _uid in heap]
            octets = [together[uid] for uid in heap]
            whole = self._workers.submit(_store, parts, octets)
            self._hold(whole, sum(map(len, octets)))
            received += [self._received(uid, part, whole) for uid, part in zip(heap, parts, strict=True)]
        return received

    def _streamed(self, session: Session, uid: int, announced: int) -> Iterator[Received]:
        """A message by pieces; nothing where it does not come as it must."""
        part, size = self._part(), 0
        held: list[bytes] | None = [] if announced <= LARGEST_HELD else None
        for piece in _beside(self._writer, part.write, session.octets(uid, announced)):
            size += len(piece)
            if size > announced and not fits(size, announced):
                return
            if held is not None:
                held.append(piece)
        if not fits(size, announced):
            return
        whole = self._workers.submit(part.seal, held)
        self._hold(whole, size if held is not None else 0)
        # Of another length than was announced, its end is where the server stops giving: twice, then.
        for _reading in range(1, self._reads if size == announced else max(self._reads, 2)):
            again = session.octets(uid, announced)
            if not (part.equals(again) if held is None else alike(held, again)):
                return
        yield self._received(uid, part, whole)

    def _part(self) -> Part:
        part = Part(self._incoming)
        self._parts.append(part)
        return part

    def _hold(self, whole: Future[bool], octets: int) -> None:
        self._sealing.append(whole)
        self._held.append((whole, octets))

    def _received(self, uid: int, part: Part, whole: Future[bool]) -> Received:
        return Received(uid, self._flags.get(uid, ()), part, whole)


def _store(parts: Sequence[Part], octets: Sequence[bytes]) -> bool:
    """Each step for all of them before the next one: the disk then takes and gives them together."""
    for part, each in zip(parts, octets, strict=True):
        part.write(each)
    for part in parts:
        part.sync()
    for part in parts:
        part.recall()
    return all(part.is_whole((each,)) for part, each in zip(parts, octets, strict=True))


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


def _beside(worker: Executor, work: Callable[[bytes], object], pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as they come, each also given to ``work``, in order, by a worker that is one thread, while
    the next ones are awaited. Nothing is at work any more when this ends.
    """
    working: deque[Future[object]] = deque()
    try:
        for piece in pieces:
            if len(working) >= _BEHIND:
                working.popleft().result()
            working.append(worker.submit(work, piece))
            yield piece
        while working:
            working.popleft().result()
    finally:
        wait(working)
