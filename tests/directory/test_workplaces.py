"""Where everybody of the extraction works, out of the activity file: searched; it tells namesakes apart."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from balt.directory.index import DirectoryIndex
from balt.directory.model import Workplace
from balt.directory.workplaces import NAME, build_workplaces
from balt.errors import CancelledError, DirectoryError
from tests.directory.extraction_data import (
    ACTIVITY_HEADER,
    ACTIVITY_NAME,
    ALIX,
    CLOCK,
    NOE,
    extraction,
    liberal,
    person,
    salaried,
    text,
)

OTHER = "10999990038"
BARE = [
    person("noe.modele@medecin.mssante.fr", NOE, "MODÈLE", "NOÉ", "10|Médecin||"),
    person("alix.essai@medecin.mssante.fr", ALIX, "ESSAI", "ALIX", "10|Médecin||"),
    person("alix.essai2@medecin.mssante.fr", OTHER, "ESSAI", "ALIX", "10|Médecin||"),
]
TOWN = "Libellé commune (coord. structure)"
NAMED = "Raison sociale site"


def activities(folder: Path, *rows: str) -> Path:
    file = folder / ACTIVITY_NAME
    file.write_text(text(rows, ACTIVITY_HEADER), encoding="utf-8")
    return file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The index of an extraction whose rows name neither structure nor town."""
    path = tmp_path / "directory" / "extraction.sqlite"
    DirectoryIndex.build(path, extraction(tmp_path, BARE), CLOCK)
    return path


@pytest.fixture
def imported(path: Path, tmp_path: Path) -> Path:
    """The same, with the activities of two of them and of somebody who has no BAL."""
    rows = (
        salaried(
            NOE,
            **{
                TOWN: "LES LILAS",
                NAMED: "CLINIQUE FICTIVE",
                "Nom d'exercice": "MODÈLE",
                "Prénom d'exercice": "NOÉ",
            },
        ),
        liberal(ALIX, **{TOWN: "Valbrume"}),
        liberal(ALIX, **{TOWN: "Valbrume", "Libellé savoir-faire": "Un autre"}),
        liberal("10999991994", **{TOWN: "Les Lilas"}),
    )
    found = build_workplaces(path, activities(tmp_path, *rows), {ALIX}, CLOCK)
    assert (found.about.persons, found.about.places, len(found.own.situations)) == (2, 2, 1)
    return path


def found(path: Path, typed: str) -> set[str]:
    index = DirectoryIndex(path)
    try:
        return {entry.address for entry in index.search(typed).entries}
    finally:
        index.close()


@pytest.mark.parametrize(
    "typed", ["modele lilas", "noé modèle les lilas", "lilas", "clinique fict", "médecin lilas"]
)
def test_a_person_is_found_by_where_they_work(path: Path, imported: Path, typed: str) -> None:
    assert found(imported, typed) == {"noe.modele@medecin.mssante.fr"}


def test_somewhere_else_they_are_not(imported: Path) -> None:
    assert found(imported, "modele valbrume") == set()


def test_namesakes_have_their_towns(imported: Path) -> None:
    index = DirectoryIndex(imported)
    assert {each.rpps: each.all_towns for each in index.search("essai alix").professionals} == {
        ALIX: ("Valbrume",),
        OTHER: (),
    }
    assert [each.all_towns for each in index.homonyms(OTHER)] == [("Valbrume",)]
    index.close()


def test_a_newer_extraction_leaves_the_activities(imported: Path, tmp_path: Path) -> None:
    DirectoryIndex.build(imported, extraction(tmp_path, BARE[:1]), CLOCK)
    assert found(imported, "modele lilas") == {"noe.modele@medecin.mssante.fr"}
    assert found(imported, "essai valbrume") == set()


def test_an_import_that_is_stopped_or_fails_leaves_the_former_one(imported: Path, tmp_path: Path) -> None:
    before = imported.with_name(NAME).read_bytes()
    file = activities(tmp_path, salaried(OTHER))
    with pytest.raises(CancelledError):
        build_workplaces(imported, file, (), CLOCK, cancelled=lambda: True)
    file.write_bytes(b"rien")
    with pytest.raises(DirectoryError):
        build_workplaces(imported, file, (), CLOCK)
    assert imported.with_name(NAME).read_bytes() == before
    assert {each.suffix for each in imported.parent.iterdir()} == {".sqlite", ".lock"}


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"rien")])
def test_without_activities_the_extraction_answers_all_the_same(
    imported: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(imported.with_name(NAME))
    assert found(imported, "modele") == {"noe.modele@medecin.mssante.fr"}
    assert found(imported, "modele lilas") == set()


@pytest.mark.parametrize("typed", ['"', "* lilas", "NEAR(lilas", "names : lilas", "-lilas", "' OR 1"])
def test_nothing_typed_is_a_query(imported: Path, typed: str) -> None:
    found(imported, typed)


def test_where_a_person_works_is_apart_from_what_the_extraction_says(imported: Path) -> None:
    index = DirectoryIndex(imported)
    (noe,) = index.search("modele").professionals
    assert (noe.towns, noe.work, noe.work_on) == (
        (),
        (Workplace("LES LILAS", "CLINIQUE FICTIVE"),),
        date(2026, 11, 22),
    )
    index.close()


def test_an_answer_says_of_which_day_the_places_are(imported: Path) -> None:
    index = DirectoryIndex(imported)
    assert index.search("modele lilas").notes == (
        "Des lieux d'exercice viennent du fichier d'activités (22 nov. 2026).",
    )
    assert index.search("modele").notes == ()
    index.close()
