"""An extraction that lost many BAL at once may have been cut: it proves no absence until that is settled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from balt.directory.index import DirectoryIndex
from balt.directory.index_ensured import ensure_index
from balt.directory.index_schema import IndexAbout
from balt.directory.shortage import may_be_cut
from tests.directory.extraction_data import CLOCK, extraction, organisation

MANY = [organisation(f"service.{at}@ch-essai.mssante.fr", "", "", "|" * 12) for at in range(5_000)]
LAST = "service.4999@ch-essai.mssante.fr"
DAYS = [f"Extraction_Correspondance_MSSante_202611{day:02}0310.txt" for day in range(1, 9)]
Import = Callable[..., IndexAbout]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "directory" / "extraction.sqlite"


@pytest.fixture
def imported(tmp_path: Path, path: Path) -> Import:
    """Imports an extraction of a day (0 to 7) with so many BAL."""

    def run(day: int, bal: int, *, confirmed: bool = False, cut: bool = False) -> IndexAbout:
        source = extraction(tmp_path, MANY[:bal], DAYS[day])
        if cut:
            source.write_bytes(source.read_bytes()[:-30])
        return DirectoryIndex.build(path, source, CLOCK, confirmed=confirmed).about

    return run


def is_sure(path: Path, address: str = LAST) -> bool:
    """Whether the index can tell that an address is absent."""
    return DirectoryIndex(path).of_address(address).whole


@pytest.mark.parametrize(
    ("addresses", "measure", "doubtful"),
    [
        (523_800, 540_000, False),
        (523_799, 540_000, True),
        (560_000, 540_000, False),
        (2_901, 3_000, False),
        (2_900, 3_000, True),
        (11, 20, False),
        (9, 20, True),
        (5_000, 0, False),
    ],
)
def test_more_than_three_per_cent_less_is_doubtful_where_they_are_many(
    addresses: int, measure: int, doubtful: bool
) -> None:
    assert may_be_cut(addresses, measure) is doubtful


def test_one_that_lost_many_is_taken_and_proves_no_absence(path: Path, imported: Import) -> None:
    imported(0, 5_000)
    assert is_sure(path, "nul@nulle.part.fr")
    about = imported(1, 4_500)
    assert (about.addresses, about.measure, about.is_short) == (4_500, 5_000, True)
    found = DirectoryIndex(path).of_address(LAST)
    assert (found.entries, found.whole, found.unreadable.anything) == ((), False, True)
    assert "4 500 BAL, contre 5 000 auparavant" in found.notes[0].replace("\u202f", " ")
    assert "--whole" in found.notes[0]
    assert len(DirectoryIndex(path).of_address("service.1@ch-essai.mssante.fr").entries) == 1


def test_the_configured_one_too(tmp_path: Path, path: Path) -> None:
    ensure_index(path, extraction(tmp_path, MANY), CLOCK).close()
    index = ensure_index(path, extraction(tmp_path, MANY[:4_500]), CLOCK)
    assert not index.of_address(LAST).whole
    assert ensure_index(path, tmp_path / "gone.txt", CLOCK).about().is_short


def test_the_next_one_that_has_as_many_settles_it(path: Path, imported: Import) -> None:
    imported(0, 5_000)
    imported(1, 4_500)
    assert imported(2, 4_490).measure == 4_490
    assert is_sure(path)


def test_the_next_one_that_has_them_again_settles_it_too(path: Path, imported: Import) -> None:
    imported(0, 5_000)
    imported(1, 4_500)
    assert imported(2, 4_990).measure == 4_990
    assert is_sure(path, "nul@nulle.part.fr")


def test_one_who_knows_that_it_is_whole_settles_it(path: Path, imported: Import) -> None:
    imported(0, 5_000)
    imported(1, 4_500)
    assert not imported(1, 4_500, confirmed=True).is_short
    assert is_sure(path)


@pytest.mark.parametrize(
    "again",
    [
        {"day": 1, "bal": 4_490},
        {"day": 2, "bal": 4_500},
        {"day": 2, "bal": 4_200},
        {"day": 2, "bal": 4_490, "cut": True},
        {"day": 1, "bal": 4_490, "cut": True, "confirmed": True},
    ],
    ids=["of the same day", "of the same size", "with fewer still", "cut in a line", "cut, whoever says not"],
)
def test_what_agrees_with_nothing_settles_nothing(
    path: Path, imported: Import, again: dict[str, int]
) -> None:
    imported(0, 5_000)
    imported(1, 4_500)
    assert imported(**again).measure == 5_000
    assert not is_sure(path)


def test_doubt_is_measured_by_the_last_sound_one_however_often_one_is_cut(
    path: Path, imported: Import
) -> None:
    imported(0, 5_000)
    imported(1, 4_500, cut=True)
    imported(2, 4_490)
    assert not is_sure(path)
    imported(3, 4_480)
    assert is_sure(path)
