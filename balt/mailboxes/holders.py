"""The persons to whom the directory gives one BAL."""

from collections.abc import Iterable

from balt.directory.model import BalKind, DirectoryEntry


def holders(entries: Iterable[DirectoryEntry]) -> dict[str, DirectoryEntry]:
    """The persons that the entries of one address name, by RPPS number, an entry of each."""
    found: dict[str, DirectoryEntry] = {}
    for entry in entries:
        if entry.rpps:
            found.setdefault(entry.rpps, entry)
    return found


def is_shared(entries: Iterable[DirectoryEntry]) -> bool:
    """Whether the entries of one address are those of a practice mailbox that several persons share (domain
    4.1: CAB). Where a source gives it another type, nothing shows that it is meant to be.
    """
    known = tuple(entries)
    kinds = {entry.kind for entry in known} - {BalKind.UNKNOWN}
    return kinds == {BalKind.CAB} and len(holders(known)) > 1
