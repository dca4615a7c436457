"""Cleaning up from the app: archived first or not, for good or to the trash, paused, and in a full BAL."""

import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from balt.cleanup import apply
from balt.config import Account, ArchiveSettings, Config
from balt.demo import DemoServer
from balt.demo.faults import Fault, FaultKind
from balt.mail.model import FolderRole
from balt.secrets import Secrets
from balt.tui.dialogs.confirm import ConfirmDialog
from tests.cli.conftest import message, with_attachment
from tests.support.servers import DemoImapServer
from tests.tui.driver import NOW, SMALL, WIDE, Person, sitting

OLD = datetime(2019, 2, 1, 10, tzinfo=NOW.tzinfo)
READ = ("\\Seen",)


class Desk:
    """A BAL on a server of its own, and the place where the app archives."""

    def __init__(self, server: DemoImapServer, folder: Path, storage: int | None = None) -> None:
        self.server = server
        self.account: Account = server.account(storage=storage, password_env="MSS")
        self.place = folder / "mes archives"
        self._folder = folder
        self.put("dans la corbeille", folder="Trash", size=400)

    def put(self, *subjects: str, folder: str = "INBOX", size: int = 2_000) -> None:
        for subject in subjects:
            self.server.append(self.account, message(subject, size=size), folder, OLD, READ)

    def sit(self, size: tuple[int, int] = WIDE) -> AbstractAsyncContextManager[Person]:
        config = Config(accounts=(self.account,), archive=ArchiveSettings(self.place))
        return sitting(
            config, Secrets(environ={"MSS": self.server.password}), self._folder / "state", size=size
        )

    def count(self, folder: str = "INBOX") -> int:
        with self.server.client(self.account) as client:
            told = client.select(folder, readonly=True)[1][0]
        assert told is not None
        return int(told)

    @property
    def archived(self) -> int:
        return len(list(self.place.rglob("*.eml")))


@pytest.fixture
def server() -> Iterator[DemoImapServer]:
    from tests.support.dovecot import PASSWORD

    with DemoServer(password=PASSWORD) as running:
        yield DemoImapServer(running)


@pytest.fixture
def desk(server: DemoImapServer, tmp_path: Path) -> Desk:
    desk = Desk(server, tmp_path)
    desk.put("un", "deux", "trois")
    return desk


async def test_what_is_removed_for_good_is_archived_first(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "space", "space", "x")
        shown = person.screen()
        assert "Supprimer définitivement 2 messages" in shown
        assert "mes archives" in shown
        assert "Les informations sont-elles bien enregistrées sur votre logiciel métier ?" in shown
        assert desk.count() == 3
        await person.press("o")
        await person.until("Fermer")
        assert "2 messages archivés et relus" in person.screen()
        assert "2 messages supprimés" in person.screen()
    assert (desk.count(), desk.archived) == (1, 2)


async def test_without_an_archive_it_must_be_said_twice(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "x", "a")
        await person.until("sans archive")
        assert "ne pourront plus être retrouvés" in person.screen()
        await person.press("o")
        await person.until("encore une fois")
        assert desk.count() == 3
        await person.press("o")
        await person.until("Fermer")
    assert (desk.count(), desk.archived) == (2, 0)


async def test_taking_the_archive_back_asks_for_the_second_word_again(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "x", "a", "o")
        await person.until("encore une fois")
        await person.press("a")
        await person.until("archiver d'abord")
        assert "encore une fois" not in person.screen()
        await person.press("a", "o")
        await person.until("encore une fois")
        assert desk.count() == 3


async def test_archiving_removes_nothing(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "asterisk", "A")
        await person.until("Archiver 3 messages")
        assert "rien n'est libéré" in person.screen()
        await person.press("o")
        await person.until("3 messages archivés et relus")
    assert (desk.count(), desk.archived) == (3, 3)


async def test_the_trash_needs_no_archive_but_may_have_one(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "d")
        await person.until("[a] sans archive")
        await person.press("a")
        await person.until("[a] archiver d'abord")
        await person.press("o")
        await person.until("1 message mis à la corbeille")
    assert (desk.count(), desk.count("Trash"), desk.archived) == (2, 2, 1)


async def test_a_guarded_document_is_left_until_its_number_is_typed(desk: Desk) -> None:
    desk.server.append(desk.account, with_attachment("Bilan"), "INBOX", OLD, READ)
    async with desk.sit() as person:
        await person.press("3", "asterisk", "x")
        await person.until("document non marqué intégré")
        assert "Supprimer définitivement 3 messages" in person.screen()
        await person.press("1")
        await person.until("Supprimer définitivement 4 messages")
        await person.press("escape")
    assert desk.count() == 4


async def test_a_digit_typed_while_the_plan_is_made_anew_is_answered_too(desk: Desk) -> None:
    desk.server.append(desk.account, with_attachment("Bilan"), "INBOX", OLD, READ)
    async with desk.sit() as person:
        await person.press("3", "asterisk", "x")
        await person.until("document non marqué intégré")
        dialog = person.app.screen
        assert isinstance(dialog, ConfirmDialog)
        for _time in range(3):
            dialog.action_take(1)
            assert dialog.state.stage == "draft"
        await person.until("Supprimer définitivement 4 messages")
        await person.press("1")
        await person.until("Supprimer définitivement 3 messages")
        await person.press("escape")
    assert desk.count() == 4


async def test_a_full_bal_is_offered_the_archive_when_the_trash_has_no_room(
    desk: Desk, server: DemoImapServer
) -> None:
    server.demo.faults.add(Fault(FaultKind.OVERQUOTA, "UID MOVE", times=-1))
    async with desk.sit() as person:
        await person.press("3", "d", "o")
        await person.until("la BAL est pleine")
        await person.until("supprimer sans passer par la corbeille")
        assert desk.count() == 3
        await person.press("x")
        await person.until("Oui, archiver puis supprimer")
        await person.press("o")
        await person.until("1 message supprimé")
    assert (desk.count(), desk.archived) == (2, 1)


async def test_a_small_screen_cuts_nothing_of_the_account_nor_its_keys(
    desk: Desk, server: DemoImapServer
) -> None:
    server.demo.faults.add(Fault(FaultKind.OVERQUOTA, "UID MOVE"))
    async with desk.sit(SMALL) as person:
        await person.press("3", "d", "o")
        await person.until("la BAL est pleine")
        assert "supprimer sans passer par la corbeille" in person.screen()
        assert "Entrée Fermer" in person.screen()


async def test_room_is_made_up_to_a_percentage(server: DemoImapServer, tmp_path: Path) -> None:
    desk = Desk(server, tmp_path, storage=100 * 1024)
    desk.put(*(f"m{n}" for n in range(9)), size=10_000)
    async with desk.sit() as person:
        await person.press("3", "L")
        await person.until("Il faut libérer")
        await person.press("enter")
        await person.until("Oui, archiver puis supprimer")
        assert "Corbeille" in person.screen() or "Trash" in person.screen()
        await person.press("o")
        await person.until("Fermer")
        assert "quota : 9" in person.screen()
    assert desk.archived == 10 - desk.count() - desk.count("Trash")
    assert desk.count() < 7


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("beaucoup", "n'est ni une taille ni un pourcentage"),
        ("130 %", "n'est ni une taille ni un pourcentage"),
        ("=5G", "C'est déjà le cas"),
        ("99%", "C'est déjà le cas"),
    ],
)
async def test_a_wish_that_means_nothing_is_explained_and_not_taken(
    typed: str, said: str, server: DemoImapServer, tmp_path: Path
) -> None:
    desk = Desk(server, tmp_path, storage=100 * 1024)
    async with desk.sit() as person:
        await person.press("3", "L", "ctrl+u")
        await person.type(typed)
        await person.until(said)
        await person.press("enter")
        assert "Libérer de la place" in person.screen()
        await person.press("escape")
        assert "Libérer de la place" not in person.screen()


async def test_room_that_only_protected_messages_could_give_is_told_as_missing(
    server: DemoImapServer, tmp_path: Path
) -> None:
    desk = Desk(server, tmp_path, storage=100 * 1024)
    server.append(desk.account, message("non lu", size=30_000), "INBOX", OLD)
    desk.put("lu", size=5_000)
    async with desk.sit() as person:
        await person.press("3", "L", "ctrl+u")
        await person.type("20k")
        await person.press("enter")
        await person.until("Il manque")
        assert "Supprimer définitivement 2 messages" in person.screen()


async def held_at_the_first_removal(
    person: Person, server: DemoImapServer, monkeypatch: pytest.MonkeyPatch
) -> threading.Event:
    """An act on all messages, one a batch, that stands still at its first removal until the event is set."""
    monkeypatch.setattr(apply, "BATCH_OCTETS", 1)
    begun, may_go = threading.Event(), threading.Event()

    def hold(_account: object) -> None:
        begun.set()
        may_go.wait(10)

    server.demo.faults.add(Fault(FaultKind.CALL, "UID EXPUNGE", action=hold))
    await person.press("3", "asterisk", "x")
    await person.until("Oui, archiver puis supprimer")
    await person._pilot.pause(0.05)
    await person._pilot.press("o")
    while not begun.is_set():
        await person._pilot.pause(0.02)
    return may_go


async def test_an_act_pauses_between_two_batches_and_goes_on(
    desk: Desk, server: DemoImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk.sit() as person:
        may_go = await held_at_the_first_removal(person, server, monkeypatch)
        await person._pilot.press("p")
        await person.until("En pause")
        may_go.set()
        for _ in range(20):
            await person._pilot.pause(0.02)
        assert desk.count() == 2
        await person._pilot.press("p")
        await person.until("3 messages supprimés")
        await person.quiet()
    assert (desk.count(), desk.archived) == (0, 3)


async def test_stopping_tells_what_was_done_and_what_was_not(
    desk: Desk, server: DemoImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk.sit() as person:
        may_go = await held_at_the_first_removal(person, server, monkeypatch)
        await person._pilot.press("escape")
        may_go.set()
        await person.until("Fermer")
        assert "1 message supprimé" in person.screen()
        assert "2 messages pas commencés" in person.screen()
        await person.quiet()
    assert desk.count() == 2


async def test_files_and_read_only_bal_say_why_nothing_can_be_removed(
    server: DemoImapServer, tmp_path: Path
) -> None:
    desk = Desk(server, tmp_path)
    desk.account = server.account(password_env="MSS", read_only=True)
    desk.put("un")
    async with desk.sit() as person:
        await person.press("3")
        for key in ("x", "d", "L"):
            await person.press(key)
        assert sum("lecture seule" in said for said in person.said()) == 3


async def test_a_mailbox_that_balt_may_not_change_is_archived_all_the_same(desk: Desk) -> None:
    desk.account = replace(desk.account, read_only=True)
    async with desk.sit() as person:
        await person.press("3", "space", "space", "x")
        assert any("lecture seule" in said for said in person.said())
        await person.press("A")
        assert "Archiver 2 messages" in person.screen()
        await person.press("o", "enter")
    assert (desk.archived, desk.count()) == (2, 3)


async def test_without_a_trash_what_is_removed_for_good_needs_none(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3")
        browse = person.app.messages.browse
        branch = browse.branches[browse.address]
        folders = tuple(each for each in branch.folders if each.role is not FolderRole.TRASH)
        browse.branches[browse.address] = replace(branch, folders=folders)
        assert "Corbeille" in browse.why_not("trash")
        assert browse.why_not("remove") == browse.why_not("archive") == ""
        assert person.app.messages.why_not("make_room") == ""
