"""The messages of an archive on their way out: each content once a message, read again and compared."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from balt.cleanup.archive.layout import MANIFEST
from balt.cleanup.archive.manifest import read_records
from balt.cleanup.archive.placing import Shelves
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.tree import Folder


class UnfitError(Exception):
    """A file of the archive is not what the manifest says; ``missing`` where there is none."""

    def __init__(self, *, missing: bool = False) -> None:
        super().__init__()
        self.missing = missing


class Source(Protocol):
    """What messages are copied from."""

    def pieces(self, record: Record) -> Iterator[bytes]:
        """The octets of a message; UnfitError, at their end at the latest, where they are not its own."""
        ...


@dataclass(slots=True)
class Contents:
    """The messages that a manifest tells of, each once, by BAL (its address) and folder; and the lines of it
    that are damaged, as ``manifest.jsonl:12``.
    """

    folders: dict[tuple[str, str], list[Record]] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many messages."""
        return sum(map(len, self.folders.values()))

    @property
    def size(self) -> int:
        """Their octets."""
        return sum(record.size for records in self.folders.values() for record in records)

    @property
    def accounts(self) -> set[str]:
        """Whose BAL they were in."""
        return {account for account, _folder in self.folders}


def contents_of(root: Folder) -> Contents:
    """What the manifest of an archive tells, as it tells last of each message. OSError as the system does."""
    found = Contents()
    messages: dict[tuple[object, str], Record] = {}
    for number, record in read_records(root):
        if record is None:
            found.damaged.append(f"{MANIFEST}:{number}")
        else:
            messages[record.source, record.sha256] = record
    for record in messages.values():
        found.folders.setdefault((record.account, record.folder), []).append(record)
    return found


class ArchiveSource:
    """The files of an archive that is open for reading."""

    def __init__(self, root: Folder) -> None:
        self._shelves = Shelves(root)

    def pieces(self, record: Record) -> Iterator[bytes]:
        return checked(record, lambda: self._shelves.pieces(record.file))


def checked(record: Record, read: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """The octets that ``read`` gives, as they come; UnfitError behind the last one where they are not those
    of the message, or where they cannot be read.
    """
    hasher, size = hashlib.sha256(), 0
    try:
        for piece in read():
            hasher.update(piece)
            size += len(piece)
            if size > record.size:
                break
            yield piece
    except FileNotFoundError as error:
        raise UnfitError(missing=True) from error
    except OSError as error:
        raise UnfitError from error
    if (size, hasher.hexdigest()) != (record.size, record.sha256):
        raise UnfitError
