"""Handshakes that fail, each for its own reason, and what the user reads of them."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.errors import TlsError
from balt.mail.session import ImapSession
from balt.mail.tls import tls_context
from tests.mail.scripted import ScriptedServer
from tests.support.tls import Certificates

TOO_OLD = bytes.fromhex("15030100020246")  # a fatal alert: protocol_version (RFC 8446 section 6.2)
NO_AGREEMENT = bytes.fromhex("15030300020228")  # handshake_failure
UNKNOWN = bytes.fromhex("15030300020250")  # internal_error


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[int]:
    """A server that ends TLS with ``context`` and greets as IMAP does; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            client, _peer = listener.accept()
            with context.wrap_socket(client, server_side=True) as safe:
                safe.sendall(b"* OK ready\r\n")
                safe.recv(100)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def failure(account: Account) -> TlsError:
    with pytest.raises(TlsError) as caught:
        ImapSession(account, lambda: "pass", SystemClock()).open()
    return caught.value


def account(certificates: Certificates, port: int, **overrides: Any) -> Account:
    given: dict[str, Any] = {
        "address": "essai@medecin.mssante.fr",
        "host": "localhost",
        "port": port,
        "ca_file": certificates.ca_file,
        "timeout": 12.0,
    }
    return Account(**(given | overrides))


@pytest.mark.parametrize(
    ("alert", "words"),
    [(TOO_OLD, "TLS 1.2"), (NO_AGREEMENT, "certificat"), (UNKNOWN, "n'a pas pu être établie")],
)
def test_a_handshake_that_the_server_refuses_is_explained(alert: bytes, words: str) -> None:
    with ScriptedServer(greeting=alert) as server:
        found = failure(server.account(security="tls"))
    assert words in found.message
    assert found.advice


def test_a_server_that_wants_a_client_certificate_is_understood(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.good.chain, certificates.good.key)
    context.load_verify_locations(certificates.ca_file)
    context.verify_mode = ssl.CERT_REQUIRED
    with tls_server(context) as port:
        found = failure(account(certificates, port))
    assert "client_certificate" in found.advice


def test_certificates_are_always_verified_and_old_protocols_refused() -> None:
    context = tls_context(Account("essai@medecin.mssante.fr", host="imap.example"))
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


EXPIRED = bytes.fromhex("1503030002022d")  # certificate_expired
REVOKED = bytes.fromhex("1503030002022c")
UNKNOWN_AUTHORITY = bytes.fromhex("15030300020230")
DENIED = bytes.fromhex("15030300020231")
BAD = bytes.fromhex("1503030002022a")


@pytest.mark.parametrize(
    ("alert", "words"),
    [
        (EXPIRED, "il a expiré"),
        (REVOKED, "révoqué"),
        (UNKNOWN_AUTHORITY, "autorité"),
        (DENIED, "ne laisse pas entrer"),
        (BAD, "refuse votre certificat"),
        (UNKNOWN, "n'a pas pu être établie"),
    ],
)
def test_what_the_server_has_against_a_client_certificate_is_told(
    alert: bytes, words: str, tmp_path: Path
) -> None:
    mine = Certificates(tmp_path).client
    with ScriptedServer(greeting=alert) as server:
        files: dict[str, Any] = {"client_certificate": mine.chain, "client_key": mine.key}
        found = failure(server.account(security="tls", **files))
    assert words in found.message
    assert found.advice


def test_a_client_certificate_of_another_authority_is_told_so(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.good.chain, certificates.good.key)
    context.load_verify_locations(certificates.ca_file)
    context.verify_mode = ssl.CERT_REQUIRED
    strange = certificates.of_person("camille", stranger=True)
    files: dict[str, Any] = {"client_certificate": strange.chain, "client_key": strange.key}
    with tls_server(context) as port:
        found = failure(account(certificates, port, **files))
    assert "autorité" in found.message
