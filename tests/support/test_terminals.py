"""The terminals that other tests look through."""

import sys

import pytest

from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.terminal import Terminal, foreign_controls, processes_with

ECHO = [sys.executable, "-c", "print('prêt ?'); print('vu', input()); raise SystemExit(3)"]


@pytest.mark.terminal
def test_tmux_shows_what_a_person_sees() -> None:
    with Terminal(ECHO, columns=40, rows=10) as terminal:
        terminal.wait_for("prêt ?")
        terminal.type("é;")
        terminal.keys("Enter")
        terminal.wait_for("vu é;")
        assert terminal.wait_for_end() == 3
        assert terminal.raw().startswith("prêt ?".encode())
        assert len(terminal.text().split("\n")) == 11


@pytest.mark.terminal
def test_a_program_sees_its_own_terminal_not_that_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")  # as in the processes that share the tests
    monkeypatch.setenv("LINES", "24")
    ask = [sys.executable, "-c", "import shutil; print(*shutil.get_terminal_size()); input()"]
    with Terminal(ask, columns=140, rows=45) as terminal:
        terminal.wait_for("140 45")


@pytest.mark.terminal
def test_a_text_that_never_comes_fails_with_the_screen() -> None:
    with Terminal(ECHO) as terminal:
        terminal.wait_for("prêt ?")
        with pytest.raises(AssertionError, match=r"(?s)jamais.*prêt"):
            terminal.wait_for("jamais", timeout=0.1)


def test_a_pseudo_terminal_knows_its_screen() -> None:
    with PseudoTerminal(ECHO, columns=40, rows=5) as terminal:
        terminal.read_until("prêt ?\r\n")
        terminal.send("é!\n".encode())
        terminal.read_until("vu é!")
        assert terminal.wait() == 3
        assert terminal.screen()[0] == "prêt ?"


def test_a_program_that_hangs_is_ended() -> None:
    with PseudoTerminal(
        [sys.executable, "-c", "print('là', flush=True); input()"], environ={"BALT_TEST_MARK": "hangs-7f"}
    ) as terminal:
        terminal.read_until("là")
    assert processes_with("BALT_TEST_MARK=hangs-7f") == []


@pytest.mark.parametrize(
    "hostile", ["\x1b]0;titre\x07", "\x1b]52;c;aGVsbG8=\x07", "\x9b2J", "a\u202eb", "\x1b_Gx\x1b\\", "\x00"]
)
def test_a_foreign_control_is_found(hostile: str) -> None:
    drawn = "\x1b[38;2;10;20;30m✔ prêt\x1b[0m\x1b[?25h\r\n"
    assert foreign_controls(drawn.encode()) == []
    assert foreign_controls((drawn + hostile + drawn).encode()) != []
