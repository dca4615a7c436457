"""A BAL whose deletion was asked for, and that lets nobody in any more: what is waited for, no mistake."""

from datetime import timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened
from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.config import Config
from balt.errors import ClosedError, ConnectionFailedError, LoginError, RefusedError
from balt.mailboxes.model import MailboxStatus
from balt.tui.awaited import as_awaited
from balt.tui.ledger import Ledger
from tests.tui.driver import NOW, Person, sitting
from tests.tui.test_at_rest import CLINIC, Dialled, view_of

EXPECTED = "la connexion est refusée ; sa suppression est demandée : c'est ce qui est attendu."


@pytest.fixture
def secrets(shared_demo: Demo) -> Dialled:
    """The password of one BAL is taken no more."""
    found = Dialled(shared_demo.secrets)
    found.wrong.add(CLINIC)
    return found


def begin(folder: Path, *told: Happened) -> None:
    """The deletion of a BAL, the day before."""
    book = CaseBook(folder, FixedClock(NOW - timedelta(days=1)))
    case = book.open(CaseKind.DELETION, CLINIC, book.event(Happened.NOTHING_TO_KEEP), replacement="")
    for what in told:
        case = book.tell(case, what, "text" if what is Happened.REQUESTED else "")


def red(person: Person) -> list[str]:
    """The notices that tell of a trouble."""
    return [each.message for each in person.app._notifications if each.severity == "error"]


async def test_a_refused_sign_in_is_what_is_waited_for(
    shared_demo: Demo, secrets: Dialled, tmp_path: Path
) -> None:
    begin(tmp_path, Happened.REQUESTED)
    async with sitting(shared_demo.config, secrets, tmp_path) as person:
        await person.press("R")
        assert red(person) == []
        assert all("mot de passe" not in each for each in person.said())
        assert any(EXPECTED in each for each in person.said())
        shown = " ".join((await view_of(person)).split())
        assert EXPECTED in shown
        assert "si elle n'existe plus, notez-le" in shown
        assert "mot de passe" not in shown
        await person.press("3")
        assert "mot de passe" not in person.screen()


async def test_before_the_deletion_is_asked_for_it_is_a_trouble(
    shared_demo: Demo, secrets: Dialled, tmp_path: Path
) -> None:
    begin(tmp_path)
    async with sitting(shared_demo.config, secrets, tmp_path) as person:
        await person.press("R")
        assert red(person) != []
        assert "mot de passe" in await view_of(person)


async def test_one_that_answers_is_noted_as_deleted_only_once_that_was_asked(
    shared_demo: Demo, tmp_path: Path
) -> None:
    begin(tmp_path, Happened.REQUESTED)
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await view_of(person)
        for last, ended in (("1", False), ("2", True)):
            await person.press("d", "7", "5")
            assert "Elle répondait encore quand balt l'a lue" in person.screen()
            await person.press(last)
            (case,) = person.app.ledger.cases_of(CLINIC)
            assert (case.last(Happened.DELETED) is not None) is ended
        await person.press("d", "7", "6")
        (case,) = person.app.ledger.cases_of(CLINIC)
        assert case.is_open


def test_one_noted_as_deleted_that_has_answered_fails_as_any_other(tmp_path: Path) -> None:
    begin(tmp_path, Happened.REQUESTED, Happened.DELETED)
    ledger = Ledger(Config(), FixedClock(NOW), tmp_path)
    cut, full, wrong = ConnectionFailedError("coupée"), RefusedError("pleine"), LoginError("refusée")
    assert isinstance(as_awaited(cut, CLINIC, ledger, NOW), ClosedError)
    assert as_awaited(full, CLINIC, ledger, NOW) is full
    ledger.statuses[CLINIC] = MailboxStatus(CLINIC, reachable=True, taken_at=NOW)
    assert as_awaited(cut, CLINIC, ledger, NOW) is cut
    assert isinstance(as_awaited(wrong, CLINIC, ledger, NOW), ClosedError)
