"""What the readers of the directory are tested with."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest

from balt.demo.directory import DirectoryServer, extraction_of
from tests.mailboxes.reader_desk import Desk
from tests.support.demo import NOW
from tests.support.directory import practice_directory


@pytest.fixture
def desk(directory_server: DirectoryServer, tmp_path: Path) -> Iterator[Desk]:
    """Readers of the demo's directory; their index is in a folder of the test."""
    with ExitStack() as running:
        yield Desk(directory_server, tmp_path / "data", running)


@pytest.fixture
def extraction(tmp_path: Path) -> Path:
    """The day's extraction of the demo's directory, as if it had been copied here by hand."""
    name, text = extraction_of(practice_directory(), NOW)
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def no_network(desk: Desk) -> Iterator[None]:
    """Whoever opens a connection or asks for a name fails the test."""

    def forbidden(*_arguments: object, **_options: object) -> NoReturn:
        raise AssertionError("the network was asked")

    with pytest.MonkeyPatch.context() as patch:
        for place, name in ((socket.socket, "connect"), (socket, "getaddrinfo")):
            patch.setattr(place, name, forbidden)
        yield
