"""The domains of the MSSanté trust space, from ``listeblanchemssante.xml`` (domain 3.3).

Only the path ``Domaine/Nom`` of this file is known for sure, so nothing else in it is relied on. A document
type or an entity is refused: this file needs none, and they are how XML eats memory and reads other files.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import plain

MOST_OCTETS = 16 * 1024 * 1024
"""The real list names some thousands of domains: less than one million octets."""

LONGEST_DOMAIN = 253
_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class WhiteList:
    """The domains, in lower case, as the list writes them."""

    domains: frozenset[str]

    def holds(self, address: str) -> bool:
        """Whether the domain of ``address`` (or a domain alone) is in the trust space; names with accents are
        known by both of their forms.
        """
        domain = address.rpartition("@")[2].strip().lower()
        return bool(self.domains.intersection((domain, _ascii(domain))))


def read_white_list(path: Path) -> WhiteList:
    """The list in a file. Raises DirectoryError for a file that is missing, too large, or not such a list."""
    return white_list_in(read_file(path), path)


def read_file(path: Path) -> bytes:
    """The octets of a file that may be such a list. Raises as ``read_white_list`` does."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _refused(path, _("ce n'est pas un fichier."))
        with path.open("rb") as file:
            content = file.read(MOST_OCTETS + 1)
    except OSError as error:
        reason = plain(error.strerror or type(error).__name__)
        raise _refused(path, _("il ne peut pas être lu (%(reason)s).") % {"reason": reason}) from None
    if len(content) > MOST_OCTETS:
        raise _refused(path, _("il est démesuré."))
    return content


def white_list_in(content: bytes, path: Path) -> WhiteList:
    """The list that ``content``, read from ``path``, is. Raises as ``read_white_list`` does."""
    reader = _Reader()
    try:
        reader.read(content)
    except _ForbiddenError:
        raise _refused(path, _("il contient une définition de type ou d'entité, interdite ici.")) from None
    except (expat.ExpatError, ValueError, LookupError):
        raise _refused(path, _("ce n'est pas un document XML complet.")) from None
    if not reader.domains:
        raise _refused(path, _("il ne nomme aucun domaine."))
    return WhiteList(frozenset(reader.domains))


class _ForbiddenError(Exception):
    """The document defines a type or an entity."""


class _Reader:
    """Takes the text of every ``Nom`` that stands in a ``Domaine``, in any namespace and encoding."""

    def __init__(self) -> None:
        self.domains: set[str] = set()
        self._path: list[str] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._parser.StartDoctypeDeclHandler = self._forbidden
        self._parser.EntityDeclHandler = self._forbidden
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, content: bytes) -> None:
        self._parser.Parse(content, True)

    def _forbidden(self, *_declared: object) -> None:
        raise _ForbiddenError

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(_SEPARATOR)[2])
        self._text = []

    def _characters(self, text: str) -> None:
        if self._path[-2:] == ["Domaine", "Nom"]:
            self._text.append(text)

    def _end(self, _name: str) -> None:
        if self._path[-2:] == ["Domaine", "Nom"]:
            domain = plain("".join(self._text).strip().lower(), LONGEST_DOMAIN + 1)
            if 0 < len(domain) <= LONGEST_DOMAIN:
                self.domains.update((domain, _ascii(domain)))
        self._path.pop()


def _ascii(domain: str) -> str:
    """A domain as the mail writes it ("xn--…"), or unchanged where it has no such form."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _refused(path: Path, reason: str) -> DirectoryError:
    return DirectoryError(
        _("la liste blanche %(file)s ne peut pas être utilisée : %(reason)s")
        % {"file": plain(path.name), "reason": reason},
        advice=_("Reprenez-la sur espacedeconfiance.mssante.fr."),
    )
