"""The practice of the demo, fresh for each test that changes it; a keyboard that does not dawdle."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from balt.cli.demo import Demo, running_demo
from tests.tui.driver import NOW, settled


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Around each key, Textual's pilot sends a message to every widget and then waits for an idle processor:
    most of the time that these tests would take. Here it waits until the app has nothing left to run.
    """

    async def a_turn(_least: float) -> None:
        await asyncio.sleep(0)

    async def nothing_left(pilot: "Pilot[object]", _timeout: float = 30.0) -> bool:
        return await settled(pilot.app)

    monkeypatch.setattr("textual.app.wait_for_idle", a_turn)
    monkeypatch.setattr("textual.pilot.wait_for_idle", a_turn)
    monkeypatch.setattr("textual.pilot.Pilot._wait_for_screen", nothing_left)


@pytest.fixture(autouse=True, scope="session")
def _styles_read_once() -> Iterator[None]:
    """Every app parses the same style sheets: here each of them once for the colours that it is given."""
    read: Callable[..., list[RuleSet]] = Stylesheet._parse_rules
    kept: dict[tuple[object, ...], list[RuleSet]] = {}

    def once(sheet: Stylesheet, css: str, **how: object) -> list[RuleSet]:
        key = (css, *how.items(), *sheet._variables.items())
        if key not in kept:
            kept[key] = read(sheet, css, **how)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", once)
        yield


@pytest.fixture
def demo() -> Iterator[Demo]:
    """A demo of this test alone, as it stands on the day of ``NOW``."""
    with running_demo(seed=1, today=NOW.date()) as running:
        yield running


@pytest.fixture(scope="session")
def shared_demo() -> Iterator[Demo]:
    """A demo that tests look at and do not change."""
    with running_demo(seed=1, today=NOW.date()) as running:
        yield running
