"""What is known of the auto-reply of a BAL: what was heard last, in whichever of its cases that was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from balt.cases.model import ANSWERING, REPLACING, Case, CaseKind, Event, Happened, Reply
from balt.mailboxes.order import rank


@dataclass(frozen=True, slots=True)
class Heard:
    """How an auto-reply stood when it was looked at, or told of, last: ``told`` is when, ``since`` since when
    it has stood so without a break. ``former`` tells that another BAL was named since then: as far as anybody
    knows, it names the former one. ``seen`` tells that balt's own was there when a server was looked at last.
    """

    value: Reply
    since: datetime
    told: datetime
    former: bool = False
    seen: bool = False

    @property
    def stands(self) -> Reply:
        """How it stands now: one that names the former BAL sends people elsewhere."""
        return Reply.ELSEWHERE if self.former else self.value

    @property
    def by_hand(self) -> bool:
        """Whether only the holder's word tells of it: no server of balt's knows."""
        return self.value is Reply.BY_HAND

    @property
    def active(self) -> bool:
        """Whether who writes is told where to write."""
        return self.stands in ANSWERING


@dataclass(frozen=True, slots=True)
class _Told:
    """One word about it: when, how it stood, and the BAL that was to replace this one at that moment."""

    at: datetime
    value: Reply
    named: str


def heard_of(cases: Iterable[Case], case: Case, now: datetime) -> Heard | None:
    """What was heard last of the auto-reply of the BAL of ``case``, in that case or in any other one of
    ``cases``: it stays in service whatever becomes of a case. None where nothing was, where the BAL was noted
    as deleted since, or where it was out of service before the last depublication was begun. Pure.
    """
    same_bal = [each for each in cases if each.address == case.address and not _is_same(each, case)]
    same_bal.append(case)
    happened = _ordered(same_bal, now)
    naming = next((each for each in happened if _names(each)), None)
    told = list[_Told]()
    for each in happened:
        if _names(each):
            naming = each
        elif each.what is Happened.AUTO_REPLY:
            told.append(_Told(each.at, Reply(each.value), naming.value if naming is not None else ""))
        elif each.what is Happened.DELETED and not _ended_by_then(case, each):
            told.clear()
    last = told[-1] if told else None
    if last is None or (last.value is Reply.OFF and last.at < _begun(same_bal)):
        return None
    if naming is not None and last.value in ANSWERING and last.named not in ("", naming.value):
        return Heard(last.value, naming.at, last.at, former=True, seen=_seen(told))
    same = takewhile(lambda each: (each.value, each.named) == (last.value, last.named), reversed(told))
    return Heard(last.value, min(each.at for each in same), last.at, seen=_seen(told))


def _seen(told: list[_Told]) -> bool:
    """Whether the last look at a server, not counting the holder's word since, found balt's own reply."""
    looked = [each.value for each in told if each.value is not Reply.BY_HAND]
    return looked != [] and looked[-1] is not Reply.OFF


def _ended_by_then(case: Case, deleted: Event) -> bool:
    """Whether the case was over when its BAL was noted as deleted: it tells how the reply stood then."""
    return deleted in case.events or (case.end is not None and case.end.at <= deleted.at)


def _begun(cases: list[Case]) -> datetime:
    """When the last depublication was begun; without one, the case that is told last."""
    leaving = [each.opened for each in cases if each.kind is CaseKind.DEPUBLICATION]
    return max(leaving, default=cases[-1].opened)


def replacement_of(cases: Iterable[Case], now: datetime) -> str:
    """The BAL that was named last, in the cases of one BAL, to replace it; "" where none was."""
    named = [each.value for each in _ordered(cases, now) if _names(each)]
    return named[-1] if named else ""


def _names(event: Event) -> bool:
    """Whether an event names the BAL that replaces this one."""
    return event.what in REPLACING and event.value != ""


def _ordered(cases: Iterable[Case], now: datetime) -> list[Event]:
    """All that happened to a BAL, oldest first."""
    return sorted((each for case in cases for each in case.counted), key=lambda each: rank(each.at, now))


def _is_same(one: Case, other: Case) -> bool:
    """Whether both are the same case, be it as it was before something was added."""
    return (one.kind, one.opened) == (other.kind, other.opened)
