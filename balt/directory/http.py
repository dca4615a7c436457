"""The guarded GET: one request at a time to one place, the key on no other, no answer beyond its bounds."""

from __future__ import annotations

import contextlib
import logging
import zlib
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from balt import __version__
from balt.clock import Clock
from balt.directory import failures
from balt.directory.gate import Gate
from balt.directory.limits import Limits
from balt.directory.line import Line
from balt.directory.patience import Pace, Patience

HEADER = "ESANTE-API-KEY"
_LONGEST_KEY = 512
_GZIP_OR_ZLIB = 47  # window bits: either header, told apart by zlib
_RAW_DEFLATE = -15
_UNANSWERED = (httpcore.ConnectError, httpcore.ConnectTimeout, TimeoutError)
_SILENT = (httpcore.ReadTimeout, httpcore.WriteTimeout, httpcore.PoolTimeout)
_CUT = (httpcore.NetworkError, httpcore.ProtocolError, httpx.TransportError)
_BUSY = 429
_PASSING = (_BUSY, 502, 503, 504)
"""What a gateway says for a moment (domain 2.6)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status, what kind of text it is said to be, and the text, unpacked."""

    status: int
    content_type: str
    body: bytes | bytearray


class CutError(Exception):
    """The connection ended before the answer did."""


class KeyAuth(httpx.Auth):
    """Puts the key on a request to the gate's own place; a request to any other never leaves."""

    def __init__(self, gate: Gate, key: str) -> None:
        self._gate = gate
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        url = request.url
        if not self._gate.admits(url.scheme, url.host, url.port, url.raw_path.decode("ascii")):
            raise failures.elsewhere()
        request.headers[HEADER] = self._key
        yield request


def checked_key(key: str) -> str:
    """The key, when it can stand in a header. Raises DirectoryError when it is missing or odd."""
    if not key:
        raise failures.no_key()
    if len(key) > _LONGEST_KEY or not all("!" <= char <= "~" for char in key):
        raise failures.odd_key()
    return key


class Door:
    """Asks the API, one request after the other, as fast as it allows. Used by one thread."""

    def __init__(
        self,
        gate: Gate,
        key: Callable[[], str],
        clock: Clock,
        limits: Limits,
        ticks: Callable[[], float],
    ) -> None:
        self._gate = gate
        self._key = key
        self._clock = clock
        self._limits = limits
        self._pace = Pace(limits.calls_per_second, ticks)
        self._line = Line(gate)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log addresses, which hold names
        self._client = httpx.Client(
            transport=self._line,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(limits.read_timeout, connect=limits.connect_timeout),
            headers={
                "Accept": "application/fhir+json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"balt/{__version__}",
            },
        )

    def key(self) -> str:
        """The key in use. Raises DirectoryError when it is missing or odd."""
        return checked_key(self._key())

    def get(self, url: str, patience: Patience) -> Answer:
        """Ask for an address of the API. While it is busy, or out of order for a moment, balt waits and asks
        again: as long as it says, else 1, 2, 4 seconds.

        Raises DirectoryError, CancelledError, and CutError when the answer did not come whole.
        """
        auth = KeyAuth(self._gate, self.key())
        for turn in range(self._limits.waits + 1):
            self._pace.next_call(patience)
            answer, told = self._once(url, auth, patience)
            if answer.status not in _PASSING:
                return answer
            pause = float(2**turn) if told is None else told
            if turn == self._limits.waits or pause > min(self._limits.wait_seconds, patience.left):
                if answer.status == _BUSY:
                    raise failures.busy(told)
                return answer
            patience.wait(pause)
        raise failures.busy(None)

    def close(self) -> None:
        """Close the connection. Never raises."""
        with contextlib.suppress(httpx.HTTPError, OSError):
            self._client.close()

    def _once(self, url: str, auth: KeyAuth, patience: Patience) -> tuple[Answer, float | None]:
        """One request, and how long a busy server says to wait."""
        self._line.backend.patience = patience
        self._client.cookies.clear()
        try:
            with self._client.stream("GET", url, auth=auth) as response:
                body = self._read(response, patience)
                answer = Answer(response.status_code, response.headers.get("content-type", ""), body)
                return answer, _told_pause(response.headers, self._clock.now())
        except _UNANSWERED as error:
            raise failures.unreachable(error, self._gate.host) from None
        except _SILENT:
            raise failures.too_slow() from None
        except _CUT:
            raise CutError from None
        except UnicodeError as error:  # a host name that no name server can be asked for
            raise failures.unreachable(error, self._gate.host) from None
        except (httpx.InvalidURL, httpx.HTTPError, httpcore.UnsupportedProtocol, ValueError):
            raise failures.malformed() from None

    def _read(self, response: httpx.Response, patience: Patience) -> bytes | bytearray:
        """The body, unpacked as it comes: what is packed may be a thousand times larger than it looks."""
        if 300 <= response.status_code < 400:
            return b""
        unpack = _unpacker(response.headers.get("content-encoding", ""))
        body = bytearray()  # one block: pieces of an octet or two would cost thirty times their size
        packed = 0
        for number, piece in enumerate(response.iter_raw()):
            patience.check()
            packed += len(piece)
            for part in unpack(piece):
                patience.spend(len(part))
                body += part
                self._bound(len(body))
            self._bound(packed)
            if number >= self._limits.pieces:
                raise failures.too_large()
        return body

    def _bound(self, octets: int) -> None:
        if octets > self._limits.answer_octets:
            raise failures.too_large()


_PIECE = 1 << 18


def _unpacker(encoding: str) -> Callable[[bytes], Iterable[bytes]]:
    """How to unpack a body, in pieces of bounded size. Raises DirectoryError for a packing not asked for."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda piece: (piece,)
        case "gzip" | "x-gzip" | "deflate":
            return _Inflater()
    raise failures.malformed()


class _Inflater:
    """Unpacks gzip and both kinds of deflate (zlib's, and the raw one that some servers send)."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False

    def __call__(self, piece: bytes) -> Iterable[bytes]:
        while piece:
            try:
                part = self._zlib.decompress(piece, _PIECE)
            except zlib.error:
                if self._begun:
                    raise CutError from None
                self._zlib, self._begun = zlib.decompressobj(_RAW_DEFLATE), True
                continue
            self._begun = True
            if part:
                yield part
            if self._zlib.eof:
                piece = self._zlib.unused_data
                self._zlib, self._begun = zlib.decompressobj(_GZIP_OR_ZLIB), True
            else:
                piece = self._zlib.unconsumed_tail


def _told_pause(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds that a busy server says to wait: ``Retry-After`` (seconds or a date), else the gateway's
    ``X-Rate-Limit-Reset`` (milliseconds since 1970); None when it does not say.
    """
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(min(int(told[:12]), 10**9))
    if told:
        with contextlib.suppress(ValueError, TypeError, OverflowError):
            return max(0.0, (parsedate_to_datetime(told) - now).total_seconds())
    reset = headers.get("x-rate-limit-reset", "").strip()
    if reset.isascii() and reset.isdigit() and len(reset) == 13:
        return max(0.0, int(reset) / 1000 - now.timestamp())
    return None
