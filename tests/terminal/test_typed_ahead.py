"""Keys typed before balt has painted anything."""

import sys

import pytest

from tests.support.source import ROOT
from tests.support.terminal import Terminal

pytestmark = pytest.mark.terminal
DEMO = ["env", f"PYTHONPATH={ROOT}", sys.executable, "-P", "-m", "balt", "demo", "--today", "2026-11-22"]


@pytest.mark.parametrize(
    ("keys", "opened"), [(("3",), "Taille"), (("R", "m", "3"), "Taille"), (("5",), "Journal des actes")]
)
def test_keys_typed_ahead_neither_hang_nor_break_balt(keys: tuple[str, ...], opened: str) -> None:
    with Terminal(DEMO, columns=80, rows=24) as terminal:
        for key in keys:
            terminal.keys(key)
        terminal.wait_for(opened)
        terminal.keys("1")
        terminal.wait_for("IDENTIFIER", "91 %")
        terminal.keys("q")
        assert terminal.wait_for_end() == 0
