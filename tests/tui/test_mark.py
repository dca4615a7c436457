"""The mark "intégré" in the app: one key, a question before many, an honest notice, a list that follows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from balt.cleanup.marking import MarkResult
from balt.cli.demo import Demo
from balt.mail.model import Flag
from balt.mailboxes.marks import marks_path
from balt.tui.dialogs.password import PasswordDialog
from tests.tui.driver import SMALL, Person, sitting
from tests.tui.test_views import CAMILLE, second_client

QUESTION = "Les informations sont-elles bien enregistrées sur votre logiciel métier\N{NO-BREAK SPACE}?"


def keyworded(demo: Demo, folder: str = "INBOX") -> int:
    with second_client(demo, demo.config.account(CAMILLE)) as client:
        client.select(f'"{folder}"', readonly=True)
        found: list[bytes] = client.uid("SEARCH", "KEYWORD", "$Integrated")[1]
        return len(found[0].split())


def integrated(person: Person) -> int:
    listing = person.app.messages.browse.listing
    assert listing is not None
    return sum(1 for flags in listing.flags if flags & Flag.INTEGRATED)


async def filtered(person: Person, text: str) -> None:
    await person.press("3", "slash")
    await person.type(text)
    await person.press("enter")


async def test_one_message_is_marked_at_once_and_the_same_key_takes_it_back(
    demo: Demo, tmp_path: Path
) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await filtered(person, "has:xdm")
        before = keyworded(demo)
        mail = person.app.messages.mail
        assert mail is not None
        step = -1 if mail.flags & Flag.INTEGRATED else 1
        await person.press("i")
        assert keyworded(demo) == integrated(person) == before + step
        await person.press("i")
        assert keyworded(demo) == integrated(person) == before
    assert "1 message marqué intégré (marque posée sur le serveur)." in person.said()
    assert "1 message n'est plus marqué intégré." in person.said()


async def test_all_that_the_filter_shows_is_marked_after_the_question(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await filtered(person, "has:xdm -is:integrated")
        shown, before = len(person.app.messages.browse.rows or ()), keyworded(demo)
        await person.press("asterisk", "i")
        asked = person.screen()
        assert f"Marquer {shown} messages comme intégrés au logiciel métier" in asked
        assert QUESTION in asked
        await person.press("escape")
        assert keyworded(demo) == before
        await person.press("i", "o")
        assert keyworded(demo) == before + shown == integrated(person)
        assert len(person.app.messages.browse.rows or ()) == 0
    assert f"{shown} messages marqués intégrés (marque posée sur le serveur)." in person.said()


async def test_a_read_only_mailbox_keeps_its_marks_here_and_shows_them(demo: Demo, tmp_path: Path) -> None:
    accounts = tuple(
        replace(account, read_only=account.address == CAMILLE) for account in demo.config.accounts
    )
    config = replace(demo.config, accounts=accounts)
    async with sitting(config, demo.secrets, tmp_path) as person:
        await filtered(person, "has:xdm -is:integrated")
        before, server = integrated(person), keyworded(demo)
        await person.press("i")
        assert integrated(person) == before + 1
        assert keyworded(demo) == server
        assert "gardée par balt sur cet ordinateur" in person.said()[-1]
    assert marks_path(tmp_path, config.account(CAMILLE)).exists()
    async with sitting(config, demo.secrets, tmp_path) as person:  # another day
        await filtered(person, "is:integrated")
        assert integrated(person) == len(person.app.messages.browse.rows or ()) == before + 1


async def test_the_foot_counts_the_documents_that_are_not_marked(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await filtered(person, "has:xdm -is:integrated")  # now all structures are known
        await person.press("escape")
        listing = person.app.messages.browse.listing
        assert listing is not None
        open_ones = sum(
            1
            for row in range(len(listing))
            if (facts := listing.message(row).facts)
            and facts.holds_document
            and not listing.flags[row] & Flag.INTEGRATED
        )
        assert f"documents non intégrés : {open_ones}" in person.screen()


async def test_the_home_follows_what_is_marked_in_the_trash(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        assert "9 pas encore intégrés" in person.screen()
        await person.press("l", "enter", "slash")
        await person.type("kind:document -is:integrated")
        await person.press("enter", "asterisk", "i", "o")
        await person.press("1")
        assert "9 pas encore intégrés" not in person.screen()


async def test_the_question_fits_a_small_screen(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path, size=SMALL) as person:
        await filtered(person, "has:xdm -is:integrated")
        await person.press("space", "space")
        await person.until("2 marqués")
        await person.press("i")
        await person.until("Marquer 2 messages comme intégrés")
        asked = person.screen()
        assert "métier\N{NO-BREAK SPACE}?" in asked
        assert "Ne rien faire" in asked
        await person.press("o")
        assert "2 messages marqués intégrés" in person.said()[-1]


async def test_a_mailbox_that_did_not_answer_says_why_nothing_is_marked(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3")
        browse = person.app.messages.browse
        branch = browse.branches[CAMILLE]
        browse.branches[CAMILLE] = replace(branch, failed=True)
        before = keyworded(demo)
        await person.press("i")
        assert "Cette BAL n'a pas répondu" in person.said()[-1]
        assert keyworded(demo) == before


async def test_what_another_bal_asks_meanwhile_stays_to_be_answered(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await filtered(person, "has:xdm -is:integrated")
        ended: list[Callable[[MarkResult], object]] = []
        monkeypatch.setattr(person.app.engine.marking, "mark", lambda *about, on: ended.append(about[3]))
        await person.press("space", "space", "i", "o")
        answers: list[str | None] = []
        person.app.push_screen(PasswordDialog("cabinet@exemple.mssante.fr"), answers.append)
        ended[0](MarkResult(on=True, changed=2))
        await person.press("a", "b", "enter")
        assert answers == ["ab"]
        await person.press("down")
        assert len(person.app.screen_stack) == 1
