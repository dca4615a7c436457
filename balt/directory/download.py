"""Downloading the extraction into a file of its own, taken up again where it was cut.

What is at the address may change between two tries: a rest is only asked for under the condition that the
file is still the same (``If-Range``, RFC 9110 section 13.1.5), and joined only where the server says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpcore
import httpx

from balt import __version__
from balt.directory import download_failures as failures
from balt.directory.limits import MIB, Limits
from balt.directory.line import Line
from balt.directory.patience import Patience
from balt.directory.sources import Source, gate_of
from balt.paths import write_private

Progress = Callable[[int, int], None]
"""Told the octets that are there and the octets to come in all (0 where the server does not say)."""

MOST_OCTETS = 512 * MIB
"""What a download may bring; the extraction has about 85 MiB, packed 20."""

LIMITS = Limits(deadline_seconds=3600, read_timeout=60, connect_timeout=15)
TRIES = 4
"""How often a download is begun or taken up again in one go."""

_REDIRECTIONS = 5
_LONGEST_LINK = 8000
_LONGEST_MARK = 500
_RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})", re.ASCII)
_UNANSWERED = (httpcore.ConnectError, httpcore.ConnectTimeout, TimeoutError, UnicodeError)
_CUT = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ConnectionError)


class CutError(Exception):
    """The download ended before the file did, or what is there does not go on."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How a server tells one state of a file from another; "" where it does not."""

    etag: str = ""
    last_modified: str = ""

    @property
    def strong(self) -> str:
        """The mark that proves two files equal octet for octet, "" for none."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True, slots=True)
class Part:
    """What is kept of an unfinished download: which address, which state of the file, how large in all."""

    url: str
    marks: Marks
    total: int = 0


class Download:
    """A download into ``file`` (beside it, a note on what it holds). Used by one thread."""

    def __init__(self, source: Source, file: Path, patience: Patience) -> None:
        self._source = source
        self._file = file
        self._note = file.with_name(file.name + ".json")
        self._patience = patience
        self._context = source.context()

    def fetch(self, known: Marks, on_progress: Progress) -> Marks | None:
        """The whole file, and its marks; None where it still is the ``known`` one.

        Raises DirectoryError, CancelledError; what was received then stays, for the next time.
        """
        for _try in range(TRIES):
            with contextlib.suppress(CutError):
                return self._once(known, on_progress)
        raise failures.cut()

    def forget(self) -> None:
        """Remove what was downloaded."""
        self._file.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _once(self, known: Marks, on_progress: Progress) -> Marks | None:
        part = self._part()
        there = self._file.stat().st_size if part else 0
        with self._asked(_conditions(part, there, known)) as response:
            status = response.status_code
            if status == 304 and not part and known != Marks():
                return None
            if status == 416 or (status == 206 and not _goes_on(response, part, there)):
                self.forget()
                raise CutError
            if status not in (200, 206):
                raise failures.refused(status)
            if response.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
                raise failures.malformed()
            if part is None or status == 200:
                self.forget()
                part, there = Part(self._source.url, _marks_of(response), _length_of(response)), 0
                write_private(self._note, json.dumps(_noted(part)).encode())
            if part.total > MOST_OCTETS:
                raise failures.too_large()
            self._receive(response, there, part.total, on_progress)
        self._dated(part.marks)
        return part.marks

    def _receive(self, response: httpx.Response, there: int, total: int, on_progress: Progress) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(self._file, flags, 0o600), "ab") as file:
            for piece in _pieces(response):
                self._patience.check()
                there += len(piece)
                if there > (total or MOST_OCTETS):
                    raise failures.too_large()
                file.write(piece)
                on_progress(there, total)
            file.flush()
            os.fsync(file.fileno())
        if total and there < total:
            raise CutError

    @contextlib.contextmanager
    def _asked(self, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer at the address, or at the one that it redirects to."""
        url = self._source.url
        for _hop in range(_REDIRECTIONS + 1):
            with self._answered(url, headers) as response:
                if response.status_code not in (301, 302, 303, 307, 308):
                    yield response
                    return
                link = response.headers.get("location", "")[:_LONGEST_LINK]
            url = self._source.redirected(url, link)
        raise failures.endless()

    @contextlib.contextmanager
    def _answered(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer of one host. Raises DirectoryError, and CutError where the line broke."""
        gate = gate_of(url)
        line = Line(gate, self._context)
        line.backend.patience = self._patience
        timeout = httpx.Timeout(LIMITS.read_timeout, connect=LIMITS.connect_timeout)
        with httpx.Client(transport=line, trust_env=False, timeout=timeout, headers=_HEADERS) as client:
            try:
                with client.stream("GET", url, headers=headers) as response:
                    yield response
            except _UNANSWERED as error:
                raise failures.unreachable(error, self._source, gate.host) from None
            except (httpx.InvalidURL, httpx.HTTPError, httpcore.UnsupportedProtocol):
                raise failures.malformed() from None
            except _CUT:
                raise CutError from None

    def _part(self) -> Part | None:
        """What is there of an earlier download of this address; removed where it cannot be gone on with."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            if self._note.stat().st_size <= _LONGEST_LINK and self._file.stat().st_size > 0:
                found = json.loads(self._note.read_bytes())
                marks = Marks(str(found["etag"]), str(found["last_modified"]))
                part = Part(str(found["url"]), marks, int(found["total"]))
                if part.url == self._source.url and marks.strong:
                    return part
        self.forget()
        return None

    def _dated(self, marks: Marks) -> None:
        """The file bears the date that the server gives it: an extraction without a date in its name has no
        other one.
        """
        with contextlib.suppress(ValueError, TypeError, OverflowError, OSError):
            moment = parsedate_to_datetime(marks.last_modified).timestamp()
            os.utime(self._file, (moment, moment))


_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": f"balt/{__version__}"}


def _conditions(part: Part | None, there: int, known: Marks) -> dict[str, str]:
    """The rest of a file that has not changed, or a file that is not the known one."""
    if part is not None:
        return {"Range": f"bytes={there}-", "If-Range": part.marks.strong}
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


def _goes_on(response: httpx.Response, part: Part | None, there: int) -> bool:
    """Whether an answer is the rest of what is there, of the same state of the file."""
    found = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if part is None or found is None:
        return False
    same = _marks_of(response).strong in ("", part.marks.strong)
    return same and int(found[1]) == there and part.total in (0, int(found[2]))


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    """The body as it comes. Raises CutError where the line breaks."""
    try:
        yield from response.iter_raw()
    except _CUT:
        raise CutError from None


def _marks_of(response: httpx.Response) -> Marks:
    return Marks(*(_mark(response.headers.get(name, "")) for name in ("etag", "last-modified")))


def _mark(value: str) -> str:
    """A mark that can be sent back as it came; "" for an odd one."""
    return value if len(value) <= _LONGEST_MARK and value.isascii() and value.isprintable() else ""


def _length_of(response: httpx.Response) -> int:
    """The octets announced; 0 where there is no such announcement."""
    told = response.headers.get("content-length", "").strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 15 else 0


def _noted(part: Part) -> dict[str, object]:
    return {
        "url": part.url,
        "etag": part.marks.etag,
        "last_modified": part.marks.last_modified,
        "total": part.total,
    }
