"""``balt demo``: a practice behind a server of its own, and nothing left of it."""

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from balt.cli.demo import Demo, demo_clock, open_demo, running_demo
from balt.clock import SystemClock
from balt.config import load_config
from balt.directory.client import DirectoryClient
from balt.directory.extraction import read_extraction
from balt.errors import UsageError
from balt.mail.session import ImapSession
from balt.secrets import Secrets
from tests.cli.conftest import Balt
from tests.support.terminal import processes_with


class Served:
    """A ``balt demo --serve`` that runs, seen from another terminal."""

    def __init__(self, process: "subprocess.Popen[str]", environ: dict[str, str], temporary: Path) -> None:
        self.process = process
        self.environ = environ
        self.temporary = temporary

    def left(self) -> list[Path]:
        return list(self.temporary.iterdir())


@pytest.fixture
def mark() -> str:
    return f"demo-{secrets.token_hex(8)}"


@pytest.fixture
def served(tmp_path: Path, mark: str) -> Iterator[Served]:
    environ = os.environ | {"TMPDIR": str(tmp_path), "BALT_TEST_MARK": mark}
    with subprocess.Popen(
        [sys.executable, "-m", "balt", "demo", "--serve"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _place in range(3)]
        found = [re.fullmatch(r"export (\w+)=(\S+)\n", line) for line in lines]
        told = {each[1]: each[2] for each in found if each}
        try:
            yield Served(process, environ | told, tmp_path)
        finally:
            if process.poll() is None:
                process.terminate()


def wait_until_gone(mark: str) -> None:
    deadline = time.monotonic() + 10
    while processes_with(mark):
        assert time.monotonic() < deadline, "the server of the demo lives on"
        time.sleep(0.02)


def test_the_demo_is_a_configuration_as_any_other(demo: Demo) -> None:
    assert demo.config.person.name == "Dr Camille EXEMPLE"
    assert len(demo.config.accounts) == 4
    assert demo.config.file == demo.config_file
    assert all(account.security == "none" for account in demo.config.accounts)


def test_its_files_are_private_and_hold_no_password(demo: Demo) -> None:
    assert demo.config_file.stat().st_mode & 0o777 == 0o600
    assert demo.config_file.parent.stat().st_mode & 0o777 == 0o700
    assert demo.state_dir.stat().st_mode & 0o777 == 0o700
    written = demo.config_file.read_text(encoding="utf-8")
    for account in demo.config.accounts:
        assert demo.secrets.password(account) not in written
        assert account.password_env not in os.environ
    assert demo.secrets.api_key(demo.config.directory) not in written
    assert demo.config.directory.api_key_env not in os.environ


def test_its_directory_is_read_as_any_other(demo: Demo) -> None:
    settings = demo.config.directory
    with DirectoryClient(
        settings.base_url, lambda: demo.secrets.api_key(settings), demo_clock(None)
    ) as client:
        published = {entry.address for entry in client.of_professional(demo.config.person.rpps).entries}
    assert "dr.exemple@ancien-reseau.mssante.fr" in published
    assert published - {account.address for account in demo.config.accounts}
    assert settings.extraction is not None
    assert settings.extraction.stat().st_mode & 0o777 == 0o600
    rows = list(read_extraction(settings.extraction, demo_clock(None)))
    assert published <= {row.address for row in rows}


def test_nothing_is_left_when_it_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mark: str) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("BALT_TEST_MARK", mark)
    with contextlib.suppress(ZeroDivisionError), running_demo() as demo:
        assert demo.config_file.is_relative_to(tmp_path)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    assert processes_with(mark) == []


def test_what_is_saved_there_is_proposed_to_go_where_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proposed: list[Path] = []

    def saves(*_told: object, usual_folder: str, **_more: object) -> int:
        proposed.append(Path(usual_folder))
        proposed[0].mkdir()
        (proposed[0] / "demande.txt").write_text("Objet")
        return 0

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("balt.tui.run.run_app", saves)
    assert open_demo() == 0
    assert proposed[0].is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_and_day_give_the_same_practice() -> None:
    day = date(2026, 11, 22)

    def first_dates(seed: int) -> list[int]:
        with running_demo(seed, day) as demo:
            account = demo.config.accounts[0]
            session = ImapSession(account, lambda: demo.secrets.password(account), demo_clock(day))
            try:
                session.open()
                return session.scan("INBOX").dates[:50].tolist()
            finally:
                session.close()

    assert first_dates(3) == first_dates(3) != first_dates(4)


def test_hidden_extensions_are_not_announced() -> None:
    with running_demo(hide=["SORT", "QUOTA"]) as demo:
        account = demo.config.accounts[0]
        session = ImapSession(account, lambda: demo.secrets.password(account), SystemClock())
        try:
            session.open()
            assert not session.capabilities & {"SORT", "QUOTA"}
            assert "UIDPLUS" in session.capabilities
        finally:
            session.close()


def test_an_extension_that_does_not_exist_is_wrong_use() -> None:
    with pytest.raises(UsageError, match=r"PERDU.*SORT"), running_demo(hide=["QUOTA", "PERDU"]):
        pass


def test_the_demo_stands_at_nine_on_the_day_asked() -> None:
    now = demo_clock(date(2026, 7, 14)).now()
    assert now.date() == date(2026, 7, 14)
    assert timedelta() <= now - now.replace(hour=9, minute=0, second=0, microsecond=0) < timedelta(minutes=1)
    assert now.utcoffset() == timedelta(hours=2)
    assert abs(demo_clock(None).now() - datetime.now().astimezone()) < timedelta(minutes=1)


def test_the_app_of_the_demo_needs_a_terminal_too(balt: Balt) -> None:
    result = balt("demo")
    assert result.code == 2
    assert "terminal" in result.err


def test_another_terminal_can_use_the_demo(served: Served) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "balt", "status", "--json"],
        env=served.environ,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "camille.exemple@medecin.mssante.fr" in done.stdout
    folder = Path(served.environ["BALT_CONFIG"]).parent
    assert served.environ["XDG_STATE_HOME"].startswith(str(folder))
    assert served.environ["XDG_DATA_HOME"].startswith(str(folder))
    directory = load_config(Path(served.environ["BALT_CONFIG"])).directory
    with DirectoryClient(
        directory.base_url, lambda: Secrets().api_key(directory), demo_clock(None)
    ) as client:
        assert client.of_professional("10999990012").entries
    for file in folder.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_demo_and_nothing_is_left(served: Served, mark: str, name: str) -> None:
    assert len(served.left()) == 1
    served.process.send_signal(getattr(signal, name))
    assert served.process.wait(15) == (0 if name == "SIGINT" else 130)
    assert served.left() == []
    assert processes_with(mark) == []


def test_the_server_ends_even_when_balt_is_killed(served: Served, mark: str) -> None:
    served.process.kill()
    served.process.wait(15)
    wait_until_gone(mark)
