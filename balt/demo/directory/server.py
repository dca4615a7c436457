"""The demo's directory as tests and ``balt demo`` start it: HTTP on the loopback address, in threads."""

import contextlib
import hmac
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self

from balt.clock import Clock, SystemClock
from balt.demo.directory.exchange import Reply, Request, refusal
from balt.demo.directory.faults import DirectoryFault, DirectoryFaultKind, DirectoryFaults, too_many
from balt.demo.directory.handler import handler_of
from balt.demo.directory.model import Directory
from balt.demo.directory.rate import Rate
from balt.demo.directory.service import PREFIX, Service

HOST = "127.0.0.1"
CALLS_PER_SECOND = 17
_MOST_CONNECTIONS = 64
_STOP_SECONDS = 5
_PAUSE_SECONDS = 0.05


class DirectoryServer:
    """The Annuaire Santé's API over a table of invented people; a context manager.

    Only who sends ``key`` (made up when not given) is answered; ``subscribed`` False says 403 to it.
    ``calls_per_second`` 0 sets no limit. ``requests`` holds the last requests received. ``faults`` is a
    script of what goes wrong.
    """

    def __init__(
        self,
        practice_directory: Directory,
        *,
        key: str = "",
        clock: Clock | None = None,
        host: str = HOST,
        port: int = 0,
        faults: Iterable[DirectoryFault] = (),
        calls_per_second: int = CALLS_PER_SECOND,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.key = key or secrets.token_urlsafe(24)
        self.host = host
        self.port = port
        self.subscribed = True
        self.faults = DirectoryFaults(faults)
        self.requests: deque[Request] = deque(maxlen=1000)
        self._clock = clock or SystemClock()
        self._rate = Rate(calls_per_second, ticks)
        self._service = Service(practice_directory, self._clock, lambda: self.base_url)
        self._handler = handler_of(self)
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """What ``base_url`` of the configuration should be."""
        return f"http://{self.host}:{self.port}{PREFIX}"

    @property
    def directory(self) -> Directory:
        """What is published now."""
        return self._service.directory

    def depublish(self, address: str) -> None:
        """Publish this address no more, whoever holds it. Raises KeyError when nobody does."""
        with self._lock:
            self._service.directory = self._service.directory.without(address)

    def expire_pages(self) -> None:
        """Drop the pages that the server keeps: their links are too old from now on."""
        self._service.marks.forget()

    # Answering

    def asked(self, request: Request) -> tuple[Reply, DirectoryFault | None]:
        """The answer to a request, and what goes wrong on its way."""
        self.requests.append(request)
        fault = self.faults.striking(request.target)
        if fault and fault.kind is DirectoryFaultKind.CALL and fault.action:
            fault.action()
        passes, remaining, seconds = self._rate.count()
        reply = self._answered(request) if passes else too_many(self._rate.calls)
        if fault:
            reply = fault.changed(reply, request, self.base_url)
        if self._rate.calls:
            reset = round((self._clock.now().timestamp() + seconds) * 1000)
            reply = replace(
                reply,
                headers=(
                    *reply.headers,
                    ("X-Rate-Limit-Limit", str(self._rate.calls)),
                    ("X-Rate-Limit-Remaining", str(remaining)),
                    ("X-Rate-Limit-Reset", str(reset)),
                ),
            )
        return reply, fault

    def _answered(self, request: Request) -> Reply:
        if not hmac.compare_digest(request.key.encode(), self.key.encode()):
            return refusal(401, "Unauthorized")
        if not self.subscribed:
            return refusal(403, "Forbidden")
        return self._service.answer(request)

    def stopping(self) -> bool:
        return self._ended.is_set()

    # Running

    def start(self) -> Self:
        """Starts the threads; the server answers on ``port`` once this returns."""
        self._listener = socket.create_server((self.host, self.port), backlog=2 * _MOST_CONNECTIONS)
        self.port = int(self._listener.getsockname()[1])
        self._ended.clear()
        self._thread = threading.Thread(target=self._accept, name="demo-directory", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Closes every connection and ends the threads."""
        self._ended.set()
        if self._thread and self._listener:
            with contextlib.suppress(OSError):  # nothing else wakes an accept on every system
                socket.create_connection((self.host, self.port), 1).close()
            self._thread.join()
            self._listener.close()
        with self._lock:
            running = dict(self._connections)
        for connection, thread in running.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_STOP_SECONDS)
        self._listener = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _accept(self) -> None:
        while self._listener and not self._ended.is_set():
            try:
                connection, address = self._listener.accept()
            except OSError:  # a client that left before it came in, or no more files to open
                self._ended.wait(_PAUSE_SECONDS)
                continue
            thread = threading.Thread(target=self._converse, args=(connection, address), daemon=True)
            with self._lock:
                admitted = len(self._connections) < _MOST_CONNECTIONS and not self._ended.is_set()
                if admitted:
                    self._connections[connection] = thread
            if admitted:
                thread.start()
            else:
                connection.close()

    def _converse(self, connection: socket.socket, address: object) -> None:
        try:
            with contextlib.suppress(OSError):  # a client that hangs up is its own business
                self._handler(connection, address, self)
        finally:
            with self._lock:
                self._connections.pop(connection, None)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
