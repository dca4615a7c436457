"""A BAL that was noted as deleted is not dialled at each start; R looks once whether it answers still."""

from datetime import timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened
from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.config import Account, Config
from balt.secrets import Secrets
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
        assert TOLD in await view_of(person)
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
