"""The first minutes of somebody who has just typed ``scripts/demo``, in a real terminal."""

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, foreign_controls, processes_with

pytestmark = pytest.mark.terminal

DEMO = [sys.executable, "-P", "-m", "balt", "demo", "--lang", "fr", "--today", "2026-11-22"]
SIZES = [(80, 24), (140, 45)]


class FirstLight:
    """A terminal on the demo, and the places where it might leave something behind."""

    def __init__(self, terminal: Terminal, temporary: Path, home: Path, mark: str) -> None:
        self.terminal = terminal
        self.temporary = temporary
        self.home = home
        self.mark = mark


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def first_light(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FirstLight]:
    columns, rows = request.param
    temporary, home = tmp_path / "tmp", tmp_path / "home"
    temporary.mkdir()
    home.mkdir()
    mark = f"first-light-{secrets.token_hex(8)}"
    environ = {"TMPDIR": str(temporary), "HOME": str(home), "BALT_TEST_MARK": mark}
    environ |= {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    with Terminal(DEMO, columns=columns, rows=rows, environ=environ) as terminal:
        yield FirstLight(terminal, temporary, home, mark)


def test_the_demo_can_be_walked_through_and_leaves_nothing(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    screen = terminal.wait_for("Fiches", "Messages", "Journal", "DÉMO")
    screen = terminal.wait_for("IDENTIFIER", "ENTRETENIR", "VALORISER", "91 %")
    assert "Vider la corbeille" in screen
    assert "? Aide" in screen

    terminal.keys("3")
    screen = terminal.wait_for("Taille", "Reçu le", "Objet", "quota")
    assert "Espace Marquer" in screen

    terminal.keys("5")
    terminal.wait_for("Journal des actes")

    terminal.keys("?")
    terminal.wait_for("Échap", "Quitter")
    terminal.keys("Escape")
    terminal.wait_until_gone("Quitter")

    terminal.keys("1")
    terminal.wait_for("IDENTIFIER", "91 %")
    terminal.keys("q")
    assert terminal.wait_for_end() == 0

    assert foreign_controls(terminal.raw()) == []
    assert list(first_light.temporary.iterdir()) == []
    assert [path for path in first_light.home.rglob("*") if path.is_file()] == []
    assert processes_with(first_light.mark) == []


def test_no_line_is_wider_than_the_terminal_and_the_footer_is_the_last(first_light: FirstLight) -> None:
    screen = first_light.terminal.wait_for("IDENTIFIER", "? Aide")
    lines = screen.rstrip("\n").split("\n")
    assert "Fiches" in lines[0]
    assert "? Aide" in lines[-1]


def test_the_terminal_is_given_back_as_it_was(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    terminal.wait_for("IDENTIFIER")
    terminal.keys("q")
    terminal.wait_for_end()
    raw = terminal.raw()
    assert raw.rfind(b"\x1b[?1049l") > raw.rfind(b"\x1b[?1049h") >= 0
    assert raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")
    assert "Traceback" not in terminal.text()


def test_a_key_does_its_work_after_the_terminal_was_resized(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    terminal.wait_for("IDENTIFIER")
    terminal.resize(100, 30)
    terminal.keys("5")
    terminal.wait_for("Journal des actes")
