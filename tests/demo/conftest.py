"""An empty server for each test, and the practice once for all tests that only look."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest

from balt.demo.practice import Practice, make_practice
from balt.demo.server import DemoServer
from tests.demo.raw_client import RawClient

TODAY = date(2026, 11, 22)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A server with one account, ``essai``, on an empty mailbox."""
    with DemoServer(password="pass") as running:
        running.add_account("essai")
        yield running


@pytest.fixture
def connect(server: DemoServer) -> Iterator[Callable[[], RawClient]]:
    """Opens one more connection to ``essai``."""
    with ExitStack() as open_ones:
        yield lambda: open_ones.enter_context(RawClient(server.port, "essai"))


@pytest.fixture
def client(connect: Callable[[], RawClient]) -> RawClient:
    return connect()


@pytest.fixture(scope="session")
def practice() -> Practice:
    return make_practice(1, TODAY)
