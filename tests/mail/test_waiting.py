"""Waiting for sockets: those that can be read, in time, and however many descriptors there are."""

import fcntl
import resource
import socket
from collections.abc import Iterator

import pytest

from balt.mail.waiting import Bell, readable

SECONDS = 20.0
HIGH = 1500


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def room_for_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard <= HIGH:
        pytest.skip("this machine allows too few descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, HIGH + 100), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_sockets_that_can_be_read_are_told(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    ours.send(b"!")
    assert readable(SECONDS, ours, theirs) == [theirs]
    theirs.send(b"!")
    assert readable(SECONDS, ours, theirs) == [ours, theirs]


def test_a_wait_ends_with_its_time(pair: tuple[socket.socket, socket.socket]) -> None:
    for seconds in (0.05, 0, -1):
        assert readable(seconds, *pair) == []


def test_the_end_of_a_line_can_be_read(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.shutdown(socket.SHUT_RDWR)
    assert readable(SECONDS, ours) == [ours]


def test_a_closed_socket_is_an_error_and_not_an_endless_wait(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    pair[0].close()
    with pytest.raises((OSError, ValueError)):
        readable(SECONDS, pair[0])


@pytest.mark.usefixtures("room_for_descriptors")
def test_descriptors_may_be_high(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    high = fcntl.fcntl(ours.fileno(), fcntl.F_DUPFD, HIGH)
    with socket.socket(fileno=high) as far:
        assert readable(0, far) == []
        theirs.send(b"!")
        assert readable(SECONDS, far) == [far]


def test_a_bell_rings_until_it_is_silenced() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    bell.wait(SECONDS)
    assert readable(0, bell.ear) == [bell.ear]
    bell.silence()
    assert readable(0, bell.ear) == []
    bell.close()
