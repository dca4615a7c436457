"""Which followed BAL stood in the last extraction and which did not: what appeared and what vanished since.

An extraction has no history (domain 3.1), so what the one before had is written down here: addresses, the
days of extractions, and nothing else. Followed are the BAL of the configuration, and all that the directory
gives under the holder's RPPS number.

Several persons, or several configurations of one, may share the folder: what each has is kept apart by RPPS
number, and a look only adds and renews. What it does not follow stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from balt.config import Config
from balt.directory.model import DirectoryEntry, is_ahead
from balt.directory.unreadable import NOTHING, Unreadable
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, key_of, moment, rows, words

if TYPE_CHECKING:  # opening an index brings SQLite in
    from balt.directory.index import DirectoryIndex

MOST = 5000
"""How many sightings of one person are kept; beyond, the holder's own, then what is followed now, then the
first in the order of the alphabet.
"""

MOST_PEOPLE = 100
"""Of how many RPPS numbers something is kept; beyond, of those that were looked at last."""

FORGOTTEN_AFTER = timedelta(days=366)
"""For how long a BAL is kept that no look follows any more; the holder's own ones always are."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Whose BAL are looked at: ``addresses`` in lower case, and all of one RPPS number ("" for nobody)."""

    addresses: frozenset[str]
    rpps: str = ""

    def __bool__(self) -> bool:
        return bool(self.addresses or self.rpps)


@dataclass(frozen=True, slots=True)
class Look:
    """The followed BAL in one extraction, made at ``taken_at``. Of a BAL that stands in what was
    ``unreadable`` nothing shows that it is gone.
    """

    taken_at: datetime
    entries: tuple[DirectoryEntry, ...]
    unreadable: Unreadable = NOTHING


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a followed BAL (``address`` in lower case) stands: ``published`` in the last extraction or not.
    ``since`` is the day of the first extraction in which it was seen so, ``before`` that of the last one in
    which it was not; None where it was never seen otherwise. ``own``: under the holder's RPPS number.
    ``until`` is the day of the last extraction that told it, where later ones could not; else None.
    """

    address: str
    published: bool
    since: datetime
    before: datetime | None = None
    own: bool = False
    until: datetime | None = None

    @property
    def stood(self) -> bool:
        """Whether an extraction had this BAL once: it is of a type that extractions list."""
        return self.published or self.before is not None


@dataclass(frozen=True, slots=True)
class Sightings:
    """What is kept: the last extraction looked at, the RPPS number it was asked for, and each BAL; what could
    not be read of that extraction, and the last one of which everything was.
    """

    taken_at: datetime | None = None
    rpps: str = ""
    seen: tuple[Sighting, ...] = ()
    unreadable: Unreadable = NOTHING
    all_read: datetime | None = None

    @property
    def news(self) -> tuple[Sighting, ...]:
        """The BAL that appeared in the last extraction or vanished from it."""
        return tuple(each for each in self.seen if each.before is not None and each.since == self.taken_at)

    def stood(self, address: str) -> bool:
        """Whether an extraction had this BAL once."""
        found = self.of(address)
        return found is not None and found.stood

    def of(self, address: str) -> Sighting | None:
        """How the BAL of this address stands, whatever its case."""
        key = key_of(address)
        return next((each for each in self.seen if each.address == key), None)


class Hindrance(Enum):
    """Why a look was compared with nothing."""

    OLDER = auto()
    AHEAD = auto()
    FORMER_AHEAD = auto()


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a look brought: the BAL that appeared or vanished since the extraction of the day ``before`` (None
    where there was none), and the addresses (lower case) of which it could not tell; how many BAL were
    ``left_out``, for more than ``MOST`` are followed. With a ``hindrance`` nothing was compared: the look is
    ``OLDER`` than the last one, or is dated ``AHEAD`` of now, or the last one was, which is then forgotten.
    """

    before: datetime | None = None
    changes: tuple[Sighting, ...] = ()
    untold: tuple[str, ...] = ()
    hindrance: Hindrance | None = None
    left_out: int = 0


def followed_of(config: Config, also: Iterable[str] = ()) -> Followed:
    """Whose BAL are followed: those of the configuration, those of ``also`` (a case follows them), and the
    holder's.
    """
    return Followed(frozenset(map(key_of, (*config.named, *also))), config.person.rpps)


def look_at(index: DirectoryIndex, followed: Followed) -> Look:
    """The followed BAL in an index. Raises DirectoryError."""
    entries = [*index.of_professional(followed.rpps).entries] if followed.rpps else []
    known = {entry.key for entry in entries}
    for address in sorted(followed.addresses - known):
        entries += index.of_address(address).entries
    about = index.about()
    return Look(about.generated_at, tuple(entries), about.unreadable)


class SightingBook:
    """The sightings in ``folder`` / ``sightings.json``. ``wait`` is how many seconds a change waits for
    another balt that writes.
    """

    def __init__(self, folder: Path, wait: float = LOCK_SECONDS) -> None:
        self._store = Store(folder / "sightings.json", _SHAPE, wait)

    def kept(self, followed: Followed) -> Sightings:
        """All that is kept of these BAL. Raises StoppedError."""
        return _about(_kept_for(self._store.read(), followed), followed)

    def learn(self, look: Look, followed: Followed, now: datetime) -> Learnt:
        """Write a look down; what it brought. One that is older than the last one, dated ahead of ``now``,
        or that follows nobody tells nothing and is not written. Raises StoppedError.
        """
        found = Learnt()
        if not followed:
            return found

        def alter(people: tuple[Sightings, ...]) -> tuple[Sightings, ...]:
            nonlocal found
            old = _kept_for(people, followed)
            why = _hindrance(old, look, now)
            if why in (Hindrance.OLDER, Hindrance.AHEAD):
                found = Learnt(old.taken_at, hindrance=why)
                return people
            new = learnt(Sightings() if why else old, look, followed)
            told = _about(new, followed)
            out, untold = left_out_of(told, followed), _untold(told, look, followed)
            found = Learnt(old.taken_at, _changes(old, new), untold, why, out)
            return (new, *(each for each in people if each.rpps != new.rpps))[:MOST_PEOPLE]

        self._store.change(alter)
        return found


def _kept_for(people: Sequence[Sightings], followed: Followed) -> Sightings:
    """What is kept under this RPPS number; of one that is new, what the last look had of the addresses that
    it follows too: a number that was corrected loses nothing.
    """
    for each in people:
        if each.rpps == followed.rpps:
            return each
    last = people[0] if people else Sightings()
    seen = tuple(replace(each, own=False) for each in last.seen if each.address in followed.addresses)
    return replace(last, rpps="", seen=seen) if seen else Sightings()


def _about(kept: Sightings, followed: Followed) -> Sightings:
    """The part of it that is followed."""
    seen = tuple(each for each in kept.seen if each.own or each.address in followed.addresses)
    return replace(kept, seen=seen)


def left_out_of(kept: Sightings, followed: Followed) -> int:
    """How many of the followed BAL nothing is kept of, for they are more than ``MOST``."""
    known = followed.addresses | {each.address for each in kept.seen}
    return len(known) - len(kept.seen) if len(known) > MOST else 0


def _hindrance(old: Sightings, look: Look, now: datetime) -> Hindrance | None:
    if is_ahead(look.taken_at, now):
        return Hindrance.AHEAD
    if old.taken_at is None:
        return None
    if is_ahead(old.taken_at, now):
        return Hindrance.FORMER_AHEAD
    return Hindrance.OLDER if look.taken_at < old.taken_at else None


def _changes(old: Sightings, new: Sightings) -> tuple[Sighting, ...]:
    """What appeared or vanished and was not told before."""
    told = {(each.address, each.published, each.since, each.before) for each in old.seen}
    changed = (each for each in new.seen if each.before is not None)
    return tuple(
        each for each in changed if (each.address, each.published, each.since, each.before) not in told
    )


def _untold(new: Sightings, look: Look, followed: Followed) -> tuple[str, ...]:
    """The followed BAL that a look did not find, and that may stand in what it could not read."""
    known = followed.addresses | {each.address for each in new.seen}
    missing = known - {entry.key for entry in look.entries}
    return tuple(sorted(each for each in missing if look.unreadable.may_hold(each)))


def learnt(old: Sightings, look: Look, followed: Followed) -> Sightings:
    """What is kept after a look at an extraction that is not older than the last one. Pure."""
    same_person = old.taken_at is not None and old.rpps == followed.rpps != ""
    former = {each.address: each for each in old.seen}
    own_now = {entry.key for entry in look.entries if entry.rpps and entry.rpps == followed.rpps}
    own = own_now | {each.address for each in old.seen if each.own and same_person}
    present = own_now | {entry.key for entry in look.entries if entry.key in followed.addresses}
    seen = []
    asked = followed.addresses | own
    resting = {each.address: each for each in _resting(old, look, asked)}
    ranked = sorted(asked | resting.keys(), key=lambda each: (each not in own, each not in asked, each))
    for address in sorted(ranked[:MOST]):
        if address in resting:
            seen.append(resting[address])
            continue
        published, known = address in present, former.get(address)
        if not published and look.unreadable.may_hold(address):
            if known is not None:
                seen.append(replace(known, until=known.until or old.taken_at))
            continue
        since, before = look.taken_at, None
        if known is not None and known.published == published:
            since, before = known.since, known.before
        elif known is not None:
            before = known.until or old.taken_at
        elif published and same_person and address in own:
            before = old.all_read if old.unreadable.may_hold(address) else old.taken_at
        seen.append(Sighting(address, published, since, before, address in own))
    all_read = old.all_read if look.unreadable else look.taken_at
    return Sightings(look.taken_at, followed.rpps, tuple(seen), look.unreadable, all_read)


def _resting(old: Sightings, look: Look, asked: AbstractSet[str]) -> Iterator[Sighting]:
    """What is kept of the BAL that a look does not ask about: as it was, with the day of the last one that
    did.
    """
    for each in old.seen:
        if each.address not in asked:
            told = each.until or old.taken_at
            if look.taken_at == old.taken_at:
                yield each
            elif told is not None and look.taken_at - told <= FORGOTTEN_AFTER:
                yield replace(each, until=told)


def _decode(document: Mapping[str, object]) -> tuple[Sightings, ...]:
    """Who was looked at last comes first, as files had them that knew of one person."""
    last = _person(document)
    others = tuple(map(_person, rows(document.get("others", []))))
    return (last, *others) if last.taken_at is not None else others


def _person(document: Mapping[str, object]) -> Sightings:
    return Sightings(
        _moment_or_none(document["taken_at"]),
        words(document["rpps"], 20),
        tuple(_sightings(rows(document["seen"]))),
        _unreadable(document.get("passed_over", []), document.get("cut", False)),
        _moment_or_none(document.get("all_read")),
    )


def _unreadable(keys: object, cut: object) -> Unreadable:
    if not isinstance(keys, list) or not all(type(key) is int for key in keys) or not isinstance(cut, bool):
        raise TypeError(keys)
    return Unreadable(frozenset(keys), anything=cut)


def _sightings(found: Iterable[Mapping[str, object]]) -> Iterable[Sighting]:
    for row in found:
        published, own = row["published"], row["own"]
        if not isinstance(published, bool) or not isinstance(own, bool):
            raise TypeError(row)
        address = key_of(words(row["address"], 320))
        since, before = moment(row["since"]), _moment_or_none(row["before"])
        yield Sighting(address, published, since, before, own, _moment_or_none(row.get("until")))


def _moment_or_none(value: object) -> datetime | None:
    return None if value is None else moment(value)


def _encode(people: tuple[Sightings, ...]) -> Mapping[str, object]:
    last, *others = people or (Sightings(),)
    return {**_written_person(last), "others": list(map(_written_person, others))}


def _written_person(kept: Sightings) -> Mapping[str, object]:
    return {
        "taken_at": _written(kept.taken_at),
        "rpps": kept.rpps,
        "all_read": _written(kept.all_read),
        "cut": kept.unreadable.anything,
        "passed_over": sorted(kept.unreadable.keys),
        "seen": [
            {
                "address": each.address,
                "published": each.published,
                "since": _written(each.since),
                "before": _written(each.before),
                "own": each.own,
                "until": _written(each.until),
            }
            for each in kept.seen
        ],
    }


def _written(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


_SHAPE: Shape[tuple[Sightings, ...]] = Shape("balt sightings", 1, (), _decode, _encode)
