"""The line to a server: octets in and out, with limits on size and time; closed as soon as it is in doubt.

A line is used by one thread; only ``close`` may be called from another one, to stop a wait.
"""

import contextlib
import socket
import ssl
import time
import zlib
from typing import TYPE_CHECKING

from balt.errors import ConnectionFailedError
from balt.i18n import _
from balt.mail.waiting import readable
from balt.units import format_size

if TYPE_CHECKING:
    from balt.mail.compress import Deflate

CHUNK = 262_144
"""Most octets taken from the line, or inflated, in one step."""
SLOWEST = 1024
"""Octets a second that an answer must reach over its whole length; a trickle below it is given up."""
_TAIL = 64


class CutError(ConnectionFailedError):
    """The other side closed or reset the line; worth one new connection for a read."""


class Line:
    """A socket with a buffer. Every wait ends: after ``timeout`` seconds of silence, and after twice that
    plus one second per ``SLOWEST`` octets for a whole answer (a server sending one octet at a time)."""

    def __init__(self, sock: socket.socket, timeout: float, mailbox: str = "") -> None:
        self._sock = sock
        self._timeout = timeout
        self.mailbox = mailbox
        self._buffer = b""
        self._position = 0
        self._room = memoryview(bytearray(CHUNK))
        self._deflate: Deflate | None = None
        self._open = True
        self.began = time.monotonic()
        self.received = 0
        self.total = CHUNK
        self.tls_failure: ssl.SSLError | None = None

    @property
    def is_open(self) -> bool:
        """Whether the line may still be used."""
        return self._open

    @property
    def sock(self) -> socket.socket:
        """The socket itself, for what only needs to know it."""
        return self._sock

    @property
    def is_loopback(self) -> bool:
        """Whether the other end is this machine."""
        try:
            peer = str(self._sock.getpeername()[0])
        except OSError:
            return False
        return peer == "::1" or peer.startswith(("127.", "::ffff:127."))

    def close(self) -> None:
        """Close the socket; never raises; wakes a thread that waits on it."""
        self._open = False
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._sock.close()

    @property
    def timeout(self) -> float:
        """Seconds of silence after which a wait ends."""
        return self._timeout

    def set_timeout(self, seconds: float) -> None:
        """Change ``timeout``."""
        self._timeout = seconds

    def begin(self, total: int) -> None:
        """A new exchange: restart its clock and allow ``total`` octets in answer."""
        self.began, self.received, self.total = time.monotonic(), 0, total

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Protect the line (RFC 3501 section 6.2.1); raises ssl.SSLError or OSError.

        Octets that came before TLS began were not protected and are not the server's word: the caller has
        checked that there are none (``has_unread``).
        """
        self._sock.settimeout(self._timeout)
        self._sock = context.wrap_socket(self._sock, server_hostname=host)
        self._buffer, self._position = b"", 0

    def start_deflate(self, deflate: "Deflate") -> None:
        """From now on what is sent is deflated and what comes is inflated; limits count inflated octets."""
        self._deflate = deflate
        waiting = self._buffer[self._position :]
        self._buffer, self._position = self._inflated(waiting), 0

    def has_unread(self) -> bool:
        """Whether octets have arrived that nobody asked for yet."""
        return self._position < len(self._buffer) or self._is_at_hand() or bool(readable(0, self._sock))

    def looks_alive(self) -> bool:
        """Whether the other side has not closed the line while it was at rest."""
        if not self._open:
            return False
        if isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
            return True
        if len(self._buffer) - self._position >= CHUNK:  # enough waits: what is not read must not pile up
            return True
        try:
            if not self._is_at_hand() and not readable(0, self._sock):
                return True
            return self._take() and b"* BYE" not in self._buffer
        except (OSError, ValueError, ConnectionFailedError):
            return False

    def wait(self, wake: socket.socket, seconds: float) -> bool:
        """Wait for a line that nobody asked for. False when ``wake`` can be read or ``seconds`` have passed;
        true when ``readline`` will not have to wait: a line has come, or too much for one, or the end.
        """
        until = time.monotonic() + seconds
        try:
            while not self._has_line():
                if not self._is_at_hand():
                    left = until - time.monotonic()
                    ready = readable(left, self._sock, wake)
                    if wake in ready or not ready or left < 0:
                        return False
                if not self._take():
                    return True
        except (OSError, ValueError):  # closed meanwhile
            return True
        return True

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        if not self._open:
            raise self._cut()
        try:
            self._sock.settimeout(self._timeout)
            self._sock.sendall(data if self._deflate is None else self._deflate.deflated(data))
        except TimeoutError:
            raise self._late() from None
        except (OSError, ValueError):
            raise self._cut() from None

    def view(self) -> tuple[bytes, int]:
        """What has arrived and the place of the first octet not taken yet; take it with ``advance``."""
        return self._buffer, self._position

    def advance(self, position: int) -> None:
        """Take everything before ``position`` of ``view``."""
        self._position = position

    def readline(self, limit: int) -> tuple[bytes, bytes, bool]:
        """The next line: its octets with the line end, its last octets, and whether it was too long.

        Of a line longer than ``limit`` only the first ``limit`` octets and the last few are kept.
        """
        kept, skipped_tail, oversize = bytearray(), b"", False
        while True:
            end = self._buffer.find(b"\n", self._position)
            stop = end + 1 if end >= 0 else len(self._buffer)
            piece = self._buffer[self._position : stop]
            self._position = stop
            if len(kept) + len(piece) > limit:
                oversize = True
            if oversize:
                skipped_tail = (skipped_tail or bytes(kept[-_TAIL:])) + piece
                skipped_tail = skipped_tail[-_TAIL:]
            elif end >= 0 and not kept:
                return piece, piece[-_TAIL:], False
            kept += piece[: limit - len(kept)]
            if end >= 0:
                return bytes(kept), skipped_tail if oversize else bytes(kept[-_TAIL:]), oversize
            self._fill()

    def read(self, size: int, keep: bool = True) -> bytes:
        """Exactly ``size`` octets; with ``keep`` false they are read away and b"" is returned."""
        pieces: list[bytes] = []
        while size > 0:
            if self._position >= len(self._buffer):
                self._fill()
            piece = self._buffer[self._position : self._position + size]
            self._position += len(piece)
            size -= len(piece)
            if keep:
                pieces.append(piece)
        return b"".join(pieces)

    def protocol_error(self) -> ConnectionFailedError:
        """The line closed, and the error to raise, after an answer that is not IMAP or beyond all limits."""
        self.close()
        return ConnectionFailedError(
            _("le serveur de messagerie a envoyé une réponse incompréhensible."),
            advice=_("La connexion a été fermée. Réessayez ; si cela se répète, prévenez l'opérateur."),
            mailbox=self.mailbox,
        )

    def _fill(self) -> None:
        """Wait for more octets and add them to the buffer."""
        chunk = b""
        while not chunk:
            raw = b"" if self._deflate is not None and self._deflate.holds_more else self._hear()
            chunk = self._inflated(raw)
            self.received += len(chunk) or len(raw)  # what inflates to nothing counts too
            if self.received > self.total:
                raise self._too_long()
        self._add(chunk)

    def _hear(self) -> bytes:
        """Wait for octets of the socket itself; never empty."""
        if not self._open:
            raise self._cut()
        late = self.began + 2 * self._timeout + self.received / SLOWEST - time.monotonic()
        if late <= 0:
            raise self._late()
        patience = max(min(self._timeout, late), 0.001)
        try:
            if self._sock.gettimeout() != patience:  # a call of the system less for each record of TLS
                self._sock.settimeout(patience)
            chunk = self._received()
        except TimeoutError:
            raise self._late() from None
        except ssl.SSLError as error:
            self.tls_failure = error
            raise self._cut() from None
        except (OSError, ValueError):
            raise self._cut() from None
        if not chunk:
            raise self._cut()
        return chunk

    def _received(self) -> bytes:
        """What has arrived, up to ``CHUNK``. TLS gives 16 KiB at a time: memory for a whole chunk each time
        would cost more than reading it.
        """
        count = self._sock.recv_into(self._room)
        return self._room[:count].tobytes()

    def _take(self) -> bool:
        """Add to the buffer what has arrived, without waiting; false when the other side has ended the line.
        Raises OSError, ValueError, and ConnectionFailedError for what cannot be inflated.
        """
        raw = b""
        if self._deflate is None or not self._deflate.holds_more:
            try:
                self._sock.settimeout(0)
                raw = self._sock.recv(CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                return True
            if not raw:
                return False
        self._add(self._inflated(raw))
        return self._deflate is None or not self._deflate.ended

    def _inflated(self, raw: bytes) -> bytes:
        if self._deflate is None:
            return raw
        try:
            return self._deflate.inflated(raw, CHUNK)
        except zlib.error:
            raise self.protocol_error() from None

    def _add(self, chunk: bytes) -> None:
        rest = self._buffer[self._position :]
        self._buffer, self._position = rest + chunk if rest else chunk, 0

    def _is_at_hand(self) -> bool:
        """Whether octets that have left the socket, but are not in the buffer yet, can be had without it."""
        if self._deflate is not None and self._deflate.holds_more:
            return True
        return isinstance(self._sock, ssl.SSLSocket) and self._sock.pending() > 0

    def _has_line(self) -> bool:
        at_rest = len(self._buffer) - self._position
        return at_rest > CHUNK or self._buffer.find(b"\n", self._position) >= 0

    def _too_long(self) -> ConnectionFailedError:
        self.close()
        return ConnectionFailedError(
            _("le serveur de messagerie a envoyé une réponse beaucoup trop longue (plus de %(size)s).")
            % {"size": format_size(self.received)},
            advice=_("La connexion a été fermée. Prévenez l'opérateur de la messagerie."),
            mailbox=self.mailbox,
        )

    def _late(self) -> ConnectionFailedError:
        self.close()
        return ConnectionFailedError(
            _("le serveur de messagerie ne répond plus (attente de %(seconds)d s dépassée).")
            % {"seconds": max(round(self._timeout), 1)},
            advice=_("Vérifiez la connexion au réseau puis réessayez."),
            mailbox=self.mailbox,
        )

    def _cut(self) -> CutError:
        self.close()
        return CutError(
            _("la connexion au serveur de messagerie a été coupée."),
            advice=_("Vérifiez la connexion au réseau puis réessayez."),
            mailbox=self.mailbox,
        )
