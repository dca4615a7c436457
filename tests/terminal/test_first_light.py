"""The first minutes of somebody who has just typed ``scripts/demo``, in a real terminal."""

import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT
from tests.support.terminal import Terminal, foreign_controls, processes_with

pytestmark = pytest.mark.terminal

DEMO = [sys.executable, "-P", "-m", "balt", "demo", "--lang", "fr", "--today", "2026-11-22"]
SIZES = [(80, 24), (140, 45)]


class FirstLight:
    """The demo in a terminal, and the places where it might leave something behind."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.temporary, self.home = folder / "tmp", folder / "home"
        self.temporary.mkdir()
        self.home.mkdir()
        self._mark = f"BALT_TEST_MARK={secrets.token_hex(8)}"
        environ = {"TMPDIR": str(self.temporary), "HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            environ[f"XDG_{name}_HOME"] = str(self.home / name.lower())
        # The mark is for the program alone: tmux, which outlives it, does not carry it.
        self.terminal = Terminal(["env", self._mark, *DEMO], columns=size[0], rows=size[1], environ=environ)

    def left_behind(self) -> list[str]:
        """Processes, temporary files, and files in the person's own folders."""
        files = [*self.temporary.rglob("*"), *(path for path in self.home.rglob("*") if path.is_file())]
        return [f"process {number}" for number in processes_with(self._mark)] + [str(file) for file in files]


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def first_light(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FirstLight]:
    light = FirstLight(tmp_path, request.param)
    with light.terminal:
        yield light


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
    terminal.wait_for("Contrôler que le journal", "Échap Fermer")
    terminal.keys("Escape")
    terminal.wait_until_gone("Échap Fermer")

    terminal.keys("1")
    terminal.wait_for("IDENTIFIER", "91 %")
    terminal.keys("q")
    assert terminal.wait_for_end() == 0

    assert foreign_controls(terminal.raw()) == []
    assert first_light.left_behind() == []


@pytest.mark.parametrize("keys", [[], ["3"], ["5", "?"]], ids=["fiches", "messages", "help"])
def test_closing_the_window_ends_the_demo_and_its_server(first_light: FirstLight, keys: list[str]) -> None:
    first_light.terminal.wait_for("IDENTIFIER")
    first_light.terminal.keys(*keys, "j")
    assert first_light.left_behind() != []
    first_light.terminal.close()
    deadline = time.monotonic() + 10
    while first_light.left_behind() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert first_light.left_behind() == []


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
