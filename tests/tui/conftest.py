"""The practice of the demo, fresh for each test that changes it; a keyboard that does not dawdle."""

import asyncio
from collections.abc import Iterator

import pytest

from balt.cli.demo import Demo, running_demo
from tests.tui.driver import NOW


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each key, Textual's pilot waits for an idle processor: most of the time that these tests would
    take. They wait for what they look at.
    """

    async def a_turn(_least: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr("textual.app.wait_for_idle", a_turn)


@pytest.fixture
def demo() -> Iterator[Demo]:
    """A demo of this test alone, as it stands on the day of ``NOW``."""
    with running_demo(seed=1, today=NOW.date()) as running:
        yield running


@pytest.fixture(scope="module")
def shared_demo() -> Iterator[Demo]:
    """A demo that the tests of a module look at and do not change."""
    with running_demo(seed=1, today=NOW.date()) as running:
        yield running
