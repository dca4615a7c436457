"""Whether the RPPS number of the configuration is the holder's own: the directory names somebody under it."""

import re
from collections.abc import Iterable, Iterator

from balt.config import Person
from balt.directory.identifiers import person_warning
from balt.directory.model import DirectoryAnswer, bare_rpps
from balt.i18n import _
from balt.text import name_key, plain

_SHORTEST = 3
"""Letters of a word of a name that tells one: "de", "la" and initials are in many."""


def number_warning(person: Person, answers: Iterable[DirectoryAnswer]) -> str:
    """What looks wrong in the number of the configuration: by itself, or since the directory has it under a
    name that shares nothing with the one there. A sentence, or "". It stops nothing: names change, and the
    one of use may be another.
    """
    if warning := person_warning(person):
        return warning
    rpps = bare_rpps(person.rpps)
    if not rpps or not person.name:
        return ""
    named = [
        (family, given)
        for answer in answers
        for number, family, given in _named(answer)
        if family and bare_rpps(number) == rpps
    ]
    if not named or any(_may_be(family, person.name) for family, _given in named):
        return ""
    words = _(
        "Le numéro RPPS de la configuration, %(rpps)s, est dans l'Annuaire Santé celui de %(holder)s, et non "
        "de %(name)s : vérifiez « rpps » et « name » dans la partie [person]."
    )
    family, given = named[0]
    holder = plain(f"{given} {family}".strip(), 120)
    return words % {"rpps": rpps, "holder": holder, "name": plain(person.name, 120)}


def _named(answer: DirectoryAnswer) -> Iterator[tuple[str, str, str]]:
    """The number, the family name and the given name of everybody who is named there."""
    for person in answer.professionals:
        yield person.rpps, person.family, person.given
    for entry in answer.entries:
        yield entry.rpps, entry.family, entry.given


def _may_be(family: str, name: str) -> bool:
    """Whether a family name is part of a whole name: in whatever order, and of a compound one a part."""
    theirs, own = _words(family), _words(name)
    shared = {each for each in set(theirs) & set(own) if len(each) >= _SHORTEST}
    return bool(shared) or "".join(theirs) in "".join(own)


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name_key(name))
