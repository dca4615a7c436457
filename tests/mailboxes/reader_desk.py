"""Readers of both sources of the directory, and what they are made from: a real server, a real file."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from balt.clock import FixedClock
from balt.config import Account, Config, Person
from balt.config.model import DirectorySettings
from balt.demo.directory import DirectoryServer
from balt.mailboxes.directory_reader import DirectoryReader
from balt.secrets import Secrets
from tests.support.demo import NOW
from tests.support.directory import KEY

RPPS = "10999990012"
VARIABLE = "BALT_TEST_API_KEY"


class Desk:
    """A configuration to be completed, the key as the environment gives it, and readers made from both."""

    def __init__(self, server: DirectoryServer, folder: Path, running: ExitStack) -> None:
        self.server = server
        self.folder = folder
        self.environ = {VARIABLE: KEY}
        self._running = running

    def settings(
        self, *addresses: str, api: bool = True, file: Path | None = None, rpps: str = RPPS
    ) -> Config:
        directory = DirectorySettings(file, self.server.base_url, (), VARIABLE if api else "")
        accounts = tuple(Account(each) for each in addresses)
        return Config(accounts=accounts, person=Person("Dr Camille EXEMPLE", rpps), directory=directory)

    def reader(self, config: Config, ticks: Callable[[], float] = time.monotonic) -> DirectoryReader:
        """One that is closed at the end of the test."""
        reader = DirectoryReader(config, Secrets(environ=self.environ), FixedClock(NOW), self.folder, ticks)
        self._running.callback(reader.close)
        return reader

    def asked(self) -> list[str]:
        """What the server was asked so far, without the way to it."""
        return [request.target.removeprefix("/fhir/v2/") for request in self.server.requests]
