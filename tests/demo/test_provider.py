"""The provider of the demo does what a request in the drafts asks, and nothing else."""

from datetime import UTC, datetime

import pytest

from balt.cases.model import Case, CaseKind, Event, Happened
from balt.cases.request import request_of
from balt.config import Contact, Person
from balt.demo.content import StoredSource
from balt.demo.provider import Provider, asked_for
from balt.demo.store import StoredAccount
from balt.directory.model import BalKind

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL = "c.exemple@ch-fictif.mssante.fr"


def request(address: str = BAL, kind: CaseKind = CaseKind.DEPUBLICATION) -> bytes:
    case = Case(kind, address, (Event(Happened.OPENED, NOW, "a@medecin.mssante.fr"),))
    return request_of(case, (), BalKind.PER, Person("Dr EXEMPLE"), Contact(), NOW).octets(NOW)


class Practice:
    """One BAL, and the addresses that were taken out of the directory."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.account = StoredAccount(BAL, "pass", None, "/")
        self.drafts = self.account.create("Drafts", "\\Drafts")
        self.inbox = self.account.create("Elsewhere")
        Provider([self.account], self.gone.append)


@pytest.fixture
def practice() -> Practice:
    return Practice()


def test_a_request_in_the_drafts_is_done_once(practice: Practice) -> None:
    practice.drafts.add(StoredSource(request()), NOW, ())
    practice.drafts.add(StoredSource(b"Subject: autre chose\r\n\r\n"), NOW, ())
    assert practice.gone == [BAL]


def test_a_bal_cannot_ask_for_another_one(practice: Practice) -> None:
    practice.drafts.add(StoredSource(request("autre@medecin.mssante.fr")), NOW, ())
    assert practice.gone == []


def test_a_request_elsewhere_or_for_something_else_changes_nothing(practice: Practice) -> None:
    practice.inbox.add(StoredSource(request()), NOW, ())
    practice.drafts.add(StoredSource(request(kind=CaseKind.DELETION)), NOW, ())
    assert practice.gone == []


def test_an_address_that_is_gone_already_is_no_matter() -> None:
    def unknown(address: str) -> None:
        raise KeyError(address)

    account = StoredAccount(BAL, "pass", None, "/")
    drafts = account.create("Drafts", "\\Drafts")
    Provider([account], unknown)
    drafts.add(StoredSource(request()), NOW, ())


def test_only_the_subject_of_a_request_is_understood() -> None:
    assert asked_for(request()) == BAL
    assert asked_for(b"Subject: Demande de quoi\r\n\r\n") == ""
    assert asked_for(b"\xff\x00") == ""
