"""Opening the line: no secret on an unprotected one, one try per password, errors a doctor understands."""

import base64
import re
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.errors import BaltError, ConfigError, ConnectionFailedError, LoginError, TlsError, UsageError
from balt.mail.session import ImapSession
from tests.mail.scripted import ScriptedServer, refusing

SECRET = "s3cr3t-of-the-test"


def session(account: Account, password: Callable[[], str] = lambda: SECRET) -> ImapSession:
    return ImapSession(account, password, SystemClock())


def sent(server: ScriptedServer) -> bytes:
    return b"\n".join(server.lines)


def encoded(text: str) -> bytes:
    return base64.b64encode(text.encode())


def no_secret_in(server: ScriptedServer) -> bool:
    said = sent(server)
    return not re.search(b"LOGIN|AUTHENTICATE|" + SECRET.encode(), said)


# Where a login may go


@pytest.mark.parametrize("host", ["imap.example", "192.0.2.1", "10.0.0.1", "loopback.example"])
def test_an_unprotected_line_to_another_machine_is_refused(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer() as server:
        there = socket.create_connection(("127.0.0.1", server.port))
        monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kw: there)
        with pytest.raises(ConfigError, match="none"):
            session(server.account(host=host)).open()
        assert no_secret_in(server)


def test_a_loopback_name_that_leads_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer() as server:
        monkeypatch.setattr("balt.mail.line.Line.is_loopback", False)
        with pytest.raises(ConfigError, match="none"):
            session(server.account(host="localhost")).open()
        assert no_secret_in(server)


def test_a_server_without_starttls_gets_no_password() -> None:
    with ScriptedServer() as server:
        with pytest.raises(TlsError, match="STARTTLS"):
            session(server.account(security="starttls")).open()
        assert no_secret_in(server)


def test_a_server_that_refuses_starttls_gets_no_password() -> None:
    with ScriptedServer({"STARTTLS": refusing()}, capabilities=b"IMAP4rev1 STARTTLS") as server:
        with pytest.raises(TlsError, match="STARTTLS"):
            session(server.account(security="starttls")).open()
        assert no_secret_in(server)


@pytest.mark.parametrize(
    "added", [b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", b"* OK hello\r\n", b"B1 OK fake\r\n", b"x"]
)
def test_octets_slipped_in_behind_the_starttls_answer_end_the_attempt(added: bytes) -> None:
    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        sock.sendall(tag + b" OK begin\r\n" + added)

    with ScriptedServer({"STARTTLS": answer}, capabilities=b"IMAP4rev1 STARTTLS AUTH=PLAIN") as server:
        with pytest.raises(TlsError, match="suspectes"):
            session(server.account(security="starttls")).open()
        assert no_secret_in(server)


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_session_opened_without_a_login_is_refused(security: str) -> None:
    with ScriptedServer(greeting=b"* PREAUTH welcome\r\n") as server:
        with pytest.raises(ConnectionFailedError, match="mot de passe"):
            session(server.account(security=security)).open()
        assert server.lines == []


# How the login goes


def test_sasl_plain_goes_in_one_line_where_the_server_takes_it() -> None:
    with ScriptedServer() as server:
        session(server.account()).open()
        assert b"AUTHENTICATE PLAIN " + encoded(f"\0essai\0{SECRET}") in server.commands()


def test_sasl_plain_waits_for_the_server_where_it_must() -> None:
    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        sock.sendall(b"* OK patience\r\n+ \r\n")
        response = sock.recv(4096)
        sock.sendall(
            tag + (b" OK\r\n" if response == encoded(f"\0essai\0{SECRET}") + b"\r\n" else b" NO\r\n")
        )

    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=b"IMAP4rev1 AUTH=PLAIN") as server:
        opened = session(server.account())
        opened.open()
        assert "IMAP4REV1" in opened.capabilities


def test_another_identity_is_asked_for_by_sasl_plain() -> None:
    with ScriptedServer() as server:
        session(server.account(authorization_identity="bal.equipe")).open()
        assert b"AUTHENTICATE PLAIN " + encoded(f"bal.equipe\0essai\0{SECRET}") in server.commands()


def test_another_identity_needs_sasl_plain() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1") as server:
        with pytest.raises(LoginError, match="SASL PLAIN"):
            session(server.account(authorization_identity="bal.equipe")).open()
        assert no_secret_in(server)


def test_login_quotes_what_it_sends() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1") as server:
        session(server.account(username='a "b'), lambda: 'p"\\').open()
        assert b'LOGIN "a \\"b" "p\\"\\\\"' in server.commands()


def test_a_password_with_accents_goes_as_a_literal() -> None:
    heard: list[bytes] = []

    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        for _turn in range(2):
            sock.sendall(b"+ go on\r\n")
            heard.append(sock.recv(4096))
        sock.sendall(tag + b" OK\r\n")

    with ScriptedServer({"LOGIN": answer}, capabilities=b"IMAP4rev1") as server:
        session(server.account(), lambda: "été").open()
        assert heard == [b"essai {5}\r\n", "été\r\n".encode()]


def test_a_login_that_is_disabled_is_not_tried() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 LOGINDISABLED") as server:
        with pytest.raises(LoginError, match="mot de passe"):
            session(server.account()).open()
        assert no_secret_in(server)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (b"", LoginError, "mot de passe refusé"),
        (b"[AUTHENTICATIONFAILED] ", LoginError, "mot de passe refusé"),
        (b"[EXPIRED] ", LoginError, "expiré"),
        (b"[AUTHORIZATIONFAILED] ", LoginError, "droit"),
        (b"[PRIVACYREQUIRED] ", LoginError, "protégée"),
        (b"[CONTACTADMIN] ", LoginError, "administrateur"),
        (b"[UNAVAILABLE] ", ConnectionFailedError, "pour le moment"),
        (b"[INUSE] ", ConnectionFailedError, "pour le moment"),
    ],
)
@pytest.mark.parametrize("command", ["AUTHENTICATE", "LOGIN"])
def test_a_refused_login_says_why(command: str, code: bytes, kind: type[BaltError], words: str) -> None:
    capabilities = b"IMAP4rev1 AUTH=PLAIN SASL-IR" if command == "AUTHENTICATE" else b"IMAP4rev1"
    with ScriptedServer({command: refusing(code)}, capabilities=capabilities) as server:
        with pytest.raises(kind, match=words) as caught:
            session(server.account()).open()
        assert "secret words" not in str(caught.value)
        assert SECRET not in repr(caught.value)


def test_a_refused_password_is_not_tried_again_by_itself() -> None:
    with ScriptedServer({"AUTHENTICATE": refusing()}) as server:
        opened = session(server.account())
        for _attempt in range(3):
            with pytest.raises(LoginError):
                opened.folders()
        assert sum(line.startswith(b"AUTHENTICATE") for line in server.commands()) == 1


def test_a_new_password_is_tried_when_asked_for() -> None:
    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        right = encoded("\0essai\0new") in rest
        sock.sendall(tag + (b" OK\r\n" if right else b" NO\r\n"))

    passwords = iter(["old", "new"])
    with ScriptedServer({"AUTHENTICATE": answer}) as server:
        opened = session(server.account(), lambda: next(passwords))
        with pytest.raises(LoginError):
            opened.open()
        opened.open()
        assert opened.capabilities


@pytest.mark.parametrize("secret", ["a\r\nX1 NOOP", "a\nb", "a\0b"])
@pytest.mark.parametrize("capabilities", [b"IMAP4rev1 AUTH=PLAIN SASL-IR", b"IMAP4rev1"])
def test_a_password_that_would_be_a_command_is_refused(secret: str, capabilities: bytes) -> None:
    with ScriptedServer(capabilities=capabilities) as server:
        with pytest.raises(UsageError):
            session(server.account(), lambda: secret).open()
        assert [line for line in server.commands() if line != b"CAPABILITY"] == []


# Servers that are not there, or are something else


def failure(account: Account) -> BaltError:
    with pytest.raises(BaltError) as caught:
        session(account).open()
    assert caught.value.advice
    assert caught.value.mailbox == account.address
    return caught.value


def account(**values: Any) -> Account:
    given: dict[str, Any] = {"address": "essai@medecin.mssante.fr", "timeout": 6.0}
    return Account(**(given | values))


def test_no_host_is_a_matter_of_configuration() -> None:
    assert isinstance(failure(account()), ConfigError)


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 300])
def test_an_unknown_host_is_named(host: str) -> None:
    found = failure(account(host=host))
    assert isinstance(found, ConnectionFailedError)
    assert "introuvable" in found.message


def test_a_refused_connection_names_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    found = failure(account(host="127.0.0.1", port=port))
    assert "refuse la connexion" in found.message
    assert str(port) in found.message


def test_a_host_that_does_not_answer_is_a_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_args: object, **_kw: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", late)
    assert "ne répond pas" in failure(account(host="192.0.2.1")).message


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_server_that_accepts_and_says_nothing_is_given_up(security: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        found = failure(account(host="127.0.0.1", port=port, security=security, timeout=0.6))
    assert isinstance(found, ConnectionFailedError)
    assert "ne répond" in found.message


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (b"220 smtp.example ESMTP\r\n", "IMAP"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "IMAP"),
        (b"\x00\xff\r\n", "IMAP"),
        (b"* NO not now\r\n", "IMAP"),
        (b"* BYE maintenance\r\n", "refuse les connexions"),
        (b"* OK " + b"a" * 2_000_000 + b"\r\n", "incompréhensible"),
    ],
)
def test_a_greeting_that_opens_nothing_is_explained(greeting: bytes, words: str) -> None:
    with ScriptedServer(greeting=greeting) as server:
        found = failure(server.account())
    assert isinstance(found, ConnectionFailedError)
    assert words in found.message


def test_a_server_that_is_not_imap4_is_said_so() -> None:
    with ScriptedServer(capabilities=b"POP3") as server:
        assert "IMAP" in failure(server.account()).message


@pytest.mark.parametrize("size", [b"99999999999", b"2000000"])
def test_a_bomb_in_the_first_answers_is_a_protocol_error(size: bytes) -> None:
    with ScriptedServer({"CAPABILITY": b"* CAPABILITY {" + size + b"}\r\n"}) as server:
        assert "incompréhensible" in failure(server.account()).message


def test_a_plain_server_on_the_tls_port_is_explained() -> None:
    with ScriptedServer() as server:
        found = failure(server.account(security="tls"))
    assert isinstance(found, TlsError)
    assert "ne parle pas TLS" in found.message


@pytest.mark.parametrize("key", ["ca_file", "client_certificate"])
def test_a_certificate_file_that_cannot_be_used_is_named(key: str, tmp_path: Any) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate", encoding="utf-8")
    found = failure(account(host="localhost", **{key: broken}))
    assert isinstance(found, ConfigError)
    assert key in found.message


def test_a_trickle_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def drip(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        while not stop.wait(0.05):
            sock.sendall(b"*")

    with ScriptedServer({"LIST": drip}) as server:
        opened = session(server.account(timeout=0.6))
        opened.open()
        with pytest.raises(ConnectionFailedError, match="ne répond plus"):
            opened.folders()
        stop.set()
