"""The demo's directory as the public extraction of BAL: 31 columns, one row for each BAL (domain 3.1).

As in the real one, there is neither APP nor CAB, a BAL of a person with two specialities has two rows, and
not everything agrees with the API.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from balt.demo.directory.model import Box, Directory, Only, Person, Structure
from balt.demo.directory.words import SPECIALITIES, TRADES

HEADER = (
    "Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|"
    "Type identifiant structure|Identification Structure|Service de rattachement|Civilité d'exercice|"
    "Nom d'exercice|Prénom d'exercice|Catégorie profession|Libellé de catégorie profession|"
    "Code Profession|Libellé Profession|Code savoir-faire|Libellé savoir-faire|Dématérialisation|"
    "Raison Sociale structure BAL|Enseigne commerciale structure BAL|"
    "L2COMPLEMENTLOCALISATION structure BAL|L3COMPLEMENTDISTRIBUTION structure BAL|"
    "L4NUMEROVOIE structure BAL|L4COMPLEMENTNUMEROVOIE structure BAL|NL4TYPEVOIE structure BAL|"
    "L4LIBELLEVOIE structure BAL|L5LIEUDITMENTION structure BAL|L6LIGNEACHEMINEMENT structure BAL|"
    "Code postal structure BAL|Département structure BAL|Pays structure BAL"
)
KINDS = ("PER", "ORG")
_MADE_AT = time(3, 10)


def extraction_of(directory: Directory, now: datetime) -> tuple[str, str]:
    """Name and text of the last extraction made before ``now``, early in the morning."""
    made = datetime.combine(now.date(), _MADE_AT, now.tzinfo)
    if made > now:
        made -= timedelta(days=1)
    lines = [HEADER, *_rows(directory)]
    return f"Extraction_Correspondance_MSSante_{made:%Y%m%d%H%M}.txt", "\n".join(lines) + "\n"


def _rows(directory: Directory) -> Iterator[str]:
    persons = {person.id: person for person in directory.persons}
    structures = {structure.id: structure for structure in directory.structures}
    for person in directory.persons:
        for box in _listed(person.boxes):
            yield from _personal(box, person, None)
    for role in directory.roles:
        for box in _listed(role.boxes):
            yield from _personal(box, persons[role.person], structures.get(role.structure))
    for structure in directory.structures:
        for box in _listed(structure.boxes):
            yield "|".join((box.kind, box.address, *("",) * 3, *_place(box, structure)[0], *("",) * 9,
                            _yes(box), *_place(box, structure)[1]))  # fmt: skip


def _listed(boxes: tuple[Box, ...]) -> Iterator[Box]:
    return (box for box in boxes if box.kind in KINDS and box.only is not Only.API)


def _personal(box: Box, person: Person, structure: Structure | None) -> Iterator[str]:
    """One row for each speciality."""
    where, address = _place(box, structure)
    trade = TRADES[person.profession]
    for code in person.specialities or ("",):
        yield "|".join(
            (
                *(box.kind, box.address, "8", person.rpps, f"8{person.rpps}"),
                *where,
                *(person.suffix or person.prefix, person.family, person.given.upper()),
                *("C", "Civil", person.profession, trade.label),
                *(code, SPECIALITIES.get(code, "")),
                _yes(box),
                *address,
            )
        )


def _place(box: Box, structure: Structure | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Type, number and service of the structure, and its names and postal address."""
    if structure is None:
        return ("", "", box.service), ("",) * 13
    kind, number = ("1", structure.finess) if structure.finess else ("4", structure.practice_rank)
    if not number:
        kind, number = "3", structure.siret
    street_number, street_type, street = structure.street
    address = (structure.name, structure.alias, "", "", street_number, "", street_type, street, "")
    ending = (f"{structure.postcode} {structure.town}", structure.postcode, structure.postcode[:2], "France")
    return (kind, number, box.service), address + ending


def _yes(box: Box) -> str:
    return "O" if box.digitization else "N"
