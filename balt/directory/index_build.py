"""Making the directory's index from an extraction: in a file of its own, put in place whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from balt.clock import Clock
from balt.directory import index_schema as schema
from balt.directory.extraction import (
    COLUMNS,
    STRUCTURE_AT,
    Cancelled,
    Progress,
    addressed,
    generated_at,
    open_extraction,
)
from balt.directory.identifiers import finess_of, rpps_of
from balt.directory.index_file import IndexFile, alone
from balt.directory.index_schema import IndexAbout
from balt.directory.index_words import damage_words
from balt.directory.rows import Row, Rows, UnusableFileError
from balt.directory.shortage import lacks_half, measure_for, shortage_words
from balt.errors import CancelledError, DirectoryError
from balt.i18n import _
from balt.paths import private_dir, sync_dir
from balt.text import plain
from balt.units import format_count

# The unfinished file is thrown away whatever happens, so it needs no journal and no waiting for the disk.
_FAST = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
"""
MOST_REMEMBERED = 200_000
"""Structures and labels held in memory; a real extraction has some tens of thousands."""

MOST_CHARACTERS = 16 << 20
"""Characters of those: a hundred for each of 160,000. One takes two octets in all (it stands in the fields
and among the words), up to eight where the letters are rare ones.
"""

_MAILED = bytes.maketrans(
    string.ascii_uppercase.encode() + "ÉÈÊËÏÎÇÔéèêëïîçô".encode("latin-1"),
    (string.ascii_lowercase + "eeeeiico" * 2).encode(),
)
"""How addresses write the letters of French names, as Latin-1 has them (one octet each: ten times as fast as
letter by letter).
"""

_NAME_ENDS = frozenset("@.-_0123456789")
"""What may follow a name in an address: the name is then a word of its own, or is searched as one."""

_INSERT_ENTRY = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_WORDS = "INSERT INTO words (rowid, names, place, rest) VALUES (?, ?, ?, ?)"


Accept = Callable[[IndexAbout, IndexAbout], None]
"""Told what a new index holds and what the former one held; refuses the new one by raising."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought: the index's own account, and sentences for the user."""

    about: IndexAbout
    notes: tuple[str, ...] = ()


def build_index(
    path: Path,
    source: Path,
    clock: Clock,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    accept: Accept | None = None,
    *,
    confirmed: bool = False,
) -> ImportReport:
    """Make the index of ``source`` at ``path``; the former one stays until the new one is whole. ``accept``
    is asked before the new one takes the place of a former one. ``confirmed``: somebody says that the source
    is whole (see ``shortage``).

    Raises DirectoryError (a source that cannot be used, a full disk, another import at work) and
    CancelledError; the former index is then untouched.
    """
    try:
        private_dir(path.parent)
        with alone(path), open_extraction(source) as rows:
            part = path.with_name(path.name + ".part")
            try:
                former = about_of(path)
                about = _write(
                    part, rows, clock, on_progress, cancelled,
                    lambda new: replace(new, measure=measure_for(new, former, confirmed=confirmed)),
                )  # fmt: skip
                if accept is not None and former is not None:
                    accept(about, former)
                part.replace(path)
                sync_dir(path.parent)
            finally:
                for left in (part, part.with_name(part.name + "-journal")):
                    left.unlink(missing_ok=True)
    except sqlite3.Error as error:
        raise _not_written(error) from error
    except OSError as error:
        raise DirectoryError(
            _("l'index de l'annuaire ne peut pas être écrit : %(reason)s.")
            % {"reason": plain(error.strerror or type(error).__name__)},
            advice=_("Vérifiez la place et les droits, puis recommencez. L'ancien index est intact."),
        ) from error
    told = (shortage_words(about),) if about.is_short else ()
    return ImportReport(about, (*damage_words(about), *told))


def about_of(path: Path) -> IndexAbout | None:
    """What an index was made from; None where there is none that can be used."""
    with contextlib.suppress(DirectoryError), contextlib.closing(IndexFile(path)) as file:
        return file.asked(schema.read_about)
    return None


def refuse_cut(new: IndexAbout, former: IndexAbout) -> None:
    """Refuse a file that was most likely cut: a copy of it may be under way, and what it lacks is not absent
    from the directory. One who imports it by hand decides otherwise.
    """
    if lacks_half(new.addresses, former.addresses):
        raise DirectoryError(
            _(
                "l'extraction n'a que %(new)s BAL, contre %(former)s auparavant : elle a pu être coupée "
                "(si elle est entière, importez-la : balt directory import FICHIER --whole)."
            )
            % {"new": format_count(new.addresses), "former": format_count(former.addresses)}
        )


def _write(
    part: Path,
    rows: Rows,
    clock: Clock,
    on_progress: Progress | None,
    cancelled: Cancelled | None,
    measured: Callable[[IndexAbout], IndexAbout],
) -> IndexAbout:
    part.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    os.close(os.open(part, flags, 0o600))
    found = rows.path.stat()
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
        db.executescript(_FAST + schema.TABLES + schema.WORDS)
        db.execute("BEGIN")
        tables = _Tables(db)
        for batch in rows.batches():
            if cancelled is not None and cancelled():
                raise CancelledError(
                    _("import de l'annuaire interrompu."), advice=_("L'ancien index est intact.")
                )
            tables.add(addressed(rows, batch))
            if on_progress is not None:
                on_progress(rows.done_octets, rows.total_octets)
        about = IndexAbout(
            entries=tables.count,
            addresses=tables.finish(),
            generated_at=generated_at(rows, clock),
            imported_at=clock.now(),
            source_name=rows.source_name,
            source_mtime=found.st_mtime_ns,
            source_size=found.st_size,
            bad_by_reason={reason.value: count for reason, count in rows.bad.items() if count},
            missing=tuple(plain(name) for name in rows.missing),
            passed_over=frozenset(rows.passed_over.keys),
            whole=rows.passed_over.whole,
        )
        about = measured(about)
        schema.write_about(db, about)
        db.execute("COMMIT")
    if not about.entries:
        raise UnusableFileError(
            _("%(file)s ne contient aucune BAL.") % {"file": rows.source_name},
            advice=_("Le fichier est peut-être coupé : copiez-le de nouveau."),
        )
    handle = os.open(part, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return about


class _Tables:
    """The tables being filled. Structures and labels are numbered as they come; a file where they hardly
    repeat costs no memory all the same: they are then written and forgotten.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._places: dict[Row, tuple[int, str]] = {}
        self._labels: dict[str, tuple[int, str]] = {}
        self._next_place = schema.NOWHERE
        self._next_label = 0
        self._characters = 0
        self._place_of(("",) * (len(COLUMNS) - STRUCTURE_AT))
        self.count = 0

    def add(self, batch: list[Row]) -> None:
        """Add the rows of a batch: one tuple of an entry and one of its words for each."""
        places, labels, number = self._places, self._labels, self.count
        entries, words = [], []
        for row in batch:
            (kind, address, person_type, person, national, service, title, family, given, profession,
             speciality, digitization) = row[:STRUCTURE_AT]  # fmt: skip
            number += 1
            address = address.strip()
            structure = row[STRUCTURE_AT:]
            place, known = places.get(structure) or self._place_of(structure)
            trade, trade_word = labels.get(profession) or self._label_of(profession)
            skill, skill_word = labels.get(speciality) or self._label_of(speciality)
            rpps = person if person_type == "8" and person else rpps_of(person_type, person, national)
            entries.append(
                (number, crc32(address.lower().encode()), address, kind, rpps.strip(), title, family, given,
                 service, digitization, trade, skill, place)
            )  # fmt: skip
            pieces = address.removesuffix(schema.DOMAIN_OF_ALL)
            usual = f"{given}.{family}".encode("latin-1", "replace").translate(_MAILED).decode("latin-1")
            if pieces.startswith(usual):  # most addresses only repeat the name
                after = len(usual)
                if pieces[after : after + 1] in _NAME_ENDS:
                    pieces = pieces[after:]
            where = f"{known} {service}" if known or service else ""
            words.append((number, f"{family} {given}", where, f"{pieces} {trade_word} {skill_word}"))
        self._db.executemany(_INSERT_ENTRY, entries)
        self._db.executemany(_INSERT_WORDS, words)
        self.count = number
        if self._is_full():
            self._write()

    def finish(self) -> int:
        """Write what is left, and the ways into the entries; how many addresses there are."""
        self._write()
        for statement in (schema.VOCABULARY + schema.INDEXES).split(";"):
            self._db.execute(statement)
        (addresses,) = self._db.execute("SELECT count(DISTINCT key) FROM entries").fetchone()
        return int(addresses)

    def _place_of(self, where: Row) -> tuple[int, str]:
        """The number of a structure that is new, and the words that find it."""
        found = self._places[where] = (self._next_place, " ".join(filter(None, where[1:])))
        self._next_place += 1
        self._characters += sum(map(len, where))
        return found

    def _label_of(self, label: str) -> tuple[int, str]:
        """The number of a label that is new, and what stands for it among the words."""
        number = self._next_label
        word = "" if not label else schema.mark_of(number) if number < schema.MOST_MARKS else label
        found = self._labels[label] = (number, word)
        self._next_label += 1
        self._characters += len(label)
        return found

    def _is_full(self) -> bool:
        return len(self._places) + len(self._labels) > MOST_REMEMBERED or self._characters > MOST_CHARACTERS

    def _write(self) -> None:
        self._db.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?)",
            (
                (number, identifier.strip().upper(), finess_of(kind, identifier), name or sign, line, code)
                for (kind, identifier, name, sign, line, code), (number, _words) in self._places.items()
            ),
        )
        self._db.executemany(
            "INSERT INTO labels VALUES (?, ?)",
            ((number, label) for label, (number, _word) in self._labels.items()),
        )
        self._places.clear()
        self._labels.clear()
        self._characters = 0


def _not_written(error: sqlite3.Error) -> DirectoryError:
    if "no such module" in str(error):
        return DirectoryError(
            _("l'annuaire ne peut pas être importé : le SQLite de ce Python est sans recherche (FTS5)."),
            advice=_(
                "Utilisez un Python dont SQLite a FTS5, comme celui de python.org ou de votre distribution."
            ),
        )
    return DirectoryError(
        _("l'index de l'annuaire ne peut pas être écrit : %(reason)s.") % {"reason": plain(str(error))},
        advice=_("Vérifiez la place et les droits, puis recommencez. L'ancien index est intact."),
    )
