"""How long balt takes to list a folder: ``python -m tests.bench.listing``.

    python -m tests.bench.listing [--count 100000 | --maildir FOLDER] [--runs 5] [--no-imapclient]

Compared, in the same run, with receiving the same answer from a bare socket and doing nothing with it; the
server's own index is warm for all. Each measure is a process of its own, so that its memory is its own.
imapclient, which takes half a minute for 100,000 messages, runs once.
"""

import argparse
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from balt.clock import SystemClock
from balt.config import Account
from balt.mail.detail_store import DetailStore
from balt.mail.kinds import HEADERS
from balt.mail.session import ImapSession
from tests.bench.mailboxes import BIG, add_options, maildir, served
from tests.bench.memory import peak_mib
from tests.bench.report import Row, report, take_turns
from tests.support.dovecot import PASSWORD

SIZES_AND_DATES = "(UID FLAGS INTERNALDATE RFC822.SIZE)"
EVERYTHING = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
_FIELDS = " ".join(name.upper() for name in HEADERS if name not in ("From", "Subject"))
AS_BALT = f"(UID ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS ({_FIELDS})])"
"""What balt asks for beside sizes and dates: the headers tell receipts from documents."""


def raw_read(port: int, *items: str) -> float:
    """Seconds that a bare socket takes to receive ``items`` of every message, one answer after the other."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(65536)
        _ask(connection, f"a LOGIN {BIG} {PASSWORD}")
        _ask(connection, "a EXAMINE INBOX")
        started = time.perf_counter()
        for wanted in items:
            _ask(connection, f"a UID FETCH 1:* {wanted}")
        return time.perf_counter() - started


def _ask(connection: socket.socket, command: str) -> None:
    connection.sendall(command.encode() + b"\r\n")
    end = b""
    while b"\na OK" not in end and not end.startswith(b"a OK"):
        piece = connection.recv(1 << 18)
        assert piece, "the server hung up"
        end = end[-200:] + piece


def with_balt(port: int, read: Callable[[ImapSession], object]) -> float:
    """Seconds that ``read`` takes on an open session."""
    account = Account(
        "big@medecin.mssante.fr", username=BIG, host="127.0.0.1", port=port, security="none", timeout=120.0
    )
    session = ImapSession(account, lambda: PASSWORD, SystemClock())
    session.open()
    try:
        started = time.perf_counter()
        read(session)
        return time.perf_counter() - started
    finally:
        session.close()


def read_full_list(session: ImapSession) -> object:
    """Sizes and dates, then what else a list shows, of every message: as octets, read when looked at."""
    listing = session.scan("INBOX")
    everything = DetailStore(most_octets=sys.maxsize)
    session.read_ahead("INBOX", listing.uids, everything)
    assert len(everything) == len(listing)
    return listing, everything


def imapclient_read(port: int, items: str) -> float:
    """Seconds that imapclient takes for the same; its own ``fetch`` wants a list of all UIDs, which makes a
    command longer than servers take, so that its parser is given the answer to a range.
    """
    from imapclient import IMAPClient
    from imapclient.response_parser import parse_fetch_response

    client = IMAPClient("127.0.0.1", port, ssl=False)
    client.login(BIG, PASSWORD)
    client.select_folder("INBOX", readonly=True)
    started = time.perf_counter()
    _status, answer = client._imap.uid("FETCH", "1:*", items)
    kept = parse_fetch_response(answer, normalise_times=True, uid_is_key=True)
    seconds = time.perf_counter() - started
    assert kept
    return seconds


METHODS: Mapping[str, Callable[[int], float]] = {
    "raw: sizes and dates": lambda port: raw_read(port, SIZES_AND_DATES),
    "balt: sizes and dates": lambda port: with_balt(port, lambda session: session.scan("INBOX")),
    "imapclient: sizes and dates": lambda port: imapclient_read(port, SIZES_AND_DATES),
    "raw: the same items as balt": lambda port: raw_read(port, SIZES_AND_DATES, AS_BALT),
    "raw: in one answer, no headers": lambda port: raw_read(port, EVERYTHING),
    "balt: full list": lambda port: with_balt(port, read_full_list),
    "imapclient: full list": lambda port: imapclient_read(port, EVERYTHING),
}
REFERENCES = {
    "balt: sizes and dates": ("raw: sizes and dates", 2.0),
    "imapclient: sizes and dates": ("raw: sizes and dates", None),
    "balt: full list": ("raw: the same items as balt", 1.5),
    "imapclient: full list": ("raw: in one answer, no headers", None),
}


class Alone:
    """A method in a process of its own; ``peak_mib`` is the most memory that it took in any run."""

    def __init__(self, name: str, port: int) -> None:
        self._command = [sys.executable, "-m", "tests.bench.listing", "--method", name, "--port", str(port)]
        self.peak_mib = 0

    def __call__(self) -> float:
        done = subprocess.run(self._command, check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(done.stdout)
        self.peak_mib = max(self.peak_mib, round(told["peak_mib"]))
        return float(told["seconds"])


def run_alone(name: str, port: int) -> None:
    """What a process of ``Alone`` does: one measure, told as JSON."""
    seconds = METHODS[name](port)
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib()}))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser, 100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-imapclient", action="store_true")
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.method:
        run_alone(options.method, options.port)
        return
    with served(maildir(options)) as server:
        alone = {name: Alone(name, server.dovecot.port) for name in METHODS}
        slow = {name: one for name, one in alone.items() if name.startswith("imapclient")}
        taken = take_turns({name: one for name, one in alone.items() if name not in slow}, options.runs)
        if not options.no_imapclient:
            taken |= {name: [one()] for name, one in slow.items()}
    report(
        [Row(name, taken[name], *REFERENCES.get(name, ("", None))) for name in METHODS if name in taken],
        {"messages": server.messages, "peak_mib": {name: alone[name].peak_mib for name in taken}},
    )


if __name__ == "__main__":
    main()
