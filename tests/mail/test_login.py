"""The ways of logging in on a scripted server: what goes out, how refusals are answered and told."""

import base64
import json
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.errors import BaltError, ConnectionFailedError, LoginError, UsageError
from balt.mail.login import TokenRefusedError
from balt.mail.session import ImapSession
from tests.mail.scripted import Handler, ScriptedServer, refusing

CAPABILITIES = b"IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=EXTERNAL"
AT_ONCE = CAPABILITIES + b" SASL-IR"
CANARY = "canari-7d1f"
ANSWER_TO_ERROR = {"xoauth2": b"\r\n", "oauthbearer": b"AQ==\r\n"}

both = pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])


def message(auth: str, user: str, port: int, token: str) -> bytes:
    if auth == "xoauth2":
        return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode())
    text = f"n,a={user},\x01host=127.0.0.1\x01port={port}\x01auth=Bearer {token}\x01\x01"
    return base64.b64encode(text.encode())


def on(
    server: ScriptedServer, auth: str, secret: Callable[[], str] | None = None, **values: Any
) -> ImapSession:
    return ImapSession(server.account(auth=auth, **values), secret or fresh(), SystemClock())


def fresh() -> Callable[[], str]:
    """Another token each time."""
    numbers: Iterator[int] = iter(range(1, 100))
    return lambda: f"{CANARY}-{next(numbers)}"


def never() -> str:
    raise AssertionError("no secret was to be asked for")


def failure(session: ImapSession) -> BaltError:
    with pytest.raises(BaltError) as caught:
        session.open()
    error = caught.value
    assert error.mailbox == session.account.address
    assert error.advice
    shown = f"{error!s}{error!r}{error.__cause__!r}{error.__context__!r}{vars(error)}"
    assert CANARY not in shown
    assert "secret words" not in shown
    return error


def challenging(heard: list[bytes], *told: dict[str, Any], code: bytes = b"") -> Handler:
    """Refuse each AUTHENTICATE with the next error challenge, and keep what answers it; then accept."""
    challenges = iter(told)

    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        status = next(challenges, None)
        if status is None:
            sock.sendall(tag + b" OK done\r\n")
            return
        sock.sendall(b"+ " + base64.b64encode(json.dumps(status).encode()) + b"\r\n")
        heard.append(sock.recv(100))
        sock.sendall(tag + b" NO " + code + b"secret words of the server\r\n")

    return answer


def logins(server: ScriptedServer) -> int:
    return sum(line.startswith(b"AUTHENTICATE") for line in server.commands())


# What goes out


@both
def test_a_token_goes_in_one_line_where_the_server_takes_it(auth: str) -> None:
    with ScriptedServer(capabilities=AT_ONCE) as server:
        on(server, auth).open()
        sent = message(auth, "essai", server.port, f"{CANARY}-1")
        assert b"AUTHENTICATE " + auth.upper().encode() + b" " + sent in server.commands()


@both
def test_a_token_waits_for_the_server_where_it_must(auth: str) -> None:
    heard: list[bytes] = []

    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        sock.sendall(b"* OK patience\r\n+ \r\n")
        heard.extend((rest, sock.recv(4096)))
        sock.sendall(tag + b" OK done\r\n")

    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=CAPABILITIES) as server:
        on(server, auth).open()
        sent = message(auth, "essai", server.port, f"{CANARY}-1")
    assert heard == [b"AUTHENTICATE " + auth.upper().encode(), sent + b"\r\n"]


@both
def test_a_token_too_long_for_one_line_waits_for_the_server(auth: str) -> None:
    heard = b""

    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        nonlocal heard
        assert rest == b"AUTHENTICATE " + auth.upper().encode()
        sock.sendall(b"+ \r\n")
        while not heard.endswith(b"\r\n"):
            heard += sock.recv(65536)
        sock.sendall(tag + b" OK done\r\n")

    token = CANARY + "x" * 9000
    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=AT_ONCE) as server:
        on(server, auth, lambda: token).open()
        assert heard == message(auth, "essai", server.port, token) + b"\r\n"


@both
def test_the_mailbox_of_another_identity_is_asked_for(auth: str) -> None:
    with ScriptedServer(capabilities=AT_ONCE) as server:
        session = on(server, auth, authorization_identity="bal.equipe")
        session.open()
        assert session.account.discreet
        sent = message(auth, "bal.equipe", server.port, f"{CANARY}-1")
        assert b"AUTHENTICATE " + auth.upper().encode() + b" " + sent in server.commands()


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        ({"username": ""}, base64.b64encode(b"essai@medecin.mssante.fr")),
        ({"username": "essai"}, base64.b64encode(b"essai")),
        (
            {"username": "essai", "authorization_identity": "bal.équipe"},
            base64.b64encode("bal.équipe".encode()),
        ),
    ],
    ids=["nothing given", "a user name", "another identity"],
)
def test_a_certificate_always_says_whose_mailbox_is_meant(values: dict[str, str], sent: bytes) -> None:
    with ScriptedServer(capabilities=AT_ONCE) as server:
        on(server, "external", never, **values).open()
        assert b"AUTHENTICATE EXTERNAL " + sent in server.commands()


def test_a_certificate_waits_for_the_server_where_it_must() -> None:
    heard: list[bytes] = []

    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        sock.sendall(b"+ \r\n")
        heard.extend((rest, sock.recv(4096)))
        sock.sendall(tag + b" OK done\r\n")

    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=CAPABILITIES) as server:
        on(server, "external", never).open()
    assert heard == [b"AUTHENTICATE EXTERNAL", base64.b64encode(b"essai") + b"\r\n"]


# What the server does not offer


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer", "external"])
def test_a_way_that_is_not_offered_is_told_with_those_that_are(auth: str) -> None:
    offered = b"IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5 AUTH=\x1b[31m LOGINDISABLED SASL-IR"
    with ScriptedServer(capabilities=offered) as server:
        error = failure(on(server, auth, never))
        assert isinstance(error, LoginError)
        assert "il offre : CRAM-MD5, PLAIN." in error.message
        assert auth.upper() in error.message
        assert logins(server) == 0


def test_a_server_that_offers_nothing_is_told_so() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 LOGINDISABLED") as server:
        assert "aucun autre moyen" in failure(on(server, "xoauth2", never)).message


@pytest.mark.parametrize(("auth", "other"), [("xoauth2", "oauthbearer"), ("oauthbearer", "xoauth2")])
def test_the_other_way_of_tokens_is_advised(auth: str, other: str) -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 AUTH=" + other.upper().encode()) as server:
        assert f'auth = "{other}"' in failure(on(server, auth, never)).advice


def test_a_server_that_hides_certificate_login_may_not_have_liked_the_certificate() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 AUTH=PLAIN") as server:
        assert "Aucun certificat" in failure(on(server, "external", never)).advice


# Refusals


@both
def test_an_error_challenge_is_answered_as_the_mechanism_asks(auth: str) -> None:
    heard: list[bytes] = []
    answer = challenging(heard, {"status": "invalid_token"})
    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=AT_ONCE) as server:
        on(server, auth).open()
        assert heard == [ANSWER_TO_ERROR[auth]]
        assert logins(server) == 2
        assert server.connections == 2


@both
def test_an_error_challenge_after_a_first_word_of_the_server_is_answered_too(auth: str) -> None:
    heard: list[bytes] = []
    refuse = challenging(heard, {"status": "401"}, {"status": "401"})

    def answer(sock: socket.socket, tag: bytes, rest: bytes) -> None:
        sock.sendall(b"+ \r\n")
        assert CANARY.encode() in base64.b64decode(sock.recv(4096))
        refuse(sock, tag, rest)

    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=CAPABILITIES) as server:
        error = failure(on(server, auth))
    assert isinstance(error, TokenRefusedError)
    assert heard == [ANSWER_TO_ERROR[auth]] * 2


@both
@pytest.mark.parametrize("status", ["invalid_token", "401", "400", "", "canari-7d1f", 401])
def test_a_refused_token_is_tried_twice_at_most(auth: str, status: object) -> None:
    told = {"status": status, "schemes": "bearer", "scope": CANARY}
    answer = challenging([], *[told] * 9)
    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=AT_ONCE) as server:
        session = on(server, auth)
        assert "refuse le jeton d'accès" in failure(session).message
        for _again in range(3):
            with pytest.raises(LoginError):
                session.folders()
        assert logins(server) == 2


@both
@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("insufficient_scope", LoginError, "portée insuffisante"),
        ("403", LoginError, "portée insuffisante"),
        ("invalid_request", LoginError, "ne comprend pas"),
        ("temporarily_unavailable", ConnectionFailedError, "pour le moment"),
        ("503", ConnectionFailedError, "pour le moment"),
        ("429", ConnectionFailedError, "pour le moment"),
    ],
)
def test_what_a_fresh_token_would_not_help_is_told_at_once(
    auth: str, status: str, kind: type[BaltError], words: str
) -> None:
    answer = challenging([], {"status": status, "scope": CANARY})
    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=AT_ONCE) as server:
        error = failure(on(server, auth))
        assert type(error) is kind
        assert words in error.message
        assert logins(server) == 1


@pytest.mark.parametrize(
    ("auth", "code", "kind", "words", "tries"),
    [
        ("xoauth2", b"", TokenRefusedError, "jeton", 2),
        ("xoauth2", b"[AUTHENTICATIONFAILED] ", TokenRefusedError, "jeton", 2),
        ("oauthbearer", b"[EXPIRED] ", TokenRefusedError, "jeton", 2),
        ("oauthbearer", b"[AUTHORIZATIONFAILED] ", LoginError, "droit", 1),
        ("xoauth2", b"[CONTACTADMIN] ", LoginError, "administrateur", 1),
        ("xoauth2", b"[UNAVAILABLE] ", ConnectionFailedError, "pour le moment", 1),
        ("external", b"", LoginError, "certificat", 1),
        ("external", b"[EXPIRED] ", LoginError, "certificat", 1),
        ("external", b"[AUTHORIZATIONFAILED] ", LoginError, "droit", 1),
        ("external", b"[INUSE] ", ConnectionFailedError, "pour le moment", 1),
    ],
)
@pytest.mark.parametrize("status", [b"NO", b"BAD"])
def test_a_refusal_without_a_challenge_is_told(
    auth: str, code: bytes, kind: type[BaltError], words: str, tries: int, status: bytes
) -> None:
    with ScriptedServer({"AUTHENTICATE": refusing(code, status)}, capabilities=AT_ONCE) as server:
        error = failure(on(server, auth))
        assert type(error) is kind
        assert words in error.message
        assert logins(server) == tries


@both
def test_a_command_that_repeats_itself_ends_it_after_one_login(auth: str) -> None:
    with ScriptedServer({"AUTHENTICATE": refusing()}, capabilities=AT_ONCE) as server:
        assert "redonne le même" in failure(on(server, auth, lambda: CANARY)).message
        assert logins(server) == 1


@both
def test_a_server_that_hangs_up_on_a_refusal_gets_the_fresh_token_too(auth: str) -> None:
    def answer(sock: socket.socket, tag: bytes, _rest: bytes) -> None:
        if server.connections == 1:
            sock.sendall(b"* BYE go away\r\n" + tag + b" NO no\r\n")
            sock.shutdown(socket.SHUT_RDWR)
        else:
            sock.sendall(tag + b" OK\r\n")

    with ScriptedServer({"AUTHENTICATE": answer}, capabilities=AT_ONCE) as server:
        session = on(server, auth)
        session.open()
        assert "SASL-IR" in session.capabilities


@both
@pytest.mark.parametrize("answer", [b"+ \r\n+ \r\n+ \r\n", b"nonsense\r\n", b"* BYE\r\n"])
def test_a_server_that_talks_nonsense_is_left(auth: str, answer: bytes) -> None:
    def reply(sock: socket.socket, _tag: bytes, _rest: bytes) -> None:
        sock.sendall(answer)
        sock.shutdown(socket.SHUT_WR)

    with ScriptedServer({"AUTHENTICATE": reply}, capabilities=AT_ONCE) as server:
        error = failure(on(server, auth))
        assert isinstance(error, ConnectionFailedError)
        assert logins(server) == 1


@both
@pytest.mark.parametrize("token", ["", "canari-7d1f x", "canari-7d1f\x01", "x" * 20_000])
def test_what_is_no_token_never_goes_out(auth: str, token: str) -> None:
    with ScriptedServer(capabilities=AT_ONCE) as server:
        assert isinstance(failure(on(server, auth, lambda: token)), LoginError)
        assert logins(server) == 0


@pytest.mark.parametrize("user", ["a\x01b", "a\r\nX1 NOOP"])
def test_a_user_name_that_would_be_more_never_goes_out(user: str) -> None:
    with ScriptedServer(capabilities=AT_ONCE) as server:
        with pytest.raises(UsageError):
            on(server, "xoauth2", username=user).open()
        assert logins(server) == 0


@both
def test_a_token_never_goes_out_on_an_unprotected_line(auth: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(capabilities=AT_ONCE) as server:
        there = socket.create_connection(("127.0.0.1", server.port))
        monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kw: there)
        account: Account = server.account(auth=auth, host="192.0.2.1")
        with pytest.raises(BaltError, match=re.escape('security = "none"')):
            ImapSession(account, never, SystemClock()).open()
        assert server.lines == []
