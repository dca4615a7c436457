"""A file that is being written, under a name that says so, until it was read again and gets its own."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from itertools import count

from balt.cleanup.archive.tree import Folder, octets_of, recall, write_soon

_RUN = secrets.token_hex(8)
_NUMBERS = count()


class Part:
    """One message on its way. Other threads may use it, one at a time. OSError as the system does."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.name = f"{_RUN}{next(_NUMBERS):016x}.part"
        self.size = 0
        self._hasher = hashlib.sha256()
        self._placed = False
        self._found: tuple[int, ...] = ()
        self._created = False
        self._handle: int | None = None

    @property
    def sha256(self) -> str:
        """Of what was given to be written, in hex."""
        return self._hasher.hexdigest()

    def write(self, octets: bytes) -> None:
        """Add octets; the file is made with the first ones."""
        if not self._created:
            self._handle = self._folder.create(self.name)
            self._created = True
        if self._handle is None:
            raise ValueError("sealed")
        rest = memoryview(octets)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        write_soon(self._handle, self.size, len(octets))
        self.size += len(octets)
        self._hasher.update(octets)

    def seal(self, octets: Iterable[bytes] | None = None) -> bool:
        """Have it on the disk and read it again from there: whether it holds what was written, by its octets
        where they are still at hand, else by their SHA-256.
        """
        self.sync()
        self.recall()
        return self.is_whole(octets)

    def sync(self) -> None:
        """The first step of ``seal``: have it on the disk."""
        if self._handle is None:
            raise ValueError("sealed")
        os.fsync(self._handle)
        self._close()

    def recall(self) -> None:
        """The second step: open it again, to be read from the disk."""
        self._handle = self._folder.open(self.name)
        self._found = _state(os.fstat(self._handle))
        recall(self._handle)

    def is_whole(self, octets: Iterable[bytes] | None) -> bool:
        """The last step: read it again."""
        if self._handle is None:
            raise ValueError("not recalled")
        if octets is None:
            hasher = hashlib.sha256()
            for piece in octets_of(self._handle):
                hasher.update(piece)
            whole = hasher.digest() == self._hasher.digest()
        else:
            whole = alike(octets, octets_of(self._handle))
        self._close()
        return whole

    def equals(self, pieces: Iterable[bytes]) -> bool:
        """Whether these octets are what was written."""
        return alike(self._folder.pieces(self.name), pieces)

    def place(self, target: Folder, name: str) -> None:
        """Give it its name; the caller syncs ``target``."""
        self._folder.move(self.name, target, name)
        self._placed = True

    def stands(self, target: Folder, name: str) -> bool:
        """Whether its name leads to the very file that was read again, unchanged since; where the system does
        not tell that, it is read once more.
        """
        if self._found[1] and _state(target.state(name)) == self._found:
            return True
        return target.digest(name) == (self.sha256, self.size)

    def discard(self) -> None:
        """Take it away, as far as that can be done, unless it has its place."""
        with suppress(OSError):
            self._close()
        if self._created and not self._placed:
            with suppress(OSError):
                self._folder.remove(self.name)

    def _close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def alike(first: Iterable[bytes], second: Iterable[bytes]) -> bool:
    """Whether two series of pieces are the same octets, all of them and no more."""
    rest, mine, at = iter(first), b"", 0
    for piece in second:
        start = 0
        while start < len(piece):
            if at == len(mine):
                mine, at = next(rest, b""), 0
            size = min(len(mine) - at, len(piece) - start)
            if not size or not mine.startswith(piece[start : start + size], at):
                return False
            at, start = at + size, start + size
    return at == len(mine) and not any(rest)


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns
