"""What starts without what: a command that draws nothing never waits for the screen's libraries."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.directory.extraction_data import extraction

SCREEN = {"textual", "rich"}
HEAVY = SCREEN | {"httpx", "imapclient", "dns", "sqlite3", "segno", "reportlab", "PIL"}
COMMANDS = [
    *("demo", "messages", "status", "checklist", "directory", "publish", "journal", "index", "doctor"),
    "usage",
]
_RUN = """
import atexit, json, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted({name.split(".")[0] for name in sys.modules}))))
"""
_COMMAND = _RUN + "from balt.cli import main\nsys.argv[0] = 'balt'\nsys.exit(main())"
_IMPORT = _RUN + "import balt.tui.app"
CONFIGURATION = """
[directory]
base_url = "http://127.0.0.1:{port}/fhir/v2"
api_key_env = "BALT_TEST_PASSWORD"
[[mailbox]]
address = "camille.exemple@medecin.mssante.fr"
host = "127.0.0.1"
port = {port}
security = "none"
password_env = "BALT_TEST_PASSWORD"
timeout = 5
"""


@pytest.fixture
def unreachable(tmp_path: Path) -> Iterator[Path]:
    """A configuration whose server refuses: its port is taken, but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        file = tmp_path / "config.toml"
        file.write_text(CONFIGURATION.format(port=taken.getsockname()[1]), encoding="utf-8")
        yield file


def _run(code: str, *arguments: str, config: Path) -> tuple[int, set[str], str]:
    """The exit code, the modules that were imported, and what went to standard error."""
    environ = os.environ | {"BALT_CONFIG": str(config), "BALT_TEST_PASSWORD": "pass"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, set(json.loads(done.stdout.splitlines()[-1])), done.stderr


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(argument: str, tmp_path: Path) -> None:
    code, imported, _errors = _run(_COMMAND, argument, config=tmp_path / "none.toml")
    assert code == 0
    assert not imported & HEAVY


def test_a_configuration_error_imports_nothing_heavy(tmp_path: Path) -> None:
    wrong = tmp_path / "config.toml"
    wrong.write_text('langage = "fr"\n', encoding="utf-8")
    code, imported, errors = _run(_COMMAND, "status", config=wrong)
    assert code == 2
    assert "langage" in errors
    assert not imported & HEAVY


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_imports_nothing_heavy(command: str, tmp_path: Path) -> None:
    code, imported, _errors = _run(_COMMAND, command, "--help", config=tmp_path / "none.toml")
    assert code == 0
    assert not imported & HEAVY


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["messages", "camille.exemple@medecin.mssante.fr", "--json"], 3),
        (["status", "--json"], 3),
        (["checklist", "--json"], 3),
        (["journal", "--json"], 0),
        (["index", "--json"], 0),
        (["doctor", "--json"], 3),
        (["directory", "search", "exemple", "--json"], 3),
        (["directory", "show", "camille.exemple@medecin.mssante.fr"], 3),
        (["publish", "signature", "camille"], 3),
    ],
)
def test_a_headless_command_never_imports_the_screen(
    arguments: list[str], expected: int, unreachable: Path
) -> None:
    code, imported, errors = _run(_COMMAND, *arguments, config=unreachable)
    assert "Traceback" not in errors
    assert code == expected
    # Where click is installed, as it is for those who work on balt, httpx brings rich in for its own command.
    assert not imported & ({"textual"} if "httpx" in imported else SCREEN)


def test_an_extraction_is_imported_and_searched_without_the_screen_and_the_network(tmp_path: Path) -> None:
    config, file = tmp_path / "config.toml", extraction(tmp_path)
    config.write_text(f"[directory]\nextraction = {json.dumps(str(file))}\n", encoding="utf-8")
    for arguments in (["import", str(file)], ["search", "alix essai"]):
        code, imported, errors = _run(_COMMAND, "directory", *arguments, config=config)
        assert code == 0, errors
        assert not imported & (SCREEN | {"httpx", "imapclient", "dns"})


def test_the_app_starts_before_it_needs_the_network(tmp_path: Path) -> None:
    code, imported, errors = _run(_IMPORT, config=tmp_path / "none.toml")
    assert code == 0, errors
    assert not imported & {"httpx", "imapclient", "imaplib", "dns", "sqlite3"}
