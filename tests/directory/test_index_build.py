"""The index of the extraction: made whole or not at all, and made anew when it does not fit."""

import os
import sqlite3
import stat
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import pytest

from balt.directory import index_schema
from balt.directory.index import DirectoryIndex
from balt.directory.index_ensured import ensure_index
from balt.errors import CancelledError, DirectoryError
from tests.directory.extraction_data import ALIX, CLOCK, HEADER, NAME, ROWS, extraction, organisation


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "directory" / "extraction.sqlite"


@pytest.fixture
def index(tmp_path: Path, path: Path) -> Iterator[DirectoryIndex]:
    opened = ensure_index(path, extraction(tmp_path), CLOCK)
    yield opened
    opened.close()


def files(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()} - {f"{path.name}.lock"}


def test_the_index_is_for_its_owner_alone(index: DirectoryIndex, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert files(path) == {path.name}


def test_bad_lines_and_absent_columns_are_counted_and_told(tmp_path: Path, path: Path) -> None:
    source = tmp_path / NAME
    lines = ["|".join(line.split("|")[:-3]) for line in (HEADER, *ROWS)]
    source.write_bytes("\n".join([*lines, "PER|coupée"]).encode())
    report = DirectoryIndex.build(path, source, CLOCK)
    assert (report.about.bad_lines, dict(report.about.bad_by_reason)) == (1, {"fields": 1})
    assert report.notes[0] == (
        "1 ligne illisible de l'extraction a été laissée de côté (colonnes en trop ou en moins : 1)."
    )
    assert "Code postal structure BAL" in report.notes[1]
    assert DirectoryIndex(path).about() == report.about


@pytest.mark.parametrize(
    ("spoil", "whole_elsewhere"),
    [
        (lambda line: line.rsplit(b"|", 3)[0] + b"\n", True),
        (lambda line: line.replace(b"|urgences", b"||urgences").removesuffix(b"|") + b"\n", True),
        (lambda line: line.replace(b"|", b"\0|", 1) + b"\n", True),
        (lambda line: line.replace(b"|", b"\xff|", 1) + b"\n", True),
        (lambda line: line + b"x" * (200 * 1024) + b"\n", False),
        (lambda line: line.rsplit(b"|", 3)[0], False),
    ],
    ids=["a field is missing", "in another column", "NUL", "not UTF-8", "endless", "cut in the middle"],
)
def test_an_address_in_a_line_that_cannot_be_read_is_not_absent(
    tmp_path: Path, path: Path, spoil: Callable[[bytes], bytes], whole_elsewhere: bool
) -> None:
    source = extraction(tmp_path, ROWS)
    lines = source.read_bytes().rstrip(b"\n").split(b"\n")
    (line,) = [each for each in lines if b"urgences@ch-essai.mssante.fr" in each]
    lines.remove(line)
    source.write_bytes(b"\n".join(lines) + b"\n" + spoil(line))
    index = ensure_index(path, source, CLOCK)
    told = index.of_address("Urgences@CH-Essai.mssante.fr")
    assert (told.entries, told.whole) == ((), False)
    assert told.notes
    assert index.of_address("personne@ailleurs.mssante.fr").whole is whole_elsewhere


@pytest.mark.parametrize("number", [f"|{ALIX}|8{ALIX}|", f"||8{ALIX}|"], ids=["RPPS", "national identifier"])
def test_of_a_person_in_a_line_that_cannot_be_read_another_bal_may_be_published(
    tmp_path: Path, path: Path, number: str
) -> None:
    cut = f"PER|alix.essai@nouvelle.mssante.fr|8{number}|"
    index = ensure_index(path, extraction(tmp_path, [*ROWS, cut]), CLOCK)
    told = index.of_professional(ALIX)
    assert (len(told.entries), told.whole) == (4, False)
    assert any(ALIX in note for note in told.notes)
    assert index.of_professional("10999990996").whole


def test_progress_is_told_in_octets(tmp_path: Path, path: Path) -> None:
    source = extraction(tmp_path, ROWS * 1000)
    told: list[tuple[int, int]] = []
    DirectoryIndex.build(path, source, CLOCK, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (source.stat().st_size, source.stat().st_size)


def test_an_unchanged_extraction_is_not_read_again(index: DirectoryIndex, tmp_path: Path, path: Path) -> None:
    before = path.stat().st_ino
    ensure_index(path, tmp_path / NAME, CLOCK).close()
    assert path.stat().st_ino == before


def test_a_changed_extraction_replaces_the_index(index: DirectoryIndex, tmp_path: Path, path: Path) -> None:
    again = ensure_index(path, extraction(tmp_path, ROWS[:-3]), CLOCK)
    assert again.about().entries == len(ROWS) - 3
    assert again.of_professional(ALIX).whole


def _unusable(source: Path) -> None:
    source.write_text("<html>503</html>", encoding="utf-8")


def _empty_table(source: Path) -> None:
    source.write_text(HEADER + "\n", encoding="utf-8")


@pytest.mark.parametrize("spoil", [Path.unlink, _unusable, _empty_table])
def test_a_source_that_is_gone_or_spoilt_leaves_the_old_index_and_a_note(
    index: DirectoryIndex, tmp_path: Path, path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / NAME)
    again = ensure_index(path, tmp_path / NAME, CLOCK)
    assert len(again.of_professional(ALIX).entries) == 4
    assert "reste utilisé" in again.search("alix").notes[0]
    assert files(path) == {path.name}


def test_a_source_that_was_most_likely_cut_leaves_the_old_index_which_proves_no_absence(
    index: DirectoryIndex, tmp_path: Path, path: Path
) -> None:
    source = extraction(tmp_path, ROWS[:3])
    told = ensure_index(path, source, CLOCK).of_address("urgences@ch-essai.mssante.fr")
    assert (len(told.entries), told.whole) == (1, False)
    assert "elle a pu être coupée" in told.notes[0]
    assert "reste utilisé" in told.notes[0]
    DirectoryIndex.build(path, source, CLOCK)  # one who imports it all the same
    assert ensure_index(path, source, CLOCK).about().entries == 3


def test_without_source_nor_index_there_is_only_a_sentence(tmp_path: Path, path: Path) -> None:
    with pytest.raises(DirectoryError, match="n'existe pas"):
        ensure_index(path, tmp_path / NAME, CLOCK)
    with pytest.raises(DirectoryError, match="pas encore été importé"):
        DirectoryIndex(path)


def _other_version(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def _other_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE about (name, value)")
    db.close()


def _no_account(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE about SET value = '[]' WHERE name = 'bad_by_reason'")
    db.close()


SPOILT: dict[str, Callable[[Path], object]] = {
    "noise": lambda path: path.write_bytes(b"bruit" * 10_000),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "other version": _other_version,
    "other program": _other_program,
    "account lost": _no_account,
}


@pytest.mark.parametrize("how", SPOILT)
def test_an_index_that_does_not_fit_is_made_anew(tmp_path: Path, path: Path, how: str) -> None:
    source = extraction(tmp_path)
    ensure_index(path, source, CLOCK).close()
    SPOILT[how](path)
    with pytest.raises(DirectoryError, match=r"abîmé|autre version"):
        DirectoryIndex(path)
    assert len(ensure_index(path, source, CLOCK).of_professional(ALIX).entries) == 4
    SPOILT[how](path)
    source.unlink()
    with pytest.raises(DirectoryError):
        ensure_index(path, source, CLOCK)


def test_an_index_of_another_version_is_told_with_what_to_do_and_left_in_place(
    tmp_path: Path, path: Path
) -> None:
    ensure_index(path, extraction(tmp_path), CLOCK).close()
    _other_version(path)
    with pytest.raises(DirectoryError, match="une autre version") as told:
        DirectoryIndex(path)
    assert "balt directory import" in told.value.advice
    assert path.exists()


def test_damage_inside_ends_in_a_sentence_and_a_new_index(tmp_path: Path, path: Path) -> None:
    source = extraction(tmp_path, ROWS * 200)
    ensure_index(path, source, CLOCK).close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(DirectoryError, match="abîmé"):
        DirectoryIndex(path).search("alix")
    assert ensure_index(path, source, CLOCK).search("alix").entries


def test_an_interrupted_import_leaves_the_old_index(
    index: DirectoryIndex, tmp_path: Path, path: Path
) -> None:
    source = extraction(tmp_path, ROWS * 5000)
    asked = iter([False, False, True])
    with pytest.raises(CancelledError):
        ensure_index(path, source, CLOCK, cancelled=lambda: next(asked))
    assert DirectoryIndex(path).about().entries == len(ROWS)
    assert files(path) == {path.name}


class _CrashError(Exception):
    pass


def test_a_crash_in_the_middle_leaves_the_old_index(
    index: DirectoryIndex, tmp_path: Path, path: Path
) -> None:
    def crash(_done: int, _total: int) -> None:
        raise _CrashError

    with pytest.raises(_CrashError):
        DirectoryIndex.build(path, extraction(tmp_path, ROWS * 10), CLOCK, crash)
    assert DirectoryIndex(path).about().entries == len(ROWS)
    assert files(path) == {path.name}


def test_what_a_killed_import_left_is_cleaned(tmp_path: Path, path: Path) -> None:
    path.parent.mkdir()
    path.with_name(path.name + ".part").write_bytes(b"reste")
    DirectoryIndex.build(path, extraction(tmp_path), CLOCK)
    assert files(path) == {path.name}


def test_two_imports_at_once_do_not_mix(tmp_path: Path, path: Path) -> None:
    path.parent.mkdir()
    with (
        filelock.FileLock(f"{path}.lock"),
        pytest.raises(DirectoryError, match="un autre balt importe"),
    ):
        DirectoryIndex.build(path, extraction(tmp_path), CLOCK)


def test_a_full_disk_is_told_and_leaves_the_old_index(
    index: DirectoryIndex, tmp_path: Path, path: Path
) -> None:
    resource = pytest.importorskip("resource", reason="a limit on the size of files stands for a full disk")
    source = extraction(tmp_path, ROWS * 2000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(DirectoryError, match="ne peut pas être écrit"):
            DirectoryIndex.build(path, source, CLOCK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert DirectoryIndex(path).about().entries == len(ROWS)
    assert files(path) == {path.name}


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "directory").write_bytes(b"a file")
    with pytest.raises(DirectoryError, match="ne peut pas être écrit"):
        DirectoryIndex.build(tmp_path / "directory" / "x.sqlite", extraction(tmp_path), CLOCK)


def test_a_python_without_full_text_search_is_told(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_schema, "WORDS", index_schema.WORDS.replace("fts5", "absent"))
    with pytest.raises(DirectoryError, match="FTS5"):
        DirectoryIndex.build(path, extraction(tmp_path), CLOCK)
    assert not path.exists()


def test_more_structures_than_are_remembered_are_all_found(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.directory.index_build.MOST_REMEMBERED", 100)
    rows = [
        organisation(f"a{at}@b.fr", f"99{at:07d}", f"s{at}", f"STRUCTURE {at}" + "|" * 12)
        for at in range(20_000)
    ]
    index = ensure_index(path, extraction(tmp_path, rows), CLOCK)
    for at in (0, 150, 19_999):
        (found,) = index.of_structure(f"99{at:07d}").entries
        assert (found.address, found.structure) == (f"a{at}@b.fr", f"STRUCTURE {at}")


def test_structures_as_long_as_lines_may_be_cost_little_memory(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.directory.index_build.MOST_CHARACTERS", 1 << 20)
    rows = [organisation(f"a{at}@b.fr", "", "", f"{at:05} {'A' * 30_000}" + "|" * 12) for at in range(2_000)]
    source = extraction(tmp_path, rows)
    del rows
    tracemalloc.start()
    try:
        assert DirectoryIndex.build(path, source, CLOCK).about.entries == 2_000
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    (found,) = DirectoryIndex(path).search("00000").entries
    assert found.address == "a0@b.fr"


def test_what_of_the_file_could_not_be_read_is_told_where_something_may_be_missing(
    tmp_path: Path, path: Path
) -> None:
    lines = ["|".join(line.split("|")[:-3]) for line in (HEADER, *ROWS)]
    source = tmp_path / NAME
    source.write_text("\n".join([*lines, "PER|abîmée", ""]), encoding="utf-8")
    index = ensure_index(path, source, CLOCK)
    for answer in (
        index.search("alix"),
        index.of_professional(ALIX),
        index.of_address("qui@essai.mssante.fr"),
    ):
        assert "1 ligne illisible de l'extraction" in answer.notes[0]
        assert "Code postal structure BAL" in answer.notes[1]
        assert answer.whole
    assert index.of_address("urgences@ch-essai.mssante.fr").notes == ()
    assert not index.search("introuvable").whole
