"""How soon the largest messages of a big mailbox are on the screen: ``python -m tests.bench.clients``.

    python -m tests.bench.clients [--count 100000 | --maildir FOLDER] [--runs 5] [--only balt,aerc]

From the start of the program in a terminal of 140x45 to the first screen that shows the largest message, as
somebody sees it (tmux, looked at every 10 ms); balt must have it on the first row, with its size. Its second
open is over when sizes and dates are there, for its index keeps no subject; that with subjects is told too.
Rounds are interleaved, after one that is not counted: it fills the caches of the disk and those of the server
that each client needs. The other clients keep no cache of their own; what is not installed is left out.
"""

import argparse
import contextlib
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from balt.units import format_size
from tests.bench.installed import as_installed
from tests.bench.mailboxes import BIG, EMPTY, Served, add_options, maildir, served, write_config
from tests.bench.report import Row, report, take_turns
from tests.support.dovecot import PASSWORD
from tests.support.terminal import Terminal

BALT = (sys.executable, "-P", "-m", "balt")
FIRST, SECOND, OWN = "balt, never seen", "balt, second open", "balt, empty BAL"
SUBJECTS = "balt, second open, with subjects"
HELD_TO = {"aerc": 1.0, "mutt": 0.5, "neomutt": 0.2, OWN: 1.3}
"""What balt's time may be, as a share of another's; its second open as a share of its own empty one."""
ROW = re.compile(r"\(\d+\)")
"""Each subject of the generator ends in the number of its message."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")
MUTT = """\
set folder="imap://{user}@127.0.0.1:{port}/"
set spoolfile="+INBOX"
set imap_user="{user}"
set imap_pass="{password}"
set ssl_starttls=no
set ssl_force_tls=no
set sort=reverse-size
set quit=yes
set delete=no
set move=no
set index_format="%4C %D %-15.15L %6c %s"
"""
AERC_ACCOUNT = """\
[bench]
source = imap+insecure://{user}:{password}@127.0.0.1:{port}
default = INBOX
from = <camille.exemple@medecin.mssante.fr>
cache-headers = false
"""
AERC = """\
[general]
unsafe-accounts-conf = true
[ui]
sort = -r size
index-format = %-20.20D %-17.17n %Z %s
"""


@dataclass(frozen=True)
class Client:
    """How a program is started, when its screen is there, and what is pressed until then."""

    command: tuple[str, ...]
    environ: Mapping[str, str]
    ready: Callable[[str], bool]
    key: str = ""


def time_to_screen(client: Client, patience: float) -> float:
    """Seconds from the start of a client to its screen; ``patience`` when it is not there by then."""
    started = time.perf_counter()
    with Terminal(client.command, columns=140, rows=45, environ=client.environ) as terminal:
        pressed = 0.0
        while (now := time.perf_counter()) - started < patience:
            if client.key and now - pressed > 1:  # at once, and again should it have come too early
                terminal.keys(client.key)
                pressed = now
            if client.ready(terminal.text()):
                return time.perf_counter() - started
            time.sleep(0.01)
    return patience


def balt(server: Served, home: Path, user: str = BIG) -> Client:
    """balt on one BAL, with all that it keeps below ``home``."""
    size = format_size(server.largest, aligned=True)
    ready = partial(has_on_first_row, (server.mark, size)) if user == BIG else shows_nothing
    return Client(BALT, write_config(home / "config.toml", server, user), ready, key="3")


def has_sizes(size: str, screen: str) -> bool:
    """Whether balt's first row has this size and a date; its index keeps no subject."""
    row = next((line for line in screen.splitlines() if DATE.search(line)), "")
    return size in row


def shows_nothing(screen: str) -> bool:
    """Whether balt says that there is no message."""
    return "0 message" in screen


def has_on_first_row(wanted: Iterable[str], screen: str) -> bool:
    """Whether these texts stand on the first row of messages."""
    row = next((line for line in screen.splitlines() if ROW.search(line)), "")
    return all(text in row for text in wanted)


def use_once(client: Client, patience: float) -> None:
    """Open and leave balt as a person does, who waits until nothing moves any more."""
    with Terminal(client.command, columns=140, rows=45, environ=client.environ) as terminal:
        terminal.wait_for("Fiches", timeout=patience)
        terminal.keys(client.key)
        before = terminal.wait_until(client.ready, "the list", patience)
        still_since = time.monotonic()
        deadline = time.monotonic() + patience
        while time.monotonic() < min(still_since + 3, deadline):
            time.sleep(0.1)
            if (now := terminal.text()) != before:
                before, still_since = now, time.monotonic()
        terminal.keys("q")
        terminal.wait_for_end()


def others(server: Served, home: Path) -> dict[str, Client]:
    """The other terminal clients that are installed, set to open the same mailbox by size."""
    values = {"user": BIG, "password": PASSWORD, "port": server.dovecot.port}
    (home / "aerc").mkdir(parents=True)
    for name, text, mode in (
        ("muttrc", MUTT, 0o600),
        ("aerc/accounts.conf", AERC_ACCOUNT, 0o600),
        ("aerc/aerc.conf", AERC, 0o600),
    ):
        (home / name).write_text(text.format(**values), encoding="utf-8")
        (home / name).chmod(mode)
    environ = {"HOME": str(home)} | {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "DATA", "CACHE")}

    def ready(screen: str) -> bool:  # mutt counts a message without its head: another may be first
        return server.mark in screen

    found = {"aerc": Client(("aerc",), environ, ready)}
    for name in ("mutt", "neomutt"):
        found[name] = Client((name, "-n", "-F", str(home / "muttrc")), environ, ready)
    return {name: client for name, client in found.items() if shutil.which(client.command[0])}


@contextlib.contextmanager
def measures(server: Served, patience: float) -> Iterator[dict[str, Callable[[], float]]]:
    """Each thing that is measured, by its name."""
    with tempfile.TemporaryDirectory(prefix="balt-bench-") as folder:
        homes = Path(folder)
        again, own = balt(server, homes / "second"), balt(server, homes / "own", EMPTY)
        for client in (again, own):
            use_once(client, patience)
        sizes = partial(has_sizes, format_size(server.largest, aligned=True))
        kept = {SECOND: replace(again, ready=sizes), SUBJECTS: again, OWN: own}

        def first() -> float:
            with tempfile.TemporaryDirectory(dir=homes) as fresh:
                return time_to_screen(balt(server, Path(fresh)), patience)

        def of(client: Client) -> Callable[[], float]:
            return lambda: time_to_screen(client, patience)

        clients = kept | others(server, homes / "others")
        yield {FIRST: first} | {name: of(client) for name, client in clients.items()}


def rows(taken: Mapping[str, list[float]]) -> list[Row]:
    """The table: balt's rows against each of the others; the others as they are."""
    found = [Row(name, seconds) for name, seconds in taken.items()]
    for name in ("aerc", "mutt", "neomutt"):
        if name in taken and FIRST in taken:
            found.append(Row(f"{FIRST} / {name}", taken[FIRST], name, HELD_TO[name]))
    for name in (SECOND, SUBJECTS):
        if name in taken and OWN in taken:
            found.append(Row(f"{name} / {OWN}", taken[name], OWN, HELD_TO[OWN] if name == SECOND else None))
    return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser, 100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--patience", type=float, default=120, help="seconds that a client may take")
    parser.add_argument("--only", default="", help="names of clients, with commas: balt,aerc")
    options = parser.parse_args()
    as_installed()
    wanted = [name for name in options.only.split(",") if name]
    with served(maildir(options)) as server, measures(server, options.patience) as everything:
        chosen = {
            name: measure
            for name, measure in everything.items()
            if not wanted or any(name.startswith(one) for one in wanted)
        }
        taken = take_turns(chosen, options.runs)
        notes = {
            "messages": server.messages,
            "largest": server.largest,
            "terminal": "140x45",
            "gave_up": [name for name, seconds in taken.items() if max(seconds) >= options.patience],
            "not_installed": [name for name in ("aerc", "mutt", "neomutt") if name not in everything],
        }
    report(rows(taken), notes)


if __name__ == "__main__":
    main()
