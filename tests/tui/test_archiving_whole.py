"""A whole BAL is archived from the app, every folder of it, and its deletion is unlocked by that."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from balt.cases.model import CaseKind, open_case
from balt.clock import FixedClock
from balt.config import Access, Account, Config
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from balt.secrets import Secrets
from tests.cli.conftest import message
from tests.support.servers import ImapServer
from tests.tui.driver import NOW, SMALL, WIDE, Person, sitting
from tests.tui.test_departing import choose

OTHER = "camille.exemple@medecin.mssante.fr"
OLD = datetime(2019, 2, 1, 10, tzinfo=NOW.tzinfo)
FOLDERS = ("INBOX", "INBOX", "Sent", "Drafts", "Trash")


class Desk:
    """A BAL with a message or two in each of its folders, some of them unread; it has left the directory."""

    def __init__(self, server: ImapServer, folder: Path) -> None:
        self.account: Account = server.account(password_env="MSS")
        self.config = Config(accounts=(self.account,))
        self._server, self._folder = server, folder
        for number, name in enumerate(FOLDERS):
            self.put(f"Courrier {number}", name)
        Notebook(folder, FixedClock(NOW)).answer(self.account.address.lower(), Question.LISTED, "no")

    def put(self, subject: str, folder: str = "INBOX") -> None:
        self._server.append(self.account, message(subject), folder, OLD, ())

    def sit(self, size: tuple[int, int] = WIDE) -> AbstractAsyncContextManager[Person]:
        secrets = Secrets(environ={"MSS": self._server.password})
        return sitting(self.config, secrets, self._folder, size=size)

    def is_unlocked(self, person: Person) -> bool:
        cases = person.app.ledger.cases_of(self.account.address)
        return open_case(cases, self.account.address, CaseKind.DELETION) is not None


@pytest.fixture
def desk(imap_server: ImapServer, tmp_path: Path) -> Desk:
    return Desk(imap_server, tmp_path)


async def to_the_deletion(person: Person, desk: Desk, line: str) -> None:
    """From view 2: d, its deletion, and one line of that window."""
    await person.press("2")
    person.app.annuaire.select(desk.account.address)
    await person.quiet()
    await person.press("d")
    await choose(person, "suppression", line)


def led_out(person: Person, desk: Desk) -> None:
    assert person.app.ledger.depart(desk.account.address, OTHER, pytest.fail)


async def confirms(person: Person, told: str) -> None:
    await person.until("o Oui")
    await person.press("o")
    await person.until(told)
    await person.press("enter")


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_every_folder_is_archived_and_the_deletion_unlocked(size: tuple[int, int], desk: Desk) -> None:
    async with desk.sit(size) as person:
        led_out(person, desk)
        await to_the_deletion(person, desk, "Tout est dans l'archive")
        await person.hears("d, 8, 3 archive toute la BAL")
        await to_the_deletion(person, desk, "archiver toute la BAL")
        await person.until("Archiver 5 messages")
        await confirms(person, "5 messages archivés et relus")
        desk.put("Venu depuis")
        await to_the_deletion(person, desk, "Tout est dans l'archive")
        await person.hears("d, 8, 3 archive le reste")
        assert not desk.is_unlocked(person)
        await to_the_deletion(person, desk, "archiver toute la BAL")
        await person.until("Archiver 1 message")
        assert "5 messages, relus à l'instant" in person.screen()
        await confirms(person, "1 message archivé et relu")
        await to_the_deletion(person, desk, "Tout est dans l'archive")
        await person.hears("Suppression à demander")
        assert desk.is_unlocked(person)


async def test_a_key_of_view_3_does_it_too(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "B")
        await person.until("Archiver 5 messages")
        assert "rien n'est libéré" in person.screen()
        await confirms(person, "5 messages archivés et relus")


async def test_nothing_is_archived_again_once_all_of_it_is_there(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "B")
        await confirms(person, "5 messages archivés et relus")
        await person.press("B")
        await person.until("toute la BAL est dans l'archive")


def damage(archive: Path) -> None:
    next(archive.rglob("*.eml")).write_bytes(b"x")


async def test_what_the_disk_has_damaged_is_archived_again(desk: Desk) -> None:
    async with desk.sit() as person:
        led_out(person, desk)
        await person.press("3", "B")
        await confirms(person, "5 messages archivés et relus")
        damage(Path(person.app.engine.archives))
        await to_the_deletion(person, desk, "Tout est dans l'archive")
        await person.hears("d, 8, 3 archive le reste")
        await to_the_deletion(person, desk, "archiver toute la BAL")
        await person.until("Archiver 1 message")
        await confirms(person, "1 message archivé et relu")
        await to_the_deletion(person, desk, "Tout est dans l'archive")
        await person.hears("Suppression à demander")


async def test_an_empty_bal_has_nothing_to_archive(imap_server: ImapServer, tmp_path: Path) -> None:
    config = Config(accounts=(imap_server.account(password_env="MSS"),))
    async with sitting(config, Secrets(environ={"MSS": imap_server.password}), tmp_path) as person:
        await person.press("3", "B")
        await person.until("cette BAL n'a aucun message")


async def test_a_bal_that_is_only_read_is_archived_as_well(desk: Desk) -> None:
    desk.config = Config(accounts=(replace(desk.account, read_only=True),))
    async with desk.sit() as person:
        await person.press("3", "B")
        await person.until("Archiver 5 messages")


async def test_a_discreet_access_archives_nothing(desk: Desk) -> None:
    desk.config = Config(accounts=(replace(desk.account, authorization_identity="maitre"),))
    async with desk.sit() as person:
        led_out(person, desk)
        await to_the_deletion(person, desk, "archiver toute la BAL")
        await person.hears("Accès discret")


@pytest.mark.parametrize(
    ("access", "told"),
    [("none", "sans accès IMAP : ses messages se voient dans son webmail"), ("files", "fichiers exportés")],
)
async def test_a_bal_that_balt_cannot_archive_says_why(
    access: Access, told: str, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "export").mkdir()
    other = Account(OTHER, access=access, path=tmp_path / "export" if access == "files" else None)
    desk.config = Config(accounts=(other, desk.account))
    async with desk.sit() as person:
        await person.press("3", "tab", "home", "B")
        await person.hears(told)
        assert "Archiver" not in person.screen()


async def test_of_one_that_does_not_answer_no_plan_is_tried(desk: Desk) -> None:
    desk.config = Config(accounts=(replace(desk.account, port=1),))
    async with desk.sit() as person:
        await person.press("3", "tab", "home", "B")
        await person.hears("n'a pas répondu : R pour réessayer")
