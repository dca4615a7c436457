"""Waiting for sockets and for other threads; ``select`` itself would know no descriptor above 1023."""

import contextlib
import selectors
import socket

_Selector: type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.DefaultSelector)
"""Poll, where there is one: unlike what is the default it needs no descriptor of its own."""


def readable(seconds: float, *sockets: socket.socket) -> list[socket.socket]:
    """Those of ``sockets`` that can be read, or were ended; none when ``seconds`` have passed. Raises
    OSError or ValueError for one that is closed.
    """
    with _Selector() as selector:
        for each in sockets:
            selector.register(each, selectors.EVENT_READ)
        ready = [key.fileobj for key, _events in selector.select(max(seconds, 0))]
        return [each for each in sockets if each in ready]


class Bell:
    """Ends a wait in another thread. Rings once, however often it was rung, until it is silenced.

    A socket, because that is what can be awaited beside a connection on every system.
    """

    def __init__(self) -> None:
        self.ear, self._cord = socket.socketpair()
        self.ear.setblocking(False)
        self._cord.setblocking(False)

    def ring(self) -> None:
        with contextlib.suppress(OSError):  # full: it rings already
            self._cord.send(b"!")

    def silence(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self.ear.recv(4096):
                pass

    def wait(self, seconds: float) -> None:
        """Wait for the bell, at most ``seconds``."""
        readable(seconds, self.ear)

    def close(self) -> None:
        self.ear.close()
        self._cord.close()
