"""What the cases of a BAL tell the rules of the sheets: the dates of its way out."""

from collections.abc import Collection, Mapping
from datetime import datetime

from balt.cases.model import ANSWERING, SOURCES, Case, CaseKind, Happened, Reply, names_former
from balt.cases.steps import is_gone
from balt.mailboxes.model import Publication
from balt.mailboxes.way_out import Asked, AutoReply, WayOut


def way_out_of(kinds: Mapping[CaseKind, Case]) -> WayOut | None:
    """The way out of one BAL, from its latest case of each kind; None where there is none, or all were
    abandoned. Pure.
    """
    followed = {kind: case for kind, case in kinds.items() if case.events[-1].what is not Happened.ABANDONED}
    if not followed:
        return None
    leaving, deletion = followed.get(CaseKind.DEPUBLICATION), followed.get(CaseKind.DELETION)
    kept = deletion.last(Happened.KEPT, Happened.NOTHING_TO_KEEP) if deletion is not None else None
    deleted = deletion.last(Happened.DELETED) if deletion is not None else None
    latest = max(followed.values(), key=lambda case: case.opened)
    return WayOut(
        opened=min(case.opened for case in followed.values()),
        replacement=latest.replacement,
        reply=_reply(followed.values(), latest.replacement),
        depublication=_asked(leaving) if leaving is not None else Asked(),
        gone=_left(leaving, deletion),
        recovered=kept.at if kept is not None else None,
        deletion=_asked(deletion) if deletion is not None else None,
        deleted=deleted.at if deleted is not None else None,
    )


def _asked(case: Case) -> Asked:
    asked, answered = case.last(Happened.REQUESTED), case.last(Happened.ANSWERED)
    later = answered is not None and asked is not None and answered.at >= asked.at
    return Asked(
        asked.at if asked is not None else None,
        answered.at if answered is not None and later else None,
        case.remind_on(),
    )


def _reply(cases: Collection[Case], replacement: str) -> AutoReply | None:
    heard = [(case, each) for case in cases for each in case.events if each.what is Happened.AUTO_REPLY]
    heard.sort(key=lambda told: told[1].at)
    if not heard:
        return None
    last, since = heard[-1][1], heard[-1][1].at
    for told in reversed(heard):
        if told[1].value != last.value or names_former(told, replacement):
            break
        since = told[1].at
    former = names_former(heard[-1], replacement)
    return AutoReply(
        active=last.value in ANSWERING and not former,
        by_hand=last.value == Reply.BY_HAND,
        since=since,
        told=last.at,
        changed=last.value == Reply.CHANGED,
        elsewhere=former or last.value == Reply.ELSEWHERE,
        watched=any(case.is_open for case in cases),
    )


def _left(leaving: Case | None, deletion: Case | None) -> datetime | None:
    """Since when the directory does not show the BAL. A deletion goes on looking after the depublication has
    ended; what it saw itself decides.
    """
    looked = deletion is not None and deletion.last(*SOURCES.values()) is not None
    if deletion is not None and looked and not is_gone(deletion):
        return None
    moments = [_gone(each) for each in (leaving, deletion) if each is not None]
    return min((each for each in moments if each is not None), default=None)


def _gone(case: Case) -> datetime | None:
    """Since when no source shows the BAL, each for itself."""
    if not is_gone(case):
        return None
    since = [case.since(what, Publication.ABSENT.value) for what in SOURCES.values()]
    return max((each for each in since if each is not None), default=None)
