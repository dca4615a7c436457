"""Whose a BAL is: the persons to whom the directory gives it, and those of whom that is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from balt.directory.model import BalKind, DirectoryEntry, Origin


@dataclass(frozen=True, slots=True)
class Holder:
    """A person, or else a service or a structure, under whose name a source of the directory has a BAL; "" is
    unknown. ``own`` is set where the RPPS number is the one of the configuration: the name then is the one
    there too.
    """

    origin: Origin
    name: str = ""
    rpps: str = ""
    structure: str = ""
    finess: str = ""
    service: str = ""
    own: bool = False

    @property
    def is_person(self) -> bool:
        """Whether somebody is named, or told by a number."""
        return bool(self.name or self.rpps)


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
