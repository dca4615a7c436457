"""The practice of the demo, fresh for each test that changes it."""

from collections.abc import Iterator

import pytest

from balt.cli.demo import Demo, running_demo
from tests.tui.driver import NOW


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
