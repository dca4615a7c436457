"""ManageSieve (RFC 5804) for the BAL of the practice: their scripts are kept in memory. Nobody writes to the
practice, so that no script ever runs.

What a script says is not understood; one without ``vacation`` or ``require`` where it needs them is taken as
well. ``log`` holds the names of the commands, without what they carry.
"""

import base64
import binascii
import hmac
import re
import socketserver
import threading
from collections import deque
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import NamedTuple, Self

HOST = "127.0.0.1"
LARGEST = 64 * 1024
"""Octets of a script."""
_MOST_SCRIPTS = 16
_LINE = 8 * 1024
_CAPABILITIES = (
    b'"IMPLEMENTATION" "balt demo"\r\n"VERSION" "1.0"\r\n"SASL" "PLAIN"\r\n'
    b'"SIEVE" "fileinto reject envelope vacation include variables relational date"\r\n'
)
_WORD = re.compile(rb' *(?:"((?:[^"\\]|\\["\\])*)"|\{(\d{1,9})\+?\}\Z|([A-Za-z0-9]+))')


class RefusedError(Exception):
    """What is answered by NO: its response code, "" for none."""


class Scripts:
    """The scripts of one BAL, and the one in service ("" for none)."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.active = b""

    def need_room(self, name: bytes, size: int) -> None:
        if size > LARGEST:
            raise RefusedError("QUOTA/MAXSIZE")
        if name not in self.kept and len(self.kept) >= _MOST_SCRIPTS:
            raise RefusedError("QUOTA/MAXSCRIPTS")

    def get(self, name: bytes) -> bytes:
        if name not in self.kept:
            raise RefusedError("NONEXISTENT")
        return self.kept[name]

    def put(self, name: bytes, script: bytes) -> None:
        self.need_room(name, len(script))
        self.kept[name] = script

    def activate(self, name: bytes) -> None:
        if name:
            self.get(name)
        self.active = name

    def delete(self, name: bytes) -> None:
        self.get(name)
        if name == self.active:
            raise RefusedError("ACTIVE")
        del self.kept[name]

    def answer(self, command: "Command") -> bytes:
        """What comes before the OK. RefusedError for NO, IndexError where a string is missing."""
        texts = command.texts
        match command.name:
            case "LISTSCRIPTS":
                return b"".join(map(self._listed, self.kept))
            case "GETSCRIPT":
                return _string(self.get(texts[0])) + b"\r\n"
            case "CHECKSCRIPT":
                self.need_room(b"", len(texts[0]))
            case "HAVESPACE":
                self.need_room(texts[0], command.number)
            case "PUTSCRIPT":
                self.put(texts[0], texts[1])
            case "SETACTIVE":
                self.activate(texts[0])
            case "DELETESCRIPT":
                self.delete(texts[0])
            case _:
                raise RefusedError("")
        return b""

    def _listed(self, name: bytes) -> bytes:
        return _string(name) + (b" ACTIVE\r\n" if name == self.active else b"\r\n")


class SieveServer:
    """Serves the scripts of these users (name and password) on ``port``; a context manager."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self.scripts = {user: Scripts() for user in passwords}
        self.log: deque[str] = deque(maxlen=1_000)
        self._server = _Server((HOST, 0), _Handler)
        self._passwords = self._server.passwords = dict(passwords)
        self._server.scripts = self.scripts
        self._server.log = self.log.append
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, name="demo-sieve", daemon=True)

    def close_account(self, user: str) -> None:
        """From now on nobody gets at the scripts of this user."""
        self._passwords.pop(user, None)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    passwords: Mapping[str, str]
    scripts: Mapping[str, Scripts]
    log: Callable[[str], None]


class Command(NamedTuple):
    """A command in upper case, its strings, and its number (0 for none)."""

    name: str
    texts: list[bytes]
    number: int


class _Handler(socketserver.StreamRequestHandler):
    """One connection."""

    server: _Server
    timeout = 600
    scripts: Scripts | None = None

    def handle(self) -> None:
        self.wfile.write(_CAPABILITIES + b"OK\r\n")
        try:
            while (command := self._command()) is not None and self._answer(command):
                pass
        except (OSError, ValueError):  # the other side has gone, or speaks another language
            return

    def _answer(self, command: Command) -> bool:
        """Do a command; False once the conversation is over."""
        self.server.log(command.name)
        try:
            if command.name == "AUTHENTICATE":
                self._log_in(command.texts)
            elif command.name in ("CAPABILITY", "STARTTLS", "NOOP", "LOGOUT"):
                if command.name == "STARTTLS":
                    raise RefusedError("")
                self.wfile.write(_CAPABILITIES if command.name == "CAPABILITY" else b"")
            elif self.scripts is None:
                raise RefusedError("")
            else:
                self.wfile.write(self.scripts.answer(command))
        except RefusedError as refusal:
            code = str(refusal)
            self.wfile.write(b"NO (%b)\r\n" % code.encode() if code else b"NO\r\n")
        except IndexError:
            self.wfile.write(b"NO\r\n")
        else:
            self.wfile.write(b"OK\r\n")
        return command.name != "LOGOUT"

    def _log_in(self, texts: list[bytes]) -> None:
        """SASL PLAIN with its message in the command."""
        try:
            acting, user, password = base64.b64decode(texts[1], validate=True).split(b"\0")
        except (binascii.Error, ValueError):
            raise RefusedError("") from None
        name = user.decode("utf-8", "replace")
        expected = self.server.passwords.get(name, "").encode()
        right = hmac.compare_digest(password, expected) and bool(expected)
        if texts[0].upper() != b"PLAIN" or not right or acting not in (b"", user):
            raise RefusedError("")
        self.scripts = self.server.scripts[name]

    def _command(self) -> Command | None:
        """The next command; None at the end. ValueError for what is none."""
        name, texts, number = "", [], 0
        while line := self.rfile.readline(_LINE):
            literal = None
            text, place = line.rstrip(b"\r\n"), 0
            while text[place:].strip():
                found = _WORD.match(text, place)
                if found is None:
                    raise ValueError(name)
                quoted, literal, word = found.groups()
                place = found.end()
                if quoted is not None:
                    texts.append(re.sub(rb'\\(["\\])', rb"\1", quoted))
                elif word and not name:
                    name = word.decode("ascii").upper()
                elif word:
                    number = int(word)
            if literal is None:
                return Command(name, texts, number)
            if int(literal) > 2 * LARGEST:
                raise ValueError(name)
            texts.append(self.rfile.read(int(literal)))
        return None


def _string(octets: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(octets), octets)
