"""Rules about persons: their situations, how many BAL they have, and who bears the same name."""

from collections.abc import Iterable, Iterator, Sequence

from balt.directory.model import BalKind, DirectoryEntry, Origin, PracticeSituation, Professional
from balt.i18n import _, ngettext
from balt.mailboxes.anomalies.model import Evidence, Scene, Seen
from balt.text import fold

MANY = 3
"""From how many BAL on a person's choice is told (domain 10)."""


def role_gone(scene: Scene) -> Iterator[Seen]:
    """A PER that is tied to a structure where its holder has no active situation any more."""
    closed = {each.id for each in scene.situations if not each.active} - {
        each.id for each in scene.situations if each.active
    }
    for entries in scene.by_person.values():
        gone = [
            entry
            for entry in entries
            if entry.kind is BalKind.PER
            and (entry.situation in closed if entry.situation else _lacks_role(entry, scene))
        ]
        for address, same in _by_address(gone):
            yield Seen((address,), tuple(_at_structure(entry) for entry in same))


def no_role(scene: Scene) -> Iterator[Seen]:
    """PER of a person, tied to no structure, though the API gives that person no active situation at all."""
    for rpps, entries in scene.by_person.items():
        if rpps not in scene.people or scene.active.get(rpps):
            continue
        left = [entry for entry in entries if entry.kind is BalKind.PER and not _is_tied(entry)]
        if left:
            words = _("RPPS %s : aucune situation d'exercice active dans l'API") % rpps
            yield Seen(_keys(left), tuple(_seen(entry, words) for entry in left))


def many(scene: Scene) -> Iterator[Seen]:
    """A person with ``MANY`` BAL or more."""
    for rpps, entries in scene.by_person.items():
        keys = _keys(entries)
        if len(keys) >= MANY:
            text = ngettext("%(n)d BAL sous le RPPS %(rpps)s", "%(n)d BAL sous le RPPS %(rpps)s", len(keys))
            words = text % {"n": len(keys), "rpps": rpps}
            yield Seen(
                keys,
                (
                    Evidence(words),
                    *(_seen(same[0], same[0].structure) for _key, same in _by_address(entries)),
                ),
            )


def same_domain(scene: Scene) -> Iterator[Seen]:
    """Two PER of one person on one domain."""
    for entries in scene.by_person.values():
        domains: dict[str, list[DirectoryEntry]] = {}
        for entry in entries:
            if entry.kind is BalKind.PER:
                domains.setdefault(entry.key.rpartition("@")[2], []).append(entry)
        for same in domains.values():
            if len(_keys(same)) > 1:
                yield Seen(
                    _keys(same), tuple(_seen(each[0], _name(each[0])) for _key, each in _by_address(same))
                )


def homonyms(scene: Scene) -> Iterator[Seen]:
    """Persons of one family name and given name under several RPPS numbers, one at least with a BAL."""
    people: dict[tuple[str, str], list[Professional]] = {}
    for person in scene.professionals:
        if person.family and person.given:
            people.setdefault((fold(person.family), fold(person.given)), []).append(person)
    for same in people.values():
        keys = _keys(entry for person in same for entry in scene.by_person.get(person.rpps, ()))
        if len(same) > 1 and keys:
            yield Seen(keys, tuple(Evidence(person_words(person)) for person in same))


def person_words(person: Professional) -> str:
    """A person, told apart from their namesakes."""
    name = " ".join(part for part in (person.title, person.given, person.family) if part)
    trade = ", ".join(part for part in (person.profession, person.speciality) if part)
    towns = ", ".join(person.towns)
    return " · ".join(part for part in (name, trade, towns, _("RPPS %s") % person.rpps) if part)


def _lacks_role(entry: DirectoryEntry, scene: Scene) -> bool:
    """Whether the API, asked about the person or the structure, gives no active situation there. Of a
    structure all sites were asked for: any situation there will do, for the extraction may name the legal
    entity where the API names the site.
    """
    active = scene.active.get(entry.rpps, ())
    if entry.rpps in scene.people and (entry.finess or entry.structure):
        return not any(_is_there(entry, each) for each in active)
    return bool(entry.finess) and entry.finess in scene.structures and not active


def _is_there(entry: DirectoryEntry, situation: PracticeSituation) -> bool:
    if entry.finess and entry.finess == situation.finess:
        return True
    return bool(entry.structure) and fold(entry.structure) == fold(situation.structure)


def _is_tied(entry: DirectoryEntry) -> bool:
    return bool(entry.situation or entry.finess or entry.structure)


def _at_structure(entry: DirectoryEntry) -> Evidence:
    place = " ".join(part for part in (entry.structure, entry.finess and f"(FINESS {entry.finess})") if part)
    said = place or entry.situation
    return _seen(entry, _("%(holder)s, rattachée à : %(place)s") % {"holder": _name(entry), "place": said})


def _name(entry: DirectoryEntry) -> str:
    name = " ".join(part for part in (entry.title, entry.given, entry.family) if part)
    return name or _("RPPS %s") % entry.rpps


def _seen(entry: DirectoryEntry, value: str) -> Evidence:
    return Evidence(value, entry.key, entry.origin, entry.seen_on)


def _keys(entries: Iterable[DirectoryEntry]) -> tuple[str, ...]:
    return tuple(sorted({entry.key for entry in entries}))


def _by_address(entries: Sequence[DirectoryEntry]) -> list[tuple[str, list[DirectoryEntry]]]:
    groups: dict[str, list[DirectoryEntry]] = {}
    for entry in sorted(entries, key=lambda each: (each.key, each.origin is not Origin.API)):
        groups.setdefault(entry.key, []).append(entry)
    return list(groups.items())
