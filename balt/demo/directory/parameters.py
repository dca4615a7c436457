"""Search parameters: which there are for each resource, and what each matches (domain 2.3).

A string matches what begins with it, without case and accents (``:contains``, ``:exact``); a token is
``code``, ``system|code`` or ``system|`` (``:not``); a comma is "or", a repeated parameter is "and". A
modifier that does not exist is not noticed, as on the real server.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from balt.demo.directory import fhir, systems
from balt.demo.directory.model import Person, Record, Role, Structure
from balt.text import fold

Tokens = list[tuple[str, str]]


class BadParameterError(Exception):
    """A search that the server refuses; its text is for the OperationOutcome."""


class Kind(StrEnum):
    """The type of a parameter, by the name that a CapabilityStatement gives it."""

    STRING = "string"
    TOKEN = "token"  # noqa: S105 - the name of a kind of parameter
    REFERENCE = "reference"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter and what it looks at in a record; exactly one of the readers is used, by kind."""

    kind: Kind
    texts: Callable[[Record], Iterable[str]] = lambda _record: ()
    tokens: Callable[[Record], Tokens] = lambda _record: []


@dataclass(frozen=True, slots=True)
class Criterion:
    """One parameter of a search with its value, as it was given: any of the values, by comma."""

    parameter: Parameter
    modifier: str
    value: str

    def matches(self, record: Record, now: datetime) -> bool:
        """Whether a record matches. Raises BadParameterError for a date that is none."""
        values = self.value.split(",")
        match self.parameter.kind:
            case Kind.STRING:
                texts = [text for text in self.parameter.texts(record) if text]
                return any(_string(text, value, self.modifier) for text in texts for value in values)
            case Kind.TOKEN:
                tokens = self.parameter.tokens(record)
                found = any(_token(token, value) for token in tokens for value in values)
                return found is not (self.modifier == "not")
            case Kind.REFERENCE:
                ids = {value.rpartition("/")[2] for value in values}
                return any(text in ids for text in self.parameter.texts(record) if text)
            case Kind.DATE:
                return any(_date(record.written, value, now) for value in values)


def check_date(value: str, zone: tzinfo | None) -> None:
    """Raises BadParameterError for a value of a date parameter that is none."""
    for each in value.split(","):
        _bounds(_prefixed(each)[1], zone)


def _string(text: str, value: str, modifier: str) -> bool:
    if modifier == "exact":
        return text == value
    wanted, folded = fold(value), fold(text)
    return wanted in folded if modifier == "contains" else folded.startswith(wanted)


def _token(token: tuple[str, str], value: str) -> bool:
    system, bar, code = value.rpartition("|")
    if bar and system != token[0]:
        return False
    return code == token[1] or (bool(bar) and not code)


_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?")
_PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")


def _prefixed(value: str) -> tuple[str, str]:
    """Prefix and date; a date alone is equal."""
    return (value[:2], value[2:]) if value[:2] in _PREFIXES else ("eq", value)


def _bounds(value: str, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """The moments that a date of any precision covers: the first one, and the first one after."""
    found = _DATE.fullmatch(value.replace(" ", "+"))  # a plus sign that nobody encoded
    try:
        if not found:
            raise ValueError(value)
        year, month, day, clock = found.groups()
        if clock:
            moment = datetime.fromisoformat(found[0])
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            return moment, moment + timedelta(milliseconds=1 if "." in clock else 1000)
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=zone)
        if day:
            return start, start + timedelta(days=1)
        if month:
            return start, (start + timedelta(days=32)).replace(day=1)
        return start, start.replace(year=start.year + 1)
    except (ValueError, OverflowError):
        raise BadParameterError(f"Invalid date/time format: {value}") from None


def _date(moment: datetime, value: str, now: datetime) -> bool:
    prefix, rest = _prefixed(value)
    start, end = _bounds(rest, now.tzinfo)
    match prefix:
        case "gt" | "sa":
            return moment >= end
        case "ge":
            return moment >= start
        case "lt" | "eb":
            return moment < start
        case "le":
            return moment < end
        case "ne":
            return not start <= moment < end
        case "ap":  # a tenth of the time between then and now, as FHIR proposes
            around = abs(now - start) / 10
            return start - around <= moment < end + around
    return start <= moment < end


# What each parameter looks at


def _person_names(record: Record) -> list[str]:
    if not isinstance(record, Person):
        return []
    return [record.family, record.given, record.prefix, record.suffix, fhir.full_name(record)]


def _of_person(read: Callable[[Person], str]) -> Callable[[Record], list[str]]:
    return lambda record: [read(record)] if isinstance(record, Person) else []


def _of_role(read: Callable[[Role], str]) -> Callable[[Record], list[str]]:
    return lambda record: [read(record)] if isinstance(record, Role) else []


def _of_structure(*reads: Callable[[Structure], str]) -> Callable[[Record], list[str]]:
    return lambda record: [read(record) for read in reads] if isinstance(record, Structure) else []


def _telecom(record: Record) -> list[str]:
    """Every value of ``telecom``: in a structure, telephones and ordinary mail are among them."""
    own = [box.address for box in record.published]
    return [*own, record.phone, record.fax, record.mail] if isinstance(record, Structure) else own


def _identifier(record: Record) -> Tokens:
    return [(system, value) for _kind, system, value in fhir.identifiers(record)]


def _identifier_type(record: Record) -> Tokens:
    return [(systems.IDENTIFIER_TYPES, kind) for kind, _system, _value in fhir.identifiers(record) if kind]


def _active(record: Record) -> Tokens:
    return [("", "true" if record.active else "false")]


def _qualification(record: Record) -> Tokens:
    if not isinstance(record, Person) or not record.active:
        return []
    found = [(systems.PROFESSION, record.profession), (systems.CATEGORY, "C")]
    return found + [(systems.SPECIALITY, code) for code in record.specialities]


def _card_type(record: Record) -> Tokens:
    return [(systems.CARD, "CPS")] if isinstance(record, Person) and record.active else []


def _role_codes(record: Record) -> Tokens:
    if not isinstance(record, Role) or not record.active:
        return []
    codes = ((systems.GENRE, fhir.GENRE), (systems.MODE, record.mode), (systems.FUNCTION, record.function))
    return [each for each in codes if each[1]]


def _structure_types(record: Record) -> Tokens:
    if not isinstance(record, Structure) or not record.active:
        return []
    nature = "LEGAL-ENTITY" if record.legal else "GEOGRAPHICAL-ENTITY"
    found = [
        (systems.STRUCTURE_TYPES, nature),
        (systems.SECTOR, record.sector),
        (systems.ESTABLISHMENT, record.category),
    ]
    return [each for each in found if each[1]]


def _traced(record: Record, code: Tokens) -> Tokens:
    return code if record.active else []


def _text(texts: Callable[[Record], Iterable[str]]) -> Parameter:
    return Parameter(Kind.STRING, texts=texts)


def _coded(tokens: Callable[[Record], Tokens]) -> Parameter:
    return Parameter(Kind.TOKEN, tokens=tokens)


def _pointing(texts: Callable[[Record], Iterable[str]]) -> Parameter:
    return Parameter(Kind.REFERENCE, texts=texts)


_EVERYWHERE = {
    "_id": _coded(lambda record: [("", record.id)]),
    "_lastUpdated": Parameter(Kind.DATE),
    "active": _coded(_active),
    "data-information-system": _coded(lambda r: _traced(r, [("", fhir.information_system(r))])),
    "data-registration-authority": _coded(lambda r: _traced(r, [(systems.AUTHORITY, fhir.authority(r))])),
    "identifier": _coded(_identifier),
}
_MAILBOX = _text(_telecom)

PARAMETERS: dict[str, dict[str, Parameter]] = {
    "Practitioner": _EVERYWHERE
    | {
        "family": _text(_of_person(lambda person: person.family)),
        "given": _text(_of_person(lambda person: person.given)),
        "identifier-type": _coded(_identifier_type),
        "mailbox-mss": _MAILBOX,
        "name": _text(_person_names),
        "number-smartcard": _text(_of_person(lambda person: person.card)),
        "qualification-code": _coded(_qualification),
        "type-smartcard": _coded(_card_type),
    },
    "PractitionerRole": _EVERYWHERE
    | {
        "mailbox-mss": _MAILBOX,
        "organization": _pointing(_of_role(lambda role: role.structure)),
        "practitioner": _pointing(_of_role(lambda role: role.person)),
        "role": _coded(_role_codes),
    },
    "Organization": _EVERYWHERE
    | {
        "address": _text(
            _of_structure(fhir.street_line, lambda place: place.town, lambda place: place.postcode)
        ),
        "address-city": _text(_of_structure(lambda place: place.town)),
        "address-line": _text(_of_structure(fhir.street_line)),
        "address-postalcode": _text(_of_structure(lambda place: place.postcode)),
        "identifier-type": _coded(_identifier_type),
        "mailbox-mss": _MAILBOX,
        "name": _text(_of_structure(lambda place: place.name)),
        "partof": _pointing(_of_structure(lambda place: place.parent)),
        "pharmacy-licence": _text(_of_structure(lambda place: place.licence)),
        "type": _coded(_structure_types),
    },
    "Device": _EVERYWHERE,
    "HealthcareService": _EVERYWHERE,
}
INCLUDES: dict[str, tuple[str, ...]] = {
    "PractitionerRole": ("*", "PractitionerRole:organization", "PractitionerRole:practitioner"),
    "Organization": ("*", "Organization:partof"),
}
REVERSE_INCLUDES: dict[str, tuple[str, ...]] = {
    "Practitioner": ("PractitionerRole:practitioner",),
    "Organization": (
        "Device:organization",
        "HealthcareService:organization",
        "Organization:partof",
        "PractitionerRole:organization",
    ),
}
