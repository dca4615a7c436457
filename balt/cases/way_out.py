"""What the cases of a BAL tell the rules of the sheets: the dates of its way out."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from balt.cases.asking import NOTHING, asked_of, is_to_ask_again
from balt.cases.doubts import last_look
from balt.cases.model import SOURCES, Case, CaseKind, Happened, latest_of
from balt.cases.presence import gone_since, is_gone
from balt.cases.replies import Heard, heard_of, replacement_of
from balt.mailboxes.way_out import AutoReply, WayOut


def by_bal(cases: Iterable[Case]) -> dict[str, tuple[Case, ...]]:
    """The cases of each BAL, in their order, by address."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.address, []).append(case)
    return {address: tuple(told) for address, told in found.items()}


def ways_of(cases: Iterable[Case], now: datetime) -> Mapping[str, WayOut]:
    """How far each BAL is on its way out, by address; none for one whose cases were abandoned. Pure."""
    found, told = dict[str, WayOut](), by_bal(cases)
    sent = _sent_on(told, now)
    for address, same in told.items():
        kinds = {kind: case for kind, case in latest_of(same).items() if not case.is_abandoned}
        case = kinds.get(CaseKind.DELETION, kinds.get(CaseKind.DEPUBLICATION))
        if case is not None:
            circle = leads_to(sent.get(address, ""), address, sent)
            found[address] = way_out_of(kinds, heard_of(same, case, now), now, circle=circle)
    return found


def sent_on(cases: Iterable[Case], now: datetime) -> Mapping[str, str]:
    """Where each BAL sends who writes to it, both in lower case: by its cases, or by an auto-reply that
    stayed in service when these were abandoned. None for one that is no more. Pure.
    """
    return _sent_on(by_bal(cases), now)


def leads_to(first: str, address: str, sent: Mapping[str, str]) -> bool:
    """Whether who is sent to ``first`` comes to ``address`` from there, from one BAL to the next."""
    seen, here = set[str](), first
    while here and here != address and here not in seen:
        seen.add(here)
        here = sent.get(here, "")
    return here != "" and here == address


def _sent_on(told: Mapping[str, tuple[Case, ...]], now: datetime) -> dict[str, str]:
    found = {address: _sends_to(same, now) for address, same in told.items()}
    return {address: to for address, to in found.items() if to}


def _sends_to(told: tuple[Case, ...], now: datetime) -> str:
    """The same, of the cases of one BAL; "" for nowhere."""
    latest = latest_of(told)
    followed = [case for case in latest.values() if not case.is_abandoned]
    if any(case.last(Happened.DELETED) is not None for case in followed):
        return ""
    if followed:
        return replacement_of(followed, now)
    heard = heard_of(told, told[-1], now)
    return replacement_of(latest.values(), now) if heard is not None and heard.active else ""


def way_out_of(
    kinds: Mapping[CaseKind, Case], heard: Heard | None, now: datetime, *, circle: bool = False
) -> WayOut:
    """The way out of one BAL, from its latest case of each kind, at least one, none of them abandoned, from
    what was ``heard`` of its auto-reply, and from whether the BAL that replaces it sends people back
    (``circle``). Pure.
    """
    leaving, deletion = kinds.get(CaseKind.DEPUBLICATION), kinds.get(CaseKind.DELETION)
    kept = deletion.last(Happened.KEPT, Happened.NOTHING_TO_KEEP) if deletion is not None else None
    deleted = deletion.last(Happened.DELETED) if deletion is not None else None
    return WayOut(
        opened=min(case.opened for case in kinds.values()),
        replacement=replacement_of(kinds.values(), now),
        circle=circle,
        doubt=next((seen.value for case in kinds.values() if (seen := last_look(case))), ""),
        reply=auto_reply_of(heard) if heard is not None else None,
        depublication=asked_of(leaving) if leaving is not None else NOTHING,
        gone=_left(leaving, deletion),
        back=_is_back(leaving, deletion),
        recovered=kept.at if kept is not None else None,
        deletion=asked_of(deletion) if deletion is not None else None,
        deleted=deleted.at if deleted is not None else None,
    )


def auto_reply_of(heard: Heard) -> AutoReply:
    """What was heard of an auto-reply, as the rules of the sheets need it."""
    return AutoReply(
        stands=heard.stands.value,
        active=heard.active,
        by_hand=heard.by_hand,
        since=heard.since,
        told=heard.told,
        former=heard.former,
    )


def _left(leaving: Case | None, deletion: Case | None) -> datetime | None:
    """Since when the directory does not show the BAL. A deletion goes on looking after the depublication has
    ended; what it saw itself decides.
    """
    looked = deletion is not None and deletion.last(*SOURCES.values()) is not None
    if deletion is not None and looked and not is_gone(deletion):
        return None
    moments = [gone_since(each) for each in (leaving, deletion) if each is not None]
    return min((each for each in moments if each is not None), default=None)


def _is_back(leaving: Case | None, deletion: Case | None) -> bool:
    """Whether the depublication is to be asked for again; where a deletion has looked, it decides."""
    case = deletion if deletion is not None and deletion.last(*SOURCES.values()) is not None else leaving
    return case is not None and is_to_ask_again(case, leaving)
