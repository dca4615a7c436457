"""When something is wrong: a clear sentence, and the app stays alive."""

import imaplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.config import Account, Config
from balt.secrets import Secrets
from tests.support.dovecot import Dovecot
from tests.support.servers import ImapServer
from tests.tui.driver import SMALL, Person, sitting

NOW = datetime.now(UTC)
LETTER = b"From: labo@bio-fictive.mssante.fr\r\nSubject: bilan\r\n\r\nBonjour\r\n"


def config_of(*accounts: Account) -> Config:
    return Config(accounts=accounts)


def secrets(password: str) -> Secrets:
    return Secrets(ask=None, environ={"MSS": password})


def with_password(account: Account) -> Account:
    return replace(account, password_env="MSS")


async def test_a_wrong_password_is_said_and_the_app_lives(imap_server: ImapServer, tmp_path: Path) -> None:
    account = with_password(imap_server.account())
    async with sitting(config_of(account), secrets("faux"), tmp_path, now=NOW) as person:
        assert any("mot de passe" in said for said in person.said())
        await person.press("3")
        assert "injoignable" in person.screen()
        assert "faux" not in person.screen()


async def test_a_dead_host_is_said_and_the_others_are_shown(imap_server: ImapServer, tmp_path: Path) -> None:
    alive = with_password(imap_server.account())
    dead = replace(alive, address="mort@hopital-fictif.mssante.fr", port=1)
    imap_server.append(alive, LETTER)
    async with sitting(config_of(dead, alive), secrets(imap_server.password), tmp_path, now=NOW) as person:
        assert any("mort@hopital-fictif.mssante.fr" in said for said in person.said())
        assert "mort@hopital-fictif.mssante.fr" in person.screen()
        await person.press("3", "tab", "j", "enter")
        await person.press("j", "enter")
        assert "1 message" in person.screen()


async def test_an_empty_mailbox_is_no_trouble(imap_server: ImapServer, tmp_path: Path) -> None:
    account = with_password(imap_server.account())
    everything = config_of(account), secrets(imap_server.password), tmp_path
    async with sitting(*everything, size=SMALL, now=NOW) as person:
        await person.press("3")
        assert "0 message" in person.screen()
        await person.press("space", "asterisk", "slash", "p", "d", "S", "D", "G", "v")
        assert any("Aucun message" in said for said in person.said())


async def test_a_full_mailbox_says_so(imap_server: ImapServer, tmp_path: Path) -> None:
    account = with_password(imap_server.account(storage=200 * 1024))
    for _ in range(6):
        imap_server.append(account, LETTER + b"x" * 33_000)
    async with sitting(config_of(account), secrets(imap_server.password), tmp_path, now=NOW) as person:
        shown = person.screen()
        assert "9" in shown
        assert " %" in shown
        await person.press("3")
        assert "quota" in person.screen()


@pytest.mark.parametrize("name", ["Été à Nîmes", "Courriers & copies", "日本語", "avec espace"])
async def test_folders_with_any_name_open(imap_server: ImapServer, tmp_path: Path, name: str) -> None:
    account = with_password(imap_server.account())
    imap_server.append(account, LETTER, folder=name)
    async with sitting(config_of(account), secrets(imap_server.password), tmp_path, now=NOW) as person:
        await person.press("3")
        person.app.messages.open(account.address, name)
        await person.quiet()
        assert "1 message" in person.screen()


async def test_the_password_is_asked_on_the_screen_when_nothing_gives_it(
    imap_server: ImapServer, tmp_path: Path
) -> None:
    account = imap_server.account()
    imap_server.append(account, LETTER)
    from balt.clock import FixedClock
    from balt.tui.app import BaltApp

    app = BaltApp(config_of(account), Secrets(), FixedClock(NOW), badge="", state_dir=tmp_path, ansi=False)
    async with app.run_test(size=SMALL) as pilot:
        person = Person(app, pilot)
        await person.until("Mot de passe de la BAL")
        await pilot.press(*imap_server.password)
        assert "•" * len(imap_server.password) in person.screen()
        await pilot.press("enter")
        await person.quiet()
        await person.press("3")
        assert "1 message" in person.screen()


async def test_giving_up_the_password_leaves_the_bal_aside(imap_server: ImapServer, tmp_path: Path) -> None:
    from balt.clock import FixedClock
    from balt.tui.app import BaltApp

    account = imap_server.account()
    app = BaltApp(config_of(account), Secrets(), FixedClock(NOW), badge="", state_dir=tmp_path, ansi=False)
    async with app.run_test(size=SMALL) as pilot:
        person = Person(app, pilot)
        await person.until("Mot de passe de la BAL")
        await pilot.press("escape")
        await person.quiet()
        assert app.is_running
        assert any("mot de passe" in said for said in person.said())


async def test_without_any_bal_the_app_says_how_to_begin(tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL, now=NOW) as person:
        assert "Bienvenue dans balt" in person.screen()
        assert "cabinet de démonstration" in person.screen()
        await person.press("escape", "1", "2", "3", "4", "5", "question_mark", "escape")
        assert person.app.is_running


async def test_a_server_without_move_or_uidplus_refuses_and_says_why(
    start_dovecot: Callable[..., Dovecot], tmp_path: Path
) -> None:
    server = start_dovecot(hide=("MOVE", "UIDPLUS"))
    user = server.new_user()
    account = replace(server.account(user), password_env="MSS")
    server.deliver(user, LETTER)
    async with sitting(config_of(account), secrets(server.password), tmp_path, now=NOW) as person:
        await person.press("3", "space", "d")
        await person.press("o")
        await person.until("UIDPLUS")
        await person.press("escape")
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert len(rows.listing) == 1


async def test_a_line_cut_while_the_app_is_open_is_mended_at_the_next_key(
    imap_server: ImapServer, tmp_path: Path
) -> None:
    account = with_password(imap_server.account())
    imap_server.append(account, LETTER)
    async with sitting(config_of(account), secrets(imap_server.password), tmp_path, now=NOW) as person:
        await person.press("3")
        worker = person.app.engine._workers[account.address]
        session = worker._session
        assert session is not None
        with suppress(OSError, imaplib.IMAP4.error):
            session.close()
        imap_server.append(account, LETTER)
        await person.press("R")
        assert "2 messages" in person.screen()


async def test_a_message_from_before_there_was_mail_is_of_unknown_date_and_stays(
    imap_server: ImapServer, tmp_path: Path
) -> None:
    account = with_password(imap_server.account())
    imap_server.append(account, LETTER, date=datetime(1985, 1, 1, tzinfo=UTC), flags=("\\Seen",))
    async with sitting(config_of(account), secrets(imap_server.password), tmp_path, now=NOW) as person:
        await person.press("3")
        assert "date ?" in person.screen()
        await person.press("space", "d")
        assert "date de réception inconnue" in person.screen()
        assert "Rien à faire" in person.screen()
