"""The script of a person that files into a folder that is not there: no reply may be sent, which is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.cases.autoreply.filing import folders_filed, lost_folders
from balt.cases.autoreply.server import ReplyServer
from balt.cases.autoreply.words import plan_lines, state_lines
from balt.cases.following import reply_looks
from balt.cases.model import Case, CaseKind, Event, Happened, Reply
from balt.cleanup.journal import Journal
from balt.clock import SystemClock
from balt.config import Account
from balt.errors import ConnectionFailedError
from tests.cases.autoreply.test_pigeonhole import LABO, NEW, Box
from tests.conftest import NO_PIGEONHOLE, need
from tests.support.dovecot import MASTER
from tests.support.dovecot_sieve import SieveDovecot, has_pigeonhole

BROKEN = b'require "fileinto";\r\nfileinto "R\xc3\xa9sultats";\r\n'
RESULTS = "Résultats"


@pytest.mark.parametrize(
    ("script", "folders"),
    [
        (b'require "fileinto"; fileinto "Labo";', {"Labo"}),
        (b'if true { FileInto :copy "Labo"; } else { fileinto "B"; }', {"Labo", "B"}),
        (b'require ["fileinto", "imap4flags"]; fileinto :flags ["a", "b"] "Labo";', {"Labo"}),
        (b'require ["fileinto", "mailbox"]; fileinto :create "Labo";', set()),
        (b'require ["fileinto", "special-use"]; fileinto :specialuse "\\\\Junk" "Labo";', set()),
        (b'if mailboxexists ["A", "Labo"] { fileinto "Labo"; } fileinto "B";', {"B"}),
        (b'if anyof (true, mailboxexists "Labo") { fileinto "Labo"; }', set()),
        (b'require "variables"; set "x" "Labo"; fileinto "${x}";', set()),
        (b'if false { if true { fileinto "Labo"; } } fileinto "B"; # fileinto "C";', {"B"}),
        (b'if true { keep; } elsif false { fileinto "Labo"; } else { fileinto "B"; }', {"B"}),
        (b'fileinto text:\r\nLabo\r\n.\r\n;', set()),
        (b'fileinto', set()),
        (b'if false', set()),
        (b'fileinto "Labo"; \x00', set()),
        (b'keep;', set()),
    ],
)  # fmt: skip
def test_a_script_counts_on_the_folders_that_it_names(script: bytes, folders: set[str]) -> None:
    assert folders_filed(script) == folders


def test_what_is_not_there_is_lost_and_inbox_is_one_in_any_letters() -> None:
    script = b'fileinto "inbox"; fileinto "Inbox.Labo"; fileinto "labo"; fileinto "B";'
    assert lost_folders(script, lambda: ["INBOX", "INBOX.Labo", "Labo", "B"]) == ("labo",)


def test_where_the_folders_cannot_be_read_nothing_is_said_of_them() -> None:
    def broken() -> list[str]:
        raise ConnectionFailedError("cut")

    assert lost_folders(BROKEN, broken) == ()


def test_a_script_that_names_no_folder_costs_no_question() -> None:
    assert lost_folders(b"keep;", lambda: pytest.fail("asked")) == ()


# On a real server


@pytest.fixture(scope="module")
def without_include() -> Iterator[SieveDovecot]:
    need(has_pigeonhole(), NO_PIGEONHOLE)
    with SieveDovecot(without=("include",)) as server:
        yield server


@pytest.fixture(params=["pigeonhole", "without_include"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Box:
    """A BAL whose own script files into a folder that is not there."""
    server: SieveDovecot = request.getfixturevalue(request.param)
    made = Box(server, tmp_path / "state")
    made.webmail({"Tri": BROKEN}, "Tri")
    return made


class Password:
    """The password of every BAL of a server."""

    def __init__(self, password: str) -> None:
        self._password = password

    def password(self, _account: Account) -> str:
        return self._password

    def forget(self, _account: Account) -> None:
        pytest.fail("the password is right")


def server_of(box: Box, account: Account | None = None, password: str = "") -> ReplyServer:
    clock = SystemClock()
    journal = Journal(box.state / "journal.jsonl", clock, "Camille Exemple")
    return ReplyServer(account or box.account, Password(password or box.server.password), journal, clock)


def test_it_is_told_before_and_after_until_the_folder_is_there(box: Box) -> None:
    server, reply = server_of(box), box.reply()
    seen = server.look(reply)
    assert seen.script is not None
    plan = " ".join(plan_lines(reply, seen.script, lost=seen.lost))
    assert f"un dossier qui n'existe pas ({RESULTS})" in plan
    assert "continue de trier" not in plan
    told = server.install(reply)
    said = " ".join(state_lines(told))
    assert (told.lost, told.is_as_meant, "n'existe pas" in said) == ((RESULTS,), False, True)
    assert "continue de trier" not in said
    box.arrive()
    assert box.sent == [], "the server undoes all that the script did"
    opened = Event(Happened.OPENED, SystemClock().now(), NEW)
    (look,) = reply_looks(Case(CaseKind.DEPUBLICATION, box.account.address, (opened,)), None, told)
    assert look.value == Reply.SCRIPT
    with box.server.client(box.user) as client:
        client.create('"R&AOk-sultats"')
    after = server.state()
    assert (after.lost, after.is_as_meant) == ((), True)
    box.arrive()
    assert box.sent == [LABO]
    server.remove()
    assert (box.scripts, box.active) == ({"Tri": BROKEN}, "Tri")


def test_in_discreet_access_the_folder_is_not_named(box: Box) -> None:
    name, password = MASTER
    account = box.server.account(box.user, username=f"{box.user}*{name}")
    assert account.discreet
    server = server_of(box, account, password)
    told = server.install(box.reply())
    assert RESULTS not in " ".join(state_lines(told))
    assert not told.is_as_meant
