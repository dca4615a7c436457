"""Where the persons of the extraction work, out of the activity file (domain 3.2): most rows of the
extraction name neither structure nor town, so they are not found there, and namesakes not told apart.

An index of its own beside that of the extraction, made whole or not at all. It holds the persons who had a
BAL in the extraction when it was made, and nobody else.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from balt.clock import Clock
from balt.directory import index_schema as schema
from balt.directory.activities import COLUMNS, MEMBER, VITAL, Activities, read_activities
from balt.directory.extraction import Cancelled, Progress, generated_at, place_of
from balt.directory.identifiers import rpps_of
from balt.directory.index_file import IndexFile, alone
from balt.directory.index_search import at_work
from balt.directory.model import Workplace
from balt.directory.rows import Row, Rows
from balt.directory.work_about import (
    VERSION,
    WorkAbout,
    cut_words,
    read_about,
    refuse_worse,
    unreadable_words,
    write_about,
)
from balt.errors import DirectoryError
from balt.i18n import _
from balt.paths import private_dir, sync_dir
from balt.text import plain

NAME = "activities.sqlite"
_TABLES = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
PRAGMA application_id = {schema.APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE vocabulary (field TEXT, word TEXT, PRIMARY KEY (field, word)) WITHOUT ROWID;
CREATE TABLE work (id INTEGER PRIMARY KEY, rpps TEXT NOT NULL, town TEXT NOT NULL, structure TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
  names, place, rest,
  content = '', columnsize = 0, detail = column, prefix = '3', tokenize = 'unicode61 remove_diacritics 2'
);
"""
_WHERE = "SELECT rpps, town, structure FROM work WHERE rpps IN"
_MANY = 500
_NAMED = """
SELECT rpps FROM work
WHERE id IN (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?) ORDER BY id
"""
_PLACES = 3
"""How many places of each person are looked at, at most on average."""


@dataclass(frozen=True, slots=True)
class Workplaces:
    """What an import brought: what the file says of the holder, and the index's own account."""

    own: Activities
    about: WorkAbout


def build_workplaces(
    index: Path,
    source: Path,
    own: Collection[str],
    clock: Clock,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    *,
    confirmed: bool = False,
) -> Workplaces:
    """Make the index beside ``index``, that of the extraction, from the activity file ``source``; the former
    one stays until the new one is whole. ``own`` are the RPPS numbers whose situations are told.
    ``confirmed``: somebody says to take it though it is worse than the one kept (see ``refuse_worse``).

    Raises DirectoryError (no extraction was imported, a source that cannot be used or is worse, a full disk)
    and CancelledError.
    """
    path = index.with_name(NAME)
    try:
        private_dir(path.parent)
        with alone(path):
            part = path.with_name(NAME + ".part")
            try:
                former = None if confirmed else about_of(index)
                found = _write(part, source, own, _holders(index), clock, on_progress, cancelled)
                refuse_worse(found.about, former)
                part.replace(path)
                sync_dir(path.parent)
            finally:
                part.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DirectoryError(
            _("l'index des activités ne peut pas être écrit : %(reason)s.") % {"reason": plain(reason)},
            advice=_("Vérifiez la place et les droits, puis recommencez. L'ancien index est intact."),
        ) from error
    return found


def _holders(index: Path) -> frozenset[str]:
    """Who has a BAL in the extraction, by RPPS number."""
    with contextlib.closing(IndexFile(index)) as file:
        numbers = file.asked(
            lambda db: db.execute("SELECT DISTINCT rpps FROM entries WHERE rpps <> ''").fetchall()
        )
    return frozenset(number for (number,) in numbers)


def _write(
    part: Path,
    source: Path,
    own: Collection[str],
    holders: frozenset[str],
    clock: Clock,
    on_progress: Progress | None,
    cancelled: Cancelled | None,
) -> Workplaces:
    part.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    os.close(os.open(part, flags, 0o600))
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
        db.executescript(_TABLES)
        db.execute("BEGIN")
        work = _Work(db, holders)
        told = read_activities(source, own, on_progress, cancelled, also=work.add)
        for statement in (schema.VOCABULARY + "CREATE INDEX work_rpps ON work (rpps)").split(";"):
            db.execute(statement)
        (persons,) = db.execute("SELECT count(DISTINCT rpps) FROM work").fetchone()
        if holders and not work.count and not told.situations:
            raise _empty(source)
        about = _about(source, clock, told, int(persons), work.count)
        write_about(db, about)
        db.execute("COMMIT")
    handle = os.open(part, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return Workplaces(told, about)


def _empty(source: Path) -> DirectoryError:
    return DirectoryError(
        _("%(file)s ne dit rien des personnes de l'extraction : il n'a pas été pris.")
        % {"file": plain(source.name)},
        advice=_("Reprenez le fichier des activités tel que l'Annuaire Santé le publie."),
    )


def _about(source: Path, clock: Clock, told: Activities, persons: int, places: int) -> WorkAbout:
    """The index's account of the file that it was made from."""
    with Rows(source, COLUMNS, VITAL, member=MEMBER) as rows:
        made, name = generated_at(rows, clock), rows.source_name
    return WorkAbout(
        generated_at=made,
        imported_at=clock.now(),
        source_name=name,
        rows=told.rows,
        persons=persons,
        places=places,
        bad_by_reason=told.bad_by_reason,
        whole=told.whole,
    )


def about_of(index: Path) -> WorkAbout | None:
    """What the places beside an index were read from; None where there are none that can be read."""
    with contextlib.closing(WorkplaceIndex(index)) as work:
        return work.about


class _Work:
    """The tables being filled, a row for each place of a person. The file has a row for each speciality too:
    those of one person stand together, and what was told of a place is not told again.
    """

    def __init__(self, db: sqlite3.Connection, holders: frozenset[str]) -> None:
        self._db = db
        self._holders = holders
        self._person = ""
        self._told: set[tuple[str, ...]] = set()
        self.count = 0

    def add(self, batch: list[Row]) -> None:
        """Add the rows of a batch that are of somebody who has a BAL and tell where they work."""
        work, words = [], []
        for row in batch:
            (kind, number, national, _title, family, given, trade, skill, _mode, _siret, _site, _entity, _id,
             structure, sign, line, town, *_rest) = row  # fmt: skip
            rpps = rpps_of(kind, number, national)
            where = (structure, sign, line, town)
            if rpps not in self._holders or not any(where):
                continue
            if rpps != self._person:
                self._person, self._told = rpps, set()
            if where in self._told:
                continue
            self._told.add(where)
            town = town.strip() or place_of(line, "")[1]
            self.count += 1
            work.append((self.count, rpps, town, (structure or sign).strip()))
            words.append((self.count, f"{family} {given}", f"{structure} {sign} {town}", f"{trade} {skill}"))
        self._db.executemany("INSERT INTO work VALUES (?, ?, ?, ?)", work)
        self._db.executemany("INSERT INTO words (rowid, names, place, rest) VALUES (?, ?, ?, ?)", words)


@lru_cache(maxsize=1024)
def _place_in(town: str, structure: str) -> Workplace:
    """A place of work, safe to show: most of an answer's are told of several persons."""
    return Workplace(plain(town), plain(structure))


class WorkplaceIndex:
    """The open index beside that of the extraction; used by one thread. Nothing is found where there is none,
    or where it cannot be read: the extraction answers all the same, and ``notes`` say what is missing.
    """

    def __init__(self, index: Path) -> None:
        path = index.with_name(NAME)
        self._file: IndexFile | None = None
        self.about: WorkAbout | None = None
        self._broken = path.exists()
        with contextlib.suppress(DirectoryError):
            self._file = IndexFile(path, version=VERSION, kept=True)
            self.about = self._file.asked(read_about)
            self._broken = False

    @property
    def day(self) -> date | None:
        """The day on which the activity file was made."""
        return self.about.generated_at.date() if self.about is not None else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What an answer that would use the places should say, in sentences; none where all is well."""
        if self._broken:
            return (unreadable_words(),)
        return (cut_words(),) if self.about is not None and not self.about.whole else ()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def told(self) -> str:
        """What to say where persons were found by where they work."""
        day = self.about.day if self.about is not None else ""
        return _("Des lieux d'exercice viennent du fichier d'activités (%(day)s).") % {"day": day}

    def places(self, numbers: Sequence[str]) -> Iterator[tuple[str, Workplace]]:
        """The RPPS number of each of these persons with every place where they work."""
        for at in range(0, len(numbers), _MANY):
            some = numbers[at : at + _MANY]
            for rpps, town, structure in self._rows(f"{_WHERE} ({', '.join('?' * len(some))})", some):
                yield rpps, _place_in(town, structure)

    def named(self, text: str, most: int) -> list[str]:
        """The RPPS numbers of the persons, ``most`` at most, whom the words of a text find by their name and
        by where they work.
        """

        def ask(file: IndexFile) -> list[tuple[str, ...]]:
            question = at_work(text, file.begun)
            return file.execute(_NAMED, (question, most * _PLACES)).fetchall() if question else []

        return list(dict.fromkeys(rpps for (rpps,) in self._asked(ask)))[:most]

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[str, ...]]:
        return self._asked(lambda file: file.execute(statement, values).fetchall())

    def _asked(self, question: Callable[[IndexFile], list[tuple[str, ...]]]) -> list[tuple[str, ...]]:
        """What a question brings; nothing where the file cannot be read."""
        file = self._file
        if file is None or self._broken:
            return []
        try:
            return file.asked(lambda _db: question(file))
        except DirectoryError:
            self._broken = True
            return []
