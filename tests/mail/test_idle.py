"""Waiting for news of the open folder: what counts as news, and how each wait ends."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from balt.config import Account
from balt.errors import ConnectionFailedError, RefusedError
from balt.mail.compress import start
from balt.mail.connect import open_wire
from balt.mail.idle import pause, wait_for_news
from balt.mail.line import CHUNK, CutError
from balt.mail.login import log_in
from balt.mail.wire import Wire
from tests.mail.scripted import Handler, ScriptedServer, refusing
from tests.support.dovecot import PASSWORD, Dovecot

SECONDS = 20.0
MAIL = b"Subject: essai\r\n\r\nx\r\n"


class Bell:
    """Wakes who waits."""

    def __init__(self) -> None:
        self.ear, self._cord = socket.socketpair()

    def ring(self) -> None:
        self._cord.send(b"!")

    def close(self) -> None:
        self.ear.close()
        self._cord.close()


@pytest.fixture
def bell() -> Iterator[Bell]:
    made = Bell()
    yield made
    made.close()


def saying(*words: bytes, before_plus: bytes = b"", after_done: bytes = b"") -> Handler:
    """IDLE that says ``words`` one by one, then waits for DONE."""

    def idle(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        sock.sendall(before_plus + b"+ idling\r\n")
        for word in words:
            sock.sendall(word)
        while (heard := sock.recv(100)) and not heard.startswith(b"DONE"):
            pass
        sock.sendall(after_done + tag + b" OK done\r\n")

    return idle


def waited(idle: Handler | bytes, bell: Bell, seconds: float = SECONDS) -> bool:
    """What a wait on a scripted server tells; the line must be good for a command afterwards."""
    with ScriptedServer({"IDLE": idle}) as server:
        wire = open_wire(server.account())
        told = wait_for_news(wire, bell.ear, seconds)
        wire.run(b"NOOP")
        wire.line.close()
        return told


def examined(account: Account, compressed: bool) -> Wire:
    """A line on which INBOX is open for looking."""
    wire = open_wire(account)
    log_in(wire, account, wire.capabilities(), lambda: PASSWORD)
    assert start(wire, wire.capabilities(), on_loopback=compressed) is compressed
    wire.run(b"EXAMINE INBOX")
    return wire


@pytest.mark.parametrize(
    "news",
    [b"* 23 EXISTS\r\n", b"* 4 EXPUNGE\r\n", b"* VANISHED 405,407\r\n", b"* 3 fetch (FLAGS (\\Seen))\r\n"],
)
def test_mail_that_comes_goes_or_changes_is_news(bell: Bell, news: bytes) -> None:
    assert waited(saying(news), bell)


@pytest.mark.parametrize("words", [b"* OK Still here\r\n", b"* 0 RECENT\r\n", b"* CAPABILITY IMAP4rev1\r\n"])
def test_a_sign_of_life_is_no_news(bell: Bell, words: bytes) -> None:
    assert not waited(saying(words), bell, seconds=0.3)


def test_news_after_a_sign_of_life_is_heard(bell: Bell) -> None:
    assert waited(saying(b"* OK Still here\r\n", b"* 24 EXISTS\r\n"), bell)


def test_news_that_comes_before_the_server_is_ready_counts(bell: Bell) -> None:
    assert waited(saying(before_plus=b"* 24 EXISTS\r\n"), bell)


def test_news_that_comes_while_the_waiting_ends_counts(bell: Bell) -> None:
    bell.ring()
    assert waited(saying(after_done=b"* 24 EXISTS\r\n"), bell)


def test_news_in_pieces_is_put_together(bell: Bell) -> None:
    assert waited(saying(b"* 2", b"4 EXI", b"STS\r", b"\n"), bell)


def test_a_bell_ends_the_wait_even_in_the_middle_of_a_line(bell: Bell) -> None:
    threading.Timer(0.2, bell.ring).start()
    assert not waited(saying(b"* OK half a li", after_done=b"ne\r\n"), bell)


def test_a_wait_ends_when_its_time_is_over(bell: Bell) -> None:
    assert not waited(saying(), bell, seconds=0.2)


@pytest.mark.parametrize("status", [b"NO", b"BAD"])
def test_a_server_that_refuses_is_told_and_the_line_stays_good(bell: Bell, status: bytes) -> None:
    with ScriptedServer({"IDLE": refusing(status=status)}) as server:
        wire = open_wire(server.account())
        with pytest.raises(RefusedError):
            wait_for_news(wire, bell.ear, SECONDS)
        wire.run(b"NOOP")


def test_a_server_that_ends_the_waiting_by_itself_is_taken_at_its_word(bell: Bell) -> None:
    def ends(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        sock.sendall(b"+ \r\n" + tag + b" OK that is all\r\n")

    assert not waited(ends, bell)
    assert not waited(b"", bell)


def test_a_server_that_says_goodbye_cuts_the_line(bell: Bell) -> None:
    def leaves(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.sendall(b"+ \r\n* BYE secret words\r\n")
        sock.shutdown(socket.SHUT_RDWR)

    with ScriptedServer({"IDLE": leaves}) as server:
        wire = open_wire(server.account())
        with pytest.raises(CutError, match="mis fin") as raised:
            wait_for_news(wire, bell.ear, SECONDS)
        assert "secret" not in str(raised.value)
        assert not wire.line.is_open


def test_a_server_that_hangs_up_cuts_the_line(bell: Bell) -> None:
    def leaves(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.sendall(b"+ \r\n")
        sock.shutdown(socket.SHUT_RDWR)

    with ScriptedServer({"IDLE": leaves}) as server, pytest.raises(CutError):
        wait_for_news(open_wire(server.account()), bell.ear, SECONDS)


def test_a_line_cut_from_another_thread_ends_the_wait(bell: Bell) -> None:
    with ScriptedServer({"IDLE": saying()}) as server:
        wire = open_wire(server.account())
        threading.Timer(0.2, wire.line.close).start()
        with pytest.raises(CutError):
            wait_for_news(wire, bell.ear, SECONDS)


@pytest.mark.parametrize("flood", [b"* OK Still here\r\n" * 10_000, b"x" * 4 * CHUNK])
def test_a_server_that_never_stops_talking_is_left(bell: Bell, flood: bytes) -> None:
    def talks(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.sendall(b"+ \r\n")
        with suppress(OSError):
            for _part in range(100):
                sock.sendall(flood)

    with ScriptedServer({"IDLE": talks}) as server:
        wire = open_wire(server.account())
        with pytest.raises(ConnectionFailedError, match=r"incompréhensible|trop longue"):
            wait_for_news(wire, bell.ear, SECONDS)
        assert not wire.line.is_open


def test_a_server_that_does_not_end_the_waiting_is_given_up(bell: Bell) -> None:
    def deaf(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.sendall(b"+ \r\n")
        sock.recv(100)

    bell.ring()
    with ScriptedServer({"IDLE": deaf}) as server:
        wire = open_wire(server.account(timeout=0.5))
        with pytest.raises(ConnectionFailedError, match="ne répond plus"):
            wait_for_news(wire, bell.ear, SECONDS)


def test_a_wait_leaves_the_time_out_of_the_line_as_it_was(bell: Bell) -> None:
    with ScriptedServer({"IDLE": saying(b"* 1 EXISTS\r\n")}) as server:
        wire = open_wire(server.account(timeout=77.0))
        assert wait_for_news(wire, bell.ear, SECONDS)
        assert wire.line.timeout == 77.0


@pytest.mark.parametrize(
    ("security", "compressed"), [("none", False), ("none", True), ("tls", False), ("tls", True)]
)
def test_a_real_server_tells_of_a_new_message(
    dovecot: Dovecot, bell: Bell, security: str, compressed: bool
) -> None:
    account = dovecot.account(security=security)
    dovecot.deliver(account.username, MAIL)
    wire = examined(account, compressed)
    told: list[bool] = []
    waiting = threading.Thread(target=lambda: told.append(wait_for_news(wire, bell.ear, SECONDS)))
    waiting.start()
    dovecot.deliver(account.username, MAIL)
    waiting.join(SECONDS)
    assert told == [True]
    bell.ring()
    assert not wait_for_news(wire, bell.ear, SECONDS)
    wire.run(b"NOOP")
    wire.line.close()


def test_a_pause_ends_with_its_time_or_with_the_bell(bell: Bell) -> None:
    assert pause(bell.ear, 0.05)
    bell.ring()
    assert not pause(bell.ear, SECONDS)
