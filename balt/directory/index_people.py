"""The persons of the directory's index: who is behind entries, who has the same name, and where they work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from balt.directory.index_entries import names_in, place_in, trade_in
from balt.directory.index_file import IndexFile
from balt.directory.index_search import words_of
from balt.directory.model import DirectoryEntry, Professional, Workplace
from balt.directory.workplaces import WorkplaceIndex
from balt.text import fold, name_key, plain

_TOWNS = """
SELECT DISTINCT e.rpps, p.place, p.postcode FROM entries e JOIN places p ON p.id = e.place
WHERE e.place > 0 AND e.rpps <> '' AND e.rpps IN
"""
_NAMED = """
SELECT e.rpps, e.family, e.given, e.title, t.label, s.label
FROM entries e JOIN labels t ON t.id = e.profession JOIN labels s ON s.id = e.speciality
WHERE e.id IN (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?) ORDER BY e.rpps, e.id
"""
"""Of each row only what tells a person apart: one name may stand on hundreds."""

MANY = 500
"""How many values one question to SQLite names (its own bound was 999 for long)."""

T = TypeVar("T")
Names = tuple[str, str, str, str, str]
"""Family name, given name, title, profession, speciality."""

_name_key = lru_cache(maxsize=1024)(name_key)


def people_of(
    entries: Iterable[DirectoryEntry], file: IndexFile, work: WorkplaceIndex
) -> tuple[Professional, ...]:
    """The persons behind entries, each once, with where they work; only within ``file.asked``."""
    people: dict[str, Names] = {}
    for entry in entries:
        if entry.rpps:
            names = (entry.family, entry.given, entry.title, entry.profession, entry.speciality)
            people.setdefault(entry.rpps, names)
    return _with_places(people, file, work)


def homonyms_of(
    held: Iterable[DirectoryEntry], file: IndexFile, work: WorkplaceIndex
) -> tuple[Professional, ...]:
    """The other persons of the same family name and given name as those who hold these entries; only within
    ``file.asked``.
    """
    named: dict[tuple[str, str], set[str]] = {}
    for entry in held:
        named.setdefault((_name_key(entry.family), _name_key(entry.given)), set()).add(entry.rpps)
    people: dict[str, Names] = {}
    for name, own in named.items():  # of two who are asked about, each is the other's namesake
        for rpps, known in _of_that_name(*name, file):
            if len(own) > 1 or rpps not in own:
                people.setdefault(rpps, known)
    return _with_places(people, file, work)


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values by so many as one question may name."""
    for at in range(0, len(values), MANY):
        yield values[at : at + MANY]


def marks(values: Sequence[object]) -> str:
    """What stands for values in a question."""
    return f"({', '.join('?' * len(values))})"


def _of_that_name(family: str, given: str, file: IndexFile) -> Iterator[tuple[str, Names]]:
    """The RPPS number of the persons of this very name, and who they are, a row each, by number."""
    if question := words_of(f"{family} {given}").of_that_name:
        for rpps, theirs, first, *trade in file.execute(_NAMED, (question, MANY)):
            names = names_in(theirs, first)
            if rpps and (_name_key(names[0]), _name_key(names[1])) == (family, given):
                yield plain(rpps), (*names, *trade_in(*trade))


def _with_places(
    people: Mapping[str, Names], file: IndexFile, work: WorkplaceIndex
) -> tuple[Professional, ...]:
    numbers = list(people)
    towns, places, day = _towns(numbers, file), _places(numbers, work), work.day
    return tuple(
        Professional(
            rpps,
            *names,
            towns.get(rpps, ()),
            work=places.get(rpps, ()),
            work_on=day if rpps in places else None,
        )
        for rpps, names in people.items()
    )


def _towns(numbers: Sequence[str], file: IndexFile) -> dict[str, tuple[str, ...]]:
    """Every town that the extraction gives to each of these persons."""
    towns: dict[str, dict[str, str]] = {}
    for some in parts(numbers):
        for rpps, line, postcode in file.execute(f"{_TOWNS} {marks(some)}", some):
            if town := place_in("", "", line, postcode)[2]:
                towns.setdefault(rpps, {}).setdefault(fold(town), town)
    return {rpps: tuple(sorted(found.values())) for rpps, found in towns.items()}


def _places(numbers: Sequence[str], work: WorkplaceIndex) -> dict[str, tuple[Workplace, ...]]:
    """Where each of these persons works, by the activity file."""
    places: dict[str, list[Workplace]] = {}
    for rpps, place in work.places(numbers):
        places.setdefault(rpps, []).append(place)
    return {rpps: tuple(dict.fromkeys(found)) for rpps, found in places.items()}
