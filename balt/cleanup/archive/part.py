"""A file that is being written, under a name that says so, until it was read again and gets its own."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from itertools import count

from balt.cleanup.archive.tree import Folder

_RUN = secrets.token_hex(8)
_NUMBERS = count()


class Part:
    """One message on its way. Other threads may use it, one at a time. OSError as the system does."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.name = f"{_RUN}{next(_NUMBERS):016x}.part"
        self.size = 0
        self.sha256 = ""
        self._placed = False
        self._found: tuple[int, ...] = ()
        self._created = False
        self._handle: int | None = None

    def write(self, octets: bytes) -> None:
        """Add octets; the file is made with the first ones."""
        if not self._created:
            self._handle = self._folder.create(self.name)
            self._created = True
        if self._handle is None:
            raise ValueError("sealed")
        self.size += len(octets)
        rest = memoryview(octets)
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def seal(self, octets: bytes | None = None) -> bool:
        """Have it on the disk and read it again from there: whether it holds what was written, by its octets
        where they are still at hand, else by their SHA-256.
        """
        if self._handle is None:
            raise ValueError("sealed")
        os.fsync(self._handle)
        handle, self._handle = self._handle, None
        os.close(handle)
        self._found = self._state(self._folder, self.name)
        if octets is None:
            return self._folder.digest(self.name) == (self.sha256, self.size)
        self.sha256 = hashlib.sha256(octets).hexdigest()
        return _are(octets, self._folder.pieces(self.name))

    def equals(self, pieces: Iterable[bytes]) -> bool:
        """Whether these octets are what was written."""
        handle = self._folder.open(self.name)
        try:
            return all(_read(handle, len(piece)) == piece for piece in pieces) and not os.read(handle, 1)
        finally:
            os.close(handle)

    def place(self, target: Folder, name: str) -> None:
        """Give it its name; the caller syncs ``target``."""
        self._folder.move(self.name, target, name)
        self._placed = True

    def stands(self, target: Folder, name: str) -> bool:
        """Whether its name leads to the very file that was read again, unchanged since; where the system does
        not tell that, it is read once more.
        """
        if self._found[1] and self._state(target, name) == self._found:
            return True
        return target.digest(name) == (self.sha256, self.size)

    def discard(self) -> None:
        """Take it away, as far as that can be done, unless it has its place."""
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
            self._handle = None
        if self._created and not self._placed:
            with suppress(OSError):
                self._folder.remove(self.name)

    @staticmethod
    def _state(folder: Folder, name: str) -> tuple[int, ...]:
        found = folder.state(name)
        return found.st_dev, found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns


def _are(octets: bytes, pieces: Iterable[bytes]) -> bool:
    """Whether the pieces are these octets, all of them and no more."""
    start = 0
    for piece in pieces:
        if octets[start : start + len(piece)] != piece:
            return False
        start += len(piece)
    return start == len(octets)


def _read(handle: int, size: int) -> bytes:
    octets = b""
    while len(octets) < size and (more := os.read(handle, size - len(octets))):
        octets += more
    return octets
