"""Waiting for what happens in the open folder: IDLE (RFC 2177), or time alone where the server has none."""

import socket
import time

from balt.mail.waiting import readable
from balt.mail.wire import MIB, Answer, Limits, Wire

_LIMITS = Limits(line=MIB // 16, literal=MIB // 16, total=MIB)
_PATIENCE = 15.0  # seconds for a server to begin and to end the waiting: somebody's job may be next
_MOST_LINES = 200  # an honest server says nothing new every two minutes or so


def wait_for_news(wire: Wire, wake: socket.socket, seconds: float) -> bool:
    """Whether messages came, went or changed in the open folder, within at most ``seconds``.

    Returns early, true, with news; early, false, when ``wake`` can be read. What the server says while the
    waiting is ended counts: news is never lost. Raises RefusedError where the server refuses to tell,
    ConnectionFailedError (CutError) where the line fails.
    """
    usual = wire.line.timeout
    wire.line.set_timeout(min(usual, _PATIENCE))
    try:
        with wire.command(b"IDLE", limits=_LIMITS) as answer:
            answer.send_more(b"")
            if not answer.ended:
                _listen(wire, answer, wake, seconds)
            if not answer.ended:
                wire.line.begin(_LIMITS.total)
                wire.line.send(b"DONE\r\n")
                for _response in answer:
                    pass
            return answer.changed
    finally:
        wire.line.set_timeout(usual)


def _listen(wire: Wire, answer: Answer, wake: socket.socket, seconds: float) -> None:
    """Take each line as it comes until there is news, or none is awaited any more."""
    until = time.monotonic() + seconds
    for _line in range(_MOST_LINES):
        if answer.changed or not wire.line.wait(wake, until - time.monotonic()):
            return
        wire.line.begin(_LIMITS.total)
        if answer.next() is None:
            return
    raise answer.too_much()


def pause(wake: socket.socket, seconds: float) -> bool:
    """Wait ``seconds``; false when ``wake`` can be read before that."""
    return not readable(seconds, wake)
