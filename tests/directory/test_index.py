"""The index of the extraction, asked in every way a person types."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from balt.directory.index import DirectoryIndex
from balt.directory.index_ensured import ensure_index
from balt.directory.index_file import IndexFile
from balt.directory.model import Origin
from tests.directory.extraction_data import (
    ALIX,
    ALIX_HOMONYM,
    CLOCK,
    DOCTOR,
    GENERATED,
    HOSPITAL,
    LABORATORY,
    NAME,
    NOE,
    ROWS,
    at,
    extraction,
    organisation,
    person,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "directory" / "extraction.sqlite"


@pytest.fixture
def index(tmp_path: Path, path: Path) -> Iterator[DirectoryIndex]:
    opened = ensure_index(path, extraction(tmp_path), CLOCK)
    yield opened
    opened.close()


def addresses(index: DirectoryIndex, text: str) -> list[str]:
    return [entry.address for entry in index.search(text).entries]


def test_it_tells_what_it_was_made_from(index: DirectoryIndex, tmp_path: Path) -> None:
    about = index.about()
    found = (tmp_path / NAME).stat()
    assert (about.entries, about.addresses, about.bad_lines) == (len(ROWS), len(ROWS) - 2, 0)
    assert (about.generated_at, about.imported_at) == (GENERATED, CLOCK.now())
    assert (about.source_name, about.source_size, about.source_mtime) == (
        NAME, found.st_size, found.st_mtime_ns,
    )  # fmt: skip


def test_every_bal_of_a_person_is_found_by_rpps(index: DirectoryIndex) -> None:
    answer = index.of_professional(ALIX)
    assert len(answer.entries) == 4
    assert {entry.rpps for entry in answer.entries} == {ALIX}
    assert answer == index.of_professional(f"8{ALIX}")
    assert (answer.origin, answer.taken_at) == (Origin.EXTRACTION, GENERATED)
    assert answer.professionals[0].towns == ("ESSAIVILLE",)


def test_an_address_on_two_rows_is_two_entries(index: DirectoryIndex) -> None:
    found = index.of_address("alix.essai@medecin.fictif.mssante.fr").entries
    assert len({entry.speciality for entry in found}) == 2
    assert len({entry.key for entry in found}) == 1


def test_an_address_is_found_whatever_its_case(index: DirectoryIndex) -> None:
    found = index.of_address("Soins@ehpad-SAULES.mssante.fr").entries
    assert {entry.address for entry in found} == {
        "soins@ehpad-saules.mssante.fr", "SOINS@EHPAD-SAULES.mssante.fr",
    }  # fmt: skip


def test_every_bal_of_a_structure_is_found_by_finess(index: DirectoryIndex) -> None:
    assert len(index.of_structure(HOSPITAL).entries) == 5
    assert len(index.of_structure(LABORATORY).entries) == 2


def test_a_number_that_finds_nothing_and_looks_wrong_is_told(index: DirectoryIndex) -> None:
    assert "clé de ce numéro RPPS" in index.of_professional("10123456789").notes[0]
    assert "clé de ce numéro FINESS" in index.of_structure("754567860").notes[0]
    assert index.of_address("nul@nulle.part").entries == index.of_professional("").entries == ()


@pytest.mark.parametrize("typed", ["10999990013", "8 10999990013", "754567860", "3990000028/0001"])
def test_a_search_for_a_number_that_cannot_be_says_why_it_finds_nothing(
    index: DirectoryIndex, typed: str
) -> None:
    answer = index.search(typed)
    assert not answer.entries
    assert answer.whole
    assert [note for note in answer.notes if "clé" in note or "FINESS" in note]


def test_homonyms_are_the_other_persons_of_that_name(index: DirectoryIndex) -> None:
    (other,) = index.homonyms(ALIX)
    assert (other.rpps, other.profession) == (ALIX_HOMONYM, "Infirmier")
    assert index.homonyms(NOE) == index.homonyms("inconnu") == index.homonyms() == ()


def test_a_name_joined_in_another_way_is_the_same_name(tmp_path: Path, path: Path) -> None:
    doctor, nurse = ALIX, NOE
    rows = (
        person("a.essai@fictif.mssante.fr", doctor, "D'ESSAI", "ANNE-MARIE", DOCTOR),
        person("am.essai@fictif.mssante.fr", nurse, "D ESSAI", "Anne Marie", "60|Infirmier||"),
    )
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    assert [each.rpps for each in index.homonyms(doctor)] == [nurse]
    index.close()


def test_of_several_persons_at_once_each_has_the_namesakes_that_they_have_alone(
    index: DirectoryIndex,
) -> None:
    alone = {*index.homonyms(ALIX), *index.homonyms(NOE), *index.homonyms(ALIX_HOMONYM)}
    assert {each.rpps for each in alone} == {ALIX, ALIX_HOMONYM}
    assert set(index.homonyms(ALIX, NOE, ALIX_HOMONYM, ALIX, "")) == alone
    (known,) = [each for each in index.search("essai alix").professionals if each.rpps == ALIX]
    assert known in alone  # with the same names, trade and towns


def test_a_name_is_looked_for_once_however_many_bear_it(
    index: DirectoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    execute = IndexFile.execute

    def heard(file: IndexFile, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        asked.append(statement)
        return execute(file, statement, values)

    monkeypatch.setattr(IndexFile, "execute", heard)
    index.homonyms(ALIX, ALIX_HOMONYM)
    assert sum("MATCH" in each for each in asked) == 1
    assert len(asked) == 3  # whose names these are, who bears them, in which towns


def test_several_persons_are_looked_up_in_one_answer(index: DirectoryIndex) -> None:
    one, other = index.of_professional(ALIX), index.of_professional(NOE)
    both = index.of_professionals([NOE, ALIX, "", "inconnu", ALIX])
    assert set(both.entries) == {*one.entries, *other.entries}
    assert set(both.professionals) == {*one.professionals, *other.professionals}
    assert index.of_professionals([]).entries == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lea", "lea.fictif@"),
        ("LÉA", "lea.fictif@"),
        ("le\u0301a fic", "lea.fictif@"),
        ("d'rien", "d.rien@"),
        ("D’RIEN", "d.rien@"),
        ("durable modele", "noe.modele-durable@"),
        ("modele-dur", "noe.modele-durable@"),
        ("audio", "lea.fictif@"),
        ("biologie labo", "b.labo@"),
        ("vite essaiville", "u.vite@"),
        ("apicrypt", "alix.essai@interop"),
        ("interop-mssante.apicrypt.org", "alix.essai@interop"),
        ("modelebourg", "soins@"),
        ("saules équipe", "soins@"),
        ("resultats@labo", "resultats@"),
        ("resultats@labo-modele.mss", "resultats@"),
        (f"{ALIX_HOMONYM}", "alix.essai@fictif3"),
        (f"8{ALIX_HOMONYM}", "alix.essai@fictif3"),
        (f"essai {ALIX_HOMONYM}", "alix.essai@fictif3"),
        ("109 9999 1028", "alix.essai@fictif3"),
        ("1099999102", "alix.essai@fictif3"),
        (LABORATORY, "b.labo@"),
        ("vite u", "u.vite@"),
    ],
)
def test_what_people_type_finds_it(index: DirectoryIndex, typed: str, found: str) -> None:
    assert addresses(index, typed)[0].startswith(found)


@pytest.mark.parametrize("digits", ["992", "99200", "990", HOSPITAL[:6]])
def test_the_beginning_of_a_post_code_or_a_finess_finds_structures(
    index: DirectoryIndex, digits: str
) -> None:
    assert any(address.endswith("@ch-essai.mssante.fr") for address in addresses(index, digits))


@pytest.mark.parametrize(
    "typed",
    [
        '"', '" OR names:x', "*", "names : essai", "NEAR(essai alix)", "essai NOT alix", "-essai", "^essai",
        "(", "essai)", "a\0b", "\ud800", "%", "_", "', '') --", "{names}", "+ +", "²", "x" * 100_000,
        "a " * 5_000, "", "   ", "\u202e", "mssante.fr", "@", "@@", "8", "99999999999999999999",
    ],
)  # fmt: skip
def test_nothing_typed_is_ever_a_query(index: DirectoryIndex, typed: str) -> None:
    for ask in (index.search, index.of_address, index.of_professional, index.of_structure):
        assert len(ask(typed).entries) <= len(ROWS)
    index.homonyms(typed)


def test_words_that_are_operators_elsewhere_are_only_words(tmp_path: Path, path: Path) -> None:
    rows = [person("a@b.fr", ALIX, "OR", "NOT", "10|Médecin||"), *ROWS]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    assert addresses(index, "or not") == addresses(index, "OR NOT") == ["a@b.fr"]


def test_persons_of_that_very_name_come_first_then_names_structures_and_the_rest(
    tmp_path: Path, path: Path
) -> None:
    rows = [
        person("rest@lilas.mssante.fr", "10999992018", "FICTIF", "NOÉ", "10|Médecin||"),
        organisation("structure@a.fr", HOSPITAL, "", "CENTRE DES LILAS" + "|" * 12),
        person("begins@a.fr", "10999992026", "LILASSE", "ANA", "10|Médecin||"),
        person("name@a.fr", "10999992034", "LILAS", "ZOÉ", "10|Médecin||"),
        person("first@a.fr", "10999992042", "LILAS", "ANA", "10|Médecin||"),
        person("lilas@a.fr", "10999992059", "ESSAI", "NOÉ", "10|Médecin||"),
    ]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    first = ["first@a.fr", "name@a.fr", "begins@a.fr", "structure@a.fr"]
    assert addresses(index, "lilas")[:4] == first
    assert sorted(addresses(index, "lilas")[4:]) == ["lilas@a.fr", "rest@lilas.mssante.fr"]
    assert addresses(index, "lilas@a.fr")[0] == "lilas@a.fr"
    assert addresses(index, "lilas") == addresses(index, "lilas")


def test_an_oe_is_found_however_it_is_written(tmp_path: Path, path: Path) -> None:
    rows = [
        person("joined@a.fr", "10999992018", "LECŒUR", "ANA", "10|Médecin||"),
        person("parted@a.fr", "10999992026", "LECOEUR", "ANA", "10|Médecin||"),
    ]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    assert (
        set(addresses(index, "lecoeur")) == set(addresses(index, "LECŒU")) == {"joined@a.fr", "parted@a.fr"}
    )


@pytest.mark.parametrize(
    "typed",
    ["lilas12345", "lilas12", "noé.lilas12345", "NOE.LILAS1", "noe.lilas12345@", "lilas labo7", "12345"],
)
def test_a_number_behind_a_name_is_found_with_the_name(tmp_path: Path, path: Path, typed: str) -> None:
    rows = [
        person("noe.lilas12345@labo7.mssante.fr", "10999992018", "LILAS", "NOÉ", "10|Médecin||"),
        person("noe.lilas@a.fr", "10999992026", "LILAS", "NOÉ", "10|Médecin||"),
    ]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    assert addresses(index, typed) == ["noe.lilas12345@labo7.mssante.fr"]


def test_an_address_that_goes_on_after_the_name_is_found_by_what_it_says(tmp_path: Path, path: Path) -> None:
    rows = [person("noe.lilasse-rive@a.fr", "10999992018", "LILAS", "NOÉ", "10|Médecin||")]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    assert addresses(index, "lilasse") == addresses(index, "rive") == addresses(index, "noe.lilass") != []


@pytest.mark.parametrize("typed", ["lila", "lilas", "lilas1", "cent lila", "centre", "cen"])
def test_a_beginning_of_very_many_words_finds_them(tmp_path: Path, path: Path, typed: str) -> None:
    place = at("CENTRE FICTIF")
    rows = [
        person(f"a{number}@b.fr", ALIX, f"LILAS{number}", "ANA", "10|Médecin||", where="1|9|", place=place)
        for number in range(100, 400)
    ]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    assert len(index.search(typed).entries) == (100 if typed == "lilas1" else 200)


def test_a_word_as_long_as_a_line_may_be_does_no_harm(tmp_path: Path, path: Path) -> None:
    rows = [organisation("a@b.fr", HOSPITAL, "", at(f"LILAS{'A' * 30_000}")), *ROWS]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    assert addresses(index, "lilasa") == ["a@b.fr"]


def test_homonyms_are_told_apart_in_a_search(index: DirectoryIndex) -> None:
    people = {each.rpps: each for each in index.search("essai alix").professionals}
    assert set(people) == {ALIX, ALIX_HOMONYM}
    assert (people[ALIX].towns, people[ALIX_HOMONYM].profession) == (("ESSAIVILLE",), "Infirmier")


def test_a_search_that_finds_too_much_says_so(index: DirectoryIndex) -> None:
    answer = index.search("essai", limit=2)
    assert len(answer.entries) == 2
    assert "2 premiers" in answer.notes[0]
    assert index.search("essai").notes == ()


def test_the_same_line_twice_is_one_entry(tmp_path: Path, path: Path) -> None:
    index = ensure_index(path, extraction(tmp_path, [ROWS[0], ROWS[0]]), CLOCK)
    assert index.about().entries == 2
    assert len(index.search("alix").entries) == len(index.of_professional(ALIX).entries) == 1


def test_what_comes_out_is_safe_to_show(tmp_path: Path, path: Path) -> None:
    row = (
        ROWS[2]
        .replace("ESSAI|", "ESSAI\x1b]0;x\x07|")
        .replace("HOPITAL", "H\u202eP")
        .replace("DR|", "D\x9bR|")
    )
    row = row.replace("@", "\x1b@").replace("Cardiologie|", "Card\tio|").replace("SITE", "S\u200bITE")
    index = ensure_index(path, extraction(tmp_path, [row]), CLOCK)
    answer = index.search("alix")
    assert answer.entries
    assert repr(answer).isprintable()


def test_the_bal_of_a_domain_are_found_whatever_their_case(index: DirectoryIndex) -> None:
    found = [entry.address for entry in index.of_domain("@EHPAD-Saules.mssante.fr").entries]
    assert found == ["soins@ehpad-saules.mssante.fr", "SOINS@EHPAD-SAULES.mssante.fr"]


def test_of_a_domain_beyond_measure_a_part_is_read_and_that_is_said(
    index: DirectoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.directory.index.MOST_OF_DOMAIN", 2)
    all_of_it = index.of_domain("ehpad-saules.mssante.fr")
    assert (all_of_it.whole, all_of_it.notes) == (True, ())
    monkeypatch.setattr("balt.directory.index.MOST_OF_DOMAIN", 1)
    part = index.of_domain("ehpad-saules.mssante.fr")
    assert (len(part.entries), part.whole) == (1, False)
    assert "plus de 1 lignes" in part.notes[0]


@pytest.mark.parametrize(
    "domain", ["", "saules.mssante.fr", "%.mssante.fr", "ehpad_saules.mssante.fr", "mssante.fr"]
)
def test_a_domain_is_taken_by_the_letter_and_without_those_below_it(
    index: DirectoryIndex, domain: str
) -> None:
    assert index.of_domain(domain).entries == ()
