"""What the client asks the API, and what it makes of the answers."""

from collections.abc import Iterator
from datetime import date

import pytest

from balt.directory.model import BalKind, Origin
from balt.errors import DirectoryError
from tests.directory.fhir_data import (
    CAMILLE,
    HOSPITAL,
    LEGAL,
    NOA,
    at_hospital,
    at_practice,
    bundle,
    camille,
    closed_role,
    hospital,
    legal_entity,
    mss,
    organization,
    practice,
    practitioner,
    role,
)
from tests.directory.scripted_directory import NOON, Directory, scripted_directory


@pytest.fixture
def directory() -> Iterator[Directory]:
    with scripted_directory() as scripted:
        yield scripted


@pytest.fixture
def known(directory: Directory) -> Directory:
    """The directory knows Camille, her two roles and their structures."""
    directory.answers |= {
        f"Practitioner?identifier={CAMILLE}": bundle(
            camille(), at_hospital(), at_practice(), closed_role(), total=1
        ),
        f"PractitionerRole?practitioner=person-{CAMILLE}": bundle(
            at_hospital(), at_practice(), hospital(), practice(), total=2
        ),
    }
    return directory


def test_a_person_is_asked_for_with_their_roles_then_with_the_structures(known: Directory) -> None:
    known.client.of_professional(CAMILLE)

    assert known.questions == [
        f"Practitioner?identifier={CAMILLE}&_revinclude=PractitionerRole:practitioner",
        f"PractitionerRole?practitioner=person-{CAMILLE}&active=true&_include=PractitionerRole:organization",
    ]
    assert known.api.asked[0].headers["accept"] == "application/fhir+json"


def test_the_bal_of_a_person_are_their_own_and_those_of_their_roles(known: Directory) -> None:
    answer = known.client.of_professional(CAMILLE)

    assert [(entry.address, entry.kind, entry.structure) for entry in answer.entries] == [
        ("camille.exemple@medecin.fictif.mssante.fr", BalKind.PER, ""),
        ("camille.exemple@interop-mssante.apicrypt.org", BalKind.PER, ""),
        ("cabinet.exemple@fictif.mssante.fr", BalKind.CAB, ""),
        ("camille.exemple@ch-fictif.mssante.fr", BalKind.PER, "CH FICTIF DE VALBRUME - SITE NORD"),
    ]
    assert {(each.origin, each.seen_on) for each in answer.entries} == {(Origin.API, NOON)}
    assert (answer.taken_at, answer.notes) == (NOON, ())


def test_an_entry_of_a_role_tells_person_structure_situation_and_service(known: Directory) -> None:
    entry = known.client.of_professional(CAMILLE).entries[3]

    assert (entry.holder, entry.rpps, entry.profession) == ("Dr Camille EXEMPLE", CAMILLE, "Médecin")
    assert (entry.finess, entry.town, entry.postcode) == (HOSPITAL, "VALBRUME", "99100")
    assert (entry.situation, entry.service, entry.updated_on) == (
        "1099000011",
        "Cardiologie",
        date(2026, 9, 14),
    )


def test_the_situations_of_a_person_are_their_active_roles(known: Directory) -> None:
    situations = known.client.of_professional(CAMILLE).situations

    assert [(each.id, each.mode, each.structure, each.finess, each.town) for each in situations] == [
        ("1099000011", "S", "CH FICTIF DE VALBRUME - SITE NORD", HOSPITAL, "VALBRUME"),
        ("1099000012", "L", "CABINET DU DR EXEMPLE", "", "VALBRUME"),
    ]
    assert {(each.rpps, each.origin, each.active) for each in situations} == {(CAMILLE, Origin.API, True)}


def test_a_role_without_an_identifier_keeps_the_same_name_from_one_reading_to_the_next(
    directory: Directory,
) -> None:
    nameless = at_practice() | {"identifier": []}
    names = []
    for technical in ("role-1", "role-2"):
        directory.answers |= {
            f"Practitioner?identifier={CAMILLE}": bundle(camille()),
            f"PractitionerRole?practitioner=person-{CAMILLE}": bundle(
                nameless | {"id": technical}, practice()
            ),
        }
        names += [each.id for each in directory.client.of_professional(CAMILLE).situations]

    assert names[0] == names[1]
    assert CAMILLE in names[0]
    assert "role-" not in names[0]


@pytest.mark.parametrize("typed", ["8" + CAMILLE, " 1099 9990 012 "])
def test_a_number_may_be_typed_as_idnps_or_with_spaces(known: Directory, typed: str) -> None:
    assert len(known.client.of_professional(typed).entries) == 4


@pytest.mark.parametrize("typed", ["", "123", "109999900123", "1099999001X", "10999990012,1", "É" * 11])
def test_a_number_that_is_none_is_not_asked(directory: Directory, typed: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        directory.client.of_professional(typed)

    assert not caught.value.again
    assert directory.api.asked == []


def test_an_unknown_number_brings_nothing_and_says_so(directory: Directory) -> None:
    answer = directory.client.of_professional("10999999999")

    assert (answer.entries, answer.professionals) == ((), ())
    assert any("ne connaît personne" in note for note in answer.notes)
    assert any("clé" in note for note in answer.notes)


def test_somebody_else_in_the_answer_is_left_out(directory: Directory) -> None:
    directory.answers[f"Practitioner?identifier={CAMILLE}"] = bundle(
        camille(), practitioner(NOA, telecom=[mss("noa@fictif.mssante.fr")])
    )

    assert {entry.rpps for entry in directory.client.of_professional(CAMILLE).entries} == {CAMILLE}


def test_a_person_who_left_is_told_when_nothing_else_is_known(directory: Directory) -> None:
    gone = practitioner(NOA) | {"active": False, "name": None, "qualification": None}
    directory.answers[f"Practitioner?identifier={NOA}"] = bundle(gone)

    answer = directory.client.of_professional(NOA)

    assert [(each.rpps, each.active) for each in answer.professionals] == [(NOA, False)]
    assert any("ne connaît plus" in note for note in answer.notes)
    assert len(directory.api.asked) == 1


def test_a_closed_double_of_a_person_is_left_out(known: Directory) -> None:
    known.answers[f"Practitioner?identifier={CAMILLE}"]["entry"].append(
        {"resource": practitioner(CAMILLE, active=False, id="ancien")}
    )

    assert [each.active for each in known.client.of_professional(CAMILLE).professionals] == [True]


def test_a_bal_whose_kind_is_not_stated_is_told_in_a_note(directory: Directory) -> None:
    directory.answers[f"Practitioner?identifier={CAMILLE}"] = bundle(
        practitioner(CAMILLE, telecom=[mss("camille@fictif.mssante.fr", None)])
    )

    answer = directory.client.of_professional(CAMILLE)

    assert [entry.kind for entry in answer.entries] == [BalKind.PER]
    assert any("déduit" in note for note in answer.notes)


def test_an_address_is_asked_of_the_three_resources(directory: Directory) -> None:
    address = "camille.exemple@ch-fictif.mssante.fr"
    directory.answers[f"PractitionerRole?mailbox-mss={address}"] = bundle(
        at_hospital(), camille(), hospital()
    )

    answer = directory.client.of_address(address)

    assert directory.questions == [
        f"Practitioner?mailbox-mss={address}",
        f"PractitionerRole?mailbox-mss={address}"
        "&_include=PractitionerRole:practitioner&_include=PractitionerRole:organization",
        f"Organization?mailbox-mss={address}",
    ]
    assert [(each.address, each.holder, each.finess) for each in answer.entries] == [
        (address, "Dr Camille EXEMPLE", HOSPITAL)
    ]
    assert [each.rpps for each in answer.professionals] == [CAMILLE]


def test_an_address_that_two_publish_comes_twice(directory: Directory) -> None:
    address = "partage@fictif.mssante.fr"
    directory.answers[f"Practitioner?mailbox-mss={address}"] = bundle(
        practitioner(CAMILLE, telecom=[mss(address)]), practitioner(NOA, telecom=[mss(address)])
    )

    assert [each.rpps for each in directory.client.of_address(address).entries] == [CAMILLE, NOA]


def test_an_address_that_two_publish_in_different_capitals_comes_twice(directory: Directory) -> None:
    address = "partage@fictif.mssante.fr"
    directory.answers[f"Practitioner?mailbox-mss:exact={address}"] = bundle(
        practitioner(NOA, telecom=[mss(address)])
    )
    directory.answers[f"Practitioner?mailbox-mss={address}"] = bundle(
        practitioner(CAMILLE, telecom=[mss(address.capitalize())]), practitioner(NOA, telecom=[mss(address)])
    )

    assert [each.rpps for each in directory.client.of_address(address).entries] == [CAMILLE, NOA]


def test_ordinary_mail_of_a_structure_is_no_answer_to_a_search_for_a_bal(directory: Directory) -> None:
    directory.answers["Organization?mailbox-mss=accueil@ch-valbrume.example"] = bundle(hospital())

    assert directory.client.of_address("accueil@ch-valbrume.example").entries == ()


def test_an_address_published_in_other_capitals_is_found_all_the_same(directory: Directory) -> None:
    directory.answers["Practitioner?mailbox-mss=camille@fictif.mssante.fr"] = bundle(
        practitioner(CAMILLE, telecom=[mss("Camille@Fictif.mssante.fr")]),
        practitioner(NOA, telecom=[mss("camille@fictif.mssante.fr.autre")]),
    )

    answer = directory.client.of_address("camille@fictif.mssante.fr")

    assert [each.address for each in answer.entries] == ["Camille@Fictif.mssante.fr"]


@pytest.mark.parametrize("typed", ["", "camille", "a@b,c@d", "a@b\r\nX: 1", "a b@c.fr", "a@b|c"])
def test_an_address_that_is_none_is_not_asked(directory: Directory, typed: str) -> None:
    with pytest.raises(DirectoryError):
        directory.client.of_address(typed)

    assert directory.api.asked == []


@pytest.fixture
def with_hospital(directory: Directory) -> Directory:
    finess = f"Organization?identifier=https://finess.esante.gouv.fr|{HOSPITAL}"
    directory.answers |= {
        finess: bundle(hospital(), legal_entity(), total=1),
        "PractitionerRole?organization=site-nord": bundle(
            at_hospital(), camille(), role("1099000020", NOA, "site-nord"), practitioner(NOA, "ESSAI", "Noa")
        ),
    }
    return directory


def test_a_structure_brings_its_bal_and_those_of_the_roles_held_there(with_hospital: Directory) -> None:
    answer = with_hospital.client.of_structure(HOSPITAL)

    assert with_hospital.questions == [
        f"Organization?identifier=https://finess.esante.gouv.fr|{HOSPITAL}&_include=Organization:partof",
        "PractitionerRole?organization=site-nord&active=true&_include=PractitionerRole:practitioner&_count=200",
    ]
    assert sorted((each.address, each.kind, each.holder) for each in answer.entries) == [
        ("camille.exemple@ch-fictif.mssante.fr", BalKind.PER, "Dr Camille EXEMPLE"),
        ("cardio.ancien@ch-fictif.mssante.fr", BalKind.ORG, "NE PLUS UTILISER"),
        ("dpi.integration@ch-fictif.mssante.fr", BalKind.APP, "Intégration automatique"),
        ("secretariat.cardiologie@ch-fictif.mssante.fr", BalKind.ORG, "Cardiologie"),
    ]
    assert {each.finess for each in answer.entries} == {HOSPITAL}


def test_the_people_of_a_structure_are_told_with_or_without_a_bal(with_hospital: Directory) -> None:
    answer = with_hospital.client.of_structure(HOSPITAL)

    assert [each.rpps for each in answer.professionals] == [CAMILLE, NOA]
    assert [each.id for each in answer.situations] == ["1099000011", "1099000020"]


def test_the_legal_entity_that_comes_along_adds_nothing(with_hospital: Directory) -> None:
    addresses = {each.address for each in with_hospital.client.of_structure(HOSPITAL).entries}

    assert "direction@ch-fictif.mssante.fr" not in addresses


@pytest.fixture
def with_entity(with_hospital: Directory) -> Directory:
    """The hospital's legal entity, asked for by its own number: one open site, one closed."""
    finess = f"Organization?identifier=https://finess.esante.gouv.fr|{LEGAL}"
    with_hospital.answers |= {
        finess: bundle(legal_entity(), total=1),
        "Organization?partof=legal": bundle(
            hospital(), organization("ferme", active=False), organization("ailleurs"), total=2
        ),
        "PractitionerRole?organization=legal,site-nord": bundle(
            at_hospital(), camille(), role("1099000020", NOA, "site-nord"), practitioner(NOA, "ESSAI", "Noa")
        ),
    }
    return with_hospital


def test_a_legal_entity_brings_its_bal_those_of_its_sites_and_of_the_roles_there(
    with_entity: Directory,
) -> None:
    answer = with_entity.client.of_structure(LEGAL)

    assert with_entity.questions[1:] == [
        "Organization?partof=legal&active=true",
        "PractitionerRole?organization=legal,site-nord&active=true"
        "&_include=PractitionerRole:practitioner&_count=200",
    ]
    assert sorted((each.address, each.finess) for each in answer.entries) == [
        ("camille.exemple@ch-fictif.mssante.fr", HOSPITAL),
        ("cardio.ancien@ch-fictif.mssante.fr", HOSPITAL),
        ("direction@ch-fictif.mssante.fr", LEGAL),
        ("dpi.integration@ch-fictif.mssante.fr", HOSPITAL),
        ("secretariat.cardiologie@ch-fictif.mssante.fr", HOSPITAL),
    ]
    assert [each.rpps for each in answer.professionals] == [CAMILLE, NOA]
    assert answer.notes == ("1 établissement de cette entité juridique est compris.",)


def test_the_sites_of_a_large_entity_are_asked_about_together(directory: Directory) -> None:
    sites = [
        organization(f"site-{number}", partOf={"reference": "Organization/legal"}) for number in range(60)
    ]
    directory.answers |= {
        f"Organization?identifier=https://finess.esante.gouv.fr|{LEGAL}": bundle(legal_entity(), total=1),
        "Organization?partof=legal": bundle(*sites, total=60),
    }

    answer = directory.client.of_structure(LEGAL)

    assert [question.count("site-") for question in directory.questions[2:]] == [24, 25, 11]
    assert "60 établissements" in answer.notes[0]


def test_an_unknown_structure_says_so(directory: Directory) -> None:
    answer = directory.client.of_structure(LEGAL)

    assert answer.entries == ()
    assert any("aucune structure" in note for note in answer.notes)


def test_a_closed_structure_is_told(directory: Directory) -> None:
    directory.answers[f"Organization?identifier=https://finess.esante.gouv.fr|{HOSPITAL}"] = bundle(
        organization(active=False)
    )

    assert any("fermée" in note for note in directory.client.of_structure(HOSPITAL).notes)
