"""Which of two open cases an event belongs to: whose request is meant."""

import pytest

from balt.cases.meant import awaited, case_for, to_ask
from balt.cases.model import Case, CaseKind, Event, Happened
from tests.cases.made import ABSENT, BAL, PUBLISHED, Told, case, day, deletion

LEAVING, DELETION = CaseKind.DEPUBLICATION, CaseKind.DELETION
ASKED, SENT = (Happened.REQUESTED, 1, "text"), (Happened.SENT, 2, "")
OUT, BACK = (Happened.API, 5, ABSENT), (Happened.API, 20, PUBLISHED)
ASKED_LATER, SENT_LATER = (Happened.REQUESTED, 7, "text"), (Happened.SENT, 8, "")
AGAIN, AGAIN_SENT = (Happened.REQUESTED, 21, "text"), (Happened.SENT, 22, "")


def meant(what: Happened, *cases: Case) -> CaseKind | None:
    found = case_for(cases, BAL, what)
    return found.kind if found is not None else None


def both(leaving: tuple[Told, ...], of_deletion: tuple[Told, ...]) -> tuple[Case, Case]:
    """A depublication, and a deletion that was opened once the BAL had left."""
    return case(ASKED, SENT, OUT, *leaving), deletion((Happened.API, 6, ABSENT), *of_deletion, opened=6)


@pytest.mark.parametrize(
    ("what", "asked", "kind"),
    [
        (Happened.AUTO_REPLY, True, CaseKind.DEPUBLICATION),
        (Happened.REPLACED, True, CaseKind.DEPUBLICATION),
        (Happened.REQUESTED, False, CaseKind.DELETION),
        (Happened.SENT, False, CaseKind.DEPUBLICATION),
        (Happened.SENT, True, CaseKind.DELETION),
        (Happened.ANSWERED, False, CaseKind.DEPUBLICATION),
        (Happened.ANSWERED, True, CaseKind.DELETION),
        (Happened.DELETED, True, CaseKind.DELETION),
        (Happened.ABANDONED, True, CaseKind.DELETION),
    ],
)
def test_each_event_belongs_to_one_of_two_open_cases(what: Happened, asked: bool, kind: CaseKind) -> None:
    found = case_for([case(ASKED), deletion(*([ASKED] if asked else []))], BAL, what)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize("what", [Happened.SENT, Happened.ANSWERED])
def test_nothing_is_answered_where_nothing_was_asked(what: Happened) -> None:
    found = case_for([case(), deletion()], BAL, what)
    assert found is not None
    assert found.kind is CaseKind.DELETION


def test_an_event_goes_to_the_only_open_case_where_it_can() -> None:
    closed = Case(CaseKind.DELETION, BAL, (*deletion().events, Event(Happened.CLOSED, day(9))))
    alone, leaving = deletion(), case()
    assert case_for([alone], BAL, Happened.AUTO_REPLY) is alone
    assert case_for([leaving, closed], BAL, Happened.REQUESTED) is leaving
    assert case_for([leaving, closed], BAL, Happened.DELETED) is None
    assert case_for([closed], BAL, Happened.ANSWERED) is None


@pytest.mark.parametrize("what", [Happened.REQUESTED, Happened.SENT, Happened.ANSWERED])
def test_of_one_that_is_published_again_the_depublication_is_meant_until_it_has_left(what: Happened) -> None:
    assert meant(what, *both((BACK,), (BACK,))) is LEAVING
    assert meant(what, *both((BACK, AGAIN), (BACK,))) is LEAVING
    assert meant(what, *both((BACK, AGAIN), (ASKED_LATER, SENT_LATER, BACK))) is LEAVING
    gone = (Happened.API, 30, ABSENT)
    assert meant(what, *both((BACK, AGAIN, AGAIN_SENT, gone), (ASKED_LATER, BACK, gone))) is DELETION


def test_where_only_the_deletion_was_asked_for_what_is_told_is_told_of_that() -> None:
    cases = both((BACK,), (ASKED_LATER, BACK))
    assert meant(Happened.REQUESTED, *cases) is LEAVING
    assert meant(Happened.SENT, *cases) is DELETION
    assert meant(Happened.ANSWERED, *cases) is DELETION


def test_what_was_written_last_is_sent_first_then_what_still_lies_here() -> None:
    written = both((BACK, AGAIN), (ASKED_LATER, BACK))
    assert [each.kind for each in awaited(written, BAL, Happened.SENT)] == [LEAVING, DELETION]
    sent = both((BACK, AGAIN, AGAIN_SENT), (ASKED_LATER, BACK))
    assert meant(Happened.SENT, *sent) is DELETION
    assert meant(Happened.ANSWERED, *sent) is LEAVING


def test_once_a_depublication_has_come_about_the_deletion_is_waited_for() -> None:
    cases = both((), (ASKED_LATER, SENT_LATER))
    assert [each.kind for each in awaited(cases, BAL, Happened.ANSWERED)] == [DELETION]
    assert meant(Happened.ANSWERED, *both((), ())) is LEAVING, "its answer may come late"


def test_nothing_is_waited_for_where_the_only_request_was_undone() -> None:
    assert awaited(both((BACK,), (BACK,)), BAL, Happened.SENT) == ()


def test_of_one_that_is_back_and_has_no_depublication_none_is_to_be_written() -> None:
    back = deletion(BACK)
    assert to_ask([back], BAL) is None
    assert meant(Happened.REQUESTED, back) is DELETION, "the holder's word of the only case"
