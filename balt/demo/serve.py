"""``python -m balt.demo.serve``: the practice and the directory on ephemeral ports, until standard input
closes.

One JSON line on standard output says where they are and how to log in, and holds the day's extraction of the
directory. Passwords and the directory's key are made anew each time, unless BALT_DEMO_PASSWORD gives one:
never an argument, which everybody on the machine could read.
"""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

from balt.clock import Clock, ShiftedClock, SystemClock
from balt.demo.directory import DirectoryServer, extraction_of, make_directory
from balt.demo.practice import make_practice
from balt.demo.provider import Provider
from balt.demo.server import MASTER, DemoServer
from balt.demo.sieve import SieveServer
from balt.paths import write_private


def main(argv: Sequence[str] | None = None) -> int:
    """Serves until standard input closes, or until SIGTERM or Ctrl-C."""
    options = _parser().parse_args(argv)
    clock: Clock = SystemClock()
    if options.today:
        now = clock.now()
        clock = ShiftedClock(datetime.combine(options.today, now.time(), now.tzinfo))
    today = clock.now().date()
    practice = make_practice(options.seed, today)
    password = os.environ.get("BALT_DEMO_PASSWORD", "")
    try:
        server = DemoServer(
            practice, options.hide.split(","), password=password, clock=clock, port=options.port
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    directory = DirectoryServer(make_directory(options.seed, today), key=password, clock=clock)
    name, text = extraction_of(directory.directory, _asked_at(options.today, clock))

    def depublish(address: str) -> None:
        """Out of the API at once, and out of the extraction that was already downloaded, as if it were the
        next day.
        """
        directory.depublish(address)
        if options.folder is not None:
            again = extraction_of(directory.directory, _asked_at(options.today, clock))[1]
            write_private(options.folder / name, again.encode())

    scripts = SieveServer({name: account.password for name, account in server.accounts.items()})

    def close(user: str) -> None:
        server.close_account(user)
        scripts.close_account(user)

    Provider(server.accounts.values(), depublish, close, clock)
    finished = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: finished.set())
    threading.Thread(target=_wait_for_end, args=(finished,), daemon=True).start()
    with server, directory, scripts:
        said = _described(server) | {
            "sieve_port": scripts.port if server.offers("MANAGESIEVE") else None,
            "directory": {"base_url": directory.base_url, "key": directory.key},
            "extraction": {"name": name, "text": text},
        }
        print(json.dumps(said), flush=True)
        while not finished.wait(0.5):  # a bare wait would not let Ctrl-C in on Windows
            pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="balt.demo.serve", description="The servers of balt's demo.")
    parser.add_argument("--seed", type=int, default=1, help="another number gives another practice")
    parser.add_argument("--today", type=date.fromisoformat, help="the day that dates are relative to")
    parser.add_argument("--hide", default="", metavar="SORT,QUOTA,…", help="extensions to do without")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where the extraction is kept, once the app has it")
    return parser


def _asked_at(today: date | None, clock: Clock) -> datetime:
    """When the app is opened: at nine o'clock on a day that was asked for, else now."""
    return datetime.combine(today, time(9)).astimezone() if today else clock.now()


def _described(server: DemoServer) -> dict[str, object]:
    """What a client of the mailboxes needs to know."""
    person = server.practice.person if server.practice else None
    return {
        "host": server.host,
        "port": server.port,
        "accounts": [
            {"address": name, "username": name, "password": account.password}
            for name, account in server.accounts.items()
        ],
        "master": {"username": MASTER, "password": server.master_password},
        "person": {"name": person.name, "rpps": person.rpps} if person else None,
    }


def _wait_for_end(finished: threading.Event) -> None:
    """Ends with the process that started this one: its end of the pipe closes, however it went."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    finished.set()


if __name__ == "__main__":
    sys.exit(main())
