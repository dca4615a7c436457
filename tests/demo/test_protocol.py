"""Lines, literals, logins: what comes before any mailbox."""

import base64
import socket
from collections.abc import Callable

import imapclient
import pytest

from balt.demo.server import DemoServer
from tests.demo.mails_of_tests import mail
from tests.demo.raw_client import RawClient


def plain(acting: str, user: str, password: str) -> str:
    return base64.b64encode(f"{acting}\0{user}\0{password}".encode()).decode()


def test_the_server_listens_on_the_loopback_address_only(server: DemoServer) -> None:
    assert server.host == "127.0.0.1"
    with socket.socket() as other:
        other.bind(("127.0.0.2", server.port))  # taken, were it bound to every address


def test_a_wrong_password_is_refused(server: DemoServer) -> None:
    with RawClient(server.port) as stranger:
        stranger.command("LOGIN essai faux")
        assert stranger.last.startswith(b"NO [AUTHENTICATIONFAILED]")
        stranger.command("LOGIN inconnu pass")
        assert stranger.last.startswith(b"NO [AUTHENTICATIONFAILED]")


@pytest.mark.parametrize("user", ["essai*master", "essai"])
def test_login_is_open_to_the_holder_and_to_the_master(server: DemoServer, user: str) -> None:
    with RawClient(server.port) as visitor:
        visitor.ok(f"LOGIN {user} pass")
        assert visitor.ok("STATUS INBOX (MESSAGES)") == [b"* STATUS INBOX (MESSAGES 0)"]


@pytest.mark.parametrize(("acting", "user"), [("", "essai"), ("essai", "essai"), ("essai", "master")])
def test_sasl_plain_takes_an_authorization_identity(server: DemoServer, acting: str, user: str) -> None:
    with RawClient(server.port) as visitor:
        visitor.ok(f"AUTHENTICATE PLAIN {plain(acting, user, 'pass')}")


def test_nobody_but_the_master_acts_for_another(server: DemoServer) -> None:
    server.add_account("autre")
    with RawClient(server.port) as visitor:
        visitor.command(f"AUTHENTICATE PLAIN {plain('essai', 'autre', 'pass')}")
        assert visitor.last.startswith(b"NO")


def test_sasl_plain_without_an_initial_response(server: DemoServer) -> None:
    with RawClient(server.port) as visitor:
        tag = visitor.send("AUTHENTICATE PLAIN")
        assert visitor.answer() == b"+ "
        visitor.socket.sendall(plain("", "essai", "pass").encode() + b"\r\n")
        visitor.finish(tag)
        assert visitor.last.startswith(b"OK [CAPABILITY IMAP4rev1 ")


def test_nothing_is_shown_before_the_login(server: DemoServer) -> None:
    with RawClient(server.port) as visitor:
        for command in ('LIST "" *', "SELECT INBOX", "GETQUOTAROOT INBOX"):
            visitor.command(command)
            assert visitor.last.startswith(b"BAD")


@pytest.mark.parametrize(
    "line",
    [
        "FETCH 1 FLAGS",
        "FOO",
        "SELECT",
        "SELECT INBOX INBOX",
        'LIST "" *(',
        "STATUS INBOX ()",
        "STATUS INBOX (AGE)",
        "UID NOOP",
        "SEARCH",
        "CREATE {5}x",
        'SELECT "IN',
        'SELECT "a\0b"',
        "SELECT {3+}\r\nabc extra",
    ],
)
def test_what_is_malformed_is_bad_and_the_conversation_goes_on(client: RawClient, line: str) -> None:
    client.command(line)
    assert client.last.startswith(b"BAD")
    client.ok("NOOP")


@pytest.mark.parametrize(
    "line",
    ["FETCH 0 FLAGS", "FETCH 1 (AGE)", "FETCH 1 ()", "FETCH 9 FLAGS", "STORE 1 FLAG (x)", "SORT () UTF-8 ALL",
     "SORT (SIZE) UTF-8", "SEARCH OR SEEN", "SEARCH LARGER x", "SEARCH ON 99-Jan-2020", "FETCH 1 BODY[MIME]"],
)  # fmt: skip
def test_what_is_malformed_in_a_folder_is_bad(client: RawClient, line: str) -> None:
    client.append(mail())
    client.ok("SELECT INBOX")
    client.command(line)
    assert client.last.startswith(b"BAD")


def test_a_line_that_is_too_long_is_bad_and_the_conversation_goes_on(client: RawClient) -> None:
    client.socket.sendall(b"x SEARCH " + b"1," * 60_000 + b"1\r\n")
    assert client.answer() == b"* BAD Command line too long"
    client.ok("NOOP")


def test_a_literal_that_is_too_long_is_refused(client: RawClient) -> None:
    tag = client.send("SELECT {70000}")
    client.finish(tag)
    assert client.last.startswith(b"BAD [TOOBIG]")
    client.command(b"SELECT {70000+}\r\n" + b"x" * 70_000)
    assert client.last.startswith(b"BAD [TOOBIG]")
    client.ok("NOOP")


def test_literals_that_wait_are_asked_for(client: RawClient) -> None:
    tag = client.send("STATUS {5}")
    assert client.answer().startswith(b"+ ")
    client.socket.sendall(b"INBOX (MESSAGES)\r\n")
    assert client.finish(tag) == [b"* STATUS INBOX (MESSAGES 0)"]


def test_a_message_keeps_its_last_empty_lines(client: RawClient) -> None:
    raw = mail() + b"\r\n\r\n"
    client.append(raw)
    client.ok("SELECT INBOX")
    assert client.ok("FETCH 1 RFC822.SIZE") == [b"* 1 FETCH (RFC822.SIZE %d)" % len(raw)]


def test_commands_may_be_sent_before_the_last_answer(client: RawClient) -> None:
    tags = [client.send("SELECT INBOX"), client.send("UID SEARCH ALL"), client.send("NOOP")]
    answers = [client.finish(tag) for tag in tags]
    assert answers[1] == [b"* SEARCH"]


def test_twenty_bad_commands_end_the_conversation(client: RawClient) -> None:
    for _ in range(20):
        client.command("FOO")
    assert client.answer().startswith(b"* BYE")
    assert client.answer() == b""


def test_logout_says_goodbye(client: RawClient) -> None:
    assert client.ok("LOGOUT")[0].startswith(b"* BYE")
    assert client.answer() == b""


def test_imapclient_feels_at_home(server: DemoServer) -> None:
    with imapclient.IMAPClient("127.0.0.1", server.port, ssl=False) as client:
        client.login("essai", "pass")
        client.id_({"name": "test"})
        client.create_folder("Été/Résumés")
        client.append("Été/Résumés", mail("un"), ["\\Seen", "$Integrated"])
        assert ((b"\\HasNoChildren",), b"/", "Été/Résumés") in client.list_folders()
        assert client.select_folder("Été/Résumés", readonly=True)[b"EXISTS"] == 1
        fetched = client.fetch([1], ["ENVELOPE", "BODYSTRUCTURE", "FLAGS", "INTERNALDATE", "BODY.PEEK[]"])
        assert fetched[1][b"ENVELOPE"].subject == b"un"
        assert fetched[1][b"BODY[]"] == mail("un")
        assert set(fetched[1][b"FLAGS"]) == {b"\\Seen", b"$Integrated"}
        assert client.namespace().personal == (("", "/"),)
        assert client.sort(["REVERSE SIZE"]) == [1]


def test_nobody_opens_a_mailbox_that_was_closed_and_who_has_it_open_is_sent_away(
    client: RawClient, server: DemoServer
) -> None:
    server.close_account("essai")
    client.send("NOOP")
    assert client.answer().startswith(b"* BYE")
    assert client.answer() == b""
    with RawClient(server.port) as other:
        for user, password in (("essai", "pass"), ("essai*master", server.master_password)):
            other.command(f"LOGIN {user} {password}")
            assert other.last.startswith(b"NO [AUTHENTICATIONFAILED]")


def test_stopping_closes_what_is_open(connect: Callable[[], RawClient], server: DemoServer) -> None:
    client = connect()
    server.stop()
    assert client.answer() == b""
