"""What the anomalies of a large domain cost: ``python -m tests.bench.anomalies [--rows 540000] [--runs 3]``.

``balt directory anomalies --domain`` on the largest domain of a made-up extraction with fewer than 40,000
rows, against a bare Python loop that reads and splits the file, in turns. Both are seconds of the processor,
so that other work on the machine counts less. ``--domain`` names another domain.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from balt.cli import main as balt
from tests.bench.directory_app import prepare
from tests.bench.extraction import NAME, bare_read
from tests.bench.installed import as_installed
from tests.bench.memory import peak_mib
from tests.bench.report import Row, report, take_turns

BARE, ANOMALIES = "bare: read and split", "balt: anomalies of a domain"
FEWER_THAN = 40_000
"""Rows of the domain: as a large group of hospitals has them, and less than the 50,000 that balt reads."""


def a_large_domain(source: Path) -> str:
    """The largest domain of the extraction with fewer rows than ``FEWER_THAN``."""
    with source.open(encoding="utf-8") as file:
        next(file)
        rows = Counter(line.split("|", 2)[1].rpartition("@")[2] for line in file)
    return next(domain for domain, count in rows.most_common() if count < FEWER_THAN)


def look(domain: str) -> None:
    """Run the command in this process; print what it took."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        code = balt(["directory", "anomalies", "--domain", domain])
    print(json.dumps({"code": code, "seconds": time.process_time(), "mib": peak_mib()}))


def looked(domain: str, environ: dict[str, str]) -> dict[str, float]:
    """What the command takes in a process of its own: ``seconds`` of the processor from its start on, ``mib``
    of memory at most.
    """
    command = [sys.executable, "-m", "tests.bench.anomalies", "--look-only", domain]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ
    )
    taken: dict[str, float] = json.loads(done.stdout)
    assert taken["code"] == 0
    return taken


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=540_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--domain", default="")
    parser.add_argument("--look-only", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.look_only:
        look(options.look_only)
        return
    as_installed()
    with tempfile.TemporaryDirectory(prefix="balt-bench-") as folder:
        home = Path(folder) / "home"
        environ = {**os.environ, **prepare(home, options.rows)}
        domain = options.domain or a_large_domain(home / NAME)
        memory: list[float] = []

        def anomalies() -> float:
            found = looked(domain, environ)
            memory.append(found["mib"])
            return found["seconds"]

        taken = take_turns(
            {BARE: lambda: bare_read(home / NAME, time.process_time), ANOMALIES: anomalies}, options.runs
        )
    notes = {"rows": options.rows, "domain": domain, "memory_mib": round(max(memory))}
    report([Row(BARE, taken[BARE]), Row(ANOMALIES, taken[ANOMALIES], BARE)], notes)
    print(f"{'memory_mib':34} {notes['memory_mib']!s:>9}", file=sys.stderr)


if __name__ == "__main__":
    main()
