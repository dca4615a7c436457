"""Which case of a BAL is meant where both are open: an event belongs to one, and a request is one of them."""

from collections.abc import Iterable
from datetime import datetime

from balt.cases.asking import asked_of
from balt.cases.model import Case, CaseKind, Happened, open_case, open_cases, watched
from balt.cases.presence import back_in, is_over

OF_A_REQUEST = (Happened.REQUESTED, Happened.SENT, Happened.ANSWERED)
"""What is told of a request: of which case, the holder can say."""


def case_for(cases: Iterable[Case], address: str, what: Happened) -> Case | None:
    """The case of a BAL that an event belongs to, where one is open. The auto-reply is the depublication's
    while that is open, also of one that was closed and is still looked at; what is kept and what is deleted
    the deletion's alone; what is requested, sent or answered belongs to the request that is meant. All else
    goes to what was begun last in the order of the sheet, the deletion.
    """
    followed = tuple(each for each in cases if each.address == address.lower())
    leaving = open_case(followed, address, CaseKind.DEPUBLICATION)
    deletion = open_case(followed, address, CaseKind.DELETION)
    if what in (Happened.KEPT, Happened.NOTHING_TO_KEEP, Happened.DELETED):
        return deletion
    if what is Happened.AUTO_REPLY:
        return leaving or deletion or next(iter(watched(followed)), None)
    if what is Happened.REPLACED:
        return leaving or deletion
    if what is Happened.REQUESTED:
        return to_ask(followed, address) or deletion
    if what in (Happened.SENT, Happened.ANSWERED):
        told = awaited(followed, address, what)
        return told[0] if told else to_ask(followed, address) or deletion
    return deletion or leaving


def to_ask(cases: Iterable[Case], address: str) -> Case | None:
    """The open case whose request is to be written now: the deletion's; of a BAL that the directory shows
    again the depublication's, as it is to leave first (None where no depublication is open).
    """
    followed = open_cases(cases, address)
    leaving = open_case(followed, address, CaseKind.DEPUBLICATION)
    deletion = open_case(followed, address, CaseKind.DELETION)
    return leaving if deletion is None or back_in(deletion) else deletion


def awaited(cases: Iterable[Case], address: str, what: Happened) -> tuple[Case, ...]:
    """The open cases with a request that ``what`` (``SENT`` or ``ANSWERED``) can be told of, the likeliest
    first: what was written last, before that what is not known to be sent. A depublication that has come
    about is left out where the other one is waited for.
    """
    asked = [each for each in open_cases(cases, address) if asked_of(each).on is not None]
    next_one = to_ask(asked, address)
    waited = [each for each in asked if not is_over(each)] or asked

    def weight(case: Case) -> tuple[bool, datetime, bool]:
        request = asked_of(case)
        unsent = what is Happened.SENT and request.is_unsent
        return unsent, request.on or case.opened, case is next_one

    return tuple(sorted(waited, key=weight, reverse=True))
