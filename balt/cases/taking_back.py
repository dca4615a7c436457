"""Taking back what was told by mistake: the event stays in the story, and counts no more."""

from collections.abc import Iterable

from balt.cases.model import Case, Event, Happened, Reply
from balt.errors import UsageError
from balt.i18n import _

_TOLD = (Happened.REQUESTED, Happened.SENT, Happened.ANSWERED, Happened.DELETED)


def is_told(event: Event) -> bool:
    """Whether an event is a person's word that can be taken back. Closing or abandoning a case is not among
    them: a new one is opened then.
    """
    by_hand = event.what is Happened.AUTO_REPLY and event.value == Reply.BY_HAND
    return by_hand or event.what in _TOLD


def told_last(cases: Iterable[Case]) -> tuple[Case, Event] | None:
    """What a person told last in these cases, and in which; None for nothing. Of one that has ended, only
    that its BAL is no more can be taken back.
    """
    told = [
        (case, event) for case in cases for event in case.counted if is_told(event) and _counts(case, event)
    ]
    return max(told, key=lambda each: each[1].at, default=None)


def _counts(case: Case, event: Event) -> bool:
    return case.is_open or (event is case.end and event.what is Happened.DELETED)


def case_told(cases: Iterable[Case], what: Happened) -> Case | None:
    """Of these cases the open one in which a person told something of a kind last; None where nobody did."""
    told = [(last.at, case) for case in cases if case.is_open and (last := case.last(what)) and is_told(last)]
    return max(told, key=lambda each: each[0])[1] if told else None


def told_in(case: Case, what: Happened) -> Event:
    """What a person told last of a kind. Raises UsageError where nothing of it can be taken back."""
    last = case.last(what)
    if last is None or not is_told(last):
        raise UsageError(_("rien de tel n'est noté à ce dossier."), mailbox=case.address)
    return last
