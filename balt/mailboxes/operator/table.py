"""A table that an operator exported: cells between ``;``, ``,``, tabs or ``|``, quoted as RFC 4180 has it.

Each line is UTF-8 where it can be, else Windows-1252, as spreadsheets write them in France. The file is read
line by line and never whole. What could make one cell pass for a line of its own (a quote that is never
closed, a line without an end) refuses the whole file; any other damaged line is told, and left aside.
"""

import csv
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from balt.errors import UsageError
from balt.i18n import _
from balt.text import plain

LONGEST_LINE = 64 * 1024
"""Octets; a line of a statistic has some hundreds."""

MOST_LINES = 100
"""Lines of the file that one row may take, by line ends inside quoted cells."""

MOST_COLUMNS = 500
_NAME_LENGTH = 80
_DELIMITERS = ";\t|,"
_BOM = b"\xef\xbb\xbf"
_OTHER_FORMS = {b"PK\x03\x04": "xlsx, ods, zip", b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "PDF"}
_WIDE = (b"\xff\xfe", b"\xfe\xff")

Cells = Sequence[str]


class Table:
    """An open table: its ``headers``, each name once and safe to show, then its rows.

    A context manager. Raises UsageError for a file that is no such table, and while reading.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = 0
        self._pulled = 0
        self._open_files = ExitStack()
        try:
            self._open()
            self.headers = self._read_headers()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Table":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._open_files.close()

    @property
    def done_octets(self) -> int:
        """How much of ``total_octets`` was read."""
        return self._file.tell()

    def rows(self) -> Iterator[tuple[int, Cells | None]]:
        """The number of the line and its cells, as many as there are headers; None for a line that cannot be
        cut into them. Blank lines are passed over. To be called once.
        """
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        while True:
            self._pulled = 0
            first = self._number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                if self._pulled != 1:
                    raise self._never_closed(first) from None
                yield first, None
                continue
            if any(cell.strip() for cell in cells):
                yield first, self._fitting(cells)

    def _fitting(self, cells: list[str]) -> Cells | None:
        """As many cells as headers; empty ones at the end are of no account."""
        count = len(self.headers)
        return cells[:count] if len(cells) >= count and not any(cells[count:]) else None

    def _open(self) -> None:
        try:
            found = self._path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise UsageError(_("%s n'est pas un fichier.") % plain(str(self._path)))
            self._file = self._open_files.enter_context(self._path.open("rb"))
            self.total_octets, self.written_at = found.st_size, found.st_mtime
            start = self._file.read(4)
            self._file.seek(len(_BOM) if start.startswith(_BOM) else 0)
        except OSError as error:
            raise self._unreadable(error) from None
        form = _OTHER_FORMS.get(start)
        if form is not None or start.startswith(_WIDE):
            raise UsageError(
                _("%(file)s n'est pas un tableau CSV (%(form)s).")
                % {"file": plain(self._path.name), "form": form or "UTF-16"},
                advice=_("Enregistrez-le au format « CSV UTF-8 », puis recommencez."),
            )

    def _lines(self) -> Iterator[str]:
        while line := self._read_line():
            self._pulled += 1
            if self._pulled > MOST_LINES:
                raise self._never_closed(self._number - MOST_LINES)
            yield _decoded(line)

    def _read_line(self) -> bytes:
        """One line of the file; b"" at its end."""
        try:
            line = self._file.readline(LONGEST_LINE + 1)
        except OSError as error:
            raise self._unreadable(error) from None
        self._number += 1
        if len(line) > LONGEST_LINE:
            raise UsageError(
                _("La ligne %d est trop longue pour une statistique.") % self._number,
                advice=_("Rien n'a été retenu. Vérifiez que le fichier est bien un tableau CSV."),
            )
        return line

    def _read_headers(self) -> tuple[str, ...]:
        """The names of the columns: those of the first line that is not blank. ``sep=;``, by which a
        spreadsheet tells the delimiter, may stand before it.
        """
        told = ""
        while line := self._read_line():
            text = _decoded(line).strip("\r\n")
            if text.lower().startswith("sep=") and len(text) == len("sep=;"):
                told = text[-1]
            elif text.strip(" " + _DELIMITERS):
                return self._named(text, told if told in _DELIMITERS else "")
        raise UsageError(
            _("%s est vide.") % plain(self._path.name),
            advice=_("La première ligne d'une statistique donne les titres de ses colonnes."),
        )

    def _named(self, line: str, told: str) -> tuple[str, ...]:
        """The headers, by the delimiter that makes the most of them."""
        cut = {each: _cut(line, each) for each in told or _DELIMITERS}
        self._delimiter = max(cut, key=lambda each: len(cut[each]))
        names = cut[self._delimiter]
        if not 0 < len(names) <= MOST_COLUMNS:
            raise UsageError(
                _("La première ligne de %s ne donne pas les titres des colonnes.") % plain(self._path.name),
                advice=_(
                    "Elle doit nommer chaque colonne, par exemple : Adresse;Dernière connexion;Quota (Mo)"
                ),
            )
        return _each_once(names)

    def _never_closed(self, number: int) -> UsageError:
        return UsageError(
            _("À la ligne %d, un guillemet s'ouvre et ne se referme pas.") % number,
            advice=_("Rien n'a été retenu. Corrigez cette ligne, ou exportez de nouveau le tableau."),
        )

    def _unreadable(self, error: OSError) -> UsageError:
        return UsageError(
            _("le fichier %(file)s ne peut pas être lu : %(why)s.")
            % {"file": plain(str(self._path)), "why": plain(error.strerror or type(error).__name__)},
            advice=_("Vérifiez son chemin."),
        )


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _cut(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _each_once(names: Sequence[str]) -> tuple[str, ...]:
    """Names that tell the columns apart: "Quota", "Quota (2)"; one that has none is called by its place."""
    found: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        shown = " ".join(plain(name, _NAME_LENGTH).split()) or _("colonne %d") % place
        unique, again = shown, 2
        while unique in found:
            unique, again = f"{shown} ({again})", again + 1
        found[unique] = None
    return tuple(found)
