"""The journal: one line per act and per request, added and never changed, each chained to the one before.

A chain shows a line altered or taken out of the middle; it cannot show that the last lines were cut off.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import filelock

from balt.cleanup.chain import Verification, damaged_tail, digest_of, examine, split
from balt.cleanup.deeds import GENESIS, Deed, Entry, Phase, encode, unseal
from balt.cleanup.lock import no_locks, system_user
from balt.clock import Clock
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, sync_dir, write_private
from balt.text import plain

RETENTION = "retention"
"""The act of a line that tells that older lines were removed."""

_LOCK_SECONDS = 30.0
_TAIL = 64 * 1024


class Journal:
    """The journal in one file, shared by every window and every balt of this user on this machine."""

    def __init__(self, path: Path, clock: Clock, author: str) -> None:
        self.path = path
        self._clock = clock
        self._author = plain(author)
        self._login = plain(system_user(), 100)

    @property
    def folder(self) -> Path:
        """The private folder of the journal; plans and locks stand beside it."""
        return self.path.parent

    def append(self, deed: Deed) -> None:
        """Add a line and wait until it is on the disk.

        Raises StoppedError when it cannot be written: an act that would leave no trace must not happen.
        """
        try:
            private_dir(self.folder)
            with self._locked():
                self._append(deed)
        except OSError as error:
            raise _cannot_write(error) from error

    def read(self) -> tuple[list[Entry], Verification]:
        """Every line, oldest first, and whether they are a whole chain; a line that cannot be read is there
        as ``Phase.DAMAGED``.
        """
        return examine(*self._read())

    def entries(self) -> list[Entry]:
        """Every line, oldest first, as ``read`` gives them."""
        return self.read()[0]

    def verify(self) -> Verification:
        """Re-read the whole chain."""
        return self.read()[1]

    def shorten(self, choose: Callable[[Sequence[Entry]], int]) -> int:
        """Remove the oldest lines, as many as ``choose`` says of those there are; how many that were.

        What stays begins with an anchor, which tells how many lines are gone, their times and the hash that
        the next line follows; a line at the end of the chain says the same, so that nobody can set another
        anchor. The file is replaced as a whole: a crash leaves the old or the new one. A journal that is not
        sound stays as it is. Raises StoppedError when it cannot be written.
        """
        try:
            if self.path.is_symlink() or not self.path.is_file():
                return 0
            with self._locked():
                return self._shorten(choose)
        except OSError as error:
            raise _cannot_write(error) from error

    def unsettled(self) -> list[Entry]:
        """The acts that were begun and whose end is not known, oldest first, as their opening lines."""
        return unsettled(self.entries())

    def _append(self, deed: Deed) -> None:
        fresh = not self.path.exists()
        handle = os.open(
            self.path,
            os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0),
            0o600,
        )
        try:
            if os.name == "posix":
                os.fchmod(handle, 0o600)
            previous, healing = self._chain_end(handle)
            _write(handle, healing + self._encoded(deed, previous) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        if fresh:
            sync_dir(self.folder)

    def _chain_end(self, handle: int) -> tuple[str, bytes]:
        """The hash to follow, and the bytes that must come before the next line.

        After a crash the last line may be cut short: it stays as it is, and a line says that the chain begins
        anew after it.
        """
        last, whole = _last_line(handle)
        if not last and whole:
            return GENESIS, b""
        end = b"" if whole else b"\n"
        try:
            return str(unseal(last)["hash"]), end
        except ValueError:
            lines = split(self.path.read_bytes())[0]
        good, lost = damaged_tail(lines)
        segment = Deed(
            Phase.SEGMENT, "journal", count=len(lost), note=digest_of(lost), figures={"line": len(lines)}
        )
        line = self._encoded(segment, good)
        return str(unseal(line)["hash"]), end + line + b"\n"

    def _shorten(self, choose: Callable[[Sequence[Entry]], int]) -> int:
        lines, whole = split(self.path.read_bytes())
        entries, found = examine(lines, whole)
        if not entries or found.broken is not None or not whole:
            return 0
        old = entries[0].deed if entries[0].deed.phase is Phase.ANCHOR else None
        first = 1 if old else 0
        body = entries[first:]
        cut = _between_sound_lines(body, choose(body))
        times = [entry.time for entry in body[:cut] if entry.time]
        if not times:
            return 0
        removed = cut + (old.count if old else 0)
        since = old.figures.get("first", 0) if old else int(times[0].timestamp())
        figures = {"first": since, "last": int(times[-1].timestamp())}
        anchor = Deed(Phase.ANCHOR, RETENTION, count=removed, note=body[cut - 1].hash, figures=figures)
        told = Deed(Phase.PRUNED, RETENTION, count=removed, note=anchor.note, figures={"removed": cut})
        kept = [
            self._encoded(anchor, GENESIS),
            *lines[first + cut :],
            self._encoded(told, str(unseal(lines[-1])["hash"])),
        ]
        write_private(self.path, b"\n".join(kept) + b"\n")
        return cut

    def _encoded(self, deed: Deed, previous: str) -> bytes:
        return encode(deed, self._clock.now(), self._author, self._login, previous)

    def _read(self) -> tuple[list[bytes], bool]:
        """The lines, and whether the last one has its line end."""
        if not self.path.exists():
            return [], True
        try:
            with self._locked():
                return split(self.path.read_bytes())
        except OSError as error:
            raise StoppedError(
                _("Le journal ne peut pas être lu : %s.") % plain(error.strerror or type(error).__name__),
                advice=_("Vérifiez les droits du fichier et de son dossier."),
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = filelock.FileLock(f"{self.path}.lock", timeout=_LOCK_SECONDS, mode=0o600)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise StoppedError(
                _("Le journal est occupé par un autre balt."), advice=_("Attendez qu'il ait fini.")
            ) from error
        except NotImplementedError as error:
            raise no_locks() from error
        try:
            yield
        finally:
            lock.release()


def unsettled(entries: Sequence[Entry]) -> list[Entry]:
    """The acts that were begun and whose end is not known, oldest first, as their opening lines."""
    opened: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        place = (entry.deed.plan, entry.deed.folder)
        if entry.deed.phase is Phase.BEFORE:
            opened[place] = entry
        elif entry.deed.phase in (Phase.AFTER, Phase.SETTLED):
            opened.pop(place, None)
    return list(opened.values())


def _between_sound_lines(entries: Sequence[Entry], cut: int) -> int:
    """The last place up to ``cut`` that has a readable line before it, and one or the end after it."""
    for place in range(min(cut, len(entries)), 0, -1):
        if all(entry.deed.phase is not Phase.DAMAGED for entry in entries[place - 1 : place + 1]):
            return place
    return 0


def _cannot_write(error: OSError) -> StoppedError:
    return StoppedError(
        _("Le journal ne peut pas être écrit : %s.") % plain(error.strerror or type(error).__name__),
        advice=_("Rien n'est fait sans trace. Libérez de la place sur ce disque, puis recommencez."),
    )


def _last_line(handle: int) -> tuple[bytes, bool]:
    """The last line and whether it has its line end, read from the end of the file."""
    size = os.fstat(handle).st_size
    length = _TAIL
    while True:
        start = max(size - length, 0)
        os.lseek(handle, start, os.SEEK_SET)
        lines, whole = split(_read_all(handle))
        if start == 0 or len(lines) > 1:
            return (lines[-1] if lines else b""), whole
        length *= 4


def _read_all(handle: int) -> bytes:
    parts = []
    while part := os.read(handle, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
