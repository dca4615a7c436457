"""What is hidden is neither announced nor understood."""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from balt.demo.capabilities import AFTER_LOGIN
from balt.demo.server import DemoServer
from tests.demo.mails_of_tests import mail
from tests.demo.raw_client import RawClient

Hiding = Callable[..., RawClient]


@pytest.fixture
def hiding() -> Iterator[Hiding]:
    """A client of a server without some extensions, in a folder with one message."""
    with ExitStack() as running:

        def start(*names: str) -> RawClient:
            server = running.enter_context(DemoServer(hide=names, password="pass"))
            server.add_account("essai", quota=10**6)
            server.append("essai", mail())
            client = running.enter_context(RawClient(server.port, "essai"))
            client.ok("SELECT INBOX")
            return client

        yield start


@pytest.mark.parametrize("name", AFTER_LOGIN)
def test_a_hidden_extension_is_not_announced(hiding: Hiding, name: str) -> None:
    words = hiding(name).ok("CAPABILITY")[0].decode().split()
    assert set(words) == {"*", "CAPABILITY", "IMAP4rev1", *AFTER_LOGIN} - {name}


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("ID", "ID NIL"),
        ("ENABLE", "ENABLE CONDSTORE"),
        ("IDLE", "IDLE"),
        ("NAMESPACE", "NAMESPACE"),
        ("UNSELECT", "UNSELECT"),
        ("UIDPLUS", "UID EXPUNGE 1"),
        ("MOVE", "UID MOVE 1 Trash"),
        ("SORT", "UID SORT (SIZE) UTF-8 ALL"),
        ("ESORT", "UID SORT RETURN (ALL) (SIZE) UTF-8 ALL"),
        ("ESEARCH", "UID SEARCH RETURN (ALL) ALL"),
        ("CONTEXT=SEARCH", "UID SEARCH RETURN (PARTIAL 1:2) ALL"),
        ("CONTEXT=SEARCH", "UID SORT RETURN (PARTIAL 1:2) (SIZE) UTF-8 ALL"),
        ("QUOTA", "GETQUOTAROOT INBOX"),
        ("QUOTA", 'GETQUOTA ""'),
        ("LIST-EXTENDED", 'LIST "" % RETURN (CHILDREN)'),
        ("LIST-EXTENDED", 'LIST (SUBSCRIBED) "" %'),
        ("LIST-EXTENDED", 'LIST "" (INBOX)'),
        ("LIST-STATUS", 'LIST "" % RETURN (STATUS (MESSAGES))'),
        ("STATUS=SIZE", "STATUS INBOX (SIZE)"),
        ("SPECIAL-USE", 'LIST (SPECIAL-USE) "" %'),
        ("SPECIAL-USE", 'LIST "" % RETURN (SPECIAL-USE)'),
        ("CONDSTORE", "SELECT INBOX (CONDSTORE)"),
        ("CONDSTORE", "STATUS INBOX (HIGHESTMODSEQ)"),
        ("CONDSTORE", "UID FETCH 1 (MODSEQ)"),
        ("CONDSTORE", "UID FETCH 1 (FLAGS) (CHANGEDSINCE 1)"),
        ("CONDSTORE", "UID STORE 1 (UNCHANGEDSINCE 9) +FLAGS (\\Seen)"),
        ("CONDSTORE", "SEARCH MODSEQ 1"),
        ("LITERAL+", "STATUS {5+}\r\nINBOX (MESSAGES)"),
    ],
)
def test_a_hidden_extension_is_not_understood(hiding: Hiding, name: str, command: str) -> None:
    client = hiding(name)
    client.command(command)
    assert client.last.startswith(b"BAD")
    client.ok("NOOP")


def test_without_uidplus_nobody_says_where_messages_went(hiding: Hiding) -> None:
    client = hiding("UIDPLUS")
    client.append(mail())
    assert client.last.startswith(b"OK Append")
    client.ok("UID COPY 1 Trash")
    assert client.last.startswith(b"OK Copy")
    assert client.ok("UID MOVE 1 Trash") == [b"* 1 EXPUNGE"]


def test_without_special_use_and_children_folders_tell_nothing(hiding: Hiding) -> None:
    client = hiding("SPECIAL-USE", "CHILDREN")
    assert client.ok('LIST "" Trash') == [b'* LIST () "/" Trash']


def test_without_condstore_there_is_no_modseq(hiding: Hiding) -> None:
    assert not any(b"MODSEQ" in line for line in hiding("CONDSTORE").ok("SELECT INBOX"))


def test_without_keywords_only_known_flags_are_kept(hiding: Hiding) -> None:
    client = hiding("KEYWORDS")
    assert not any(b"\\*" in line for line in client.ok("SELECT INBOX"))
    assert client.ok("STORE 1 +FLAGS (\\Seen $Integrated)") == [b"* 1 FETCH (FLAGS (\\Seen))"]


def test_login_can_be_closed(hiding: Hiding) -> None:
    with DemoServer(hide={"LOGIN"}, password="pass") as server:
        server.add_account("essai")
        with RawClient(server.port) as visitor:
            assert b"LOGINDISABLED" in visitor.greeting
            visitor.command("LOGIN essai pass")
            assert visitor.last.startswith(b"NO")
            visitor.ok("AUTHENTICATE PLAIN " + base64.b64encode(b"\0essai\0pass").decode())


def test_sasl_can_be_closed_or_want_to_be_asked_first(hiding: Hiding) -> None:
    coded = base64.b64encode(b"\0essai\0pass").decode()
    for name, answer in (("AUTH=PLAIN", b"NO"), ("SASL-IR", b"BAD")):
        with DemoServer(hide={name}, password="pass") as server:
            server.add_account("essai")
            with RawClient(server.port) as visitor:
                visitor.command(f"AUTHENTICATE PLAIN {coded}")
                assert visitor.last.startswith(answer)


def test_hiding_what_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="TELEPATHY"):
        DemoServer(hide={"TELEPATHY"})
