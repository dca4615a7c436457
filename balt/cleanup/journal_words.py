"""The sentences about the journal itself, for the screen and for the shell: is it whole, what is gone."""

from balt.cleanup.chain import Verification
from balt.i18n import _, ngettext
from balt.units import format_count, format_date


def verdict(found: Verification) -> str:
    """Whether the lines follow from each other, in one sentence."""
    if found.broken is not None:
        sentence = _("La ligne %d du journal ne suit pas la précédente : une ligne a été modifiée ou ôtée.")
        return sentence % found.broken
    if found.cut_short:
        return _cut_short(found)
    return ngettext("%s ligne, intacte.", "%s lignes, la suite est complète.", found.lines) % format_count(
        found.lines
    )


def remarks(found: Verification) -> list[str]:
    """All that is to be said of the journal unasked: what is wrong with it, then what is no longer in it."""
    said = [verdict(found)] if found.broken is not None else []
    if found.cut_short:
        said.append(_cut_short(found))
    if found.removed:
        said.append(_removed(found))
    return said


def _cut_short(found: Verification) -> str:
    return (
        ngettext(
            "%d ligne du journal a été coupée par un arrêt brutal ; le reste est intact.",
            "%d lignes du journal ont été coupées par un arrêt brutal ; le reste est intact.",
            found.cut_short,
        )
        % found.cut_short
    )


def _removed(found: Verification) -> str:
    until = found.removed_until
    told = {"n": format_count(found.removed), "date": format_date(until.date()) if until else "?"}
    sentence = ngettext(
        "%(n)s ligne, jusqu'au %(date)s, a été ôtée : sa durée de conservation est passée.",
        "%(n)s lignes, jusqu'au %(date)s, ont été ôtées : leur durée de conservation est passée.",
        found.removed,
    )
    return sentence % told
