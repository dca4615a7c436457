"""What the Annuaire Santé publishes, as plain values, safe to show; nothing here says whether a BAL is used
(domain: no source holds usage).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from balt.directory.unreadable import NOTHING, Unreadable
from balt.text import fold

RPPS_PREFIX = "8"
"""What stands before an RPPS number in a national identifier (IDNPS, TRE_G08)."""
_IDNPS_LENGTH = 12


class BalKind(StrEnum):
    """The type of a BAL (TRE_R257-TypeBAL); ``UNKNOWN`` where the source does not say."""

    PER = "PER"
    ORG = "ORG"
    APP = "APP"
    CAB = "CAB"
    UNKNOWN = ""


class Origin(StrEnum):
    """Where a fact of the directory was read."""

    API = "api"
    EXTRACTION = "extraction"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One BAL as one source publishes it for one holder and at most one structure.

    ``address`` is as published; compare by ``key``. ``seen_on`` is when the API answered, or when the
    extraction was generated (aware). ``updated_on`` is the day of the last business change, where the source
    tells it (``date-maj-ae``). ``situation`` is the identifier of the PractitionerRole that carries the
    entry, "" where none does. ``rank`` is the order that the holder prefers (1 first), None where unset.
    ``red_list`` is None where the source does not say. Empty texts are unknown.
    """

    address: str
    kind: BalKind
    origin: Origin
    seen_on: datetime
    family: str = ""
    given: str = ""
    title: str = ""
    rpps: str = ""
    profession: str = ""
    speciality: str = ""
    structure: str = ""
    finess: str = ""
    service: str = ""
    description: str = ""
    town: str = ""
    postcode: str = ""
    situation: str = ""
    rank: int | None = None
    red_list: bool | None = None
    digitization: bool | None = None
    updated_on: date | None = None

    @property
    def key(self) -> str:
        """What identifies a BAL: its address in lower case (the only key that the sources share)."""
        return self.address.lower()

    @property
    def holder(self) -> str:
        """The person ("Dr Camille EXEMPLE"), else the service or the structure that holds it."""
        person = " ".join(part for part in (self.title, self.given, self.family) if part)
        return person or self.service or self.description or self.structure


@dataclass(frozen=True, slots=True)
class PracticeSituation:
    """One activity of a person in a structure (PractitionerRole, or a row of the activity file).

    ``id`` is ``idSituationExercice`` where the API gives it, else a name that stays the same from one reading
    to the next. ``mode`` is the code of TRE_R23: "L" libéral, "S" salarié, "B" bénévole, "" unknown.
    """

    id: str
    rpps: str
    structure: str = ""
    finess: str = ""
    town: str = ""
    mode: str = ""
    function: str = ""
    active: bool = True
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a person works, out of the activity file: a town, a structure, "" where it names none."""

    town: str = ""
    structure: str = ""


@dataclass(frozen=True, slots=True)
class Professional:
    """A person of the directory, with or without a BAL: what tells homonyms apart.

    ``towns`` are those of the source itself; ``work`` are the places that the activity file of the day
    ``work_on`` gives besides.
    """

    rpps: str
    family: str
    given: str
    title: str = ""
    profession: str = ""
    speciality: str = ""
    towns: tuple[str, ...] = ()
    active: bool = True
    work: tuple[Workplace, ...] = ()
    work_on: date | None = None

    @property
    def all_towns(self) -> tuple[str, ...]:
        """Every town, each once: the source's own first."""
        once: dict[str, str] = {}
        for town in (*self.towns, *(place.town for place in self.work)):
            if town:
                once.setdefault(fold(town), town)
        return tuple(once.values())


FRESH_DAYS = 30
"""A local choice: what the directory said longer ago proves neither that a BAL is published nor that it is
not (the extraction is daily, with gaps of up to ten days: domain 3.1).
"""


AHEAD_DAYS = 1
"""How far ahead of now a date may lie (a clock or a zone apart); what is further was not meant."""


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether a date cannot have been meant: it lies ahead of ``now``."""
    return (now - moment).days < -AHEAD_DAYS


def is_recent(moment: datetime, now: datetime) -> bool:
    """Whether what the directory said at a moment still decides anything. A date ahead of now would do so for
    ever: it decides nothing.
    """
    return not is_ahead(moment, now) and (now - moment).days < FRESH_DAYS


@dataclass(frozen=True, slots=True)
class DirectoryAnswer:
    """What one question to one source brought.

    ``notes`` are sentences for the user about what could not be read or is not certain. ``whole`` is false
    where something may be published all the same though the answer does not hold it; ``unreadable`` is what
    the source holds that nobody could read, of whatever was asked.
    """

    origin: Origin
    taken_at: datetime
    entries: tuple[DirectoryEntry, ...] = ()
    situations: tuple[PracticeSituation, ...] = ()
    professionals: tuple[Professional, ...] = ()
    notes: tuple[str, ...] = ()
    whole: bool = True
    unreadable: Unreadable = NOTHING

    def is_fresh(self, now: datetime) -> bool:
        """Whether the answer is recent enough to decide anything."""
        return is_recent(self.taken_at, now)


def bare_rpps(rpps: str) -> str:
    """The RPPS number of a national identifier ("8" and the number), or the number itself."""
    if len(rpps) == _IDNPS_LENGTH and rpps.startswith(RPPS_PREFIX):
        return rpps.removeprefix(RPPS_PREFIX)
    return rpps
