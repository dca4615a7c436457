"""What a verified archive costs: ``python -m tests.bench.archiving [--count 1000] [--large 150] [--runs 3]``

Compared, in the same run, with two downloads of the same messages over the same kind of line, as many times
as balt reads them from the server (over TLS once, without TLS twice), each message hashed (SHA-256) and
nothing written:

- the plain download that a script does: Python's own imaplib, one message after the other. The archive is
  held to 1 / 0.7 of it at most;
- a stream: one command for all of them over a bare socket, nothing understood but the sizes. No client can
  be faster; it shows how far there is to go.

Each measure is a process of its own; the time is that of the reading alone, without the start of Python and
the login. Memory is held to twice the largest message and 60 MB.
"""

import argparse
import hashlib
import imaplib
import random
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from balt.cleanup.archive import open_archive
from balt.cleanup.plan import FolderPart, PlannedMessage
from balt.cleanup.uids import batches_of_octets
from balt.clock import SystemClock
from balt.config import Account
from balt.mail.session import ImapSession
from tests.bench.memory import peak_mib
from tests.bench.report import Row, report, take_turns
from tests.support.dovecot import Dovecot

HELD_TO = round(1 / 0.7, 2)
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_BATCH = 64 * 1024 * 1024
"""Octets in one batch of an act."""


def _context(account: Account) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=account.ca_file) if account.ca_file else None


def download(account: Account, times: int) -> None:
    """Read every message of INBOX with SHA-256, one after the other, as imaplib does it."""
    context, where = _context(account), (account.host, account.port)
    client = imaplib.IMAP4_SSL(*where, ssl_context=context) if context else imaplib.IMAP4(*where)
    with client:
        client.login(account.username, "pass")
        client.select("INBOX", readonly=True)
        uids = client.uid("SEARCH", "ALL")[1][0].decode("ascii").split()
        began = time.perf_counter()
        for _time in range(times):
            for uid in uids:
                hashlib.sha256(client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1]).hexdigest()
        print(time.perf_counter() - began, peak_mib())


def stream(account: Account, times: int) -> None:
    """Read every message of INBOX with SHA-256, by one command over a bare socket."""
    line = socket.create_connection((account.host, account.port))
    if context := _context(account):
        line = context.wrap_socket(line, server_hostname=account.host)
    with line, line.makefile("rb", 1 << 18) as file:
        file.readline()
        for command in (f"LOGIN {account.username} pass", "EXAMINE INBOX"):
            line.sendall(f"A {command}\r\n".encode())
            while not file.readline().startswith(b"A "):
                pass
        began = time.perf_counter()
        for _time in range(times):
            line.sendall(b"A UID FETCH 1:* (UID BODY.PEEK[])\r\n")
            while not (text := file.readline()).startswith(b"A "):
                if literal := _LITERAL.search(text):
                    left, hasher = int(literal[1]), hashlib.sha256()
                    while left:
                        piece = file.read(min(left, 1 << 20))
                        hasher.update(piece)
                        left -= len(piece)
        print(time.perf_counter() - began, peak_mib())


def archive(account: Account, times: int, place: Path) -> None:
    """Archive every message of INBOX."""
    session = ImapSession(account, lambda: "pass", SystemClock())
    session.open()
    state = session.select("INBOX")
    found = session.identities(range(1, state.uidnext))
    messages = tuple(
        PlannedMessage(uid, each.size, each.internaldate, each.message_id) for uid, each in found.items()
    )
    part, kept = FolderPart("INBOX", state.uidvalidity, messages), 0
    began = time.perf_counter()
    with open_archive(place, account, SystemClock(), twice=False, tls=times == 1) as keeper:
        for batch in batches_of_octets(messages, 1_000, _BATCH):
            kept += len(keeper.keep(session, part, batch, found, None))
    print(time.perf_counter() - began, peak_mib())
    if kept != len(messages):
        raise SystemExit(f"{kept} of {len(messages)} archived")


class Mailbox:
    """One mailbox on a server, and what the measures on it said of memory."""

    def __init__(self, dovecot: Dovecot, scratch: Path) -> None:
        self.account = dovecot.account()
        self._dovecot = dovecot
        self._scratch = scratch
        self.most: dict[str, float] = {}

    def fill(self, sizes: list[int]) -> None:
        """Messages of about these octets, straight into the Maildir."""
        folder = self._dovecot.maildir(self.account.username)
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        rng = random.Random(7)
        for number, size in enumerate(sizes):
            moment = datetime(2019, 1, 1, tzinfo=UTC).timestamp() + number * 60_000
            line = rng.randbytes(36).hex().encode() + b"\n"
            head = f"From: essai@exemple.fr\nMessage-ID: <{number}@exemple.fr>\n\n".encode()
            path = folder / "cur" / f"{int(moment)}.M{number}P1.host:2,S"
            path.write_bytes(head + line * max(1, size // len(line)))
        self._dovecot.own(folder.parent)

    def measure(self, way: str, times: int) -> float:
        """Seconds of one way, in a process of its own."""
        place = Path(tempfile.mkdtemp(dir=self._scratch)) / "archive"
        command = [sys.executable, "-m", "tests.bench.archiving", "--one", way, "--times", str(times)]
        port = self._dovecot.tls_port if times == 1 else self._dovecot.port
        command += ["--port", str(port), "--user", self.account.username, "--place", str(place)]
        if times == 1:
            command += ["--ca-file", str(self._dovecot.ca_file)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="ascii")
        seconds, most = map(float, done.stdout.split())
        key = f"{way} {times}"
        self.most[key] = max(most, self.most.get(key, 0))
        shutil.rmtree(place.parent)
        return seconds


def _rows(name: str, mailbox: Mailbox, runs: int) -> list[Row]:
    """Every way, as often as with TLS and as without it; the archive's ratio to either download."""
    ways = ("download", "stream", "archive")
    measures = {
        f"{name}: {way} ×{times}": (lambda way=way, times=times: mailbox.measure(way, times))
        for times in (1, 2)
        for way in ways
    }
    taken = take_turns(measures, runs)
    rows = []
    for times in (1, 2):
        download, stream, archived = (f"{name}: {way} ×{times}" for way in ways)
        rows += [Row(download, taken[download]), Row(stream, taken[stream])]
        rows.append(Row(archived, taken[archived], download, HELD_TO))
        rows.append(Row(f"{archived}, to the stream", taken[archived], stream))
    return rows


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=150, metavar="MB")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()))
    for name in ("--one", "--user", "--place", "--ca-file"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        account = Account(
            address=f"{options.user}@medecin.mssante.fr",
            username=options.user,
            host="localhost" if options.ca_file else "127.0.0.1",
            port=options.port,
            security="tls" if options.ca_file else "none",
            ca_file=Path(options.ca_file) if options.ca_file else None,
        )
        if options.one == "archive":
            archive(account, options.times, Path(options.place))
        else:
            {"download": download, "stream": stream}[options.one](account, options.times)
        return
    rng = random.Random(1)  # 80 kB on average, half of them below 40 kB
    with Dovecot() as dovecot, tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        many, one = Mailbox(dovecot, Path(scratch)), Mailbox(dovecot, Path(scratch))
        many.fill([int(min(rng.lognormvariate(10.6, 1.2), 5e6)) for _ in range(options.count)])
        one.fill([options.large * 1024 * 1024])
        rows = _rows(f"{options.count} messages", many, options.runs)
        rows += _rows(f"one of {options.large} MB", one, options.runs)
    report(rows, {"memory_mib": {"many": many.most, "large": one.most}, "least_share": 0.7})


if __name__ == "__main__":
    main()
