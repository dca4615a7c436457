"""Opening a connection without outlasting the question: every address of a host, one after the other.

The system's resolver has no time limit of its own, and a host may have any number of addresses that keep
silent. So each step is made in a thread of its own, while this one looks at the question's ``Patience``.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import httpcore

from balt.directory.patience import SLICE, Patience

T = TypeVar("T")
GRACE = 1.0
"""Seconds that a step which has a limit of its own is given beyond it, to tell its own reason."""


def dial(
    host: str,
    port: int,
    patience: Patience,
    seconds: float,
    local_address: str | None = None,
    options: Iterable[Any] | None = None,
) -> httpcore.NetworkStream:
    """A connection to the first address that answers; ``seconds`` for the name, and for each address.

    Raises httpcore's errors or TimeoutError (the last address's), UnicodeError for a name that cannot be
    one, and what ``Patience.check`` raises.
    """
    backend = httpcore.SyncBackend()
    failed: Exception = httpcore.ConnectError()
    for place in resolve(host, port, patience, seconds):
        patience.check()
        patient = patience.at_most(seconds)
        reach = partial(backend.connect_tcp, place, port, patient, local_address, options)
        try:
            return aside(reach, patience, patient + GRACE, httpcore.NetworkStream.close)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, TimeoutError) as error:
            failed = error
    raise failed


def resolve(host: str, port: int, patience: Patience, seconds: float) -> list[str]:
    """The addresses of a host, each once. Raises as ``dial`` does."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        answers = aside(ask, patience, seconds)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(place[0]) for *_family, place in answers))


def aside(
    work: Callable[[], T], patience: Patience, seconds: float, undo: Callable[[T], None] = lambda _late: None
) -> T:
    """What a piece of work gives or raises, waited for in slices. ``undo`` gets what it gives too late.

    Raises TimeoutError after ``seconds``, and what ``Patience.check`` raises.
    """
    given: list[T] = []
    raised: list[Exception] = []
    left_alone = False
    turn = threading.Lock()

    def do() -> None:
        try:
            result = work()
        except Exception as error:  # raised again where it is waited for
            raised.append(error)
            return
        with turn:
            given.append(result)
            late = left_alone
        if late:
            undo(result)

    worker = threading.Thread(target=do, daemon=True)
    worker.start()
    waited = 0.0
    try:
        while worker.is_alive():
            patience.check()
            if waited >= seconds:
                raise TimeoutError
            part = max(min(SLICE, patience.left, seconds - waited), 0.001)
            worker.join(part)
            waited += part
    except BaseException:
        with turn:
            left_alone = True
            late = list(given)
        for each in late:
            undo(each)
        raise
    if raised:
        raise raised[0]
    return given[0]
