"""What the rules look at, and what they find.

Nothing here says whether a BAL is read: no source of the directory knows (domain 10: "never state inactivity
from the directory").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from balt.directory.model import DirectoryAnswer, DirectoryEntry, Origin, PracticeSituation, Professional
from balt.directory.trust import TrustSpace
from balt.mailboxes.directory_answers import seen_first
from balt.mailboxes.sightings import Sightings

T = TypeVar("T")
NONE: frozenset[str] = frozenset()


class Severity(StrEnum):
    """How much an anomaly weighs: mail may go astray; the directory is to be put right; good to know."""

    ALERT = "alert"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was seen, in words, at which address, in which source, and when (aware)."""

    value: str
    address: str = ""
    origin: Origin | None = None
    seen_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule found: the addresses that it concerns, in lower case, and the evidence."""

    addresses: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Scene:
    """All that the rules may look at.

    ``asked`` gives, for each source, the addresses (lower case) that it was asked about and answered whole,
    not long ago: only there is its silence a fact. ``people`` are the RPPS numbers whose situations the API
    was asked for and gave whole, ``structures`` the FINESS numbers likewise. ``alike`` are persons who may be
    namesakes.
    """

    now: datetime
    answers: tuple[DirectoryAnswer, ...] = ()
    alike: tuple[Professional, ...] = ()
    asked: dict[Origin, frozenset[str]] = field(default_factory=dict)
    people: frozenset[str] = NONE
    structures: frozenset[str] = NONE
    trust: TrustSpace = TrustSpace()  # noqa: RUF009 - frozen
    sightings: Sightings = Sightings()  # noqa: RUF009 - frozen

    @cached_property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """Every entry of every source, those in no red list."""
        found = (entry for answer in self.answers for entry in answer.entries)
        return seen_first(entry for entry in found if entry.red_list is not True)

    @cached_property
    def by_address(self) -> dict[str, list[DirectoryEntry]]:
        """The entries of each address, in lower case."""
        return _grouped(self.entries, lambda entry: entry.key)

    @cached_property
    def by_person(self) -> dict[str, list[DirectoryEntry]]:
        """The entries under each RPPS number."""
        held = (entry for entry in self.entries if entry.rpps)
        return _grouped(held, lambda entry: entry.rpps)

    @cached_property
    def situations(self) -> tuple[PracticeSituation, ...]:
        """The situations that the API gives, closed ones among them."""
        return tuple(
            each for answer in self.answers if answer.origin is Origin.API for each in answer.situations
        )

    @cached_property
    def active(self) -> dict[str, list[PracticeSituation]]:
        """The situations of each RPPS number that are not closed."""
        return _grouped((each for each in self.situations if each.active), lambda each: each.rpps)

    @cached_property
    def professionals(self) -> tuple[Professional, ...]:
        """Every person that the sources name, and those who may be namesakes, each once."""
        named = (each for answer in self.answers for each in answer.professionals)
        return tuple({each.rpps: each for each in (*named, *self.alike) if each.rpps}.values())

    @cached_property
    def named(self) -> dict[Origin, frozenset[str]]:
        """The addresses that each source names, those in a red list among them."""
        return {
            origin: frozenset(
                entry.key for answer in self.answers if answer.origin is origin for entry in answer.entries
            )
            for origin in Origin
        }

    def is_silent(self, origin: Origin, address: str) -> bool:
        """Whether a source was asked about an address, and does not name it."""
        return address in self.asked.get(origin, NONE) and address not in self.named[origin]


def _grouped(found: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    return groups
