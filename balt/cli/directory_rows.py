"""One entry of the directory as scripts read it."""

from collections.abc import Mapping

from balt.cli.output import Row
from balt.directory.model import DirectoryEntry, Professional
from balt.mailboxes.model import rfc3339
from balt.mailboxes.work_words import place_words

COLUMNS = (
    *("address", "kind", "holder", "rpps", "finess", "structure", "service", "profession", "speciality"),
    *("town", "origin", "seen_on"),
)

WORK = ("works_at", "works_on")
"""What a search adds: where the holder works by the activity file, and of which day that file is."""


def row_of(entry: DirectoryEntry) -> Row:
    """One entry."""
    return {
        "address": entry.address,
        "kind": entry.kind.value,
        "holder": entry.holder,
        "rpps": entry.rpps,
        "finess": entry.finess,
        "structure": entry.structure,
        "service": entry.service,
        "profession": entry.profession,
        "speciality": entry.speciality,
        "town": entry.town,
        "origin": entry.origin.value,
        "seen_on": rfc3339(entry.seen_on.astimezone()),
    }


def found_row(entry: DirectoryEntry, people: Mapping[str, Professional]) -> Row:
    """One entry that was found, with where its holder works; ``people`` by RPPS number."""
    person = people.get(entry.rpps)
    work, day = (person.work, person.work_on) if person is not None else ((), None)
    places = [{"town": place.town, "structure": place.structure} for place in work]
    return {**row_of(entry), "works_at": places, "works_on": day.isoformat() if day else None}


def flat_row(entry: DirectoryEntry, people: Mapping[str, Professional]) -> Row:
    """The same for a table, the places as one text."""
    person = people.get(entry.rpps)
    told = ", ".join(map(place_words, person.work)) if person is not None else ""
    return {**found_row(entry, people), "works_at": told}
