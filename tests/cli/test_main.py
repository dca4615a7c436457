"""What holds for every command: languages, help, mistakes, crashes, signals, and a reader that goes away."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from balt import __version__, i18n
from balt.cli import journal, main
from balt.cli.ending import CRASHED, INTERRUPTED
from tests.cli.conftest import Balt, Places, balt_process

COMMANDS = ["demo", "messages", "status", "checklist", "directory", "publish", "journal", "doctor"]


def test_the_version_is_told(balt: Balt) -> None:
    assert balt("--version").out == f"balt {__version__}\n"


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_the_help_is_french_down_to_argparse_own_words(balt: Balt, command: list[str]) -> None:
    result = balt(*command, "--help", "--lang", "fr")
    assert result.code == 0
    assert result.out.startswith("usage : balt")
    assert "montrer cette aide" in result.out
    for english in ("usage:", "options:", "show this", "positional", "optional", "arguments:"):
        assert english not in result.out


def test_the_help_can_be_english(balt: Balt) -> None:
    balt("--help", "--lang", "en")
    assert i18n.language() == "en"


def test_the_help_of_balt_names_every_command(balt: Balt) -> None:
    out = balt("--help").out
    assert all(re.search(rf"^ +{name}\b", out, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["perdu"], "'perdu' n'est pas l'un de"),
        (["messages"], "il manque : BAL"),
        (["status", "--perdu"], "argument inconnu : --perdu"),
        (["status", "--json", "--csv"], "--csv : ne va pas avec"),
        (["messages", "a", "--sort", "poids"], "'poids' n'est pas l'un de"),
        (["messages", "a", "--limit", "0"], "un nombre entier"),
        (["messages", "a", "--limit", "-5"], "--limit"),
        (["messages", "a", "--limit"], "il manque une valeur"),
        (["demo", "--today", "demain"], "2026-11-22"),
        (["demo", "--seed", "un"], "'un' n'est pas une valeur possible"),
        (["--lang", "de"], "'de' n'est pas l'un de"),
        (["status", "--js"], "argument inconnu"),
        (["status", "\x1b[31m\n--json"], ""),
    ],
)
def test_a_mistake_is_one_french_line_and_the_code_2(
    demo_places: Places, balt: Balt, arguments: list[str], told: str
) -> None:
    demo_places.add()
    result = balt(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("balt : ")
    assert told in result.err
    assert len(result.err.splitlines()) == 1
    assert "\x1b" not in result.err


# The language: --lang, then the configuration, then the locale


@pytest.mark.parametrize(
    ("arguments", "configured", "locale", "expected"),
    [
        (["--lang", "en"], "fr", "fr_FR.UTF-8", "en"),
        (["--lang=fr"], "en", "en_GB.UTF-8", "fr"),
        ([], "en", "fr_FR.UTF-8", "en"),
        ([], "", "en_GB.UTF-8", "en"),
        ([], "", "fr_FR.UTF-8", "fr"),
        ([], "", "de_DE.UTF-8", "fr"),
        ([], "de", "en_GB.UTF-8", "en"),
    ],
)
def test_the_language_in_use(
    config_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    balt: Balt,
    arguments: list[str],
    configured: str,
    locale: str,
    expected: str,
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    if configured:
        config_file.write_text(f'language = "{configured}"\n', encoding="utf-8")
    balt("journal", *arguments)
    assert i18n.language() == expected


def test_the_language_of_the_file_given_on_the_command_line_counts(tmp_path: Path, balt: Balt) -> None:
    other = tmp_path / "autre.toml"
    other.write_text('language = "en"\n', encoding="utf-8")
    balt("--config", str(other), "--help")
    assert i18n.language() == "en"


# The configuration


@pytest.mark.parametrize("command", ["status", "checklist", "journal"])
def test_without_configuration_a_command_says_how_to_write_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, balt: Balt, command: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    result = balt(command)
    assert (result.code, result.out) == (2, "")
    for words in (str(tmp_path / "balt" / "config.toml"), "[[mailbox]]", "address", "host", "balt demo"):
        assert words in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_configuration_that_was_asked_for_must_exist(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, balt: Balt, how: str
) -> None:
    missing = str(tmp_path / "absente.toml")
    if how == "environment":
        monkeypatch.setenv("BALT_CONFIG", missing)
    result = balt("status", *(["--config", missing] if how == "option" else []))
    assert result.code == 2
    assert missing in result.err


def test_a_configuration_error_names_its_line(config_file: Path, balt: Balt) -> None:
    config_file.write_text('\n[[mailbox]]\nadress = "a@b.fr"\n', encoding="utf-8")
    result = balt("status")
    assert (result.code, result.out) == (2, "")
    assert "ligne 3" in result.err
    assert "address" in result.err


def test_the_options_of_balt_may_stand_before_or_after_the_command(demo_places: Places, balt: Balt) -> None:
    demo_places.add(access="none")
    file = str(demo_places.file)
    before, after = balt("--config", file, "status", "--json"), balt("status", "--json", "--config", file)
    assert before.code == after.code == 0
    assert len(before.json) == len(after.json) == 1


# The app is only for a terminal


def test_the_app_needs_a_terminal(balt: Balt) -> None:
    result = balt()
    assert (result.code, result.out) == (2, "")
    assert "balt status" in result.err
    assert "balt messages" in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("environ", "told"), [({"TERM": "dumb"}, "TERM=dumb"), ({"PYTHONIOENCODING": "latin-1"}, "UTF-8")]
)
def test_the_app_needs_a_terminal_that_can_show_it(environ: dict[str, str], told: str) -> None:
    import pty

    master, slave = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "balt"],
        env=os.environ | environ,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    assert done.wait(30) == 2
    said = os.read(master, 4096).decode("utf-8", "replace")
    os.close(master)
    assert told in said
    assert "balt status" in said
    assert "\x1b" not in said


# When balt breaks


def test_a_crash_tells_places_and_no_value(
    demo_places: Places, monkeypatch: pytest.MonkeyPatch, balt: Balt
) -> None:
    demo_places.add()
    secret = "canari-7d1f"

    def broken(*_arguments: object) -> None:
        local = secret
        raise ValueError(f"TESTPATIENT {local}")

    monkeypatch.setattr(journal, "Journal", broken)
    result = balt("journal")
    assert (result.code, result.out) == (CRASHED, "")
    assert "ValueError" in result.err
    assert re.search(r"test_main\.py:\d+ broken", result.err)
    assert "Traceback" not in result.err
    assert "canari" not in result.err
    assert "TESTPATIENT" not in result.err


def test_a_crash_in_a_thread_tells_places_and_no_value(
    demo_places: Places, monkeypatch: pytest.MonkeyPatch, balt: Balt
) -> None:
    demo_places.add()

    def in_thread(*_arguments: object) -> None:
        def broken() -> None:
            raise ValueError("TESTPATIENT")

        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "Journal", in_thread)
    result = balt("journal")
    assert result.code == INTERRUPTED
    assert "ValueError" in result.err
    assert "TESTPATIENT" not in result.err


def test_the_hooks_are_given_back(balt: Balt) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, signal.getsignal(signal.SIGTERM)
    balt("--version")
    after = sys.excepthook, threading.excepthook, sys.unraisablehook, signal.getsignal(signal.SIGTERM)
    assert after == before


def test_main_never_raises_on_ctrl_c(
    demo_places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    demo_places.add()

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "Journal", interrupted)
    assert main(["journal"]) == INTERRUPTED
    assert capsys.readouterr().err == ""


# The reader, and signals


def test_a_reader_that_goes_away_is_no_crash(practice: object) -> None:
    command = f"'{sys.executable}' -m balt messages camille.exemple --json | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.stdout == b"[\n"
    assert done.stderr == b""


def test_a_full_disk_is_told(practice: object) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "balt", "checklist", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert "la sortie n'a pas pu être écrite" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_closed_output_is_no_crash(demo_places: Places) -> None:
    demo_places.add(access="none")
    command = f"'{sys.executable}' -m balt status --json >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", command], timeout=60, check=False).returncode == 0


def test_output_is_utf_8_for_programs_whatever_the_locale(demo_places: Places) -> None:
    demo_places.add(access="none")
    done = balt_process("status", "--json", LC_ALL="C", PYTHONIOENCODING="latin-1", LANG="C")
    assert done.returncode == 0
    assert "accès IMAP" in done.stdout


@pytest.fixture
def silent(demo_places: Places) -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        account = demo_places.server.account()
        demo_places.configure(account, port=server.getsockname()[1], timeout=60)
        server.settimeout(30)
        yield server


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_command_at_once_and_quietly(silent: socket.socket, name: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "balt", "status", "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        connection = silent.accept()[0]
        with connection:
            process.send_signal(getattr(signal, name))
            out, err = process.communicate(timeout=15)
    assert (process.returncode, out, err) == (INTERRUPTED, b"", b"")


INTERRUPT = "os.kill(os.getpid(), signal.SIGINT)"
LATE = {
    "as the command ends": (f"cli.main = lambda argv: (0, {INTERRUPT})[0]", INTERRUPTED),
    "once it has ended": (
        f"end = cli.ignore_signals; calls = []\n"
        f"cli.ignore_signals = lambda: end() if calls else (calls.append(1), {INTERRUPT})",
        0,
    ),
    "on the way out": (f"atexit.register(lambda: {INTERRUPT})", 0),
}


@pytest.mark.parametrize("when", LATE)
def test_a_ctrl_c_at_the_very_end_says_nothing(when: str) -> None:
    late, code = LATE[when]
    script = (
        f"import atexit, os, signal, sys\nfrom balt import cli\n{late}\nsys.exit(cli.program(['--version']))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert (ended.returncode, ended.stderr) == (code, "")
