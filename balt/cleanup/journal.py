"""The journal: one line per act and per request, added and never changed, each chained to the one before.

A chain shows a line altered or taken out of the middle; it cannot show that the last lines were cut off.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock

from balt.cleanup.deeds import GENESIS, Deed, Entry, Phase, decode, encode, unseal
from balt.cleanup.lock import no_locks
from balt.clock import Clock
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, sync_dir
from balt.text import plain

_LOCK_SECONDS = 30.0
_TAIL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Verification:
    """What re-reading the whole chain showed.

    ``broken`` is the first line that does not follow from the one before it, or None. ``damaged`` are the
    lines cut short by a crash; the journal went on after them and says so. ``torn`` tells that the very last
    line is cut short and nothing was written since.
    """

    lines: int
    broken: int | None
    damaged: tuple[int, ...] = ()
    torn: bool = False

    @property
    def ok(self) -> bool:
        """Whether every line is whole and follows from the one before it."""
        return self.broken is None and not self.damaged and not self.torn


class Journal:
    """The journal in one file, shared by every window and every balt of this user on this machine."""

    def __init__(self, path: Path, clock: Clock, author: str) -> None:
        self.path = path
        self._clock = clock
        self._author = plain(author)

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
            raise StoppedError(
                _("Le journal ne peut pas être écrit : %s.") % plain(error.strerror or type(error).__name__),
                advice=_("Rien n'est fait sans trace. Libérez de la place sur ce disque, puis recommencez."),
            ) from error

    def entries(self) -> list[Entry]:
        """Every line, oldest first; a line that cannot be read is there as ``Phase.DAMAGED``."""
        return [decode(raw, number) for number, raw in enumerate(self._read()[0], start=1)]

    def verify(self) -> Verification:
        """Re-read the whole chain."""
        return _verify(*self._read())

    def unsettled(self) -> list[Entry]:
        """The acts that were begun and whose end is not known, oldest first, as their opening lines."""
        opened: dict[tuple[str, str], Entry] = {}
        for entry in self.entries():
            place = (entry.deed.plan, entry.deed.folder)
            if entry.deed.phase is Phase.BEFORE:
                opened[place] = entry
            elif entry.deed.phase in (Phase.AFTER, Phase.SETTLED):
                opened.pop(place, None)
        return list(opened.values())

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
            line = encode(deed, self._clock.now(), self._author, previous)
            _write(handle, healing + line + b"\n")
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
            lines = _split(self.path.read_bytes())[0]
        good, lost = _damaged_tail(lines)
        segment = Deed(
            Phase.SEGMENT, "journal", count=len(lost), note=_digest_of(lost), figures={"line": len(lines)}
        )
        line = encode(segment, self._clock.now(), self._author, good)
        return str(unseal(line)["hash"]), end + line + b"\n"

    def _read(self) -> tuple[list[bytes], bool]:
        """The lines, and whether the last one has its line end."""
        if not self.path.exists():
            return [], True
        try:
            with self._locked():
                return _split(self.path.read_bytes())
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


def _verify(lines: list[bytes], whole: bool) -> Verification:
    good, lost, damaged = GENESIS, list[bytes](), list[int]()
    for number, raw in enumerate(lines, start=1):
        try:
            content = unseal(raw)
        except ValueError:
            lost.append(raw)
            continue
        follows = content.get("previous") == good
        if lost:
            follows &= content.get("phase") == Phase.SEGMENT and content.get("note") == _digest_of(lost)
        if not follows:
            return Verification(len(lines), number - len(lost), tuple(damaged))
        damaged.extend(range(number - len(lost), number))
        lost = []
        good = str(content["hash"])
    torn = not whole and len(lost) == 1
    broken = len(lines) - len(lost) + 1 if lost and not torn else None
    return Verification(len(lines), broken, tuple(damaged), torn)


def _damaged_tail(lines: list[bytes]) -> tuple[str, list[bytes]]:
    """The hash of the last sound line, and the damaged lines after it."""
    for index in range(len(lines) - 1, -1, -1):
        try:
            return str(unseal(lines[index])["hash"]), lines[index + 1 :]
        except ValueError:
            continue
    return GENESIS, lines


def _digest_of(lines: list[bytes]) -> str:
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def _split(content: bytes) -> tuple[list[bytes], bool]:
    if not content:
        return [], True
    lines = content.split(b"\n")
    if lines[-1]:
        return lines, False
    return lines[:-1], True


def _last_line(handle: int) -> tuple[bytes, bool]:
    """The last line and whether it has its line end, read from the end of the file."""
    size = os.fstat(handle).st_size
    length = _TAIL
    while True:
        start = max(size - length, 0)
        os.lseek(handle, start, os.SEEK_SET)
        lines, whole = _split(_read_all(handle))
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
