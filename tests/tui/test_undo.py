"""Taking an act back from the app: from the list, right after the act, and when it cannot be."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from balt.cleanup.lock import mailbox_lock
from balt.config import Account, Config
from balt.demo import DemoServer
from balt.secrets import Secrets
from tests.cli.conftest import message
from tests.support.dovecot import PASSWORD
from tests.support.servers import DemoImapServer
from tests.tui.driver import NOW, SMALL, WIDE, Person, sitting

OLD = datetime(2019, 2, 1, 10, tzinfo=NOW.tzinfo)


class Mailbox:
    """A BAL with three messages that were read, on a server of its own."""

    def __init__(self, server: DemoImapServer, folder: Path) -> None:
        self.server = server
        self.account: Account = server.account(password_env="MSS")
        self.state = folder / "state"
        for n in range(3):
            self.put("INBOX", f"ESSAI {n}")
        self.put("Trash", "avant")

    def put(self, folder: str, subject: str) -> None:
        self.server.append(self.account, message(subject), folder, OLD, ("\\Seen",))

    def sit(self, size: tuple[int, int] = WIDE) -> AbstractAsyncContextManager[Person]:
        secrets = Secrets(environ={"MSS": self.server.password})
        return sitting(Config(accounts=(self.account,)), secrets, self.state, size=size)

    @property
    def counts(self) -> tuple[int, int]:
        """How many messages are in the inbox and in the trash."""
        with self.server.client(self.account) as client:
            found = [client.select(folder, readonly=True)[1][0] for folder in ("INBOX", "Trash")]
        inbox, trash = (int(each or 0) for each in found)
        return inbox, trash


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with DemoServer(password=PASSWORD) as running:
        yield Mailbox(DemoImapServer(running), tmp_path)


async def thrown_away(person: Person) -> None:
    """Two messages go to the trash; the account of it stays on screen."""
    await person.press("3", "space", "space", "d", "o")
    assert "2 messages mis à la corbeille" in person.screen()


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_newest_act_is_shown_first_and_taken_back_when_confirmed(
    mailbox: Mailbox, size: tuple[int, int]
) -> None:
    async with mailbox.sit(size) as person:
        await thrown_away(person)
        await person.press("enter")
        assert mailbox.counts == (1, 3)
        await person.press("u")
        shown = " ".join(person.screen().split())
        assert "Remettre 2 messages de la corbeille à leur place" in shown
        assert "mettre à la corbeille, le 22 nov. 2026" in shown
        assert "Oui, remettre en place" in shown
        assert "non lu" not in shown
        assert mailbox.counts == (1, 3)
        await person.press("o")
        assert "2 messages remis en place" in person.screen()
        assert "place sera rendue" not in person.screen()
        await person.press("enter")
        assert mailbox.counts == (3, 1)
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert len(rows) == 3


async def test_escape_leaves_everything_in_the_trash(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await thrown_away(person)
        await person.press("enter", "u", "escape")
        assert len(person.app.screen_stack) == 1
    assert mailbox.counts == (1, 3)


async def test_right_after_the_act_u_takes_it_back(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await thrown_away(person)
        assert "u Annuler cet acte" in person.screen()
        await person.press("u")
        assert "Remettre 2 messages" in person.screen()
        await person.press("o")
        assert "2 messages remis en place" in person.screen()
        assert "Annuler cet acte" not in person.screen()
        await person.press("u")
        assert "2 messages remis en place" in person.screen()
    assert mailbox.counts == (3, 1)


async def test_before_the_act_it_is_said_whether_it_can_be_undone(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await person.press("3", "space", "d")
        assert "cet acte peut être annulé" in " ".join(person.screen().split())
        await person.press("escape", "E")
        assert "ne pourront plus être retrouvés" in " ".join(person.screen().split())


async def test_nothing_to_take_back_is_said(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await person.press("3", "u")
        assert "aucun acte sur cette BAL ne peut être annulé" in " ".join(person.screen().split())
        await person.press("enter")
        assert len(person.app.screen_stack) == 1


async def test_what_is_no_longer_in_the_trash_is_said_before(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await thrown_away(person)
        with mailbox.server.client(mailbox.account) as client:
            client.select("Trash")
            client.store("1:*", "+FLAGS", "(\\Deleted)")
            client.expunge()
        await person.press("enter", "u")
        shown = " ".join(person.screen().split())
        assert "2 messages ne sont plus dans la corbeille" in shown
        assert "Rien à remettre en place" in shown
        await person.press("o")
        assert "Rien à remettre en place" in person.screen()
    assert mailbox.counts == (1, 0)


async def test_another_balt_at_work_is_named(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await thrown_away(person)
        await person.press("enter", "u")
        with mailbox_lock(mailbox.state, mailbox.account):
            await person.press("o")
            assert "un autre balt (pid " in " ".join(person.screen().split())
    assert mailbox.counts == (1, 3)


async def test_a_read_only_mailbox_says_why_nothing_can_be_taken_back(mailbox: Mailbox) -> None:
    mailbox.account = replace(mailbox.account, read_only=True)
    async with mailbox.sit() as person:
        await person.press("3", "u")
        assert any("lecture seule" in said for said in person.said())


async def test_in_the_journal_u_takes_back_the_act_under_the_cursor(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await thrown_away(person)
        await person.press("enter", "escape", "3", "space", "d", "o", "enter")
        assert mailbox.counts == (0, 4)
        await person.press("5", "j", "u")
        assert "Remettre 2 messages de la corbeille" in person.screen()
        await person.press("o", "enter")
        assert mailbox.counts == (2, 2)
        await person.press("u")
        await person.until("il est déjà annulé")
        await person.press("enter", "g", "u")
        await person.until("c'est déjà une annulation")


async def test_an_act_on_a_mailbox_that_is_not_configured_any_more_is_said(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await thrown_away(person)
    mailbox.account = replace(mailbox.server.account(), password_env="MSS")
    async with mailbox.sit() as person:
        await person.press("5", "u")
        assert "n'est plus, dans la configuration" in " ".join(person.screen().split())


async def test_what_was_archived_and_removed_comes_back_from_the_archive(mailbox: Mailbox) -> None:
    async with mailbox.sit() as person:
        await person.press("3", "space", "space", "x", "o")
        assert "2 messages supprimés" in person.screen()
        assert mailbox.counts == (1, 1)
        await person.press("u")
        shown = " ".join(person.screen().split())
        assert "Remettre 2 messages archivés à leur place" in shown
        assert "Ces messages reprendront" in shown
        await person.press("o")
        assert "2 messages remis en place" in person.screen()
        await person.press("enter")
        assert mailbox.counts == (3, 1)
        await person.press("u")
        assert "aucun acte sur cette BAL" in " ".join(person.screen().split())
