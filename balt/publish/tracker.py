"""Which support bears which BAL since when, as people noted it; ``publish.standings`` judges it.

Nothing of it can be measured: a letterhead, a prescription pad and a profile are outside of any server. So it
is noted by hand, with its date and its author, and asked again after a while (``supports.FRESH_DAYS``).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from balt.clock import Clock
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.order import after
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, key_of, moment, rows, words
from balt.mailboxes.supports import GIVEN_SUPPORTS, Carried, Support, SupportView
from balt.text import fold, plain

OWN = "own:"
"""What the identifier of a support of one's own begins with."""
_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class SupportLine:
    """That a support of one's own has this name from then on; None: it is no longer followed."""

    support: str
    name: str | None
    noted: datetime


@dataclass(frozen=True, slots=True)
class CarryLine:
    """That a support bears a BAL, or (``bears`` false) no longer does."""

    carried: Carried
    bears: bool = True


@dataclass(frozen=True, slots=True)
class SupportFile:
    """The whole file. Lines are only ever added: the last one about the same thing counts."""

    supports: tuple[SupportLine, ...] = ()
    carried: tuple[CarryLine, ...] = ()


class Tracker:
    """The notes in ``folder`` / ``supports.json``. Every method may raise StoppedError. ``author`` is who
    notes; ``wait`` how many seconds a change waits for another balt that writes.
    """

    def __init__(self, folder: Path, clock: Clock, author: str = "", wait: float = LOCK_SECONDS) -> None:
        self._store = Store(folder / "supports.json", SHAPE, wait)
        self._clock = clock
        self._author = plain(author, 200)

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    def view(self) -> SupportView:
        """What counts today."""
        return view_of(self._store.read())

    def history(self) -> tuple[CarryLine, ...]:
        """Every note, oldest first."""
        return self._store.read().carried

    def carry(self, support: str, address: str, since: date | None = None, note: str = "") -> None:
        """Note that a support bears a BAL, since today when no day is told; a note repeated keeps its first
        day and is fresh again. Raises UsageError for a support that is not there, or a day that is to come.
        """
        self._note(support, address, since, note, bears=True)

    def drop(self, support: str, address: str, note: str = "") -> None:
        """Note that a support no longer bears a BAL."""
        self._note(support, address, None, note, bears=False)

    def add(self, name: str) -> Support:
        """Follow a support of one's own. Raises UsageError without a name, or when there is one of it."""
        clean = " ".join(plain(name, _NAME_LENGTH).split())
        if not clean:
            raise UsageError(_("Il manque le nom du support."))
        fresh = Support(OWN + secrets.token_hex(4), clean)
        now = self._clock.now()

        def alter(file: SupportFile) -> SupportFile:
            if any(fold(each.label) == fold(clean) for each in view_of(file).supports):
                raise UsageError(_("Ce support existe déjà."))
            return _with_support(file, fresh.id, clean, now)

        self._store.change(alter)
        return fresh

    def remove(self, support: str) -> None:
        """Follow a support of one's own no longer. Raises UsageError for one of the sheet's four."""
        if not support.startswith(OWN):
            raise UsageError(_("Ce support est un des quatre de la fiche : il reste."))
        now = self._clock.now()

        def alter(file: SupportFile) -> SupportFile:
            _must_follow(file, support)
            return _with_support(file, support, None, now)

        self._store.change(alter)

    def _note(self, support: str, address: str, since: date | None, note: str, *, bears: bool) -> None:
        key, now = key_of(address), self._clock.now()
        today = now.astimezone().date()
        if not key:
            raise UsageError(_("Il manque l'adresse de la BAL."))
        if since is not None and since > today:
            raise UsageError(_("Ce jour n'est pas encore venu."))

        def alter(file: SupportFile) -> SupportFile:
            _must_follow(file, support)
            known = next((each for each in view_of(file).on(support) if each.address == key), None)
            if not bears and known is None:
                return file
            day = since or (known.since if known is not None else today)
            noted = after(now, (each.carried.noted for each in file.carried))
            fresh = Carried(support, key, day if bears else today, noted, self._author, plain(note, 500))
            return replace(file, carried=(*file.carried, CarryLine(fresh, bears)))

        self._store.change(alter)


def view_of(file: SupportFile) -> SupportView:
    """What counts today in ``file``."""
    names: dict[str, str | None] = {each.id: "" for each in GIVEN_SUPPORTS}
    for line in file.supports:
        names[line.support] = line.name
    supports = tuple(Support(key, name) for key, name in names.items() if name is not None)
    latest = {(each.carried.support, each.carried.address): each for each in file.carried}
    carried = tuple(
        each.carried for each in latest.values() if each.bears and names.get(each.carried.support) is not None
    )
    return SupportView(supports, carried)


def _with_support(file: SupportFile, support: str, name: str | None, now: datetime) -> SupportFile:
    line = SupportLine(support, name, after(now, (each.noted for each in file.supports)))
    return replace(file, supports=(*file.supports, line))


def _must_follow(file: SupportFile, support: str) -> None:
    if not any(each.id == support for each in view_of(file).supports):
        raise UsageError(_("Ce support n'est pas suivi ici."))


def _decode(document: Mapping[str, object]) -> SupportFile:
    return SupportFile(
        tuple(
            SupportLine(
                words(row["support"]),
                None if row["name"] is None else words(row["name"]),
                moment(row["noted"]),
            )
            for row in rows(document["supports"])
        ),
        tuple(_carry_line(row) for row in rows(document["carried"])),
    )


def _carry_line(row: Mapping[str, object]) -> CarryLine:
    if not isinstance(row["bears"], bool):
        raise TypeError(row["bears"])
    carried = Carried(
        words(row["support"]),
        key_of(words(row["address"])),
        date.fromisoformat(words(row["since"])),
        moment(row["noted"]),
        words(row["author"]),
        words(row["note"]),
    )
    return CarryLine(carried, row["bears"])


def _encode(file: SupportFile) -> Mapping[str, object]:
    return {
        "supports": [
            {"support": each.support, "name": each.name, "noted": each.noted.isoformat()}
            for each in file.supports
        ],
        "carried": [
            {
                "support": each.carried.support,
                "address": each.carried.address,
                "bears": each.bears,
                "since": each.carried.since.isoformat(),
                "noted": each.carried.noted.isoformat(),
                "author": each.carried.author,
                "note": each.carried.note,
            }
            for each in file.carried
        ],
    }


SHAPE: Shape[SupportFile] = Shape("balt supports", 1, SupportFile(), _decode, _encode)
