"""Records of the demo's directory written as FHIR resources, member for member as the Annuaire Santé does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from balt.demo.directory import systems
from balt.demo.directory.model import Box, Person, Record, Role, Shape, Structure

Json = dict[str, Any]

GENRE = "GENR01"
"""The usual activity of care (TRE_R22)."""

_ALWAYS = frozenset({"resourceType", "id", "meta", "active"})


def kind_of(record: Record) -> str:
    """The type of the resource that a record is written as."""
    if isinstance(record, Person):
        return "Practitioner"
    return "PractitionerRole" if isinstance(record, Role) else "Organization"


def resource(record: Record, elements: Sequence[str] = ()) -> Json:
    """The resource of a record; with ``elements``, only these members, and marked SUBSETTED."""
    written = _written(record)
    if not elements:
        return written
    kept = {name: value for name, value in written.items() if name in _ALWAYS or name in elements}
    tag = {"system": systems.SUBSETTED, "code": "SUBSETTED", "display": "Resource encoded in summary mode"}
    return kept | {"meta": kept["meta"] | {"tag": [tag]}}


def identifiers(record: Record) -> list[tuple[str, str, str]]:
    """Type, system and value of each identifier; a situation's has no type."""
    if isinstance(record, Person):
        return [("IDNPS", systems.IDNPS, f"8{record.rpps}"), ("RPPS", systems.RPPS, record.rpps)]
    if isinstance(record, Role):
        return [("", systems.RPPS, record.situation)]
    if not isinstance(record, Structure):
        return []
    found: list[tuple[str, str, str]] = []
    if record.finess:
        kind = "FINEJ" if record.legal else "FINEG"
        found += [("IDNST", systems.IDNST, f"1{record.finess}"), (kind, systems.FINESS, record.finess)]
    if record.practice_rank:
        found += [
            ("RPPSRG", systems.RPPS_RANK, record.practice_rank),
            ("IDNST", systems.IDNST, f"4{record.practice_rank}"),
        ]
    if record.siret:
        found.append(("SIRET", systems.SIRET, record.siret))
        if not record.finess:
            found.append(("IDNST", systems.IDNST, f"3{record.siret}"))
    return found


def information_system(record: Record) -> str:
    """Where a record comes from."""
    return "FINESS" if isinstance(record, Structure) and record.finess else "RPPS"


def authority(record: Record) -> str:
    """Who registers it (TRE_R60)."""
    return "05" if information_system(record) == "FINESS" else "01"


def full_name(person: Person) -> str:
    """``MME Camille EXEMPLE DR``; "" for a stub."""
    return " ".join(filter(None, (person.prefix, person.given, person.family, person.suffix)))


def street_line(structure: Structure) -> str:
    return " ".join(filter(None, structure.street))


def _written(record: Record) -> Json:
    kind = kind_of(record)
    written: Json = {"resourceType": kind, "id": record.id, "meta": _meta(record, kind), "language": "fr"}
    if isinstance(record, Person) and record.active:
        written["extension"] = [_card(record)]
    if isinstance(record, Structure) and record.licence:
        written["extension"] = [{"url": systems.PHARMACY_LICENCE, "valueString": record.licence}]
    written["identifier"] = [_identifier(*each) for each in identifiers(record)]
    written["active"] = record.active
    if isinstance(record, Person):
        members = _person(record)
    elif isinstance(record, Role):
        members = _role(record)
    elif isinstance(record, Structure):
        members = _structure(record)
    else:
        members = {}
    return written | {name: value for name, value in members.items() if value}


def _meta(record: Record, kind: str) -> Json:
    trace: Json = {
        "url": systems.DATA_TRACE,
        "extension": [
            {
                "url": "autorite-enregistrement",
                "valueCodeableConcept": concept((systems.AUTHORITY, authority(record))),
            },
            {"url": "systeme-information", "valueCode": information_system(record)},
            {"url": "date-maj-ae", "valueDate": record.updated.isoformat()},
        ],
    }
    core = {"Practitioner": "practitioner", "PractitionerRole": "practitioner-role"}.get(kind, "organization")
    meta: Json = {
        "versionId": "3" if record.active else "4",
        "lastUpdated": record.written.isoformat(timespec="milliseconds"),
        "source": systems.SOURCE,
        "profile": [systems.CORE_PROFILE + core, systems.PROFILE + core.replace("-", "")],
    }
    return {"extension": [trace]} | meta if record.active else meta


def _card(person: Person) -> Json:
    start = person.written.date().replace(month=3, day=1)
    return {
        "url": systems.SMARTCARD,
        "extension": [
            {"url": "type", "valueCodeableConcept": concept((systems.CARD, "CPS"))},
            {"url": "number", "valueString": person.card},
            {
                "url": "period",
                "valuePeriod": {
                    "start": start.replace(year=start.year - 1).isoformat(),
                    "end": start.replace(year=start.year + 2).isoformat(),
                },
            },
        ],
    }


def _identifier(kind: str, system: str, value: str) -> Json:
    if not kind:
        return {"system": system, "value": value}
    coded = concept((systems.IDENTIFIER_TYPES, kind))
    return {"use": "official", "type": coded, "system": system, "value": value}


def concept(*codings: tuple[str, str]) -> Json:
    """A CodeableConcept of these systems and codes."""
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def _person(person: Person) -> Json:
    if not person.active:
        return {}
    name = {
        "use": "usual",
        "text": full_name(person),
        "family": person.family,
        "given": [person.given],
        "prefix": [person.prefix],
    } | ({"suffix": [person.suffix]} if person.suffix else {})
    qualifications = [concept((systems.PROFESSION, person.profession), (systems.CATEGORY, "C"))]
    for code in person.specialities:
        qualifications.append(concept((systems.SPECIALITY, code), (systems.KNOW_HOW, "S")))
    return {
        "name": [name],
        "telecom": _boxes(person.published),
        "qualification": [{"code": each} for each in qualifications],
    }


def _role(role: Role) -> Json:
    members: Json = {"practitioner": {"reference": f"Practitioner/{role.person}"}}
    if not role.active:
        return members
    codes = ((systems.GENRE, GENRE), (systems.MODE, role.mode), (systems.FUNCTION, role.function))
    members["code"] = [concept(each) for each in codes]
    if role.structure:
        members["organization"] = {"reference": f"Organization/{role.structure}"}
    return members | {"telecom": _boxes(role.published)}


def _structure(structure: Structure) -> Json:
    if not structure.active:
        return {"name": structure.name}
    return {
        "type": _types(structure),
        "name": structure.name,
        "alias": [structure.alias] if structure.alias else [],
        "telecom": _contacts(structure) + _boxes(structure.published),
        "address": [_address(structure)],
        "partOf": {"reference": f"Organization/{structure.parent}"} if structure.parent else {},
    }


def _types(structure: Structure) -> list[Json]:
    nature = "LEGAL-ENTITY" if structure.legal else "GEOGRAPHICAL-ENTITY"
    types = [_typed("organizationType", systems.STRUCTURE_TYPES, nature)]
    if structure.sector:
        types.append(_typed("secteurActiviteRASS", systems.SECTOR, structure.sector))
    if structure.category:
        types.append(concept((systems.ESTABLISHMENT, structure.category)))
    return types


def _typed(word: str, system: str, code: str) -> Json:
    return {"extension": [{"url": systems.ORGANIZATION_TYPES, "valueCode": word}], **concept((system, code))}


def _contacts(structure: Structure) -> list[Json]:
    """What is no BAL: telephone, fax and ordinary mail stand among them."""
    known = (("phone", structure.phone), ("fax", structure.fax), ("email", structure.mail))
    return [{"system": system, "value": value} for system, value in known if value]


def _address(structure: Structure) -> Json:
    names = ("houseNumber", "streetNameType", "streetNameBase")
    parts: Iterable[Mapping[str, str]] = (
        {"url": systems.STREET + name, "valueString": value}
        for name, value in zip(names, structure.street, strict=True)
        if value
    )
    return {
        "line": [street_line(structure)],
        "_line": [{"extension": list(parts)}],
        "city": structure.town,
        "postalCode": structure.postcode,
    }


def _boxes(boxes: Sequence[Box]) -> list[Json]:
    return [_box(box) for box in boxes]


def _box(box: Box) -> Json:
    extensions: list[Json] = []
    if box.shape is not Shape.UNMARKED:
        coding = {"system": systems.MAIL_TYPE, "code": "MSSANTE"}
        extensions.append({"url": systems.EMAIL_TYPE, "valueCoding": coding})
    if box.shape is not Shape.BARE:
        extensions.append({"url": systems.METADATA, "extension": _metadata(box)})
    written: Json = {"extension": extensions, "system": "email", "value": box.address}
    return written if box.rank is None else written | {"rank": box.rank}


def _metadata(box: Box) -> list[Json]:
    if box.shape is Shape.CODED:
        parts: list[Json] = [{"url": "type", "valueCode": box.kind}]
    else:
        parts = [{"url": "type", "valueCodeableConcept": concept((systems.BAL_TYPE, box.kind))}]
    if box.description:
        parts.append({"url": "description", "valueString": box.description})
    if box.service:
        parts.append({"url": "service", "valueString": box.service})
    if box.shape is Shape.OLDER:
        parts.append({"url": "digitization", "valueBoolean": box.digitization})
    return parts
