"""A person who does not wait: keys typed while balt is still at work never do what was not meant."""

import asyncio
from pathlib import Path

from balt.cli.demo import Demo
from balt.tui.dialogs.confirm import ConfirmDialog
from tests.tui.driver import SECONDS, sitting
from tests.tui.test_views import CAMILLE, count, second_client

SECRETARY = "secretariat@cab-lilas.mssante.fr"


async def test_a_word_typed_while_a_plan_is_made_does_not_confirm_it(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(CAMILLE)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        ConfirmDialog.READING_SECONDS = 30
        await person.press("3")
        await person._pilot.press("E", "slash", *"from", "o", "y")
        await person.until("Supprimer définitivement 403 messages")
        await person._pilot.press("o", "y", "o")
        await person.quiet()
        assert "Oui, supprimer" in person.screen()
    with second_client(demo, account) as client:
        assert count(client, "Corbeille") == 412


async def test_another_bal_opened_during_a_sort_shows_its_own_messages(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "asterisk")
        await person._pilot.press("S")
        person.app.messages.open(SECRETARY, "INBOX")
        await person.quiet()
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert rows.address == SECRETARY
        assert not person.app.messages.browse.marks


async def test_unmarking_all_is_not_undone_by_a_sort_under_way(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "asterisk")
        await person._pilot.press("S", "asterisk")
        await person.quiet()
        assert not person.app.messages.browse.marks


async def test_marks_taken_away_by_hand_do_not_make_unread_mail_chosen(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "asterisk", "space", "space", "asterisk")
        browse = person.app.messages.browse
        assert not browse.takes_unread()


async def test_a_message_that_comes_after_the_mask_is_not_shown(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3")
        await person._pilot.press("p", "m")
        await person.quiet()
        assert len(person.app.screen_stack) == 1 or "MASQUÉ" not in person.screen()


async def test_quitting_during_an_act_waits_for_its_batch(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(CAMILLE)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3", "E")
        await person._pilot.press("o")
        async with asyncio.timeout(SECONDS):
            while not (tmp_path / "journal.jsonl").exists():  # it begins with the first batch
                await person._pilot.pause(0.001)
        await person._pilot.press("ctrl+q")
        for _ in range(int(SECONDS / 0.02)):
            await person._pilot.pause(0.02)
            if not person.app.is_running:
                break
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert '"phase":"after"' in lines[-1]
    with second_client(demo, account) as client:
        assert count(client, "Corbeille") in (9, 412)
