"""Which followed BAL stood in the last extraction and which did not: what appeared and what vanished since.

An extraction has no history (domain 3.1), so what the one before had is written down here: addresses, the
days of extractions, and nothing else. Followed are the BAL of the configuration, and all that the directory
gives under the holder's RPPS number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
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
"""How many sightings are kept; beyond, the holder's own, then the first in the order of the alphabet."""


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
        """Whether an extraction had this BAL once: it is of a type that extractions list."""
        found = self.of(address)
        return found is not None and (found.published or found.before is not None)

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
    known = (*(account.address for account in config.accounts), *also)
    return Followed(frozenset(map(key_of, known)), config.person.rpps)


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

    def kept(self) -> Sightings:
        """All that is kept. Raises StoppedError."""
        return self._store.read()

    def sightings(self) -> Mapping[str, Sighting]:
        """How each followed BAL stands, by address in lower case. Raises StoppedError."""
        return {each.address: each for each in self._store.read().seen}

    def learn(self, look: Look, followed: Followed, now: datetime) -> Learnt:
        """Write a look down; what it brought. One that is older than the last one, or dated ahead of
        ``now``, tells nothing and is not written. Raises StoppedError.
        """
        found = Learnt()

        def alter(old: Sightings) -> Sightings:
            nonlocal found
            why = _hindrance(old, look, now)
            if why in (Hindrance.OLDER, Hindrance.AHEAD):
                found = Learnt(old.taken_at, hindrance=why)
                return old
            new = learnt(Sightings() if why else old, look, followed)
            out = left_out_of(new, followed)
            found = Learnt(old.taken_at, _changes(old, new), _untold(new, look, followed), why, out)
            return new

        self._store.change(alter)
        return found


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
    kept = sorted(followed.addresses | own, key=lambda each: (each not in own, each))[:MOST]
    for address in sorted(kept):
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


def _decode(document: Mapping[str, object]) -> Sightings:
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


def _encode(kept: Sightings) -> Mapping[str, object]:
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


_SHAPE: Shape[Sightings] = Shape("balt sightings", 1, Sightings(), _decode, _encode)
