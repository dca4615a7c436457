"""An mbox: messages one after the other, each behind a line ``From sender date`` (RFC 4155).

Variants differ and no file says which one it is. A message begins at such a line when it is the first of the
file or follows an empty line, holds a date (or nothing, as Thunderbird writes it), and is followed by
something like a header. ``Content-Length`` is ignored: it lies as soon as another program has touched the
file. A body's ``>From `` is shown as ``From ``.

The file is read in windows; only the places of the messages are kept. The size is that on the wire (with
CRLF). The reception date is that of the ``From `` line, else of the topmost ``Received``, else of ``Date``.
"""

import os
import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from io import FileIO
from pathlib import Path

from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.details import raw_header_fields
from balt.mail.files.moments import has_date, received_at, seconds_of, sent_at
from balt.mail.files.octets import Extent, bare_line_ends, end_of_header, open_file
from balt.mail.files.places import Check
from balt.mail.files.store import Entries, Gone, TooManyError, header_flags

_WINDOW = 1024 * 1024
_LOOK = 2048
"""Octets looked at beyond a window: more than two lines that matter."""

_HEAD = 16 * 1024
_FROM = re.compile(rb"From ([^\n]{0,500}?)(?:\r?\n|\Z)")
_HEADER_LIKE = re.compile(rb"[!-9;-~]{1,80}:|>From |\r?\n|[^\n]{0,200}?[\x00-\x08\x0e-\x1a]|\Z")
_NOTHING = b"\xef\xbb\xbf\r\n\t "
_CHANGING = re.compile(
    rb"^(?:status|x-status|x-keywords|x-uid|x-imap(?:base)?|content-length|x-mozilla-[\w-]{1,20}):[^\n]*\n",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a message begins: its ``From `` line, and what follows it."""

    line: int
    text: bytes
    body: int


class Mbox:
    """The messages of one file."""

    def __init__(self, path: Path, dates: DateReader) -> None:
        self._path = path
        self._dates = dates
        self._state: tuple[int, int, int] | None = None
        self._refused: tuple[int, int, int] | None = None  # the state in which it had too many messages
        self._entries = Entries()
        self._starts = array("Q")
        self._ends = array("Q")

    def look(self, check: Check) -> Entries:
        with open_file(self._path) as file:
            self._read(file, check)
        return self._entries

    @contextmanager
    def open(self, key: bytes) -> Iterator[Extent]:
        try:
            file = open_file(self._path)
        except FileNotFoundError:
            raise Gone from None
        with file:
            self._read(file, lambda: None)
            row = self._entries.rows.get(key)
            if row is None:
                raise Gone
            yield Extent(file, self._starts[row], self._ends[row], quoted=True)

    def _read(self, file: FileIO, check: Check) -> None:
        """Find the messages, unless the file is the one that was read."""
        status = os.fstat(file.fileno())
        state = (status.st_size, status.st_mtime_ns, status.st_ino)
        if state == self._state:
            return
        self._forget()  # what is given up half-way is read again
        if state == self._refused:
            raise TooManyError
        try:
            self._find(Extent(file, 0, status.st_size), check)
        except TooManyError:
            self._forget()
            self._refused = state
            raise
        self._state = state

    def _forget(self) -> None:
        self._state = None
        self._entries = Entries()
        self._starts, self._ends = array("Q"), array("Q")

    def _find(self, whole: Extent, check: Check) -> None:
        previous = _Start(0, b"", 0)
        for start in _starts(whole, check):
            if start.line > 0:
                self._add(whole, previous, start.line)
            previous = start
        self._add(whole, previous, whole.size)

    def _add(self, whole: Extent, start: _Start, end: int) -> None:
        """The message that begins at ``start`` and ends before the empty line before ``end``."""
        if not start.text and not whole.read(start.body, min(end, _LOOK)).strip(_NOTHING) and end < _LOOK:
            return  # empty lines before the first message
        end = _before_empty_line(whole, start.body, end)
        head = whole.read(start.body, min(_HEAD, end - start.body))
        head = head[: end_of_header(head) or len(head)]
        fields = raw_header_fields(head)
        date = seconds_of(start.text, self._dates)
        if date == UNKNOWN_DATE:
            date = received_at(fields, self._dates)
        if date == UNKNOWN_DATE:
            date = sent_at(fields, self._dates)
        digest = blake2b(start.text + b"\n" + _CHANGING.sub(b"", head), digest_size=16).digest()
        size = end - start.body + _bare(whole, start.body, end)
        self._entries.add(digest, size, date, header_flags(fields))
        self._starts.append(start.body)
        self._ends.append(end)


def _starts(whole: Extent, check: Check) -> Iterator[_Start]:
    """Every line that begins a message, in order."""
    first = 3 if whole.read(0, 3) == b"\xef\xbb\xbf" else 0
    for place in range(first, whole.size, _WINDOW):
        check()
        base = max(first, place - 3)
        text = whole.read(base, place - base + _WINDOW + _LOOK)
        for found in _line_starts(text, place - base, at_start=base == first):
            if found >= place - base + _WINDOW:
                break
            line = _FROM.match(text, found)
            if line and _HEADER_LIKE.match(text, line.end()) and (not line[1].strip() or has_date(line[1])):
                yield _Start(base + found, line[1] or b" ", base + line.end())


def _line_starts(text: bytes, after: int, *, at_start: bool) -> Iterator[int]:
    """Where lines from ``after`` on begin with ``From `` behind an empty line, or ``at_start`` of it all."""
    if at_start and after == 0 and text.startswith(b"From "):
        yield 0
    found = text.find(b"\nFrom ", max(0, after - 1))
    while found >= 0:
        before = text[max(0, found - 2) : found]
        if before.endswith((b"\n", b"\n\r")) or (at_start and before in (b"", b"\r") and found < 2):
            yield found + 1
        found = text.find(b"\nFrom ", found + 1)


def _before_empty_line(whole: Extent, start: int, end: int) -> int:
    """The end of a message whose next ``From `` line is at ``end``: the empty line between is not its own."""
    last = whole.read(max(start, end - 4), min(4, end - start))
    for empty in (b"\r\n\r\n", b"\n\n"):
        if last.endswith(empty):
            return end - len(empty) // 2
    return end


def _bare(whole: Extent, start: int, end: int) -> int:
    """How many line ends between two places lack their CR."""
    found, before = 0, b""
    while start < end:
        octets = whole.read(start, min(_WINDOW, end - start))
        if not octets:
            break
        found += bare_line_ends(octets, before)
        start, before = start + len(octets), octets[-1:]
    return found
