"""Mbox files, one for each folder of a BAL, in folders where its names have levels; see ``mboxrd``."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack

from balt.cleanup.archive.failures import disk_lies
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.tree import Folder
from balt.cleanup.forms.mboxrd import after, from_line, quoted, unquoted
from balt.cleanup.forms.names import Names, levels_of
from balt.cleanup.forms.writing import write_all
from balt.mail.dates import UNKNOWN_DATE, DateReader


class MboxTree:
    """The mbox files of one BAL, inside ``root``; OSError as the system does."""

    def __init__(self, root: Folder, dates: DateReader) -> None:
        self._root = root
        self._dates = dates
        self._names = Names()

    def folder(self, name: str) -> "MboxFolder":
        """One folder of the BAL, to be filled and closed before the next one."""
        *above, last = self._names.of(name, levels_of(name, "/"))
        with ExitStack() as stack:
            inside = self._root
            for level in above:
                below = stack.enter_context(inside.child(level, create=True))
                inside.sync()
                inside = below
            return MboxFolder(inside, f"{last}.mbox", self._dates, stack.pop_all())


class MboxFolder:
    """One mbox; ``finish`` has it on the disk and reads it again, message by message."""

    def __init__(self, folder: Folder, name: str, dates: DateReader, opened: ExitStack) -> None:
        self._folder = folder
        self._name = name
        self._dates = dates
        self._written: list[str] = []
        self._opened = opened
        self._handle = folder.create(name)
        opened.callback(os.close, self._handle)

    def close(self) -> None:
        """Let it go."""
        self._opened.close()

    def finish(self) -> None:
        """Whole on the disk, or StoppedError."""
        os.fsync(self._handle)
        self._folder.sync()
        if list(self._digests()) != self._written:
            raise disk_lies()

    def add(self, record: Record, pieces: Iterator[bytes]) -> None:
        """One more message; UnfitError as ``pieces``, and the file is then as it was before."""
        start = os.lseek(self._handle, 0, os.SEEK_END)
        received = self._dates.seconds(record.internaldate.encode("latin-1", "replace"))
        received = 0 if received == UNKNOWN_DATE else received
        try:
            write_all(self._handle, from_line(received, ended=True))
            last = b""
            for piece in quoted(pieces):
                write_all(self._handle, piece)
                last = piece[-1:]
            ended = last == b"\n"
            write_all(self._handle, after(ended=ended))
            if not ended:
                os.lseek(self._handle, start, os.SEEK_SET)
                write_all(self._handle, from_line(received, ended=False))
        except BaseException:
            os.ftruncate(self._handle, start)
            raise
        self._written.append(record.sha256)

    def _digests(self) -> Iterator[str]:
        """The SHA-256 of the messages that the file on the disk holds; "" where it holds something else."""
        handle = self._folder.open(self._name)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        hasher = hashlib.sha256()
        with os.fdopen(handle, "rb", buffering=1 << 20) as file:
            try:
                for octets in unquoted(file):
                    if octets is not None:
                        hasher.update(octets)
                        continue
                    yield hasher.hexdigest()
                    hasher = hashlib.sha256()
            except ValueError:
                yield ""
