"""What is said of a port, of a greeting and of the ways of logging in."""

from typing import Any

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.doctor.line import look_at_certificate, look_at_greeting, look_at_port
from balt.doctor.model import Result
from tests.mail.scripted import ScriptedServer

NOBODY = "127.0.0.66"  # loopback too, and nobody listens there


def account(security: Any, port: int) -> Account:
    return Account("essai@medecin.mssante.fr", host=NOBODY, port=port, security=security, timeout=6)


def test_the_port_of_starttls_with_tls_is_pointed_out() -> None:
    check = look_at_certificate(account("tls", 143), SystemClock())
    assert 'Le port 143 va d\'ordinaire avec security = "starttls".' in check.advice


def test_the_port_of_tls_with_starttls_is_pointed_out() -> None:
    (check,) = look_at_greeting(account("starttls", 993), SystemClock())
    assert 'Le port 993 va d\'ordinaire avec security = "tls".' in check.advice


def test_an_unprotected_line_to_elsewhere_is_refused_before_anything_is_sent() -> None:
    with ScriptedServer() as server:
        elsewhere = server.account(host="0.0.0.0")  # noqa: S104 - leads here, and is no name of this machine
        (check,) = look_at_greeting(elsewhere, SystemClock())
    assert (check.id, check.result, server.lines) == ("tls", Result.FAILURE, [])
    assert "n'est permis que vers cet ordinateur" in check.sentence


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        (NOBODY, 9, "refuse la connexion"),
        ("255.255.255.255", 9, "ne peut pas être joint"),
        ("a\0b", 9, "est introuvable"),
        ("x" * 70 + ".fr", 9, "est introuvable"),
    ],
)
def test_a_port_that_cannot_be_reached(host: str, port: int, said: str) -> None:
    check = look_at_port(Account("essai@medecin.mssante.fr", host=host, port=port, timeout=6))
    assert (check.result, said in check.sentence) == (Result.FAILURE, True)


@pytest.mark.parametrize(
    ("capabilities", "auth", "result", "said"),
    [
        (b"IMAP4rev1", "password", Result.OK, "LOGIN"),
        (b"IMAP4rev1 AUTH=PLAIN LOGINDISABLED", "password", Result.OK, "PLAIN"),
        (b"IMAP4rev1 LOGINDISABLED", "password", Result.WARNING, "aucun"),
        (b"IMAP4rev1 LOGINDISABLED AUTH=GSSAPI", "password", Result.WARNING, "GSSAPI"),
        (b"IMAP4rev1 AUTH=XOAUTH2", "xoauth2", Result.OK, "XOAUTH2"),
        (b"IMAP4rev1 AUTH=PLAIN", "xoauth2", Result.WARNING, "PLAIN"),
        (b"IMAP4rev1 AUTH=XOAUTH2", "oauthbearer", Result.WARNING, "XOAUTH2"),
        (b"IMAP4rev1 AUTH=\x1b[31mEVIL", "password", Result.OK, "·[31MEVIL"),
    ],
)
def test_the_ways_of_logging_in(capabilities: bytes, auth: Any, result: Result, said: str) -> None:
    with ScriptedServer(capabilities=capabilities) as server:
        check = look_at_greeting(server.account(auth=auth), SystemClock())[-1]
    assert (check.id, check.result, said in check.sentence) == ("greeting", result, True)
