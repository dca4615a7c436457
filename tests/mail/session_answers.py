"""What both tests of the session say for a server."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from balt.clock import FixedClock
from balt.mail.session import ImapSession
from tests.mail.scripted import Handler, ScriptedServer

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPENED = (
    b"* 2 EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\n* OK [UIDNEXT 10] ok\r\n"
    b"* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n"
)
ROWS = (
    b'* 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE "12-Mar-2024 10:00:00 +0100" RFC822.SIZE 1234)\r\n'
    b'* 2 FETCH (UID 8 FLAGS () INTERNALDATE "13-Mar-2024 10:00:00 +0100" RFC822.SIZE 99)\r\n'
)
STRUCTURE = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL NIL NIL NIL)'
ENVELOPE = b'(NIL "Bilan" ((NIL NIL "labo" "b.fr")) NIL NIL NIL NIL NIL NIL NIL)'


def session(server: ScriptedServer, **overrides: Any) -> ImapSession:
    return ImapSession(server.account(**overrides), lambda: "pass", FixedClock(NOW))


def after_login(server: ScriptedServer) -> list[bytes]:
    return [line for line in server.commands() if not line.startswith((b"CAPABILITY", b"AUTHENTICATE"))]


def detail_row(uid: int, structure: bytes = STRUCTURE, envelope: bytes = ENVELOPE) -> bytes:
    return (
        b"* 1 FETCH (UID %d ENVELOPE %s BODYSTRUCTURE %s BODY[HEADER.FIELDS (X-MSS-MES)] {2}\r\n\r\n)\r\n"
        % (
            uid,
            envelope,
            structure,
        )
    )


def details_of(rows: Callable[[list[int]], bytes]) -> Handler:
    """Answer UID FETCH with rows made from the UIDs asked."""

    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        sock.sendall(rows(asked(rest)) + tag + b" OK\r\n")

    return answer


def asked(rest: bytes) -> list[int]:
    uids: list[int] = []
    for item in rest.split()[2].split(b","):
        first, _colon, last = item.partition(b":")
        uids.extend(range(int(first), int(last or first) + 1))
    return uids
