"""HTTP/1.1 on one connection of the demo's directory: requests in, answers out, faults on the way."""

import contextlib
import json
import select
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Protocol

from balt.demo.directory.exchange import KEY_HEADER, Reply, Request, outcome
from balt.demo.directory.faults import DirectoryFault, DirectoryFaultKind

LARGEST_BODY = 1024 * 1024
IDLE_SECONDS = 60
_MOST_DIGITS = 12
"""Of a length, its zeros among them: of more than 4,300 digits Python makes no number (ValueError)."""

_GONE_SECONDS = 0.1
_PIECE = 64 * 1024


class Host(Protocol):
    """What a connection needs of its server."""

    def asked(self, request: Request) -> tuple[Reply, DirectoryFault | None]:
        """The answer to a request, and what goes wrong on its way."""
        ...

    def stopping(self) -> bool:
        """Whether everything should end."""
        ...


class Handler(BaseHTTPRequestHandler):
    """Serves one connection, as ``Host`` says."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    host: Host

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Nothing is said on the terminal of whoever shows the demo."""

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        key = headers.pop(KEY_HEADER, "")
        request = Request(self.command, self.path, headers, body, key)
        try:
            reply, fault = self.host.asked(request)
        except ValueError:  # a target that is no address
            self._refuse(400)
            return
        with contextlib.suppress(OSError):  # the client went away
            self._send(reply, fault)
            return
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    def _body(self) -> bytes | None:
        """The body of the request; None once it was refused."""
        length = self.headers.get("Content-Length", "0").strip()
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(411)
            return None
        if len(length) > _MOST_DIGITS or int(length) > LARGEST_BODY:
            self._refuse(413)
            return None
        return self.rfile.read(int(length))

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self._send(outcome(status, "The request could not be read."), None)

    # Answers

    def _send(self, reply: Reply, fault: DirectoryFault | None) -> None:
        kind = fault.kind if fault else None
        if kind in (DirectoryFaultKind.CLOSE, DirectoryFaultKind.SILENT):
            self.close_connection = True
            self._wait_until_gone(kind is DirectoryFaultKind.SILENT)
        elif kind is DirectoryFaultKind.ENDLESS:
            self._stream(reply, _endless())
        elif fault and kind is DirectoryFaultKind.BOMB:
            self._stream(reply, _bomb(fault.amount), ("Content-Encoding", "gzip"))
        else:
            self._head(reply, ("Content-Length", str(len(reply.body))))
            if self.command != "HEAD":
                self._write(reply.body, fault)

    def _head(self, reply: Reply, *more: tuple[str, str]) -> None:
        self.send_response_only(reply.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Type", reply.content_type)
        for name, value in (*reply.headers, *more):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _write(self, body: bytes, fault: DirectoryFault | None) -> None:
        match fault.kind if fault else None:
            case DirectoryFaultKind.CUT | DirectoryFaultKind.HANG:
                self.close_connection = True
                self.wfile.write(body[: fault.amount if fault else 0])
                self._wait_until_gone(fault is not None and fault.kind is DirectoryFaultKind.HANG)
            case DirectoryFaultKind.DRIP:
                for octet in body:
                    if self._pause(fault.seconds if fault else 0):
                        return
                    self.wfile.write(bytes((octet,)))
            case _:
                self.wfile.write(body)

    def _stream(self, reply: Reply, pieces: Iterable[bytes], *more: tuple[str, str]) -> None:
        self._head(reply, ("Transfer-Encoding", "chunked"), *more)
        for piece in pieces:
            if self.host.stopping():
                break
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        else:
            self.wfile.write(b"0\r\n\r\n")
            return
        self.close_connection = True

    def _pause(self, seconds: float) -> bool:
        """Wait; True once there is no more reason to go on."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._gone(min(left, _GONE_SECONDS)):
                return True
        return self.host.stopping()

    def _wait_until_gone(self, wanted: bool) -> None:
        while wanted and not self._gone(_GONE_SECONDS):
            pass

    def _gone(self, seconds: float) -> bool:
        """Whether the client closed its end, after at most ``seconds``; what it says is read and dropped."""
        if self.host.stopping():
            return True
        readable, _writable, _failed = select.select([self.connection], [], [], seconds)
        return bool(readable) and not self.connection.recv(_PIECE)


def handler_of(host: Host) -> Callable[..., Handler]:
    """A class of handlers for one server."""
    return type("BoundHandler", (Handler,), {"host": host})


def _endless() -> Iterator[bytes]:
    yield b'{"resourceType":"Bundle","type":"searchset","entry":['
    resource = {"resource": {"resourceType": "Practitioner", "id": "x" * 60, "active": True}}
    piece = (json.dumps(resource).encode() + b",") * (_PIECE // 100)
    while True:
        yield piece


def _bomb(octets: int) -> Iterator[bytes]:
    """So many octets of JSON that is mostly white space, packed with gzip as it goes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    yield packer.compress(b'{"resourceType":"Bundle","type":"searchset","entry":[],"link":[') + packer.flush(
        zlib.Z_SYNC_FLUSH
    )
    blank = b" " * (1024 * 1024)
    for _turn in range(octets // len(blank) + 1):
        yield packer.compress(blank) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.compress(b"]}") + packer.flush()
