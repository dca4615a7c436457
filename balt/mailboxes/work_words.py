"""Where a person works by the activity file, in words: always with the day of that file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from balt.i18n import _, ngettext
from balt.text import fold
from balt.units import format_count, format_date

if TYPE_CHECKING:
    from balt.directory.model import DirectoryEntry, Professional, Workplace

ELSEWHERE = "~ "
"""Before where the holder works, in a column that says where a BAL belongs."""

MOST_TOLD = 5
"""Places told of one person; a locum may have dozens."""


def further_work(person: Professional, entries: Iterable[DirectoryEntry]) -> tuple[Workplace, ...]:
    """The places of work of a person that their entries do not name."""
    towns, structures = set[str](), set[str]()
    for entry in entries:
        towns.add(fold(entry.town))
        structures.add(fold(entry.structure))
    return tuple(
        place
        for place in person.work
        if fold(place.town) not in towns | {""} or fold(place.structure) not in structures | {""}
    )


def work_words(person: Professional, entries: Iterable[DirectoryEntry] = ()) -> str:
    """Where a person works besides what their entries name; "" where nothing is known."""
    places = further_work(person, entries)
    if not places or person.work_on is None:
        return ""
    told = [place_words(place) for place in places[:MOST_TOLD]]
    if (out := len(places) - MOST_TOLD) > 0:
        told.append(ngettext("%(n)s autre", "%(n)s autres", out) % {"n": format_count(out)})
    words = {"places": ", ".join(told), "day": format_date(person.work_on)}
    return _("Exerce aussi à %(places)s, selon le fichier d'activités du %(day)s.") % words


def where_words(entries: Sequence[DirectoryEntry], person: Professional | None) -> tuple[str, str]:
    """The towns and the structures of one BAL, each once: those of its entries. Where they name none, those
    of who holds it, behind ``ELSEWHERE``: a document for the patient of one place is not for the BAL of
    another.
    """
    town = ", ".join(_once(entry.town for entry in entries))
    structure = ", ".join(_once(entry.structure for entry in entries))
    if town or structure or person is None:
        return town, structure
    town, structure = towns_of((), person), ", ".join(_once(place.structure for place in person.work))
    return town and ELSEWHERE + town, structure and ELSEWHERE + structure


def towns_of(entries: Sequence[DirectoryEntry], person: Professional | None) -> str:
    """Every town of a person, each once, those of their entries first: what tells namesakes apart."""
    towns = person.all_towns if person is not None else ()
    return ", ".join(_once((*(entry.town for entry in entries), *towns)))


def _once(texts: Iterable[str]) -> Iterable[str]:
    once: dict[str, str] = {}
    for text in filter(None, texts):
        once.setdefault(fold(text), text)
    return once.values()


def place_words(place: Workplace) -> str:
    """A town with the structure there; one of both where the other is unknown."""
    if place.town and place.structure:
        return _("%(town)s (%(structure)s)") % {"town": place.town, "structure": place.structure}
    return place.town or place.structure
