"""What speaks against the BAL that replaces another, by the cases and by what was seen."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from balt.cases.book import CaseBook
from balt.cases.doubts import Doubt, doubt_noted, doubt_of, replacement_looks
from balt.cases.model import Case, CaseKind, Event, Happened
from balt.cases.replacement import forbidden_words, replaced_by
from balt.cases.steps import Known, StepName, StepState, steps_of
from balt.cases.way_out import ways_of
from balt.cases.words import told_of
from balt.clock import FixedClock
from balt.mailboxes.model import MailboxStatus, Publication, Question
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    ATTENTION,
    LOU,
    NOW,
    answer,
    bal,
    days_ago,
    inactive,
    known,
    practice,
    published,
    settings,
)

FOURTH = "sacha.modele@clinique-fictive.mssante.fr"
REPLIES = (Happened.AUTO_REPLY, 3, "active")
Told = tuple[Happened, int] | tuple[Happened, int, str]


def sending(address: str, to: str, *told: Told, kind: CaseKind = CaseKind.DEPUBLICATION) -> Case:
    """The case of a BAL that another replaces, opened 60 days ago; it is that one that is looked at."""
    events = [Event(what, days_ago(days), "".join(value)) for what, days, *value in told]
    noted = [replace(each, note=to) if each.what is Happened.REPLACEMENT else each for each in events]
    return Case(kind, address, (Event(Happened.OPENED, days_ago(60), to), *noted))


def doubt(case: Case, *others: Case) -> Doubt | None:
    return doubt_noted(case, ways_of([case, *others], NOW))


def replacement_step(case: Case, *others: Case) -> StepState | None:
    steps = steps_of(case, Known.of([case, *others], NOW), NOW)
    return next((each.state for each in steps if each.name is StepName.REPLACEMENT), None)


def test_two_that_replace_one_another_send_people_in_a_circle_and_so_do_three() -> None:
    there, back = sending(LOU, ALIX), sending(ALIX, LOU)
    assert (doubt(there, back), doubt(back, there)) == (Doubt.CIRCLE, Doubt.CIRCLE)
    ring = [sending(LOU, ALIX), sending(ALIX, ANOTHER), sending(ANOTHER, LOU)]
    assert [doubt(each, *ring) for each in ring] == [Doubt.CIRCLE] * 3
    assert replacement_step(there, back) is StepState.ATTENTION


def test_one_that_is_sent_into_a_circle_of_others_is_sent_to_one_that_leaves() -> None:
    assert doubt(sending(FOURTH, LOU), sending(LOU, ALIX), sending(ALIX, LOU)) is Doubt.LEAVING


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (sending(ALIX, ANOTHER), Doubt.LEAVING),
        (sending(ALIX, ANOTHER, (Happened.CLOSED, 2)), Doubt.LEAVING),
        (sending(ALIX, ANOTHER, (Happened.ABANDONED, 2)), None),
        (sending(ALIX, ANOTHER, kind=CaseKind.DELETION), Doubt.LEAVING),
        (sending(ALIX, LOU, (Happened.DELETED, 2), kind=CaseKind.DELETION), Doubt.DELETED),
    ],
)
def test_one_that_leaves_or_is_no_more_by_its_own_cases_is_told_in_the_case_of_the_other(
    other: Case, found: Doubt | None
) -> None:
    case = sending(LOU, ALIX)
    assert doubt(case, other) is found
    assert replacement_step(case, other) is (StepState.ATTENTION if found else StepState.DONE)
    assert replaced_by(ALIX, [case, other], NOW) == (LOU,)


def test_a_deletion_tells_it_too_and_is_silent_where_nothing_speaks_against_the_replacement() -> None:
    case = sending(LOU, ALIX, (Happened.KEPT, 5), kind=CaseKind.DELETION)
    assert replacement_step(case) is None
    assert replacement_step(case, sending(ALIX, ANOTHER)) is StepState.ATTENTION


def test_an_auto_reply_that_outlived_its_case_sends_people_still() -> None:
    given_up = sending(ALIX, LOU, REPLIES, (Happened.ABANDONED, 2))
    assert "renvoie elle-même vers cette BAL" in forbidden_words(LOU, ALIX, [given_up], NOW)
    assert doubt(sending(LOU, ALIX), given_up) is Doubt.CIRCLE
    removed = sending(ALIX, LOU, REPLIES, (Happened.AUTO_REPLY, 2, "off"), (Happened.ABANDONED, 1))
    assert forbidden_words(LOU, ALIX, [removed], NOW) == ""


def test_another_replacement_is_free_of_what_was_said_of_the_former() -> None:
    case = sending(LOU, ALIX, (Happened.REPLACEMENT, 9, "unread"))
    assert doubt(case) is Doubt.UNREAD
    changed = replace(case, events=(*case.events, Event(Happened.REPLACED, days_ago(2), ANOTHER)))
    assert doubt(changed, sending(ALIX, LOU)) is None


def test_what_directory_and_messages_tell_is_noted_and_what_was_not_looked_at_takes_nothing_back() -> None:
    assert seen(inactive(ALIX)) == ["unread"]
    assert seen(bal(ALIX), directory=published(ANOTHER)) == ["absent"]
    assert seen() == []
    was_unread = (Happened.REPLACEMENT, 9, "unread")
    assert seen(bal(ALIX), directory=published(ALIX), before=was_unread) == ["none"]
    assert seen(before=was_unread) == []


def seen(*status: MailboxStatus, before: Told | None = None, **more: Any) -> list[str]:
    """What a look at the replacement finds, after this one."""
    case = sending(LOU, ALIX, *([before] if before is not None else ()))
    return [each.value for each in replacement_looks(case, known(list(status), **more))]


def test_that_it_was_not_measured_is_noted_once_and_what_was_measured_before_counts() -> None:
    unmeasured: dict[str, Any] = {"config": settings(ALIX), "directory": published(ALIX)}
    assert seen(**unmeasured) == ["unmeasured"]
    for value in ("unmeasured", "none", "unread"):
        assert seen(before=(Happened.REPLACEMENT, 9, value), **unmeasured) == []
    absent = (Happened.REPLACEMENT, 9, "absent")
    assert seen(before=absent, **unmeasured) == ["none", "unmeasured"], "the directory shows it again"


def test_that_it_is_read_is_noted_once_for_who_does_not_measure_it() -> None:
    for value in ("unmeasured", "unread"):
        assert seen(bal(ALIX), before=(Happened.REPLACEMENT, 9, value), directory=published(ALIX)) == ["none"]
    assert seen(bal(ALIX), directory=published(ALIX)) == ["none"]
    assert seen(bal(ALIX), before=(Happened.REPLACEMENT, 9, "none"), directory=published(ALIX)) == []


def test_the_step_of_one_that_was_not_measured_says_that_nobody_knows() -> None:
    case = sending(LOU, ALIX, (Happened.REPLACEMENT, 9, "unmeasured"))
    assert replacement_step(case) is StepState.UNKNOWN
    assert [each.what for each in told_of(case, NOW)] == [Happened.OPENED]


def test_a_colleague_who_is_not_known_here_is_doubted_only_where_the_directory_was_asked() -> None:
    practice = known([bal(LOU)], cases=[sending(LOU, FOURTH)])
    assert doubt_of(LOU, FOURTH, practice) is None
    assert doubt_of(LOU, FOURTH, practice, Publication.ABSENT) is Doubt.ABSENT
    noted = known([bal(LOU)], cases=[sending(LOU, FOURTH, (Happened.REPLACEMENT, 9, "absent"))])
    assert doubt_of(LOU, FOURTH, noted) is Doubt.ABSENT


def test_whether_it_is_read_is_asked_and_the_step_says_so() -> None:
    case = sending(LOU, ALIX)
    practice = known([bal(ALIX, last_seen=None, unread_since=None)], cases=[case])
    (look,) = replacement_looks(case, practice)
    assert look.value == "unclear"
    said = {ALIX: [answer(Question.CONSULTED, "no")]}
    assert doubt_of(LOU, ALIX, known([bal(ALIX)], answers=said, cases=[case])) is Doubt.UNREAD


def test_the_story_tells_what_spoke_against_it_and_that_it_no_longer_does_but_not_what_never_did() -> None:
    quiet = sending(LOU, ALIX, (Happened.REPLACEMENT, 9, "unclear"))
    assert [each.what for each in told_of(quiet, NOW)] == [Happened.OPENED]
    told = sending(
        LOU,
        ALIX,
        (Happened.REPLACEMENT, 9, "absent"),
        (Happened.REPLACEMENT, 8, "absent"),
        (Happened.REPLACEMENT, 7, "none"),
    )
    assert [each.value for each in told_of(told, NOW)] == [ALIX, "absent", "none"]


def test_that_the_directory_showed_it_is_kept_for_thirty_days_and_what_came_before_never_counts_again(
    tmp_path: Path,
) -> None:
    clock = FixedClock(NOW)
    book = CaseBook(tmp_path, clock)
    case = book.open(CaseKind.DEPUBLICATION, LOU, replacement=ALIX)
    for value in ("absent", "none"):
        practice = known([bal(ALIX)], directory=published(*([ALIX] if value == "none" else [ANOTHER])))
        case = book.notice(case, *replacement_looks(case, practice))
        assert case.last(Happened.REPLACEMENT) is not None
    clock = FixedClock(NOW + timedelta(days=31))
    (kept,) = CaseBook(tmp_path, clock).cases()
    assert kept.last(Happened.REPLACEMENT) is None


@pytest.mark.parametrize(
    ("other", "told", "why"),
    [
        ([sending(ANOTHER, LOU)], (), "renvoie elle-même vers cette BAL"),
        ([sending(ANOTHER, ALIX)], (), "est elle-même sur le départ"),
        ([], ((Happened.REPLACEMENT, 2, "unread"),), "n'est pas consultée"),
    ],
)
def test_the_sheet_says_the_same_of_an_auto_reply_that_names_it(
    other: list[Case], told: tuple[Told, ...], why: str
) -> None:
    case = sending(LOU, ANOTHER, (Happened.API, 5, "absent"), REPLIES, *told)
    view = published(ALIX, *([ANOTHER] if other else []))
    found = practice("identifier.2", [bal(), inactive()], directory=view, cases=[case, *other])
    assert found.state is ATTENTION
    assert any(f"{ANOTHER}, qu'elle nomme, {why}" in each for each in found.sentences)
    step = next(each for each in steps_of(case, Known.of([case, *other], NOW), NOW))
    assert (step.state, step.said) == (StepState.ATTENTION, f"{ANOTHER} la remplace, mais {why}")
