"""The line to a server: octets in and out, with limits on size and time; closed as soon as it is in doubt.

A line is used by one thread; only ``close`` may be called from another one, to stop a wait.
"""

import contextlib
import select
import socket
import ssl
import time

from balt.errors import ConnectionFailedError
from balt.i18n import _
from balt.units import format_size

CHUNK = 262_144
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

    def set_timeout(self, seconds: float) -> None:
        """Seconds of silence after which a wait ends."""
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

    def has_unread(self) -> bool:
        """Whether octets have arrived that nobody asked for yet (on an unprotected line)."""
        return self._position < len(self._buffer) or bool(select.select([self._sock], [], [], 0)[0])

    def looks_alive(self) -> bool:
        """Whether the other side has not closed the line while it was at rest."""
        if not self._open:
            return False
        if isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
            return True
        try:
            if not select.select([self._sock], [], [], 0)[0]:
                return True
            self._sock.settimeout(0)
            chunk = self._sock.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except (OSError, ValueError):
            return False
        self._buffer, self._position = self._buffer[self._position :] + chunk, 0
        return bool(chunk) and b"* BYE" not in self._buffer

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        if not self._open:
            raise self._cut()
        try:
            self._sock.settimeout(self._timeout)
            self._sock.sendall(data)
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
        kept, skipped_tail, oversize = b"", b"", False
        while True:
            end = self._buffer.find(b"\n", self._position)
            stop = end + 1 if end >= 0 else len(self._buffer)
            piece = self._buffer[self._position : stop]
            self._position = stop
            if len(kept) + len(piece) > limit:
                oversize = True
            if oversize:
                skipped_tail = (skipped_tail or kept[-_TAIL:]) + piece
                skipped_tail = skipped_tail[-_TAIL:]
            kept = (kept + piece)[:limit] if len(kept) < limit else kept
            if end >= 0:
                return kept, skipped_tail if oversize else kept[-_TAIL:], oversize
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
        if not self._open:
            raise self._cut()
        late = self.began + 2 * self._timeout + self.received / SLOWEST - time.monotonic()
        if late <= 0:
            raise self._late()
        try:
            self._sock.settimeout(max(min(self._timeout, late), 0.001))
            chunk = self._sock.recv(CHUNK)
        except TimeoutError:
            raise self._late() from None
        except ssl.SSLError as error:
            self.tls_failure = error
            raise self._cut() from None
        except (OSError, ValueError):
            raise self._cut() from None
        if not chunk:
            raise self._cut()
        self.received += len(chunk)
        if self.received > self.total:
            self.close()
            raise ConnectionFailedError(
                _("le serveur de messagerie a envoyé une réponse beaucoup trop longue (plus de %(size)s).")
                % {"size": format_size(self.total)},
                advice=_("La connexion a été fermée. Prévenez l'opérateur de la messagerie."),
                mailbox=self.mailbox,
            )
        rest = self._buffer[self._position :]
        self._buffer, self._position = rest + chunk if rest else chunk, 0

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
