"""A search in the whole directory: by name, number, address or a part of one."""

from collections.abc import Callable, Iterator

import pytest

from balt.errors import DirectoryError
from tests.directory.fhir_data import (
    CAMILLE,
    HOSPITAL,
    LOU,
    NOA,
    at_hospital,
    at_practice,
    bundle,
    camille,
    hospital,
    mss,
    organization,
    practice,
    practitioner,
    role,
)
from tests.directory.scripted_directory import Directory, scripted_directory


@pytest.fixture
def directory() -> Iterator[Directory]:
    with scripted_directory() as scripted:
        yield scripted


def test_homonyms_come_with_what_tells_them_apart_even_without_a_bal(directory: Directory) -> None:
    lou = practitioner(LOU, "EXEMPLE-DURAND", "Lou", profession="26", telecom=[mss("lou@fictif.mssante.fr")])
    directory.answers |= {
        "Practitioner?family=Exemple": bundle(
            camille(), practitioner(NOA, prefix="M", suffix="M", profession="60"), lou
        ),
        f"PractitionerRole?practitioner=person-{CAMILLE},person-{NOA},person-{LOU}": bundle(
            at_practice(), practice(), role("1", NOA, "sud"), organization("sud", "CENTRE SUD")
        ),
    }

    answer = directory.client.search("Dr Exemple")

    assert [(each.rpps, each.title, each.profession, each.towns) for each in answer.professionals] == [
        (CAMILLE, "Dr", "Médecin", ("VALBRUME",)),
        (NOA, "M.", "Infirmier", ("VALBRUME",)),
        (LOU, "Dr", "Audioprothésiste", ()),
    ]
    assert {each.rpps for each in answer.entries} == {CAMILLE, LOU}


@pytest.mark.parametrize("typed", ["Camille Exemple", "Exemple, Camille", "Mme Camille  EXEMPLE"])
def test_a_name_is_found_whatever_the_order_of_its_words(directory: Directory, typed: str) -> None:
    def both(family: str, given: str) -> Callable[[str], bool]:
        return lambda question: f"family={family}" in question and f"given={given}" in question

    directory.client.search(typed)

    asked = [question.lower() for question in directory.questions]
    assert any(map(both("exemple", "camille"), asked))


@pytest.mark.parametrize("typed", ["martin anne marie", "anne-marie martin", "MARTIN Anne-Marie"])
def test_a_name_in_two_parts_is_found_however_they_are_joined(directory: Directory, typed: str) -> None:
    directory.client.search(typed)

    asked = [dict(each.parameters) for each in directory.api.asked if each.resource == "Practitioner"]
    wanted = [
        set(each["given"].lower().split(","))
        for each in asked
        if each.get("family", "").lower() == "martin" and "given" in each
    ]
    assert {"anne-marie", "anne marie"} in wanted


def test_a_long_name_takes_few_calls(directory: Directory) -> None:
    directory.client.search("un deux trois quatre cinq six sept huit")

    assert len(directory.questions) == 1 + 2 * 3 + 1 + 1


def test_namesakes_are_asked_for_however_a_name_is_joined(directory: Directory) -> None:
    directory.client.homonyms("LE GOFF", "Anne-Marie")

    asked = dict(directory.api.asked[0].parameters)
    assert asked["family"].split(",") == ["LE GOFF", "LE-GOFF"]
    assert asked["given"].split(",") == ["Anne-Marie", "Anne Marie"]


def test_the_structures_of_that_name_are_found_too(directory: Directory) -> None:
    directory.answers["Organization?name=CH FICTIF"] = bundle(hospital())

    assert len(directory.client.search("CH FICTIF").entries) == 3


def test_more_results_than_are_read_are_told(directory: Directory) -> None:
    more = bundle(camille(), next_url="_page?id=u1")
    directory.answers |= {"Practitioner?family=Exemple": more} | {
        f"_page?id=u{page}": bundle(practitioner(f"1099999{page:04}"), next_url=f"_page?id=u{page + 1}")
        for page in range(1, 9)
    }

    answer = directory.client.search("Exemple")

    assert len(answer.professionals) == 4
    assert any("précisez" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("typed", "resource"),
    [
        (CAMILLE, "Practitioner?identifier"),
        ("8" + CAMILLE, "Practitioner?identifier"),
        (HOSPITAL, "Organization?identifier"),
        ("2a0000006", "Organization?identifier"),
        ("camille@fictif.mssante.fr", "Practitioner?mailbox-mss"),
        ("@ch-fictif", "Practitioner?mailbox-mss:contains"),
        ("Exemple", "Practitioner?family"),
    ],
)
def test_what_is_typed_tells_what_is_searched(directory: Directory, typed: str, resource: str) -> None:
    directory.client.search(typed)

    assert directory.questions[0].startswith(resource + "=")


def test_a_part_of_an_address_finds_every_bal_that_holds_it(directory: Directory) -> None:
    directory.answers |= {
        "PractitionerRole?mailbox-mss:contains=@ch-fictif": bundle(at_hospital(), camille(), hospital()),
        "Organization?mailbox-mss:contains=@ch-fictif": bundle(hospital()),
    }

    answer = directory.client.search("@ch-fictif")

    assert len(answer.entries) == 4
    assert all("@ch-fictif" in entry.address for entry in answer.entries)


@pytest.mark.parametrize("typed", ["", " ", "a", ",", "|,|"])
def test_a_search_too_short_is_not_asked(directory: Directory, typed: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        directory.client.search(typed)

    assert "trop courte" in caught.value.message
    assert directory.api.asked == []


def test_homonyms_are_asked_for_by_both_names_and_come_with_their_towns(directory: Directory) -> None:
    directory.answers |= {
        "Practitioner?family=EXEMPLE": bundle(camille(), practitioner(NOA, prefix="M", suffix="M")),
        f"PractitionerRole?practitioner=person-{CAMILLE},person-{NOA}": bundle(at_practice(), practice()),
    }
    answer = directory.client.homonyms("EXEMPLE", "Camille")
    assert [(each.rpps, each.towns) for each in answer.professionals] == [(CAMILLE, ("VALBRUME",)), (NOA, ())]
    assert directory.questions[0] == "Practitioner?family=EXEMPLE&given=Camille&active=true"


@pytest.mark.parametrize(("family", "given"), [("", "Camille"), ("Exemple", " , ")])
def test_homonyms_of_half_a_name_are_not_asked_for(directory: Directory, family: str, given: str) -> None:
    with pytest.raises(DirectoryError, match="un nom et un prénom"):
        directory.client.homonyms(family, given)
    assert not directory.questions


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("marie martin", "Practitioner?given:contains=marie"),
        ("durand", "Practitioner?family:contains=durand"),
        ("sophie", "Practitioner?given:contains=sophie"),
    ],
)
def test_a_part_within_a_name_is_searched_where_no_name_begins_so(
    directory: Directory, typed: str, question: str
) -> None:
    directory.answers[question] = bundle(camille())
    answer = directory.client.search(typed)
    assert {each.rpps for each in answer.professionals} == {CAMILLE}


def test_a_part_within_a_name_is_not_asked_for_where_a_name_begins_so(directory: Directory) -> None:
    directory.answers["Practitioner?family=durand"] = bundle(camille())
    directory.client.search("durand")
    assert not [each for each in directory.questions if ":contains" in each]


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212"])
def test_every_dash_is_a_hyphen(directory: Directory, dash: str) -> None:
    directory.client.search(f"MARTIN Anne{dash}Marie")
    asked = [dict(each.parameters) for each in directory.api.asked if each.resource == "Practitioner"]
    assert "Anne-Marie,Anne Marie" in {each.get("given") for each in asked}


def test_an_address_without_its_domain_is_found(directory: Directory) -> None:
    directory.answers["Organization?mailbox-mss=am.martin"] = bundle(
        organization(telecom=[mss("am.martin@ch-fictif.mssante.fr"), mss("x.am.martin@ch-fictif.mssante.fr")])
    )
    answer = directory.client.search("am.martin")
    assert [each.address for each in answer.entries] == ["am.martin@ch-fictif.mssante.fr"]


@pytest.mark.parametrize("typed", ["marie inconnue", "am.inconnu"])
def test_how_names_are_searched_is_left_to_who_knows_the_other_source(
    directory: Directory, typed: str
) -> None:
    answer = directory.client.search(typed)
    assert (answer.entries, answer.notes) == ((), ())
