"""A BAL that was noted as deleted is not dialled at each start; R looks once whether it answers still."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from balt.cases.at_rest import noted_deleted
from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened
from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.config import Account, Config
from balt.secrets import Secrets
from balt.tui.events import FolderChanged
from tests.tui.driver import NOW, Person, sitting

HOSPITAL, CAMILLE = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
CLINIC = "camille@msp-lilas.mssante.fr"
"""It is not in the directory; the hospital's is."""
TOLD = "notée supprimée : n'est plus relevée, sauf par R."


class Dialled(Secrets):
    """Secrets that note for whom they are asked."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__(environ=secrets._environ)
        self.asked: list[str] = []
        self.wrong: set[str] = set()

    def password(self, account: Account) -> str:
        self.asked.append(account.address)
        return "none" if account.address in self.wrong else super().password(account)


@pytest.fixture
def secrets(demo: Demo) -> Dialled:
    return Dialled(demo.secrets)


def deleted(folder: Path, address: str = CLINIC) -> None:
    """A BAL was followed to its end, the day before."""
    book = CaseBook(folder, FixedClock(NOW - timedelta(days=1)))
    book.open(CaseKind.DELETION, address, book.event(Happened.KEPT, str(folder)), replacement=CAMILLE)
    case = next(each for each in book.cases() if each.kind is CaseKind.DELETION)
    book.tell(case, Happened.DELETED)


async def view_of(person: Person, address: str = CLINIC) -> str:
    await person.press("2")
    person.app.annuaire.select(address)
    await person.quiet()
    return person.screen()


async def test_the_app_does_not_dial_it_by_itself(demo: Demo, secrets: Dialled, tmp_path: Path) -> None:
    deleted(tmp_path)
    async with sitting(demo.config, secrets, tmp_path) as person:
        assert CLINIC not in secrets.asked
        assert CAMILLE in secrets.asked
        assert TOLD in (told := await view_of(person))
        assert "retirez-la de la configuration" in " ".join(told.split())
        await person.press("3")
        assert "supprimée" in person.screen()
        assert "injoignable" not in person.screen()
        assert person.app.header.state != "lecture…"


async def test_a_look_by_hand_that_is_refused_is_no_trouble(
    demo: Demo, secrets: Dialled, tmp_path: Path
) -> None:
    deleted(tmp_path)
    secrets.wrong.add(CLINIC)
    async with sitting(demo.config, secrets, tmp_path) as person:
        await person.press("R")
        assert secrets.asked.count(CLINIC) == 1
        assert person.said() == []
        assert TOLD in await view_of(person)


async def test_one_that_is_published_still_is_not_dialled_either(
    demo: Demo, secrets: Dialled, tmp_path: Path
) -> None:
    deleted(tmp_path, HOSPITAL)
    secrets.wrong.add(HOSPITAL)
    async with sitting(demo.config, secrets, tmp_path) as person:
        assert "notée supprimée, et pourtant publiée" in await view_of(person, HOSPITAL)
        await person.press("R")
        assert secrets.asked.count(HOSPITAL) == 1
        assert person.said() == []


async def test_a_look_by_hand_tells_that_it_answers_still(
    demo: Demo, secrets: Dialled, tmp_path: Path
) -> None:
    deleted(tmp_path)
    async with sitting(demo.config, secrets, tmp_path) as person:
        await person.press("R")
        assert "notée supprimée, et pourtant elle répond" in await view_of(person)


async def test_nobody_is_asked_for_the_password_of_one_that_is_no_more(demo: Demo, tmp_path: Path) -> None:
    deleted(tmp_path)
    bare = Config(
        accounts=(Account(CLINIC, host="127.0.0.1", port=1, security="none"),), person=demo.config.person
    )
    asked: list[str] = []

    def ask(account: Account) -> None:
        asked.append(account.address)

    async with sitting(bare, Secrets(environ={}), tmp_path) as person:
        person.app.secrets.ask = ask
        await person.press("R")
        assert asked == []
        assert len(person.app.screen_stack) == 1


async def opened_in_view_3(person: Person) -> None:
    """View 3 shows the inbox of the BAL, which is then noted as deleted."""
    await person.press("2")
    person.app.annuaire.select(CLINIC)
    await person.press("o")
    assert person.app.messages.browse.rows is not None
    ledger = person.app.ledger
    assert ledger.delete(CLINIC, Happened.NOTHING_TO_KEEP, "", "rien", pytest.fail)
    (case,) = ledger.cases_of(CLINIC)
    assert ledger.tell_case(case, Happened.DELETED, "", pytest.fail)
    person.app.show_evidence()
    await person.quiet()


async def test_where_view_3_shows_it_its_mail_is_not_read_again(
    demo: Demo, secrets: Dialled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(demo.config, secrets, tmp_path) as person:
        await opened_in_view_3(person)
        read = listed(person, monkeypatch)
        person.app.messages.folder_changed(FolderChanged(CLINIC, "INBOX"))
        await person.quiet()
        secrets.wrong.add(CLINIC)
        person.app.engine._workers[CLINIC]._session.shut()  # type: ignore[union-attr]
        await person.press("R")
        assert read == []
        assert "notée supprimée : n'est plus relevée" in person.screen()
        assert person.said() == [TOLD]


async def test_one_that_answers_still_is_read_again_where_view_3_shows_it(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path, now=NOW) as person:
        await opened_in_view_3(person)
        read = listed(person, monkeypatch)
        person.app.engine._clock = FixedClock(NOW + timedelta(minutes=1))
        await person.press("R")
        assert read == [CLINIC]
        assert "n'est plus relevée" not in person.screen().splitlines()[2]


async def test_opened_by_hand_it_says_that_it_is_deleted_and_blames_no_password(
    demo: Demo, secrets: Dialled, tmp_path: Path
) -> None:
    deleted(tmp_path)
    secrets.wrong.add(CLINIC)
    async with sitting(demo.config, secrets, tmp_path) as person:
        await view_of(person)
        await person.press("o")
        assert "supprimée le 21 nov. 2026." in person.screen()
        assert "mot de passe" not in person.screen()
        assert not any("mot de passe" in each for each in person.said())


def listed(person: Person, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The BAL of which a folder is listed from now on."""
    found: list[str] = []
    open_folder = person.app.engine.open_folder

    def told(address: str, *more: Any) -> None:
        found.append(address)
        open_folder(address, *more)

    monkeypatch.setattr(person.app.engine, "open_folder", told)
    return found


async def test_view_3_opens_first_a_bal_that_is_there(demo: Demo, secrets: Dialled, tmp_path: Path) -> None:
    deleted(tmp_path)
    accounts = sorted(demo.config.accounts, key=lambda each: each.address != CLINIC)
    async with sitting(replace(demo.config, accounts=tuple(accounts)), secrets, tmp_path) as person:
        await person.press("3")
        assert person.app.messages.browse.address not in ("", CLINIC)
        assert CLINIC not in secrets.asked


def test_what_was_noted_as_deleted_is_known_before_anything_is_opened(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    assert noted_deleted(tmp_path, clock, wait=0) == frozenset()
    deleted(tmp_path)
    assert noted_deleted(tmp_path, clock, wait=0) == {CLINIC}
    (tmp_path / "cases.json").write_text("{")
    assert noted_deleted(tmp_path, clock, wait=0) == frozenset()
