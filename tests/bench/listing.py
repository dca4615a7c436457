"""How long balt takes to list a folder: ``python -m tests.bench.listing [--count 10000] [--runs 5]``.

A Dovecot of its own holds the messages. Compared, in the same run, with reading the same answer from a bare
socket; the server's own index is warm for both.
"""

import argparse
import resource
import socket
import time
from collections.abc import Callable

from balt.clock import SystemClock
from balt.config import Account
from balt.mail.session import ImapSession
from tests.bench.make_mailbox import make_mail, write_maildir
from tests.bench.report import Row, report, take_turns
from tests.support.dovecot import PASSWORD, Dovecot

SIZES_AND_DATES = "(UID FLAGS INTERNALDATE RFC822.SIZE)"
STRUCTURES = "(UID ENVELOPE BODYSTRUCTURE)"


def raw_read(port: int, user: str, items: str) -> float:
    """Seconds that a bare socket takes to receive ``items`` of every message of the inbox."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(65536)
        _ask(connection, f"a LOGIN {user} {PASSWORD}")
        _ask(connection, "a EXAMINE INBOX")
        started = time.perf_counter()
        _ask(connection, f"a UID FETCH 1:* {items}")
        return time.perf_counter() - started


def _ask(connection: socket.socket, command: str) -> None:
    connection.sendall(command.encode() + b"\r\n")
    end = b""
    while b"\na OK" not in end and not end.startswith(b"a OK"):
        piece = connection.recv(1 << 18)
        assert piece, "the server hung up"
        end = end[-200:] + piece


def with_balt(account: Account, read: Callable[[ImapSession], object]) -> float:
    """Seconds that ``read`` takes on an open session."""
    session = ImapSession(account, lambda: PASSWORD, SystemClock())
    session.open()
    try:
        started = time.perf_counter()
        read(session)
        return time.perf_counter() - started
    finally:
        session.close()


def read_details(session: ImapSession) -> int:
    """Read envelope and structure of every message, one after the other; how many came."""
    uids = session.scan("INBOX").uids
    return sum(1 for _uid, _detail in session.details("INBOX", uids))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with Dovecot() as dovecot:
        user = dovecot.new_user()
        write_maildir(dovecot.maildir(user), make_mail(options.count))
        dovecot.own(dovecot.folder / "mail")
        account = dovecot.account(user, timeout=120.0)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        taken = take_turns(
            {
                "raw: sizes and dates": lambda: raw_read(dovecot.port, user, SIZES_AND_DATES),
                "balt: scan": lambda: with_balt(account, lambda session: session.scan("INBOX")),
                "raw: envelopes and structures": lambda: raw_read(dovecot.port, user, STRUCTURES),
                "balt: scan and details": lambda: with_balt(account, read_details),
            },
            options.runs,
        )
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    references = {
        "balt: scan": ("raw: sizes and dates", 2.0),
        "balt: scan and details": ("raw: envelopes and structures", 1.5),
    }
    report(
        [Row(name, seconds, *references.get(name, ("", None))) for name, seconds in taken.items()],
        {"messages": options.count, "memory_kib": after, "memory_kib_before": before},
    )


if __name__ == "__main__":
    main()
