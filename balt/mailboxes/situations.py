"""The situations d'exercice of the holder, which BAL serve each, and which one is preferred there.

Situations come from the directory, or are written by hand where it knows none. Links that follow from the
directory are found anew each time (``join``); only what the person decided is kept, with its date.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from balt.clock import Clock
from balt.directory.model import Origin, PracticeSituation
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Mailbox, Verdict
from balt.mailboxes.order import after
from balt.mailboxes.prescriptions import GIVEN_KINDS, KindLine, PrescriptionKind, kinds_of
from balt.mailboxes.situation_age import without_aged
from balt.mailboxes.situation_file import (
    SHAPE,
    Book,
    BookView,
    Known,
    Link,
    Preference,
    latest_links,
    latest_preferences,
)
from balt.mailboxes.store import LOCK_SECONDS, Store, key_of
from balt.text import fold, plain

BY_HAND = "hand:"
"""What the identifier of a situation written by hand begins with."""

MODES = ("", "L", "S", "B")
"""The modes of practice (TRE_R23) that a situation written by hand may have."""

_LENGTH = 200
_KIND_LENGTH = 60
_ON_ITS_WAY_OUT = (Verdict.LEAVING, Verdict.TO_DELETE, Verdict.DELETED)


def may_prefer(mailbox: Mailbox) -> str:
    """Why this BAL cannot be a preferred one, in a sentence; "" when it can (domain 1.3: an address on its
    way out must never be handed out).
    """
    if mailbox.finding.verdict in _ON_ITS_WAY_OUT or mailbox.way_out is not None:
        return _("Cette BAL quitte l'annuaire : elle ne peut pas être privilégiée.")
    return ""


class SituationBook:
    """The situations in ``folder`` / ``situations.json``. Every method may raise StoppedError. ``wait`` is
    how many seconds a change waits for another balt that writes.
    """

    def __init__(self, folder: Path, clock: Clock, wait: float = LOCK_SECONDS) -> None:
        self._store = Store(folder / "situations.json", SHAPE, wait)
        self._clock = clock

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    def view(self) -> BookView:
        """All of it, read once; what the API said too long ago is taken out of the file first."""
        book, now = self._store.read(), self._clock.now()
        kept = without_aged(book, now)
        if kept is not book:
            kept = self._store.change(lambda each: without_aged(each, now))
        return BookView.of(kept)

    def situations(self) -> tuple[PracticeSituation, ...]:
        """Those of the directory, then those written by hand; one that left the directory is not active."""
        return self.view().situations

    def links(self) -> Mapping[str, tuple[str, ...]]:
        """The addresses that the person tied to each situation, by its identifier."""
        return self.view().links

    def unlinked(self) -> Mapping[str, tuple[str, ...]]:
        """The addresses that the person said do not serve a situation, whatever the directory says."""
        return self.view().unlinked

    def preferred(self) -> Mapping[str, str]:
        """The preferred BAL of each situation that has one."""
        return self.view().preferred

    def preferences(self, situation_id: str) -> tuple[Preference, ...]:
        """Every preference of one situation whatever the kind, oldest first: what was handed out before
        today's.
        """
        found = [
            each
            for each in self._store.read().preferences
            if each.situation == situation_id and not each.kind
        ]
        return tuple(sorted(found, key=lambda each: each.since))

    def merge(
        self, found: Iterable[PracticeSituation], read: Collection[Origin] | None = None
    ) -> tuple[PracticeSituation, ...]:
        """Take what the directory says now, and return all situations. One that is known from a source of
        ``read`` (those that were read whole; by default those that ``found`` comes from) and is not found
        any more is kept, no longer active. The same activity in the API and in the file is one situation,
        under the API's identifier: what was tied to the other name follows.
        """
        given = tuple(each for each in found if each.id and each.origin is not None)
        sources = frozenset({each.origin for each in given} if read is None else read)
        now = self._clock.now()
        return BookView.of(self._store.change(lambda book: _merged(book, given, sources, now))).situations

    def add(self, structure: str, town: str = "", mode: str = "") -> PracticeSituation:
        """Write a situation by hand. Raises UsageError without a structure, for an unknown mode, or when the
        same one is there already.
        """
        place, where = plain(structure, _LENGTH).strip(), plain(town, _LENGTH).strip()
        if not place:
            raise UsageError(_("Il manque le nom de la structure ou du cabinet."))
        if mode not in MODES:
            raise UsageError(
                _("Le mode d'exercice « %s » n'est pas connu.") % plain(mode, 40),
                advice=_("Choisissez libéral (L), salarié (S) ou bénévole (B)."),
            )
        fresh = PracticeSituation(BY_HAND + secrets.token_hex(8), "", place, "", where, mode)
        now = self._clock.now()

        def alter(book: Book) -> Book:
            if any(_same_words(each.situation, fresh) for each in book.known if each.removed is None):
                raise UsageError(_("Cette situation existe déjà."))
            return replace(book, known=(*book.known, Known(fresh, now)))

        self._store.change(alter)
        return fresh

    def remove(self, situation_id: str) -> None:
        """Take away a situation written by hand, with what was tied to it. Raises UsageError for others."""
        if not situation_id.startswith(BY_HAND):
            raise UsageError(
                _("Cette situation vient de l'annuaire : elle ne peut pas être retirée ici."),
                advice=_("Si elle est finie, l'annuaire cessera de la donner."),
            )
        now = self._clock.now()

        def alter(book: Book) -> Book:
            _must_know(book, situation_id)
            known = tuple(
                replace(each, removed=now) if each.situation.id == situation_id else each
                for each in book.known
            )
            return replace(book, known=known)

        self._store.change(alter)

    def serve(self, address: str, situation_id: str, yes: bool) -> None:
        """Say that a BAL serves a situation, or that it does not: it is then no longer preferred there."""
        key = _address(address)

        def alter(book: Book, now: datetime) -> Book:
            if latest_links(book).get((situation_id, key)) is not yes:
                book = replace(book, links=(*book.links, Link(situation_id, key, yes, now)))
            if not yes:
                book = _no_longer_preferring(book, situation_id, key, now)
            return book

        self._alter(situation_id, alter)

    def prefer(self, situation_id: str, address: str | None, kind: str = "") -> None:
        """Choose the preferred BAL of a situation, or none; ask ``may_prefer`` first. With a ``kind`` (its
        identifier), for that kind of prescription alone: none then means that of the situation. The one
        before is kept in the file. Raises UsageError for a kind that is not in the list.
        """
        key = None if address is None else _address(address)

        def alter(book: Book, now: datetime) -> Book:
            if kind:
                _must_list(book, kind)
            if key is not None and latest_links(book).get((situation_id, key)) is False:
                book = replace(book, links=(*book.links, Link(situation_id, key, True, now)))
            if latest_preferences(book).get((situation_id, kind)) == key:
                return book
            return _preferring(book, situation_id, key, now, kind)

        self._alter(situation_id, alter)

    def add_kind(self, name: str) -> PrescriptionKind:
        """Add a kind of prescription; under the name of a given one that was taken out, that one comes back.
        Raises UsageError without a name, or when there is one of that name.
        """
        clean = _kind_name(name)
        given = next((each for each in GIVEN_KINDS if fold(each.label) == fold(clean)), None)
        kind = given or PrescriptionKind(BY_HAND + secrets.token_hex(4), clean)
        self._tell_kind(kind.id, kind.name, new=True)
        return kind

    def rename_kind(self, kind: str, name: str) -> None:
        """Call a kind otherwise; "" gives a given one its own name back. What was chosen for it stays."""
        self._tell_kind(kind, "" if not name and not kind.startswith(BY_HAND) else _kind_name(name))

    def remove_kind(self, kind: str) -> None:
        """Take a kind out of the list; what was chosen for it no longer counts, and stays in the file."""
        self._tell_kind(kind, None)

    def _tell_kind(self, kind: str, name: str | None, *, new: bool = False) -> None:
        now = self._clock.now()

        def alter(book: Book) -> Book:
            if not new:
                _must_list(book, kind)
            others = [each for each in kinds_of(book.kinds) if new or each.id != kind]
            wanted = None if name is None else fold(PrescriptionKind(kind, name).label)
            if any(fold(each.label) == wanted for each in others):
                raise UsageError(_("Ce genre de prescription existe déjà."))
            told = after(now, (each.since for each in book.kinds))
            return replace(book, kinds=(*book.kinds, KindLine(kind, name, told)))

        self._store.change(alter)

    def _alter(self, situation_id: str, alter: Callable[[Book, datetime], Book]) -> None:
        now = self._clock.now()

        def checked(book: Book) -> Book:
            _must_know(book, situation_id)
            known = [*(each.since for each in book.links), *(each.since for each in book.preferences)]
            return alter(book, after(now, known))

        self._store.change(checked)


def _address(address: str) -> str:
    key = key_of(address)
    if not key:
        raise UsageError(_("Il manque l'adresse de la BAL."))
    return key


def _must_know(book: Book, situation_id: str) -> None:
    if not any(each.situation.id == situation_id and each.removed is None for each in book.known):
        raise UsageError(_("Cette situation n'existe pas, ou n'existe plus."))


def _must_list(book: Book, kind: str) -> None:
    if not any(each.id == kind for each in kinds_of(book.kinds)):
        raise UsageError(_("Ce genre de prescription n'est pas dans la liste."))


def _kind_name(name: str) -> str:
    clean = " ".join(plain(name, _KIND_LENGTH).split())
    if not clean:
        raise UsageError(_("Il manque le nom du genre de prescription."))
    return clean


def _preferring(book: Book, situation_id: str, address: str | None, now: datetime, kind: str = "") -> Book:
    return replace(book, preferences=(*book.preferences, Preference(situation_id, address, now, kind)))


def _no_longer_preferring(book: Book, situation_id: str, address: str, now: datetime) -> Book:
    """The book without this BAL among the preferred ones of a situation, whatever the kind."""
    for (situation, kind), preferred in latest_preferences(book).items():
        if situation == situation_id and preferred == address:
            book = _preferring(book, situation_id, None, now, kind)
    return book


def _merged(
    book: Book, found: tuple[PracticeSituation, ...], sources: Collection[Origin | None], now: datetime
) -> Book:
    """The book after a reading."""
    present, renamed, confirmed = _one_each(book, found)
    kept = []
    for old in book.known:
        situation = old.situation
        if situation.id in renamed:
            continue
        if situation.id in present:
            old = replace(old, situation=present.pop(situation.id), seen=now)
        elif situation.id in confirmed:
            old = replace(old, situation=replace(situation, active=True), seen=now)
        elif situation.origin is not None and situation.origin in sources:
            old = replace(old, situation=replace(situation, active=False))
        kept.append(old)
    kept += [Known(each, now) for each in present.values()]
    return _renamed(replace(book, known=tuple(kept)), renamed)


def _one_each(
    book: Book, found: tuple[PracticeSituation, ...]
) -> tuple[dict[str, PracticeSituation], dict[str, str], set[str]]:
    """What was found, each activity once, under the API's identifier where it has one; the identifiers that
    give way to it; and those that only the file confirms.
    """
    present = {each.id: each for each in found if each.origin is Origin.API}
    known = [each.situation for each in book.known]
    twins = _Twins([*present.values(), *(each for each in known if each.origin is Origin.API)])
    renamed = {
        each.id: twin.id
        for each in (*found, *known)
        if each.origin is Origin.EXTRACTION and (twin := twins.of(each)) is not None
    }
    confirmed = {renamed[each.id] for each in found if each.id in renamed and each.active}
    for each in found:
        if each.id not in renamed:
            present.setdefault(each.id, each)
    return present, renamed, confirmed


class _Twins:
    """Finds the same activity under another identifier: same person, same structure, no other mode. Both the
    FINESS numbers and the names are looked up, for a large practice holds thousands of each.
    """

    def __init__(self, others: Iterable[PracticeSituation]) -> None:
        self._by_number: dict[tuple[str, str], list[PracticeSituation]] = {}
        self._by_name: dict[tuple[str, str, str], list[PracticeSituation]] = {}
        for each in others:
            if each.finess:
                self._by_number.setdefault((each.rpps, each.finess), []).append(each)
            if each.structure:
                self._by_name.setdefault(_name_of(each), []).append(each)

    def of(self, situation: PracticeSituation) -> PracticeSituation | None:
        """The twin; the one of the same function where there are several, else the first."""
        found: list[PracticeSituation] = []
        if situation.finess:
            found += self._by_number.get((situation.rpps, situation.finess), ())
        if situation.structure:  # a name decides nothing where both have a number
            named = self._by_name.get(_name_of(situation), ())
            found += (each for each in named if not (each.finess and situation.finess))
        same = [each for each in found if each.mode == situation.mode or not (each.mode and situation.mode)]
        return next((each for each in same if each.function == situation.function), same[0] if same else None)


def _name_of(situation: PracticeSituation) -> tuple[str, str, str]:
    return situation.rpps, fold(situation.structure), fold(situation.town)


def _same_words(one: PracticeSituation, other: PracticeSituation) -> bool:
    """Whether a person could not tell these two apart."""
    return (fold(one.structure), fold(one.town), one.mode) == (
        fold(other.structure),
        fold(other.town),
        other.mode,
    )


def _renamed(book: Book, names: Mapping[str, str]) -> Book:
    if not names:
        return book
    links = tuple(replace(each, situation=names.get(each.situation, each.situation)) for each in book.links)
    preferences = tuple(
        replace(each, situation=names.get(each.situation, each.situation)) for each in book.preferences
    )
    return replace(book, links=links, preferences=preferences)
