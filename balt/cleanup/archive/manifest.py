"""The manifest: one line a message, added and never changed. A line is written once its file is whole.

What is found again is looked up in the file: in memory stand two numbers a message.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b

from balt.cleanup.archive.layout import MANIFEST
from balt.cleanup.archive.record import MAX_LINE, Record, Source, decode, encode
from balt.cleanup.archive.tree import Folder

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


class Manifest:
    """The manifest of an archive that is open for writing; OSError as the system does."""

    def __init__(self, root: Folder) -> None:
        fresh = MANIFEST not in root.names()
        self._handle = root.open(MANIFEST, _FLAGS)
        self._sources: dict[int, int] = {}
        self._contents: dict[int, int] = {}
        try:
            if os.name == "posix":
                os.fchmod(self._handle, 0o600)
            if fresh:
                root.sync()
            self._end = self._load()
            os.fsync(self._handle)  # lines of a run that was killed before it did
        except BaseException:
            os.close(self._handle)
            raise

    def close(self) -> None:
        """Let it go; never raises: each line was on the disk before it counted."""
        with suppress(OSError):
            os.close(self._handle)

    def find(self, source: Source) -> Record | None:
        """The last line about a message."""
        record = self._at(self._sources.get(_source_key(source)))
        return record if record is not None and record.source == source else None

    def holding(self, sha256: str) -> Record | None:
        """A line whose file has this content."""
        record = self._at(self._contents.get(int(sha256[:16], 16)))
        return record if record is not None and record.sha256 == sha256 else None

    def add(self, records: Sequence[Record]) -> None:
        """Add lines, and wait until they are on the disk; all of them or, as far as can be, none."""
        lines = [encode(record) for record in records]
        try:
            content = b"".join(lines)
            while content:
                content = content[os.write(self._handle, content) :]
            os.fsync(self._handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._handle, self._end)
                os.fsync(self._handle)
            raise
        for record, line in zip(records, lines, strict=True):
            self._learn(record, self._end)
            self._end += len(line)

    def _load(self) -> int:
        """Read all lines; the place where the next one begins."""
        offset, raw = 0, b"\n"
        for raw in lines_of(self._handle):
            with suppress(ValueError):
                self._learn(decode(raw.removesuffix(b"\n")), offset)
            offset += len(raw)
        return offset if raw.endswith(b"\n") else self._heal(offset, raw)

    def _heal(self, end: int, last: bytes) -> int:
        """A last line that a crash cut short is taken away: what it told was never counted. One that only
        lacks its end, or that is none of balt's, gets it.
        """
        try:
            decode(last)
            is_cut = False
        except ValueError:
            is_cut = len(last) <= MAX_LINE and last.startswith(b"{")
        if is_cut:
            os.ftruncate(self._handle, end := end - len(last))
        else:
            end += os.write(self._handle, b"\n")
        os.fsync(self._handle)
        return end

    def _learn(self, record: Record, offset: int) -> None:
        self._sources[_source_key(record.source)] = offset
        self._contents[int(record.sha256[:16], 16)] = offset

    def _at(self, offset: int | None) -> Record | None:
        if offset is None:
            return None
        os.lseek(self._handle, offset, os.SEEK_SET)
        raw = os.read(self._handle, MAX_LINE + 1)
        try:
            return decode(raw[: raw.index(b"\n")])
        except ValueError:
            return None


def read_records(root: Folder) -> Iterator[tuple[int, Record | None]]:
    """The lines of a manifest with their numbers, from 1; None for one that balt would not have written, or
    that has no end.
    """
    handle = root.open(MANIFEST)
    try:
        number, begins = 0, True
        for raw in lines_of(handle):
            ends = raw.endswith(b"\n")
            if begins:
                number += 1
                yield number, _decoded(raw) if ends else None
            begins = ends
    finally:
        os.close(handle)


def _decoded(raw: bytes) -> Record | None:
    try:
        return decode(raw.removesuffix(b"\n"))
    except ValueError:
        return None


def lines_of(handle: int) -> Iterator[bytes]:
    """The lines of a file from its beginning, with their ends, in bounded memory: of one that is too long to
    be balt's, the first octets come as a line of their own, and what follows as others.
    """
    os.lseek(handle, 0, os.SEEK_SET)
    with os.fdopen(os.dup(handle), "rb", buffering=1 << 20) as file:
        while raw := file.readline(MAX_LINE + 1):
            yield raw


def _source_key(source: Source) -> int:
    told = f"{source.server}\n{source.user}\n{source.uidvalidity}\n{source.uid}\n{source.folder}"
    return int.from_bytes(blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
