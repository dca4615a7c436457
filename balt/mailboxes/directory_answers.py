"""Several answers of the directory as one: each fact once, with its origin, and what is not certain told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from balt.directory.model import DirectoryAnswer, DirectoryEntry, Origin, Professional
from balt.errors import BaltError
from balt.i18n import _
from balt.text import capital, fold

T = TypeVar("T")
_EVER = datetime.min.replace(tzinfo=UTC)


def joined(answers: Sequence[DirectoryAnswer]) -> DirectoryAnswer | None:
    """Several answers of one source as one, each fact once, as it was seen first; None where there is no
    answer.
    """
    if not answers:
        return None
    return replace(
        answers[0],
        entries=seen_first(entry for answer in answers for entry in answer.entries),
        situations=_once(each for answer in answers for each in answer.situations),
        professionals=_people(answers),
        notes=tuple(dict.fromkeys(note for answer in answers for note in answer.notes)),
        whole=all(answer.whole for answer in answers),
    )


def seen_first(entries: Iterable[DirectoryEntry]) -> tuple[DirectoryEntry, ...]:
    """Each fact once: what the API says twice bears two moments, and is one fact all the same."""
    once: dict[DirectoryEntry, DirectoryEntry] = {}
    for entry in entries:
        once.setdefault(entry if entry.origin is Origin.EXTRACTION else replace(entry, seen_on=_EVER), entry)
    return tuple(once.values())


def merged(api: DirectoryAnswer, extraction: DirectoryAnswer, *, by_name: bool = False) -> DirectoryAnswer:
    """Both sources in one list for a search: every entry with its own origin, every person once. How the API
    searches ``by_name`` is said where neither found anything and the API does not say why.
    """
    notes = [*api.notes, *extraction.notes]
    if {each.key for each in extraction.entries} - {each.key for each in api.entries}:
        notes.append(
            _(
                "« extraction » seule ne veut pas dire absente de l'API, qui ne se cherche que par nom, "
                "adresse ou numéro."
            )
        )
    elif by_name and _is_bare(api) and _is_bare(extraction) and not api.notes:
        notes.append(
            _(
                "L'API cherche un nom par son début, puis une partie de nom ou de prénom d'au moins trois "
                "lettres, une adresse par son début."
            )
        )
    return replace(
        api,
        entries=_once((*api.entries, *extraction.entries)),
        professionals=_people((api, extraction)),
        notes=_once(map(capital, notes)),
        whole=api.whole and extraction.whole,
    )


def lacking(answer: DirectoryAnswer, failed: BaltError) -> DirectoryAnswer:
    """The answer of one source where the other one failed: something may be published all the same."""
    return replace(answer, notes=(*answer.notes, str(failed)), whole=False)


def names_only(found: DirectoryAnswer, *, by_name: bool) -> DirectoryAnswer:
    """An answer of the API alone, which has no search by town or speciality (domain 2.3)."""
    note = _("Sans extraction, seuls les noms, les adresses et les numéros sont cherchés.")
    if by_name and _is_bare(found) and not found.notes:
        note = _(
            "Sans extraction, seuls les noms, les adresses et les numéros sont cherchés : un nom par son "
            "début, puis une partie de nom ou de prénom d'au moins trois lettres, une adresse par son début."
        )
    return replace(found, notes=(*found.notes, note))


def _is_bare(found: DirectoryAnswer) -> bool:
    """Whether nothing at all was found."""
    return not (found.entries or found.professionals)


def _once(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))


def _people(answers: Sequence[DirectoryAnswer]) -> tuple[Professional, ...]:
    """Each person once, with where they work by every answer; who has no RPPS number stays apart from
    everybody.
    """
    people: dict[object, Professional] = {}
    for answer in answers:
        for person in answer.professionals:
            key = person.rpps or person
            known = people.get(key)
            people[key] = person if known is None else _with_places(known, person)
    return tuple(people.values())


def _with_places(known: Professional, other: Professional) -> Professional:
    """A person, with the towns and the places of work that another source gives besides."""
    here = {fold(town) for town in known.towns}
    further = tuple(town for town in other.towns if fold(town) not in here)
    if not further and (known.work or not other.work):
        return known
    work = known if known.work else other
    return replace(known, towns=(*known.towns, *further), work=work.work, work_on=work.work_on)
