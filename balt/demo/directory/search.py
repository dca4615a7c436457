"""A search of the demo's directory: what was asked, what matches, and what comes along with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from balt.demo.directory.model import Directory, Record, Role, Structure
from balt.demo.directory.parameters import (
    INCLUDES,
    PARAMETERS,
    REVERSE_INCLUDES,
    BadParameterError,
    Criterion,
    Kind,
    check_date,
)

Pairs = tuple[tuple[str, str], ...]

PAGE = 50
MOST = 10_000
BLOCK = 10
"""Matches that are written before what comes along with them."""

COSTLY = 100
"""More matches than this are not counted unless it is asked for."""

_TOTALS = ("none", "estimate", "accurate")
_SCANNED = ("name", "address")
"""Parameters that look through several fields: they are not counted either."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked; ``pairs`` is as it was written."""

    kind: str
    pairs: Pairs
    criteria: tuple[Criterion, ...] = ()
    count: int = PAGE
    total: str = ""
    elements: tuple[str, ...] = ()
    includes: frozenset[str] = frozenset()
    reverse_includes: frozenset[str] = frozenset()

    @property
    def brings_others(self) -> bool:
        return bool(self.includes or self.reverse_includes)

    def matches(self, directory: Directory, now: datetime) -> list[Record]:
        """Everything that matches, in the order of the directory."""
        return [
            record
            for record in records(directory, self.kind)
            if all(criterion.matches(record, now) for criterion in self.criteria)
        ]

    def counts(self, matches: Sequence[Record]) -> bool:
        """Whether the answer says how many there are."""
        if self.total:
            return self.total != "none"
        scanned = any(
            name.partition(":")[0] in _SCANNED or name.endswith(":contains") for name, _value in self.pairs
        )
        return bool(self.criteria) and not scanned and len(matches) <= COSTLY

    def entries(self, matches: Sequence[Record], directory: Directory) -> Iterator[Record]:
        """The matches of a page with what comes along: block after block, each thing once in a block."""
        for start in range(0, len(matches), BLOCK):
            block = matches[start : start + BLOCK]
            yield from block
            known = {record.id for record in block}
            for other in self._others(block, directory):
                if other.id not in known:
                    known.add(other.id)
                    yield other

    def _others(self, block: Sequence[Record], directory: Directory) -> Iterator[Record]:
        wanted = self.includes
        everything = "*" in wanted
        for record in block:
            if isinstance(record, Role):
                if everything or "PractitionerRole:practitioner" in wanted:
                    yield from _by_id(directory.persons, record.person)
                if everything or "PractitionerRole:organization" in wanted:
                    yield from _by_id(directory.structures, record.structure)
            if isinstance(record, Structure) and (everything or "Organization:partof" in wanted):
                yield from _by_id(directory.structures, record.parent)
        yield from self._pointing_here({record.id for record in block}, directory)

    def _pointing_here(self, ids: set[str], directory: Directory) -> Iterator[Record]:
        wanted = self.reverse_includes
        if "PractitionerRole:practitioner" in wanted:
            yield from (role for role in directory.roles if role.person in ids)
        if "PractitionerRole:organization" in wanted:
            yield from (role for role in directory.roles if role.structure in ids)
        if "Organization:partof" in wanted:
            yield from (place for place in directory.structures if place.parent in ids)


def records(directory: Directory, kind: str) -> Sequence[Record]:
    """Every record of a type; there are no devices and no services."""
    known: dict[str, Sequence[Record]] = {
        "Practitioner": directory.persons,
        "PractitionerRole": directory.roles,
        "Organization": directory.structures,
    }
    return known.get(kind, ())


def read_search(kind: str, pairs: Iterable[tuple[str, str]], now: datetime) -> Search:
    """Raises BadParameterError for what the server refuses."""
    given: Pairs = tuple(pairs)
    criteria: list[Criterion] = []
    options: dict[str, str] = {}
    includes: dict[str, set[str]] = {"_include": set(), "_revinclude": set()}
    for name, value in given:
        bare, _colon, modifier = name.partition(":")
        if bare in includes:
            known = INCLUDES if bare == "_include" else REVERSE_INCLUDES
            if value not in known.get(kind, ()):
                raise BadParameterError(f"Invalid {bare} parameter value: {value}")
            includes[bare].add(value)
        elif bare in ("_count", "_total", "_elements"):
            options[bare] = value
        elif bare not in PARAMETERS[kind]:
            raise BadParameterError(f"Parameter {bare} not found for resource {kind}")
        elif value:
            criterion = Criterion(PARAMETERS[kind][bare], modifier, value)
            if criterion.parameter.kind is Kind.DATE:
                check_date(value, now.tzinfo)
            criteria.append(criterion)
    return Search(
        kind,
        given,
        tuple(criteria),
        _count(options.get("_count", "")),
        _total(options.get("_total", "")),
        _elements(options.get("_elements", ""), kind),
        frozenset(includes["_include"]),
        frozenset(includes["_revinclude"]),
    )


def find(directory: Directory, kind: str, identifier: str) -> Record | None:
    """The record of that id, closed or not."""
    return next(_by_id(records(directory, kind), identifier), None)


def _by_id(known: Sequence[Record], identifier: str) -> Iterator[Record]:
    return (record for record in known if identifier and record.id == identifier)


def _count(value: str) -> int:
    if not value:
        return PAGE
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0):
        raise BadParameterError(f"Invalid _count parameter value: {value}")
    return min(int(value[:9]), MOST)


def _total(value: str) -> str:
    if value and value not in _TOTALS:
        raise BadParameterError(f"Invalid _total parameter value: {value}")
    return value


def _elements(value: str, kind: str) -> tuple[str, ...]:
    return tuple(each.removeprefix(f"{kind}.") for each in value.split(",") if each)
