"""Resources of the directory become plain values, whatever generation wrote them and whatever is odd."""

from datetime import date
from typing import Any

import pytest

from balt.directory.boxes import Box, read_boxes
from balt.directory.fhir import Person, Role, Structure, read_resource, reference
from balt.directory.model import BalKind
from tests.directory.fhir_data import (
    CAMILLE,
    HOSPITAL,
    IG,
    LEGAL,
    RPPS,
    at_hospital,
    camille,
    closed_role,
    concept,
    email_type,
    hospital,
    identifier,
    legal_entity,
    mss,
    organization,
    practice,
    practitioner,
    role,
)

METADATA = IG + "as-ext-mailbox-mss-metadata"


def person(**members: Any) -> Person:
    read = read_resource(practitioner(CAMILLE, **members))
    assert isinstance(read, Person)
    return read


def one_box(point: object, usual: BalKind = BalKind.PER) -> Box:
    (box,) = read_boxes([point], usual)
    return box


def test_a_practitioner_has_a_name_a_profession_and_the_day_of_their_last_change() -> None:
    read = read_resource(camille())

    assert isinstance(read, Person)
    assert (read.title, read.given, read.family) == ("Dr", "Camille", "EXEMPLE")
    assert (read.profession, read.speciality) == ("Médecin", "Cardiologie et maladies vasculaires")
    assert (read.rpps, read.updated_on) == (CAMILLE, date(2026, 10, 2))
    assert [box.kind for box in read.boxes] == [BalKind.PER, BalKind.PER, BalKind.CAB]


@pytest.mark.parametrize(
    ("prefix", "suffix", "title"),
    [("MME", "DR", "Dr"), ("M", "PR", "Pr"), ("MME", "", "Mme"), ("M", "M", "M."), ("", "", "")],
)
def test_a_professional_title_stands_before_a_civil_one(prefix: str, suffix: str, title: str) -> None:
    assert person(prefix=prefix, suffix=suffix).title == title


def test_the_name_in_use_stands_before_the_official_one() -> None:
    names = [{"use": "official", "family": "MODÈLE"}, {"use": "usual", "family": "EXEMPLE", "given": ["Lou"]}]

    assert person(name=names).family == "EXEMPLE"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    read = person(profession="77", speciality="SM999")

    assert (read.profession, read.speciality) == ("77", "SM999")


def test_a_code_that_came_with_its_words_is_shown_by_them() -> None:
    coding = {"system": "https://x/TRE_R38-SpecialiteOrdinale", "code": "SM999", "display": "Sommeil"}

    assert person(qualification=[{"code": {"coding": [coding]}}]).speciality == "Sommeil"


@pytest.mark.parametrize(
    "ids",
    [
        [identifier("RPPS", RPPS, CAMILLE)],
        [identifier("RPPS", "http://rpps.fr", CAMILLE)],
        [{"system": RPPS, "value": CAMILLE}],
        [identifier("IDNPS", "urn:oid:1.2.250.1.71.4.2.1", "8" + CAMILLE)],
    ],
)
def test_an_rpps_number_is_found_by_its_type_its_system_or_the_national_number(ids: list[object]) -> None:
    assert person(identifier=ids).rpps == CAMILLE


def test_a_person_without_an_rpps_number_has_none() -> None:
    assert person(identifier=[identifier("IDNPS", "urn:oid:1.2.250.1.71.4.2.1", "0991234567")]).rpps == ""


def test_a_role_ties_a_person_to_a_structure() -> None:
    read = read_resource(at_hospital())

    assert isinstance(read, Role)
    assert (read.situation, read.mode, read.function) == ("1099000011", "S", "")
    assert (read.person, read.structure) == (f"person-{CAMILLE}", "site-nord")
    assert [box.service for box in read.boxes] == ["Cardiologie"]


def test_a_function_has_its_words() -> None:
    read = read_resource(role("1099000012", CAMILLE, function="FON-01"))

    assert isinstance(read, Role)
    assert read.function == "Titulaire de cabinet"


def test_what_remains_of_a_closed_role_is_inactive() -> None:
    read = read_resource(closed_role())

    assert isinstance(read, Role)
    assert not read.active
    assert read.boxes == ()


def test_a_structure_keeps_its_shared_bal_and_no_ordinary_mail_or_telephone() -> None:
    read = read_resource(hospital())

    assert isinstance(read, Structure)
    assert (read.finess, read.town, read.postcode, read.parent) == (HOSPITAL, "VALBRUME", "99100", "legal")
    assert [(box.address.partition("@")[0], box.kind) for box in read.boxes] == [
        ("secretariat.cardiologie", BalKind.ORG),
        ("cardio.ancien", BalKind.ORG),
        ("dpi.integration", BalKind.APP),
    ]


def test_a_shared_bal_tells_its_service_rank_and_digitization() -> None:
    read = read_resource(hospital())

    assert isinstance(read, Structure)
    box = read.boxes[0]
    assert (box.service, box.description) == ("Cardiologie", "Secrétariat de cardiologie")
    assert (box.rank, box.digitization, box.red_list) == (1, True, None)


def test_the_person_behind_a_shared_bal_is_not_kept() -> None:
    assert "FICTIF" not in repr(one_box(mss("a@b.mssante.fr", "ORG", responsible="Dominique FICTIF")))


@pytest.mark.parametrize(
    ("resource", "finess"),
    [
        (organization(), HOSPITAL),
        (legal_entity(), LEGAL),
        (practice(), ""),
        (
            organization(identifier=[identifier("IDNST", "urn:oid:1.2.250.1.71.4.2.2", "1990000028")]),
            HOSPITAL,
        ),
        (organization(identifier=[identifier("SIRET", "https://sirene.fr", "99000002800017")]), ""),
        (organization(finess="2A0000006"), "2A0000006"),
    ],
)
def test_a_structure_goes_by_its_finess_number_where_it_has_one(resource: Any, finess: str) -> None:
    read = read_resource(resource)

    assert isinstance(read, Structure)
    assert read.finess == finess


@pytest.mark.parametrize(
    "kind",
    [
        {"valueCodeableConcept": concept("TRE_R257-TypeBAL", "CAB")},
        {"valueCodeableConcept": concept("TRE_R256-TypeMessagerie", "CAB")},
        {"valueCoding": {"code": "CAB"}},
        {"valueCode": "CAB"},
        {"valueCode": " cab "},
    ],
)
def test_the_kind_of_a_bal_is_read_in_each_of_its_forms(kind: dict[str, object]) -> None:
    extension = {"url": METADATA, "extension": [{"url": "type"} | kind]}

    box = one_box({"system": "email", "value": "a@b.mssante.fr", "extension": [extension]})

    assert (box.kind, box.inferred) == (BalKind.CAB, False)


@pytest.mark.parametrize(
    "extension",
    [
        email_type("MSSANTE"),
        {"url": METADATA, "extension": []},
        {"url": IG + "as-mailbox-mss-metadata", "extension": None},
        {"url": "https://apifhir.annuaire.sante.fr/ws-sync/exposed/structuredefinition/mailboxMSS"},
    ],
)
def test_either_extension_proves_a_bal_and_its_carrier_tells_the_kind(extension: dict[str, object]) -> None:
    point = {"system": "email", "value": "a@b.mssante.fr", "extension": [extension]}

    assert (one_box(point).kind, one_box(point).inferred) == (BalKind.PER, True)
    assert one_box(point, BalKind.ORG).kind == BalKind.ORG


@pytest.mark.parametrize("name", ["as-ext-mailbox-mss-metadata", "as-mailbox-mss-metadata"])
@pytest.mark.parametrize("more", [{}, {"digitization": True, "phone": "0199000001"}])
def test_both_generations_of_the_metadata_tell_the_same(name: str, more: dict[str, Any]) -> None:
    facts = {"service": "Cardiologie", "description": "Secrétariat", "listeRouge": False} | more
    point = mss("a@b.mssante.fr", "ORG", 2, **facts)
    point["extension"][1]["url"] = IG + name

    box = one_box(point)

    assert (box.kind, box.inferred, box.rank, box.red_list) == (BalKind.ORG, False, 2, False)
    assert (box.service, box.description) == ("Cardiologie", "Secrétariat")
    assert box.digitization is (True if more else None)


def test_mail_that_nothing_says_to_be_mssante_is_no_bal() -> None:
    plain_mail = {"system": "email", "value": "accueil@valbrume.example"}

    assert read_boxes([plain_mail, plain_mail | {"extension": [email_type("MAIL")]}], BalKind.ORG) == ()


def test_the_red_list_is_read() -> None:
    assert one_box(mss("a@b.mssante.fr", listeRouge=True)).red_list is True


def test_the_same_address_in_other_capitals_counts_once() -> None:
    twice = [mss("Camille@fictif.mssante.fr"), mss("camille@fictif.mssante.fr")]

    assert [box.address for box in read_boxes(twice, BalKind.PER)] == ["Camille@fictif.mssante.fr"]


@pytest.mark.parametrize(
    "address", ["", "sans-arobase", "a@b@c.fr", "a b@c.fr", "a@b.fr\x1b[31m", "a@b\u202e.fr", None, 7, {}]
)
def test_an_address_that_is_none_or_would_drive_the_terminal_is_left_out(address: object) -> None:
    assert read_boxes([mss("x@y.fr") | {"value": address}], BalKind.PER) == ()


def test_what_others_wrote_is_made_safe_to_show() -> None:
    read = person(family="EXEMPLE\x1b]0;titre\x07", given="Cam\u202eille")
    box = one_box(mss("a@b.mssante.fr", "ORG", service="Car\x9bdio", description="x" * 5000))

    assert read.family == "EXEMPLE·]0;titre·"
    assert read.given == "Cam·ille"
    assert box.service == "Car·dio"
    assert len(box.description) == 200


@pytest.mark.parametrize("rank", [0, -1, True, "1", 1.5, 10**30, None, []])
def test_an_odd_rank_counts_as_none(rank: object) -> None:
    assert one_box(mss("a@b.mssante.fr") | {"rank": rank}).rank is None


ODD: list[object] = [None, 0, "texte", True, [], {}, [None], [[]], {"x": 1}, ["a", 2, {"url": 3}]]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("build", [camille, at_hospital, hospital])
def test_a_wrong_type_anywhere_costs_only_that_member(build: Any, odd: object) -> None:
    for member in build():
        if member != "resourceType":
            assert read_resource(build() | {member: odd}) is not None


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_wrong_type_inside_a_bal_never_stops_the_reading(odd: object) -> None:
    whole = mss("a@b.mssante.fr", "ORG", 1, service="Cardiologie")
    inner = {"url": METADATA, "extension": [{"url": "type", "valueCodeableConcept": odd}, odd]}

    points = [whole | {member: odd} for member in whole]
    points += [whole | {"extension": [inner, odd]}, whole]

    assert "a@b.mssante.fr" in [box.address for box in read_boxes(points, BalKind.ORG)]


def test_a_million_telecoms_are_read_in_bounds() -> None:
    boxes = read_boxes([{"system": "email", "value": "a@b.fr"}] * 1_000_000, BalKind.PER)

    assert boxes == ()


@pytest.mark.parametrize("kind", ["Device", "HealthcareService", None, 3, []])
def test_a_resource_that_balt_does_not_use_is_passed_over(kind: object) -> None:
    assert read_resource({"resourceType": kind, "id": "x"}) is None


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Practitioner/003-99", "003-99"),
        ("https://gateway.api.esante.gouv.fr/fhir/v2/Practitioner/003-99/_history/2", "003-99"),
        ("Organization/003-99", ""),
        ("Practitioner/003,004", ""),
        ("#contained", ""),
        ("", ""),
    ],
)
def test_a_reference_names_a_resource_of_the_type_asked_for(written: str, found: str) -> None:
    assert reference({"reference": written}, "Practitioner") == found
