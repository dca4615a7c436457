"""The Annuaire Santé asked over its FHIR API (domain section 2): the BAL of a person, of an address, of a
structure, and a search by name.

Loaded only when the API is asked: it brings httpx in.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from balt.clock import Clock
from balt.directory.boxes import is_address
from balt.directory.fhir import Person, Role, Structure
from balt.directory.gate import Gate
from balt.directory.gathering import Gathering
from balt.directory.http import Door
from balt.directory.identifiers import finess_warning, rpps_warning, typed_rpps
from balt.directory.limits import Limits
from balt.directory.model import DirectoryAnswer
from balt.directory.pages import Searches
from balt.directory.patience import Cancelled, Patience
from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import fold

__all__ = ["DirectoryClient", "Limits"]

_FINESS = re.compile(r"\d[\dAB]\d{7}", re.ASCII)
_FINESS_SYSTEM = "https://finess.esante.gouv.fr"
_SEPARATORS = re.compile(r"[\s,;|\\$]+")
"""What a search word cannot hold: a comma means "or" to the API, and cannot be escaped (domain 2.3)."""

_TITLES = frozenset(("dr", "docteur", "pr", "professeur", "mme", "madame", "m", "monsieur"))
_CARRIERS = ("Practitioner", "PractitionerRole", "Organization")
_ACTIVE = ("active", "true")
_WITH_STRUCTURE = ("_include", "PractitionerRole:organization")
_WITH_PERSON = ("_include", "PractitionerRole:practitioner")
_SEARCH_PAGES = 4
_PAGE_OF_ROLES = "200"
"""A large hospital holds thousands of roles; pages have 50 of them otherwise."""

_AT_ONCE = 25
_SHORTEST = 2


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
        gathering, searches = Gathering(), self._searches(cancelled)
        everyone = ("identifier", number), ("_revinclude", "PractitionerRole:practitioner")
        brought = gathering.add(searches.read("Practitioner", everyone))
        known = [each for each in brought if isinstance(each, Person) and each.rpps == number]
        people = [each for each in known if each.active] or known
        for person in people:
            if person.active and person.id:
                self._add_roles(gathering, searches, [person])
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
        wanted = address.strip()
        if not is_address(wanted) or _SEPARATORS.search(wanted):
            raise DirectoryError(
                _("ce n'est pas une adresse de BAL."),
                advice=_("Elle s'écrit comme nom@domaine.mssante.fr."),
            )
        gathering, searches = Gathering(), self._searches(cancelled)
        key = wanted.lower()
        answer = self._holders(gathering, searches, ":exact", wanted, lambda known: known == key)
        if not answer.entries:  # the exact search minds capitals; the plain one finds what begins so
            answer = self._holders(gathering, searches, "", wanted, lambda known: known == key)
        return answer

    def of_structure(self, finess: str, cancelled: Cancelled | None = None) -> DirectoryAnswer:
        """The BAL of a structure (FINESS, nine characters), its own and those of the roles held there.

        Raises as ``of_professional`` does.
        """
        number = "".join(finess.split()).upper()
        if not _FINESS.fullmatch(number):
            raise DirectoryError(_("ce n'est pas un numéro FINESS."), advice=_("Il a neuf caractères."))
        gathering, searches = Gathering(), self._searches(cancelled)
        named = ("identifier", f"{_FINESS_SYSTEM}|{number}"), ("_include", "Organization:partof")
        brought = gathering.add(searches.read("Organization", named))
        known = [each for each in brought if isinstance(each, Structure) and number in each.finesses]
        structures = [each for each in known if each.active] or known
        roles: list[Role] = []
        for structure in structures:
            if structure.active and structure.id:
                roles += self._held_at(gathering, searches, structure)
        if not known:
            gathering.note(_("l'annuaire ne connaît aucune structure sous ce numéro FINESS."))
            if warning := finess_warning(number):
                gathering.note(warning)
        elif not structures[0].active:
            gathering.note(_("l'annuaire dit cette structure fermée."))
        return gathering.answer(self._clock.now(), roles=roles, structures=structures)

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
        words = _words(text)
        if sum(map(len, words)) < _SHORTEST:
            raise DirectoryError(
                _("cette recherche est trop courte."), advice=_("Donnez au moins deux caractères.")
            )
        if "@" in text:
            if is_address(compact) and not _SEPARATORS.search(compact):
                return self.of_address(compact, cancelled)
            return self._like(words[0], cancelled)
        return self._named(words, cancelled)

    # Inside

    def _searches(self, cancelled: Cancelled | None) -> Searches:
        if self._door is None:
            self._door = Door(self._gate, self._key, self._clock, self._limits, self._ticks)
        patience = Patience(self._limits, cancelled, self._ticks, self._pause)
        return Searches(self._gate, self._door, self._limits, patience)

    def _add_roles(self, gathering: Gathering, searches: Searches, people: Sequence[Person]) -> None:
        """The active roles of these persons, with their structures."""
        ids = list(dict.fromkeys(person.id for person in people if person.id))
        for start in range(0, len(ids), _AT_ONCE):
            some = ",".join(ids[start : start + _AT_ONCE])
            gathering.add(
                searches.read("PractitionerRole", (("practitioner", some), _ACTIVE, _WITH_STRUCTURE))
            )

    def _held_at(self, gathering: Gathering, searches: Searches, structure: Structure) -> list[Role]:
        """The active roles held in a structure, with their holders."""
        asked = ("organization", structure.id), _ACTIVE, _WITH_PERSON, ("_count", _PAGE_OF_ROLES)
        brought = gathering.add(searches.read("PractitionerRole", asked))
        held = (each for each in brought if isinstance(each, Role) and each.structure == structure.id)
        return [each for each in held if each.active]

    def _holders(
        self,
        gathering: Gathering,
        searches: Searches,
        modifier: str,
        value: str,
        wanted: Callable[[str], bool],
    ) -> DirectoryAnswer:
        """What the three kinds of carriers publish at the wanted addresses. The API searches ordinary mail of
        structures too, so each address is looked at again.
        """
        people: list[Person] = []
        roles: list[Role] = []
        structures: list[Structure] = []
        for kind in _CARRIERS:
            asked: tuple[tuple[str, str], ...] = ((f"mailbox-mss{modifier}", value),)
            if kind == "PractitionerRole":
                asked += _WITH_PERSON, _WITH_STRUCTURE
            for each in gathering.add(searches.read(kind, asked, most_pages=_SEARCH_PAGES)):
                if not any(wanted(box.address.lower()) for box in each.boxes):
                    continue  # it came along with a match, or matched by something else than a BAL
                if isinstance(each, Person):
                    people.append(each)
                elif isinstance(each, Role):
                    roles.append(each)
                else:
                    structures.append(each)
        return gathering.answer(
            self._clock.now(), people=people, roles=roles, structures=structures, wanted=wanted
        )

    def _like(self, part: str, cancelled: Cancelled | None) -> DirectoryAnswer:
        """Every BAL whose address contains this part."""
        gathering = Gathering()
        key = fold(part)
        return self._holders(
            gathering, self._searches(cancelled), ":contains", part, lambda known: key in fold(known)
        )

    def _named(self, words: Sequence[str], cancelled: Cancelled | None) -> DirectoryAnswer:
        """Persons and structures by name; the words of a name come in any order."""
        gathering, searches = Gathering(), self._searches(cancelled)
        people: dict[str, Person] = {}
        for asked in _ways_to_name(words):
            if people and asked[0][0] == "name":
                break
            found = searches.read("Practitioner", (*asked, _ACTIVE), most_pages=_SEARCH_PAGES)
            people |= {
                each.id: each for each in gathering.add(found) if isinstance(each, Person) and each.active
            }
        self._add_roles(gathering, searches, list(people.values()))
        roles = [role for person in people.values() for role in gathering.roles_of(person) if role.active]
        named = searches.read("Organization", (("name", " ".join(words)), _ACTIVE), most_pages=1)
        structures = [each for each in gathering.add(named) if isinstance(each, Structure) and each.active]
        return gathering.answer(self._clock.now(), people=people.values(), roles=roles, structures=structures)


def _words(text: str) -> list[str]:
    """The words of a search, without a title before them."""
    words = [word for word in _SEPARATORS.split(text) if word]
    while len(words) > 1 and fold(words[0]).rstrip(".") in _TITLES:
        del words[0]
    return words


def _ways_to_name(words: Sequence[str]) -> Iterable[tuple[tuple[str, str], ...]]:
    """How a name may be meant: family name alone, or with the given name before or after it; ``name``, which
    covers every part of a name, comes last and serves only where nothing else was found.
    """
    whole = " ".join(words)
    yield (("family", whole),)
    if len(words) > 1:
        yield ("family", " ".join(words[1:])), ("given", words[0])
        yield ("family", " ".join(words[:-1])), ("given", words[-1])
    yield (("name", whole),)
