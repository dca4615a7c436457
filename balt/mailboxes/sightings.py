"""Which followed BAL stood in the last extraction and which did not: what appeared and what vanished since.

An extraction has no history (domain 3.1), so what the one before had is written down here: addresses, the
days of extractions, and nothing else. Followed are the BAL of the configuration, and all that the directory
gives under the holder's RPPS number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from balt.config import Config
from balt.directory.model import DirectoryEntry
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, key_of, moment, rows, words

if TYPE_CHECKING:  # opening an index brings SQLite in
    from balt.directory.index import DirectoryIndex

MOST = 5000
"""How many sightings are kept; beyond, the first in the order of the alphabet."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Whose BAL are looked at: ``addresses`` in lower case, and all of one RPPS number ("" for nobody)."""

    addresses: frozenset[str]
    rpps: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """The followed BAL in one extraction, made at ``taken_at``."""

    taken_at: datetime
    entries: tuple[DirectoryEntry, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a followed BAL (``address`` in lower case) stands: ``published`` in the last extraction or not.
    ``since`` is the day of the first extraction in which it was seen so, ``before`` that of the last one in
    which it was not; None where it was never seen otherwise. ``own``: under the holder's RPPS number.
    """

    address: str
    published: bool
    since: datetime
    before: datetime | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Sightings:
    """What is kept: the last extraction looked at, the RPPS number it was asked for, and each BAL."""

    taken_at: datetime | None = None
    rpps: str = ""
    seen: tuple[Sighting, ...] = ()

    @property
    def news(self) -> tuple[Sighting, ...]:
        """The BAL that appeared in the last extraction or vanished from it."""
        return tuple(each for each in self.seen if each.before is not None and each.since == self.taken_at)

    def of(self, address: str) -> Sighting | None:
        """How the BAL of this address stands, whatever its case."""
        key = key_of(address)
        return next((each for each in self.seen if each.address == key), None)


def followed_of(config: Config) -> Followed:
    """Whose BAL are followed."""
    addresses = frozenset(key_of(account.address) for account in config.accounts)
    return Followed(addresses, config.person.rpps)


def look_at(index: DirectoryIndex, followed: Followed) -> Look:
    """The followed BAL in an index. Raises DirectoryError."""
    entries = [*index.of_professional(followed.rpps).entries] if followed.rpps else []
    known = {entry.key for entry in entries}
    for address in sorted(followed.addresses - known):
        entries += index.of_address(address).entries
    return Look(index.about().generated_at, tuple(entries))


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

    def learn(self, look: Look, followed: Followed) -> tuple[Sighting, ...]:
        """Write a look down; the BAL that appeared or vanished since the extraction before. An older
        extraction than that one tells nothing. Raises StoppedError.
        """
        changed: list[Sighting] = []

        def alter(old: Sightings) -> Sightings:
            changed.clear()
            new = learnt(old, look, followed)
            former = {each.address: each for each in old.seen}
            changed.extend(
                each
                for each in new.seen
                if each.before is not None and _told_before(former.get(each.address)) != _told_before(each)
            )
            return new

        self._store.change(alter)
        return tuple(changed)


def _told_before(sighting: Sighting | None) -> tuple[object, ...]:
    """What was already told of a BAL."""
    return () if sighting is None else (sighting.published, sighting.since, sighting.before)


def learnt(old: Sightings, look: Look, followed: Followed) -> Sightings:
    """What is kept after a look."""
    if old.taken_at is not None and look.taken_at < old.taken_at:
        return old
    present = {entry.key: entry for entry in look.entries}
    same_person = old.taken_at is not None and old.rpps == followed.rpps != ""
    former = {each.address: each for each in old.seen}
    own = {address for address, entry in present.items() if entry.rpps and entry.rpps == followed.rpps}
    if same_person:
        own |= {each.address for each in old.seen if each.own}
    seen = []
    for address in sorted(followed.addresses | own)[:MOST]:
        published, known = address in present, former.get(address)
        since, before = look.taken_at, None
        if known is not None and known.published == published:
            since, before = known.since, known.before
        elif known is not None or (published and same_person and address in own):
            before = old.taken_at
        seen.append(Sighting(address, published, since, before, address in own))
    return Sightings(look.taken_at, followed.rpps, tuple(seen))


def _decode(document: Mapping[str, object]) -> Sightings:
    return Sightings(
        _moment_or_none(document["taken_at"]),
        words(document["rpps"], 20),
        tuple(_sightings(rows(document["seen"]))),
    )


def _sightings(found: Iterable[Mapping[str, object]]) -> Iterable[Sighting]:
    for row in found:
        published, own = row["published"], row["own"]
        if not isinstance(published, bool) or not isinstance(own, bool):
            raise TypeError(row)
        address = key_of(words(row["address"], 320))
        yield Sighting(address, published, moment(row["since"]), _moment_or_none(row["before"]), own)


def _moment_or_none(value: object) -> datetime | None:
    return None if value is None else moment(value)


def _encode(kept: Sightings) -> Mapping[str, object]:
    return {
        "taken_at": _written(kept.taken_at),
        "rpps": kept.rpps,
        "seen": [
            {
                "address": each.address,
                "published": each.published,
                "since": _written(each.since),
                "before": _written(each.before),
                "own": each.own,
            }
            for each in kept.seen
        ],
    }


def _written(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


_SHAPE: Shape[Sightings] = Shape("balt sightings", 1, Sightings(), _decode, _encode)
