"""The folders and files of an archive on the disk. Links are never followed, and every folder is opened once
and used by its handle where the system allows that: nobody can put another one in its place meanwhile.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

PIECE = 1 << 20
_BY_HANDLE = hasattr(os, "O_DIRECTORY") and {os.open, os.mkdir, os.unlink, os.stat} <= os.supports_dir_fd
_HAS_ADVICE = hasattr(os, "posix_fadvise")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_READ = os.O_RDONLY | _NO_LINK | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_BINARY", 0)


class Folder:
    """An open folder. All its methods raise OSError as the system does."""

    def __init__(self, path: Path, inside: "Folder | None" = None) -> None:
        self.path = path
        self._handle: int | None = None
        name = path.name if inside is not None else str(path)
        if _BY_HANDLE:
            flags = os.O_RDONLY | os.O_DIRECTORY | _NO_LINK
            self._handle = os.open(name, flags, dir_fd=inside._handle if inside else None)
        elif not stat.S_ISDIR(path.lstat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))

    def close(self) -> None:
        """Let it go; never raises."""
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self.close()

    def child(self, name: str, *, create: bool = False) -> "Folder":
        """A folder inside, made for its owner alone when it is missing; the caller syncs this one."""
        if create:
            with suppress(FileExistsError):
                os.mkdir(self._name(name), 0o700, dir_fd=self._handle)
        return Folder(self.path / name, self)

    def state(self, name: str = "") -> os.stat_result:
        """What the folder, or a name in it, is; a link is itself."""
        if not name and self._handle is not None:
            return os.fstat(self._handle)
        if not name:
            return self.path.lstat()
        return os.stat(self._name(name), dir_fd=self._handle, follow_symlinks=False)

    def create(self, name: str) -> int:
        """A new file for its owner alone, to be written; its handle."""
        return os.open(self._name(name), _CREATE, 0o600, dir_fd=self._handle)

    def open(self, name: str, flags: int = _READ) -> int:
        """A file that is there; OSError for anything else, a link included."""
        if not _NO_LINK and stat.S_ISLNK(self.state(name).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        handle = os.open(self._name(name), flags | _NO_LINK, 0o600, dir_fd=self._handle)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return handle

    def digest(self, name: str) -> tuple[str, int]:
        """SHA-256 (hex) and octets of a file, as the disk has them now."""
        hasher, size = hashlib.sha256(), 0
        for piece in self.pieces(name):
            hasher.update(piece)
            size += len(piece)
        return hasher.hexdigest(), size

    def pieces(self, name: str) -> Iterator[bytes]:
        """The octets of a file from the disk; see ``recall``."""
        handle = self.open(name)
        try:
            recall(handle)
            yield from octets_of(handle)
        finally:
            os.close(handle)

    def holds(self, name: str, sha256: str, size: int) -> bool:
        """Whether a file is there and holds these octets; OSError where the disk fails."""
        try:
            return self.state(name).st_size == size and self.digest(name) == (sha256, size)
        except OSError as error:
            if error.errno == errno.EIO:  # not a file that is missing or is another thing: a disk that fails
                raise
            return False

    def move(self, name: str, target: "Folder", new: str) -> None:
        """Give a file its name in another folder, in place of what has that name there."""
        os.replace(self._name(name), target._name(new), src_dir_fd=self._handle, dst_dir_fd=target._handle)

    def remove(self, name: str) -> None:
        """Take a file away."""
        os.unlink(self._name(name), dir_fd=self._handle)

    def remove_folder(self, name: str) -> None:
        """Take an empty folder away."""
        os.rmdir(self._name(name), dir_fd=self._handle)

    def sync(self) -> None:
        """Have its names on the disk; Windows has no such call and needs none."""
        if self._handle is not None:
            os.fsync(self._handle)

    def names(self) -> list[str]:
        """What is in it, in order."""
        with os.scandir(self.path if self._handle is None else self._handle) as found:
            return sorted(each.name for each in found)

    def _name(self, name: str) -> str:
        return name if self._handle is not None else str(self.path / name)


def write_soon(handle: int, start: int, size: int) -> None:
    """Have the system begin at once to write these octets to the disk, where it lets one ask for that: the
    sync that is to come then has less to wait for. This promises nothing by itself.
    """
    if _HAS_ADVICE:
        os.posix_fadvise(handle, start, size, os.POSIX_FADV_DONTNEED)


def recall(handle: int) -> None:
    """Have the octets of a synced file come from the disk, not from memory, where the system lets one ask for
    that; and have them asked of the disk now, so that those of several files come side by side.
    """
    if _HAS_ADVICE:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_WILLNEED)


def octets_of(handle: int) -> Iterator[bytes]:
    """The octets of an open file, from where it is read next."""
    left = os.fstat(handle).st_size
    while piece := os.read(handle, min(PIECE, left + 1)):  # memory for more would cost more than it
        left = max(left - len(piece), 0)
        yield piece


def walk(root: Folder, inside: str = "") -> Iterator[str]:
    """The paths of all that is in a tree and is no folder, in order; links are named, not followed.

    A folder that cannot be opened is named itself.
    """
    for name in root.names():
        path = f"{inside}/{name}" if inside else name
        try:
            if not stat.S_ISDIR(root.state(name).st_mode):
                yield path
                continue
            below = root.child(name)
        except OSError:
            yield path
            continue
        with below:
            yield from walk(below, path)
