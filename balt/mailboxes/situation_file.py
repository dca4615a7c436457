"""What ``situations.json`` holds, as values, and the way there and back; the rest sees ``BookView``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from balt.directory.model import Origin, PracticeSituation
from balt.mailboxes.prescriptions import GIVEN_KINDS, KindLine, PrescriptionKind, kinds_of
from balt.mailboxes.store import Shape, key_of, moment, rows, words

_LENGTH = 4096
_TEXTS = ("id", "rpps", "structure", "finess", "town", "mode", "function")


@dataclass(frozen=True, slots=True)
class Known:
    """A situation, when it was last seen in the directory (or written), and when it was taken away by hand:
    it stays in the file, so that another copy of it does not bring it back.
    """

    situation: PracticeSituation
    seen: datetime
    removed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """That a BAL (``address`` in lower case) serves a situation, or does not, as the person said."""

    situation: str
    address: str
    serves: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Preference:
    """The preferred BAL of a situation from this moment on; None for none. ``kind`` is the kind of
    prescription that it is meant for; "" for all that have none of their own.
    """

    situation: str
    address: str | None
    since: datetime
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """The whole file. Links, preferences and kinds are only ever added: the last one written counts, whatever
    the clock said (it may have been wrong).
    """

    known: tuple[Known, ...] = ()
    links: tuple[Link, ...] = ()
    preferences: tuple[Preference, ...] = ()
    kinds: tuple[KindLine, ...] = ()


@dataclass(frozen=True, slots=True)
class BookView:
    """The situations, and by the identifier of each: the addresses that the person tied to it, those that
    they said do not serve it, and the preferred one. Addresses are in lower case.

    ``overrides`` holds the BAL preferred for one kind of prescription, by situation and kind; ``kinds`` the
    kinds that there are. ``chosen`` is since when a situation has its preferred BAL.
    """

    situations: tuple[PracticeSituation, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unlinked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    preferred: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[tuple[str, str], str] = field(default_factory=dict)
    kinds: tuple[PrescriptionKind, ...] = GIVEN_KINDS
    chosen: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Book) -> "BookView":
        """What counts today in ``book``: nothing of a situation that was taken away."""
        kept = [each.situation for each in book.known if each.removed is None]
        kept.sort(key=lambda each: each.origin is None)
        ids = {each.id for each in kept}
        links: dict[str, tuple[str, ...]] = {}
        unlinked: dict[str, tuple[str, ...]] = {}
        for (situation, address), serves in latest_links(book).items():
            if situation in ids:
                group = links if serves else unlinked
                group[situation] = (*group.get(situation, ()), address)
        kinds = kinds_of(book.kinds)
        latest = {(each.situation, each.kind): each for each in book.preferences if each.situation in ids}
        default = {situation: each for (situation, kind), each in latest.items() if not kind}
        there = {each.id for each in kinds}
        return cls(
            tuple(kept),
            links,
            unlinked,
            {key: each.address for key, each in default.items() if each.address is not None},
            {
                key: each.address
                for key, each in latest.items()
                if key[1] in there and each.address is not None
            },
            kinds,
            {key: each.since for key, each in default.items() if each.address is not None},
        )


def latest_links(book: Book) -> dict[tuple[str, str], bool]:
    """Whether each BAL serves each situation, as last said: (situation, address) to yes or no."""
    return {(each.situation, each.address): each.serves for each in book.links}


def latest_preferences(book: Book) -> dict[tuple[str, str], str | None]:
    """The preference of each situation and kind, as last chosen; None where it was taken back."""
    return {(each.situation, each.kind): each.address for each in book.preferences}


def _decode(document: Mapping[str, object]) -> Book:
    return Book(
        tuple(_known(row) for row in rows(document["situations"])),
        tuple(
            Link(
                words(row["situation"]),
                key_of(words(row["address"])),
                _flag(row["serves"]),
                moment(row["since"]),
            )
            for row in rows(document["links"])
        ),
        tuple(
            Preference(
                words(row["situation"]),
                _maybe_address(row["address"]),
                moment(row["since"]),
                words(row.get("kind", "")),
            )
            for row in rows(document["preferred"])
        ),
        tuple(
            KindLine(words(row["kind"]), _maybe_words(row["name"]), moment(row["since"]))
            for row in rows(document.get("kinds", []))
        ),
    )


def _known(row: Mapping[str, object]) -> Known:
    texts = {name: words(row[name], _LENGTH) for name in _TEXTS}
    origin = None if row["origin"] is None else Origin(words(row["origin"]))
    removed = None if row["removed"] is None else moment(row["removed"])
    situation = PracticeSituation(**texts, active=_flag(row["active"]), origin=origin)
    return Known(situation, moment(row["seen"]), removed)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _maybe_address(value: object) -> str | None:
    return None if value is None else key_of(words(value))


def _maybe_words(value: object) -> str | None:
    return None if value is None else words(value)


def _encode(book: Book) -> Mapping[str, object]:
    return {
        "situations": [_row(each) for each in book.known],
        "links": [
            {
                "situation": each.situation,
                "address": each.address,
                "serves": each.serves,
                "since": each.since.isoformat(),
            }
            for each in book.links
        ],
        "preferred": [
            {
                "situation": each.situation,
                "kind": each.kind,
                "address": each.address,
                "since": each.since.isoformat(),
            }
            for each in book.preferences
        ],
        "kinds": [
            {"kind": each.kind, "name": each.name, "since": each.since.isoformat()} for each in book.kinds
        ],
    }


def _row(known: Known) -> Mapping[str, object]:
    situation = known.situation
    texts = {name: getattr(situation, name) for name in _TEXTS}
    return {
        **texts,
        "active": situation.active,
        "origin": None if situation.origin is None else situation.origin.value,
        "seen": known.seen.isoformat(),
        "removed": None if known.removed is None else known.removed.isoformat(),
    }


SHAPE: Shape[Book] = Shape("balt situations", 2, Book(), _decode, _encode, oldest=1)
"""Version 1 knew no kinds of prescription: a balt that reads only it must not lose them by writing."""
