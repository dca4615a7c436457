"""Bringing the index of the extraction up to date from where the file is published (domain 3.1).

The file is downloaded beside the index, imported in one step, and removed: the index is what is kept. Where
the server says that nothing has changed since, nothing is done at all.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from balt.clock import Clock
from balt.directory import download_failures as failures
from balt.directory.download import LIMITS, Download, Marks, Progress
from balt.directory.index_build import ImportReport, about_of, build_index
from balt.directory.index_file import alone
from balt.directory.index_schema import IndexAbout
from balt.directory.patience import Patience
from balt.directory.rows import UnreadableFileError, UnusableFileError
from balt.directory.shortage import lacks_half
from balt.directory.sources import Source
from balt.errors import DirectoryError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.text import plain

NAME = "Extraction_Correspondance_MSSante.download"
_LARGEST_NOTE = 8000


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update brought: the import, None where the index was up to date; ``about`` is the index now."""

    about: IndexAbout
    report: ImportReport | None = None


def update_index(
    path: Path,
    source: Source,
    clock: Clock,
    on_download: Progress,
    on_import: Progress,
    ticks: Callable[[], float] = time.monotonic,
) -> Updated:
    """Bring the index at ``path`` up to date. Raises DirectoryError and ConfigError; the former index is then
    untouched, and an unfinished download is taken up again the next time.
    """
    file = path.with_name(NAME)
    try:
        private_dir(path.parent)
        with alone(file):
            download = Download(source, file, Patience(LIMITS, None, ticks, time.sleep))
            former = about_of(path)
            marks = download.fetch(_known(path, source, former), on_download)
            if marks is None and former is not None:
                return Updated(former)
            try:
                report = build_index(path, file, clock, on_import, accept=_check)
            except UnusableFileError:
                raise failures.unusable(source.host) from None
            except UnreadableFileError:
                raise DirectoryError(
                    _("l'annuaire téléchargé n'a pas pu être lu sur cet ordinateur."), advice=_here()
                ) from None
            finally:
                download.forget()
            _remember(path, source, marks or Marks(), report.about)
    except OSError as error:
        raise DirectoryError(
            _("l'annuaire téléchargé ne peut pas être écrit : %(reason)s.")
            % {"reason": plain(error.strerror or type(error).__name__)},
            advice=_here(),
        ) from error
    return Updated(report.about, report)


def _here() -> str:
    """What to do about a fault of this computer's own."""
    return _("Vérifiez la place et les droits, puis recommencez. L'ancien index est intact.")


def _check(new: IndexAbout, former: IndexAbout) -> None:
    """Refuse a file that was most likely cut when it was published: nobody asked for it."""
    if lacks_half(new.addresses, former.addresses):
        raise failures.shrunk(new.addresses, former.addresses)


def _known(path: Path, source: Source, former: IndexAbout | None) -> Marks:
    """The marks of the file that the index of now was made from; none where it was made from another one."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        note = _note(path)
        if former is not None and note.stat().st_size <= _LARGEST_NOTE:
            found = json.loads(note.read_bytes())
            if (found["url"], found["imported_at"]) == (source.url, former.imported_at.isoformat()):
                return Marks(str(found["etag"]), str(found["last_modified"]))
    return Marks()


def _remember(path: Path, source: Source, marks: Marks, about: IndexAbout) -> None:
    """Keep the marks, and of which index they are. Without them the next update only downloads once more."""
    note = {
        "url": source.url,
        "etag": marks.etag,
        "last_modified": marks.last_modified,
        "imported_at": about.imported_at.isoformat(),
    }
    with contextlib.suppress(OSError):
        write_private(_note(path), json.dumps(note).encode())


def _note(path: Path) -> Path:
    return path.with_name("update.json")
