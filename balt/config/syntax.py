"""What to say of a text that is not TOML: the place, and the likely cause in the user's words."""

import re
from pathlib import Path

from balt.config.table import config_error
from balt.errors import ConfigError
from balt.i18n import N_, _

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")

# The beginnings of what tomllib says, and what it means for someone who writes a configuration.
_CAUSES = (
    ("Cannot overwrite", N_("cette clé est donnée deux fois.")),
    ("Duplicate inline", N_("cette clé est donnée deux fois.")),
    ("Cannot declare", N_("cette partie est déjà commencée plus haut ; une BAL s'écrit [[mailbox]].")),
    ("Expected '='", N_("il manque le signe = après la clé.")),
    (
        "Unescaped",
        N_("une barre oblique inverse est de trop ; pour un chemin, préférez des apostrophes : 'C:\\…'."),
    ),
    (
        "Invalid hex",
        N_("une barre oblique inverse est de trop ; pour un chemin, préférez des apostrophes : 'C:\\…'."),
    ),
    ("Unterminated", N_("il manque un guillemet ou un crochet fermant.")),
    ("Unclosed", N_("il manque un guillemet ou un crochet fermant.")),
    ("Illegal character", N_("il manque un guillemet fermant, ou un caractère n'est pas permis ici.")),
    ("Invalid value", N_("cette valeur ne se lit pas ; un texte s'écrit entre guillemets.")),
    ("Expected ']", N_("il manque un crochet fermant.")),
    ("Expected newline", N_("il y a quelque chose de trop en fin de ligne.")),
    ("Invalid statement", N_("cette ligne ne se lit pas ; attendu : clé = valeur, ou [[mailbox]].")),
    ("Invalid initial character", N_("cette clé ne se lit pas.")),
)


def syntax_error(file: Path, text: str, said: str) -> ConfigError:
    """The error for what ``tomllib`` said of ``text``. Nothing of the text itself is repeated."""
    cause = next((cause for start, cause in _CAUSES if said.startswith(start)), N_("ceci n'est pas du TOML."))
    place = _PLACE.search(said)
    if place is None:  # the end of the document
        return config_error(file, _(cause), line=max(text.rstrip().count("\n") + 1, 1))
    return config_error(file, _(cause), line=int(place[1]), column=int(place[2]))
