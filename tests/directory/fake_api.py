"""A server on loopback that answers each request as the test says, and keeps all that it was asked."""

import json
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

PREFIX = "/fhir/v2"


@dataclass(frozen=True)
class Asked:
    """A request: its path with the query, and its headers, names in lower case."""

    target: str
    headers: dict[str, str]

    @property
    def resource(self) -> str:
        return urlsplit(self.target).path.rpartition("/")[2]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query)


@dataclass(frozen=True)
class Reply:
    """What to answer. ``body`` is JSON unless it is octets already; ``speak`` takes the line over whole."""

    body: Any = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/fhir+json;charset=UTF-8"
    speak: Callable[[socket.socket], None] | None = None


class QuietServer(ThreadingHTTPServer):
    """A server that says nothing of what goes wrong with its clients."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or refuses the certificate, is what some tests are about."""


class FakeApi:
    """Answers by ``answer``, or each request with the next of ``replies`` (the last one again and again)."""

    def __init__(
        self, *replies: Any, answer: Callable[[Asked], Any] | None = None, host: str = "127.0.0.1"
    ) -> None:
        self._replies = list(replies)
        self._answer = answer
        self.asked: list[Asked] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                api._serve(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name upstream
                """Say nothing on the terminal."""

        self._server = QuietServer((host, 0), Handler)
        self.port: int = self._server.server_address[1]
        self.origin = f"http://{host}:{self.port}"
        self.base_url = self.origin + PREFIX
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def script(self, *replies: Any) -> None:
        """From now on, answer so."""
        self._replies = list(replies)

    def seen(self, secret: str) -> Iterable[Asked]:
        """The requests that hold this text anywhere."""
        return [each for each in self.asked if secret in each.target or secret in str(each.headers)]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        asked = Asked(handler.path, {name.lower(): value for name, value in handler.headers.items()})
        self.asked.append(asked)
        if self._answer is not None:
            given = self._answer(asked)
        else:
            given = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        reply = given if isinstance(given, Reply) else Reply(given)
        if reply.speak is not None:
            handler.close_connection = True
            reply.speak(handler.connection)
            return
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        handler.send_response(reply.status)
        if reply.content_type:
            handler.send_header("Content-Type", reply.content_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in reply.headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
