"""The demo in a real terminal, small and wide, and what it leaves behind."""

import os
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT
from tests.support.terminal import Terminal, processes_with

DEMO = [sys.executable, "-P", "-m", "balt", "demo", "--lang", "fr", "--today", "2026-11-22"]
SIZES = [(80, 24), (140, 45)]


def found_below(folder: Path) -> list[Path]:
    """What a folder holds, at any depth, while somebody else may be clearing it away."""
    return [Path(place, name) for place, folders, files in os.walk(folder) for name in (*folders, *files)]


class FirstLight:
    """The demo in a terminal of this size, and the places where it might leave something behind."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.wide = size[0] > 100
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
        files = [*found_below(self.temporary), *(path for path in found_below(self.home) if path.is_file())]
        return [f"process {number}" for number in processes_with(self._mark)] + [str(file) for file in files]

    def wait_until_clean(self, timeout: float = 10) -> None:
        """Wait until nothing is left behind."""
        deadline = time.monotonic() + timeout
        while (left := self.left_behind()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left == []


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def first_light(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FirstLight]:
    light = FirstLight(tmp_path, request.param)
    with light.terminal:
        yield light
