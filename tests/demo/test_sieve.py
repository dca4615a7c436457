"""The demo's ManageSieve, by the client that the app uses: an auto-reply is installed, told and removed."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.cases.autoreply.reply import auto_reply
from balt.cases.autoreply.script import NAME
from balt.cases.autoreply.service import AutoReplies
from balt.cases.autoreply.state import Stand
from balt.cleanup.journal import Journal
from balt.clock import FixedClock
from balt.config import Account
from balt.demo.sieve import HOST, LARGEST, SieveServer
from balt.errors import LoginError, RefusedError
from balt.mail.sieve.session import Scripts, SieveSession
from tests.tui.driver import NOW

BAL, NEW = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
PASSWORDS = {BAL: "pass", NEW: "other"}
TRI = b'require "fileinto";\r\nfileinto "Labo";\r\n'


@pytest.fixture
def server() -> Iterator[SieveServer]:
    with SieveServer(PASSWORDS) as running:
        yield running


def session_of(server: SieveServer, user: str = BAL) -> SieveSession:
    """``user`` is the one whose password is given."""
    account = Account(BAL, host=HOST, security="none", username=BAL, sieve_port=server.port)
    return SieveSession(account, lambda: PASSWORDS[user])


def test_an_auto_reply_lives_beside_the_script_of_the_person(server: SieveServer, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with session_of(server) as session:
        session.put("Tri", TRI)
        session.activate("Tri")
        replies = AutoReplies(session, session.place, Journal(tmp_path / "journal.jsonl", clock, ""), clock)
        assert replies.install(auto_reply(BAL, NEW, None, NOW.date())).stand is Stand.ACTIVE
        assert session.scripts() == Scripts(("Tri", NAME), NAME)
        assert replies.look().is_as_meant
        assert replies.remove().stand is Stand.ABSENT
        assert session.scripts() == Scripts(("Tri",), "Tri")
        assert session.script("Tri") == TRI


def test_the_scripts_of_one_bal_are_not_those_of_another(server: SieveServer) -> None:
    with session_of(server) as session:
        session.put("Tri", TRI)
    assert not server.scripts[NEW].kept


def test_a_wrong_password_does_not_come_in(server: SieveServer) -> None:
    with pytest.raises(LoginError), session_of(server, NEW):
        pass


def test_nobody_gets_at_the_scripts_of_a_bal_that_was_closed(server: SieveServer) -> None:
    server.close_account(BAL)
    with pytest.raises(LoginError), session_of(server):
        pass


def test_what_cannot_be_done_is_refused_with_its_reason(server: SieveServer) -> None:
    with session_of(server) as session:
        session.put("Tri", TRI)
        session.activate("Tri")
        with pytest.raises(RefusedError) as active:
            session.delete("Tri")
        with pytest.raises(RefusedError) as nowhere:
            session.activate("Rien")
        with pytest.raises(RefusedError) as large:
            session.put("Gros", b"#" * (LARGEST + 1))
    codes = [each.value.code for each in (active, nowhere, large)]
    assert codes == ["ACTIVE", "NONEXISTENT", "QUOTA/MAXSIZE"]


@pytest.mark.parametrize(
    "said", [b"LISTSCRIPTS\r\n", b"AUTHENTICATE\r\n", b'AUTHENTICATE "PLAIN" "!"\r\n', b"QUOI\r\n"]
)
def test_nothing_is_told_before_the_login(server: SieveServer, said: bytes) -> None:
    with socket.create_connection((HOST, server.port), timeout=10) as line:
        line.sendall(said + b"LOGOUT\r\n")
        told = line.makefile("rb").read()
    assert told.endswith(b"NO\r\nOK\r\n")


def test_another_language_ends_the_conversation(server: SieveServer) -> None:
    with socket.create_connection((HOST, server.port), timeout=10) as line:
        line.sendall(b"\0\x01\r\n")
        assert line.makefile("rb").read().endswith(b"OK\r\n")
