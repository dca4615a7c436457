"""The Annuaire Santé asked over its FHIR API (domain section 2): the BAL of a person, of an address, of a
structure, and a search by name.

Loaded only when the API is asked: it brings httpx in.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from balt.clock import Clock
from balt.directory.boxes import is_address
from balt.directory.fhir import Carrier, Person, Role, Structure
from balt.directory.gate import Gate
from balt.directory.gathering import Gathering
from balt.directory.http import Door
from balt.directory.identifiers import finess_warning, rpps_warning, typed_rpps, typed_warning
from balt.directory.limits import Limits
from balt.directory.model import DirectoryAnswer
from balt.directory.names_asked import SEPARATORS, is_local_part, spelled, ways_to_name, words_of
from balt.directory.pages import Parameters, Searches
from balt.directory.patience import Cancelled, Patience
from balt.errors import DirectoryError
from balt.i18n import _, ngettext
from balt.text import fold

__all__ = ["DirectoryClient", "Limits"]

_FINESS = re.compile(r"\d[\dAB]\d{7}", re.ASCII)
_FINESS_SYSTEM = "https://finess.esante.gouv.fr"
_CARRIERS = ("Practitioner", "PractitionerRole", "Organization")
_ACTIVE = ("active", "true")
_WITH_STRUCTURE = ("_include", "PractitionerRole:organization")
_WITH_PERSON = ("_include", "PractitionerRole:practitioner")
_SEARCH_PAGES = 4
_PAGE_OF_ROLES = "200"
"""A large hospital holds thousands of roles; pages have 50 of them otherwise."""

_AT_ONCE = 25
_MOST_TOGETHER = 15
_LONGEST_QUESTION = 2000
"""Addresses in one call, and characters of its question: what stands in between refuses longer ones."""

_SHORTEST = 2


def can_be_asked(address: str) -> bool:
    """Whether the API can be asked about an address: it is one, and holds nothing that means "or"."""
    return is_address(address) and not SEPARATORS.search(address)


class DirectoryClient:
    """Asks the API; one question at a time, from one thread. Nothing is opened before the first question.

    ``key`` gives the API key when it is needed; it goes to ``base_url`` and nowhere else. ``pause`` waits,
    and ``ticks`` are seconds that only grow: arguments for tests.
    """

    def __init__(
        self,
        base_url: str,
        key: Callable[[], str],
        clock: Clock,
        *,
        limits: Limits | None = None,
        pause: Callable[[float], None] = time.sleep,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises DirectoryError for a base address that a key may not be sent to."""
        self._gate = Gate(base_url)
        self._key = key
        self._clock = clock
        self._limits = limits or Limits()
        self._pause = pause
        self._ticks = ticks
        self._door: Door | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection. Never raises; a later question opens another one."""
        if self._door is not None:
            self._door.close()
            self._door = None

    def of_professional(self, rpps: str, cancelled: Cancelled | None = None) -> DirectoryAnswer:
        """The BAL of a person (RPPS of 11 digits, or 8 and RPPS), their own and those of their roles.

        What is closed is left out, unless there is nothing else. Raises DirectoryError and CancelledError.
        """
        number = typed_rpps(rpps)
        if not number:
            raise DirectoryError(
                _("ce n'est pas un numéro RPPS."), advice=_("Il a onze chiffres, ou douze avec le 8 devant.")
            )
        gathering, searches = self._question(cancelled)
        everyone = ("identifier", number), ("_revinclude", "PractitionerRole:practitioner")
        brought = gathering.add(searches.read("Practitioner", everyone))
        known = [each for each in brought if isinstance(each, Person) and each.rpps == number]
        people = [each for each in known if each.active] or known
        self._add_roles(gathering, searches, [person for person in people if person.active])
        roles = [role for person in people for role in gathering.roles_of(person)]
        if not known:
            gathering.note(_("l'annuaire ne connaît personne sous ce numéro RPPS."))
            if warning := rpps_warning(number):
                gathering.note(warning)
        elif not people[0].active:
            gathering.note(_("l'annuaire ne connaît plus cette personne en exercice."))
        return gathering.answer(self._clock.now(), people=people, roles=roles)

    def of_address(self, address: str, cancelled: Cancelled | None = None) -> DirectoryAnswer:
        """Who publishes this address: persons, roles and structures. Raises as ``of_professional`` does."""
        return self.of_addresses((address,), cancelled)

    def of_addresses(self, addresses: Iterable[str], cancelled: Cancelled | None = None) -> DirectoryAnswer:
        """Who publishes these addresses, many of them in each call (a comma means "or": domain 2.3).

        Nothing is asked when one of them is no address. Raises as ``of_professional`` does.
        """
        asked: dict[str, str] = {}
        for address in map(str.strip, addresses):
            if not can_be_asked(address):
                raise DirectoryError(
                    _("ce n'est pas une adresse de BAL."),
                    advice=_("Elle s'écrit comme nom@domaine.mssante.fr."),
                )
            asked.setdefault(address.lower(), address)
        gathering, searches = self._question(cancelled)
        carriers: list[Carrier] = []
        found: set[str] = set()
        for modifier in ("", ":exact"):  # the plain search finds what begins so, in whatever capitals
            for some in self._together([asked[key] for key in asked if key not in found]):
                carriers += self._carriers(gathering, searches, modifier, some, asked.__contains__)
            found = {box.address.lower() for each in carriers if each.active for box in each.boxes}
        return self._told(gathering, carriers, asked.__contains__)

    def of_structure(self, finess: str, cancelled: Cancelled | None = None) -> DirectoryAnswer:
        """The BAL of a structure (FINESS, nine characters), its own and those of the roles held there; of a
        legal entity, those of its sites too (domain 2.4).

        Raises as ``of_professional`` does.
        """
        number = "".join(finess.split()).upper()
        if not _FINESS.fullmatch(number):
            raise DirectoryError(_("ce n'est pas un numéro FINESS."), advice=_("Il a neuf caractères."))
        gathering, searches = self._question(cancelled)
        named = ("identifier", f"{_FINESS_SYSTEM}|{number}"), ("_include", "Organization:partof")
        brought = gathering.add(searches.read("Organization", named))
        known = [each for each in brought if isinstance(each, Structure) and number in each.finesses]
        structures = [each for each in known if each.active] or known
        sites = self._sites(gathering, searches, structures)
        roles = self._held_at(gathering, searches, [*structures, *sites])
        if not known:
            gathering.note(_("l'annuaire ne connaît aucune structure sous ce numéro FINESS."))
            if warning := finess_warning(number):
                gathering.note(warning)
        elif not structures[0].active:
            gathering.note(_("l'annuaire dit cette structure fermée."))
        return gathering.answer(self._clock.now(), roles=roles, structures=[*structures, *sites])

    def search(self, text: str, cancelled: Cancelled | None = None) -> DirectoryAnswer:
        """What the directory knows under an RPPS or FINESS number, an address or a part of one with its
        ``@``, or the name of a person or of a structure. Persons without a BAL are among the professionals.

        Raises as ``of_professional`` does.
        """
        compact = "".join(text.split())
        if typed_rpps(compact):
            return self.of_professional(compact, cancelled)
        if _FINESS.fullmatch(compact.upper()):
            return self.of_structure(compact, cancelled)
        words = words_of(text)
        if sum(map(len, words)) < _SHORTEST:
            raise DirectoryError(
                _("cette recherche est trop courte."), advice=_("Donnez au moins deux caractères.")
            )
        if "@" in text:
            if can_be_asked(compact):
                return self.of_address(compact, cancelled)
            return self._like(words[0], cancelled)
        return self._named(words, cancelled)

    def homonyms(self, family: str, given: str, cancelled: Cancelled | None = None) -> DirectoryAnswer:
        """Everybody in practice of this family name and given name (or one that begins so), with a BAL or
        not, with the towns where they work (domain 2.4). Raises as ``of_professional`` does.
        """
        names = spelled(words_of(family)), spelled(words_of(given))
        if min(map(len, names)) < 1:
            raise DirectoryError(_("il faut un nom et un prénom pour chercher des homonymes."))
        gathering, searches = self._question(cancelled)
        asked = ("family", names[0]), ("given", names[1]), _ACTIVE
        brought = gathering.add(searches.read("Practitioner", asked, most_pages=_SEARCH_PAGES))
        people = [each for each in brought if isinstance(each, Person) and each.active]
        self._add_roles(gathering, searches, people)
        roles = [role for person in people for role in gathering.roles_of(person) if role.active]
        return gathering.answer(self._clock.now(), people=people, roles=roles)

    # Inside

    def _question(self, cancelled: Cancelled | None) -> tuple[Gathering, Searches]:
        if self._door is None:
            self._door = Door(self._gate, self._key, self._clock, self._limits, self._ticks)
        patience = Patience(self._limits, cancelled, self._ticks, self._pause)
        return Gathering(patience), Searches(self._gate, self._door, self._limits, patience)

    def _add_roles(self, gathering: Gathering, searches: Searches, people: Sequence[Person]) -> None:
        """The active roles of these persons, with their structures."""
        ids = list(dict.fromkeys(person.id for person in people if person.id))
        for start in range(0, len(ids), _AT_ONCE):
            some = ",".join(ids[start : start + _AT_ONCE])
            gathering.add(
                searches.read("PractitionerRole", (("practitioner", some), _ACTIVE, _WITH_STRUCTURE))
            )

    def _sites(
        self, gathering: Gathering, searches: Searches, structures: Sequence[Structure]
    ) -> list[Structure]:
        """The open sites of those structures that are legal entities: they are part of nothing themselves."""
        sites: list[Structure] = []
        for entity in structures:
            if entity.active and entity.id and not entity.parent:
                brought = gathering.add(searches.read("Organization", (("partof", entity.id), _ACTIVE)))
                parts = (each for each in brought if isinstance(each, Structure) and each.active)
                sites += [each for each in parts if each.parent == entity.id]
        if sites:
            text = ngettext(
                "%(count)d établissement de cette entité juridique est compris.",
                "%(count)d établissements de cette entité juridique sont compris.",
                len(sites),
            )
            gathering.note(text % {"count": len(sites)})
        return sites

    def _held_at(
        self, gathering: Gathering, searches: Searches, structures: Sequence[Structure]
    ) -> list[Role]:
        """The active roles held in these structures, with their holders."""
        ids = list(dict.fromkeys(each.id for each in structures if each.active and each.id))
        held: list[Role] = []
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            asked = ("organization", ",".join(some)), _ACTIVE, _WITH_PERSON, ("_count", _PAGE_OF_ROLES)
            brought = gathering.add(searches.read("PractitionerRole", asked))
            held += [each for each in brought if isinstance(each, Role) and each.structure in some]
        return [each for each in held if each.active]

    def _carriers(
        self,
        gathering: Gathering,
        searches: Searches,
        modifier: str,
        value: str,
        wanted: Callable[[str], bool],
    ) -> list[Carrier]:
        """What of the three kinds publishes the wanted addresses. The API searches ordinary mail of
        structures too, and brings along what a match points to, so each address is looked at again.
        """
        carriers: list[Carrier] = []
        for kind in _CARRIERS:
            asked = _published_at(kind, modifier, value)
            brought = gathering.add(searches.read(kind, asked, most_pages=_SEARCH_PAGES))
            carriers += [each for each in brought if any(wanted(box.address.lower()) for box in each.boxes)]
        return carriers

    def _told(
        self, gathering: Gathering, carriers: Collection[Carrier], wanted: Callable[[str], bool]
    ) -> DirectoryAnswer:
        return gathering.answer(
            self._clock.now(),
            people=[each for each in carriers if isinstance(each, Person)],
            roles=[each for each in carriers if isinstance(each, Role)],
            structures=[each for each in carriers if isinstance(each, Structure)],
            wanted=wanted,
        )

    def _together(self, addresses: Iterable[str]) -> Iterator[str]:
        """The addresses, as many in one value as a question can hold."""
        some = ""
        for address in addresses:
            more = f"{some},{address}" if some else address
            longest = self._gate.search(_CARRIERS[1], _published_at(_CARRIERS[1], ":exact", more))
            if some and (more.count(",") >= _MOST_TOGETHER or len(longest) > _LONGEST_QUESTION):
                yield some
                more = address
            some = more
        if some:
            yield some

    def _like(self, part: str, cancelled: Cancelled | None) -> DirectoryAnswer:
        """Every BAL whose address contains this part."""
        key = fold(part)

        def wanted(known: str) -> bool:
            return key in fold(known)

        gathering, searches = self._question(cancelled)
        return self._told(gathering, self._carriers(gathering, searches, ":contains", part, wanted), wanted)

    def _beginning(self, part: str, cancelled: Cancelled | None) -> DirectoryAnswer:
        """Every BAL whose address begins so."""
        key = fold(part)

        def wanted(known: str) -> bool:
            return fold(known).startswith(key)

        gathering, searches = self._question(cancelled)
        return self._told(gathering, self._carriers(gathering, searches, "", part, wanted), wanted)

    def _named(self, words: Sequence[str], cancelled: Cancelled | None) -> DirectoryAnswer:
        """Persons and structures by name; the words of a name come in any order."""
        gathering, searches = self._question(cancelled)
        people: dict[str, Person] = {}
        for ways in ways_to_name(words):
            for asked in ways:
                found = searches.read("Practitioner", (*asked, _ACTIVE), most_pages=_SEARCH_PAGES)
                people |= {
                    each.id: each for each in gathering.add(found) if isinstance(each, Person) and each.active
                }
            if people:
                break
        self._add_roles(gathering, searches, list(people.values()))
        roles = [role for person in people.values() for role in gathering.roles_of(person) if role.active]
        named = searches.read("Organization", (("name", " ".join(words)), _ACTIVE), most_pages=1)
        structures = [each for each in gathering.add(named) if isinstance(each, Structure) and each.active]
        if not (people or structures):
            if is_local_part(words):
                return self._beginning(words[0], cancelled)
            if warning := typed_warning(" ".join(words)):
                gathering.note(warning)
        return gathering.answer(self._clock.now(), people=people.values(), roles=roles, structures=structures)


def _published_at(kind: str, modifier: str, value: str) -> Parameters:
    """The search of one kind of carriers by the address that they publish."""
    asked = ((f"mailbox-mss{modifier}", value),)
    return (*asked, _WITH_PERSON, _WITH_STRUCTURE) if kind == "PractitionerRole" else asked
