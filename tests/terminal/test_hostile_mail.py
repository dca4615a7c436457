"""The hostile messages of the demo, in a real terminal: every octet that reaches it is looked at."""

import sys

import pytest

from tests.support.source import ROOT
from tests.support.terminal import Terminal, foreign_controls

pytestmark = pytest.mark.terminal
DEMO = ["env", f"PYTHONPATH={ROOT}", sys.executable, "-P", "-m", "balt", "demo", "--today", "2026-11-22"]


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=str)
def test_no_control_character_of_a_mail_reaches_the_terminal(size: tuple[int, int]) -> None:
    with Terminal(DEMO, columns=size[0], rows=size[1]) as terminal:
        terminal.wait_for("91 %")
        terminal.keys("3")
        terminal.wait_for("1 554 messages")
        terminal.keys("/")
        terminal.wait_until_gone("filtrer :")
        terminal.type("from:hostile")
        terminal.keys("Enter")
        terminal.wait_for("[/x] [SPAM]")
        for _ in range(16):
            terminal.keys("p")
            terminal.wait_for("Fermer")
            terminal.keys("p")
            terminal.wait_until_gone("Fermer")
            terminal.keys("j")
        terminal.keys("q")
        assert terminal.wait_for_end() == 0
        assert foreign_controls(terminal.raw()) == []
