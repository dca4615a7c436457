"""A client that sees exactly what a server sends: a socket, lines, and literals left as octets."""

import re
import socket
from types import TracebackType
from typing import Self

_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")


class RawClient:
    """One connection. ``command`` returns the untagged answers, whole; ``last`` is the tagged line."""

    def __init__(self, port: int, user: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._file = self.socket.makefile("rb")
        self._count = 0
        self.last = b""
        self.greeting = self.answer()
        if user:
            assert self.ok(f"LOGIN {user} pass") is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def answer(self) -> bytes:
        """One answer with its literals, without its last end of line; b"" when the server is gone."""
        whole = b""
        while True:
            line = self._file.readline()
            if not line:
                return b""
            whole += line
            literal = _LITERAL.search(line)
            if not literal:
                return whole.removesuffix(b"\r\n")
            octets = self._file.read(int(literal[1]))
            whole += octets
            if len(octets) < int(literal[1]):
                return b""

    def send(self, text: str | bytes) -> bytes:
        """Sends a command without waiting; its tag."""
        self._count += 1
        tag = b"a%d" % self._count
        octets = text.encode() if isinstance(text, str) else text
        self.socket.sendall(tag + b" " + octets + b"\r\n")
        return tag

    def finish(self, tag: bytes) -> list[bytes]:
        """The untagged answers up to the tagged one."""
        untagged: list[bytes] = []
        while answer := self.answer():
            if answer.startswith(tag + b" "):
                self.last = answer[len(tag) + 1 :]
                return untagged
            untagged.append(answer)
        self.last = b""
        return untagged

    def command(self, text: str | bytes) -> list[bytes]:
        return self.finish(self.send(text))

    def ok(self, text: str | bytes) -> list[bytes]:
        """As ``command``; the command must succeed."""
        untagged = self.command(text)
        assert self.last.startswith(b"OK"), self.last
        return untagged

    def append(self, raw: bytes, folder: str = "INBOX", flags: str = "", date: str = "") -> None:
        """APPEND with a literal that waits for nobody (LITERAL+)."""
        words = f"APPEND {folder} ({flags}) " + (f'"{date}" ' if date else "")
        self.ok(words.encode() + b"{%d+}\r\n" % len(raw) + raw)
