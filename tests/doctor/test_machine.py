"""The machine: what is said of the terminal, the clock, the keyring and the index."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.clock import Clock, FixedClock, SystemClock
from balt.config import Account, Config
from balt.doctor import machine
from balt.doctor.machine import Surroundings, look_at_machine, surroundings
from balt.doctor.model import Check, Result
from balt.errors import DirectoryError
from balt.secrets import Secrets

XTERM = {"TERM": "xterm-256color"}


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    """A machine where all is well, and nothing is configured yet."""
    return Surroundings(
        tmp_path / "config.toml", tmp_path / "state", tmp_path / "data", "utf-8", (80, 24), XTERM
    )


def checks(
    here: Surroundings,
    config: Config | None = None,
    secrets: Secrets | None = None,
    clock: Clock | None = None,
) -> dict[str, Check]:
    found = look_at_machine(here, config or Config(), secrets or Secrets(), clock or SystemClock())
    return {check.id: check for check in found}


def test_without_a_configuration_the_rest_is_looked_at_all_the_same(here: Surroundings) -> None:
    found = checks(here)
    assert [name for name, check in found.items() if check.found] == ["config.file"]
    assert {"machine.python", "state.folder", "data.room", "machine.terminal", "machine.clock"} <= set(found)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (XTERM, "80 × 24, TERM=xterm-256color, 256 couleurs."),
        (XTERM | {"COLORTERM": "truecolor"}, "16 millions de couleurs"),
        (XTERM | {"NO_COLOR": "1", "COLORTERM": "truecolor"}, "sans couleurs (NO_COLOR)"),
        ({"TERM": "vt100"}, "16 couleurs"),
        (XTERM | {"TMUX": "/tmp/x,1,0"}, ", tmux."),
        (XTERM | {"STY": "1.pts"}, ", screen."),
        (XTERM | {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, ", à distance (SSH)."),
        ({"TERM": "x\x1b]0;evil\x07"}, "TERM=x·]0;evil·"),
    ],
)
def test_the_terminal_is_described(here: Surroundings, environ: Mapping[str, str], said: str) -> None:
    check = checks(replace(here, environ=environ))["machine.terminal"]
    assert (check.result, said in check.sentence) == (Result.OK, True)


@pytest.mark.parametrize(
    ("size", "environ", "result"),
    [
        ((79, 24), XTERM, Result.WARNING),
        ((80, 23), XTERM, Result.WARNING),
        ((200, 50), {"TERM": "dumb"}, Result.FAILURE),
        ((200, 50), {}, Result.FAILURE),
        (None, XTERM, Result.SKIPPED),
    ],
)
def test_a_terminal_that_does_not_fit(
    here: Surroundings, size: tuple[int, int] | None, environ: Mapping[str, str], result: Result
) -> None:
    assert checks(replace(here, size=size, environ=environ))["machine.terminal"].result is result


@pytest.mark.parametrize(
    ("encoding", "result"),
    [("utf-8", Result.OK), ("UTF8", Result.OK), ("ascii", Result.WARNING), ("", Result.WARNING)],
)
def test_the_encoding(here: Surroundings, encoding: str, result: Result) -> None:
    assert checks(replace(here, encoding=encoding))["machine.encoding"].result is result


@pytest.mark.parametrize("year", [1970, 2150])
def test_a_clock_that_cannot_be_right(here: Surroundings, year: int) -> None:
    clock = FixedClock(datetime(year, 1, 1, tzinfo=UTC))
    assert checks(here, clock=clock)["machine.clock"].result is Result.FAILURE


@pytest.mark.parametrize(
    ("usable", "needed", "result"),
    [
        (True, True, Result.OK),
        (True, False, Result.OK),
        (False, True, Result.FAILURE),
        (False, False, Result.SKIPPED),
    ],
)
def test_the_keyring_counts_where_a_bal_needs_it(
    here: Surroundings, monkeypatch: pytest.MonkeyPatch, usable: bool, needed: bool, result: Result
) -> None:
    secrets = Secrets()
    monkeypatch.setattr(secrets, "keyring_usable", lambda: usable)
    account = Account("essai@medecin.mssante.fr", host="imap.exemple", keyring=needed)
    found = checks(here, Config(accounts=(account,)), secrets)
    assert found["machine.keyring"].result is result


def test_the_index_is_tried_for_good(here: Surroundings) -> None:
    assert checks(here)["machine.index"].result is Result.OK


def test_an_index_that_cannot_be_made_is_told(here: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise DirectoryError("pas de FTS5.", advice="Un autre Python.")

    monkeypatch.setattr("balt.directory.index_build.build_index", fail)
    check = checks(here)["machine.index"]
    assert (check.result, check.sentence, check.advice) == (
        Result.WARNING,
        "pas de FTS5.",
        "Un autre Python.",
    )


def test_an_old_python_is_told(here: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_OLDEST_PYTHON", (99, 0))
    assert checks(here)["machine.python"].result is Result.FAILURE


def test_this_process_goes_to_no_terminal(tmp_path: Path) -> None:
    assert surroundings(tmp_path, tmp_path, tmp_path, {}).size is None
