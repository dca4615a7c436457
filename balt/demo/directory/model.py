"""What the demo's directory knows, as plain values: persons, what they do where, structures, and their BAL.

An inactive person or role is a stub: its identifiers and nothing else, as the real directory leaves it
(domain 2.5); an inactive structure keeps its name too.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar


class Shape(StrEnum):
    """How a BAL is written: the directory holds several generations of it (domain 2.5)."""

    CURRENT = "current"
    """Type as a CodeableConcept; ``digitization`` no longer exists."""
    OLDER = "older"
    """The same with ``digitization``."""
    CODED = "coded"
    """Type as a bare code."""
    BARE = "bare"
    """Said to be MSSanté, and nothing more."""
    UNMARKED = "unmarked"
    """With its metadata, and not said to be MSSanté."""


class Only(StrEnum):
    """Where a BAL is published: the API and the extraction are not made at the same moment."""

    BOTH = "both"
    API = "api"
    EXTRACTION = "extraction"


@dataclass(frozen=True, slots=True)
class Box:
    """One BAL. ``kind`` is PER, ORG, APP or CAB; APP and CAB are never in the extraction."""

    address: str
    kind: str = "PER"
    description: str = ""
    service: str = ""
    digitization: bool = False
    rank: int | None = None
    shape: Shape = Shape.CURRENT
    only: Only = Only.BOTH


@dataclass(frozen=True, slots=True)
class Record:
    """What every resource has. ``updated`` is the day of the last business change, ``written`` the moment of
    the last technical one (aware).
    """

    id: str
    updated: date
    written: datetime
    active: bool = True
    boxes: tuple[Box, ...] = ()

    @property
    def published(self) -> tuple[Box, ...]:
        """The BAL that the API shows."""
        return tuple(box for box in self.boxes if box.only is not Only.EXTRACTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """A Practitioner. ``prefix`` is the civil title (MME, M), ``suffix`` the professional one (DR).

    ``profession`` is a code of TRE_G15, ``specialities`` are codes of TRE_R38, ``card`` a CPS number.
    """

    rpps: str
    family: str = ""
    given: str = ""
    prefix: str = ""
    suffix: str = ""
    profession: str = ""
    specialities: tuple[str, ...] = ()
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Record):
    """A PractitionerRole: ``situation`` is idSituationExercice, ``person`` and ``structure`` are ids."""

    situation: str
    person: str
    structure: str = ""
    mode: str = ""
    function: str = "FON-AU"


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure(Record):
    """An Organization. ``legal`` tells a legal entity (EJ) from a geographical one (EG); ``practice_rank`` is
    the identifier of a private practice (RPPS-rang); ``street`` is number, type and name; ``mail`` an
    ordinary address; ``sector`` a code of TRE_R02, ``category`` of TRE_R66; ``licence`` that of a pharmacy.
    """

    name: str
    finess: str = ""
    siret: str = ""
    practice_rank: str = ""
    legal: bool = False
    sector: str = ""
    category: str = ""
    alias: str = ""
    street: tuple[str, str, str] = ("", "", "")
    town: str = ""
    postcode: str = ""
    phone: str = ""
    fax: str = ""
    mail: str = ""
    licence: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """The whole table; each part in the order in which answers give it."""

    persons: tuple[Person, ...]
    roles: tuple[Role, ...]
    structures: tuple[Structure, ...]

    def without(self, address: str) -> "Directory":
        """The directory once ``address`` (case does not count) is published no more. KeyError if unknown."""
        key = address.lower()
        known = (box for part in self._parts() for record in part for box in record.published)
        if all(box.address.lower() != key for box in known):
            raise KeyError(address)
        return Directory(
            tuple(_without(each, key) for each in self.persons),
            tuple(_without(each, key) for each in self.roles),
            tuple(_without(each, key) for each in self.structures),
        )

    def _parts(self) -> tuple[tuple[Record, ...], ...]:
        return self.persons, self.roles, self.structures


_R = TypeVar("_R", bound=Record)


def _without(record: _R, key: str) -> _R:
    if all(box.address.lower() != key for box in record.boxes):
        return record
    return replace(record, boxes=tuple(box for box in record.boxes if box.address.lower() != key))
