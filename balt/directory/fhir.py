"""The resources of the Annuaire Santé, read with tolerance into plain values (domain 2.2, 2.5 and 2.6).

Only what balt uses is kept. An odd field is read as absent; a resource that cannot be told apart is None.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import pairwise

from balt.directory import labels
from balt.directory.boxes import Box, coding, read_boxes
from balt.directory.identifiers import finess_of, rpps_of
from balt.directory.model import BalKind
from balt.directory.shapes import day, flag, items, members, objects, raw, text

Resource = Mapping[str, object]

_RPPS = re.compile(r"\d{11}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_FINESS_TYPES = ("FINEG", "FINEJ")
_FINESS_SYSTEM = "finess.esante.gouv.fr"
_RPPS_SYSTEMS = ("rpps.esante.gouv.fr", "rpps.fr")
_PROFESSIONS = ("TRE_G15", "TRE_R95", "TRE_R94", "TRE_R291")
_NAME_USES = ("usual", "official")


@dataclass(frozen=True, slots=True)
class Person:
    """A Practitioner (exercice professionnel). ``id`` is technical: it differs from one API to the next."""

    id: str
    rpps: str = ""
    family: str = ""
    given: str = ""
    title: str = ""
    profession: str = ""
    speciality: str = ""
    active: bool = True
    boxes: tuple[Box, ...] = ()
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A PractitionerRole (situation d'exercice). ``situation`` is idSituationExercice, "" where unknown;
    ``person`` and ``structure`` are technical ids; ``mode`` is the code of TRE_R23.
    """

    id: str
    situation: str = ""
    person: str = ""
    structure: str = ""
    mode: str = ""
    function: str = ""
    active: bool = True
    boxes: tuple[Box, ...] = ()
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """An Organization, legal (EJ) or geographical (EG). ``finesses`` are all that it goes by; ``finess`` the
    first, "" for a practice that has none. ``parent`` is the technical id of the one it is part of.
    """

    id: str
    name: str = ""
    finesses: tuple[str, ...] = ()
    town: str = ""
    postcode: str = ""
    parent: str = ""
    active: bool = True
    boxes: tuple[Box, ...] = ()
    updated_on: date | None = None

    @property
    def finess(self) -> str:
        return self.finesses[0] if self.finesses else ""


Carrier = Person | Role | Structure
"""What can carry a BAL."""

_MEMBERS = {kind: tuple(each.name for each in fields(kind)) for kind in (Person, Role, Structure, Box)}
_OBJECT = 64


def weight(value: object) -> int:
    """Octets of memory that a carrier takes, about; a number or a truth value counts as nothing."""
    if isinstance(value, str):
        return sys.getsizeof(value) if value else 0
    if isinstance(value, tuple):
        return sum(map(weight, value))
    if isinstance(value, Person | Role | Structure | Box):
        names = _MEMBERS[type(value)]
        return _OBJECT + 8 * len(names) + sum(weight(getattr(value, name)) for name in names)
    return 0


def read_resource(resource: Resource) -> Carrier | None:
    """What a resource says; None for a type that balt does not use."""
    match resource.get("resourceType"):
        case "Practitioner":
            return _person(resource)
        case "PractitionerRole":
            return _role(resource)
        case "Organization":
            return _structure(resource)
    return None


def _person(resource: Resource) -> Person:
    family, given, title = _name(resource.get("name"))
    qualifications = [each.get("code") for each in objects(resource.get("qualification"))]
    return Person(
        _id(resource.get("id")),
        _rpps(resource.get("identifier")),
        family,
        given,
        title,
        labels.profession(*_first(qualifications, *_PROFESSIONS)),
        labels.speciality(*_first(qualifications, "TRE_R38")),
        _is_active(resource),
        read_boxes(resource.get("telecom"), BalKind.PER),
        _updated_on(resource),
    )


def _role(resource: Resource) -> Role:
    codes = list(objects(resource.get("code")))
    mode, _words = _first(codes, "TRE_R23")
    function, function_words = _first(codes, "TRE_R21")
    return Role(
        _id(resource.get("id")),
        next((value for _type, _system, value in _identifiers(resource.get("identifier"))), ""),
        reference(resource.get("practitioner"), "Practitioner"),
        reference(resource.get("organization"), "Organization"),
        mode,
        labels.function(function, function_words),
        _is_active(resource),
        read_boxes(resource.get("telecom"), BalKind.PER),
        _updated_on(resource),
    )


def _structure(resource: Resource) -> Structure:
    place: Mapping[str, object] = next(objects(resource.get("address")), {})
    return Structure(
        _id(resource.get("id")),
        text(resource.get("name")),
        _finesses(resource.get("identifier")),
        text(place.get("city")),
        text(place.get("postalCode"), 10),
        reference(resource.get("partOf"), "Organization"),
        _is_active(resource),
        read_boxes(resource.get("telecom"), BalKind.ORG),
        _updated_on(resource),
    )


def reference(value: object, wanted: str) -> str:
    """The technical id that a reference points to, relative or absolute; "" when it is of another type."""
    parts = raw(members(value).get("reference")).split("/")
    for kind, identifier in pairwise(parts):
        if kind == wanted:
            return _id(identifier)
    return ""


def _id(value: object) -> str:
    """A technical id; "" for what cannot be one, for it goes into searches."""
    return raw(value) if _ID.fullmatch(raw(value)) else ""


def _is_active(resource: Resource) -> bool:
    """Only what is said to be closed is: a reading that names its elements may leave ``active`` out."""
    return flag(resource.get("active")) is not False


def _updated_on(resource: Resource) -> date | None:
    """The day of the last business change; ``meta.lastUpdated`` only tells the last technical write."""
    for trace in objects(members(resource.get("meta")).get("extension")):
        if raw(trace.get("url")).endswith("as-ext-data-trace"):
            for part in objects(trace.get("extension")):
                if part.get("url") == "date-maj-ae":
                    return day(part.get("valueDate")) or day(part.get("valueDateTime"))
    return None


def _identifiers(value: object) -> Iterator[tuple[str, str, str]]:
    """Type code, system and value of each identifier that has a value."""
    for each in objects(value):
        if found := text(each.get("value"), 64):
            codes = objects(members(each.get("type")).get("coding"))
            yield next((raw(code.get("code")) for code in codes), ""), raw(each.get("system")), found


def _rpps(value: object) -> str:
    """The RPPS number, told by type or by system, else the one inside the national identifier (IDNPS)."""
    known = list(_identifiers(value))
    for kind, system, number in known:
        if (kind == "RPPS" or system.endswith(_RPPS_SYSTEMS)) and _RPPS.fullmatch(number):
            return number
    for _kind, _system, number in known:
        found = rpps_of("", "", number)
        if _RPPS.fullmatch(found):
            return found
    return ""


def _finesses(value: object) -> tuple[str, ...]:
    known = list(_identifiers(value))
    found = [number for wanted in _FINESS_TYPES for kind, _system, number in known if kind == wanted]
    found += [number for _kind, system, number in known if system.endswith(_FINESS_SYSTEM)]
    if not found:
        found = [number for kind, _system, number in known if kind == "IDNST"]
    return tuple(dict.fromkeys(number for number in map(_as_finess, found) if number))


def _as_finess(number: str) -> str:
    return finess_of("", number)


def _name(value: object) -> tuple[str, str, str]:
    """Family name, given name and title ("Dr"), from the name in use, else the official one, else any."""
    names = sorted(objects(value), key=lambda name: _order(name.get("use")))
    for name in names:
        family = text(name.get("family")) or text(name.get("text"))
        if family:
            given = next((text(each) for each in items(name.get("given")) if text(each)), "")
            return family, given, _title(name)
    return "", "", ""


def _order(use: object) -> int:
    word = raw(use)
    return _NAME_USES.index(word) if word in _NAME_USES else len(_NAME_USES)


def _title(name: Mapping[str, object]) -> str:
    """The professional title (civilité d'exercice, in ``suffix``) before the civil one (in ``prefix``)."""
    for where in ("suffix", "prefix"):
        for each in items(name.get(where)):
            if found := labels.TITLES.get(raw(each).strip().strip(".").upper()):
                return found
    return ""


def _first(concepts: Sequence[object], *systems: str) -> tuple[str, str]:
    """Code and words of the first concept of a nomenclature; of the next one, where there is none."""
    for system in systems:
        for concept in concepts:
            found = coding(concept, system)
            if found != ("", ""):
                return found
    return "", ""
