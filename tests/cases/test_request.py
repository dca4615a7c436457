"""The request to a provider: what it says, to whom, and that nothing slips into its headers."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from balt.cases.contacts import contact_of
from balt.cases.model import Case, CaseKind, Event, Happened
from balt.cases.request import Request, holders_now, request_of
from balt.cases.words import contact_lines, header_lines
from balt.config import Contact, ContactKind, Person
from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.text import plain

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
PERSON = Person("Dr Camille EXEMPLE", "10999990012")
DSI = Contact(("ch-fictif.mssante.fr",), ContactKind.DSI, "DSI du CH fictif", "bal@ch-fictif.mssante.fr")
ENTRY = DirectoryEntry(BAL, BalKind.ORG, Origin.API, NOW, structure="CH fictif", finess="990000019")


def request(kind: CaseKind = CaseKind.DEPUBLICATION, *more: Event, bal: BalKind = BalKind.PER) -> Request:
    entry = ENTRY if bal is BalKind.ORG else CAMILLE
    return written(Case(kind, BAL, (Event(Happened.OPENED, NOW, OTHER), *more)), (entry,), bal)


def written(
    case: Case,
    entries: tuple[DirectoryEntry, ...],
    bal: BalKind = BalKind.PER,
    person: Person = PERSON,
    to: Contact = DSI,
) -> Request:
    holders = holders_now([case], case.address, entries, person)
    return request_of(case, holders, bal, person, to, NOW)


def published(given: str, family: str, rpps: str, structure: str = "") -> DirectoryEntry:
    return DirectoryEntry(
        BAL,
        BalKind.PER,
        Origin.API,
        NOW,
        title="Dr",
        given=given,
        family=family,
        rpps=rpps,
        structure=structure,
    )


CAMILLE = published("Camille", "EXEMPLE", "10999990012")
HELENE = published("Hélène", "MODÈLE", "10999990053")
ANNE = published("Anne", "ESSAI", "10999990095")
OPENED = Case(CaseKind.DEPUBLICATION, BAL, (Event(Happened.OPENED, NOW, OTHER),))


def test_a_depublication_names_the_bal_its_holder_and_where_to_write_now() -> None:
    text = request().text()
    for told in (BAL, OTHER, "Dr Camille EXEMPLE", "10999990012", "02/03/2026", "DSI", "liste rouge"):
        assert told in text
    assert text.startswith("À : bal@ch-fictif.mssante.fr\nObjet : Demande de dépublication")


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("xavier.leroy@ch-fictif.mssante.fr", "Dr Anne ROY"),
        ("jean.exemple@ch-fictif.mssante.fr", "Dr Camille EXEMPLE"),
        ("camille.exemple@ch-fictif.mssante.fr", "Dr Camille EXEMPLE"),
    ],
    ids=["a part of the name", "a family name", "a namesake, who knows"],
)
def test_a_bal_of_which_nothing_is_known_is_given_to_nobody_whatever_its_address(
    address: str, person: str
) -> None:
    case = Case(CaseKind.DELETION, address, (Event(Happened.OPENED, NOW, OTHER),))
    made = written(case, (), person=Person(person, "10999990012"))
    assert "Titulaire                : (à compléter)\n" in made.body
    assert "RPPS                     : (à compléter)\n" in made.body
    assert made.blank == ("Titulaire", "RPPS")
    assert made.body.endswith(f"Cordialement,\n{person}\n")


@pytest.mark.parametrize("kind", [BalKind.PER, BalKind.CAB])
def test_the_bal_of_another_is_asked_for_in_the_name_that_the_directory_has(kind: BalKind) -> None:
    body = written(OPENED, (HELENE,), kind).body
    assert "Titulaire                : Dr Hélène MODÈLE\n" in body
    assert "RPPS                     : 10999990053\n" in body
    assert "10999990012" not in body
    assert body.endswith("Cordialement,\nDr Camille EXEMPLE\npour Dr Hélène MODÈLE\n")


@pytest.mark.parametrize(
    "entries",
    [
        (CAMILLE,),
        (published("Camille", "EXEMPLE", "810999990012"),),
        (HELENE, published("Camille", "NOM DE NAISSANCE", "10999990012")),
    ],
    ids=["the same RPPS", "as a national identifier", "held by two"],
)
def test_the_bal_of_the_person_is_asked_for_in_the_name_of_the_person(
    entries: tuple[DirectoryEntry, ...],
) -> None:
    body = written(OPENED, entries).body
    assert "Titulaire                : Dr Camille EXEMPLE\n" in body
    assert "RPPS                     : 10999990012\n" in body
    assert body.endswith("Cordialement,\nDr Camille EXEMPLE\n")


@pytest.mark.parametrize("entries", [(), (ENTRY,)], ids=["published nowhere", "nobody is named"])
def test_a_bal_without_a_known_holder_leaves_the_name_and_the_number_to_be_filled_in(
    entries: tuple[DirectoryEntry, ...],
) -> None:
    made = written(OPENED, entries)
    assert (made.body.count("(à compléter)"), made.blank) == (2, ("Titulaire", "RPPS"))
    assert ("CH fictif\n" in made.body) is bool(entries)


@pytest.mark.parametrize(
    ("person", "entries", "told"),
    [
        (Person("Dr Marianne ESSAI"), (ANNE, HELENE), ("Dr Anne ESSAI", "10999990095")),
        (Person("Dr Paul MARTINEZ"), (published("", "MARTIN", "10999990095"),), ("Dr MARTIN", "10999990095")),
        (Person("Dr Helene MODELE"), (ANNE, HELENE), ("Dr Hélène MODÈLE", "10999990053")),
        (Person("MODELE Hélène"), (ANNE, HELENE), ("Dr Hélène MODÈLE", "10999990053")),
        (PERSON, (published("Camille", "EXEMPLE", ""),), ("Dr Camille EXEMPLE", "(à compléter)")),
        (PERSON, (published("Camille", "EXEMPLE", "10999990095"),), ("Dr Camille EXEMPLE", "10999990095")),
    ],
    ids=[
        "a part of a given name",
        "a part of a family name",
        "without accents",
        "the family name first",
        "a name without a number",
        "a namesake",
    ],
)
def test_a_name_and_a_number_come_from_one_place(
    person: Person, entries: tuple[DirectoryEntry, ...], told: tuple[str, str]
) -> None:
    body = written(OPENED, entries, person=person).body
    assert f"Titulaire                : {told[0]}\n  RPPS                     : {told[1]}\n" in body


def test_a_bal_of_several_persons_says_whose_it_is_too() -> None:
    body = written(OPENED, (ANNE, CAMILLE, HELENE), BalKind.CAB).body
    assert "Titulaire                : Dr Camille EXEMPLE\n" in body
    also = "Dr Anne ESSAI (RPPS 10999990095), Dr Hélène MODÈLE (RPPS 10999990053)"
    assert f"Aussi celle de           : {also}\n" in body
    assert "\npour " not in body
    for_both = written(OPENED, (ANNE, HELENE), BalKind.CAB).body
    assert for_both.endswith("\npour Dr Anne ESSAI, Dr Hélène MODÈLE\n")


def test_somebody_whom_one_source_names_without_a_number_is_no_second_holder() -> None:
    made = written(OPENED, (published("Anne", "ESSAI", ""), ANNE))
    assert "RPPS                     : 10999990095\n" in made.body
    assert "Aussi celle de" not in made.body


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


@pytest.mark.parametrize(
    "address",
    [
        "hélène.modèle@medecin.mssante.fr",
        "a..b@medecin.mssante.fr",
        "a,b@medecin.mssante.fr",
        "a@é.mssante.fr",
        "a\r\nBcc: x@y.fr",
    ],
)
def test_an_address_that_no_header_can_hold_is_left_out_of_it_and_told(address: str) -> None:
    case = Case(CaseKind.DELETION, address, (Event(Happened.OPENED, NOW, OTHER),))
    made = written(case, (), to=replace(DSI, email="b..c@ch-fictif.mssante.fr"))
    octets = made.octets(NOW, draft=True)
    read = email.message_from_bytes(octets, policy=email.policy.default)
    assert (read["From"], read["To"], read["Bcc"]) == (None, None, None)
    assert read["Message-ID"].endswith("@mssante.invalid>")
    assert f"BAL concernée            : {plain(address)}\n" in read.get_content().replace("\r\n", "\n")
    assert made.left_out == (address, "b..c@ch-fictif.mssante.fr")
    assert [plain(each) in said for each, said in zip(made.left_out, header_lines(made), strict=True)]
    assert header_lines(request()) == []


def test_what_the_directory_says_cannot_add_a_line() -> None:
    hostile = DirectoryEntry(
        BAL, BalKind.ORG, Origin.API, NOW, structure="CH\r\nBcc: x@y.fr\n\nMerci de tout"
    )
    made = written(OPENED, (hostile,), BalKind.ORG)
    read = email.message_from_bytes(made.octets(NOW), policy=email.policy.default)
    assert read["Bcc"] is None
    assert "\nBcc" not in made.body
    assert "\nMerci de tout" not in made.body


def test_the_provider_is_the_one_of_the_nearest_domain() -> None:
    region = Contact(("mssante.fr",), ContactKind.GRADES, "Région")
    assert contact_of(BAL, [region, DSI]) is DSI
    assert contact_of("a@autre.mssante.fr", [region, DSI]) is region
    assert contact_of("a@notmssante.fr", [region, DSI]) is None


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("a@medecin.mssante.fr", "opérateur MSSanté : Mailiz"),
        ("a@PHARMACIEN.mssante.fr", "opérateur MSSanté : Mailiz"),
        ("a@interop-mssante.apicrypt.org", "opérateur MSSanté : Apicrypt"),
        ("a@ch.aura.mssante.fr", "GRADeS"),
    ],
)
def test_the_operator_is_named_where_that_is_sure_and_no_address_is_made_up(address: str, told: str) -> None:
    contact = contact_of(address, [DSI])
    assert contact is not None
    assert (contact.email, contact.phone, contact.url) == ("", "", "")
    said, more = contact_lines(contact, address)
    assert said == told
    assert "[[provider]]" in more
    made = written(OPENED, (CAMILLE,), to=contact)
    assert (made.recipient, contact.name in made.body) == ("", True)


def test_what_the_person_wrote_of_a_provider_outweighs_what_balt_knows() -> None:
    mine = Contact(("mssante.fr",), ContactKind.OPERATOR, "Support", "support@ch-fictif.mssante.fr")
    found = contact_of("a@medecin.mssante.fr", [mine])
    assert found is mine
    assert len(contact_lines(found, "a@medecin.mssante.fr")) == 1
    assert contact_of("a@medecin.mssante.fr.fictif.fr", []) is None
    assert contact_of("a@notapicrypt.org", []) is None


def test_the_reason_is_that_nobody_reads_it_only_where_that_is_known() -> None:
    known = request_of(OPENED, (), BalKind.PER, PERSON, DSI, NOW, unread=True).body
    assert "BAL qui n'est plus consultée" in known
    assert "les messages qui y arrivent ne sont pas lus" in known
    other = request_of(OPENED, (), BalKind.PER, PERSON, DSI, NOW).body
    assert "BAL remplacée par une autre" in other
    assert "Elle est remplacée par une autre BAL" in other
    for word in ("consultée", "pas lus"):
        assert word not in other
