"""Resources of several searches put together: who works where, and which BAL each publishes.

Technical ids tie the resources to one another inside one question; nothing that leaves here holds one, for
they differ between versions of the API (domain 2.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from balt.directory.boxes import Box
from balt.directory.fhir import Carrier, Person, Role, Structure
from balt.directory.model import (
    DirectoryAnswer,
    DirectoryEntry,
    Origin,
    PracticeSituation,
    Professional,
)
from balt.directory.pages import Found
from balt.directory.patience import Patience
from balt.i18n import _, ngettext

_NOBODY = Person("")
_NOWHERE = Structure("")


class Gathering:
    """What the searches of one question brought, and the answer made of it."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._held: dict[str, dict[str, Role]] = {}
        self.people: dict[str, Person] = {}
        self.roles: dict[str, Role] = {}
        self.structures: dict[str, Structure] = {}
        self.notes: list[str] = []
        self.whole = True

    def add(self, found: Found) -> list[Carrier]:
        """Take in what a search found; what it brought, in its order. Raises CancelledError, and
        DirectoryError when the time is over.
        """
        for each in self._patience.each(found.brought):
            if not each.id:
                continue  # nothing can point to it
            if isinstance(each, Person):
                self.people[each.id] = each
            elif isinstance(each, Role):
                self._add_role(each)
            else:
                self.structures[each.id] = each
        self._tell(found)
        return found.brought

    def note(self, sentence: str) -> None:
        """A sentence for the user, told once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def answer(
        self,
        taken_at: datetime,
        *,
        people: Iterable[Person] = (),
        roles: Iterable[Role] = (),
        structures: Iterable[Structure] = (),
        wanted: Callable[[str], bool] = bool,
    ) -> DirectoryAnswer:
        """The BAL that the given resources carry themselves, and the persons behind them; ``wanted`` chooses
        by address in lower case. Who holds a given role is among the professionals; what is closed carries
        nothing. Raises as ``add`` does.
        """
        people, roles, heed = list(people), list(roles), self._patience.each
        entries = [
            *(self._own(each, box, taken_at) for each in heed(people) for box in _published(each, wanted)),
            *(self._at(each, box, taken_at) for each in heed(roles) for box in _published(each, wanted)),
            *(
                self._shared(each, box, taken_at)
                for each in heed(structures)
                for box in _published(each, wanted)
            ),
        ]
        ids = dict.fromkeys(role.person for role in roles)
        known = dict.fromkeys((*people, *(self.people[each] for each in ids if each in self.people)))
        return DirectoryAnswer(
            Origin.API,
            taken_at,
            tuple(dict.fromkeys(entries)),
            tuple(dict.fromkeys(map(self.situation, heed(roles)))),
            tuple(dict.fromkeys(map(self.professional, heed(known)))),
            tuple(self.notes),
            self.whole,
        )

    def roles_of(self, person: Person) -> list[Role]:
        """The roles of a person, closed ones left out unless there are no others."""
        roles = list(self._held.get(person.id, {}).values()) if person.id else []
        return [role for role in roles if role.active] or roles

    def situation(self, role: Role) -> PracticeSituation:
        """A role as a situation d'exercice."""
        structure = self.structures.get(role.structure, _NOWHERE)
        rpps = self.people.get(role.person, _NOBODY).rpps
        return PracticeSituation(
            self._situation_id(role),
            rpps,
            structure.name,
            structure.finess,
            structure.town,
            role.mode,
            role.function,
            role.active,
            Origin.API,
        )

    def professional(self, person: Person) -> Professional:
        """A person as what tells homonyms apart."""
        places = (self.structures.get(role.structure, _NOWHERE) for role in self.roles_of(person))
        return Professional(
            person.rpps,
            person.family,
            person.given,
            person.title,
            person.profession,
            person.speciality,
            tuple(dict.fromkeys(place.town for place in places if place.town)),
            person.active,
        )

    # Inside

    def _add_role(self, role: Role) -> None:
        before = self.roles.get(role.id)
        if before is not None and before.person != role.person:
            del self._held[before.person][role.id]
        self.roles[role.id] = role
        self._held.setdefault(role.person, {})[role.id] = role

    def _own(self, person: Person, box: Box, seen_on: datetime) -> DirectoryEntry:
        return self._entry(box, seen_on, person.updated_on, person=person)

    def _at(self, role: Role, box: Box, seen_on: datetime) -> DirectoryEntry:
        person = self.people.get(role.person, _NOBODY)
        structure = self.structures.get(role.structure, _NOWHERE)
        return self._entry(box, seen_on, role.updated_on, person, structure, self._situation_id(role))

    def _shared(self, structure: Structure, box: Box, seen_on: datetime) -> DirectoryEntry:
        return self._entry(box, seen_on, structure.updated_on, structure=structure)

    def _entry(
        self,
        box: Box,
        seen_on: datetime,
        updated_on: date | None,
        person: Person = _NOBODY,
        structure: Structure = _NOWHERE,
        situation: str = "",
    ) -> DirectoryEntry:
        if box.inferred:
            self.note(_("le type de certaines BAL n'est pas indiqué : il est déduit de ce qui les porte."))
        return DirectoryEntry(
            box.address,
            box.kind,
            Origin.API,
            seen_on,
            person.family,
            person.given,
            person.title,
            person.rpps,
            person.profession,
            person.speciality,
            structure.name,
            structure.finess,
            box.service,
            box.description,
            structure.town,
            structure.postcode,
            situation,
            box.rank,
            box.red_list,
            box.digitization,
            updated_on,
        )

    def _situation_id(self, role: Role) -> str:
        """idSituationExercice; else a name made of what stays from one reading and one API to the next."""
        if role.situation:
            return role.situation
        structure = self.structures.get(role.structure, _NOWHERE)
        parts = (
            self.people.get(role.person, _NOBODY).rpps,
            structure.finess or structure.name,
            role.mode,
            role.function,
        )
        return "/".join(part or "-" for part in parts)

    def _tell(self, found: Found) -> None:
        """What must be said of a search that was not read whole."""
        if found.unreadable or found.missing or found.more:
            self.whole = False
        if found.unreadable:
            self.note(
                ngettext(
                    "%(count)d élément illisible de la réponse de l'annuaire a été laissé de côté.",
                    "%(count)d éléments illisibles de la réponse de l'annuaire ont été laissés de côté.",
                    found.unreadable,
                )
                % {"count": found.unreadable}
            )
        if found.missing:
            self.note(
                ngettext(
                    "l'annuaire annonçait %(count)d résultat de plus qu'il n'en a donné.",
                    "l'annuaire annonçait %(count)d résultats de plus qu'il n'en a donné.",
                    found.missing,
                )
                % {"count": found.missing}
            )
        if found.more:
            self.note(_("l'annuaire a d'autres résultats : précisez la recherche pour les voir."))


def _published(carrier: Person | Role | Structure, wanted: Callable[[str], bool]) -> list[Box]:
    """The wanted BAL of a resource; what is closed publishes nothing."""
    return [box for box in carrier.boxes if carrier.active and wanted(box.address.lower())]
