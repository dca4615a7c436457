"""What a BAL holds twice, in a window of view 3: found, told with its cost, and a plan that leaves one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from balt.cleanup.plan import Act
from balt.demo import DemoServer
from balt.tui.dialogs.duplicate_rows import places
from balt.tui.dialogs.duplicates import DuplicatesDialog
from tests.cli.conftest import message
from tests.support.servers import DemoImapServer
from tests.tui.driver import SMALL, Person
from tests.tui.test_cleanup import OLD, READ, Desk

TWICE = message("deux fois", size=9_000)
THRICE = message("trois fois", size=5_000)


@pytest.fixture
def server() -> Iterator[DemoImapServer]:
    from tests.support.dovecot import PASSWORD

    with DemoServer(password=PASSWORD) as running:
        yield DemoImapServer(running)


@pytest.fixture
def desk(server: DemoImapServer, tmp_path: Path) -> Desk:
    """One message twice in the inbox, one there, in Sent and in the trash; others once."""
    desk = Desk(server, tmp_path)
    desk.put("une fois", "une autre")
    for octets, folders in ((TWICE, ("INBOX", "INBOX")), (THRICE, ("INBOX", "Sent", "Trash"))):
        for folder in folders:
            server.append(desk.account, octets, folder, OLD, READ)
    return desk


def window(person: Person) -> DuplicatesDialog:
    screen = person.app.screen
    assert isinstance(screen, DuplicatesDialog)
    return screen


async def test_what_is_there_twice_is_told_with_what_it_costs(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "w", "7")
        shown = person.screen()
        assert "3 messages en trop, à l'octet près" in shown
        rows = window(person).rows
        assert rows is not None
        assert [len(each.copies) for each in rows.found.duplicates] == [3, 2]
        thrice, twice = rows.found.duplicates
        assert places(thrice.copies) in shown
        assert f"{places([twice.kept])} × 2" in shown
        assert thrice.surplus[-1].folder.name == "Trash"
        await person.press("escape")
        assert len(person.app.screen_stack) == 1


async def test_the_plan_moves_what_is_surplus_and_leaves_one_of_each(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "equals_sign", "d")
        asked = person.screen()
        assert "Mettre 2 messages à la corbeille" in asked  # the third is there already
        assert "Un exemplaire de chacun reste" in " ".join(asked.split())
        assert desk.count() == 5
        await person.press("o")
        assert "2 messages mis à la corbeille" in person.screen()
        await person.press("u", "o")
        assert "2 messages remis" in person.screen()
    assert (desk.count(), desk.count("Sent")) == (5, 1)


async def test_marked_groups_alone_are_archived_and_removed_never_without_archive(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "equals_sign", "j", "space")
        assert "1 message en trop" in person.screen()
        await person.press("x")
        assert "Supprimer définitivement 1 message" in person.screen()
        assert "sans archive" not in person.screen()
        await person.press("a")
        assert "Archive" in person.screen()
        await person.press("o")
        assert "1 message supprimé" in person.screen()
    assert (desk.count(), desk.count("Sent"), desk.archived) == (4, 1, 1)


async def test_the_last_copy_stays_where_its_twin_goes_meanwhile(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "equals_sign", "j", "space", "x")
        with desk.server.client(desk.account) as client:
            client.select("INBOX")
            client.uid("STORE", "3", "+FLAGS", r"(\Deleted)")
            client.uid("EXPUNGE", "3")
        await person.press("o")
        assert "supprimé" not in person.screen().split("Supprimer définitivement", 1)[1]
    assert desk.count() == 4


async def test_nothing_twice_is_said(server: DemoImapServer, tmp_path: Path) -> None:
    desk = Desk(server, tmp_path)
    desk.put("une", "deux")
    async with desk.sit(SMALL) as person:
        await person.press("3", "equals_sign")
        assert "Aucun message en double." in person.screen()
        await person.press("d", "x", "space", "asterisk", "escape")
        assert len(person.app.screen_stack) == 1


async def test_masked_no_subject_is_shown(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3")
        assert "deux fois" in person.screen()
        await person.press("m", "equals_sign")
        assert window(person).rows is not None
        assert "deux fois" not in person.screen()
        assert "trois fois" not in person.screen()


async def test_where_balt_may_not_read_or_act_it_says_why(desk: Desk) -> None:
    desk.account = replace(desk.account, read_only=True)
    async with desk.sit() as person:
        await person.press("3", "equals_sign", "d")
        assert "lecture seule" in person.screen()
        await person.press("escape")
        branches = person.app.messages.browse.branches
        for other in (
            replace(desk.account, authorization_identity="quelqu-un-d-autre"),
            replace(desk.account, access="files"),
        ):
            branches[desk.account.address] = replace(branches[desk.account.address], account=other)
            await person.press("equals_sign")
            assert len(person.app.screen_stack) == 1
        assert "accès discret" in person.said()[-2].lower()
        assert "fichiers" in person.said()[-1]


async def test_a_search_that_is_left_is_stopped_and_a_plan_names_the_one_that_stays(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3")
        stopped: list[bool] = []
        jobs = person.app.engine.duplicates
        find, jobs.find = jobs.find, lambda *_about: None  # type: ignore[method-assign]
        stop, jobs.stop = jobs.stop, lambda: stopped.append(True)  # type: ignore[method-assign]
        await person.press("equals_sign")
        assert "Lecture des dossiers…" in person.screen()
        await person.press("escape")
        assert stopped == [True]
        jobs.find, jobs.stop = find, stop  # type: ignore[method-assign]
        await person.press("equals_sign", "d")
        plan = person.app.conversation._dialog.state.plan  # type: ignore[union-attr]
        assert plan is not None
        assert plan.act is Act.TRASH
        assert all(each.twin is not None for part in plan.parts for each in part.messages)
