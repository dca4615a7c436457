"""The provider of the demo does what a request in the drafts asks, and nothing else."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from balt.cases.model import Case, CaseKind, Event, Happened
from balt.cases.request import request_of
from balt.clock import FixedClock
from balt.config import Contact, Person
from balt.demo.content import StoredSource
from balt.demo.provider import Asked, Provider, asked_for
from balt.demo.store import StoredAccount
from balt.directory.model import BalKind

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OTHER = "a@medecin.mssante.fr"
BAL = "c.exemple@ch-fictif.mssante.fr"


def request(address: str = BAL, kind: CaseKind = CaseKind.DEPUBLICATION) -> bytes:
    case = Case(kind, address, (Event(Happened.OPENED, NOW, OTHER),))
    return request_of(case, (), BalKind.PER, Person("Dr EXEMPLE"), Contact(), NOW).octets(NOW)


class Practice:
    """One BAL, and the addresses that were taken out of the directory."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.closed: list[str] = []
        self.account = StoredAccount(BAL, "pass", None, "/")
        self.drafts = self.account.create("Drafts", "\\Drafts")
        self.elsewhere = self.account.create("Elsewhere")
        other = StoredAccount(OTHER, "pass", None, "/")
        self.inbox = other.create("INBOX")
        Provider([self.account, other], self.gone.append, self.closed.append, FixedClock(NOW))

    def answers(self) -> list[str]:
        """What the BAL that takes over received."""
        return [
            message_from_bytes(each.source.outline().flat, policy=default).get_content()
            for each in self.inbox.messages
        ]


@pytest.fixture
def practice() -> Practice:
    return Practice()


def test_a_request_in_the_drafts_is_done_once(practice: Practice) -> None:
    practice.drafts.add(StoredSource(request()), NOW, ())
    practice.drafts.add(StoredSource(b"Subject: autre chose\r\n\r\n"), NOW, ())
    assert (practice.gone, practice.closed) == ([BAL], [])


def test_a_bal_cannot_ask_for_another_one(practice: Practice) -> None:
    practice.drafts.add(StoredSource(request("autre@medecin.mssante.fr")), NOW, ())
    practice.drafts.add(StoredSource(request("autre@medecin.mssante.fr", CaseKind.DELETION)), NOW, ())
    assert (practice.gone, practice.closed) == ([], [])


def test_a_request_elsewhere_changes_nothing(practice: Practice) -> None:
    practice.elsewhere.add(StoredSource(request()), NOW, ())
    practice.elsewhere.add(StoredSource(request(kind=CaseKind.DELETION)), NOW, ())
    assert (practice.gone, practice.closed) == ([], [])
    assert practice.answers() == []


def test_a_deletion_closes_the_bal_and_is_answered_to_the_one_that_takes_over(practice: Practice) -> None:
    practice.drafts.add(StoredSource(request(kind=CaseKind.DELETION)), NOW, ())
    assert (practice.gone, practice.closed) == ([], [BAL])
    assert len(practice.answers()) == 1
    assert BAL in practice.answers()[0]
    assert "a été supprimée le 02/03/2026" in practice.answers()[0]


def test_a_depublication_is_answered_too(practice: Practice) -> None:
    practice.drafts.add(StoredSource(request()), NOW, ())
    assert "retirée de l'Annuaire Santé le 02/03/2026" in practice.answers()[0]


def test_an_address_that_is_gone_already_is_no_matter() -> None:
    def unknown(address: str) -> None:
        raise KeyError(address)

    account = StoredAccount(BAL, "pass", None, "/")
    drafts = account.create("Drafts", "\\Drafts")
    Provider([account], unknown, unknown, FixedClock(NOW))
    drafts.add(StoredSource(request()), NOW, ())


def test_only_the_subject_of_a_request_is_understood() -> None:
    assert asked_for(request()) == Asked("dépublication", BAL, OTHER)
    assert asked_for(b"Subject: Demande de quoi\r\n\r\n") is None
    assert asked_for(b"\xff\x00") is None
