"""A million messages in the whole program: ``python -m tests.bench.large``.

    python -m tests.bench.large [--count 1000000 | --maildir FOLDER] [--runs 3] [--seconds 30]

On a server that sorts and on one that does not: seconds from the start of balt to the largest message on the
screen (140x45), the most memory of the whole program, and how long the screen stood still at most.

For the last figure the keyboard goes to the pane of folders, and a cursor key is sent again and again from
outside while balt lists, reads, and sorts the list beside it. Each key asks for a row to be repainted; the
time from the key to the next octet that balt writes is how long a person would have seen nothing move. A
next key is sent only once something has come, at most every 25 ms. The same on an empty BAL ("at rest") says
how much of it is the machine's.
"""

import argparse
import re
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.installed import as_installed
from tests.bench.mailboxes import BIG, EMPTY, NO_SORT, Served, add_options, maildir, served, write_config
from tests.bench.memory import peak_mib
from tests.bench.report import Row, report
from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.terminal import processes_with

COMMAND = [sys.executable, "-P", "-m", "balt"]
EVERY = 0.025
HELD_TO = {"with SORT": 3.0, "without SORT": 10.0, "memory_mib": 180, "still_ms": 100}
OTHER_MAILBOXES = "".join(
    f'[[mailbox]]\naddress = "bal{number}.fictif@medecin.mssante.fr"\nhost = "localhost"\naccess = "none"\n'
    for number in range(8)
)
"""More rows for the pane of folders, so that a cursor key always has somewhere to go."""
_MOVES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")


@dataclass
class Still:
    """How long the screen stood still at most, in seconds, while ``what`` went on; of how many keys."""

    what: str
    longest: float = 0.0
    keys: int = 0


@dataclass(frozen=True)
class Run:
    """What an undisturbed opening (seconds), and one with a busy keyboard, showed."""

    first_screen: float
    memory_mib: float
    stills: list[Still]


class Watched(PseudoTerminal):
    """A program whose screen is kept busy from outside."""

    def keep_moving(self, what: str, until: Callable[[], bool], patience: float) -> Still:
        """Send cursor keys until something is the case (TimeoutError after ``patience`` seconds)."""
        still = Still(what)
        deadline = time.perf_counter() + patience
        while not until():
            if time.perf_counter() > deadline:
                raise TimeoutError(what + "\n" + "\n".join(self.screen()))
            self.send(b"g" if still.keys % 6 == 5 else b"j")  # down five rows and back to the top
            asked, before = time.perf_counter(), len(self.output)
            while len(self.output) == before and time.perf_counter() < deadline:
                self._read(deadline - time.perf_counter())
            answered = time.perf_counter()
            still.longest, still.keys = max(still.longest, answered - asked), still.keys + 1
            while (rest := asked + EVERY - time.perf_counter()) > 0:
                self._read(rest)
        return still

    def has_just_written(self, text: str) -> bool:
        """Whether ``text`` is in the newest octets, colours and moves aside."""
        return text.encode() in _MOVES.sub(b"", bytes(self.output[-65536:]))


def first_screen(server: Served, home: Path, patience: float) -> float:
    """Seconds from the start of balt, which has never seen the mailbox, to its largest message."""
    environ = write_config(home / "config.toml", server, BIG)
    with Watched(COMMAND, columns=140, rows=45, environ=environ) as terminal:
        terminal.send(b"3")
        return terminal.read_until(server.mark, patience)


def watched(server: Served, home: Path, seconds: float, patience: float) -> tuple[float, list[Still]]:
    """Open the same with a busy keyboard, let balt read for some seconds, sort by age and by size; the most
    memory that it took in MiB, and how still its screen stood.
    """
    environ = write_config(home / "config.toml", server, BIG, OTHER_MAILBOXES)
    value = secrets.token_hex(8)
    environ["BALT_BENCH_MARK"] = value
    with Watched(COMMAND, columns=140, rows=45, environ=environ) as terminal:
        terminal.send(b"3")
        terminal.read_until("filtrer", patience)
        terminal.send(b"\t")
        stills = [terminal.keep_moving("opening", lambda: terminal.has_just_written(server.mark), patience)]
        for what, key, span in (("reading on", b"", seconds), ("by age", b"D", 5.0), ("by size", b"S", 5.0)):
            terminal.send(key)
            end = time.perf_counter() + span
            stills.append(terminal.keep_moving(what, partial(has_passed, end), span + patience))
        return sum(peak_mib(process) for process in processes_with(value)), stills


def at_rest(server: Served, home: Path, patience: float) -> Still:
    """How still the screen stands when there is nothing to do."""
    environ = write_config(home / "config.toml", server, EMPTY, OTHER_MAILBOXES)
    with Watched(COMMAND, columns=140, rows=45, environ=environ) as terminal:
        terminal.send(b"3")
        terminal.read_until("0 message", patience)
        terminal.send(b"\t")
        return terminal.keep_moving("at rest", partial(has_passed, time.perf_counter() + 5.0), 5.0 + patience)


def has_passed(moment: float) -> bool:
    """Whether it is later than a moment of the performance counter."""
    return time.perf_counter() > moment


def measure(server: Served, seconds: float, patience: float) -> Run:
    """One round, each opening with nothing kept from another."""
    with tempfile.TemporaryDirectory(prefix="balt-bench-") as folder:
        home = Path(folder)
        screen = first_screen(server, home / "first", patience)
        memory, stills = watched(server, home / "busy", seconds, patience)
        return Run(screen, memory, [*stills, at_rest(server, home / "rest", patience)])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser, 1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30, help="how long balt reads before it sorts")
    parser.add_argument("--patience", type=float, default=180)
    options = parser.parse_args()
    as_installed()
    place = maildir(options)
    rows: list[Row] = []
    notes: dict[str, object] = {"terminal": "140x45", "held_to": HELD_TO}
    servers: dict[str, tuple[str, ...]] = {"with SORT": (), "without SORT": NO_SORT}
    for name, hidden in servers.items():
        with served(place, hidden) as server:
            runs = [measure(server, options.seconds, options.patience) for _ in range(options.runs)]
        rows.append(Row(f"first screen, {name}", [run.first_screen for run in runs]))
        notes["messages"] = server.messages
        told = {"memory_mib": round(max(run.memory_mib for run in runs)), "still_ms": longest_stills(runs)}
        notes[name] = told
        print(f"{name}: {told}", file=sys.stderr)
    report(rows, notes)


def longest_stills(runs: list[Run]) -> dict[str, list[int]]:
    """Milliseconds that the screen stood still at most, run by run."""
    return {
        still.what: [round(run.stills[place].longest * 1e3) for run in runs]
        for place, still in enumerate(runs[0].stills)
    }


if __name__ == "__main__":
    main()
