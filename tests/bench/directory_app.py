"""The memory of the whole app against the directory: ``python -m tests.bench.directory_app [--rows 540000]``.

The program runs in a terminal with an extraction of few rows, then with one of as many as the real one has.
Each time its index is there already; a holder's BAL is read from it, and a name is searched in view 2 letter
by letter. What is compared is the most memory of the program until its answer is on the screen.
"""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.bench.extraction import FEW_ROWS, NAME, build, write_extraction
from tests.bench.installed import as_installed
from tests.bench.memory import peak_mib
from tests.bench.report import report
from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.terminal import processes_with

COMMAND = [sys.executable, "-P", "-m", "balt"]
HELD_TO = {"growth_mib": 15}
PATIENCE = 60.0
FEWEST_SHOWN = 5
"""Addresses of others on the screen, at least: else nothing was searched."""


def prepare(home: Path, rows: int) -> dict[str, str]:
    """A home whose configuration names an extraction of ``rows`` rows, indexed; the environment for it."""
    home.mkdir(parents=True)
    source = home / NAME
    write_extraction(source, rows)
    build(home / "data" / "balt" / "directory" / "extraction.sqlite", source)
    (home / "config.toml").write_text(
        '[person]\nname = "Dr Camille EXEMPLE"\n'
        '[[mailbox]]\naddress = "camille.exemple@medecin.mssante.fr"\naccess = "none"\n'
        f"[directory]\nextraction = '{source}'\n",
        encoding="utf-8",
    )
    return {
        "BALT_CONFIG": str(home / "config.toml"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "HOME": str(home),
    }


def searched(environ: dict[str, str], typed: str) -> float:
    """The most memory, in MiB, of the app that searches ``typed`` letter by letter."""
    mark = secrets.token_hex(8)
    with PseudoTerminal(
        COMMAND, columns=140, rows=45, environ={**environ, "BALT_BENCH_MARK": mark}
    ) as terminal:
        terminal.read_until("ENTRETENIR", PATIENCE)
        terminal.read_until_quiet(1.0, PATIENCE)
        terminal.send(b"2")
        terminal.read_until_quiet(1.0, PATIENCE)
        terminal.send(b"f")
        terminal.read_until_quiet(0.5, PATIENCE)
        for letter in typed:
            before = len(terminal.output)
            terminal.send(letter.encode())
            terminal.read_until(letter, PATIENCE, since=before)
            terminal.read_until_quiet(0.5, PATIENCE)
        shown = [line for line in terminal.screen() if "@" in line and "exemple" not in line]
        assert len(shown) > FEWEST_SHOWN, "nothing was found:\n" + "\n".join(terminal.screen())
        return sum(peak_mib(process) for process in processes_with(mark))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=540_000)
    parser.add_argument("--typed", default="pharmacie", help="what is searched, letter by letter")
    options = parser.parse_args()
    as_installed()
    with tempfile.TemporaryDirectory(prefix="balt-bench-") as folder:
        few = searched(prepare(Path(folder) / "few", FEW_ROWS), options.typed)
        many = searched(prepare(Path(folder) / "many", options.rows), options.typed)
    notes = {
        "rows": [FEW_ROWS, options.rows],
        "app_mib": [round(few, 1), round(many, 1)],
        "growth_mib": round(many - few, 1),
        "held_to": HELD_TO,
    }
    report([], notes)
    print(f"{'growth_mib':34} {notes['growth_mib']!s:>9}{'':13} (≤ {HELD_TO['growth_mib']})", file=sys.stderr)


if __name__ == "__main__":
    main()
