"""A Maildir: one file for each message, its flags in its name. Nothing is opened to list it.

The size is that on the wire where the name tells it (``,W=``, Dovecot and Courier), else that of the file.
The reception date is the earlier of the file's (where Dovecot keeps INTERNALDATE) and of the one in its name
(the delivery): a migration renews the name, a copy renews the file, and neither makes a message older.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.files.octets import Extent, NotAFileError, is_folder, open_file, whole
from balt.mail.files.places import Check
from balt.mail.files.store import Entries, Gone, maildir_flags

_INFO = re.compile(r"(?P<base>.*)[:;!]2,(?P<flags>[^:;!/]*)", re.DOTALL)
_WIRE_SIZE = re.compile(r",W=(\d{1,12})(?:,|$)")
_DELIVERED = re.compile(r"(\d{9,11})\.(?:M(\d{1,6}))?")  # seconds, and of them the millionths
_MAX_KEYWORDS = 64 * 1024
_OFTEN = 256


@dataclass(frozen=True, slots=True, order=True)
class _Row:
    """One file: ``name`` from the Maildir on; what comes before decides the order."""

    order: int
    base: str
    name: str
    flags: str
    size: int
    date: int


class Maildir:
    """The messages below ``new`` and ``cur``; ``tmp`` holds what is still being delivered."""

    def __init__(self, path: Path, dates: DateReader) -> None:
        self._path = path
        self._dates = dates
        self._names: dict[bytes, str] = {}

    def look(self, check: Check) -> Entries:
        if not any(is_folder(self._path / place) for place in ("cur", "new")):
            raise FileNotFoundError(self._path)
        keywords = self._keywords()
        rows = self._rows(check)
        entries = Entries()
        self._names = {}
        for row in rows:
            flags = maildir_flags(row.flags, keywords)
            self._names[entries.add(os.fsencode(row.base), row.size, row.date, flags)] = row.name
        return entries

    @contextmanager
    def open(self, key: bytes) -> Iterator[Extent]:
        with self._file(key) as file:
            yield whole(file)

    def _file(self, key: bytes) -> FileIO:
        """The file under its name of now: another program may have renamed it to change its flags."""
        for look_again in (True, False):
            name = self._names.get(key)
            if name is not None:
                with suppress(FileNotFoundError):
                    return open_file(self._path / name)
                if look_again:
                    self.look(lambda: None)
        raise Gone

    def _rows(self, check: Check) -> list[_Row]:
        """``new`` before ``cur``: what is moved meanwhile is then seen twice, and not missed."""
        found: dict[str, list[_Row]] = {"new": [], "cur": []}
        for place, rows in found.items():
            if not is_folder(self._path / place):
                continue
            with os.scandir(self._path / place) as entries:
                for number, entry in enumerate(entries):
                    if not number % _OFTEN:
                        check()
                    if not entry.name.startswith("."):
                        with suppress(FileNotFoundError, NotAFileError):
                            rows.append(self._row(place, entry))
        settled = {row.base for row in found["cur"]}
        kept = [row for row in found["new"] if row.base not in settled or (self._path / row.name).exists()]
        return sorted(kept + found["cur"])

    def _row(self, place: str, entry: "os.DirEntry[str]") -> _Row:
        if not entry.is_file(follow_symlinks=False):
            raise NotAFileError
        status = entry.stat(follow_symlinks=False)
        match = _INFO.fullmatch(entry.name)
        base, flags = (match["base"], match["flags"]) if match else (entry.name, "")
        told = _DELIVERED.match(base)
        delivered = self._dates.within_bounds(int(told[1])) if told else UNKNOWN_DATE
        written = self._dates.within_bounds(int(status.st_mtime))
        known = [date for date in (delivered, written) if date != UNKNOWN_DATE]
        on_the_wire = _WIRE_SIZE.search(base)
        size = int(on_the_wire[1]) if on_the_wire else status.st_size
        if not status.st_size <= size <= 2 * status.st_size:
            size = status.st_size
        order = int(told[1]) * 1_000_000 + int(told[2] or 0) if told else status.st_mtime_ns // 1000
        date = min(known, default=UNKNOWN_DATE)
        return _Row(order, base, f"{place}/{entry.name}", flags, size, date)

    def _keywords(self) -> dict[str, bytes]:
        """What the small letters stand for: ``dovecot-keywords`` has a line ``0 $Integrated`` for ``a``."""
        try:
            with open_file(self._path / "dovecot-keywords") as file:
                lines = file.read(_MAX_KEYWORDS).split(b"\n")
        except OSError:
            return {}
        found = {}
        for line in lines:
            number, _space, word = line.partition(b" ")
            if number.isdigit() and len(number) < 3 and int(number) < 26:
                found[chr(ord("a") + int(number))] = word.strip()
        return found
