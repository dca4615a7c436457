"""Opening ManageSieve and logging in: protected or not at all, and by the same ways as to IMAP."""

import base64
import json
import socket

import pytest

from balt.config import Account
from balt.errors import ConfigError, ConnectionFailedError, LoginError, TlsError, UsageError
from balt.mail.sieve.opening import NotOfferedError
from balt.mail.sieve.session import SieveSession
from tests.mail.sieve.scripted import GREETING, ScriptedSieve

SECRET = "s3cret-é"


def opened(account: Account, *secrets: str) -> SieveSession:
    given = iter(secrets or (SECRET,))
    return SieveSession(account, lambda: next(given))


def encoded(message: str) -> bytes:
    return base64.b64encode(message.encode())


def test_a_password_goes_by_plain_with_the_identity_that_is_meant() -> None:
    with ScriptedSieve() as server:
        account = server.account(username="secretariat", authorization_identity="{address}")
        with opened(account) as session:
            assert session.extensions == {"vacation"}
    assert encoded(f"{account.address}\0secretariat\0{SECRET}") in server.sent


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_nothing_is_sent_where_the_line_cannot_be_protected(security: str) -> None:
    with ScriptedSieve() as server, pytest.raises(TlsError, match="STARTTLS"):
        opened(server.account(security=security)).__enter__()
    assert server.sent == b""


def test_nothing_is_sent_after_a_refused_starttls() -> None:
    greeting = GREETING.replace(b"OK\r\n", b'"STARTTLS"\r\nOK\r\n')
    with ScriptedSieve({"STARTTLS": b"NO\r\n"}, greeting=greeting) as server, pytest.raises(TlsError):
        opened(server.account(security="tls")).__enter__()
    assert server.sent == b"STARTTLS\r\n"


def test_octets_after_the_ok_to_starttls_end_the_attempt() -> None:
    greeting = GREETING.replace(b"OK\r\n", b'"STARTTLS"\r\nOK\r\n')
    injected = b'OK "go"\r\n"SASL" "PLAIN"\r\nOK\r\n'
    with (
        ScriptedSieve({"STARTTLS": injected}, greeting=greeting) as server,
        pytest.raises(TlsError, match="suspectes"),
    ):
        opened(server.account(security="starttls")).__enter__()
    assert server.sent == b"STARTTLS\r\n"


def test_an_unprotected_line_goes_to_this_machine_only() -> None:
    with ScriptedSieve() as server, pytest.raises(ConfigError):
        opened(server.account(sieve_host=socket.gethostname() or "elsewhere")).__enter__()
    assert server.sent == b""


def test_a_refused_password_is_tried_once() -> None:
    with (
        ScriptedSieve({"AUTHENTICATE": b'NO "wrong for PATIENT"\r\n'}) as server,
        pytest.raises(LoginError, match="mot de passe refusé") as refused,
    ):
        opened(server.account()).__enter__()
    assert (server.connections, "PATIENT" in str(refused.value)) == (1, False)
    assert SECRET not in str(refused.value)


def test_a_busy_server_is_not_taken_for_a_wrong_password() -> None:
    with (
        ScriptedSieve({"AUTHENTICATE": b"NO (TRYLATER)\r\n"}) as server,
        pytest.raises(ConnectionFailedError, match="pour le moment"),
    ):
        opened(server.account()).__enter__()


def test_no_password_is_asked_for_where_none_can_be_sent() -> None:
    with (
        ScriptedSieve(greeting=GREETING.replace(b"PLAIN ", b"")) as server,
        pytest.raises(LoginError, match="SASL PLAIN"),
    ):
        SieveSession(server.account(), lambda: pytest.fail("asked")).__enter__()


@pytest.mark.parametrize(
    ("auth", "message", "after"),
    [
        ("xoauth2", "user=essai@medecin.mssante.fr\x01auth=Bearer {}\x01\x01", b'""'),
        (
            "oauthbearer",
            "n,a=essai@medecin.mssante.fr,\x01host=127.0.0.1\x01port={port}\x01auth=Bearer {}\x01\x01",
            b'"AQ=="',
        ),
    ],
)
def test_a_refused_token_is_replaced_once(auth: str, message: str, after: bytes) -> None:
    status = base64.b64encode(json.dumps({"status": "invalid_token"}).encode())
    with ScriptedSieve({"AUTHENTICATE": b"NO\r\n"}, challenge=b'"%s"\r\n' % status) as server:
        account = server.account(auth=auth)
        with pytest.raises(LoginError, match="jeton"):
            opened(account, "one", "two").__enter__()
    for token in ("one", "two"):
        assert encoded(message.replace("{}", token).replace("{port}", str(account.sieve_port))) in server.sent
    assert (server.connections, server.sent.count(after)) == (2, 2)


def test_a_challenge_that_makes_no_sense_is_answered_by_the_end() -> None:
    with (
        ScriptedSieve({"AUTHENTICATE": b"NO\r\n"}, challenge=b'"more"\r\n') as server,
        pytest.raises(LoginError),
    ):
        opened(server.account()).__enter__()
    assert server.sent.endswith(b'"*"\r\n')


@pytest.mark.parametrize("overrides", [{"sieve": False}, {"access": "none"}])
def test_what_the_configuration_does_not_want_is_not_tried(overrides: dict[str, object]) -> None:
    with ScriptedSieve() as server, pytest.raises(NotOfferedError):
        opened(server.account(**overrides)).__enter__()
    assert server.connections == 0


def test_where_nothing_answers_it_is_not_offered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = int(closed.getsockname()[1])
    account = Account("a@medecin.mssante.fr", host="127.0.0.1", security="none", sieve_port=port)
    with pytest.raises(NotOfferedError, match="ManageSieve"):
        opened(account).__enter__()


def test_another_host_may_be_named() -> None:
    with ScriptedSieve() as server:
        account = server.account(host="imap.invalid", sieve_host="127.0.0.1")
        with opened(account) as session:
            assert (session.place.host, session.place.port) == ("127.0.0.1", account.sieve_port)


def test_names_that_a_server_gives_go_back_as_they_came() -> None:
    listed = b'"a\\"b" ACTIVE\r\n{4}\r\n\xff\r\nx\r\nOK\r\n'
    with ScriptedSieve({"LISTSCRIPTS": listed}) as server, opened(server.account()) as session:
        scripts = session.scripts()
        assert (scripts.names[0], scripts.active) == ('a"b', 'a"b')
        session.delete(scripts.names[1])
    assert b"DELETESCRIPT {4+}\r\n\xff\r\nx\r\n" in server.sent


@pytest.mark.parametrize("name", ["", "a\r\nDELETESCRIPT b", "a\0", "\x7f", "\u2028", "x" * 600])
def test_no_script_is_given_a_name_that_is_none(name: str) -> None:
    with ScriptedSieve() as server, opened(server.account()) as session:
        sent = server.sent
        with pytest.raises(UsageError):
            session.put(name, b"keep;")
        with pytest.raises(UsageError):
            session.need_space(name, 5)
        assert server.sent == sent


@pytest.mark.parametrize("answer", [b"OK\r\n", b'"a"\r\n"b"\r\nOK\r\n', b"word\r\nOK\r\n"])
def test_a_script_that_is_not_one_text_is_no_answer(answer: bytes) -> None:
    with (
        ScriptedSieve({"GETSCRIPT": answer}) as server,
        opened(server.account()) as session,
        pytest.raises(ConnectionFailedError),
    ):
        session.script("a")
