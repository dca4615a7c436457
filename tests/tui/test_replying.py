"""The auto-reply of a BAL that leaves, from view 2: on a server that answers, and with a webmail only."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from balt.cases.autoreply.reply import SUBJECT
from balt.cases.autoreply.script import NAME
from balt.cases.autoreply.server import ReplyServer
from balt.cases.autoreply.state import Stand, State
from balt.cases.model import Happened, Reply
from balt.cli.demo import Demo
from balt.config import Account, Config
from balt.errors import BaltError, MailServerError
from balt.mail.sieve.session import SieveSession
from balt.secrets import Secrets
from balt.tui.dialogs.reply import ReplyDialog
from tests.support.dovecot_sieve import SieveDovecot
from tests.tui.driver import SECONDS, SMALL, Person, sitting
from tests.tui.test_departing import CAMILLE, HOSPITAL, choose, on_the_hospital


async def open_reply(person: Person) -> None:
    """The window of the auto-reply of the BAL that is followed."""
    await person.press("d")
    await choose(person, "Réponse automatique")


async def begin(person: Person) -> None:
    """A case of the BAL that nobody reads, and the window of its auto-reply."""
    await on_the_hospital(person)
    await person.press("d")
    await choose(person, CAMILLE)
    await open_reply(person)


async def wait_for(come: Callable[[], bool]) -> None:
    """Wait until something that a thread does has come about."""
    for _ in range(int(SECONDS / 0.02)):
        if come():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came about")


def noted(person: Person) -> list[str]:
    """How the auto-reply stands, as the case tells it."""
    case = person.app.ledger.case_for(HOSPITAL, Happened.AUTO_REPLY)
    assert case is not None
    return [each.value for each in case.events if each.what is Happened.AUTO_REPLY]


async def test_it_is_installed_looked_at_and_removed_by_keys(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await begin(person)
        await person.until("Une réponse automatique sera installée")
        shown = person.screen()
        assert "Votre message ne sera pas traité ici." in shown
        assert "Your message will not be dealt with here." in shown
        assert f"Please send your messages to: {CAMILLE}" in shown
        assert noted(person) == []
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
        assert noted(person) == [Reply.ACTIVE]
        await person.press("escape")
        await person.press("5")
        await person.until(f"réponse automatique vers {CAMILLE}")
        await person.press("2")
        await open_reply(person)
        await person.until("Retirer")
        assert "o Installer" not in person.screen()
        await person.press("x")
        await person.until("La réponse automatique est retirée.")
        assert noted(person) == [Reply.ACTIVE, Reply.OFF]


async def test_a_reply_that_somebody_stops_is_told_at_the_next_refresh(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(HOSPITAL)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await begin(person)
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
        await person.press("escape", "R")
        assert noted(person) == [Reply.ACTIVE]
        with SieveSession(account, lambda: demo.secrets.password(account)) as session:
            session.activate("")
        await person.press("R")
        await person.until("hors service : à réinstaller")
        assert noted(person) == [Reply.ACTIVE, Reply.OFF]


async def test_a_reply_is_looked_at_also_while_the_deletion_is_open(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(HOSPITAL)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await begin(person)
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
        await person.press("escape")
        assert person.app.ledger.delete(HOSPITAL, Happened.NOTHING_TO_KEEP, "", "rien", pytest.fail)
        with SieveSession(account, lambda: demo.secrets.password(account)) as session:
            session.activate("")
        await person.press("R")
        await person.until("hors service : à réinstaller")
        assert noted(person) == [Reply.ACTIVE, Reply.OFF]


async def test_a_text_that_somebody_changes_no_longer_counts_and_is_told(demo: Demo, tmp_path: Path) -> None:
    account = demo.config.account(HOSPITAL)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await begin(person)
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
        await person.press("escape")
        with SieveSession(account, lambda: demo.secrets.password(account)) as session:
            session.put(NAME, session.script(NAME).replace(b"Merci", b"Pardon"))
        await person.press("R")
        await person.until("un texte qu'un autre programme a changé")
        assert noted(person) == [Reply.ACTIVE, Reply.CHANGED]
        assert any("changée par un autre programme" in each for each in person.said())


async def test_what_cannot_be_seen_is_told_once_until_it_is_seen_again(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[BaltError] = []
    asked: list[str] = []

    def state(server: ReplyServer) -> State:
        asked.append(server.account.address)
        if broken:
            raise broken[0]
        return State(Stand.ACTIVE)

    def told(person: Person) -> list[str]:
        return [each for each in person.said() if "sa réponse automatique n'a pas pu être vue" in each]

    async def look(person: Person) -> None:
        before = len(asked)
        await person.press("R")
        await wait_for(lambda: len(asked) == before + 1 and not person.app._looking)
        await person.quiet()

    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await begin(person)
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
        await person.press("escape")
        monkeypatch.setattr(ReplyServer, "state", state)
        broken.append(MailServerError("le serveur se tait.", advice="Réessayez."))
        await look(person)
        assert [
            f"{HOSPITAL} : " in each and "le serveur se tait. Réessayez." in each for each in told(person)
        ] == [True]
        await look(person)
        assert len(told(person)) == 1
        assert noted(person) == [Reply.ACTIVE]
        kept, broken[:] = broken[0], []
        await look(person)
        broken.append(kept)
        await look(person)
        assert len(told(person)) == 2


async def test_a_look_that_breaks_does_not_end_the_looking(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def state(_server: ReplyServer) -> State:
        raise ZeroDivisionError

    monkeypatch.setattr(ReplyServer, "state", state)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        person.app._looking.add(HOSPITAL)
        server = person.app._server_of(HOSPITAL)
        assert server is not None
        with pytest.raises(ZeroDivisionError):
            person.app._look(HOSPITAL, server)
        assert HOSPITAL not in person.app._looking


async def test_nothing_is_installed_by_leaving_the_window(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path, size=SMALL) as person:
        await begin(person)
        await person.until("Installer")
        await person.press("escape")
        assert not isinstance(person.app.screen, ReplyDialog)
        assert noted(person) == []
        account = demo.config.account(HOSPITAL)
        with SieveSession(account, lambda: demo.secrets.password(account)) as session:
            assert session.scripts().names == ()


def without_scripts(config: Config) -> Config:
    return replace(config, accounts=tuple(replace(each, sieve=False) for each in config.accounts))


async def test_where_there_is_only_a_webmail_the_text_is_copied_and_the_word_of_the_holder_noted(
    shared_demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(without_scripts(shared_demo.config), shared_demo.secrets, tmp_path) as person:
        copied: list[str] = []
        monkeypatch.setattr(person.app, "copy_to_clipboard", copied.append)
        await begin(person)
        assert "webmail" in person.screen()
        assert "Installer" not in person.screen()
        await person.press("c")
        assert SUBJECT in copied[0]
        assert CAMILLE in copied[0]
        await person.press("n")
        assert noted(person) == [Reply.BY_HAND]


async def test_on_a_server_that_answers_it_lives_beside_the_script_of_the_person(
    demo: Demo, pigeonhole: SieveDovecot, tmp_path: Path
) -> None:
    real = replace(pigeonhole.account(), address=HOSPITAL)
    accounts = tuple(real if each.address == HOSPITAL else each for each in demo.config.accounts)
    config = replace(demo.config, accounts=accounts)
    secrets = Both(demo.secrets, pigeonhole.password)
    with SieveSession(real, lambda: pigeonhole.password) as session:
        session.put("Tri", b'require ["fileinto", "mailbox"];\r\nfileinto :create "Labo";\r\n')
        session.activate("Tri")
    async with sitting(config, secrets, tmp_path) as person:
        await begin(person)
        await person.until("Votre script « Tri » reste tel quel")
        await person.until("Installer")
        await person.press("o")
        await person.until("La réponse automatique est en service.")
    with SieveSession(real, lambda: pigeonhole.password) as session:
        assert session.scripts().active == NAME
        assert "Tri" in session.scripts().names


class Both(Secrets):
    """The secrets of the demo, and the password of the server that stands for the hospital's."""

    def __init__(self, demo: Secrets, password: str) -> None:
        super().__init__(environ={})
        self._demo = demo
        self._word = password

    def password(self, account: Account) -> str:
        return self._word if account.address == HOSPITAL else self._demo.password(account)
