"""The auto-reply stays in service whatever becomes of a case: what was heard of it last counts, with its day,
as long as the BAL is there.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.meant import case_for
from balt.cases.model import Case, CaseKind, Happened, Look, Reply, watched
from balt.cases.steps import Known, StepName, StepState
from balt.cases.verdicts import departures
from balt.clock import FixedClock
from balt.errors import UsageError
from balt.mailboxes.model import FRESH_DAYS
from tests.cases.made import ABSENT, BAL, OTHER, PUBLISHED, START, THIRD, case, day, deletion, step

GONE, CLOSED = (Happened.API, 5, ABSENT), (Happened.CLOSED, 6, "")
ABANDONED, DELETED = (Happened.ABANDONED, 6, ""), (Happened.DELETED, 8, "")


def reply(number: int, value: Reply = Reply.ACTIVE) -> tuple[Happened, int, str]:
    return Happened.AUTO_REPLY, number, value.value


def heard(now: int, *cases: Case) -> tuple[StepState, str]:
    """The step of the auto-reply in the last of these cases."""
    found = step(StepName.AUTO_REPLY, cases[-1], now, Known(cases=cases))
    return found.state, found.said


# A depublication that is opened anew


@pytest.mark.parametrize("end", [CLOSED, ABANDONED])
def test_a_new_depublication_takes_over_what_was_heard_last_with_its_day(
    end: tuple[Happened, int, str],
) -> None:
    before, new = case(reply(3), end), case(opened=20)
    assert heard(21, before, new) == (StepState.DONE, "en service (vu le 5 mars 2026)")
    stale = "à vérifier : vue en service le 5 mars 2026 pour la dernière fois"
    assert heard(3 + FRESH_DAYS, before, new) == (StepState.TODO, stale)
    way = departures([before, new], day(21))[BAL].way_out
    assert way is not None
    assert way.reply is not None
    assert (way.reply.active, way.reply.told, way.reply.since) == (True, day(3), day(3))


def test_the_deletion_after_it_knows_it_too() -> None:
    noted, new = case(reply(3, Reply.BY_HAND), CLOSED), case(opened=20)
    said = "en service, selon le titulaire le 5 mars 2026"
    assert heard(40, noted, new, deletion(opened=30)) == (StepState.DONE, said)


def test_one_that_was_out_of_service_before_is_to_be_installed() -> None:
    before = case(reply(2), reply(3, Reply.OFF), CLOSED)
    assert heard(21, before, case(opened=20)) == (StepState.TODO, "à installer")
    assert heard(21, before)[0] is StepState.ATTENTION, "in the case that heard it, it is out of service"


def test_one_of_a_bal_that_was_noted_as_deleted_is_not_taken_over() -> None:
    before = [case(reply(3), CLOSED), deletion(DELETED, opened=5)]
    assert heard(21, *before, case(opened=20)) == (StepState.TODO, "à installer")


def test_a_case_that_was_over_by_then_tells_how_it_stood() -> None:
    ended = case(reply(3), (Happened.CLOSED, 8, ""))
    known = Known(cases=(ended, deletion(DELETED, opened=5)))
    assert step(StepName.AUTO_REPLY, ended, 21, known).state is StepState.DONE


def test_of_another_bal_nothing_is_taken_over() -> None:
    other = Case(CaseKind.DEPUBLICATION, THIRD, case(reply(3)).events)
    assert heard(4, other, case()) == (StepState.TODO, "à installer")


# One that names another BAL than the case does

FORMER = "en service (vu le 5 mars 2026), mais elle nomme l'ancienne BAL de remplacement : à réinstaller"
ELSEWHERE = "en service (vu le 5 mars 2026), mais elle nomme une autre BAL que le dossier : à réinstaller"


@pytest.mark.parametrize(
    ("value", "said"), [(Reply.ACTIVE, FORMER), (Reply.SCRIPT, FORMER), (Reply.ELSEWHERE, ELSEWHERE)]
)
def test_one_that_names_the_bal_of_the_former_case_is_to_be_installed_again(value: Reply, said: str) -> None:
    before, new = case(reply(3, value), CLOSED, replacement=THIRD), case(opened=20)
    assert heard(21, before, new) == (StepState.ATTENTION, said)
    assert heard(22, before, case(reply(21), opened=20))[0] is StepState.DONE
    way = departures([before, new], day(21))[BAL].way_out
    assert way is not None
    assert way.reply is not None
    assert (way.replacement, way.reply.active, way.reply.stands) == (OTHER, False, "elsewhere")


def test_a_deletion_that_names_no_bal_takes_the_auto_reply_as_it_is() -> None:
    unnamed = case((Happened.KEPT, 6, "/archive"), kind=CaseKind.DELETION, opened=6, replacement="")
    assert heard(7, case(reply(3), CLOSED), unnamed)[0] is StepState.DONE


# What is unsure, or long ago


def test_one_that_names_another_bal_as_seen_is_to_be_installed_again() -> None:
    assert heard(4, case(reply(3, Reply.ELSEWHERE))) == (StepState.ATTENTION, ELSEWHERE)


def test_what_the_server_said_long_ago_is_to_be_looked_at_again() -> None:
    seen = case(reply(3))
    assert heard(3 + FRESH_DAYS - 1, seen)[0] is StepState.DONE
    said = "à vérifier : vue en service le 5 mars 2026 pour la dernière fois"
    assert heard(3 + FRESH_DAYS, seen) == (StepState.TODO, said)


# A depublication that was closed


def test_one_that_was_closed_is_looked_at_as_long_as_the_bal_is_there() -> None:
    closed, abandoned = case(GONE, CLOSED), case(GONE, ABANDONED)
    assert watched([closed]) == (closed,)
    assert watched([abandoned]) == ()
    later = case(opened=20)
    assert watched([closed, later]) == (later,)
    assert watched([closed, deletion(opened=7)]) == (deletion(opened=7),)
    given_up = deletion((Happened.ABANDONED, 9, ""), opened=7)
    assert watched([closed, given_up]) == (closed,)
    assert watched([closed, deletion(DELETED, opened=7)]) == ()
    again = case(GONE, (Happened.CLOSED, 30, ""), opened=20)
    assert watched([closed, deletion(DELETED, opened=7), again]) == (again,)


def test_a_closed_depublication_hears_of_the_directory_and_the_auto_reply(tmp_path: Path) -> None:
    def at(number: int) -> CaseBook:
        return CaseBook(tmp_path, FixedClock(START + timedelta(days=number)))

    told = at(0).open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    told = at(1).notice(told, Look(Happened.AUTO_REPLY, "active"), Look(Happened.API, ABSENT))
    told = at(2).tell(told, Happened.CLOSED)
    told = at(9).notice(told, Look(Happened.AUTO_REPLY, "off"), Look(Happened.API, PUBLISHED))
    assert not told.is_open
    assert heard(9, told) == (StepState.ATTENTION, "hors service : à réinstaller")
    assert step(StepName.GONE, told, 9).state is StepState.ATTENTION
    assert case_for([told], BAL, Happened.AUTO_REPLY) == told
    told = at(10).tell(told, Happened.AUTO_REPLY, Reply.BY_HAND.value)
    assert heard(10, told)[0] is StepState.DONE
    with pytest.raises(UsageError):
        at(10).tell(told, Happened.ANSWERED)
    at(11).open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    before, new = at(11).cases()
    with pytest.raises(UsageError):
        at(12).tell(Case(CaseKind.DELETION, BAL, before.events), Happened.AUTO_REPLY, "by_hand")
    assert at(12).notice(before, Look(Happened.API, ABSENT)).opened == new.opened
