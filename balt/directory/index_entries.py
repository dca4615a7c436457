"""Rows of the directory's index as entries: what SQLite gives, safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from balt.directory.extraction import kind_of, place_of, yes_or_no
from balt.directory.labels import bare_speciality, given_name, title_of
from balt.directory.model import DirectoryEntry, Origin
from balt.text import fold, plain

ENTRIES = """
SELECT e.id, e.address, e.kind, e.rpps, e.title, e.family, e.given, e.service, e.digitization,
       t.label, s.label, p.structure, p.finess, p.place, p.postcode
FROM entries e JOIN labels t ON t.id = e.profession JOIN labels s ON s.id = e.speciality
JOIN places p ON p.id = e.place
"""
"""What ``entry_of`` reads a row of; a condition on ``e`` and ``p`` may follow."""


def entry_of(row: Sequence[Any], seen_on: datetime) -> DirectoryEntry:
    """An entry from a row of ``ENTRIES``, safe to show."""
    (_id, address, kind, rpps, title, family, given, service, digitization,
     profession, speciality, structure, finess, line, postcode) = row  # fmt: skip
    structure, finess, town, code = place_in(structure, finess, line, postcode)
    family, given = names_in(family, given)
    title, profession, speciality = trade_in(title, profession, speciality)
    return DirectoryEntry(
        address=plain(address),
        kind=kind_of(kind),
        origin=Origin.EXTRACTION,
        seen_on=seen_on,
        family=family,
        given=given,
        title=title,
        rpps=plain(rpps),
        profession=profession,
        speciality=speciality,
        structure=structure,
        finess=finess,
        service=plain(service).strip(),
        town=town,
        postcode=code,
        digitization=yes_or_no(digitization),
    )


# What repeats from one row to the next is made safe once. Not more of it is kept than a few answers hold.


@lru_cache(maxsize=1024)
def place_in(structure: str, finess: str, line: str, postcode: str) -> tuple[str, str, str, str]:
    """A structure, its FINESS number, town and post code, safe to show."""
    code, town = place_of(plain(line), plain(postcode))
    return plain(structure).strip(), plain(finess), town, code


@lru_cache(maxsize=1024)
def names_in(family: str, given: str) -> tuple[str, str]:
    """A family name and a given name, safe to show."""
    return plain(family).strip(), given_name(plain(given))


@lru_cache(maxsize=1024)
def trade_in(title: str, profession: str, speciality: str) -> tuple[str, str, str]:
    """A title, a profession and a speciality, safe to show."""
    return title_of(plain(title)), plain(profession).strip(), bare_speciality(plain(speciality))


_folded = lru_cache(maxsize=1024)(fold)


def by_name(entry: DirectoryEntry) -> tuple[str, ...]:
    return _folded(entry.family), _folded(entry.given), entry.rpps, entry.key, _folded(entry.structure)


def by_structure(entry: DirectoryEntry) -> tuple[str, ...]:
    """The BAL of a structure itself come before those of the persons in it (they have no family name)."""
    names = _folded(entry.structure), _folded(entry.family), _folded(entry.given), _folded(entry.service)
    return (*names, entry.key)
