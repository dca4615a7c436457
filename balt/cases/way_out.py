"""What the cases of a BAL tell the rules of the sheets: the dates of its way out."""

from collections.abc import Mapping
from datetime import datetime

from balt.cases.asking import NOTHING, asked_of, is_to_ask_again
from balt.cases.model import SOURCES, Case, CaseKind, Happened, Reply
from balt.cases.presence import gone_since, is_gone
from balt.cases.replies import Heard, replacement_of
from balt.mailboxes.way_out import AutoReply, WayOut


def way_out_of(kinds: Mapping[CaseKind, Case], heard: Heard | None, now: datetime) -> WayOut:
    """The way out of one BAL, from its latest case of each kind, at least one, none of them abandoned, and
    from what was ``heard`` of its auto-reply. Pure.
    """
    leaving, deletion = kinds.get(CaseKind.DEPUBLICATION), kinds.get(CaseKind.DELETION)
    kept = deletion.last(Happened.KEPT, Happened.NOTHING_TO_KEEP) if deletion is not None else None
    deleted = deletion.last(Happened.DELETED) if deletion is not None else None
    return WayOut(
        opened=min(case.opened for case in kinds.values()),
        replacement=replacement_of(kinds.values(), now),
        reply=_reply(heard) if heard is not None else None,
        depublication=asked_of(leaving) if leaving is not None else NOTHING,
        gone=_left(leaving, deletion),
        back=_is_back(leaving, deletion),
        recovered=kept.at if kept is not None else None,
        deletion=asked_of(deletion) if deletion is not None else None,
        deleted=deleted.at if deleted is not None else None,
    )


def _reply(heard: Heard) -> AutoReply:
    return AutoReply(
        active=heard.active,
        by_hand=heard.by_hand,
        since=heard.since,
        told=heard.told,
        changed=heard.stands is Reply.CHANGED,
        elsewhere=heard.stands is Reply.ELSEWHERE,
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
