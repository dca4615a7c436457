"""How the supports stand to the preferred BAL of each situation, and what a changed preference made wrong;
pure, from what was noted by hand (``publish.tracker``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from balt.directory.model import PracticeSituation
from balt.mailboxes.practice import Practice
from balt.mailboxes.prescriptions import PrescriptionKind
from balt.mailboxes.supports import Carried, Support

_KINDS_ON = {"letters": ("letter", "report", "tele"), "prescriptions": ("prescription", "lab", "imaging")}
"""The kinds of prescription that are written on a support, its own first. A local choice: the sheet names
the supports and the "types de prescriptions", and not which goes on which.
"""
_KIND_OF_ONES_OWN = "prescriptions"


class Standing(StrEnum):
    """How a support stands to the preferred BAL of a situation. ``OLD``: it bears one that nothing prefers
    any more. ``AGED``: it was noted too long ago to be believed still.
    """

    CARRIED = "carried"
    OLD = "old"
    AGED = "aged"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Place:
    """One support for one situation: ``address`` is a BAL preferred there; ``note`` what was noted of it,
    or of the one that nothing prefers any more; None where nothing was. ``asked`` tells whether the support
    is to bear this BAL: prescriptions need not bear that of letters.
    """

    support: Support
    situation: PracticeSituation
    address: str
    standing: Standing
    note: Carried | None = None
    asked: bool = True


class Standings:
    """Tells how each support of a practice stands. What is stray is found once, for a large practice holds
    hundreds of notes and situations.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self.stray = stray(practice)
        self._stray = frozenset(self.stray)
        self._old = {each.support: each for each in reversed(self.stray)}
        self._borne = {(each.support, each.address): each for each in practice.supports.carried}

    def of(self, note: Carried) -> Standing:
        """What a note is worth today."""
        if note in self._stray:
            return Standing.OLD
        return Standing.CARRIED if note.is_fresh(self._practice.now) else Standing.AGED

    def place(self, support: Support, situation: PracticeSituation, kind: str = "") -> Place | None:
        """How a support stands to the BAL of a situation (for a kind of prescription, by its identifier);
        None while no BAL is preferred there.
        """
        address = self._practice.preferred_for(situation.id, kind)
        if not address:
            return None
        return self._place(support, situation, address, asked=address in self._wanted(support, situation))

    def asked(self, support: Support, situation: PracticeSituation) -> list[Place]:
        """How a support stands to each BAL that it is to bear for a situation."""
        wanted = self._wanted(support, situation)
        return [self._place(support, situation, address, asked=True) for address in wanted]

    def everywhere(self) -> Iterator[Place]:
        """Every support for every situation in activity, support by support, as far as it is asked."""
        active = [each for each in self._practice.situations if each.active]
        for support in self._practice.supports.supports:
            for situation in active:
                yield from self.asked(support, situation)

    def _wanted(self, support: Support, situation: PracticeSituation) -> tuple[str, ...]:
        """The BAL that a support is to bear for a situation: the one for what is written on it, else that of
        the situation; and those of the other kinds written there that have one of their own.
        """
        first, *others = self._kinds_on(support)
        overrides = self._practice.book.overrides
        found = [self._practice.preferred_for(situation.id, first)]
        found += [overrides.get((situation.id, kind), "") for kind in others]
        return tuple(dict.fromkeys(each for each in found if each))

    def _kinds_on(self, support: Support) -> list[str]:
        """The kinds written on a support; "" (that of the situation) on those that are for all of them."""
        given = _KINDS_ON.get(support.id, ("",))
        own = self._practice.book.kinds if support.id == _KIND_OF_ONES_OWN else ()
        return [*given, *(each.id for each in own if _is_ones_own(each))]

    def _place(self, support: Support, situation: PracticeSituation, address: str, *, asked: bool) -> Place:
        old = self._old.get(support.id)
        if old is not None:  # even beside the right one: it still sends people to a BAL that was left
            return Place(support, situation, address, Standing.OLD, old, asked)
        note = self._borne.get((support.id, address))
        standing = Standing.MISSING if note is None else self.of(note)
        return Place(support, situation, address, standing, note, asked)


def _is_ones_own(kind: PrescriptionKind) -> bool:
    return not any(kind.id in each for each in _KINDS_ON.values())


def stray(practice: Practice) -> tuple[Carried, ...]:
    """What supports still bear though no situation in activity prefers it (any more): to be dropped there.
    While nothing is preferred anywhere, nothing is told.
    """
    active = {each.id for each in practice.situations if each.active}
    chosen = {*practice.preferred.items(), *((key[0], each) for key, each in practice.book.overrides.items())}
    preferred = {address for situation, address in chosen if situation in active}
    if not preferred:
        return ()
    return tuple(each for each in practice.supports.carried if each.address not in preferred)
