"""A worse activity file does not take the place of a good one in silence, and what is missing is told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.directory.index import DirectoryIndex
from balt.directory.workplaces import NAME, about_of, build_workplaces
from balt.errors import DirectoryError
from balt.units import format_count
from tests.directory.extraction_data import ACTIVITY_HEADER, ALIX, CLOCK, NOE, extraction, liberal, text

FORMER = "202611220310"
MARK = "Les lieux d'exercice gardés ici ne peuvent pas être lus"


def activities(folder: Path, rows: int, day: str = FORMER, end: str = "") -> Path:
    """An activity file of so many rows, Alix's first."""
    file = folder / f"PS_LibreAcces_Personne_activite_{day}.txt"
    told = [liberal(ALIX if at == 0 else NOE) for at in range(rows)]
    file.write_text(text(told, ACTIVITY_HEADER) + end, encoding="utf-8")
    return file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An extraction, and beside it an activity file of 4,000 rows."""
    path = tmp_path / "directory" / "extraction.sqlite"
    DirectoryIndex.build(path, extraction(tmp_path), CLOCK)
    build_workplaces(path, activities(tmp_path, 4_000), (), CLOCK)
    return path


def notes(path: Path, typed: str = "essai alix") -> tuple[str, ...]:
    index = DirectoryIndex(path)
    try:
        return index.search(typed).notes
    finally:
        index.close()


WORSE = pytest.mark.parametrize(
    ("rows", "day", "end", "why"),
    [
        (4_000, "202601010310", "", "est plus ancien (1er janv. 2026)"),
        (4_000, "202611230310", "8|coupée|au milieu", "n'a pas pu être lu en entier"),
        (3_000, "202611230310", "", f"n'a que {format_count(3_000)} lignes, contre {format_count(4_000)}"),
    ],
    ids=["older", "cut", "short"],
)


@WORSE
def test_a_worse_file_is_refused_and_the_former_one_stays(
    path: Path, tmp_path: Path, rows: int, day: str, end: str, why: str
) -> None:
    before = path.with_name(NAME).read_bytes()
    with pytest.raises(DirectoryError) as refused:
        build_workplaces(path, activities(tmp_path, rows, day, end), (), CLOCK)
    assert why in refused.value.message
    assert "du 22 nov. 2026 reste utilisé" in refused.value.message
    assert "--whole" in refused.value.advice
    assert path.with_name(NAME).read_bytes() == before


@WORSE
def test_it_is_taken_on_somebodys_word(
    path: Path, tmp_path: Path, rows: int, day: str, end: str, why: str
) -> None:
    build_workplaces(path, activities(tmp_path, rows, day, end), (), CLOCK, confirmed=True)
    about = about_of(path)
    assert about is not None
    assert (about.rows, f"{about.generated_at:%Y%m%d%H%M}") == (rows, day)
    assert any("n'a pas pu être lu en entier" in note for note in notes(path)) is bool(end)


def test_a_later_file_that_is_as_good_replaces_it(path: Path, tmp_path: Path) -> None:
    build_workplaces(path, activities(tmp_path, 3_950, "202611230310"), (), CLOCK)
    about = about_of(path)
    assert about is not None
    assert about.rows == 3_950


def test_one_that_was_dated_of_a_day_to_come_does_not_stay_for_ever(path: Path, tmp_path: Path) -> None:
    ahead = FixedClock(CLOCK.now() + timedelta(days=400))
    build_workplaces(path, activities(tmp_path, 4_000, "202712200310"), (), ahead)
    build_workplaces(path, activities(tmp_path, 4_000), (), CLOCK)
    about = about_of(path)
    assert about is not None
    assert f"{about.generated_at:%Y}" == "2026"


def test_no_file_is_of_a_day_to_come(path: Path, tmp_path: Path) -> None:
    build_workplaces(path, activities(tmp_path, 4_000, "203001010310"), (), CLOCK, confirmed=True)
    about = about_of(path)
    assert about is not None
    assert about.generated_at <= CLOCK.now()


def later_version(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[60:64] = (99).to_bytes(4, "big")  # where SQLite keeps user_version
    file.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b"rien"),
        lambda file: file.write_bytes(file.read_bytes()[:-4096]),
        later_version,
    ],
    ids=["not SQLite", "truncated", "later version"],
)
def test_places_that_cannot_be_read_are_told_by_every_search(
    path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(path.with_name(NAME))
    assert MARK in " ".join(notes(path))
    index = DirectoryIndex(path)
    nothing = index.search("essai modelebourg")
    index.close()
    assert (nothing.entries, nothing.whole) == ((), False)
    assert MARK in " ".join(nothing.notes)


def test_damage_that_is_found_while_reading_goes_on_being_told(path: Path) -> None:
    file = path.with_name(NAME)
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    for _again in range(2):
        assert MARK in " ".join(notes(path))
    assert file.exists()


def test_without_an_activity_file_nothing_is_told(path: Path) -> None:
    path.with_name(NAME).unlink()
    assert notes(path) == ()


def test_why_lines_were_left_aside_is_told(path: Path, tmp_path: Path) -> None:
    file = activities(tmp_path, 4_000, "202611230310", "8|trop courte\n8|nul\0\n")
    found = build_workplaces(path, file, (), CLOCK)
    assert found.own.notes == (
        "2 lignes illisibles du fichier d'activités ont été laissées de côté (caractère nul : 1, colonnes en "
        "trop ou en moins : 1).",
    )
