"""Whose BAL it is: kept while the directory tells, as long as it may be kept, and never mixed up."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.following import holder_looks
from balt.cases.model import Case, CaseKind, Happened, holders_known
from balt.cases.request import holders_now, request_of
from balt.cases.words import event_line, shared_lines, told_of
from balt.clock import FixedClock
from balt.config import Contact, Person
from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.errors import StoppedError

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "cabinet@cab-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
PERSON = Person("Dr Camille EXEMPLE", "10999990012")


def at(folder: Path, number: int) -> CaseBook:
    return CaseBook(folder, FixedClock(START + timedelta(days=number)), PERSON.name)


def entry(family: str, rpps: str, origin: Origin = Origin.EXTRACTION, structure: str = "") -> DirectoryEntry:
    named = DirectoryEntry(BAL, BalKind.PER, origin, START, family=family, given="Lou", rpps=rpps)
    return replace(named, structure=structure)


def service(origin: Origin) -> DirectoryEntry:
    return DirectoryEntry(BAL, BalKind.ORG, origin, START, structure="CH FICTIF", finess="990000028")


def seen(folder: Path, number: int, *entries: DirectoryEntry, person: Person = PERSON) -> Case:
    """What is noted of the open case of the BAL on this day."""
    book = at(folder, number)
    case = next((each for each in book.cases() if each.is_open), None)
    return book.notice(
        case or book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER), *holder_looks(entries, person)
    )


def deletion(folder: Path, number: int, kind: BalKind = BalKind.PER, person: Person = PERSON) -> str:
    """The request for the deletion of the BAL, once the directory shows it no more."""
    book = at(folder, number)
    case = book.open(CaseKind.DELETION, BAL, book.event(Happened.NOTHING_TO_KEEP), replacement=OTHER)
    holders = holders_now(book.cases(), BAL, (), person)
    return request_of(case, holders, kind, person, Contact(), START).body


@pytest.mark.parametrize("number", [5, 200])
def test_a_deletion_names_whom_the_extraction_named_before(tmp_path: Path, number: int) -> None:
    seen(tmp_path, 0, entry("ESSAI", "10999990095", structure="CAB FICTIF"))
    body = deletion(tmp_path, number)
    assert "Titulaire                : Lou ESSAI\n" in body
    assert "RPPS                     : 10999990095\n" in body
    assert "Structure                : CAB FICTIF\n" in body
    assert body.endswith("Dr Camille EXEMPLE\npour Lou ESSAI\n")


@pytest.mark.parametrize("number", [5, 200])
def test_a_deletion_names_the_structure_that_the_extraction_named_before(tmp_path: Path, number: int) -> None:
    seen(tmp_path, 0, service(Origin.EXTRACTION))
    body = deletion(tmp_path, number, BalKind.ORG)
    assert "Structure                : CH FICTIF\n" in body
    assert "FINESS                   : 990000028\n" in body


@pytest.mark.parametrize(("number", "known"), [(29, True), (31, False)])
def test_what_the_api_alone_named_is_forgotten_after_thirty_days(
    tmp_path: Path, number: int, known: bool
) -> None:
    seen(tmp_path, 0, entry("ESSAI", "10999990095", Origin.API), service(Origin.API))
    body = deletion(tmp_path, number)
    assert ("10999990095" in body) is known
    text = (tmp_path / "cases.json").read_text(encoding="utf-8")
    for told in ("ESSAI", "10999990095", "CH FICTIF", "990000028"):
        assert (told in text) is known


def test_that_a_bal_is_ones_own_is_kept_in_the_words_of_the_configuration(tmp_path: Path) -> None:
    seen(tmp_path, 0, entry("NOM DE NAISSANCE", "810999990012", Origin.API, structure="CH FICTIF"))
    body = deletion(tmp_path, 60)
    assert "Titulaire                : Dr Camille EXEMPLE\n" in body
    assert "RPPS                     : 10999990012\n" in body
    text = (tmp_path / "cases.json").read_text(encoding="utf-8")
    assert "CH FICTIF" not in text
    assert "NAISSANCE" not in text


def test_what_is_ones_own_stays_so_on_the_computer_of_another(tmp_path: Path) -> None:
    seen(tmp_path, 0, entry("EXEMPLE", "10999990012", Origin.API))
    body = deletion(tmp_path, 60, person=Person("Alix MODÈLE", "10999990053"))
    assert "Titulaire                : Dr Camille EXEMPLE\n" in body
    assert "10999990053" not in body


def test_the_words_of_the_extraction_are_kept_where_both_sources_name_somebody(tmp_path: Path) -> None:
    seen(tmp_path, 0, entry("ESSAI", "10999990095", Origin.API), entry("ESSAI", "10999990095"))
    assert "10999990095" in deletion(tmp_path, 60)


@pytest.mark.parametrize(("age", "named"), [(29, ["10999990178", "10999990095"]), (31, ["10999990178"])])
def test_an_extraction_that_is_much_older_than_the_api_adds_nobody(age: int, named: list[str]) -> None:
    old = replace(entry("ESSAI", "10999990095"), seen_on=START - timedelta(days=age))
    also_old = replace(entry("FICTIF", "10999990178"), seen_on=START - timedelta(days=age))
    found = holders_now((), BAL, (entry("FICTIF", "10999990178", Origin.API), old, also_old), PERSON)
    assert [each.rpps for each in found] == named
    alone = holders_now((), BAL, (old,), PERSON)
    assert [each.rpps for each in alone] == ["10999990095"]


def test_who_was_named_first_and_left_the_directory_first_is_still_named(tmp_path: Path) -> None:
    seen(tmp_path, 0, entry("ESSAI", "10999990095"), entry("EXEMPLE", "10999990012"))
    seen(tmp_path, 3, entry("ESSAI", "10999990095"))
    body = deletion(tmp_path, 20)
    assert "Titulaire                : Dr Camille EXEMPLE\n" in body
    assert "Aussi celle de           : Lou ESSAI (RPPS 10999990095)\n" in body


def test_the_address_of_a_deleted_bal_that_another_was_given_is_that_of_the_other(tmp_path: Path) -> None:
    case = seen(tmp_path, 0, entry("ESSAI", "10999990095"))
    deletion(tmp_path, 1)
    book = at(tmp_path, 2)
    book.tell(book.cases()[-1], Happened.DELETED)
    assert [each.rpps for each in holders_known(book.cases(), BAL)] == ["10999990095"]
    case = seen(tmp_path, 400, entry("FICTIF", "10999990178"))
    assert [each.rpps for each in holders_known(at(tmp_path, 400).cases(), case.address)] == ["10999990178"]


def test_the_same_holders_are_told_once_and_others_again(tmp_path: Path) -> None:
    for number in (0, 1, 2):
        case = seen(tmp_path, number, entry("ESSAI", "10999990095"))
    case = seen(tmp_path, 3, entry("FICTIF", "10999990178"))
    lines = [event_line(each) for each in told_of(case, START) if each.what is Happened.HOLDERS]
    assert lines == [
        "selon l'annuaire, BAL de : Lou ESSAI (RPPS 10999990095)",
        "selon l'annuaire, BAL de : Lou FICTIF (RPPS 10999990178)",
    ]


def test_whom_a_shared_bal_concerns_is_told_and_a_bal_of_one_person_concerns_nobody_else() -> None:
    def told(*entries: DirectoryEntry) -> str:
        return " ".join(shared_lines(holders_now((), BAL, entries, PERSON), PERSON))

    mine, hers, his = entry("EXEMPLE", "10999990012"), entry("ESSAI", "10999990095"), entry("FICTIF", "")
    assert "aussi celle de : Lou ESSAI (RPPS 10999990095), Lou FICTIF. Prévenez-les" in told(hers, mine, his)
    assert "celle de plusieurs personnes : Lou ESSAI (RPPS 10999990095), Lou FICTIF. " in told(hers, his)
    assert (told(mine, mine), told(hers), told(service(Origin.API), hers), told()) == ("", "", "", "")


def test_the_file_of_an_older_balt_is_read_and_what_is_damaged_is_not(tmp_path: Path) -> None:
    seen(tmp_path, 0, entry("ESSAI", "10999990095"))
    file = tmp_path / "cases.json"
    written = json.loads(file.read_text(encoding="utf-8"))
    (opened, looked) = written["cases"][0]["events"]
    assert "holders" not in opened
    older = written | {"version": 1, "cases": [written["cases"][0] | {"events": [opened]}]}
    file.write_text(json.dumps(older), encoding="utf-8")
    (case,) = at(tmp_path, 1).cases()
    assert holders_known([case], BAL) == ()
    looked["holders"][0]["origin"] = "hearsay"
    file.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(StoppedError):
        at(tmp_path, 1).cases()
