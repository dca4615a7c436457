"""Searching the whole directory, and showing one address, in both of its sources."""

from collections.abc import Callable
from pathlib import Path

import pytest

from balt.directory.model import DirectoryAnswer, Origin
from balt.errors import ConfigError, DirectoryError, UsageError
from balt.mailboxes.directory_reader import DirectoryReader
from tests.mailboxes.reader_desk import RPPS, VARIABLE, Desk

CAMILLE = "camille.exemple@medecin.mssante.fr"
NOT_IN_THE_API = "camille.exemple@masseur-kinesitherapeute.mssante.fr"
HOMONYMS = {RPPS, "10999990020", "10999990038"}
API, EXTRACTION = Origin.API, Origin.EXTRACTION


def addresses(answer: DirectoryAnswer | None) -> set[str]:
    return {entry.key for entry in answer.entries} if answer else set()


def people(answer: DirectoryAnswer) -> set[str]:
    return {person.rpps for person in answer.professionals}


# Searching the whole directory


def test_a_search_gives_the_extraction_first_then_both(desk: Desk, extraction: Path) -> None:
    reader = desk.reader(desk.settings(file=extraction))
    answers = reader.search("Camille EXEMPLE")
    first = next(answers)
    assert desk.asked() == []
    assert {entry.origin for entry in first.entries} == {EXTRACTION}
    (second,) = answers
    assert {entry.origin for entry in second.entries} == {API, EXTRACTION}
    assert set(first.entries) <= set(second.entries)


def test_namesakes_come_once_each_whatever_the_source_that_knows_them(desk: Desk, extraction: Path) -> None:
    *_first, both = desk.reader(desk.settings(file=extraction)).search("Camille EXEMPLE")
    assert [person.rpps for person in both.professionals] == sorted(HOMONYMS)
    assert {entry.origin for entry in both.entries if entry.address == NOT_IN_THE_API} == {EXTRACTION}
    assert "PORT-MODÈLE" in {town for person in both.professionals for town in person.towns}


def test_what_only_the_extraction_has_is_not_said_to_be_absent_from_the_api(
    desk: Desk, extraction: Path
) -> None:
    reader = desk.reader(desk.settings(file=extraction))
    *_first, some_only_there = reader.search("Camille EXEMPLE")
    assert sum("ne veut pas dire absente de l'API" in note for note in some_only_there.notes) == 1
    *_first, in_both = reader.search(CAMILLE)
    assert {entry.origin for entry in in_both.entries} == {API, EXTRACTION}
    assert not any("absente de l'API" in note for note in in_both.notes)


def how_it_was_searched(answer: DirectoryAnswer) -> list[str]:
    return [note for note in answer.notes if "un nom par son début" in note]


NOWHERE = pytest.mark.parametrize("text", ["zzz inconnue", "zzzinconnue", "zz.inconnue"])


@NOWHERE
def test_how_names_are_searched_is_said_once_where_neither_source_found_anything(
    desk: Desk, extraction: Path, text: str
) -> None:
    *_first, both = desk.reader(desk.settings(file=extraction)).search(text)
    assert (both.entries, len(how_it_was_searched(both))) == ((), 1)


@NOWHERE
def test_without_an_extraction_what_was_searched_is_one_sentence(desk: Desk, text: str) -> None:
    (alone,) = desk.reader(desk.settings()).search(text)
    assert (alone.entries, alone.notes) == ((), tuple(how_it_was_searched(alone)))
    assert len(alone.notes) == 1


@pytest.mark.parametrize("text", ["CH FICTIF", "valbrume", "@nulle.part"])
def test_how_names_are_searched_is_not_said_above_results_nor_of_an_address(
    desk: Desk, extraction: Path, text: str
) -> None:
    *_first, both = desk.reader(desk.settings(file=extraction)).search(text)
    assert bool(both.entries) is ("@" not in text)
    assert how_it_was_searched(both) == []


def test_without_an_extraction_the_api_answers_alone(desk: Desk) -> None:
    (found,) = desk.reader(desk.settings()).search("Camille EXEMPLE")
    assert people(found) == HOMONYMS
    assert NOT_IN_THE_API not in addresses(found)


def test_an_impatient_search_leaves_the_api_alone_where_a_file_answers(desk: Desk, extraction: Path) -> None:
    (found,) = desk.reader(desk.settings(file=extraction)).search("exemple", patient=False)
    assert found.origin is EXTRACTION
    assert desk.asked() == []


def test_an_impatient_search_asks_the_api_where_no_file_answers(desk: Desk, tmp_path: Path) -> None:
    (found,) = desk.reader(desk.settings(file=tmp_path / "absente.txt")).search(
        "Camille EXEMPLE", patient=False
    )
    assert found.origin is API


def test_an_api_that_fails_is_a_note_under_what_the_file_has(desk: Desk, extraction: Path) -> None:
    desk.server.stop()
    reader = desk.reader(desk.settings(file=extraction))
    first, last = reader.search("Camille EXEMPLE")
    assert last.entries == first.entries
    assert len(last.notes) == len(first.notes) + 1
    assert not last.whole
    assert reader.failed


def test_a_file_that_fails_is_a_note_under_what_the_api_has(desk: Desk, tmp_path: Path) -> None:
    reader = desk.reader(desk.settings(file=tmp_path / "absente.txt"))
    (found,) = reader.search("Camille EXEMPLE")
    assert CAMILLE in addresses(found)
    assert any("absente.txt" in note for note in found.notes)
    assert not found.whole
    assert reader.failed


@pytest.mark.parametrize("api", [True, False], ids=["api down too", "no api"])
def test_a_search_that_nothing_answers_raises_what_went_wrong(desk: Desk, tmp_path: Path, api: bool) -> None:
    desk.server.stop()
    reader = desk.reader(desk.settings(api=api, file=tmp_path / "absente.txt"))
    with pytest.raises(DirectoryError, match=r"absente\.txt"):
        list(reader.search("exemple"))


@pytest.mark.parametrize("ask", [lambda r: list(r.search("exemple")), lambda r: r.show(CAMILLE)])
def test_without_a_source_the_advice_says_how_to_have_one(
    desk: Desk, ask: Callable[[DirectoryReader], object]
) -> None:
    with pytest.raises(UsageError) as told:
        ask(desk.reader(desk.settings(api=False)))
    assert "balt directory import" in told.value.advice
    assert "api_key_command" in told.value.advice


# One address


def test_each_source_says_what_it_publishes_of_an_address(desk: Desk, extraction: Path) -> None:
    answers = desk.reader(desk.settings(file=extraction)).show(CAMILLE.upper())
    assert [(answer.origin, addresses(answer)) for answer in answers] == [
        (API, {CAMILLE}),
        (EXTRACTION, {CAMILLE}),
    ]


def test_an_address_is_shown_by_the_file_when_the_api_fails(desk: Desk, extraction: Path) -> None:
    desk.server.stop()
    reader = desk.reader(desk.settings(file=extraction))
    (answer,) = reader.show(CAMILLE)
    assert (answer.origin, addresses(answer), answer.whole) == (EXTRACTION, {CAMILLE}, False)
    assert answer.notes
    assert reader.failed


def test_an_address_that_nothing_can_show_raises_what_went_wrong(desk: Desk) -> None:
    desk.environ.clear()
    with pytest.raises(ConfigError, match=VARIABLE):
        desk.reader(desk.settings()).show(CAMILLE)
