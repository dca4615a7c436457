"""The line to the API: HTTP/1.1 over one connection, to one place only, with a deadline on every read.

httpx's own time limits hold for each read alone: a server that sends one octet now and then, in its headers
or in its body, would hold a question for ever. So reads wait in short slices, and each slice looks at the
question's ``Patience``. This also lets the user give up while a server keeps silent. Finding the server and
agreeing on a protected line are waited for in the same way.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import httpcore
import httpx

from balt.directory import failures
from balt.directory.dialing import GRACE, aside, dial
from balt.directory.gate import Gate
from balt.directory.patience import SLICE, Patience

_KEEP_ALIVE = 10.0


class Line(httpx.BaseTransport):
    """A transport that reaches the gate's host and port and no other. Set ``patience`` before a question.
    ``context``: whom to trust instead of the usual authorities.
    """

    def __init__(self, gate: Gate, context: ssl.SSLContext | None = None) -> None:
        self.backend = _Backend(gate)
        self._pool = httpcore.ConnectionPool(
            ssl_context=(context or _tls()) if gate.scheme == "https" else None,
            max_connections=1,
            keepalive_expiry=_KEEP_ALIVE,
            network_backend=self.backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of the answer is left to be read in pieces. Raises httpcore's errors."""
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Backend(httpcore.NetworkBackend):
    """Opens connections to the gate's own place, and refuses any other."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.patience: Patience | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if (host.strip("[]").lower(), port) != (self._gate.host, self._gate.port) or self.patience is None:
            raise failures.elsewhere()
        self.patience.check()
        patient = self.patience.at_most(timeout)
        stream = dial(self._gate.host, port, self.patience, patient, local_address, socket_options)
        return _Stream(stream, self)


class _Stream(httpcore.NetworkStream):
    """A connection whose reads never outlast the question."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        patience = self._backend.patience
        silent = 0.0
        while True:
            part = SLICE
            if patience is not None:
                patience.check()
                part = max(min(SLICE, patience.left), 0.001)
            try:
                return self._stream.read(max_bytes, part)
            except httpcore.ReadTimeout:
                silent += part
                if timeout is not None and silent >= timeout:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        patience = self._backend.patience
        self._stream.write(buffer, timeout if patience is None else patience.at_most(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        patience = self._backend.patience
        if patience is None:
            raise failures.elsewhere()
        patient = patience.at_most(timeout)
        agree = partial(self._stream.start_tls, ssl_context, server_hostname, patient)
        try:
            protected = aside(agree, patience, patient + GRACE, httpcore.NetworkStream.close)
        except BaseException:
            self.close()
            raise
        return _Stream(protected, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _tls() -> ssl.SSLContext:
    """The authorities that this computer trusts, and those that httpx brings: one of both always knows the
    API's, and some systems give Python none.
    """
    import certifi  # here: reading its file takes a while, and the demo speaks plain HTTP to this computer

    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context
