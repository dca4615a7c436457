"""A server of files on loopback: marks, conditions and ranges as RFC 9110 has them, and ways of failing."""

import gzip
import socket
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

from tests.directory.fake_api import QuietServer
from tests.support.tls import Certificate

PATH = "/datasets/extraction"
LAST_MODIFIED = "Sun, 22 Nov 2026 02:10:00 GMT"


class FileServer:
    """Serves ``content`` at ``PATH``. ``cuts`` says after how many octets of its body each answer to come is
    cut; ``status`` answers by that status alone; ``location`` redirects; ``packed`` packs unasked;
    ``announced`` is told as the length instead of the true one (None: no length at all).
    """

    def __init__(
        self, content: bytes, certificate: Certificate | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.content = content
        self.etag = '"v1"'
        self.last_modified = LAST_MODIFIED
        self.cuts: list[int] = []
        self.status = 0
        self.location = ""
        self.packed = False
        self.ranges = True
        self.announced: int | None = -1
        self.odd_range = ""
        self.asked: list[dict[str, str]] = []
        files = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                files._serve(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name upstream
                """Say nothing on the terminal."""

        self._server = QuietServer((host, 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.port: int = self._server.server_address[1]
        self.url = f"{scheme}://{host}:{self.port}{PATH}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def publish(self, content: bytes, etag: str, last_modified: str = LAST_MODIFIED) -> None:
        """Another file at the same address."""
        self.content, self.etag, self.last_modified = content, etag, last_modified

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append(headers)
        if self.location:
            self._answer(handler, 302, b"", {"Location": self.location})
        elif self.status:
            self._answer(handler, self.status, b"<html>", {})
        elif self._unchanged(headers):
            self._answer(handler, 304, None, self._marks())
        else:
            self._give(handler, headers)

    def _give(self, handler: BaseHTTPRequestHandler, headers: Mapping[str, str]) -> None:
        start, size = self._start(headers), len(self.content)
        if start > 0 and start >= size:
            self._answer(handler, 416, b"", {"Content-Range": f"bytes */{size}"})
            return
        body, more = self.content[start:], self._marks()
        if start:
            more["Content-Range"] = self.odd_range or f"bytes {start}-{size - 1}/{size}"
        if self.packed:
            body = gzip.compress(body)
            more["Content-Encoding"] = "gzip"
        self._answer(handler, 206 if start else 200, body, more)

    def _start(self, headers: Mapping[str, str]) -> int:
        wanted = headers.get("range", "")
        if not wanted or not self.ranges or headers.get("if-range") not in (self.etag, self.last_modified):
            return 0
        return int(wanted.removeprefix("bytes=").removesuffix("-"))

    def _unchanged(self, headers: Mapping[str, str]) -> bool:
        if "if-none-match" in headers:
            return headers["if-none-match"] == self.etag
        return "if-modified-since" in headers and headers["if-modified-since"] == self.last_modified

    def _marks(self) -> dict[str, str]:
        marks = {"ETag": self.etag, "Last-Modified": self.last_modified}
        return {name: value for name, value in marks.items() if value}

    def _answer(
        self, handler: BaseHTTPRequestHandler, status: int, body: bytes | None, more: Mapping[str, str]
    ) -> None:
        handler.send_response(status)
        for name, value in more.items():
            handler.send_header(name, value)
        length = len(body or b"") if self.announced == -1 else self.announced
        if body is not None and length is not None:
            handler.send_header("Content-Length", str(length))
        handler.close_connection = True
        handler.send_header("Connection", "close")
        handler.end_headers()
        cut = self.cuts.pop(0) if self.cuts and status in (200, 206) else None
        handler.wfile.write((body or b"")[:cut])
        if cut is not None:
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
