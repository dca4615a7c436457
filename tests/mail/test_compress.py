"""The line deflated both ways: the same answers, the same limits, and nothing left behind inside zlib."""

import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from balt.config import Account
from balt.errors import ConnectionFailedError
from balt.mail.compress import Deflate, start
from balt.mail.connect import open_wire
from balt.mail.line import CHUNK, CutError, Line
from balt.mail.login import log_in
from balt.mail.wire import Limits, Wire
from tests.mail.scripted import ScriptedServer, refusing
from tests.support.dovecot import PASSWORD, Dovecot

OFFER = frozenset({"COMPRESS=DEFLATE"})
SECONDS = 60


class Far:
    """The other end of a line that is deflated both ways, written without balt's own code."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._out = zlib.compressobj(wbits=-15)
        self._in = zlib.decompressobj(wbits=-15)

    def say(self, data: bytes, how: int = zlib.Z_SYNC_FLUSH) -> None:
        self.say_raw(self._out.compress(data) + self._out.flush(how))

    def say_raw(self, octets: bytes) -> None:
        """Send without waiting until it is read."""
        threading.Thread(target=self._send, args=(octets,), daemon=True).start()

    def _send(self, octets: bytes) -> None:
        with suppress(OSError):
            self._sock.sendall(octets)

    def hear(self) -> bytes:
        return self._in.decompress(self._sock.recv(65536))

    def hang_up(self) -> None:
        self._sock.shutdown(socket.SHUT_WR)


@contextmanager
def deflated_line() -> Iterator[tuple[Line, Far]]:
    """A line that is deflated from its first octet, and its other end."""
    ours, theirs = socket.socketpair()
    line = Line(ours, 5.0, "essai@medecin.mssante.fr")
    line.start_deflate(Deflate())
    try:
        yield line, Far(theirs)
    finally:
        line.close()
        theirs.close()


def logged_in(account: Account) -> tuple[Wire, frozenset[str]]:
    wire = open_wire(account)
    log_in(wire, account, wire.capabilities(), lambda: PASSWORD)
    return wire, wire.capabilities()


def becomes(told: bool, line: Line) -> bool:
    """Whether ``looks_alive`` says so before the deadline."""
    deadline = time.monotonic() + SECONDS
    while (alive := line.looks_alive()) is not told and time.monotonic() < deadline:
        time.sleep(0.01)
    return alive is told


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_a_real_server_says_the_same_with_and_without(dovecot: Dovecot, security: str) -> None:
    account = dovecot.account(security=security)
    dovecot.deliver_all(account.username, [(b"Subject: essai\r\n\r\nx\r\n", None, ())] * 300)

    def answers(on_loopback: bool) -> list[bytes]:
        wire, offered = logged_in(account)
        assert start(wire, offered, on_loopback=on_loopback) is on_loopback
        wire.run(b"EXAMINE INBOX")
        said = [one.head for one in wire.run(b"UID FETCH 1:* (UID RFC822.SIZE ENVELOPE)")]
        assert wire.line.looks_alive()
        wire.line.close()
        return said

    assert answers(on_loopback=True) == answers(on_loopback=False)


def test_a_large_message_goes_out_deflated(dovecot: Dovecot) -> None:
    account = dovecot.account()
    wire, offered = logged_in(account)
    assert start(wire, offered, on_loopback=True)
    mail = b"Subject: essai\r\n\r\n" + b"x" * 500_000 + b"\r\n"
    wire.run(b"APPEND INBOX {%d+}\r\n%s" % (len(mail), mail))
    wire.line.close()
    assert f" {len(mail)}\n" in dovecot.doveadm("fetch", "-u", account.username, "size.virtual", "ALL")


def test_a_line_to_this_machine_stays_as_it_is(dovecot: Dovecot) -> None:
    account = dovecot.account()
    sent = dovecot.record(account.username)
    wire, offered = logged_in(account)
    assert offered >= OFFER
    assert not start(wire, offered)
    wire.run(b"NOOP")
    wire.line.close()
    assert b"COMPRESS" not in sent()


def test_a_server_without_it_is_not_asked() -> None:
    with ScriptedServer() as server:
        assert not start(open_wire(server.account()), frozenset({"IMAP4REV1"}), on_loopback=True)
        assert b"COMPRESS DEFLATE" not in server.commands()


def test_a_server_that_refuses_goes_on_without() -> None:
    with ScriptedServer({"COMPRESS": refusing(b"[COMPRESSIONACTIVE] ")}) as server:
        wire = open_wire(server.account())
        assert not start(wire, OFFER, on_loopback=True)
        wire.run(b"NOOP")


def test_what_comes_in_one_packet_with_the_ok_is_inflated_too() -> None:
    def begin(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        packer = zlib.compressobj(wbits=-15)
        news = packer.compress(b"* OK deflated\r\n") + packer.flush(zlib.Z_SYNC_FLUSH)
        sock.sendall(tag + b" OK begin\r\n" + news)

    with ScriptedServer({"COMPRESS": begin}) as server:
        wire = open_wire(server.account())
        assert start(wire, OFFER, on_loopback=True)
        assert wire.line.readline(100)[0] == b"* OK deflated\r\n"


def test_each_command_can_be_read_at_once_by_the_other_side() -> None:
    with deflated_line() as (line, far):
        for command in (b"B1 NOOP\r\n", b"B2 NOOP\r\n"):
            line.send(command)
            assert far.hear() == command


def test_what_waits_inside_zlib_counts_as_unread_and_is_read() -> None:
    text = (b"x" * 98 + b"\r\n") * (3 * CHUNK // 100)
    with deflated_line() as (line, far):
        line.begin(2 * len(text))
        far.say(text)
        lines = 0
        while lines < len(text) // 100:
            assert line.readline(200)[0] == text[:100]
            assert len(line.view()[0]) <= 2 * CHUNK
            lines += 1
            if lines < len(text) // 100:
                assert line.has_unread()
                assert line.looks_alive()
        assert not line.has_unread()


def test_what_is_left_in_zlib_needs_no_more_octets_to_be_inflated() -> None:
    """The last octets of a step can stay in zlib itself when all that came has been taken."""
    deflate = Deflate()
    packer = zlib.compressobj(wbits=-15)
    raw = packer.compress(b"y" * 5000) + packer.flush(zlib.Z_SYNC_FLUSH)
    text = deflate.inflated(raw, 7)
    while deflate.holds_more:
        text += deflate.inflated(b"", 7)
    assert text == b"y" * 5000


def test_the_limit_counts_what_comes_out() -> None:
    with deflated_line() as (line, far):
        line.begin(1_000_000)
        far.say(b"* x\r\n" * 1_000_000)
        with pytest.raises(ConnectionFailedError, match="beaucoup trop longue"):
            line.read(5_000_000)
        assert not line.is_open


def test_octets_that_inflate_to_nothing_count_as_well() -> None:
    with deflated_line() as (line, far):
        line.begin(100_000)
        far.say_raw(b"\x00\x00\x00\xff\xff" * 1_000_000)  # empty stored blocks
        with pytest.raises(ConnectionFailedError, match="beaucoup trop longue"):
            line.readline(100)


@pytest.mark.parametrize("octets", [b"\xff" * 100, b"* OK in clear\r\n"])
def test_what_cannot_be_inflated_ends_the_line_with_a_sentence(octets: bytes) -> None:
    with deflated_line() as (line, far):
        far.say_raw(octets)
        with pytest.raises(ConnectionFailedError, match="incompréhensible"):
            line.readline(100)
        assert not line.is_open


def test_octets_after_the_end_of_what_is_deflated_are_refused() -> None:
    with deflated_line() as (line, far):
        far.say(b"* BYE\r\n", zlib.Z_FINISH)
        assert line.readline(100)[0] == b"* BYE\r\n"
        far.say_raw(b"* OK more\r\n")
        with pytest.raises(ConnectionFailedError, match="incompréhensible"):
            line.readline(100)


def test_a_line_at_rest_is_seen_to_have_ended() -> None:
    with deflated_line() as (line, far):
        assert line.looks_alive()
        far.say(b"* 4 EXISTS\r\n")
        assert becomes(True, line)
        far.say(b"* BYE au revoir\r\n")
        assert becomes(False, line)
    with deflated_line() as (line, far):
        far.say(b"", zlib.Z_FINISH)
        assert becomes(False, line)
    with deflated_line() as (line, far):
        far.say_raw(b"\xff\xff\xff")
        assert becomes(False, line)
    with deflated_line() as (line, far):
        far.hang_up()
        assert becomes(False, line)
        with pytest.raises(CutError):
            line.readline(100)


def test_a_literal_is_read_across_the_steps_of_inflating() -> None:
    body = bytes(range(256)) * 4096
    with deflated_line() as (line, far):
        far.say(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\nB1 OK done\r\n" % (len(body), body))
        limits = Limits(literal=len(body), total=2 * len(body))
        (response,) = Wire(line).run(b"UID FETCH 1 BODY.PEEK[]", limits=limits)
        assert response.pieces[1] == body
