"""A ManageSieve server on loopback that says what a test wants, and keeps what it was sent."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from balt.config import Account

GREETING = (
    b'"IMPLEMENTATION" "test"\r\n"SIEVE" "vacation"\r\n'
    b'"SASL" "PLAIN XOAUTH2 OAUTHBEARER"\r\n"VERSION" "1.0"\r\nOK\r\n'
)


class ScriptedSieve:
    """Answers the first word of each line from ``answers``, else OK; ``challenge`` is said first to
    AUTHENTICATE. ``sent`` is all that came.
    """

    def __init__(
        self,
        answers: Mapping[str, bytes] | None = None,
        *,
        greeting: bytes = GREETING,
        challenge: bytes = b"",
    ) -> None:
        self._answers = dict(answers or {})
        self._greeting = greeting
        self._challenge = challenge
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.sent = b""
        self.connections = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def account(self, **overrides: Any) -> Account:
        port = int(self._listener.getsockname()[1])
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "security": "none",
            "sieve_port": port,
            "timeout": 10.0,
        }
        return Account("essai@medecin.mssante.fr", **(values | overrides))

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _peer = self._listener.accept()
                self.connections += 1
                with connection, suppress(OSError):
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.sendall(self._greeting)
        file = connection.makefile("rb")
        while line := file.readline():
            self.sent += line
            word = line.split()[0].decode("latin-1").upper()
            if word == "AUTHENTICATE" and line.rstrip().endswith(b"+}"):
                self.sent += file.readline()
            if word == "AUTHENTICATE" and self._challenge:
                connection.sendall(self._challenge)
                self.sent += file.readline()
            default = self._greeting if word == "CAPABILITY" else b"OK\r\n"
            connection.sendall(self._answers.get(word, default))
