"""Rules about persons: their situations, how many BAL they have, and who bears the same name."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from balt.directory.model import BalKind, DirectoryEntry, Origin, PracticeSituation, Professional
from balt.i18n import _, ngettext
from balt.mailboxes.anomalies.model import Evidence, Scene, Seen
from balt.text import fold, name_key

MANY = 3
"""From how many BAL on a person's choice is told (domain 10)."""


def role_gone(scene: Scene) -> Iterator[Seen]:
    """A PER that is tied to a structure where its holder has no active situation any more."""
    if not (scene.situations or scene.people or scene.structures):
        return
    known: dict[str, bool] = {}
    for each in scene.situations:
        known[each.id] = known.get(each.id, False) or each.active

    def is_gone(entry: DirectoryEntry) -> bool:
        if entry.situation and entry.situation in known:
            return not known[entry.situation]
        return _lacks_role(entry, scene)  # the one it names, if any, is nowhere: the structure decides

    for entries in scene.by_person.values():
        gone = [entry for entry in entries if entry.kind is BalKind.PER and is_gone(entry)]
        for address, same in _by_address(gone):
            yield Seen((address,), tuple(dict.fromkeys(map(_at_structure, same))))


def no_role(scene: Scene) -> Iterator[Seen]:
    """PER of a person, tied to no structure, though the API gives that person no active situation at all."""
    for rpps, entries in scene.by_person.items():
        if rpps not in scene.people or scene.active.get(rpps):
            continue
        left = [entry for entry in entries if entry.kind is BalKind.PER and not _is_tied(entry)]
        if left:
            words = _("RPPS %s : aucune situation d'exercice active dans l'API") % rpps
            told = {(entry.key, entry.origin): _seen(entry, words) for entry in left}
            yield Seen(_keys(left), tuple(told.values()))


def many(scene: Scene) -> Iterator[Seen]:
    """A person with ``MANY`` BAL or more; those of a practice are not theirs to close."""
    for rpps, every in scene.by_person.items():
        entries = [entry for entry in every if entry.kind is not BalKind.CAB]
        keys = _keys(entries) if len(entries) >= MANY else ()
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
        if len(entries) < 2:
            continue
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
    key = cache(name_key)  # of a domain some tens of thousands, most of them several times
    people: dict[tuple[str, str], list[Professional]] = {}
    for person in scene.professionals:
        if person.family and person.given:
            people.setdefault((key(person.family), key(person.given)), []).append(person)
    for same in people.values():
        if len(same) < 2:
            continue
        keys = _keys(entry for person in same for entry in scene.by_person.get(person.rpps, ()))
        if keys:
            yield Seen(keys, tuple(Evidence(person_words(person)) for person in same))


def person_words(person: Professional) -> str:
    """A person, told apart from their namesakes."""
    name = " ".join(filter(None, (person.title, person.given, person.family)))
    trade = ", ".join(filter(None, (person.profession, person.speciality)))
    return " · ".join(filter(None, (name, trade, ", ".join(person.all_towns), _("RPPS %s") % person.rpps)))


def _lacks_role(entry: DirectoryEntry, scene: Scene) -> bool:
    """Whether the API, asked about the person or the structure, gives no active situation there. Of a
    structure all sites were asked for: any situation there will do, for the extraction may name the legal
    entity where the API names the site.
    """
    active = scene.active.get(entry.rpps, ())
    if entry.rpps in scene.people and _is_tied(entry):
        return not any(_may_be_there(entry, each) for each in active)
    return bool(entry.finess) and entry.finess in scene.structures and not active


def _may_be_there(entry: DirectoryEntry, situation: PracticeSituation) -> bool:
    """Whether both are at one structure. Where one says no number, the names decide; where neither can be
    compared, nothing shows that they are not.
    """
    same = [(entry.finess, situation.finess), (fold(entry.structure), fold(situation.structure))]
    told = [(ours, theirs) for ours, theirs in same if ours and theirs]
    return not told or any(ours == theirs for ours, theirs in told)


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
