"""Where a person works by the activity file, in words: always with the day of that file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from balt.i18n import _, ngettext
from balt.text import fold
from balt.units import format_count, format_date

if TYPE_CHECKING:
    from balt.directory.model import DirectoryEntry, Professional, Workplace

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
    """The towns and the structures of entries of one BAL and of who holds it, each once."""
    work = person.work if person is not None else ()
    towns = (*(entry.town for entry in entries), *(person.all_towns if person is not None else ()))
    structures = (*(entry.structure for entry in entries), *(place.structure for place in work))
    return ", ".join(_once(towns)), ", ".join(_once(structures))


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
