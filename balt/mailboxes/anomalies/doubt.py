"""Whether the description of a BAL says that nobody should write to it any more, or that it is a trial.

Domain 10 names the first of the words ("ancien", "ne plus utiliser", "test", "fermé"). Health services bear
them for other reasons too (tests for COVID, a farm, "les anciens", a locked ward), so each counts only where
it can hardly mean anything else: one that is missed does less harm than a sound BAL in doubt.
"""

from __future__ import annotations

import re
import unicodedata

from balt.text import fold

_BOX = r"(?:bal|boites?(?: aux lettres)?|adresses?|mails?|messageries?|comptes?|mss|mssante)"
_USED = r"(?:utilise|consulte|employe|releve|lu)e?s?"
_USE = r"(?:utilis|employ|ecri|envoy|adress|transm|contact)\w+"

_NOT_MORE = "".join(rf"(?<!\b{word} )" for word in ("le", "la", "les", "des", "de", "en"))

_SAID = (
    rf"(?:ne|n) plus (?:l |y |rien )?{_USE}",  # ne plus envoyer
    rf"(?:ne|n) (?:l )?{_USE} plus",  # n'utilisez plus
    r"(?:ne|n) pas (?:l )?(?:utiliser?|ecrire)",
    rf"n (?:est|sont) plus (?:{_USED}|acti(?:f|ve)s?|valides?|en (?:service|usage))",
    r"n existe plus",
    rf"{_NOT_MORE}plus {_USED}",  # plus utilisée, but not "la plus utilisée"
    rf"(?:non|jamais|in)\s?(?:{_USED}|acti(?:f|ve)s?)",
    r"(?:obsolete|perimee?|supprimee?|desactivee?|cloturee?|archivee)s?",
    r"a supprimer|hors service",
    rf"{_BOX} (?:est )?(?:clos|close|closes|archive)",
)
"""Nobody should write there, nobody reads it, or it is no more."""

_LEFT = (
    r"archives?|cabinets?|unites?|poles?|consultations?|standards?|accueils?|equipes?|structures?|logiciels?|"
    r"cardio\w*|\w+(?:logie|iatrie|urgie)s?"
)
"""What is not called "ancien" for its age, as an old school or a castle is."""

_BUILT = (
    r"pavillons?|batiments?|centres?|hopital|hopitaux|blocs?|ailes?|immeubles?|chateaux?|quartiers?|bourgs?"
)

_OLD = (
    rf"ancien(?:ne)?s? (?:{_BOX}|sites?|services?|secretariats?|numeros?|noms?|operateurs?)",
    rf"^ancien(?:ne)?s?(?:$| \d| (?:{_LEFT})\b)",
    rf"(?!(?:l|d|les|des|aux|nos|{_BUILT}) )\w+ ancien(?:ne)?s?$",
)
_CLOSED = (
    # neither "fermée le week-end" nor "fermé au public", but "fermée le 12/03"
    r"fermees?(?! (?:le|la|les|en|entre|pendant|tous|au|aux|du|sauf) [a-z])",
    rf"(?:{_BOX}|service|site|cabinet|secretariat|est|definitivement) ferme(?:$| definitivement| depuis| \d)",
)
_LOCKED = re.compile(r"\b(?:psychiatr\w+|(?:unites?|milieu|secteur) fermee?s?)\b")
"""A locked ward is not closed."""

_OWN = r"(?:technique|interne|integration|recette)s?"
_TRIAL = (
    rf"{_BOX} (?:de |pour )?test",
    rf"(?:^|(?!(?:de|des|du|d|le|les|l) )\w+ )test(?:$| \d| (?:{_BOX}|{_OWN})\b)",
    rf"(?:^|{_BOX} )tests(?:$| \d| (?:{_BOX}|{_OWN})\b)",  # "Allergologie tests" does tests
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")(?!\w)")


_DOUBTFUL, _SHUT = _any(*_SAID, *_OLD, *_TRIAL), _any(*_CLOSED)
_ANY_STEM = re.compile(
    "plus|pas|non|jamais|inutil|inacti|obsole|perim|suppr|desact|clo|archiv|hors|ancien|ferm|test"
)
"""One of these is in every such text: most have none, and are settled at once."""

_ACCENTED = re.compile(r"\bfermé(s?)\b")
_APART = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
"""Operators write ``BAL_TEST1`` too."""


def is_doubtful(text: str) -> bool:
    """Whether a description or the name of a service puts its BAL in doubt. Pure."""
    # without its accent "fermé" would be a farm
    written = _ACCENTED.sub(r"fermee\1", unicodedata.normalize("NFC", text).casefold())
    words = _APART.sub(" ", fold(written)).strip()
    if not _ANY_STEM.search(words):
        return False
    return bool(_DOUBTFUL.search(words) or (_SHUT.search(words) and not _LOCKED.search(words)))
