"""An archive read again from end to end: does each file hold what the manifest says, and is each one told of?

Nothing in it is changed, no link is followed, and only paths that balt itself gives are ever opened.
"""

import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from balt.cleanup.archive.failures import no_such_folder, not_an_archive, place_failed
from balt.cleanup.archive.layout import INCOMING, MANIFEST, OWN, PART
from balt.cleanup.archive.lock import archive_lock
from balt.cleanup.archive.manifest import read_records
from balt.cleanup.archive.placing import Shelves
from balt.cleanup.archive.record import Record, Source
from balt.cleanup.archive.tree import Folder, walk
from balt.clock import Clock
from balt.text import plain


@dataclass(slots=True)
class Checked:
    """What was found. ``messages`` counts those that the manifest tells of, each once; ``ok`` those whose
    file is whole. The lists hold paths inside the archive, safe to show: ``damaged`` has lines of the
    manifest too, as ``manifest.jsonl:12``; ``unknown`` are files that no line tells of.
    ``unfinished`` counts what an archiving that was cut has left in ``INCOMING``: it says nothing against the
    archive, and the next archiving removes it.
    """

    messages: int = 0
    ok: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unfinished: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing speaks against the archive."""
        return not (self.damaged or self.missing or self.unknown)

    def to_json(self) -> dict[str, object]:
        """The document of ``balt archive verify --json``."""
        return {
            "messages": self.messages,
            "ok": self.ok,
            "damaged": self.damaged,
            "missing": self.missing,
            "unknown": self.unknown,
        }


@dataclass(slots=True)
class _Told:
    """What the manifest says of a file: what it holds, and of how many messages."""

    sha256: str
    size: int
    messages: int = 0


@contextmanager
def reading(place: Path, clock: Clock) -> Iterator[Folder]:
    """The folder of an archive, while nobody writes into it; StoppedError where there is none, while another
    balt uses it, or where the disk fails.
    """
    with ExitStack() as stack:
        try:
            root = stack.enter_context(_folder(place))
            if MANIFEST not in root.names():
                raise not_an_archive()
            with suppress(OSError):  # a medium that cannot be written: nobody else writes there either
                stack.enter_context(archive_lock(root, "balt archive", clock))
            yield root
        except OSError as error:
            raise place_failed(error) from error


def _folder(place: Path) -> Folder:
    try:
        return Folder(place)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise no_such_folder() from error


def is_archive(place: Path) -> bool:
    """Whether something was ever archived there; True also where that cannot be seen: reading it says why."""
    try:
        (place / MANIFEST).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def held_whole(
    place: Path, clock: Clock, on_progress: Callable[[int, int], None] | None = None
) -> frozenset[Source]:
    """Where the messages were whose file is there and whole, read again as ``check_archive`` does; none where
    nothing was ever archived.
    """
    if not is_archive(place):
        return frozenset()
    found = check_archive(place, clock, on_progress)
    harmed = {*found.damaged, *found.missing}
    with reading(place, clock) as root:
        return frozenset(
            record.source
            for number, record in read_records(root)
            if record is not None and harmed.isdisjoint((record.file, f"{MANIFEST}:{number}"))
        )


def check_archive(
    place: Path, clock: Clock, on_progress: Callable[[int, int], None] | None = None
) -> Checked:
    """Read everything again; ``on_progress`` is told how many files were, out of how many. StoppedError where
    there is no archive or the disk fails.
    """
    with reading(place, clock) as root:
        found = Checked()
        told = _told(root, found)
        shelves = Shelves(root)
        there = set(walk(root))
        for number, (file, about) in enumerate(sorted(told.items())):
            found.messages += about.messages
            if file not in there:
                found.missing.append(file)
            elif shelves.holds(file, about.sha256, about.size):
                found.ok += about.messages
            else:
                found.damaged.append(file)
            if on_progress is not None:
                on_progress(number + 1, len(told))
        unfinished = _unfinished(root)
        found.unfinished = len(unfinished)
        found.unknown += sorted(plain(path) for path in there - told.keys() - OWN - unfinished)
        return found


def _unfinished(root: Folder) -> set[str]:
    """The files that the next archiving removes before it begins: of balt's own names, and no links."""
    with suppress(OSError), root.child(INCOMING) as incoming:
        return {
            f"{INCOMING}/{name}"
            for name in incoming.names()
            if PART.fullmatch(name) and stat.S_ISREG(incoming.state(name).st_mode)
        }
    return set()


def _told(root: Folder, found: Checked) -> dict[str, _Told]:
    """The files that the manifest tells of; lines that cannot be read or contradict others are damaged."""
    told: dict[str, _Told] = {}
    seen: set[bytes] = set()
    for number, record in read_records(root):
        about = told.setdefault(record.file, _Told(record.sha256, record.size)) if record else None
        if record is None or about is None or (about.sha256, about.size) != (record.sha256, record.size):
            found.damaged.append(f"{MANIFEST}:{number}")
            continue
        if (key := _key(record)) not in seen:
            seen.add(key)
            about.messages += 1
    return told


def _key(record: Record) -> bytes:
    """What tells a message from another one, in few octets."""
    told = f"{record.source!r} {record.sha256}"
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()
