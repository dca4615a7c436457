"""A directory that answers by what it is asked, and the client that asks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from balt.clock import FixedClock
from balt.directory.client import DirectoryClient, Limits
from tests.directory.fake_api import Asked, FakeApi
from tests.directory.fhir_data import bundle

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CLOCK = FixedClock(NOON)
Answers = dict[str, Any]


class Directory:
    """An API that answers by what is asked: the resource and one of its parameters, else nothing."""

    def __init__(self, client: DirectoryClient, api: FakeApi, answers: dict[str, Any]) -> None:
        self.client = client
        self.api = api
        self.answers = answers

    @property
    def questions(self) -> list[str]:
        return [
            f"{each.resource}?" + "&".join(f"{name}={value}" for name, value in each.parameters)
            for each in self.api.asked
        ]


@contextmanager
def scripted_directory() -> Iterator[Directory]:
    """A directory that knows nothing yet: fill its ``answers``."""
    answers: Answers = {}

    def answer(asked: Asked) -> Any:
        for name, value in asked.parameters:
            found = answers.get(f"{asked.resource}?{name}={value}")
            if found is not None:
                return found
        return bundle(total=0)

    with FakeApi(answer=answer) as api:
        client = DirectoryClient(api.base_url, lambda: "cle", CLOCK, limits=Limits(calls_per_second=1000))
        with client:
            yield Directory(client, api, answers)
