"""Identifiers of persons and structures (RPPS, IDNPS, FINESS): normal forms, and checks that only ever warn.

Rules: domain section 7. Official examples themselves fail the key, so a wrong key never stops anything.
"""

import re

from balt.directory.model import RPPS_PREFIX
from balt.i18n import _

_RPPS = re.compile(r"\d{11}", re.ASCII)
_FINESS = re.compile(r"\d[\dAB]\d{7}", re.ASCII)
_RPPS_TYPES = frozenset(("8", "rpps"))
_FINESS_TYPES = frozenset(("1", "finess"))
_ANY = ""


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
