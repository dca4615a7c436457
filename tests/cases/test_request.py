"""The request to a provider: what it says, to whom, and that nothing slips into its headers."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from balt.cases.contacts import contact_of
from balt.cases.model import Case, CaseKind, Event, Happened
from balt.cases.request import Request, request_of
from balt.config import Contact, ContactKind, Person
from balt.directory.model import BalKind, DirectoryEntry, Origin

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
PERSON = Person("Dr Camille EXEMPLE", "10999990012")
DSI = Contact(("ch-fictif.mssante.fr",), ContactKind.DSI, "DSI du CH fictif", "bal@ch-fictif.mssante.fr")
ENTRY = DirectoryEntry(BAL, BalKind.ORG, Origin.API, NOW, structure="CH fictif", finess="990000019")


def request(kind: CaseKind = CaseKind.DEPUBLICATION, *more: Event, bal: BalKind = BalKind.PER) -> Request:
    case = Case(kind, BAL, (Event(Happened.OPENED, NOW, OTHER), *more))
    return request_of(case, (ENTRY,), bal, PERSON, DSI, NOW)


def test_a_depublication_names_the_bal_its_holder_and_where_to_write_now() -> None:
    text = request().text()
    for told in (BAL, OTHER, "Dr Camille EXEMPLE", "10999990012", "02/03/2026", "DSI", "liste rouge"):
        assert told in text
    assert text.startswith("À : bal@ch-fictif.mssante.fr\nObjet : Demande de dépublication")


def published(given: str, family: str, rpps: str) -> DirectoryEntry:
    return DirectoryEntry(
        BAL, BalKind.PER, Origin.API, NOW, title="Dr", given=given, family=family, rpps=rpps
    )


HELENE = published("Hélène", "MODÈLE", "10999990053")


@pytest.mark.parametrize(
    ("address", "holder", "signed"),
    [
        ("c.exemple@ch-fictif.mssante.fr", "Dr Camille EXEMPLE", "Dr Camille EXEMPLE"),
        ("helene.modele@medecin.mssante.fr", "(à compléter)", "Dr Camille EXEMPLE"),
    ],
)
def test_a_bal_that_the_directory_has_no_more_is_given_to_nobody_whose_name_it_does_not_bear(
    address: str, holder: str, signed: str
) -> None:
    case = Case(CaseKind.DELETION, address, (Event(Happened.OPENED, NOW, OTHER),))
    body = request_of(case, (), BalKind.PER, PERSON, DSI, NOW).body
    assert f"Titulaire                : {holder}\n" in body
    assert ("10999990012" in body) is (holder == "Dr Camille EXEMPLE")
    assert body.endswith(f"Cordialement,\n{signed}\n")


@pytest.mark.parametrize("kind", [BalKind.PER, BalKind.CAB])
def test_the_bal_of_another_is_asked_for_in_the_name_that_the_directory_has(kind: BalKind) -> None:
    case = Case(CaseKind.DEPUBLICATION, BAL, (Event(Happened.OPENED, NOW, OTHER),))
    body = request_of(case, (HELENE,), kind, PERSON, DSI, NOW).body
    assert "Titulaire                : Dr Hélène MODÈLE\n" in body
    assert "RPPS                     : 10999990053\n" in body
    assert "10999990012" not in body
    assert body.endswith("Cordialement,\nDr Camille EXEMPLE\npour Dr Hélène MODÈLE\n")


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (ENTRY,),
        (published("Camille", "EXEMPLE", "10999990012"),),
        (published("Camille", "EXEMPLE", ""),),
        (HELENE, published("Camille", "NOM DE NAISSANCE", "10999990012")),
    ],
    ids=["published nowhere", "nobody is named", "the same RPPS", "the same name", "held by two"],
)
def test_the_bal_of_the_person_is_asked_for_in_the_name_of_the_person(
    entries: tuple[DirectoryEntry, ...],
) -> None:
    case = Case(CaseKind.DEPUBLICATION, BAL, (Event(Happened.OPENED, NOW, OTHER),))
    body = request_of(case, entries, BalKind.PER, PERSON, DSI, NOW).body
    assert ": Dr Camille EXEMPLE\n" in body
    assert ": 10999990012\n" in body
    assert body.endswith("Cordialement,\nDr Camille EXEMPLE\n")


def test_the_bal_of_a_service_is_asked_for_by_its_responsible_with_the_finess() -> None:
    text = request(bal=BalKind.ORG).text()
    for told in ("990000019", "CH fictif", "Responsable", "responsable de la BAL"):
        assert told in text


@pytest.mark.parametrize(
    ("what", "told"),
    [(Happened.KEPT, "ont été récupérés le 02/03/2026"), (Happened.NOTHING_TO_KEEP, "rien qui doive être")],
)
def test_a_deletion_says_that_the_content_is_safe(what: Happened, told: str) -> None:
    assert told in request(CaseKind.DELETION, Event(what, NOW, "/archive")).body


@pytest.mark.parametrize(
    ("seen", "gone"),
    [
        ((), False),
        ((Event(Happened.API, NOW, "published"),), False),
        ((Event(Happened.API, NOW, "absent"),), True),
        ((Event(Happened.API, NOW, "absent"), Event(Happened.EXTRACTION, NOW, "published")), False),
        ((Event(Happened.API, NOW, "published"), Event(Happened.API, NOW, "absent")), True),
    ],
)
def test_a_deletion_calls_the_bal_unpublished_only_where_that_was_seen(
    seen: tuple[Event, ...], gone: bool
) -> None:
    body = request(CaseKind.DELETION, Event(Happened.NOTHING_TO_KEEP, NOW), *seen).body
    assert ("n'est plus publiée dans l'Annuaire Santé" in body) is gone
    assert ("ne doit plus être utilisée" in body) is not gone


def test_as_a_message_it_says_the_same_to_an_independent_parser() -> None:
    made = request()
    octets = made.octets(NOW, draft=True)
    read = email.message_from_bytes(octets, policy=email.policy.default)
    assert (read["From"], read["To"], read["Subject"]) == (BAL, "bal@ch-fictif.mssante.fr", made.subject)
    assert read.get_content().replace("\r\n", "\n") == made.body
    assert read["X-Unsent"] == "1"
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert made.octets(NOW) == made.octets(NOW)


def test_what_the_directory_says_cannot_add_a_line() -> None:
    hostile = DirectoryEntry(
        BAL, BalKind.ORG, Origin.API, NOW, structure="CH\r\nBcc: x@y.fr\n\nMerci de tout"
    )
    case = Case(CaseKind.DEPUBLICATION, BAL, (Event(Happened.OPENED, NOW, OTHER),))
    made = request_of(case, (hostile,), BalKind.ORG, PERSON, DSI, NOW)
    read = email.message_from_bytes(made.octets(NOW), policy=email.policy.default)
    assert read["Bcc"] is None
    assert "\nBcc" not in made.body
    assert "\nMerci de tout" not in made.body


def test_the_provider_is_the_one_of_the_nearest_domain() -> None:
    region = Contact(("mssante.fr",), ContactKind.GRADES, "Région")
    assert contact_of(BAL, [region, DSI]) is DSI
    assert contact_of("a@autre.mssante.fr", [region, DSI]) is region
    assert contact_of("a@notmssante.fr", [region, DSI]) is None
