"""Servers that say exactly what a test wants: octets ready on a line, or a scripted dialogue on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

from balt.config import Account
from balt.mail.line import Line
from balt.mail.wire import Wire

Handler = Callable[[socket.socket, bytes, bytes], None]
CAPABILITIES = b"IMAP4rev1 AUTH=PLAIN SASL-IR UIDPLUS MOVE QUOTA"


@contextmanager
def wire_hearing(octets: bytes, timeout: float = 5.0) -> Iterator[Wire]:
    """A wire on which ``octets`` come, then the end of the line; the first command has the tag ``B1``."""
    ours, theirs = socket.socketpair()
    threading.Thread(target=_say, args=(theirs, octets), daemon=True).start()
    line = Line(ours, timeout, "essai@medecin.mssante.fr")
    try:
        yield Wire(line, "essai@medecin.mssante.fr")
    finally:
        line.close()
        theirs.close()


def _say(sock: socket.socket, octets: bytes) -> None:
    with suppress(OSError):
        sock.sendall(octets)
        sock.shutdown(socket.SHUT_WR)


class ScriptedServer:
    """An IMAP server that answers each command as told and keeps every line it was sent.

    ``answers`` maps a command ("LOGIN", "UID FETCH") to untagged lines, or to a function that does it all.
    Commands not in it are answered OK. ``lines`` is what came over all connections, without line ends.
    """

    def __init__(
        self,
        answers: Mapping[str, bytes | Handler] | None = None,
        *,
        greeting: bytes = b"* OK ready\r\n",
        capabilities: bytes = CAPABILITIES,
    ) -> None:
        self.answers = dict(answers or {})
        self.lines: list[bytes] = []
        self.connections = 0
        self._greeting = greeting
        self._capabilities = capabilities
        self._news = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def account(self, **overrides: Any) -> Account:
        """An account on this server."""
        values: dict[str, Any] = {
            "address": "essai@medecin.mssante.fr",
            "username": "essai",
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "timeout": 6.0,
        }
        return Account(**(values | overrides))

    def commands(self) -> list[bytes]:
        """What was sent, without the tags."""
        return [line.partition(b" ")[2] for line in self.lines]

    def heard(self, command: bytes) -> bool:
        """Whether ``command`` comes within ten seconds: for what is sent without waiting for an answer."""
        with self._news:
            return self._news.wait_for(lambda: command in self.commands(), timeout=60)

    def hang_up(self, last_words: bytes = b"") -> None:
        """Close the newest connection from the server's side."""
        sock = self._open[-1]
        sock.sendall(last_words)
        sock.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _peer = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError):
            sock.sendall(self._greeting)
            for line in sock.makefile("rb"):
                with self._news:
                    self.lines.append(line.rstrip(b"\r\n"))
                    self._news.notify_all()
                self._answer(sock, line)

    def _answer(self, sock: socket.socket, line: bytes) -> None:
        tag, _space, rest = line.rstrip(b"\r\n").partition(b" ")
        words = rest.upper().split()
        if not words:
            return
        name = b" ".join(words[:2] if words[0] == b"UID" else words[:1]).decode("latin-1")
        answer = self.answers.get(name, b"")
        if callable(answer):
            answer(sock, tag, rest)
            return
        if name == "CAPABILITY" and not answer:
            answer = b"* CAPABILITY " + self._capabilities + b"\r\n"
        sock.sendall(answer + tag + b" OK done\r\n")


def refusing(code: bytes = b"", status: bytes = b"NO") -> Handler:
    """Answer a command NO (or BAD), with a response code such as ``b"[OVERQUOTA] "``."""

    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        sock.sendall(tag + b" " + status + b" " + code + b"secret words of the server\r\n")

    return answer
