"""What has been kept long enough is removed from an archive: lines of its manifest, then the files.

The age of a message is that of its reception, as for ``older:``; one whose date is not known stays. A file
that another line still tells of stays too.

First the lines that go are written to ``expiring.part``, on the disk; then the manifest is replaced, as a
whole, by one without them; then the files go, and ``expiring.part`` last. Wherever that is cut, no manifest
tells of a file that is gone: what is left are files that it does not tell of, and the next run removes them.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from balt.cleanup.archive.failures import disk_lies, not_an_archive, place_failed
from balt.cleanup.archive.layout import MANIFEST
from balt.cleanup.archive.lock import archive_lock
from balt.cleanup.archive.manifest import lines_of, read_records
from balt.cleanup.archive.places import check_safe
from balt.cleanup.archive.record import Record, decode
from balt.cleanup.archive.tree import Folder
from balt.clock import Clock
from balt.mail.dates import UNKNOWN_DATE, DateReader, moment

EXPIRING = "expiring.part"
"""The lines that are being removed; while it is there, not all of their files are gone."""
_FRESH = f"{MANIFEST}.part"


@dataclass(slots=True)
class Expiry:
    """What goes, and what stays. ``gone`` counts messages by the BAL, server and user they came from;
    ``files`` are those that no other line tells of, with their octets; ``undated`` counts messages that stay
    for want of a date; ``left_over`` are files of a run that was cut, which go too. ``archived`` are the
    hours in which something was archived.
    """

    limit: datetime
    gone: dict[tuple[str, str, str], int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    kept: int = 0
    undated: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    left_over: list[str] = field(default_factory=list)
    archived: set[datetime] = field(default_factory=set)

    @property
    def messages(self) -> int:
        """How many go."""
        return sum(self.gone.values())

    @property
    def size(self) -> int:
        """Octets of the files that go."""
        return sum(self.files.values())


@contextmanager
def writing(place: Path, clock: Clock) -> Iterator[Folder]:
    """The folder of an archive that is there, for this balt alone; StoppedError as ``open_archive``."""
    check_safe(place)
    try:
        with Folder(place) as root:
            if MANIFEST not in root.names():
                raise not_an_archive()
            with archive_lock(root, "balt archive expire", clock):
                yield root
    except OSError as error:
        raise place_failed(error) from error


def find_expired(root: Folder, limit: datetime, clock: Clock) -> Expiry:
    """What was received before ``limit`` (aware). OSError as the system does."""
    found, dates = Expiry(limit), DateReader(clock)
    kept: set[str] = set()
    for _number, record in read_records(root):
        if record is None:
            continue
        received = _received(record, dates)
        with suppress(ValueError):
            found.archived.add(_hour(record.archived))
        if received is not None and received < limit:
            whose = (record.account, record.server, record.user)
            found.gone[whose] = found.gone.get(whose, 0) + 1
            found.files[record.file] = record.size
            found.oldest = min(found.oldest or received, received)
            found.newest = max(found.newest or received, received)
            continue
        kept.add(record.file)
        found.kept += 1
        found.undated += received is None
    for file in kept & found.files.keys():
        del found.files[file]
    found.left_over = sorted(_left_over(root) - kept - found.files.keys())
    return found


def expire(root: Folder, found: Expiry, clock: Clock) -> None:
    """Remove it; the archive is held by ``writing`` since ``find_expired``. OSError, StoppedError."""
    with suppress(FileNotFoundError):
        root.remove(_FRESH)
    _finish(root, found.left_over)
    if found.gone:
        _rewrite(root, found.limit, DateReader(clock))
        _finish(root, found.files)


def _received(record: Record, dates: DateReader) -> datetime | None:
    seconds = dates.seconds(record.internaldate.encode("latin-1", "replace"))
    return None if seconds == UNKNOWN_DATE else moment(seconds)


def _hour(archived: str) -> datetime:
    """The hour of an RFC 3339 time; ValueError for what is none."""
    moment = datetime.fromisoformat(archived)
    if moment.tzinfo is None:
        raise ValueError(archived)
    return moment.replace(minute=0, second=0, microsecond=0)


def _left_over(root: Folder) -> set[str]:
    """The files that a run that was cut wanted to remove, and did not."""
    try:
        handle = root.open(EXPIRING)
    except FileNotFoundError:
        return set()
    found = set()
    try:
        for raw in lines_of(handle):
            with suppress(ValueError):  # the last one may be cut: the manifest still tells of it
                found.add(decode(raw.removesuffix(b"\n")).file)
    finally:
        os.close(handle)
    return {file for file in found if os.path.lexists(root.path / file)}


def _rewrite(root: Folder, limit: datetime, dates: DateReader) -> None:
    """A manifest without the lines that go, in place of the one that has them."""
    hasher, size = hashlib.sha256(), 0
    old = root.open(MANIFEST)
    try:
        with (
            os.fdopen(root.create(EXPIRING), "wb") as going,
            os.fdopen(root.create(_FRESH), "wb") as staying,
        ):
            for raw, record in _raw_lines(old):
                received = _received(record, dates) if record else None
                if received is not None and received < limit:
                    going.write(raw)
                    continue
                staying.write(raw)
                hasher.update(raw)
                size += len(raw)
            for file in (going, staying):
                file.flush()
                os.fsync(file.fileno())
    finally:
        os.close(old)
    root.sync()
    if root.digest(_FRESH) != (hasher.hexdigest(), size):
        raise disk_lies()
    root.move(_FRESH, root, MANIFEST)
    root.sync()


def _raw_lines(handle: int) -> Iterator[tuple[bytes, Record | None]]:
    """The octets of a manifest, line by line, and what they tell where balt can read it."""
    begins = True
    for raw in lines_of(handle):
        record = None
        if begins and raw.endswith(b"\n"):
            with suppress(ValueError):
                record = decode(raw.removesuffix(b"\n"))
        yield raw, record
        begins = raw.endswith(b"\n")


def _finish(root: Folder, files: Iterable[str]) -> None:
    """Take the files away, then the folders that are empty, and at last the lines that told of them."""
    by_folder: dict[str, list[str]] = {}
    for file in files:
        folder, _slash, name = file.rpartition("/")
        by_folder.setdefault(folder, []).append(name)
    for folder, names in by_folder.items():
        with suppress(FileNotFoundError):
            _empty(root, folder.split("/"), names)
    root.sync()
    with suppress(FileNotFoundError):
        root.remove(EXPIRING)
    root.sync()


def _empty(inside: Folder, folder: list[str], names: list[str]) -> None:
    """Take files of a folder away, and the folder too where nothing else is in it."""
    with inside.child(folder[0]) as below:
        if folder[1:]:
            _empty(below, folder[1:], names)
        for name in names if not folder[1:] else ():
            with suppress(FileNotFoundError):
                below.remove(name)
        below.sync()
    with suppress(OSError):  # not empty
        inside.remove_folder(folder[0])
