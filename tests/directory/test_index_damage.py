"""A damaged index: whatever is wrong with it, each question ends in a sentence, and it can be made again."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import filelock
import pytest

from balt.directory.index import DirectoryIndex
from balt.directory.index_ensured import ensure_index
from balt.errors import DirectoryError
from tests.directory.extraction_data import ALIX, CLOCK, HOSPITAL, ROWS, extraction


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return extraction(tmp_path, ROWS * 200)


@pytest.fixture
def path(tmp_path: Path, source: Path) -> Path:
    path = tmp_path / "directory" / "extraction.sqlite"
    ensure_index(path, source, CLOCK).close()
    return path


QUESTIONS: dict[str, Callable[[DirectoryIndex], object]] = {
    "search": lambda index: index.search("essai alix"),
    "person": lambda index: index.of_professional(ALIX),
    "address": lambda index: index.of_address("alix.essai@ch-essai.mssante.fr"),
    "structure": lambda index: index.of_structure(HOSPITAL),
    "homonyms": lambda index: index.homonyms(ALIX),
}


def _replaced(old: bytes, new: bytes) -> Callable[[Path], object]:
    assert len(old) == len(new)
    return lambda path: path.write_bytes(path.read_bytes().replace(old, new))


def _changed(statement: str) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        with sqlite3.connect(path) as db:
            db.execute(statement)
        db.close()

    return change


DAMAGE = {
    "names that are not UTF-8": _replaced(b"ESSAI", b"ES\xffAI"),
    "octets for a text": _changed("UPDATE entries SET family = x'ff00', given = x'00'"),
    "a number for a text": _changed("UPDATE entries SET kind = x'01', title = x'02', address = x'03'"),
}


@pytest.mark.parametrize("ask", ["search", "person", "homonyms"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_every_question_to_a_damaged_index_ends_in_the_same_sentence(
    path: Path, damage: str, ask: str
) -> None:
    DAMAGE[damage](path)
    index = DirectoryIndex(path)
    for question in (QUESTIONS[ask], *QUESTIONS.values()):
        with pytest.raises(DirectoryError, match="abîmé"):
            question(index)
    assert index.closed
    assert not path.exists()


def test_a_damaged_index_is_made_anew_from_its_source(path: Path, source: Path) -> None:
    DAMAGE["names that are not UTF-8"](path)
    index = DirectoryIndex(path)
    with pytest.raises(DirectoryError):
        index.search("essai alix")
    assert ensure_index(path, source, CLOCK).search("essai alix").entries


def test_an_index_whose_tables_are_not_named_in_utf_8_is_told_when_it_is_opened(path: Path) -> None:
    _replaced(b"CREATE TABLE places", b"CREATE T\xef\xefLE places")(path)
    with pytest.raises(DirectoryError, match="abîmé"):
        DirectoryIndex(path)


@pytest.mark.parametrize("seed", range(60))
def test_no_change_of_any_octet_brings_anything_but_an_answer_or_a_sentence(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    for _octet in range(chance.choice((5, 40, 200))):
        content[chance.randrange(100, len(content))] = chance.randrange(256)
    path.write_bytes(content)
    try:
        index = DirectoryIndex(path)
    except DirectoryError:
        return
    told = False
    for question in (*QUESTIONS.values(), *QUESTIONS.values()):
        try:
            question(index)
        except DirectoryError:
            told = True
        else:
            assert not index.closed
    assert told or not index.closed
    index.close()


def _damaged_while_open(path: Path) -> DirectoryIndex:
    index = DirectoryIndex(path)
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * (path.stat().st_size - 8192))
    return index


def test_a_damaged_index_that_was_replaced_meanwhile_leaves_the_new_one(path: Path, source: Path) -> None:
    index = _damaged_while_open(path)
    DirectoryIndex.build(path, source, CLOCK)
    with pytest.raises(DirectoryError, match="abîmé"):
        index.search("essai alix")
    assert index.closed
    assert DirectoryIndex(path).search("essai alix").entries


def test_a_damaged_index_stays_while_another_one_is_being_put_in_its_place(path: Path) -> None:
    index = _damaged_while_open(path)
    with filelock.FileLock(f"{path}.lock"), pytest.raises(DirectoryError, match="abîmé"):
        index.search("essai alix")
    assert path.exists()


def test_a_closed_index_says_that_it_is_and_answers_in_a_sentence(path: Path) -> None:
    assert not DirectoryIndex(path).closed
    index = DirectoryIndex(path)
    index.close()
    index.close()
    assert index.closed
    with pytest.raises(DirectoryError, match="ne peut pas être lu"):
        index.search("essai alix")
    assert path.exists()
