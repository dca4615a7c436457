"""One small JSON document on disk: what people wrote, private, never half-written, never lost.

A file that cannot be understood is left as it is: it may hold answers that nobody can give again.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

import filelock

from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.text import plain

T = TypeVar("T")

LARGEST = 16 * 1024 * 1024
"""Octets. Far above a life of answers; a larger file was not written by balt."""

LOCK_SECONDS = 10.0
"""How long a change waits for another balt by default; a screen cannot wait that long."""

_YEARS = range(1990, 2201)
"""A date outside was not meant: counting days from the ends of the calendar fails."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How a value is kept: the ``name`` and ``version`` that its file must bear, and the way there and back.

    ``decode`` raises ValueError, TypeError or KeyError on what it does not understand; ``empty`` is the value
    while there is no file. ``oldest`` is the first version that it still reads (0: only this one); a file of
    an older one is written again as this one.
    """

    name: str
    version: int
    empty: T
    decode: Callable[[Mapping[str, object]], T]
    encode: Callable[[T], Mapping[str, object]]
    oldest: int = 0

    def reads(self, version: object) -> bool:
        """Whether ``decode`` understands a file of this version."""
        return isinstance(version, int) and (self.oldest or self.version) <= version <= self.version


class Store(Generic[T]):
    """A value in a file that several balt may change at the same time. ``wait`` is how many seconds a change
    waits for another balt to be done with the file; with 0 it never does.
    """

    def __init__(self, path: Path, shape: Shape[T], wait: float = LOCK_SECONDS) -> None:
        self.path = path
        self._shape = shape
        self._wait = wait

    def read(self) -> T:
        """The value as it stands. Raises StoppedError when the file cannot be read or understood."""
        try:
            if not self.path.exists():
                return self._shape.empty
            content = self._content()
        except OSError as error:
            raise StoppedError(
                _("Le fichier %(file)s ne peut pas être lu : %(why)s.") % self._words(error),
                advice=_("Vérifiez les droits du fichier et de son dossier."),
            ) from error
        return self._understood(content)

    def change(self, alter: Callable[[T], T]) -> T:
        """Replace the value by ``alter`` of the one on disk, and return it; both happen under the lock, so
        that nobody's change is lost. A value that stays the same is not written.

        Raises StoppedError when it cannot be done: the file is then as it was.
        """
        try:
            private_dir(self.path.parent)
            with self._locked():
                old = self.read()
                new = alter(old)
                if new != old:
                    write_private(self.path, self._written(new))
        except OSError as error:
            raise StoppedError(
                _("Le fichier %(file)s ne peut pas être écrit : %(why)s.") % self._words(error),
                advice=_("Rien n'a été enregistré. Vérifiez la place et les droits, puis recommencez."),
            ) from error
        return new

    def _content(self) -> bytes:
        if not self.path.is_file():
            raise self._foreign()
        with self.path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise self._foreign()
        return content

    def _understood(self, content: bytes) -> T:
        try:
            document = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise self._foreign() from error
        if not isinstance(document, dict) or document.get("format") != self._shape.name:
            raise self._foreign()
        version = document.get("version")
        if isinstance(version, int) and version > self._shape.version:
            raise StoppedError(
                _("Le fichier %(file)s a été écrit par un balt plus récent.") % self._words(),
                advice=_("Rien n'y a été changé. Mettez balt à jour sur cet ordinateur."),
            )
        try:
            if not self._shape.reads(version):
                raise ValueError(version)
            return self._shape.decode(document)
        except (ValueError, TypeError, KeyError) as error:
            raise self._foreign() from error

    def _written(self, value: T) -> bytes:
        document = {"format": self._shape.name, "version": self._shape.version, **self._shape.encode(value)}
        try:
            self._shape.decode(document)
        except (ValueError, TypeError, KeyError) as error:
            raise StoppedError(
                _("Le fichier %(file)s ne pourrait pas être relu.") % self._words(),
                advice=_("Rien n'a été enregistré. Vérifiez la date de cet ordinateur, puis recommencez."),
            ) from error
        content = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
        if len(content) > LARGEST:
            raise StoppedError(
                _("Le fichier %(file)s deviendrait trop grand.") % self._words(),
                advice=_("Rien n'a été enregistré. Déplacez ce fichier : balt en commencera un autre."),
            )
        return content

    def _foreign(self) -> StoppedError:
        return StoppedError(
            _("Le fichier %(file)s est abîmé, ou n'est pas de balt.") % self._words(),
            advice=_(
                "Il n'a pas été touché. Remettez-en une copie saine, "
                "ou déplacez-le : balt en commencera un autre."
            ),
        )

    def _words(self, error: OSError | None = None) -> dict[str, str]:
        why = "" if error is None else plain(error.strerror or type(error).__name__)
        return {"file": plain(str(self.path)), "why": why}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = filelock.FileLock(f"{self.path}.lock", timeout=self._wait, mode=0o600)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise StoppedError(
                _("Le fichier %(file)s est occupé par un autre balt.") % self._words(),
                advice=_("Rien n'a été enregistré. Attendez qu'il ait fini, puis recommencez."),
            ) from error
        except NotImplementedError as error:
            raise StoppedError(
                _("Le fichier %(file)s est sur un disque qui ne permet pas de verrouiller un fichier.")
                % self._words(),
                advice=_(
                    "Rien n'a été enregistré. "
                    "Placez ce dossier sur un disque de cet ordinateur (XDG_DATA_HOME)."
                ),
            ) from error
        try:
            yield
        finally:
            lock.release()


def moment(value: object) -> datetime:
    """An aware moment as ``isoformat`` wrote it, of the years 1990 to 2200; raises ValueError or TypeError
    for anything else.
    """
    found = datetime.fromisoformat(words(value, 64))
    if found.tzinfo is None or found.year not in _YEARS:
        raise ValueError(value)
    return found


def words(value: object, limit: int = 500) -> str:
    """A text, safe to show; raises TypeError for anything else: a file may come from another hand."""
    if not isinstance(value, str):
        raise TypeError(value)
    return plain(value, limit)


def rows(value: object) -> list[Mapping[str, object]]:
    """A list of objects; raises TypeError for anything else."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise TypeError(value)
    return value


def key_of(address: str) -> str:
    """What an address is known by in these files: in lower case, safe to show, without blanks around it."""
    return plain(address, 320).strip().lower()
