"""What is kept about the activity file that the places of work come from, and which file may not replace it.

Nothing is concluded from what this file lacks, but persons are then not found where they work: a worse one
takes the place of a good one only on somebody's word.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from balt.directory.index_words import why_bad
from balt.directory.model import is_ahead
from balt.directory.shortage import may_be_cut
from balt.errors import DirectoryError
from balt.i18n import _, ngettext
from balt.units import format_count, format_date

VERSION = 6
"""``PRAGMA user_version`` of the index of places; one of another version is made anew."""


@dataclass(frozen=True, slots=True)
class WorkAbout:
    """What the places were read from. Times are aware. ``rows`` are the lines of the file that were read,
    ``persons`` those of them who have a BAL in the extraction, and ``places`` where these work.
    ``bad_by_reason`` counts the lines passed over (``BadLine`` → count); ``whole`` is false where the file
    was not read to its end.
    """

    generated_at: datetime
    imported_at: datetime
    source_name: str
    rows: int
    persons: int
    places: int
    bad_by_reason: Mapping[str, int] = field(default_factory=dict)
    whole: bool = True

    @property
    def day(self) -> str:
        """The day on which the file was made, to be read."""
        return format_date(self.generated_at.date())


def write_about(db: sqlite3.Connection, about: WorkAbout) -> None:
    """Keep what the places were read from."""
    values = {
        "generated_at": about.generated_at.isoformat(),
        "imported_at": about.imported_at.isoformat(),
        "source_name": about.source_name,
        "rows": about.rows,
        "persons": about.persons,
        "places": about.places,
        "bad_by_reason": dict(about.bad_by_reason),
        "whole": about.whole,
    }
    rows = [(name, json.dumps(value)) for name, value in values.items()]
    db.executemany("INSERT INTO about (name, value) VALUES (?, ?)", rows)


def read_about(db: sqlite3.Connection) -> WorkAbout:
    """What the places were read from. Raises ValueError, KeyError or TypeError where it is not what balt
    wrote, sqlite3.Error where it cannot be read.
    """
    found = {name: json.loads(value) for name, value in db.execute("SELECT name, value FROM about")}
    return WorkAbout(
        generated_at=datetime.fromisoformat(found["generated_at"]),
        imported_at=datetime.fromisoformat(found["imported_at"]),
        source_name=str(found["source_name"]),
        rows=int(found["rows"]),
        persons=int(found["persons"]),
        places=int(found["places"]),
        bad_by_reason={str(reason): int(count) for reason, count in found["bad_by_reason"].items()},
        whole=bool(found["whole"]),
    )


def refuse_worse(new: WorkAbout, former: WorkAbout | None) -> None:
    """Raise DirectoryError for a file that is older than the one kept, was cut where that one was whole, or
    is much shorter (``shortage``). One that was dated ahead of now is worse than any other.
    """
    if former is None or is_ahead(former.generated_at, new.imported_at):
        return
    why = _worse(new, former)
    if why:
        raise DirectoryError(
            _("%(why)s : le fichier d'activités du %(day)s reste utilisé.") % {"why": why, "day": former.day},
            advice=_(
                "Copiez de nouveau le plus récent ; pour prendre celui-ci quand même : "
                "balt directory import FICHIER --whole."
            ),
        )


def _worse(new: WorkAbout, former: WorkAbout) -> str:
    """In which way a file is worse than the one kept; "" where it is not."""
    if new.generated_at < former.generated_at:
        return _("ce fichier d'activités est plus ancien (%s)") % new.day
    if former.whole and not new.whole:
        return _("ce fichier d'activités n'a pas pu être lu en entier, il est sans doute coupé")
    if may_be_cut(new.rows, former.rows):
        words = {"new": format_count(new.rows), "former": format_count(former.rows)}
        return _("ce fichier d'activités n'a que %(new)s lignes, contre %(former)s auparavant") % words
    return ""


def bad_words(bad_by_reason: Mapping[str, int], *, whole: bool) -> tuple[str, ...]:
    """The lines of the activity file that could not be read, by reason, and that it was cut, in sentences."""
    notes = []
    if count := sum(bad_by_reason.values()):
        text = ngettext(
            "%(count)s ligne illisible du fichier d'activités a été laissée de côté (%(why)s).",
            "%(count)s lignes illisibles du fichier d'activités ont été laissées de côté (%(why)s).",
            count,
        )
        notes.append(text % {"count": format_count(count), "why": why_bad(bad_by_reason)})
    if not whole:
        notes.append(cut_words())
    return tuple(notes)


def cut_words() -> str:
    """What to say of an activity file that was not read to its end."""
    return _(
        "Le fichier d'activités n'a pas pu être lu en entier : des lieux d'exercice manquent. Copiez-le de "
        "nouveau."
    )


def unreadable_words() -> str:
    """What to say where there is an index of places that cannot be read."""
    return _(
        "Les lieux d'exercice gardés ici ne peuvent pas être lus (index abîmé, ou d'une autre version de "
        "balt) : importez de nouveau le fichier d'activités."
    )
