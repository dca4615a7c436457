"""A table of the Annuaire Santé as a file: ``|`` between fields, one header line, no quoting (domain 3.1).

Columns are found by name, in any order. The file is read in pieces and never whole: a line without an end, a
damaged line or a file that unpacks without end cost no memory. A bad line is counted and passed over, and
what addresses it holds is remembered (``passed_over``).
"""

from __future__ import annotations

import contextlib
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import itemgetter
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO

from balt.directory.passed_over import PassedOver
from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import plain

Row = tuple[str, ...]
"""The fields that were asked for, in the order in which they were asked, as the file has them (not safe to
show: see ``balt.text.plain``)."""

LONGEST_LINE = 64 * 1024
"""Octets (or characters) of a line; the longest seen in a real extraction has about 700."""

PIECE = 1 << 16
"""Octets read at a time: few enough for a batch to stay in the processor's cache (a million take half as long
again), and the longest wait before a cancelled reading stops.
"""

MOST_OCTETS = 8 << 30
"""What a packed file may unpack to; the largest public file, personne-activité, has 765 MB."""

MOST_RATIO = 100
"""Unpacked to packed; the extraction has 4.4."""

MOST_MEMBERS = 100
_KNOWN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How a member may be packed. The others need up to 4 GiB of memory at the word of the file (LZMA), and have
errors of their own.
"""

_ENCRYPTED = 1
"""The flag of a member that wants a password."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a text of another program begins, in which every other octet may be NUL."""

_READ_ERRORS = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
    # what ``zipfile`` lets through of a damaged archive: a name that is no text, numbers that cannot be
    *(ValueError, LookupError, ArithmeticError, struct.error, MemoryError),
)


class BadLine(StrEnum):
    """Why a line was passed over."""

    FIELDS = "fields"
    NUL = "nul"
    ENCODING = "encoding"
    LENGTH = "length"
    ADDRESS = "address"


class UnusableFileError(DirectoryError):
    """A file that is no such table, is empty, or is damaged: another copy of it may do."""


class UnreadableFileError(DirectoryError):
    """A file that this computer could not read: nothing shows that it is damaged."""


class Rows:
    """An open table. ``done_octets`` of ``total_octets`` (unpacked) were read; ``bad`` counts the lines that
    were passed over, ``passed_over`` tells what they hold; ``missing`` names the optional columns that the
    file does not have. ``source_name`` is the text file's own name; ``written_at`` the time of the file on
    disk (seconds since 1970).

    A context manager. Raises DirectoryError for a file that is not such a table, and while reading.
    """

    def __init__(
        self, path: Path, columns: Mapping[str, str], vital: Sequence[str], *, member: str = ""
    ) -> None:
        """``columns``: field → column name, in the order that rows will have. ``vital``: the fields without
        which the file is of no use. ``member``: how the file is called inside a packed one that holds
        several.
        """
        self.path = path
        self.bad: Counter[BadLine] = Counter()
        self.passed_over = PassedOver()
        self.done_octets = 0
        self._pending = b""
        self._open_files = contextlib.ExitStack()
        try:
            self._file = self._open(member)
            self._read_header(columns, vital)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Rows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._open_files.close()

    def batches(self) -> Iterator[list[Row]]:
        """The rows, some hundreds at a time; to be called once."""
        tail, skipping = b"", False
        while piece := self._read():
            if skipping:
                end = piece.find(self._end)
                if end < 0:
                    continue
                piece, skipping = piece[end + 1 :], False
            piece = tail + piece
            cut = piece.rfind(self._end) + 1
            tail = piece[cut:]
            if len(tail) > LONGEST_LINE:
                self.bad[BadLine.LENGTH] += 1
                self.passed_over.lost()
                tail, skipping = b"", True
            if cut:
                yield self._rows(piece[:cut])
        if tail:
            before = self.bad.total()
            yield self._rows(tail)
            if self.bad.total() > before:  # a line without its end that is no line: the file was cut there
                self.passed_over.lost()

    # Opening

    def _open(self, member: str) -> IO[bytes]:
        try:
            found = self.path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise _not_a_file(self.path)
            file = self._open_files.enter_context(self.path.open("rb"))
            self.source_name = plain(self.path.name)
            self.total_octets = found.st_size
            self.written_at = found.st_mtime
            if file.read(4) in (b"PK\x03\x04", b"PK\x05\x06"):
                return self._open_packed(file, member)
            file.seek(0)
            return file
        except FileNotFoundError:
            raise DirectoryError(
                _("le fichier %(file)s n'existe pas.") % {"file": plain(str(self.path))},
                advice=_("Vérifiez son chemin."),
            ) from None
        except _READ_ERRORS as error:
            raise self._unreadable(error) from None

    def _open_packed(self, file: IO[bytes], member: str) -> IO[bytes]:
        packed = self._open_files.enter_context(zipfile.ZipFile(file))
        members = packed.infolist()
        if len(members) > MOST_MEMBERS:
            raise self._refused(_("elle contient trop de fichiers."))
        texts = [each for each in members if _is_text(each.filename)]
        if not texts:
            raise self._refused(_("elle ne contient aucun fichier .txt."))
        if len(texts) > 1:
            texts = [each for each in texts if member and member in each.filename]
        if len(texts) != 1:
            raise self._refused(_("elle contient plusieurs fichiers .txt, et balt ne sait lequel lire."))
        info = texts[0]
        if info.flag_bits & _ENCRYPTED:
            raise self._refused(_("elle est protégée par un mot de passe."))
        if info.file_size > MOST_OCTETS or info.file_size > MOST_RATIO * max(info.compress_size, 1024):
            raise self._refused(_("une fois décompressée elle serait démesurée."))
        if info.compress_type not in _KNOWN_METHODS:
            raise self._refused(_("elle est compressée d'une façon que balt ne lit pas."))
        self.source_name = plain(Path(info.filename).name)
        self.total_octets = info.file_size
        return self._open_files.enter_context(packed.open(info))

    def _read_header(self, columns: Mapping[str, str], vital: Sequence[str]) -> None:
        head = self._read()
        if not head:
            raise UnusableFileError(
                _("%(file)s est vide.") % {"file": self.source_name}, advice=_("Copiez-le de nouveau.")
            )
        if head.startswith(_UTF_16):
            raise self._not_utf_8()
        ends = [at for at in (head.find(b"\n"), head.find(b"\r")) if at >= 0]
        at = min(ends, default=len(head))
        alone = head[at : at + 1] == b"\r" and head[at : at + 2] != b"\r\n"
        self._end = b"\r" if alone else b"\n"
        line = head[:at].removeprefix(b"\xef\xbb\xbf")
        if not line or len(line) > LONGEST_LINE or b"|" not in line or b"\0" in line:
            raise self._foreign()
        try:
            names = [_label(name) for name in line.decode().split("|")]
        except UnicodeDecodeError:
            raise self._not_utf_8() from None
        if not names[-1]:
            names.pop()
        places = {name: at for at, name in reversed(list(enumerate(names)))}
        self._find_columns(places, columns, vital)
        self._width = len(names)
        self._pending = head[at + 1 :]

    def _find_columns(
        self, places: Mapping[str, int], columns: Mapping[str, str], vital: Sequence[str]
    ) -> None:
        absent = [field for field, name in columns.items() if _label(name) not in places]
        if len(absent) == len(columns):
            raise self._foreign()
        if needed := [columns[field] for field in absent if field in vital]:
            raise DirectoryError(
                _("il manque à %(file)s des colonnes indispensables : %(columns)s.")
                % {"file": self.source_name, "columns": ", ".join(needed)},
                advice=_("Le format a peut-être changé : prenez une version plus récente de balt."),
            )
        self.missing = tuple(columns[field] for field in absent)
        self._pick = _picker([places.get(_label(name)) for name in columns.values()])

    # Reading

    def _read(self) -> bytes:
        """The next piece, what was read beyond the header first."""
        if self._pending:
            pending, self._pending = self._pending, b""
            return pending
        try:
            piece = self._file.read(PIECE)
        except _READ_ERRORS as error:
            raise self._unreadable(error) from None
        self.done_octets += len(piece)
        return piece

    def _rows(self, piece: bytes) -> list[Row]:
        try:
            text = piece.decode()
        except UnicodeDecodeError:
            text = self._decoded(piece)
        if "\r" in text and self._end == b"\n":
            text = text.replace("\r\n", "\n")
        end = self._end.decode()
        lines = text.removesuffix(end).split(end)
        if "\0" in text or max(map(len, lines)) > LONGEST_LINE:
            lines = self._sound(lines)
        fields = [line.split("|") for line in lines]
        if set(map(len, fields)) != {self._width}:
            fields = self._of_width(fields)
        return [self._pick(each) for each in fields]

    def _of_width(self, lines: list[list[str]]) -> list[list[str]]:
        """The lines with as many fields as the header, or one more that is empty; blank lines are nothing."""
        kept, width = [], self._width
        for fields in lines:
            if len(fields) == width or (len(fields) == width + 1 and not fields[-1].strip()):
                kept.append(fields)
            elif len(fields) > 1 or fields[0].strip():
                self.pass_over(BadLine.FIELDS, "|".join(fields))
        return kept

    def _decoded(self, piece: bytes) -> str:
        """The lines that are UTF-8; the others are counted."""
        kept = []
        for line in piece.split(self._end):
            try:
                kept.append(line.decode())
            except UnicodeDecodeError:
                self.bad[BadLine.ENCODING] += 1
                self.passed_over.line(line.decode(errors="replace"))
        return self._end.decode().join(kept)

    def _sound(self, lines: list[str]) -> list[str]:
        kept = []
        for line in lines:
            if len(line) > LONGEST_LINE:
                self.pass_over(BadLine.LENGTH, line)
            elif "\0" in line:
                self.pass_over(BadLine.NUL, line)
            else:
                kept.append(line)
        return kept

    def pass_over(self, why: BadLine, line: str) -> None:
        """Count a line as bad, and remember the addresses in it."""
        self.bad[why] += 1
        self.passed_over.line(line)

    # What goes wrong

    def _foreign(self) -> UnusableFileError:
        return UnusableFileError(
            _("%(file)s n'est pas un fichier d'extraction de l'Annuaire Santé.") % {"file": self.source_name},
            advice=_("Sa première ligne devrait nommer les colonnes, séparées par « | »."),
        )

    def _not_utf_8(self) -> UnusableFileError:
        return UnusableFileError(
            _("%(file)s n'est pas écrit en UTF-8.") % {"file": self.source_name},
            advice=_(
                "Reprenez le fichier tel que l'Annuaire Santé le publie, sans l'ouvrir dans un tableur."
            ),
        )

    def _refused(self, reason: str) -> UnusableFileError:
        return UnusableFileError(
            _("l'archive %(file)s est refusée : %(reason)s")
            % {"file": plain(self.path.name), "reason": reason},
            advice=_("Prenez celle que publie l'Annuaire Santé."),
        )

    def _unreadable(self, error: BaseException) -> DirectoryError:
        told = getattr(error, "strerror", None)
        kind = UnreadableFileError if told else UnusableFileError
        return kind(
            _("le fichier %(file)s ne peut pas être lu : %(reason)s.")
            % {"file": plain(str(self.path)), "reason": plain(told or _("il est abîmé ou incomplet"))},
            advice=_("Vérifiez les droits, ou copiez-le de nouveau.") if told else _("Copiez-le de nouveau."),
        )


def _not_a_file(path: Path) -> DirectoryError:
    return DirectoryError(
        _("%(file)s n'est pas un fichier.") % {"file": plain(str(path))},
        advice=_("Donnez le chemin du fichier .txt ou .zip."),
    )


def _is_text(member: str) -> bool:
    """Whether a file of a zip is a text. A Mac puts one of its own beside each file that it packs."""
    path = PurePosixPath(member.lower())
    return path.suffix == ".txt" and not path.name.startswith("._") and "__macosx" not in path.parts


def _label(name: str) -> str:
    """A column's name as it is compared: forms of accents and of apostrophes have varied in such files."""
    return unicodedata.normalize("NFC", name).replace("’", "'").strip().casefold()


def _picker(places: Sequence[int | None]) -> Callable[[list[str]], Row]:
    """Takes the wanted fields from a split line; an absent column is empty."""
    if None not in places:
        take: Callable[[list[str]], Row] = itemgetter(*(at for at in places if at is not None))
        return take
    at_end = itemgetter(*(-1 if at is None else at for at in places))

    def pick(fields: list[str]) -> Row:
        picked: Row = at_end([*fields, ""])
        return picked

    return pick
