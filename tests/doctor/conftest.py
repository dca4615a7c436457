"""What the tests of first contact share: servers that speak something else, and the checks by name."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.doctor.model import Check
from balt.doctor.trying import try_account
from tests.support.dovecot import PASSWORD
from tests.support.tls import Certificates


def tried(account: Account, password: str = PASSWORD) -> dict[str, Check]:
    """The checks of an account by name, in their order."""
    return {check.id: check for check in try_account(account, lambda: password, SystemClock())}


@contextmanager
def server_saying(words: bytes) -> Iterator[int]:
    """The port of a server that says ``words`` to everybody, then no more until the other side leaves."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.sendall(words)
            while client.recv(4096):
                pass

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _peer = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of every kind."""
    return Certificates(tmp_path_factory.mktemp("certificates"))
