"""How long balt takes to show itself: ``python -m tests.bench.startup [--runs 15]``.

First paint is the moment at which the first text of the screen has been written to the terminal. Compared,
in the same run, with a bare Textual app; ``balt --help`` with a bare interpreter.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import bare_app
from tests.bench.installed import as_installed
from tests.bench.report import Measure, Row, report, take_turns
from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.source import ROOT

BALT = [sys.executable, "-P", "-m", "balt"]
BARE = [sys.executable, str(Path(bare_app.__file__))]
ACCOUNT = """
[[mailbox]]
address = "{address}"
host = "127.0.0.1"
port = {port}
security = "none"
password_env = "BALT_BENCH_PASSWORD"
"""
PASSWORD = "mot-de-passe-du-banc"


def first_paint(command: list[str], text: str, environ: dict[str, str]) -> Measure:
    """Measures the seconds from the start of ``command`` to ``text`` on a terminal of 120x40."""

    def measure() -> float:
        with PseudoTerminal(command, columns=120, rows=40, environ=environ) as terminal:
            return terminal.read_until(text)

    return measure


def whole_run(command: list[str], environ: dict[str, str]) -> Measure:
    """Measures the seconds that ``command`` takes from start to end."""

    def measure() -> float:
        started = time.perf_counter()
        subprocess.run(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - started

    return measure


@contextmanager
def demo_accounts(password: str) -> Iterator[tuple[int, list[str]]]:
    """The demo's server, already started: its port and its addresses."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "balt.demo.serve"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "BALT_DEMO_PASSWORD": password},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        try:
            yield told["port"], [account["address"] for account in told["accounts"]]
        finally:
            server.stdin.close()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    as_installed()
    with tempfile.TemporaryDirectory(prefix="balt-bench-") as folder, socket.socket() as silent:
        home = Path(folder)
        silent.bind(("127.0.0.1", 0))  # taken, and nobody listens: a server that refuses at once
        environ = {"HOME": folder, "BALT_BENCH_PASSWORD": PASSWORD, "TEXTUAL_ANIMATIONS": "none"}
        environ["PYTHONPATH"] = str(ROOT)
        environ |= {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "DATA")}

        def config(name: str, text: str) -> dict[str, str]:
            (home / name).write_text(text, encoding="utf-8")
            return {**environ, "BALT_CONFIG": str(home / name)}

        with demo_accounts(PASSWORD) as (port, addresses):
            refused = ACCOUNT.format(address=addresses[0], port=silent.getsockname()[1])
            practice = "".join(ACCOUNT.format(address=address, port=port) for address in addresses)
            measures = {
                "bare Textual app": first_paint(BARE, bare_app.READY, environ),
                "balt, empty configuration": first_paint(BALT, "Fiches", config("empty.toml", "")),
                "balt, one account": first_paint(BALT, "Fiches", config("one.toml", refused)),
                "balt, on the demo's server": first_paint(BALT, "Fiches", config("demo.toml", practice)),
                "python -c 'import argparse, tomllib'": whole_run(
                    [sys.executable, "-c", "import argparse, tomllib"], environ
                ),
                "balt --help": whole_run([*BALT, "--help"], environ),
            }
            taken = take_turns(measures, options.runs)
    bare, interpreter = "bare Textual app", "python -c 'import argparse, tomllib'"
    held_to = {name: (bare, 1.6) for name in taken if name.startswith("balt,")}
    held_to["balt --help"] = (interpreter, 2.5)
    report([Row(name, seconds, *held_to.get(name, ("", None))) for name, seconds in taken.items()])


if __name__ == "__main__":
    main()
