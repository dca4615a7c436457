"""What searches of the demo's directory find: every parameter with the meaning it has in the real one."""

from collections.abc import Callable

import pytest

from balt.demo.directory import DirectoryServer
from balt.demo.directory.model import Directory, Person
from tests.support.directory import Got, ask, practice_directory

HOLDER = "10999990012"
FINESS = "990000028"
Find = Callable[..., Got]


@pytest.fixture
def find(directory_server: DirectoryServer) -> Find:
    """Search, with parameters as they stand in an address; the answer."""

    def search(kind: str, *parameters: tuple[str, str]) -> Got:
        got = ask(directory_server, kind, (*parameters, ("_count", "1000")))
        assert got.status == 200
        return got

    return search


def everybody() -> Directory:
    return practice_directory()


def families(got: Got) -> set[str]:
    return {each["name"][0]["family"] for each in got.resources if "name" in each}


def test_a_string_is_the_beginning_whatever_its_case_and_accents(find: Find) -> None:
    found = families(find("Practitioner", ("family", "modele")))
    assert "MODÈLE" in found
    assert all(each.startswith("MODÈLE") for each in found)


def test_a_string_may_be_looked_for_inside(find: Find) -> None:
    found = families(find("Practitioner", ("family:contains", "MODELE")))
    assert {"LE MODÈLE", "MODÈLE"} <= found


@pytest.mark.parametrize(("value", "found"), [("MODÈLE", True), ("Modèle", False), ("MODELE", False)])
def test_an_exact_string_minds_case_and_accents(find: Find, value: str, found: bool) -> None:
    got = find("Practitioner", ("family:exact", value))
    assert bool(got.resources) is found
    assert families(got) <= {"MODÈLE"}


def test_an_unknown_modifier_is_not_noticed(find: Find) -> None:
    plain = find("Practitioner", ("name", "EXEMPLE"))
    assert find("Practitioner", ("name:family", "EXEMPLE")).ids() == plain.ids() != []


def test_family_and_given_name_tell_homonyms(find: Find) -> None:
    got = find("Practitioner", ("family", "EXEMPLE"), ("given", "CAMILLE"), ("active", "true"))
    known = [each["identifier"][1]["value"] for each in got.resources]
    assert known == [HOLDER, "10999990020", "10999990038"]
    assert "telecom" not in got.resources[2]


@pytest.mark.parametrize(
    "value",
    [
        HOLDER,
        f"8{HOLDER}",
        f"https://rpps.esante.gouv.fr|{HOLDER}",
        f"urn:oid:1.2.250.1.71.4.2.1|8{HOLDER}",
        f"10999999999,{HOLDER}",
    ],
)
def test_a_person_is_found_by_identifier(find: Find, value: str) -> None:
    got = find("Practitioner", ("identifier", value))
    assert [each["name"][0]["given"] for each in got.resources] == [["Camille"]]
    assert got.json["total"] == 1


@pytest.mark.parametrize("value", [f"http://rpps.fr|{HOLDER}", HOLDER[:-1], f"|{HOLDER}"])
def test_a_token_matches_whole_and_within_its_system(find: Find, value: str) -> None:
    got = find("Practitioner", ("identifier", value))
    assert got.json["entry"] == []
    assert got.json["total"] == 0


def test_a_system_alone_is_everything_in_it(find: Find) -> None:
    got = find("Organization", ("identifier", "https://finess.esante.gouv.fr|"))
    assert len(got.ids()) == sum(bool(each.finess) for each in everybody().structures)


def test_not_is_whatever_else_there_is(find: Find) -> None:
    closed = find("Practitioner", ("active", "false")).ids()
    assert closed
    assert find("Practitioner", ("active:not", "true")).ids() == closed
    both = find("Practitioner", ("active:not", "true,false"))
    assert both.ids() == []


def test_a_comma_is_or_and_a_repeated_parameter_is_and(find: Find) -> None:
    either = find("Practitioner", ("family:exact", "ESSAI,FICTIF"))
    assert families(either) == {"ESSAI", "FICTIF"}
    both = find("Practitioner", ("family:contains", "ESSAI"), ("family:contains", "FICTIF"))
    assert families(both) <= {"ESSAI-FICTIF", "FICTIF-ESSAI"}
    assert both.resources


@pytest.mark.parametrize(
    ("kind", "parameter", "value"),
    [
        ("Practitioner", "qualification-code", "60"),
        ("Practitioner", "qualification-code", "SM54"),
        ("Practitioner", "identifier-type", "RPPS"),
        ("Practitioner", "number-smartcard", "9900000001"),
        ("Practitioner", "type-smartcard", "CPS"),
        ("Practitioner", "data-information-system", "RPPS"),
        ("Practitioner", "data-registration-authority", "01"),
        ("PractitionerRole", "role", "L"),
        ("PractitionerRole", "role", "GENR01"),
        ("PractitionerRole", "identifier", "1099000012"),
        ("PractitionerRole", "practitioner", "Practitioner/003-9900001-00037"),
        ("PractitionerRole", "practitioner", "003-9900001-00037"),
        ("PractitionerRole", "organization", "001-01-990002"),
        ("Organization", "address", "99120"),
        ("Organization", "address-city", "valbrume"),
        ("Organization", "address-line", "1 r de l"),
        ("Organization", "address-postalcode", "99"),
        ("Organization", "identifier-type", "FINEJ"),
        ("Organization", "name", "ch fictif"),
        ("Organization", "partof", "001-01-990001"),
        ("Organization", "pharmacy-licence", "99#"),
        ("Organization", "type", "SA01"),
        ("Organization", "type", "GEOGRAPHICAL-ENTITY"),
        ("Organization", "data-information-system", "FINESS"),
    ],
)
def test_every_parameter_finds_what_is_so_and_nothing_else(
    find: Find, kind: str, parameter: str, value: str
) -> None:
    assert find(kind, (parameter, value)).ids(kind)
    assert find(kind, (parameter, f"{value}-autre")).ids(kind) == []


@pytest.mark.parametrize("kind", ["Practitioner", "PractitionerRole", "Organization"])
def test_a_mailbox_is_found_where_it_is_published(find: Find, kind: str) -> None:
    carriers = {
        "Practitioner": "camille.exemple@medecin.mssante.fr",
        "PractitionerRole": "c.exemple@ch-fictif.mssante.fr",
        "Organization": "secretariat@cab-lilas.mssante.fr",
    }
    for carrier, address in carriers.items():
        found = find(kind, ("mailbox-mss:exact", address)).addresses
        assert (address in found) is (carrier == kind)


def test_a_mailbox_of_a_structure_may_be_ordinary_mail(find: Find) -> None:
    assert find("Organization", ("mailbox-mss:contains", "example")).ids()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("ge2026-11-15", "lt2026-11-16"), True),
        (("2026-11-15",), True),
        (("eq2026-11",), True),
        (("2025",), False),
        (("gt2026-11-15",), False),
        (("sa2026-11-14",), True),
        (("le2026-11-15T03:41:02+01:00",), True),
        (("lt2026-11-15T03:41:02+01:00",), False),
        (("eb2026-11-16",), True),
        (("ne2026-11-15",), False),
        (("ap2026-11-15",), True),
    ],
)
def test_dates_have_prefixes_and_precisions(find: Find, values: tuple[str, ...], found: bool) -> None:
    parameters = [("_lastUpdated", value) for value in values]
    holder = find("Practitioner", ("identifier", HOLDER)).resources[0]
    assert holder["meta"]["lastUpdated"] == "2026-11-15T03:41:02.000+01:00"
    assert (holder["id"] in find("Practitioner", *parameters).ids()) is found


def test_roles_come_with_the_person_who_is_asked_for(find: Find) -> None:
    got = find("Practitioner", ("identifier", HOLDER), ("_revinclude", "PractitionerRole:practitioner"))
    assert [each["resourceType"] for each in got.resources] == ["Practitioner"] + ["PractitionerRole"] * 4
    assert got.json["total"] == 1
    assert all(set(entry) == {"fullUrl", "resource"} for entry in got.json["entry"])


def test_structures_and_persons_come_with_roles(find: Find) -> None:
    asked = ("practitioner", "003-9900001-00037"), ("active", "true")
    got = find("PractitionerRole", *asked, ("_include", "PractitionerRole:organization"))
    names = [each["name"] for each in got.resources if each["resourceType"] == "Organization"]
    assert names == ["Cabinet des Lilas", "CH Fictif de Valbrume", "MSP des Lilas"]
    everything = find("PractitionerRole", *asked, ("_include", "*"))
    assert len(everything.ids("Practitioner")) == 1


def test_a_legal_entity_comes_with_its_site_and_the_other_way_round(find: Find) -> None:
    site = ("identifier", f"https://finess.esante.gouv.fr|{FINESS}")
    got = find("Organization", site, ("_include", "Organization:partof"))
    assert got.ids() == ["001-01-990002", "001-01-990001"]
    entity = find("Organization", ("_id", "001-01-990001"), ("_revinclude", "Organization:partof"))
    assert entity.ids() == ["001-01-990001", "001-01-990002"]
    roles = find("Organization", site, ("_revinclude", "PractitionerRole:organization"))
    assert roles.ids("PractitionerRole")


@pytest.mark.parametrize("kind", ["Device", "HealthcareService"])
def test_there_are_no_devices_and_no_services(find: Find, kind: str) -> None:
    assert find(kind).json["entry"] == []


def test_only_the_members_asked_for_are_given_and_it_is_said(find: Find) -> None:
    got = find("Practitioner", ("identifier", HOLDER), ("_elements", "identifier,telecom"))
    assert list(got.resources[0]) == ["resourceType", "id", "meta", "identifier", "active", "telecom"]
    assert [tag["code"] for tag in got.resources[0]["meta"]["tag"]] == ["SUBSETTED"]


def test_what_is_closed_is_found_with_its_identifiers_alone(find: Find) -> None:
    closed = next(each for each in everybody().persons if not each.active)
    assert isinstance(closed, Person)
    got = find("Practitioner", ("identifier", closed.rpps))
    members = set(got.resources[0])
    assert members == {"resourceType", "id", "meta", "language", "identifier", "active"}
    names = [each["name"] for each in find("Organization", ("active", "false")).resources]
    assert names
    assert all(names)
