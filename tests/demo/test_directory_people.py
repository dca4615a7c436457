"""Who is in the demo's directory, and the extraction of it: all invented, the same for one seed and day."""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from balt.clock import FixedClock
from balt.demo import people
from balt.demo.directory import DirectoryServer, extraction_of, make_directory
from balt.demo.directory.extraction import HEADER
from balt.demo.directory.model import Box, Only, Record, Shape
from balt.directory.client import DirectoryClient
from balt.directory.fhir import read_resource
from balt.directory.identifiers import luhn_holds
from tests.support.demo import NOW, TODAY
from tests.support.directory import KEY, ask, practice_directory

MORNING = "Extraction_Correspondance_MSSante_202611220310.txt"
NOT_PUBLISHED = {people.OPERATOR, people.POSTMASTER, people.UNLISTED}


def records() -> list[Record]:
    known = practice_directory()
    return [*known.persons, *known.roles, *known.structures]


def boxes() -> list[Box]:
    return [box for record in records() for box in record.boxes]


def rows() -> list[dict[str, str]]:
    header, *lines = extraction_of(practice_directory(), NOW)[1].splitlines()
    return [dict(zip(header.split("|"), line.split("|"), strict=True)) for line in lines]


@pytest.fixture
def client(directory_server: DirectoryServer) -> DirectoryClient:
    return DirectoryClient(directory_server.base_url, lambda: KEY, FixedClock(NOW))


# Everyone


def test_it_is_the_same_for_one_seed_and_day() -> None:
    assert make_directory(1, TODAY) == practice_directory()
    assert make_directory(2, TODAY) != practice_directory()


def test_nobody_in_it_exists() -> None:
    known = practice_directory()
    for person in known.persons:
        assert re.fullmatch(r"1099999\d{4}", person.rpps)
        assert luhn_holds(person.rpps)
    for structure in known.structures:
        if structure.finess:
            assert re.fullmatch(r"99000\d{4}", structure.finess)
            assert luhn_holds(structure.finess)
        assert structure.postcode[:2] in ("99", "")
        assert not structure.mail or structure.mail.endswith(".example")
    numbers = [person.rpps for person in known.persons] + [s.finess for s in known.structures if s.finess]
    assert len(numbers) == len(set(numbers))
    assert len({record.id for record in records()}) == len(records())


def test_there_are_a_few_hundred_of_all_kinds() -> None:
    kinds = Counter(box.kind for box in boxes())
    assert kinds["PER"] > kinds["ORG"] > kinds["APP"] > 5
    assert kinds["CAB"] > 5
    assert {box.shape for box in boxes()} == set(Shape)
    assert {box.only for box in boxes()} == set(Only)
    assert sum(not record.active for record in records()) > 20
    assert sum(not record.boxes for record in practice_directory().persons) > 50
    assert any(box.address.endswith("@interop-mssante.apicrypt.org") for box in boxes())
    assert any(box.description.startswith("NE PLUS UTILISER") for box in boxes())


def test_no_address_is_given_twice_but_for_its_case() -> None:
    addresses = [box.address for box in boxes()]
    assert len(addresses) == len(set(addresses))
    twice = [name for name, count in Counter(map(str.lower, addresses)).items() if count > 1]
    assert twice == ["soins@ehpad-fictif.mssante.fr"]


def test_whoever_writes_to_the_practice_is_in_it() -> None:
    known = {box.address for box in boxes()}
    writers = {each for each in vars(people).values() if isinstance(each, people.Correspondent)}
    assert {each.address for each in writers - NOT_PUBLISHED} <= known
    assert not known & {each.address for each in NOT_PUBLISHED}


# As the client of balt reads it


def test_the_holder_has_three_situations_and_one_address_too_many(client: DirectoryClient) -> None:
    answer = client.of_professional(people.HOLDER.rpps)
    assert {entry.address for entry in answer.entries} == {
        people.MAIN.address,
        people.HOSPITAL.address,
        people.FORGOTTEN.address,
    }
    situations = [(each.structure, each.mode) for each in answer.situations if each.active]
    assert situations == [("Cabinet des Lilas", "L"), ("CH Fictif de Valbrume", "S"), ("MSP des Lilas", "L")]
    assert {entry.holder for entry in answer.entries} == {people.HOLDER.name}
    assert {entry.speciality for entry in answer.entries} == {"Médecine générale"}


def test_the_secretariat_belongs_to_the_practice(client: DirectoryClient) -> None:
    (entry,) = client.of_address(people.SHARED.address).entries
    assert (entry.kind, entry.structure) == ("ORG", "Cabinet des Lilas")
    assert client.of_address(people.UNLISTED.address).entries == ()


def test_homonyms_differ_by_profession_and_town(client: DirectoryClient) -> None:
    found = client.search("exemple camille").professionals
    assert len({(each.profession, each.towns) for each in found}) == len(found) == 3


@pytest.mark.parametrize("kind", ["Practitioner", "PractitionerRole", "Organization"])
def test_every_resource_is_read_with_what_it_publishes(directory_server: DirectoryServer, kind: str) -> None:
    known = {record.id: record for record in records()}
    for resource in ask(directory_server, f"{kind}?_count=1000").resources:
        read, record = read_resource(resource), known[resource["id"]]
        assert read is not None
        assert (read.active, read.updated_on) == (record.active, record.updated if record.active else None)
        published = {box.address.lower(): box for box in record.published}
        assert {box.address.lower() for box in read.boxes} == set(published)
        for box in read.boxes:
            bare = published[box.address.lower()].shape is Shape.BARE
            assert box.inferred is bare
            assert bare or box.kind == published[box.address.lower()].kind


def test_a_large_structure_is_read_whole(client: DirectoryClient) -> None:
    answer = client.search("@ch-fictif.mssante.fr")
    assert len(answer.entries) == 5


# The extraction


def test_the_extraction_has_its_columns_and_was_made_this_morning() -> None:
    name, text = extraction_of(practice_directory(), NOW)
    assert name == MORNING
    assert text.splitlines()[0] == HEADER
    assert HEADER.count("|") == 30
    assert {line.count("|") for line in text.splitlines()} == {30}
    assert text.endswith("France\n")


def test_before_dawn_the_last_extraction_is_of_the_day_before() -> None:
    early: datetime = NOW.replace(hour=2)
    assert extraction_of(practice_directory(), early + timedelta(days=1))[0] == MORNING


def test_the_extraction_has_neither_software_nor_practices_of_care() -> None:
    assert {row["Type de BAL"] for row in rows()} == {"PER", "ORG"}


def test_the_extraction_does_not_agree_with_the_api() -> None:
    listed = {row["Adresse BAL"] for row in rows()}
    both = {box.address for record in records() for box in record.published if box.kind in ("PER", "ORG")}
    assert "camille.exemple@masseur-kinesitherapeute.mssante.fr" in listed - both
    assert both - listed


def test_one_address_may_have_two_rows() -> None:
    twice = [name for name, count in Counter(row["Adresse BAL"] for row in rows()).items() if count == 2]
    assert twice
    first = [row for row in rows() if row["Adresse BAL"] == twice[0]]
    assert len({row["Code savoir-faire"] for row in first}) == 2


def test_a_row_says_who_and_where() -> None:
    (row,) = (row for row in rows() if row["Adresse BAL"] == people.HOSPITAL.address)
    assert row["Identification nationale PP"] == f"8{people.HOLDER.rpps}"
    assert (row["Type identifiant structure"], row["Identification Structure"]) == ("1", "990000028")
    assert (row["Nom d'exercice"], row["Prénom d'exercice"]) == ("EXEMPLE", "CAMILLE")
    assert row["Raison Sociale structure BAL"] == "CH Fictif de Valbrume"
    assert row["L6LIGNEACHEMINEMENT structure BAL"] == "99100 VALBRUME"
    (own,) = (row for row in rows() if row["Adresse BAL"] == people.MAIN.address)
    assert own["Raison Sociale structure BAL"] == own["Code postal structure BAL"] == ""
