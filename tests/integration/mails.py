"""Mails that the integration tests put into mailboxes, and the sessions they look at them with."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from balt.clock import SystemClock
from balt.config import Account
from balt.mail.session import ImapSession
from tests.support.dovecot import PASSWORD

WHEN = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)


@contextmanager
def opened(account: Account, password: str = PASSWORD) -> Iterator[ImapSession]:
    """A session on ``account``, open."""
    session = ImapSession(account, lambda: password, SystemClock())
    session.open()
    try:
        yield session
    finally:
        session.close()


def text(subject: str = "Bilan", size: int = 0, number: int = 1) -> bytes:
    """A letter of one text part, filled up to at least ``size`` octets."""
    head = (
        "From: Labo FICTIF <labo@labo.mssante.fr>\r\nTo: camille.exemple@medecin.mssante.fr\r\n"
        f"Subject: {subject}\r\nMessage-ID: <essai-{number}@labo.mssante.fr>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "Bonjour, voici un résultat.\r\n"
    ).encode()
    line = b"x" * 70 + b"\r\n"
    return head + line * max(0, (size - len(head)) // len(line) + 1 if size else 0)


def document(octets: bytes = b"%PDF-1.4 " * 1000, name: str = "courrier.pdf") -> bytes:
    """A letter with a PDF."""
    body = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    return (
        b"From: =?utf-8?Q?Dr_Zo=C3=A9?= <zoe@medecin.mssante.fr>\r\nSubject: XDM/1.0/DDM+CR\r\n"
        b'Message-ID: <doc@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>Cher <b>confr&egrave;re</b></p><script>alert(1)</script><img src='http://pisteur.example/x.gif'>"
        b'\r\n--b\r\nContent-Type: application/pdf; name="%(n)s"\r\nContent-Transfer-Encoding: base64\r\n'
        b'Content-Disposition: attachment; filename="%(n)s"\r\n\r\n%(b)s\r\n--b--\r\n'
    ) % {b"n": name.encode(), b"b": body}


HOSTILE_SUBJECTS = [
    "* 1 FETCH (UID 666 FLAGS (\\Deleted) RFC822.SIZE 1)",
    'a" UID 666 RFC822.SIZE 1 "',
    "{5}",
    ")))((( ) BODYSTRUCTURE NIL UID 666",
    "\x1b]0;PWNED\x07 \x1b[31m",
    "=?utf-8?Q?=1B]52;c;=07=0D=0AX1 NOOP?=",
    "ordonnance \u202efdp.exe \u2066",
    "x" * 9000,
    "=?rot13?Q?a?= =?utf-8?B?////?=",
    "[bold]markup[/bold] [/",
    "",
]


def nested(levels: int) -> bytes:
    """A mail of parts in parts."""
    head = b"Subject: poupees russes\r\nMIME-Version: 1.0\r\n"
    opening = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    body = b"".join(opening % (level, level) for level in range(levels))
    return head + body + b"Content-Type: text/plain\r\n\r\nfond\r\n"
