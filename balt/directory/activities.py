"""The situations of persons, from the public file ``PS_LibreAcces_Personne_activite`` (domain 3.2).

One row is one activity with one speciality, so an activity may stand on several rows. The file has no MSSanté
address: it meets the extraction of BAL by RPPS number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from balt.directory.extraction import Cancelled, Progress, place_of
from balt.directory.identifiers import finess_of, rpps_of
from balt.directory.model import Origin, PracticeSituation, Professional
from balt.directory.rows import Row, Rows
from balt.directory.work_about import bad_words
from balt.errors import CancelledError, DirectoryError
from balt.i18n import _
from balt.text import plain

COLUMNS = {
    "person_type": "Type d'identifiant PP",
    "person_id": "Identifiant PP",
    "national_id": "Identification nationale PP",
    "title": "Code civilité d'exercice",
    "family": "Nom d'exercice",
    "given": "Prénom d'exercice",
    "profession": "Libellé profession",
    "speciality": "Libellé savoir-faire",
    "mode": "Code mode exercice",
    "siret": "Numéro SIRET site",
    "site": "Numéro FINESS site",
    "entity": "Numéro FINESS établissement juridique",
    "structure_id": "Identifiant technique de la structure",
    "structure": "Raison sociale site",
    "sign": "Enseigne commerciale site",
    "place": "Bureau cedex (coord. structure)",
    "town": "Libellé commune (coord. structure)",
    "sector": "Code secteur d'activité",
    "role": "Code rôle",
    "role_label": "Libellé rôle",
    "genre": "Code genre activité",
}
VITAL = ("person_id", "family")
MEMBER = "PS_LibreAcces_Personne_activite"

_OTHER_ROLE = "FON-AU"
"""The code of a role that says nothing ("Autre")."""


@dataclass(frozen=True, slots=True)
class Activities:
    """What the file says of the persons asked for, and what of it could not be read (see ``WorkAbout``).
    ``rows`` are the lines that were; ``notes`` are sentences for the user.
    """

    situations: tuple[PracticeSituation, ...]
    professionals: tuple[Professional, ...]
    rows: int
    bad_by_reason: Mapping[str, int]
    whole: bool
    notes: tuple[str, ...] = ()

    @property
    def bad_lines(self) -> int:
        """How many lines were passed over."""
        return sum(self.bad_by_reason.values())


class _ActivityRow(NamedTuple):
    """One row, its fields as the file has them, in the order of ``COLUMNS``."""

    person_type: str
    person_id: str
    national_id: str
    title: str
    family: str
    given: str
    profession: str
    speciality: str
    mode: str
    siret: str
    site: str
    entity: str
    structure_id: str
    structure: str
    sign: str
    place: str
    town: str
    sector: str
    role: str
    role_label: str
    genre: str


def is_activity_file(path: Path) -> bool:
    """Whether a file is one of activities, and not an extraction of BAL; False where it cannot be read."""
    telling = ("person_id", "mode")
    try:
        with Rows(path, {name: COLUMNS[name] for name in telling}, telling, member=MEMBER):
            return True
    except DirectoryError:
        return False


def read_activities(
    path: Path,
    wanted: Collection[str],
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    also: Callable[[list[Row]], None] | None = None,
) -> Activities:
    """The situations and the identity of the persons whose RPPS number is in ``wanted``.

    Only these are kept in memory: the file has some 2.2 million rows. ``also`` is given every row, some
    hundreds at a time, in the order of ``COLUMNS``. Raises DirectoryError for a file that
    is not of this kind, and CancelledError.
    """
    numbers = frozenset(wanted)
    situations: dict[str, PracticeSituation] = {}
    people: dict[str, Professional] = {}
    read = 0
    with Rows(path, COLUMNS, VITAL, member=MEMBER) as rows:
        for batch in rows.batches():
            if cancelled is not None and cancelled():
                raise CancelledError(_("lecture interrompue."))
            read += len(batch)
            _keep(batch, numbers.__contains__, situations, people)
            if also is not None:
                also(batch)
            if on_progress is not None:
                on_progress(rows.done_octets, rows.total_octets)
        bad = {reason.value: count for reason, count in rows.bad.items() if count}
        whole = rows.passed_over.whole
        notes = (*bad_words(bad, whole=whole), *_notes(rows))
        return Activities(tuple(situations.values()), tuple(people.values()), read, bad, whole, notes)


def _keep(
    batch: list[Row],
    is_wanted: Callable[[str], bool],
    situations: dict[str, PracticeSituation],
    people: dict[str, Professional],
) -> None:
    for fields in batch:
        rpps = rpps_of(fields[0], fields[1], fields[2])
        if not is_wanted(rpps):
            continue
        row = _ActivityRow(*fields)
        found = _situation(rpps, row)
        if found is not None:
            situations.setdefault(found.id, found)
        people[rpps] = _professional(rpps, row, people.get(rpps), found.town if found else "")


def _situation(rpps: str, row: _ActivityRow) -> PracticeSituation | None:
    """The activity of a row; None for a person who is registered and has none."""
    structure = plain(row.structure).strip() or plain(row.sign).strip()
    identity = (row.structure_id, row.site, row.siret, row.entity, structure)
    where = next((plain(value).strip() for value in identity if value.strip()), "")
    mode = plain(row.mode).strip().upper()
    if not (where or mode):
        return None
    role = plain(row.role).strip()
    finess = finess_of("", row.site) or finess_of("", row.structure_id) or finess_of("", row.entity)
    parts = (rpps, where, mode, role, plain(row.genre).strip(), plain(row.sector).strip())
    return PracticeSituation(
        id="activite:" + ":".join(parts),
        rpps=rpps,
        structure=structure,
        finess=plain(finess),
        town=_town(row),
        mode=mode,
        function="" if role == _OTHER_ROLE else plain(row.role_label).strip(),
        origin=Origin.EXTRACTION,
    )


def _professional(rpps: str, row: _ActivityRow, former: Professional | None, town: str) -> Professional:
    """The person of a row; what the rows before said is kept, and completed by this one's town."""
    towns = former.towns if former else ()
    if town and town not in towns:
        towns = (*towns, town)
    return Professional(
        rpps=rpps,
        family=plain(row.family).strip(),
        given=plain(row.given).strip(),
        title=plain(row.title).strip(),
        profession=plain(row.profession).strip() or (former.profession if former else ""),
        speciality=(former.speciality if former else "") or plain(row.speciality).strip(),
        towns=towns,
    )


def _town(row: _ActivityRow) -> str:
    return plain(row.town).strip() or place_of(plain(row.place), "")[1]


def _notes(rows: Rows) -> tuple[str, ...]:
    if not rows.missing:
        return ()
    return (
        _("Colonnes absentes du fichier : %(columns)s.") % {"columns": ", ".join(map(plain, rows.missing))},
    )
