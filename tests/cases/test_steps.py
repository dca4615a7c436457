"""What is said of a case follows from what happened to it."""

from dataclasses import replace

import pytest

from balt.cases.model import (
    REMIND_DAYS,
    Case,
    CaseKind,
    Event,
    Happened,
    Reply,
    open_case,
    open_cases,
)
from balt.cases.steps import Known, StepName, StepState, steps_of
from balt.cases.writers import Trend, Writer, Writers, counted, days_of, trend_of
from balt.directory.model import Origin
from balt.mailboxes.model import FRESH_DAYS, Publication
from tests.cases.made import ABSENT, BAL, OTHER, PUBLISHED, START, case, day, deletion, step


def test_a_new_case_has_a_replacement_and_all_else_to_do() -> None:
    states = {each.name: each.state for each in steps_of(case(), Known(), day(0))}
    assert states == {
        StepName.REPLACEMENT: StepState.DONE,
        StepName.AUTO_REPLY: StepState.TODO,
        StepName.REQUEST: StepState.TODO,
        StepName.GONE: StepState.UNKNOWN,
    }


def test_a_deletion_of_a_bal_that_nothing_replaces_needs_none_but_a_depublication_does() -> None:
    found = step(StepName.REPLACEMENT, case(replacement=""))
    assert (found.state, found.said) == (StepState.TODO, "aucune BAL de remplacement")
    unnamed = steps_of(case(kind=CaseKind.DELETION, replacement=""), Known(), day(1))
    assert StepName.REPLACEMENT not in [each.name for each in unnamed]


def test_a_replacement_that_nobody_finds_in_the_directory_is_told() -> None:
    told, look = case(), Event(Happened.REPLACEMENT, day(1), "absent", note=OTHER)
    found = step(StepName.REPLACEMENT, replace(told, events=(*told.events, look)))
    said = f"{OTHER} la remplace, mais n'est pas dans l'annuaire"
    assert (found.state, found.said) == (StepState.ATTENTION, said)


@pytest.mark.parametrize(
    ("api", "extraction", "state"),
    [
        (PUBLISHED, PUBLISHED, StepState.TODO),
        (ABSENT, PUBLISHED, StepState.TODO),
        (PUBLISHED, ABSENT, StepState.TODO),
        (ABSENT, ABSENT, StepState.DONE),
    ],
)
def test_an_address_is_gone_when_both_sources_say_so(api: str, extraction: str, state: StepState) -> None:
    sent = ((Happened.REQUESTED, 1, "text"), (Happened.SENT, 1, ""))
    told = case(*sent, (Happened.API, 3, api), (Happened.EXTRACTION, 4, extraction))
    found = step(StepName.GONE, told, 5)
    assert found.state is state
    assert found.since == (day(4) if state is StepState.DONE else None)


def test_an_address_that_comes_back_is_not_gone() -> None:
    told = case((Happened.API, 3, ABSENT), (Happened.API, 9, PUBLISHED))
    assert step(StepName.GONE, told).state is StepState.ATTENTION
    assert told.published(Origin.API) is Publication.PUBLISHED
    assert told.since(Happened.API, PUBLISHED) == day(9)


def test_an_auto_reply_that_fell_out_of_service_needs_a_hand() -> None:
    told = case((Happened.AUTO_REPLY, 1, Reply.ACTIVE.value), (Happened.AUTO_REPLY, 8, Reply.OFF.value))
    found = step(StepName.AUTO_REPLY, told, 9)
    assert (found.state, found.since) == (StepState.ATTENTION, day(8))


def test_a_deletion_is_not_asked_for_before_the_content_is_safe() -> None:
    empty = case(kind=CaseKind.DELETION)
    assert step(StepName.RECOVERY, empty).state is StepState.TODO
    assert step(StepName.REQUEST, empty).state is StepState.BLOCKED
    assert step(StepName.DELETED, empty).state is StepState.BLOCKED
    kept = case((Happened.KEPT, 1, "/archive"), kind=CaseKind.DELETION)
    assert step(StepName.REQUEST, kept).state is StepState.TODO


ASKED, SENT = (Happened.REQUESTED, 2, "text"), (Happened.SENT, 2, "")


def test_a_deletion_has_the_steps_that_the_sheet_asks_before_it() -> None:
    leaving = case((Happened.API, 0, ABSENT), (Happened.AUTO_REPLY, 0, Reply.ACTIVE.value))
    told = deletion((Happened.API, 1, ABSENT))
    states = {each.name: each.state for each in steps_of(told, Known(cases=(leaving,)), day(1))}
    assert states == {
        StepName.GONE: StepState.DONE,
        StepName.AUTO_REPLY: StepState.DONE,
        StepName.RECOVERY: StepState.DONE,
        StepName.REQUEST: StepState.TODO,
        StepName.DELETED: StepState.BLOCKED,
    }
    assert step(StepName.AUTO_REPLY, told).state is StepState.TODO, "no depublication tells of one"


def test_what_was_heard_last_of_the_auto_reply_counts_whichever_case_heard_it() -> None:
    leaving = case((Happened.AUTO_REPLY, 3, Reply.ACTIVE.value))
    later = deletion((Happened.AUTO_REPLY, 4, Reply.OFF.value))
    assert step(StepName.AUTO_REPLY, later, 5, Known(cases=(leaving,))).state is StepState.ATTENTION
    earlier = deletion((Happened.AUTO_REPLY, 2, Reply.OFF.value))
    assert step(StepName.AUTO_REPLY, earlier, 5, Known(cases=(leaving,))).state is StepState.DONE


def test_a_bal_that_is_published_again_is_told_and_its_deletion_not_asked_for() -> None:
    back = deletion((Happened.API, 1, ABSENT), (Happened.API, 9, PUBLISHED))
    found = step(StepName.GONE, back, 9)
    assert (found.state, "de nouveau publiée : API" in found.said) == (StepState.ATTENTION, True)
    assert step(StepName.REQUEST, back, 9).state is StepState.BLOCKED


def test_an_archive_that_is_no_longer_there_is_told() -> None:
    assert step(StepName.RECOVERY, deletion((Happened.ARCHIVE, 2, "there"))).state is StepState.DONE
    found = step(StepName.RECOVERY, deletion((Happened.ARCHIVE, 2, "there"), (Happened.ARCHIVE, 9, "gone")))
    assert (found.state, found.since, "/archive" in found.said) == (StepState.ATTENTION, day(9), True)


@pytest.mark.parametrize(
    ("seen", "state", "said"),
    [
        ([], StepState.TODO, "en attente du fournisseur"),
        ([(Happened.MAILBOX, 5, "there")], StepState.TODO, "répond encore (vu le 7 mars 2026)"),
        ([(Happened.MAILBOX, 5, "there"), (Happened.MAILBOX, 8, "gone")], StepState.ATTENTION, "notez-le"),
    ],
)
def test_whether_a_bal_to_be_deleted_still_answers_is_told(
    seen: list[tuple[Happened, int, str]], state: StepState, said: str
) -> None:
    found = step(StepName.DELETED, deletion(ASKED, SENT, *seen), 9)
    assert (found.state, said in found.said) == (state, True)


def test_a_deletion_that_is_only_written_waits_for_being_sent_unless_the_bal_is_silent() -> None:
    written = step(StepName.DELETED, deletion(ASKED, (Happened.MAILBOX, 5, "there")), 9)
    assert (written.state, written.said) == (StepState.BLOCKED, "demande pas encore envoyée")
    silent = step(StepName.DELETED, deletion(ASKED, (Happened.MAILBOX, 5, "gone")), 9)
    assert (silent.state, "notez-le" in silent.said) == (StepState.ATTENTION, True)


def test_a_deletion_that_is_not_answered_is_to_be_reminded() -> None:
    late = step(StepName.REQUEST, deletion(ASKED, SENT), 2 + REMIND_DAYS)
    assert late.state is StepState.ATTENTION


def test_a_deletion_ends_when_the_holder_says_so() -> None:
    told = case(
        (Happened.NOTHING_TO_KEEP, 1, ""),
        (Happened.REQUESTED, 2, "text"),
        (Happened.DELETED, 30, ""),
        kind=CaseKind.DELETION,
    )
    assert [each.state for each in steps_of(told, Known(), day(90))] == [StepState.DONE] * 3
    assert not told.is_open


# Which case


def test_an_open_deletion_does_not_hide_the_open_depublication() -> None:
    leaving, deleting = case(), deletion()
    both = [deleting, leaving]
    assert open_cases(both, BAL.upper()) in ((deleting, leaving), (leaving, deleting))
    assert open_case(both, BAL, CaseKind.DEPUBLICATION) is leaving
    assert open_case(both, BAL.upper(), CaseKind.DELETION) is deleting


def test_open_cases_are_told_the_oldest_first() -> None:
    later = Case(CaseKind.DELETION, BAL, (Event(Happened.OPENED, day(5)),))
    assert [each.kind for each in open_cases([later, case()], BAL)] == [
        CaseKind.DEPUBLICATION,
        CaseKind.DELETION,
    ]


# What is said of what was looked at


def test_the_directory_is_told_with_the_day_of_the_last_look_at_each_source() -> None:
    told = case((Happened.API, 3, ABSENT), (Happened.API, 9, ABSENT), (Happened.EXTRACTION, 8, ABSENT))
    found = step(StepName.GONE, told, 10)
    assert found.said == "absente : API du 11 mars 2026, extraction vue le 10 mars 2026"
    assert found.since == day(8)
    same = case((Happened.API, 3, PUBLISHED), (Happened.EXTRACTION, 3, PUBLISHED))
    assert (
        step(StepName.GONE, same, 10).said
        == "encore publiée : API du 5 mars 2026, extraction vue le 5 mars 2026"
    )


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply.ACTIVE, StepState.DONE),
        (Reply.BY_HAND, StepState.DONE),
        (Reply.OFF, StepState.ATTENTION),
        (Reply.CHANGED, StepState.ATTENTION),
        (Reply.SCRIPT, StepState.ATTENTION),
    ],
)
def test_an_auto_reply_is_done_only_as_balt_or_the_holder_left_it(reply: Reply, state: StepState) -> None:
    assert step(StepName.AUTO_REPLY, case((Happened.AUTO_REPLY, 1, reply.value))).state is state


def test_what_the_holder_noted_of_the_auto_reply_grows_stale_and_is_asked_again() -> None:
    noted = case((Happened.AUTO_REPLY, 1, Reply.BY_HAND.value))
    assert step(StepName.AUTO_REPLY, noted, 1 + FRESH_DAYS - 1).state is StepState.DONE
    stale = step(StepName.AUTO_REPLY, noted, 1 + FRESH_DAYS)
    assert (stale.state, stale.said) == (StepState.TODO, "à vérifier : notée le 3 mars 2026")
    again = case((Happened.AUTO_REPLY, 1, "by_hand"), (Happened.AUTO_REPLY, 80, "by_hand"))
    assert step(StepName.AUTO_REPLY, again, 1 + FRESH_DAYS).state is StepState.DONE


# Who still writes


def test_writers_are_counted_before_and_after_without_programs_that_answer_by_themselves() -> None:
    mails = [
        ("Labo@bio.mssante.fr", day(40)),
        ("labo@bio.mssante.fr", day(10)),
        ("labo@bio.mssante.fr", day(12)),
        ("autre@x.mssante.fr", day(35)),
        ("MAILER-DAEMON@x.mssante.fr", day(41)),
        ("no-reply@x.mssante.fr", day(41)),
    ]
    found = counted(mails, middle=day(30))
    assert found == (
        Writer("labo@bio.mssante.fr", 1, 2, day(40)),
        Writer("autre@x.mssante.fr", 1, 0, day(35)),
    )


@pytest.mark.parametrize(
    ("recent", "before", "trend"),
    [
        (0, 0, Trend.STEADY),
        (0, 4, Trend.ENDED),
        (1, 0, Trend.STEADY),
        (10, 11, Trend.STEADY),
        (4, 10, Trend.FALLING),
        (10, 4, Trend.RISING),
    ],
)
def test_a_trend_is_more_than_chance(recent: int, before: int, trend: Trend) -> None:
    assert trend_of(recent, before) is trend


def test_the_stretch_of_time_grows_with_the_case_within_a_month_and_a_quarter() -> None:
    assert [days_of(START, day(number)) for number in (0, 45, 300)] == [30, 45, 90]


def test_a_bal_that_nobody_writes_to_any_more_is_quiet() -> None:
    quiet = Writers(30, (Writer("labo@bio.mssante.fr", 0, 3, day(2)),))
    busy = Writers(30, (Writer("labo@bio.mssante.fr", 2, 3, day(2)),))
    assert step(StepName.WRITERS, case(), known=Known(writers=quiet)).state is StepState.DONE
    found = step(StepName.WRITERS, case(), known=Known(writers=busy))
    assert (found.state, quiet.still, busy.trend) == (StepState.TODO, (), Trend.STEADY)
