"""What a key costs on the line to the terminal: octets, of which each run writes the same number."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.source import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

ROWS = 1_000_000
SHOWS_UPDATES_AT_ONCE = b"\x1b[?2026;2$y"
FRAME = b"\x1b[?2026h"


class Watched:
    """A list in a terminal of 120x40, whose block below tells of the row under the cursor."""

    def __init__(self, terminal: PseudoTerminal) -> None:
        self._terminal = terminal

    def press(self, keys: bytes, row: int) -> bytes:
        """What is written until ``row`` (from 1) is the one told below."""
        before = len(self._terminal.output)
        self._terminal.send(keys)
        self.wait_for(row)
        return bytes(self._terminal.output[before:])

    def wait_for(self, row: int) -> None:
        """Wait until ``row`` is told below, and all is written."""
        deadline = time.monotonic() + 60
        while not self._terminal.screen()[-1].endswith(f"({row})"):
            assert time.monotonic() < deadline, self._terminal.screen()[-5:]
            self._terminal.read_until_quiet(0.05)
        self._terminal.read_until_quiet()

    def lines(self) -> list[str]:
        return self._terminal.screen()


@pytest.fixture
def million() -> Iterator[Watched]:
    command = [sys.executable, "-m", "tests.bench.rows_app", "balt", str(ROWS)]
    with PseudoTerminal(command, columns=120, rows=40, environ={"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.send(SHOWS_UPDATES_AT_ONCE)
        watched = Watched(terminal)
        watched.wait_for(1)
        yield watched


def test_a_move_writes_two_rows_and_what_differs_below_in_one_update(million: Watched) -> None:
    for row in range(2, 9):
        written = million.press(b"j", row)
        assert len(written) <= 700
        assert written.count(FRAME) == 1


def test_a_page_and_the_far_end_stay_within_their_octets(million: Watched) -> None:
    assert len(million.press(b"\x1b[6~", 35)) <= 11_000
    assert len(million.press(b"G", ROWS)) <= 11_000


def test_two_hundred_keys_at_once_leave_no_queue_of_repaints(million: Watched) -> None:
    written = million.press(b"j" * 200, 201)
    assert written.count(FRAME) <= 20, "far fewer than keys"
    assert any("(201)" in line for line in million.lines()[:-5])


def _wait_until_all_is_told(terminal: PseudoTerminal) -> None:
    """Wait until every server has answered and what it said is drawn: it would be counted with a move."""
    deadline = time.monotonic() + 60
    while not all(text in "\n".join(terminal.screen()) for text in ("91 %", "documents non intégrés")):
        assert time.monotonic() < deadline, terminal.screen()
        terminal.read_until_quiet(0.1)
    terminal.read_until_quiet(2.0)


def test_in_view_3_a_move_stays_within_its_octets_the_block_below_included(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "balt", "demo", "--lang", "fr", "--today", "2026-11-22"]
    environ = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    environ |= {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    with PseudoTerminal(command, columns=120, rows=40, environ=environ) as terminal:
        terminal.send(SHOWS_UPDATES_AT_ONCE + b"3")
        terminal.read_until("par taille")
        _wait_until_all_is_told(terminal)
        for _move in range(8):
            before = len(terminal.output)
            terminal.send(b"j")
            terminal.read_until_quiet(0.3)
            written = bytes(terminal.output[before:])
            assert 0 < len(written) <= 700
            assert written.count(FRAME) == 1
