"""A proxy between balt and a mail server that makes one fault at one place.

It reads the line in both directions as IMAP does, command by command and response by response (RFC 3501
section 2.2), and asks its ``Fault`` what becomes of each; before a command goes on to the server,
``Case.hold`` is told of it, so that the archive can be looked into at that very moment. On a line under TLS,
which it cannot read, only octets are counted.
"""

import contextlib
import os
import re
import select
import signal
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.units import Splitter, quoted_word, tag_of, verb_of

CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of zero seconds: closing sends RST and not FIN."""


class CutError(Exception):
    """The line ends here."""


@dataclass
class Tape:
    """What went over the line in one run of the client, over all its connections."""

    commands: list[bytes] = field(default_factory=list)
    responses: list[bytes] = field(default_factory=list)
    octets: dict[str, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    units: list[bytes] = field(default_factory=list)
    """What came down, in order."""

    def place_of(self, text: bytes) -> int:
        """How many octets came down before this text did for the first time."""
        return b"".join(self.units).index(text)


class Fault:
    """What the proxy does to the line; this one does nothing to it. A fault serves one run.

    ``number`` counts from 0 over all connections of the run; ``way`` is ``"up"`` (to the server) or
    ``"down"``. Each method gives what goes on, b"" for nothing.
    """

    name = "no fault"
    inject: dict[str, object] | None = None
    """What ``tests.faults.inject`` does inside the client, None for nothing."""
    timeout = 20.0
    """The client's own patience with the server (seconds)."""
    deadline = 40.0
    """Seconds after which a client that is still at work counts as hung."""
    answers = frozenset({0, 1, 3, 4})
    """The exit codes with which ``balt apply`` may end by itself (contract)."""
    hides = False
    """Whether the client may be made to believe, for good, that a message is not there, or another one."""
    no_room = False
    """Whether the server says that there is none, so that something must go before anything comes."""
    fired = False
    """Whether its place was reached."""

    def command(self, relay: "Relay", number: int, command: bytes) -> bytes:
        """A command before the server sees it."""
        return command

    def response(self, relay: "Relay", number: int, response: bytes) -> bytes:
        """An untagged response before the client sees it."""
        return response

    def answer(self, relay: "Relay", number: int, answer: bytes) -> bytes:
        """The tagged end of the answer to command ``number``, which the server has carried out."""
        return answer

    def answered(self, relay: "Relay", number: int) -> None:
        """The client has been sent the answer to command ``number``."""

    def octets(self, relay: "Relay", way: str, offset: int, data: bytes) -> bytes:
        """Octets of one direction, of which ``offset`` came before."""
        return data

    def judge(self, folder: Path, deletions: Sequence[float]) -> list[str]:
        """What else was broken, once the client has ended in ``folder``; ``deletions`` are the moments
        (``time.monotonic``) at which a deleting command went to the server.
        """
        return []


@dataclass
class Case:
    """One run of the client through the proxy."""

    fault: Fault = field(default_factory=Fault)
    hold: Callable[["Relay", bytes], None] | None = None
    hide: tuple[bytes, ...] = ()
    """Capabilities that the client is not told of."""
    tape: Tape = field(default_factory=Tape)
    deletions: list[float] = field(default_factory=list)
    pid: int = 0
    has_pid: threading.Event = field(default_factory=threading.Event)

    def send(self, which: signal.Signals) -> None:
        """A signal to the client."""
        if self.has_pid.wait(10):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, which)


class Proxy:
    """Listens on a port of its own, for one client at a time; a context manager."""

    def __init__(self, server_port: int, *, tls: bool = False) -> None:
        self.tls = tls
        self.case = Case()
        self._server_port = server_port
        self._relays: set[Relay] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drain()

    def use(self, case: Case) -> None:
        """What comes from now on belongs to this run."""
        self.case = case

    def drain(self) -> None:
        """End every connection, and wait until their threads have ended."""
        for relay in list(self._relays):
            relay.end()
        for thread in self._threads:
            thread.join(10)
        self._threads.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            relay = Relay(self.case, client, self._server_port, tls=self.tls)
            self._relays.add(relay)
            thread = threading.Thread(target=self._serve, args=(relay,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, relay: "Relay") -> None:
        try:
            relay.run()
        finally:
            self._relays.discard(relay)


class Relay:
    """One connection of the client, and the one to the server that belongs to it."""

    def __init__(self, case: Case, client: socket.socket, server_port: int, *, tls: bool) -> None:
        self.case = case
        self.client = client
        self.folder = ""
        self.writable = False
        self.stalled = False
        self.trickle: Callable[[bytes], None] | None = None
        self._tls = tls
        self._server_port = server_port
        self._wake, self._woken = socket.socketpair()
        self._commands, self._responses = Splitter(), Splitter()
        self._numbers: dict[bytes, int] = {}
        self._asked = 0

    def run(self) -> None:
        """Carry octets both ways until one side ends the line, or the fault does."""
        try:
            with socket.create_connection(("127.0.0.1", self._server_port), timeout=10) as self.server:
                self.server.settimeout(20)
                for each in (self.client, self.server):  # else each small answer waits 40 ms
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with contextlib.suppress(CutError, OSError):
                    self._carry()
        finally:
            for each in (self.client, self._wake, self._woken):
                each.close()

    def end(self) -> None:
        """End this connection, from another thread."""
        with contextlib.suppress(OSError):
            self._wake.send(b"x")

    # What a fault may do

    def kill(self) -> None:
        """Kill the client; nothing more goes either way."""
        self.case.send(signal.SIGKILL)
        raise CutError

    def cut(self, *, reset: bool = False) -> None:
        """End the line, with FIN or with RST; nothing more goes either way."""
        if reset:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        raise CutError

    def reply(self, data: bytes) -> None:
        """Say something to the client in the server's place."""
        self._to_client(data)

    # Both ways

    def _carry(self) -> None:
        self.client.settimeout(20)
        while True:
            ready, _, _ = select.select([self.client, self.server, self._woken], [], [])
            if self._woken in ready:
                return
            for sock, heard in ((self.client, self._from_client), (self.server, self._from_server)):
                if sock in ready:
                    data = sock.recv(CHUNK)
                    if not data:
                        return
                    heard(data)

    def _from_client(self, data: bytes) -> None:
        if self._tls:
            self._to_server(data)
            return
        for command in self._commands.feed(data):
            number = len(self.case.tape.commands)
            self.case.tape.commands.append(command)
            self._numbers[tag_of(command)] = number
            passed = self.case.fault.command(self, number, command)
            if passed:
                if self.case.hold:
                    self.case.hold(self, passed)
                self._note_folder(passed)
                self._to_server(passed)
        if self._commands.waits:  # a command goes on as a whole: the octets are asked for here
            self._asked += 1
            self._to_client(b"+ go on\r\n")

    def _from_server(self, data: bytes) -> None:
        if self._tls:
            self._to_client(data)
            return
        for response in self._responses.feed(data):
            self.case.tape.units.append(response)
            if tag_of(response) == b"+" and self._asked:  # what the client was told already
                self._asked -= 1
                continue
            number = self._numbers.pop(tag_of(response), None)
            if number is None:
                count = len(self.case.tape.responses)
                self.case.tape.responses.append(response)
                self._to_client(self.case.fault.response(self, count, self._hidden(response)))
            else:
                self._to_client(self.case.fault.answer(self, number, self._hidden(response)))
                self.case.fault.answered(self, number)

    def _hidden(self, response: bytes) -> bytes:
        if self.case.hide and b"CAPABILITY " in response[:80]:
            for name in self.case.hide:
                response = re.sub(rb" " + re.escape(name) + rb"(?=[ \]\r])", b"", response)
        return response

    def _note_folder(self, command: bytes) -> None:
        if verb_of(command) in (b"SELECT", b"EXAMINE"):
            self.folder = quoted_word(command)
            self.writable = verb_of(command) == b"SELECT"

    def _to_client(self, data: bytes) -> None:
        data = self._passed("down", data)
        if not data or self.stalled:
            return
        if self.trickle:
            self.trickle(data)
        else:
            self.client.sendall(data)

    def _to_server(self, data: bytes) -> None:
        if data := self._passed("up", data):
            self.server.sendall(data)

    def _passed(self, way: str, data: bytes) -> bytes:
        octets = self.case.tape.octets
        offset = octets[way]
        octets[way] += len(data)
        return self.case.fault.octets(self, way, offset, data)
