"""What a person sees and does in the app, on the demo over real IMAP."""

import imaplib
import re
from dataclasses import replace
from pathlib import Path

from balt.cli.demo import Demo
from balt.config import Account
from balt.i18n import set_language
from tests.tui.driver import SMALL, WIDE, sitting

CAMILLE = "camille.exemple@medecin.mssante.fr"


def second_client(demo: Demo, account: Account) -> imaplib.IMAP4:
    client = imaplib.IMAP4(account.host, account.port, timeout=20)
    client.login(account.username, demo.secrets.password(account))
    return client


def count(client: imaplib.IMAP4, folder: str, what: str = "MESSAGES") -> int:
    _ok, data = client.status(f'"{folder}"', f"({what})")
    found = re.search(rb"%s (\d+)" % what.encode(), data[0] or b"")
    assert found is not None
    return int(found[1])


def flags(client: imaplib.IMAP4, folder: str) -> list[bytes]:
    client.select(f'"{folder}"', readonly=True)
    _ok, lines = client.uid("FETCH", "1:*", "(FLAGS)")
    return sorted(line for line in lines if isinstance(line, bytes))


async def test_the_home_shows_the_figures_of_the_servers(shared_demo: Demo, tmp_path: Path) -> None:
    account = shared_demo.config.account(CAMILLE)
    with second_client(shared_demo, account) as client:
        trash = count(client, "Corbeille")
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        shown = person.screen()
    assert "Vider la corbeille de votre BAL" in shown
    assert "9 pas encore intégrés" in shown
    found = re.search(r"(\d+) messages, \d+ Mo", shown)
    assert found is not None
    assert int(found[1]) >= trash


async def test_the_home_says_which_bal_nobody_reads(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        assert "c.exemple@ch-fictif.mssante.fr · rien de lu depuis 14 mois, 212 non lus" in person.screen()


async def test_enter_on_the_trash_step_opens_the_trash(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("l", "enter")
        assert "Corbeille  412 messages" in person.screen()


async def test_enter_on_old_messages_opens_them_filtered(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("l", "j", "enter")
        assert "older:3y" in person.screen()


async def test_messages_open_largest_first_and_turn_round(shared_demo: Demo, tmp_path: Path) -> None:
    account = shared_demo.config.account(CAMILLE)
    with second_client(shared_demo, account) as client:
        client.select("INBOX", readonly=True)
        _ok, lines = client.uid("FETCH", "1:*", "(RFC822.SIZE)")
    sizes = sorted(int(n) for line in lines for n in re.findall(rb"RFC822.SIZE (\d+)", line or b""))
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert [rows.message(i).size for i in range(len(rows))] == sizes[::-1]
        await person.press("S")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert [rows.message(i).size for i in range(len(rows))] == sizes
        assert "par taille ▲" in person.screen()


async def test_messages_sort_by_age_oldest_first(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "D")
        rows = person.app.messages.browse.rows
        assert rows is not None
        dates = [d for i in range(len(rows)) if (d := rows.message(i).date) is not None]
        assert dates == sorted(dates)


async def test_a_filter_shows_what_it_keeps_and_escape_clears_it(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "slash")
        await person.type("older:2y larger:5M")
        await person.press("enter")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert 0 < len(rows) < len(rows.listing)
        assert all((rows.message(i).size or 0) > 5 * 1024**2 for i in range(len(rows)))
        await person.press("escape")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert len(rows) == len(rows.listing)


async def test_a_filter_that_cannot_be_read_says_why_and_keeps_the_last_one(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "slash")
        await person.type("oldr:2y")
        assert "older" in person.screen()
        assert "oldr" in person.screen()
        assert person.app.is_running


async def test_marks_say_that_the_trash_frees_nothing_before_it_is_emptied(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "space", "space", "space")
        shown = person.screen()
        assert "3 marqués" in shown
        assert re.search(r"corbeille : 91 %, puis \d+ % une fois vidée", shown)


async def test_ranges_and_mark_all(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "v", "j", "j", "v")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert len(rows.marks) == 3
        await person.press("asterisk")
        assert len(rows.marks) == len(rows)
        await person.press("asterisk")
        assert not rows.marks


async def test_looking_marks_nothing_as_read(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(CAMILLE)
    with second_client(demo, account) as client:
        before = flags(client, "INBOX")
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press(
            "3", "p", "escape", "j", "p", "escape", "G", "p", "escape", "D", "p", "escape", "R"
        )
    with second_client(demo, account) as client:
        assert flags(client, "INBOX") == before


async def test_a_plan_is_shown_first_and_escape_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(CAMILLE)
    with second_client(demo, account) as client:
        before = count(client, "INBOX"), count(client, "Corbeille")
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3", "space", "space", "d")
        assert "Mettre 2 messages à la corbeille" in person.screen()
        assert "ne libère pas de place" in person.screen()
        await person.press("escape")
    with second_client(demo, account) as client:
        assert (count(client, "INBOX"), count(client, "Corbeille")) == before
    assert not (tmp_path / "journal.jsonl").exists()


async def test_confirmed_messages_move_to_the_trash_and_the_journal_tells(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(CAMILLE)
    with second_client(demo, account) as client:
        inbox, trash = count(client, "INBOX"), count(client, "Corbeille")
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3", "space", "space", "d", "o")
        assert "2 messages mis à la corbeille" in person.screen()
        await person.press("enter", "5")
        assert "mettre à la corbeille" in person.screen()
        assert "OK" in person.screen()
        await person.press("c")
        assert any("la suite est complète" in said for said in person.said())
    with second_client(demo, account) as client:
        assert (count(client, "INBOX"), count(client, "Corbeille")) == (inbox - 2, trash + 2)


async def test_emptying_the_trash_asks_the_sheets_question_and_keeps_the_documents(
    demo: Demo, tmp_path: Path
) -> None:
    account = demo.config.account(CAMILLE)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3", "E")
        shown = " ".join(person.screen().split())
        assert "9 messages de la corbeille contiennent un document pas encore marqué" in shown
        assert "Les informations sont-elles bien enregistrées sur votre logiciel métier ?" in shown
        await person.press("o")
        assert "403 messages supprimés" in person.screen()
        await person.press("enter")
    with second_client(demo, account) as client:
        assert count(client, "Corbeille") == 9


async def test_documents_go_only_once_the_question_is_answered(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(CAMILLE)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3", "E", "1")
        assert "Supprimer définitivement 412 messages" in person.screen()
        await person.press("o", "enter", "1")
        assert "9 pas encore intégrés" not in person.screen()
    with second_client(demo, account) as client:
        assert count(client, "Corbeille") == 0
    assert "logiciel m" in (tmp_path / "journal.jsonl").read_text()


async def test_a_change_made_elsewhere_shows_after_refresh(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(CAMILLE)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3", "j", "j", "space")
        rows = person.app.messages.browse.rows
        assert rows is not None
        before, marked = len(rows.listing), rows.marks.keys()
        under = rows.uid(person.app.messages.table.cursor)
        with second_client(demo, account) as client:
            client.append("INBOX", None, None, b"From: a@b.mssante.fr\r\nSubject: nouveau\r\n\r\nx\r\n")
        await person.press("R")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert len(rows.listing) == before + 1
        assert rows.marks.keys() == marked
        assert rows.uid(person.app.messages.table.cursor) == under


async def test_masking_hides_subjects_and_file_names_and_says_so(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3")
        assert "TESTPATIENT" in person.screen()
        assert ".pdf" in person.screen()
        await person.press("m")
        shown = person.screen()
        assert "MASQUÉ" in shown
        assert "TESTPATIENT" not in shown
        assert ".pdf" not in shown


async def test_a_masked_screen_opens_no_message(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "m", "p")
        assert "Bonjour" not in person.screen()
        assert any("masqué" in said for said in person.said())


async def test_marking_all_does_not_take_unread_messages_along(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "asterisk")
        browse = person.app.messages.browse
        assert browse.listing is not None
        assert browse.marks.count == len(browse.listing), person.screen()
        await person.press("d")
        found = re.search(r"non lu +(laissés|inclus)", person.screen())
        assert found is not None, person.screen()
        assert found[1] == "laissés"


async def test_a_discreet_access_sees_sizes_and_kinds_but_no_name(shared_demo: Demo, tmp_path: Path) -> None:
    account = replace(shared_demo.config.account(CAMILLE), authorization_identity="quelqu-un-d-autre")
    assert account.discreet
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        browse = person.app.messages.browse
        browse.branches[CAMILLE] = replace(browse.branches[CAMILLE], account=account)
        await person.press("3", "p")
        shown = person.screen()
        assert "18,4 Mo" in shown
        assert "pharmacie@" not in shown
        assert "TESTPATIENT" not in shown
        assert any("Accès discret" in said for said in person.said())
        await person.press("slash")
        await person.type("from:labo")
        assert "accès discret" in person.screen()


async def test_folders_open_from_the_tree(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "h")
        while "Été" not in str(getattr(person.app.messages.folder_pane.current, "folder", "")):
            await person.press("j")
        await person.press("enter")
        assert "Été 2019  " in person.screen()


async def test_a_small_terminal_reaches_the_folders_by_tab(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        await person.press("3", "tab")
        assert "Laboratoires" in person.screen()
        await person.press("escape")
        assert "Objet" in person.screen()


async def test_help_lists_the_keys_of_the_view(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "question_mark")
        shown = person.screen()
        assert "Mettre les messages marqués à la corbeille" in shown
        await person.press("escape")
        assert "Mettre les messages marqués" not in person.screen()


async def test_the_palette_finds_an_action_by_its_words(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("colon")
        await person.type("journal")
        await person.press("enter")
        assert "Journal des actes" in person.screen()


async def test_risks_and_contacts_are_one_key_away(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("l", "r")
        shown = " ".join(person.screen().split())
        assert "plus recevoir ni recevoir de nouveaux messages" in shown
        assert "monserviceclient.mssante@esante.gouv.fr" in shown


async def test_every_theme_draws_every_view(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        for _ in range(3):
            await person.press("ctrl+t", "1", "3", "5")
        assert person.app.crash is None


async def test_the_app_speaks_english(shared_demo: Demo, tmp_path: Path) -> None:
    set_language("en")
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=WIDE) as person:
        assert "read nothing" in person.screen() or "nothing read" in person.screen()
        await person.press("3")
        assert "Subject" in person.screen()
