"""Whose BAL it is, as the directory named it: what the requests of a case say, also once it has left.

An operator acts on the RPPS number of a request. So the name and the number of one holder always come from
one place together, names are compared by whole words, and nobody is guessed from an address.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from balt.config import Person
from balt.directory.model import DirectoryEntry, Origin, bare_rpps, is_recent
from balt.mailboxes.holders import Holder
from balt.text import fold, plain

MOST = 20
"""Holders of one BAL that are kept."""
LENGTH = 200
"""Characters of each fact that are kept."""
_TITLES = frozenset(("dr", "docteur", "pr", "professeur", "m", "mr", "monsieur", "mme", "madame", "mlle"))


def holders_of(entries: Iterable[DirectoryEntry], person: Person) -> tuple[Holder, ...]:
    """The holders in these entries of one BAL, in their order; ``person`` is who asks. An extraction that is
    much older than what the API says adds nobody to those whom that names: the BAL may have changed hands.
    """
    told = [(each, _holder(each, person)) for each in entries]
    asked = max((entry.seen_on for entry, _of in told if entry.origin is Origin.API), default=None)
    known = {_key(of) for entry, of in told if asked is None or is_recent(entry.seen_on, asked)}
    return together([of for _entry, of in told if _key(of) in known])


def kept_holders(entries: Iterable[DirectoryEntry], person: Person) -> tuple[Holder, ...]:
    """The same as a case keeps them: the extraction's words first, for these may stay."""
    ordered = sorted(entries, key=lambda each: each.origin is not Origin.EXTRACTION)
    return holders_of(ordered, person)[:MOST]


def together(*told: Iterable[Holder]) -> tuple[Holder, ...]:
    """The holders of several lists, each once: what was told of one first, and somebody without a number only
    where nobody of that name has one.
    """
    everybody = [each for some in told for each in some]
    numbered = {_words(each.name) for each in everybody if each.rpps and each.name}
    found: dict[tuple[object, ...], Holder] = {}
    for each in everybody:
        if each.rpps or not each.name or _words(each.name) not in numbered:
            found.setdefault(_key(each), each)
    return tuple(found.values())


def persons(holders: Sequence[Holder], person: Person) -> tuple[Holder, ...]:
    """The persons among the holders, who asks first where they are one of them."""
    named = [each for each in holders if each.is_person]
    return tuple(sorted(named, key=lambda each: not is_of(each, person)))


def is_of(holder: Holder, person: Person) -> bool:
    """Whether a holder is this person: by the RPPS number, by the whole name where one of them has none."""
    if holder.rpps and person.rpps:
        return holder.rpps == bare_rpps(person.rpps)
    return bool(_words(person.name)) and _words(holder.name) == _words(person.name)


def without_api(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """What may be kept longer than the API's answers: the extraction's words, and that a BAL is one's own,
    in the words of the configuration.
    """
    return tuple(
        each if each.origin is Origin.EXTRACTION else replace(each, structure="", finess="", service="")
        for each in holders
        if each.own or each.origin is Origin.EXTRACTION
    )


def named(holder: Holder) -> str:
    """A person in a line: name and number, as the directory publishes both."""
    number = f"RPPS {holder.rpps}" if holder.rpps else ""
    return f"{holder.name} ({number})" if holder.name and number else holder.name or number


def _holder(entry: DirectoryEntry, person: Person) -> Holder:
    rpps = bare_rpps(entry.rpps)
    own = bool(rpps and person.name) and rpps == bare_rpps(person.rpps)
    name = person.name if own else entry.holder if entry.family else ""
    return Holder(
        entry.origin,
        name=_fact(name),
        rpps=_fact(rpps),
        structure=_fact(entry.structure),
        finess=_fact(entry.finess),
        service=_fact(entry.service),
        own=own,
    )


def _fact(text: str) -> str:
    return plain(text, LENGTH).strip()


def _key(holder: Holder) -> tuple[object, ...]:
    """What tells two holders apart."""
    if holder.rpps:
        return ("rpps", holder.rpps)
    if holder.name:
        return ("name", _words(holder.name))
    return ("place", holder.finess or fold(holder.structure), fold(holder.service))


def _words(name: str) -> tuple[str, ...]:
    """The words of a name without its titles, in no order: "Dr Hélène MARTIN" and "Martin Helene" are one."""
    return tuple(sorted(each for each in re.findall(r"\w+", fold(name)) if each not in _TITLES))
