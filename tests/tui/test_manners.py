"""The manners of the keys: none leads nowhere, Escape steps back once, nothing acts on what nobody sees."""

from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.tui.actions import ACTIONS, in_place
from tests.tui.driver import SMALL, WIDE, sitting

QUITS = {"app.quit_app", "app.palette"}


@pytest.mark.parametrize("view", ["1", "3", "5"])
async def test_every_action_of_every_view_can_be_performed_by_name(
    shared_demo: Demo, tmp_path: Path, view: str
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=WIDE) as person:
        await person.press(view)
        for action in in_place(*person.app.places()):
            if action.id not in QUITS:
                person.app.perform(action)
                await person.quiet()
                while len(person.app.screen_stack) > 1:
                    await person.press("escape")
                await person.press(view)
        assert person.app.crash is None


async def test_marking_all_by_its_name_marks_all(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=WIDE) as person:
        await person.press("3")
        person.app.perform(next(action for action in in_place("messages") if action.name == "mark_all"))
        await person.quiet()
        assert len(person.app.messages.browse.marks) > 0


async def test_the_folder_actions_are_performed_where_they_belong(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        await person.press("3", "h")
        assert person.app.places()[0] == "folders"
        for action in in_place("folders"):
            person.app.perform(action)
            await person.quiet()
        assert person.app.crash is None


def test_every_action_has_a_key_a_label_and_a_help() -> None:
    for action in ACTIONS:
        assert action.keys
        assert action.label
        assert action.help


async def test_escape_in_the_filter_leaves_the_filter_and_nothing_more(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "slash")
        await person.type("from:a")
        await person.press("escape")
        assert "Objet" in person.screen()
        assert person.app.view is person.app.messages


async def test_a_bad_filter_stays_open_to_be_mended(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "slash")
        await person.type("larger:beaucoup")
        await person.press("enter")
        assert person.app.messages.has_class("filtering")


async def test_a_plan_left_while_it_is_redone_does_not_come_back(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "E")
        await person._pilot.press("1", "escape")
        await person.quiet()
        assert len(person.app.screen_stack) == 1


async def test_another_folder_opens_at_its_first_line(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "G")
        trash = person.app.messages.browse.trash
        assert trash is not None
        person.app.messages.open(person.app.messages.browse.address, trash.name)
        await person.quiet()
        assert person.app.messages.table.cursor == 0


async def test_no_key_marks_or_moves_messages_of_a_hidden_list(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        await person.press("3", "tab", "asterisk", "space", "d")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert not rows.marks
        assert len(person.app.screen_stack) == 1
        assert any("La liste est cachée" in said for said in person.said())


async def test_emptying_means_the_bal_under_the_cursor_of_the_folders(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "h")
        while getattr(person.app.messages.folder_pane.current, "address", "") == (
            "camille.exemple@medecin.mssante.fr"
        ):
            await person.press("j")
        await person.press("E")
        assert "secretariat@cab-lilas.mssante.fr" in person.screen()
        assert "Supprimer définitivement" in person.screen() or "Rien à supprimer" in person.screen()


async def test_a_plan_of_one_message_of_the_trash_speaks_of_that_message(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("l", "enter", "d")
        shown = " ".join(person.screen().split())
        assert "Aucun de ces messages ne contient un document qui reste à intégrer" in shown


async def test_a_plan_too_large_for_the_screen_cannot_be_confirmed_unread(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=(60, 10)) as person:
        await person.press("3", "E", "o")
        shown = person.screen()
        assert "agrandissez la fenêtre" in shown
        assert "Ne rien faire" in shown
        assert "supprimés" not in shown
