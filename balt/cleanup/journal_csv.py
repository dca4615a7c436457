"""The journal as a table for a spreadsheet: the same columns wherever it is written."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from balt.cleanup.deeds import Deed, Entry
from balt.clock import Clock
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.text import plain, sheet_cell

COLUMNS = ("line", "time", "author", "login", *(field.name for field in fields(Deed)))


def row_of(entry: Entry) -> dict[str, object]:
    """A line of the journal as one row of the table."""
    row = entry.to_json()
    return {**row, "figures": json.dumps(row["figures"]) if row["figures"] else ""}


def to_csv(entries: Iterable[Entry]) -> str:
    """A header, then a row for each line; texts that a spreadsheet would run get a quote mark before them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row = row_of(entry)
        writer.writerow([sheet_cell(row[name]) for name in COLUMNS])
    return text.getvalue()


def export(entries: Iterable[Entry], folder: Path, clock: Clock) -> Path:
    """Write the table to a new file under ``folder/exports``, for its owner alone; its path.

    Raises StoppedError when it cannot be written.
    """
    path = folder / "exports" / f"journal-{clock.now():%Y%m%d-%H%M%S}.csv"
    try:
        private_dir(folder)
        private_dir(path.parent)
        write_private(path, to_csv(entries).encode("utf-8"))
    except OSError as error:
        raise StoppedError(
            _("le fichier %(file)s ne peut pas être écrit : %(why)s.")
            % {"file": plain(str(path), 500), "why": plain(error.strerror or type(error).__name__)},
            advice=_("Vérifiez la place et les droits, puis recommencez."),
        ) from error
    return path
