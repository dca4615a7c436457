"""What a key costs: ``python -m tests.bench.keys [--count 10000] [--rows 1000000] [--runs 15]``.

A key is written to a terminal of 120x40 that shows updates at once; measured are the time to the last octet
of the answer, the octets, and how many updates they are. Three programs, in turn, in one run:

- balt itself, view 3, on a mailbox of COUNT messages;
- balt's list alone over ROWS rows that cost nothing, with a block below that tells of the row;
- for reference, a bare Textual list of the same rows: one colour for each line, and nothing below.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.installed import as_installed
from tests.bench.mailboxes import BIG, add_options, maildir, served, write_config
from tests.bench.report import Row, report
from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.source import ROOT

SHOWS_UPDATES_AT_ONCE = b"\x1b[?2026;2$y"
UPDATE = b"\x1b[?2026h"
QUIET = 0.25
"""Seconds without an octet after which an answer is whole."""
ROWS_APP = [sys.executable, "-P", "-m", "tests.bench.rows_app"]
BALT = [sys.executable, "-P", "-m", "balt"]
HELD_TO = {"down": (10, 700), "page": (30, 11_000)}
"""Milliseconds and octets, whatever the machine."""


@dataclass
class Answers:
    """What the answers to one key took."""

    seconds: list[float] = field(default_factory=list)
    octets: list[int] = field(default_factory=list)
    updates: list[int] = field(default_factory=list)


class Typed(PseudoTerminal):
    """A program at whose keyboard somebody sits."""

    def start(self, text: str) -> None:
        """Wait until ``text`` is there and all is quiet."""
        self.read_until(text, 60)
        self.send(SHOWS_UPDATES_AT_ONCE)
        self.read_until_quiet(1.0, 60)

    def press(self, keys: bytes, answers: Answers | None = None) -> None:
        """Press keys at once, and read the answer to its end."""
        before = len(self.output)
        started = last = time.perf_counter()
        self.send(keys)
        while last - started < 20:
            length = len(self.output)
            self._read(QUIET)
            if len(self.output) == length:
                break
            last = time.perf_counter()
        if answers is not None:
            answers.seconds.append(last - started)
            answers.octets.append(len(self.output) - before)
            answers.updates.append(bytes(self.output[before:]).count(UPDATE))

    def round(self, answers: Mapping[str, Answers]) -> None:
        """Each key once, from the top of the list. The first page ends on the last row: one more scrolls."""
        self.press(b"g")
        self.press(b"j")
        self.press(b"j", answers["down"])
        self.press(b"g")
        self.press(b"\x1b[6~")
        self.press(b"j", answers["down, at the edge"])
        self.press(b"\x1b[6~", answers["page"])
        self.press(b"G", answers["end"])
        self.press(b"g")
        self.press(b"j" * 200, answers["200 at once"])
        if "sort" in answers:
            self.press(b"S", answers["sort"])


KEYS = ("down", "down, at the edge", "page", "end", "200 at once")


def measure(typed: Mapping[str, Typed], runs: int) -> dict[str, dict[str, Answers]]:
    """Rounds of all programs in turn; one more goes first, uncounted."""
    for program in typed.values():
        program.round({key: Answers() for key in (*KEYS, "sort")})
    taken = {name: {key: Answers() for key in KEYS} for name in typed}
    taken["balt"]["sort"] = Answers()
    for _run in range(runs):
        for name, program in typed.items():
            program.round(taken[name])
    return taken


def tell(taken: Mapping[str, Mapping[str, Answers]], notes: dict[str, object]) -> None:
    """The table of times and that of octets."""
    octets = {}
    print(f"{'':34} {'octets':>9} {'most':>9}  updates", file=sys.stderr)
    for name, answers in taken.items():
        for key, each in answers.items():
            middle, most = round(statistics.median(each.octets)), max(each.octets)
            held = f" (≤ {HELD_TO[key][1]} octets, {HELD_TO[key][0]} ms)" if key in HELD_TO else ""
            print(f"{name + ': ' + key:34} {middle:9} {most:9}  {max(each.updates)}{held}", file=sys.stderr)
            octets[f"{name}: {key}"] = {"median": middle, "most": most, "updates": max(each.updates)}
    rows = [
        Row(f"{name}: {key}", each.seconds, f"bare: {key}" if name != "bare" and key != "sort" else "")
        for name, answers in taken.items()
        for key, each in answers.items()
    ]
    report(rows, {**notes, "octets": octets})


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser, 10_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    as_installed()
    environ = {"PYTHONPATH": str(ROOT), "TEXTUAL_ANIMATIONS": "none"}
    with ExitStack() as stack:
        server = stack.enter_context(served(maildir(options)))
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="balt-bench-")))

        def typed(command: list[str], variables: Mapping[str, str]) -> Typed:
            return stack.enter_context(Typed(command, columns=120, rows=40, environ=variables))

        balt = typed(BALT, write_config(home / "config.toml", server, BIG))
        balt.start("Fiches")
        balt.send(b"3")
        balt.start(server.mark)
        programs = {"balt": balt}
        for name, command in (("list", "balt"), ("bare", "bare")):
            programs[name] = typed([*ROWS_APP, command, str(options.rows)], environ)
            programs[name].start("(1)")
        taken = measure(programs, options.runs)
    tell(taken, {"messages": server.messages, "rows": options.rows})


if __name__ == "__main__":
    main()
