"""A folder of ``.eml`` files: one message each, in the order of their names.

The size is that of the file. The reception date is that of the topmost ``Received`` header; where there is
none, what ``Date`` says, else that of the file. A program may have written the flags into the headers
(``Status``, ``X-Mozilla-Status``); else a message has none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.details import raw_header_fields
from balt.mail.files.moments import received_at, sent_at
from balt.mail.files.octets import Extent, head_of, open_file, whole
from balt.mail.files.places import EML, Check
from balt.mail.files.store import Entries, Gone, header_flags
from balt.mail.model import Flag

_HEAD = 16 * 1024
_OFTEN = 64


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read of a file, good as long as its state is this one."""

    state: tuple[int, int, int]
    date: int
    flags: Flag


class EmlFolder:
    """The files of one folder; those of folders in it are folders of their own."""

    def __init__(self, path: Path, dates: DateReader) -> None:
        self._path = path
        self._dates = dates
        self._seen: dict[str, _Seen] = {}

    def look(self, check: Check) -> Entries:
        sizes: dict[str, tuple[int, int, int]] = {}
        with os.scandir(self._path) as found:
            for entry in found:
                if entry.name.lower().endswith(EML) and not entry.name.startswith("."):
                    with suppress(FileNotFoundError):
                        if entry.is_file(follow_symlinks=False):
                            status = entry.stat(follow_symlinks=False)
                            sizes[entry.name] = (status.st_size, status.st_mtime_ns, status.st_ino)
        entries = Entries()
        seen = {}
        for number, name in enumerate(sorted(sizes)):
            if not number % _OFTEN:
                check()
            state = sizes[name]
            known = self._seen.get(name)
            if known is None or known.state != state:
                known = self._read(name, state)
            seen[name] = known
            entries.add(os.fsencode(name), state[0], known.date, known.flags)
        self._seen = seen
        return entries

    @contextmanager
    def open(self, key: bytes) -> Iterator[Extent]:
        try:
            file = open_file(self._path / os.fsdecode(key))
        except FileNotFoundError:
            raise Gone from None
        with file:
            yield whole(file)

    def _read(self, name: str, state: tuple[int, int, int]) -> _Seen:
        """The date and the flags; a file that cannot be opened has its own date, and no flags."""
        date, flags = UNKNOWN_DATE, Flag(0)
        with suppress(OSError), open_file(self._path / name) as file:
            fields = raw_header_fields(head_of(whole(file), _HEAD))
            date, flags = received_at(fields, self._dates), header_flags(fields)
            if date == UNKNOWN_DATE:
                date = sent_at(fields, self._dates)
        if date == UNKNOWN_DATE:
            date = self._dates.within_bounds(state[1] // 1_000_000_000)
        return _Seen(state, date, flags)
