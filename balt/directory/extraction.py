"""The public extraction of all BAL, ``Extraction_Correspondance_MSSante`` (domain 3.1), row by row.

One row is one BAL of one holder in at most one structure, with one speciality: an address may stand on
several rows. The file gives no date but the one in its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import NamedTuple

from balt.clock import Clock
from balt.directory.identifiers import finess_of, rpps_of
from balt.directory.labels import bare_speciality, given_name, title_of
from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.directory.rows import BadLine, Row, Rows
from balt.errors import CancelledError
from balt.i18n import _
from balt.text import plain

Progress = Callable[[int, int], None]
"""Told the octets read and the octets to read."""

Cancelled = Callable[[], bool]

COLUMNS = {
    "kind": "Type de BAL",
    "address": "Adresse BAL",
    "person_type": "Type Identifiant PP",
    "person_id": "Identifiant PP",
    "national_id": "Identification nationale PP",
    "service": "Service de rattachement",
    "title": "Civilité d'exercice",
    "family": "Nom d'exercice",
    "given": "Prénom d'exercice",
    "profession": "Libellé Profession",
    "speciality": "Libellé savoir-faire",
    "digitization": "Dématérialisation",
    "structure_type": "Type identifiant structure",
    "structure_id": "Identification Structure",
    "structure": "Raison Sociale structure BAL",
    "sign": "Enseigne commerciale structure BAL",
    "place": "L6LIGNEACHEMINEMENT structure BAL",
    "postcode": "Code postal structure BAL",
}
"""Field → column. What tells a structure stands last, together."""

STRUCTURE_AT = list(COLUMNS).index("structure_type")
VITAL = ("kind", "address")
MEMBER = "Extraction_Correspondance_MSSante"

_STAMP = re.compile(r"(?<!\d)(20\d{10})(?!\d)", re.ASCII)
_POSTCODE = re.compile(r"\d{5}(?=\s|$)", re.ASCII)
_KINDS = {kind.value: kind for kind in BalKind}
_YES = frozenset(("o", "oui", "true", "1"))
_NO = frozenset(("n", "non", "false", "0"))


class ExtractionRow(NamedTuple):
    """One row, its fields as the file has them, in the order of ``COLUMNS``."""

    kind: str
    address: str
    person_type: str
    person_id: str
    national_id: str
    service: str
    title: str
    family: str
    given: str
    profession: str
    speciality: str
    digitization: str
    structure_type: str
    structure_id: str
    structure: str
    sign: str
    place: str
    postcode: str


def open_extraction(path: Path) -> Rows:
    """The rows of an extraction, a text file or a packed one, in the order of ``COLUMNS``; see ``Rows``.

    Raises DirectoryError for anything that is not an extraction.
    """
    return Rows(path, COLUMNS, VITAL, member=MEMBER)


def addressed(rows: Rows, batch: list[Row]) -> list[Row]:
    """The rows of a batch that have an address where it belongs; the others are passed over as bad."""
    kept = [row for row in batch if "@" in row[1]]
    if len(kept) < len(batch):
        for row in batch:
            if "@" not in row[1]:
                rows.pass_over(BadLine.ADDRESS, "|".join(row))
    return kept


def read_extraction(
    path: Path, clock: Clock, on_progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Iterator[DirectoryEntry]:
    """Every BAL of an extraction, safe to show, in the order of the file; bad lines are passed over.

    Raises DirectoryError and CancelledError. For the whole directory, use the index.
    """
    with open_extraction(path) as rows:
        seen_on = generated_at(rows, clock)
        for batch in rows.batches():
            if cancelled is not None and cancelled():
                raise CancelledError(_("lecture interrompue."))
            for row in addressed(rows, batch):
                yield entry_of(ExtractionRow(*row), seen_on)
            if on_progress is not None:
                on_progress(rows.done_octets, rows.total_octets)


def entry_of(row: ExtractionRow, seen_on: datetime) -> DirectoryEntry:
    """What a row says, safe to show."""
    postcode, town = place_of(plain(row.place), plain(row.postcode))
    return DirectoryEntry(
        address=plain(row.address).strip(),
        kind=kind_of(row.kind),
        origin=Origin.EXTRACTION,
        seen_on=seen_on,
        family=plain(row.family).strip(),
        given=given_name(plain(row.given)),
        title=title_of(plain(row.title)),
        rpps=plain(rpps_of(row.person_type, row.person_id, row.national_id)),
        profession=plain(row.profession).strip(),
        speciality=bare_speciality(plain(row.speciality)),
        structure=plain(row.structure).strip() or plain(row.sign).strip(),
        finess=plain(finess_of(row.structure_type, row.structure_id)),
        service=plain(row.service).strip(),
        town=town,
        postcode=postcode,
        digitization=yes_or_no(row.digitization),
    )


def kind_of(text: str) -> BalKind:
    """The type of a BAL; ``UNKNOWN`` for a code that is not known."""
    return _KINDS.get(text.strip().upper(), BalKind.UNKNOWN)


def yes_or_no(text: str) -> bool | None:
    """``Dématérialisation``: O/N, True/False or 1/0 (domain 3.1: sources differ); None where it is empty."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def place_of(line: str, postcode: str) -> tuple[str, str]:
    """Post code and town, from the last line of a postal address ("99100 VALBRUME") and the post code."""
    line, postcode = line.strip(), postcode.strip()
    if found := _POSTCODE.match(line):
        return postcode or found[0], line[found.end() :].strip()
    return postcode, line


def generated_at(rows: Rows, clock: Clock) -> datetime:
    """When an extraction was made: AAAAMMJJhhmm in its name, or in that of the file that packs it, in local
    time; else when the file was last written. A moment that is yet to come is not believed: one of some hours
    ahead is of a clock in another zone, and means now.
    """
    now = clock.now()
    for name in (rows.source_name, rows.path.name):
        for stamp in _STAMP.findall(name):
            moment = _moment(stamp, now.tzinfo)
            if moment is not None and moment <= now + timedelta(days=1):
                return min(moment, now)
    written = datetime.fromtimestamp(rows.written_at, now.tzinfo)
    return min(written, now)


def _moment(stamp: str, zone: tzinfo | None) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M").replace(tzinfo=zone)
    except ValueError:
        return None
