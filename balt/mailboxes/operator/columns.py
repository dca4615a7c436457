"""Which column of an operator's table tells what: guessed from its header, or as the user said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.operator.cells import PERCENT, UNITS
from balt.text import fold, plain


class Part(StrEnum):
    """What a column may tell, by its name in ``--map``."""

    ADDRESS = "address"
    LAST_LOGIN = "last_login"
    USED = "used"
    QUOTA = "quota"
    PERCENT = "percent"
    LAST_RECEIVED = "last_received"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its header, and the unit of its sizes (in lower case, "" where only its cells tell it);
    ``DAY_FIRST`` for days.
    """

    header: str
    unit: str = ""


Columns = Mapping[Part, Column]
DAY_FIRST = "dd/mm"
"""What stands in the place of a unit where the user says that days are written before months."""
_DAYS = (Part.LAST_LOGIN, Part.LAST_RECEIVED)
_SAID_DAY_FIRST = ("dd/mm", "jj/mm", "dd/mm/yyyy", "jj/mm/aaaa")

_KNOWN = {
    Part.ADDRESS: (
        "adresse;adresse mail;adresse email;adresse e mail;adresse electronique;adresse messagerie;"
        "adresse principale;email;e mail;mail;courriel;"
        "address;email address;mail address;e mail address;primary smtp address;user principal name"
    ),
    Part.LAST_LOGIN: (
        "derniere connexion;derniere connection;dernier acces;derniere consultation;derniere ouverture;"
        "derniere authentification;derniere utilisation;dernier login;last login;last logon;last access;"
        "last connection;last sign;last seen"
    ),
    Part.USED: (
        "utilise;utilisee;occupe;espace utilise;espace occupe;place utilisee;place occupee;taille;"
        "taille utilisee;taille actuelle;occupation;volume;volume utilise;volumetrie;stockage;"
        "stockage utilise;quota utilise;used;size;space used;storage used;quota used;quota usage;disk usage;"
        "usage;total item size"
    ),
    Part.QUOTA: (
        "quota;quota alloue;quota attribue;quota max;quota maximum;quota maximal;quota total;limite;"
        "limite quota;capacite;espace alloue;espace attribue;espace total;taille max;taille maximale;"
        "taille maximum;limit;quota limit;storage quota;storage limit;capacity;max size;maximum size;"
        "prohibit send quota"
    ),
    Part.PERCENT: (
        "taux occupation;taux remplissage;taux utilisation;remplissage;pourcentage occupation;"
        "pourcentage utilise;percent used;usage percent;percent"
    ),
    Part.LAST_RECEIVED: (
        "derniere reception;dernier message recu;dernier mail recu;dernier email recu;dernier courriel recu;"
        "dernier courrier recu;dernier recu;last received;last message received;last mail received;"
        "last email received;last delivery"
    ),
}
_BY_WORDS = {frozenset(name.split()): part for part, names in _KNOWN.items() for name in names.split(";")}
_LINKING = {
    *("de", "du", "des", "la", "le", "les", "l", "d", "a", "en", "dans", "par", "date", "heure", "jour"),
    *("of", "the", "in", "on", "time", "day"),
}
_BOX = {"bal", "boite", "boites", "aux", "lettres", "mssante", "mailbox"}
_BOX_NAMES = {"bal", "boite", "boites", "mailbox"}
"""Words that say that it is about a BAL: alone they name its address, beside others they do not count."""
_WORD = re.compile(r"[a-z0-9]+|%")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASKED = re.compile(rf"(?:^|,)\s*({'|'.join(Part)})\s*=")


@dataclass(frozen=True, slots=True)
class Guess:
    """The columns whose header is known; ``doubtful`` has the headers of each part that several could be."""

    columns: Columns
    doubtful: Mapping[Part, Sequence[str]]


def guess(headers: Sequence[str]) -> Guess:
    """What the headers tell, whatever their case, accents and order of words."""
    found: dict[Part, list[Column]] = {}
    for header in headers:
        part, unit = _meant(header)
        if part is not None:
            found.setdefault(part, []).append(Column(header, unit))
    sure = {part: columns[0] for part, columns in found.items() if len(columns) == 1}
    doubtful = {part: [each.header for each in some] for part, some in found.items() if len(some) > 1}
    return Guess(sure, doubtful)


def chosen(headers: Sequence[str], asked: Columns, remembered: Columns | None) -> Columns:
    """The columns to read: as asked, else as remembered, else as guessed. Raises UsageError, with the columns
    and an example, where no address or nothing else is told, or where a header could be doubted.
    """
    if remembered is not None and not asked:
        return remembered
    guessed = guess(headers)
    doubtful = [part for part in guessed.doubtful if part not in asked]
    if doubtful:
        several = ", ".join(_("« %s »") % each for each in guessed.doubtful[doubtful[0]])
        why = _("Plusieurs colonnes pourraient être « %(part)s » : %(several)s.")
        raise _unmapped(headers, why % {"part": doubtful[0].value, "several": several})
    taken = {column.header for column in asked.values()}
    rest = {part: column for part, column in guessed.columns.items() if column.header not in taken}
    columns = {**rest, **asked}
    if Part.ADDRESS not in columns:
        raise _unmapped(headers, _("Aucune colonne ne donne l'adresse des BAL."))
    if len(columns) == 1:
        raise _unmapped(headers, _("Aucune colonne ne donne de connexion, de taille ou de quota."))
    return columns


def read_map(text: str, headers: Sequence[str]) -> Columns:
    """What ``--map`` says: "address=Boîte,used=Taille:Mo". A unit may follow a header. Raises UsageError."""
    if not text:
        return {}
    marks = list(_ASKED.finditer(text))
    if not marks or marks[0].start() != 0:
        raise _unmapped(headers, _("« %s » ne nomme aucune colonne.") % plain(text, 80))
    by_name = {_folded(header): header for header in headers}
    columns: dict[Part, Column] = {}
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        name = text[mark.end() : after.start() if after else len(text)].strip()
        column = _named(name, by_name, Part(mark[1]))
        if column is None or Part(mark[1]) in columns or column in columns.values():
            why = _("« %s » n'est pas une colonne de ce fichier, ou est donnée deux fois.") % plain(name, 80)
            raise _unmapped(headers, why)
        columns[Part(mark[1])] = column
    return columns


def unit_missing(header: str, part: Part) -> UsageError:
    """The refusal of sizes that could be octets as well as Mo."""
    return UsageError(
        _("La colonne « %s » donne des nombres sans unité.") % header,
        advice=_("Dites-la : --map '%(part)s=%(header)s:Mo' (o, Ko, Mo, Go, To ou %%). Rien n'a été retenu.")
        % {"part": part.value, "header": header},
    )


def _fits(part: Part, unit: str) -> bool:
    """Whether a column of that part can have this unit, "" for none."""
    return not unit or (unit == DAY_FIRST if part in _DAYS else unit in UNITS or unit == PERCENT)


def _named(name: str, by_name: Mapping[str, str], part: Part) -> Column | None:
    """The column of this name, with its unit; None where there is none."""
    header = by_name.get(_folded(name))
    if header is not None:
        unit = _meant(header)[1]
        return Column(header, unit if _fits(part, unit) else "")
    stem, _colon, unit = name.rpartition(":")
    header, unit = by_name.get(_folded(stem)), fold(unit.strip())
    unit = DAY_FIRST if unit in _SAID_DAY_FIRST else unit
    return Column(header, unit) if header is not None and unit and _fits(part, unit) else None


def _folded(name: str) -> str:
    return " ".join(fold(plain(name)).split())


def _meant(header: str) -> tuple[Part | None, str]:
    """What a header tells, if it is known, and the unit that it names."""
    words = _WORD.findall(fold(_CAMEL.sub(" ", header)))
    units = {word for word in words if word in UNITS or word == PERCENT}
    unit = units.pop() if len(units) == 1 else ""
    content = [word for word in words if word not in UNITS and word != PERCENT and word not in _LINKING]
    named = frozenset(content) - _BOX
    part = _BY_WORDS.get(named) if named else Part.ADDRESS if _BOX_NAMES & set(content) else None
    if part is Part.PERCENT or (unit == PERCENT and part in (Part.USED, Part.QUOTA)):
        return Part.PERCENT, PERCENT
    return part, unit


def _unmapped(headers: Sequence[str], why: str) -> UsageError:
    example = {Part.ADDRESS: headers[0], Part.LAST_LOGIN: headers[min(1, len(headers) - 1)]}
    asked = ",".join(f"{part.value}={header}" for part, header in example.items())
    listed = ", ".join(_("« %s »") % header for header in headers[:40])
    return UsageError(
        why,
        advice="\n".join(
            (
                _("Colonnes du fichier : %s.") % listed,
                _("Dites ce qu'elles donnent, une fois pour toutes, par exemple : --map '%s'") % asked,
                _("À gauche du signe égal : %s.") % ", ".join(Part),
            )
        ),
    )
