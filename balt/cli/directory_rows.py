"""One entry of the directory as scripts read it."""

from balt.cli.output import Row
from balt.directory.model import DirectoryEntry
from balt.mailboxes.model import rfc3339

COLUMNS = (
    *("address", "kind", "holder", "rpps", "finess", "structure", "service", "profession", "speciality"),
    *("town", "origin", "seen_on"),
)


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
