"""argparse's own words in the language in use: it asks gettext for them, and has no French of its own."""

import argparse

from balt.i18n import N_, _
from balt.i18n import ngettext as plural

_WORDS = {
    "usage: ": N_("usage : "),
    "positional arguments": N_("arguments"),
    "options": N_("options"),
    "argument %(argument_name)s: %(message)s": N_("%(argument_name)s : %(message)s"),
    "expected one argument": N_("il manque une valeur"),
    "expected at most one argument": N_("une valeur au plus"),
    "expected at least one argument": N_("il manque une valeur"),
    "the following arguments are required: %s": N_("il manque : %s"),
    "unrecognized arguments: %s": N_("argument inconnu : %s"),
    "not allowed with argument %s": N_("ne va pas avec %s"),
    "one of the arguments %s is required": N_("il faut l'une de ces options : %s"),
    "invalid choice: %(value)r (choose from %(choices)s)": N_("%(value)r n'est pas l'un de : %(choices)s"),
    "invalid %(type)s value: %(value)r": N_("%(value)r n'est pas une valeur possible"),
    "ignored explicit argument %r": N_("cette option ne prend pas de valeur (%r)"),
}


def french_words() -> None:
    """Have argparse speak the language in use. It offers no other way than its module's own ``_``."""
    argparse._ = _word  # type: ignore[attr-defined]
    argparse.ngettext = _words  # type: ignore[attr-defined]


def _word(english: str) -> str:
    return _(_WORDS[english]) if english in _WORDS else english


def _words(singular: str, several: str, count: int) -> str:
    if singular == "expected %s argument":
        return plural("il faut %s valeur", "il faut %s valeurs", count)
    return singular if count == 1 else several
