"""The rest of the directory: a few hundred invented persons and structures, the same for one seed and day."""

import random
from datetime import date, timedelta

from balt.demo.directory import numbers
from balt.demo.directory.model import Box, Directory, Only, Person, Role, Shape, Structure
from balt.demo.directory.practice import hand_written, written
from balt.demo.directory.words import (
    FAMILIES,
    GIVEN,
    SERVICES,
    SPECIALITIES,
    SPECIALITY_WEIGHTS,
    STREETS,
    TOWNS,
    TRADE_WEIGHTS,
    TRADES,
)
from balt.text import fold

PERSONS = 320
FIRST = 100
"""The rank of the first number given to them; those below were given by hand."""

_SHAPES = tuple(Shape)
_SHAPE_WEIGHTS = (60, 25, 5, 6, 4)
_KINDS = (
    ("CH FICTIF", "SA01", "355", 8, "ch"),
    ("CLINIQUE FICTIVE", "SA02", "365", 4, "clinique"),
    ("EHPAD", "SA17", "500", 1, "ehpad"),
    ("EHPAD", "SA17", "500", 1, "residence"),
    ("LABORATOIRE", "SA25", "611", 1, "labo"),
    ("PHARMACIE", "SA33", "620", 1, "pharmacie"),
    ("MAISON DE SANTÉ", "SA08", "603", 1, "msp"),
    ("CENTRE DE SANTÉ", "SA05", "124", 1, "cds"),
)
_WITH_SOFTWARE = ("SA01", "SA25")
_APICRYPT = "interop-mssante.apicrypt.org"


def make_directory(seed: int, today: date) -> Directory:
    """The directory as it is on ``today``; another seed gives other people around the same practice."""
    chooser = random.Random(f"{seed}/directory")
    by_hand = hand_written(today)
    structures = _structures(chooser, today)
    persons, roles = _people(chooser, today, [each for each in structures if each.active and not each.legal])
    return Directory(by_hand.persons + persons, by_hand.roles + roles, by_hand.structures + structures)


def _structures(chooser: random.Random, today: date) -> tuple[Structure, ...]:
    """Each kind of structure in each town; the hospitals have a legal entity above them."""
    made: list[Structure] = []
    rank = FIRST
    for town, postcode in TOWNS:
        for name, sector, category, services, word in _KINDS:
            parent = ""
            if sector == "SA01":
                parent = f"001-01-99{rank:04d}"
                made.append(
                    _structure(chooser, today, rank, f"CENTRE HOSPITALIER DE {town}", (town, postcode))
                )
                rank += 1
            domain = f"{word}-{_slug(town)}.mssante.fr"
            made.append(
                _structure(
                    chooser,
                    today,
                    rank,
                    f"{name} DE {town}" if word != "residence" else f"EHPAD RÉSIDENCE DE {town}",
                    (town, postcode),
                    sector,
                    category,
                    parent,
                    _shared(chooser, domain, services, sector in _WITH_SOFTWARE),
                )
            )
            rank += 1
    return tuple(made)


def _structure(
    chooser: random.Random,
    today: date,
    rank: int,
    name: str,
    place: tuple[str, str],
    sector: str = "",
    category: str = "",
    parent: str = "",
    boxes: tuple[Box, ...] = (),
) -> Structure:
    """A structure; one of ``FIRST`` in forty is closed, and keeps its identifiers and its name."""
    days = chooser.randint(20, 900)
    number, identifier = numbers.finess(rank), f"001-01-99{rank:04d}"
    updated, moment = today - timedelta(days=days), written(today, chooser.randint(1, 80))
    if rank % 40 == 39:
        return Structure(
            id=identifier, updated=updated, written=moment, active=False, name=name, finess=number,
            legal=not sector,
        )  # fmt: skip
    kind, street = chooser.choice(STREETS)
    return Structure(
        id=identifier,
        updated=updated,
        written=moment,
        boxes=boxes,
        name=name,
        finess=number,
        siret=numbers.siret(rank) if sector == "SA33" else "",
        legal=not sector,
        sector=sector,
        category=category,
        street=(str(chooser.randint(1, 99)), kind, street),
        town=place[0],
        postcode=place[1],
        phone=f"019900{rank:04d}",
        mail=f"accueil@structure-{rank}.example" if rank % 3 == 0 else "",
        licence=f"99#{rank:06d}" if sector == "SA33" else "",
        parent=parent,
    )


def _shared(chooser: random.Random, domain: str, services: int, software: bool) -> tuple[Box, ...]:
    """The BAL of a structure: one for each service, and one for its software in some."""
    names = [""] if services == 1 else chooser.sample(SERVICES, services)
    boxes = [
        Box(
            f"{_slug(name) or 'secretariat'}@{domain}",
            "ORG",
            f"Secrétariat {name.lower()}".strip(),
            name,
            digitization=chooser.random() < 0.4,
            shape=_shape(chooser),
        )
        for name in names
    ]
    if software:
        boxes.append(Box(f"integration@{domain}", "APP", "Intégration automatique", digitization=True))
    return tuple(boxes)


def _people(
    chooser: random.Random, today: date, places: list[Structure]
) -> tuple[tuple[Person, ...], tuple[Role, ...]]:
    persons: list[Person] = []
    roles: list[Role] = []
    used: set[str] = set()
    for rank in range(FIRST, FIRST + PERSONS):
        person = _person(chooser, today, rank, used)
        persons.append(person)
        if person.active:
            for place in chooser.sample(places, chooser.choices((1, 2, 3), (75, 20, 5))[0]):
                roles.append(_role(chooser, today, FIRST + len(roles), person, place, used))
    return tuple(persons), tuple(roles)


def _person(chooser: random.Random, today: date, rank: int, used: set[str]) -> Person:
    identifier, number = f"003-99{rank:05d}-{rank * 37:05d}", numbers.rpps(rank)
    updated, moment = today - timedelta(days=chooser.randint(5, 2000)), written(today, chooser.randint(1, 90))
    if rank % 20 == 7:
        return Person(id=identifier, updated=updated, written=moment, active=False, rpps=number)
    prefix, given = chooser.choice(GIVEN)
    family = chooser.choice(FAMILIES[:7])
    family = (
        f"{family}-{chooser.choice(FAMILIES[:7])}" if chooser.random() < 0.5 else chooser.choice(FAMILIES)
    )
    profession = chooser.choices(tuple(TRADES), TRADE_WEIGHTS)[0]
    specialities: list[str] = []
    if profession == "10":
        specialities = chooser.choices(tuple(SPECIALITIES), SPECIALITY_WEIGHTS, k=1 + (rank % 25 == 0))
    return Person(
        id=identifier,
        updated=updated,
        written=moment,
        boxes=_own(chooser, rank, given, family, TRADES[profession].domain, used),
        rpps=number,
        family=family,
        given=given,
        prefix=prefix,
        suffix=TRADES[profession].suffix,
        profession=profession,
        specialities=tuple(dict.fromkeys(specialities)),
        card=f"99{rank:08d}",
    )


def _own(
    chooser: random.Random, rank: int, given: str, family: str, domain: str, used: set[str]
) -> tuple[Box, ...]:
    """The BAL that a person carries with them, of whatever structure; one in four has none."""
    if chooser.random() < 0.25:
        return ()
    only = Only.API if rank % 60 == 11 else Only.EXTRACTION if rank % 60 == 31 else Only.BOTH
    boxes = [Box(_address(given, family, domain, used), shape=_shape(chooser), only=only)]
    if rank % 30 == 0:
        boxes.append(Box(_address(given, family, _APICRYPT, used), shape=Shape.OLDER))
    if rank % 24 == 0:
        boxes.append(Box(f"cabinet{rank}@cabinets-fictifs.mssante.fr", "CAB", "Secrétariat du cabinet"))
    if len(boxes) > 1:
        boxes = [Box(b.address, b.kind, b.description, shape=b.shape, rank=n) for n, b in enumerate(boxes, 1)]
    return tuple(boxes)


def _role(
    chooser: random.Random, today: date, rank: int, person: Person, place: Structure, used: set[str]
) -> Role:
    identifier, situation = f"005-99{rank:05d}-{rank * 53:05d}", f"1099{rank + 10:06d}"
    updated, moment = today - timedelta(days=chooser.randint(5, 1500)), written(today, chooser.randint(1, 90))
    if chooser.random() < 0.12:
        return Role(
            id=identifier, updated=updated, written=moment, active=False, situation=situation,
            person=person.id,
        )  # fmt: skip
    boxes: tuple[Box, ...] = ()
    if place.boxes and place.sector in ("SA01", "SA02", "SA17") and chooser.random() < 0.6:
        domain = place.boxes[0].address.partition("@")[2]
        boxes = (Box(_address(person.given, person.family, domain, used), service=place.boxes[0].service),)
    salaried = place.sector in ("SA01", "SA05", "SA17") or chooser.random() < 0.2
    return Role(
        id=identifier,
        updated=updated,
        written=moment,
        boxes=boxes,
        situation=situation,
        person=person.id,
        structure=place.id,
        mode="S" if salaried else "L",
    )


def _address(given: str, family: str, domain: str, used: set[str]) -> str:
    """An address that nobody else has yet: homonyms get a number."""
    name = f"{_slug(given)}.{_slug(family)}"
    address, number = f"{name}@{domain}", 2
    while address in used:
        address, number = f"{name}{number}@{domain}", number + 1
    used.add(address)
    return address


def _slug(text: str) -> str:
    return "-".join(fold(text).replace("'", "-").split())


def _shape(chooser: random.Random) -> Shape:
    return chooser.choices(_SHAPES, _SHAPE_WEIGHTS)[0]
