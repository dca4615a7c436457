"""One table of the configuration, read key by key; every error names the file, the line and the key."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from balt.config.lines import Path as KeyPath
from balt.errors import ConfigError
from balt.i18n import _
from balt.text import plain
from balt.units import parse_size

C = TypeVar("C", bound=str)

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Source:
    """The file being read, and where its keys stand."""

    file: Path
    lines: Mapping[KeyPath, int]

    def error(self, path: KeyPath, sentence: str, advice: str = "") -> ConfigError:
        """An error on the line of a key, or of the nearest table above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return config_error(self.file, sentence, line=self.lines.get(path, 1), advice=advice)


def config_error(
    file: Path, sentence: str, *, line: int | None = None, column: int | None = None, advice: str = ""
) -> ConfigError:
    """An error in ``file``; the sentence begins in lower case, after the place."""
    where = plain(str(file))
    if line is not None and column is not None:
        place = _("%(file)s, ligne %(line)d, colonne %(column)d : %(what)s")
        return ConfigError(
            place % {"file": where, "line": line, "column": column, "what": sentence}, advice=advice
        )
    if line is not None:
        place = _("%(file)s, ligne %(line)d : %(what)s")
        return ConfigError(place % {"file": where, "line": line, "what": sentence}, advice=advice)
    return ConfigError(_("%(file)s : %(what)s") % {"file": where, "what": sentence}, advice=advice)


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that ``word`` was most likely meant to be, or ""."""
    from difflib import get_close_matches  # here: only an error needs it

    return next(iter(get_close_matches(word.lower()[:80], list(known), 1, 0.6)), "")


class Table:
    """The keys of one table. Values of keys are never shown: any of them could be a secret put there by
    mistake. A text given as "" counts as not given.
    """

    def __init__(self, source: Source, path: KeyPath, values: Mapping[str, object], title: str) -> None:
        self._source = source
        self._path = path
        self._values = values
        self._title = title

    def error(self, key: str, sentence: str, advice: str = "") -> ConfigError:
        """An error on the line of ``key``."""
        return self._source.error((*self._path, key), sentence, advice)

    def has(self, key: str) -> bool:
        """Whether the key is given, and not as ""."""
        return self._values.get(key, "") != ""

    def refuse_unknown(self, known: Collection[str], elsewhere: Mapping[str, Collection[str]]) -> None:
        """Raise for the first key that is not ``known``; ``elsewhere`` tells where it belongs."""
        for key in self._values:
            if key in known:
                continue
            shown = {"key": plain(key, 60), "table": self._title}
            home = next((title for title, keys in elsewhere.items() if key in keys), "")
            near = nearest(key, known)
            if home:
                sentence = _("la clé « %(key)s » n'a pas sa place %(table)s, elle va %(home)s.")
                raise self.error(key, sentence % {**shown, "home": home})
            if near:
                sentence = _("clé inconnue « %(key)s » %(table)s ; vouliez-vous dire « %(near)s » ?")
                raise self.error(key, sentence % {**shown, "near": near})
            sentence = _("clé inconnue « %(key)s » %(table)s.") % shown
            raise self.error(key, sentence, _("Clés possibles : %s.") % ", ".join(known))

    def text(self, key: str) -> str:
        """A text on one line, without control characters; "" when not given."""
        value = self._values.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(key, _("un texte entre guillemets"))
        if not value.isprintable():
            raise self.error(key, _("« %s » contient un caractère invisible ou un saut de ligne.") % key)
        return value.strip()

    def choice(self, key: str, choices: Collection[C], default: C) -> C:
        """One of a few words."""
        value = self.text(key)
        found = next((each for each in choices if each == value), None)
        if found is None and self.has(key):
            raise self._wrong(key, ", ".join(f'"{each}"' for each in choices))
        return found or default

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, _("true ou false, sans guillemets"))
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self._values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            if key in self._values:
                limits = {"least": least, "most": most}
                raise self._wrong(key, _("un nombre entier de %(least)d à %(most)d") % limits)
            return default
        return value

    def seconds(self, key: str, default: float, most: int) -> float:
        """A length of time in seconds, above 0."""
        value = self._values.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= most:
            raise self._wrong(key, _("un nombre de secondes, de 1 à %d") % most)
        return float(value)

    def size(self, key: str) -> int | None:
        """Octets, from "5M" or a whole number; None when not given."""
        if not self.has(key):
            return None
        value = self._values[key]
        try:
            size = parse_size(value) if isinstance(value, str) else value
        except (ValueError, OverflowError):
            size = None
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= _LARGEST:
            raise self._wrong(key, _('une taille, comme "5M" ou "2G"'))
        return size

    def variable(self, key: str) -> str:
        """The name of an environment variable; "" when not given."""
        value = self.text(key)
        if value and not _VARIABLE.fullmatch(value):
            raise self._wrong(key, _("le nom d'une variable d'environnement, pas le secret lui-même"))
        return value

    def command(self, key: str) -> tuple[str, ...]:
        """A command as a list of texts: the program, then its arguments; empty when not given."""
        value = self._values.get(key, [])
        parts = [part for part in value if isinstance(part, str)] if isinstance(value, list) else None
        if parts is None or parts != value or "" in parts[:1] or any("\0" in part for part in parts):
            raise self._wrong(key, _('une liste de textes, comme ["pass", "show", "mss"]'))
        return tuple(parts)

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        """A list of texts, none of them empty; empty when not given."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise self._wrong(key, _("une liste de textes, comme %s") % f'["{example}"]')
        return tuple(value)

    def path(self, key: str) -> Path | None:
        """A path; ``~`` is the user's home, and a relative one starts from the folder of the file."""
        value = self.text(key)
        if not value:
            return None
        try:
            path = Path(value).expanduser()
        except RuntimeError:
            raise self.error(key, _("« %s » : ce dossier personnel est inconnu.") % key) from None
        return self._source.file.absolute().parent / path

    def _wrong(self, key: str, expected: str) -> ConfigError:
        sentence = _("« %(key)s » ne convient pas ; attendu : %(expected)s.")
        return self.error(key, sentence % {"key": key, "expected": expected})
