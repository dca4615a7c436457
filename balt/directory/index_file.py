"""The file of the directory's index: held by one import at a time, opened to read only, dropped when damaged.

Of a damaged file nothing is certain: SQLite says so in some places, in others a value is not UTF-8, or not of
its column's type. Whatever it is ends in one sentence, and the file is thrown away: it can be made again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import filelock

from balt.directory import index_schema as schema
from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import plain

_CORRUPT = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_ODD_VALUES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What comes of values that balt did not write there (UnicodeDecodeError is a ValueError)."""

_MOST_BEGUN = 128
"""Words of one beginning that are named one by one (30 µs each); of more of them few are very common."""

_MOST_CHARACTERS = 8192
"""Characters of those words: a hostile row may hold a word of 32,000."""

_BEYOND = "\U0010ffff"
"""Comes after every letter."""

T = TypeVar("T")
Identity = tuple[int, int]
"""Device and inode of a file."""


class IndexFile:
    """An index opened to read only; used by one thread at a time. ``kept``: it stays though it is damaged, so
    that what is missing goes on being told. Raises DirectoryError where it is no index of this version, or
    not whole.
    """

    def __init__(self, path: Path, version: int = schema.VERSION, *, kept: bool = False) -> None:
        self._path = path
        self._kept = kept
        self._damaged = False
        self.closed = False
        before = _identity(path)
        self._db = _opened(path, version)
        self._identity = before if before == _identity(path) else None

    def close(self) -> None:
        """Close the file; more than once does no harm."""
        self.closed = True
        with contextlib.suppress(sqlite3.Error):
            self._db.close()

    def execute(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Put a statement to the tables; only within ``asked``."""
        return self._db.execute(statement, values)

    def asked(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What a question brings. Raises DirectoryError; where the file is damaged, it is then closed and
        thrown away, and every later question is answered in the same way.
        """
        if self._damaged:
            raise _unusable()
        try:
            return question(self._db)
        except (sqlite3.Error, MemoryError) as error:
            if _tells_damage(error):
                self._drop()
                raise _unusable() from error
            raise _unreadable(error) from error
        except UnicodeEncodeError:  # of what was asked, not of what the file holds
            raise
        except _ODD_VALUES as error:
            self._drop()
            raise _unusable() from error

    def begun(self, field: str, beginning: str) -> list[str] | None:
        """See ``index_search.Begun``; only within ``asked``."""
        if not schema.in_vocabulary(beginning):
            return None
        most = 0 if len(beginning) == schema.PREFIXED else _MOST_BEGUN
        words = [
            word for (word,) in self.execute(
                "SELECT word FROM vocabulary WHERE field = ? AND word >= ? AND word < ? LIMIT ?",
                (field, beginning, beginning + _BEYOND, most + 1),
            )
        ]  # fmt: skip
        return words if len(words) <= most and sum(map(len, words)) <= _MOST_CHARACTERS else None

    def _drop(self) -> None:
        """Close the file and remove it, unless it is to stay, or another one is in its place by now."""
        self._damaged = True
        self.close()
        if self._kept:
            return
        with contextlib.suppress(OSError, DirectoryError), alone(self._path):
            if self._identity is not None and _identity(self._path) == self._identity:
                self._path.unlink()


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the import of this index: another balt's unfinished file is not to be taken for a stale one.

    Raises DirectoryError where another one holds it, and OSError.
    """
    lock = filelock.FileLock(path.with_name(path.name + ".lock"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise DirectoryError(
            _("un autre balt importe déjà l'annuaire."), advice=_("Attendez qu'il ait fini."), again=True
        ) from None
    except NotImplementedError:
        raise DirectoryError(
            _("le dossier de l'annuaire est sur un disque qui ne permet pas de verrouiller un fichier."),
            advice=_("Placez-le sur un disque de cet ordinateur (XDG_DATA_HOME)."),
        ) from None
    try:
        yield
    finally:
        lock.release()


def _identity(path: Path) -> Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _opened(path: Path, wanted: int) -> sqlite3.Connection:
    """The file, opened to read only and checked to be an index of this version, whole."""
    try:
        db = _connected(path)
    except (sqlite3.Error, OSError, MemoryError) as error:
        raise _unreadable(error) from error
    try:
        pages, size, application, version = (
            db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "page_size", "application_id", "user_version")
        )
        whole = application == schema.APPLICATION and pages * size == path.stat().st_size
    except (sqlite3.Error, OSError, MemoryError, *_ODD_VALUES):
        db.close()
        raise _unusable() from None
    if whole and version == wanted:
        return db
    db.close()
    raise _other_version() if whole else _unusable()


def _connected(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise DirectoryError(
            _("l'annuaire n'a pas encore été importé."),
            advice=_("Importez une extraction : balt directory import FICHIER."),
        )
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _tells_damage(error: Exception) -> bool:
    """Whether an error says that the file is damaged. Those of Python's own module have no code: of these,
    only "could not decode" is an OperationalError.
    """
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return isinstance(error, sqlite3.OperationalError)
    return code & 0xFF in _CORRUPT


def _other_version() -> DirectoryError:
    return DirectoryError(
        _("l'index de l'annuaire a été fait par une autre version de balt."),
        advice=_("Importez de nouveau l'extraction : balt directory import FICHIER."),
    )


def _unusable() -> DirectoryError:
    return DirectoryError(
        _("l'index de l'annuaire est abîmé, ou d'une autre version de balt."),
        advice=_("Importez de nouveau l'extraction : balt directory import FICHIER."),
    )


def _unreadable(error: Exception) -> DirectoryError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return DirectoryError(
        _("l'index de l'annuaire ne peut pas être lu : %(reason)s.") % {"reason": plain(reason)},
        advice=_("Importez de nouveau l'extraction : balt directory import FICHIER."),
    )
