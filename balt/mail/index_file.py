"""The file of the index of mail: for its owner alone, made when first written to, begun anew when damaged.

Whatever is the matter with the file, nobody waits for it and nobody is told: all that it holds can be asked
of the server again. Several processes may use it at once (SQLite's WAL: a reader waits for no writer).
"""

import contextlib
import errno
import logging
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from balt import paths
from balt.config import Keep
from balt.mail import index_schema as schema

_log = logging.getLogger(__name__)

T = TypeVar("T")
Db = sqlite3.Connection
WAIT = 0.5
"""Seconds to wait for another process that writes; after that there is no index this time."""
_SETTINGS = (
    "trusted_schema = OFF",
    "secure_delete = ON",  # what is forgotten is overwritten
    "synchronous = NORMAL",  # a power cut may cost the last changes, never the file
    f"journal_size_limit = {1024 * 1024}",
)
_BYTE_ORDER = "little"
_PASSING = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_NOLFS,
    )
)
"""What the place of the file may bring; all else that SQLite says means that the file is damaged."""
_ODD_VALUES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What comes of values that balt did not write there."""


class _UnusableError(Exception):
    """No index this time."""


class _DroppedError(_UnusableError):
    """The file was damaged, or not of this balt: it is gone, and another one may be made."""


class IndexFile:
    """The file at ``path``, opened when it is first asked; used by one thread at a time. Never raises.

    With ``Keep.NOTHING`` the file is removed, and so is one that holds texts where they are not to be kept.
    """

    def __init__(self, path: Path, keep: Keep) -> None:
        self._path = path
        self._keep = keep
        self._db: Db | None = None
        self._identity: tuple[int, int] | None = None

    def read(self, question: Callable[[Db], T], otherwise: T) -> T:
        """What a question brings, put to one state of the file; ``otherwise`` where there is no index."""
        with contextlib.suppress(_UnusableError):
            return self._asked(question, "BEGIN", create=False)
        return otherwise

    def write(self, change: Callable[[Db], None]) -> None:
        """Make a change, whole or not at all; where the file had to be dropped, in a new one."""
        with contextlib.suppress(_UnusableError):
            try:
                self._asked(change, "BEGIN IMMEDIATE", create=True)
            except _DroppedError:
                self._asked(change, "BEGIN IMMEDIATE", create=True)

    def close(self) -> None:
        """Close the file; more than once does no harm."""
        if self._db is not None:
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
        self._db = None

    def _asked(self, question: Callable[[Db], T], begin: str, *, create: bool) -> T:
        try:
            with _transaction(self._open(create=create), begin) as db:
                return question(db)
        except _UnusableError:
            raise
        except sqlite3.Error as error:
            if self._tells_damage(error):
                raise self._dropped() from error
            raise _not_now(error) from error
        except (UnicodeEncodeError, OverflowError, OSError, MemoryError) as error:
            raise _not_now(error) from error  # of what was asked or of the place, not of what the file holds
        except _ODD_VALUES as error:
            raise self._dropped() from error

    def _open(self, *, create: bool) -> Db:
        if self._db is not None:
            if self._identity == _identity(self._path):
                return self._db
            self.close()  # removed, or replaced, by another process
        if self._keep is Keep.NOTHING:
            remove(self._path)
            raise _UnusableError
        if not os.path.lexists(self._path):
            if not create:
                raise _UnusableError
            _make(self._path)
        _make_private(self._path)
        self._identity = _identity(self._path)
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        self._db = sqlite3.connect(uri, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False)
        try:
            for setting in _SETTINGS:
                self._db.execute(f"PRAGMA {setting}")
            self._fit(self._db, create=create)
        except BaseException:
            self.close()
            raise
        return self._db

    def _fit(self, db: Db, *, create: bool) -> None:
        """See that the file is an index of this balt that holds no more than it may."""
        tables = _tables(db)
        application, version = _number(db, "application_id"), _number(db, "user_version")
        if not tables and not application:
            if not create:
                raise _UnusableError
            _set_up(db)
        elif (application, version, tables) != (schema.APPLICATION, schema.VERSION, set(schema.TABLES)):
            if (
                application == schema.APPLICATION
                and version > schema.VERSION
                and tables != set(schema.TABLES)
            ):
                raise _not_now(ValueError("version"))  # a newer balt may want it again
            raise self._dropped()
        about = dict(db.execute("SELECT name, value FROM about"))
        if about.get("byte order") != _BYTE_ORDER:
            raise self._dropped()
        if about.get("keep") != self._keep:
            if self._keep is not Keep.TEXTS:
                raise self._dropped()
            db.execute("UPDATE about SET value = ? WHERE name = 'keep'", (self._keep.value,))

    def _tells_damage(self, error: sqlite3.Error) -> bool:
        """Whether an error says that the file is damaged. Of those that Python's own module raises, without
        a code, only "could not decode" is an OperationalError.
        """
        code: int | None = getattr(error, "sqlite_errorcode", None)
        if code is None:
            return isinstance(error, sqlite3.OperationalError)
        if code & 0xFF == sqlite3.SQLITE_READONLY:  # the header says so; the system does not
            return code == sqlite3.SQLITE_READONLY and all(
                os.access(each, os.W_OK) for each in (self._path, self._path.parent)
            )
        return code & 0xFF not in _PASSING

    def _dropped(self) -> _DroppedError:
        """Close the file and remove it, unless another one is in its place by now."""
        self.close()
        with contextlib.suppress(OSError):
            if self._identity is not None and _identity(self._path) == self._identity:
                remove(self._path)
        _log.info("the index of mail is begun anew")
        return _DroppedError()


def files_of(path: Path) -> list[Path]:
    """The file, and those that SQLite puts beside it."""
    return [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))]


def remove(path: Path) -> bool:
    """Remove the file and all beside it; whether there was any. Raises OSError."""
    found = False
    for each in files_of(path):
        with contextlib.suppress(FileNotFoundError):
            each.unlink()
            found = True
    return found


@contextlib.contextmanager
def _transaction(db: Db, begin: str) -> Iterator[Db]:
    db.execute(begin)
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _make(path: Path) -> None:
    """An empty file for its owner alone, unless another process makes it just now."""
    paths.private_dir(path.parent)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, flags, 0o600))


def _make_private(path: Path) -> None:
    """Close the file to others. Raises PermissionError where it is somebody else's, or no plain file; SQLite
    gives the files beside it the same rights.
    """
    paths.private_dir(path.parent)
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise PermissionError(errno.EPERM, "no plain file")
    if os.name == "posix":
        if found.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "another owner")
        if found.st_mode & 0o177:
            path.chmod(0o600)


def _set_up(db: Db) -> None:
    """Make the tables, unless another process has made them meanwhile."""
    db.executescript(schema.SETTINGS)
    with _transaction(db, "BEGIN IMMEDIATE"):
        if _tables(db):
            return
        for table in schema.TABLES:
            db.execute(table)
        db.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        db.execute(f"PRAGMA user_version = {schema.VERSION}")
        db.executemany(
            "INSERT INTO about VALUES (?, ?)", (("byte order", _BYTE_ORDER), ("keep", Keep.FIGURES.value))
        )


def _tables(db: Db) -> set[str]:
    return {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}


def _number(db: Db, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _not_now(error: Exception) -> _UnusableError:
    _log.info("no index of mail this time: %s", type(error).__name__)
    return _UnusableError()
