"""Identifiers of persons and structures (RPPS, IDNPS, FINESS): normal forms, and checks that only ever warn.

Rules: domain section 7. Official examples themselves fail the key, so a wrong key never stops anything.
"""

import re

from balt.config import Person
from balt.directory.model import RPPS_PREFIX
from balt.i18n import _
from balt.text import plain

_RPPS = re.compile(r"\d{11}", re.ASCII)
_FINESS = re.compile(r"\d[\dAB]\d{7}", re.ASCII)
_RPPS_TYPES = frozenset(("8", "rpps"))
_FINESS_TYPES = frozenset(("1", "finess"))
_ANY = ""
_LOCAL = re.compile(r"([13456])(\d[\dAB]\d{7,12})/\S+", re.ASCII)
_ADELI = re.compile(r"0\d[\dAB]\d{7}", re.ASCII)
"""National identifiers (IDNPS) of persons who have no RPPS number: 0 and an ADELI number; the number of a
structure or a practice, and their own there.
"""


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the Luhn key of the others; False for anything but digits."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    total = 0
    for at, char in enumerate(reversed(digits)):
        value = int(char) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def rpps_of(kind: str, identifier: str, national: str = "") -> str:
    """The RPPS number of a person, "" when they have none (an ADELI number, for one).

    ``kind`` is the code or the word of the identifier's type; ``national`` the IDNPS, which may be alone.
    """
    kind, identifier = kind.strip().lower(), identifier.strip()
    if kind in _RPPS_TYPES and identifier:
        return identifier
    if kind == _ANY and _RPPS.fullmatch(identifier):
        return identifier
    national = national.strip()
    if kind in (_ANY, *_RPPS_TYPES) and len(national) == 12 and national.startswith(RPPS_PREFIX):
        return national.removeprefix(RPPS_PREFIX)
    return ""


def typed_rpps(text: str) -> str:
    """The RPPS number that a person typed, as 11 digits or as IDNPS, spaces allowed; "" for anything else."""
    digits = "".join(text.split())
    if len(digits) == 12 and digits.startswith(RPPS_PREFIX):
        digits = digits.removeprefix(RPPS_PREFIX)
    return digits if _RPPS.fullmatch(digits) else ""


def finess_of(kind: str, identifier: str) -> str:
    """The FINESS number of a structure, "" when it has another kind of identifier.

    ``kind`` is the code or the word of its type; the technical form is understood too (``1`` or ``F`` and the
    nine characters).
    """
    kind, identifier = kind.strip().lower(), identifier.strip().upper()
    if kind not in (_ANY, *_FINESS_TYPES):
        return ""
    if len(identifier) == 10 and identifier[0] in "1F":
        identifier = identifier[1:]
    return identifier if kind in _FINESS_TYPES or _FINESS.fullmatch(identifier) else ""


def rpps_warning(rpps: str) -> str:
    """What looks wrong in an RPPS number, in a sentence; "" when nothing does."""
    if not _RPPS.fullmatch(rpps):
        return _("un numéro RPPS a onze chiffres : vérifiez-le.")
    if not luhn_holds(rpps):
        return _("la clé de ce numéro RPPS ne correspond pas : vérifiez qu'il est bien recopié.")
    return ""


def finess_warning(finess: str) -> str:
    """What looks wrong in a FINESS number, in a sentence; "" when nothing does. Corsica has no key to check
    (its department is 2A or 2B).
    """
    finess = finess.upper()
    if not _FINESS.fullmatch(finess):
        return _("un numéro FINESS a neuf caractères : vérifiez-le.")
    if finess.isdigit() and not luhn_holds(finess):
        return _("la clé de ce numéro FINESS ne correspond pas : vérifiez qu'il est bien recopié.")
    return ""


def typed_warning(text: str) -> str:
    """What looks wrong in a number that was looked for and found nothing, in a sentence; "" where the text
    is no number of these kinds.
    """
    compact = "".join(text.split()).upper()
    if number := typed_rpps(compact) or next(filter(None, map(typed_rpps, text.split())), ""):
        return rpps_warning(number)
    if _FINESS.fullmatch(compact):
        return finess_warning(compact)
    if _ADELI.fullmatch(compact):
        return _("les numéros ADELI (0 et neuf caractères) ne sont plus cherchés : cherchez par nom ou RPPS.")
    if not (local := _LOCAL.fullmatch(compact)):
        return ""
    words = _("ce numéro national (IDNPS) n'a pas de RPPS et ne se cherche pas : cherchez par nom.")
    if local[1] == "3" and _FINESS.fullmatch(local[2]):
        words = _(
            "ce numéro national (IDNPS) n'a pas de RPPS et ne se cherche pas : cherchez par nom, ou la "
            "structure par son FINESS, %s."
        )
        return words % local[2]
    return words


def person_warning(person: Person) -> str:
    """What looks wrong in the number of the configuration, in a sentence that says where it stands; "" when
    nothing does.
    """
    if person.mistyped:
        words = _(
            "« rpps » dans la configuration, %s, n'est pas un numéro RPPS (onze chiffres) : sans lui, balt "
            "ne peut pas connaître toutes vos BAL."
        )
        return words % plain(person.mistyped, 40)
    if person.rpps and not luhn_holds(person.rpps):
        words = _(
            "« rpps » dans la configuration, %s : la clé de ce numéro ne correspond pas, vérifiez qu'il est "
            "bien recopié."
        )
        return words % person.rpps
    return ""
