"""What an index says of the file that it was made from: what of it could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from balt.directory.rows import BadLine
from balt.i18n import _, labelled, ngettext
from balt.units import format_count

if TYPE_CHECKING:
    from balt.directory.index_schema import IndexAbout


def damage_words(about: IndexAbout) -> tuple[str, ...]:
    """The lines that could not be read, by reason, and the columns that are missing, in sentences; none where
    all was read.
    """
    notes = []
    if about.bad_lines:
        notes.append(
            ngettext(
                "%(count)s ligne illisible de l'extraction a été laissée de côté (%(why)s).",
                "%(count)s lignes illisibles de l'extraction ont été laissées de côté (%(why)s).",
                about.bad_lines,
            )
            % {"count": format_count(about.bad_lines), "why": why_bad(about.bad_by_reason)}
        )
    if about.missing:
        columns = ", ".join(about.missing)
        notes.append(_("Colonnes absentes de l'extraction : %(columns)s.") % {"columns": columns})
    return tuple(notes)


def cut_words() -> str:
    """What to say of an extraction that was not read to its end."""
    return _(
        "L'extraction n'a pas pu être lue en entier : ce qui y manque n'est pas pour autant absent de "
        "l'annuaire. Copiez-la de nouveau."
    )


def why_bad(bad_by_reason: Mapping[str, int]) -> str:
    """Why lines were passed over, and how many for each reason."""
    return ", ".join(
        labelled(_reason(reason), format_count(count)) for reason, count in bad_by_reason.items()
    )


def _reason(reason: str) -> str:
    """Why a line was passed over, in a few words."""
    return {
        BadLine.FIELDS.value: _("colonnes en trop ou en moins"),
        BadLine.NUL.value: _("caractère nul"),
        BadLine.ENCODING.value: _("pas en UTF-8"),
        BadLine.LENGTH.value: _("démesurée"),
        BadLine.ADDRESS.value: _("sans adresse"),
    }[reason]
