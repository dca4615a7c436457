"""The index of the extraction that the configuration names: made anew when the file has changed."""

from __future__ import annotations

import contextlib
from pathlib import Path

from balt.clock import Clock
from balt.directory.extraction import Cancelled, Progress
from balt.directory.index import DirectoryIndex
from balt.directory.index_build import build_index, refuse_cut
from balt.directory.index_schema import IndexAbout
from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import capital


def ensure_index(
    path: Path,
    source: Path | None,
    clock: Clock,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> DirectoryIndex:
    """The index of the extraction ``source``, made first when there is none or when the file has changed; the
    one that was imported, without a source.

    Its answers tell what of the file could not be read. Where the source is gone, cannot be used or was most
    likely cut, a former index still serves, and its answers say so. Raises DirectoryError where there
    is neither, and CancelledError.
    """
    if source is None:
        return DirectoryIndex(path)
    former: DirectoryIndex | None = None
    with contextlib.suppress(DirectoryError):
        former = DirectoryIndex(path)
    if former is not None and fits(former.about(), source):
        return former
    if former is not None:
        former.close()
    try:
        build_index(path, source, clock, on_progress, cancelled, refuse_cut)
    except DirectoryError as error:
        if former is None:
            raise
        note = _("%(problem)s L'index précédent de l'annuaire reste utilisé.") % {
            "problem": capital(error.message)
        }
        return DirectoryIndex(path, notes=[note])
    return DirectoryIndex(path)


def fits(about: IndexAbout, source: Path) -> bool:
    """Whether an index was made from this very file, as it is now."""
    try:
        found = source.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (about.source_size, about.source_mtime)
