"""The tables of the directory's index, and what is kept about the extraction they were made from.

Structures and labels (professions, specialities) repeat, so each stands once and rows name it by number.
``words`` keeps what is searched and not the text itself (a contentless FTS5 table). A label that stands on
thousands of rows is one mark there, not all of its words: what is typed is looked up among the labels first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from balt.directory.shortage import may_be_cut
from balt.directory.unreadable import Unreadable

APPLICATION = 0x62616C74
"""``PRAGMA application_id``: "balt". Another number is another program's file."""

VERSION = 5
"""``PRAGMA user_version``; an index of another version is made anew."""

TABLES = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE places (
  id INTEGER PRIMARY KEY, identifier TEXT NOT NULL, finess TEXT NOT NULL, structure TEXT NOT NULL,
  place TEXT NOT NULL, postcode TEXT NOT NULL
);
CREATE TABLE labels (id INTEGER PRIMARY KEY, label TEXT NOT NULL);
CREATE TABLE vocabulary (field TEXT, word TEXT, PRIMARY KEY (field, word)) WITHOUT ROWID;
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL,
  rpps TEXT NOT NULL, title TEXT NOT NULL, family TEXT NOT NULL, given TEXT NOT NULL,
  service TEXT NOT NULL, digitization TEXT NOT NULL, profession INTEGER NOT NULL,
  speciality INTEGER NOT NULL, place INTEGER NOT NULL
);
"""
PREFIXED = 3
"""How many letters a beginning has that FTS5 keeps the rows of: ``prefix`` of ``words``."""

WORDS = """
CREATE VIRTUAL TABLE words USING fts5(
  names, place, rest,
  content = '', columnsize = 0, detail = column, prefix = '3', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO words (words, rank) VALUES ('hashsize', 4194304);
"""
VOCABULARY = """
CREATE VIRTUAL TABLE temp.known USING fts5vocab(main, words, 'col');
INSERT INTO vocabulary SELECT col, term FROM temp.known WHERE term >= ':';
DROP TABLE temp.known;
"""
"""Every word of each field of ``words`` that does not begin with a digit (numbers are many, each is rare).
FTS5 reads all the rows of a beginning before it gives the first one, unless it is told the words, or the
beginning has ``PREFIXED`` letters.
"""
INDEXES = """
CREATE INDEX entries_key ON entries (key);
CREATE INDEX entries_rpps ON entries (rpps, place) WHERE rpps <> '';
CREATE INDEX entries_place ON entries (place) WHERE place > 0;
CREATE INDEX places_identifier ON places (identifier) WHERE identifier <> '';
"""
"""``entries_rpps`` answers by itself where persons work: of thousands, no row need be read."""
NOWHERE = 0
"""The number of the place of those who have none: most persons."""

MOST_MARKS = 500
"""How many labels have a mark; a real extraction has less than 200. Those beyond are indexed word by word."""

DOMAIN_OF_ALL = ".mssante.fr"
"""The end of nearly every address: it tells nothing apart, so it is not among the words."""


@dataclass(frozen=True, slots=True)
class IndexAbout:
    """What an index was made from. Times are aware; ``source_mtime`` is in nanoseconds since 1970, as the
    system gives it, and ``source_size`` in octets: both tell whether the file has changed since.
    ``bad_by_reason`` counts the lines passed over (``BadLine`` → count); ``missing`` names the columns that
    the file did not have. ``passed_over`` are the keys of addresses that stand in such a line; ``whole`` is
    false where the file was not read to its end or may have held any other address (``PassedOver``).
    ``measure`` is how many BAL there were in the last extraction that nothing speaks against, this one or one
    before it (``shortage``).
    """

    entries: int
    addresses: int
    generated_at: datetime
    imported_at: datetime
    source_name: str
    source_mtime: int
    source_size: int
    bad_by_reason: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    passed_over: frozenset[int] = frozenset()
    whole: bool = True
    measure: int = 0

    @property
    def bad_lines(self) -> int:
        """How many lines were passed over."""
        return sum(self.bad_by_reason.values())

    @property
    def unreadable(self) -> Unreadable:
        """What the file holds that was not read."""
        return Unreadable(self.passed_over, anything=not self.whole or self.is_short)

    @property
    def is_short(self) -> bool:
        """Whether the file may have been cut, by how many BAL there were before."""
        return may_be_cut(self.addresses, self.measure)


def in_vocabulary(beginning: str) -> bool:
    """Whether the words that begin so stand in ``vocabulary``."""
    return beginning >= ":"


def mark_of(label: int) -> str:
    """What stands for a label among the words: begins with a character that no word has and nobody types, and
    that FTS5 takes for a letter (a private one).
    """
    return f"\ue000{label}"


def write_about(db: sqlite3.Connection, about: IndexAbout) -> None:
    """Keep what the index was made from."""
    values = {
        "entries": about.entries,
        "addresses": about.addresses,
        "generated_at": about.generated_at.isoformat(),
        "imported_at": about.imported_at.isoformat(),
        "source_name": about.source_name,
        "source_mtime": about.source_mtime,
        "source_size": about.source_size,
        "bad_by_reason": dict(about.bad_by_reason),
        "missing": list(about.missing),
        "passed_over": sorted(about.passed_over),
        "whole": about.whole,
        "measure": about.measure,
    }
    rows = [(name, json.dumps(value)) for name, value in values.items()]
    db.executemany("INSERT INTO about (name, value) VALUES (?, ?)", rows)


def read_about(db: sqlite3.Connection) -> IndexAbout:
    """What the index was made from. Raises ValueError, KeyError or TypeError where it is not what balt wrote,
    sqlite3.Error where it cannot be read.
    """
    found = {name: json.loads(value) for name, value in db.execute("SELECT name, value FROM about")}
    return IndexAbout(
        entries=int(found["entries"]),
        addresses=int(found["addresses"]),
        generated_at=_aware(found["generated_at"]),
        imported_at=_aware(found["imported_at"]),
        source_name=str(found["source_name"]),
        source_mtime=int(found["source_mtime"]),
        source_size=int(found["source_size"]),
        bad_by_reason={str(reason): int(count) for reason, count in found["bad_by_reason"].items()},
        missing=tuple(str(name) for name in found["missing"]),
        passed_over=frozenset(int(key) for key in found["passed_over"]),
        whole=bool(found["whole"]),
        measure=int(found["measure"]),
    )


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
