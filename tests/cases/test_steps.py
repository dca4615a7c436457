"""What is said of a case follows from what happened to it."""

from datetime import UTC, datetime, timedelta

import pytest

from balt.cases.model import REMIND_DAYS, Case, CaseKind, Event, Happened, Reply, open_case
from balt.cases.steps import CaseStep, Known, StepName, StepState, steps_of
from balt.cases.writers import Trend, Writer, Writers, counted, days_of, trend_of
from balt.directory.model import Origin
from balt.mailboxes.model import Publication

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
PUBLISHED, ABSENT = Publication.PUBLISHED.value, Publication.ABSENT.value


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def case(*events: tuple[Happened, int, str], kind: CaseKind = CaseKind.DEPUBLICATION) -> Case:
    """A case opened on day 0, and what happened on which day."""
    told = [Event(Happened.OPENED, START, OTHER)]
    told += [Event(what, day(number), value) for what, number, value in events]
    return Case(kind, BAL, tuple(told))


def step(name: StepName, of: Case, now: int = 1, known: Known | None = None) -> CaseStep:
    return {each.name: each for each in steps_of(of, known or Known(), day(now))}[name]


def test_a_new_case_has_a_replacement_and_all_else_to_do() -> None:
    states = {each.name: each.state for each in steps_of(case(), Known(), day(0))}
    assert states == {
        StepName.REPLACEMENT: StepState.DONE,
        StepName.AUTO_REPLY: StepState.TODO,
        StepName.REQUEST: StepState.TODO,
        StepName.GONE: StepState.UNKNOWN,
    }


def test_a_replacement_that_nobody_finds_in_the_directory_is_told() -> None:
    found = step(StepName.REPLACEMENT, case(), known=Known(replacement=Publication.ABSENT))
    assert (found.state, OTHER in found.said) == (StepState.ATTENTION, True)


def test_a_provider_that_does_not_answer_is_to_be_reminded_after_two_weeks() -> None:
    asked = case((Happened.REQUESTED, 1, "draft"))
    assert step(StepName.REQUEST, asked, 1 + REMIND_DAYS - 1).state is StepState.DONE
    late = step(StepName.REQUEST, asked, 1 + REMIND_DAYS)
    assert (late.state, late.since) == (StepState.ATTENTION, day(1))
    assert asked.remind_on() == day(1 + REMIND_DAYS)


def test_an_answer_gives_the_provider_two_weeks_more() -> None:
    answered = case((Happened.REQUESTED, 1, "text"), (Happened.ANSWERED, 10, ""))
    assert step(StepName.REQUEST, answered, 20).state is StepState.DONE
    assert step(StepName.REQUEST, answered, 24).state is StepState.ATTENTION


def test_nobody_is_reminded_once_the_address_is_gone() -> None:
    gone = case((Happened.REQUESTED, 1, "text"), (Happened.API, 5, ABSENT))
    assert step(StepName.REQUEST, gone, 60).state is StepState.DONE


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
    told = case((Happened.REQUESTED, 1, "text"), (Happened.API, 3, api), (Happened.EXTRACTION, 4, extraction))
    found = step(StepName.GONE, told, 5)
    assert found.state is state
    assert found.since == (day(4) if state is StepState.DONE else None)


def test_an_address_that_comes_back_is_not_gone() -> None:
    told = case((Happened.API, 3, ABSENT), (Happened.API, 9, PUBLISHED))
    assert step(StepName.GONE, told).state is StepState.BLOCKED
    assert told.published(Origin.API) is Publication.PUBLISHED
    assert told.since(Happened.API, PUBLISHED) == day(9)


def test_an_auto_reply_that_fell_out_of_service_needs_a_hand() -> None:
    told = case((Happened.AUTO_REPLY, 1, Reply.ACTIVE.value), (Happened.AUTO_REPLY, 8, Reply.OFF.value))
    found = step(StepName.AUTO_REPLY, told)
    assert (found.state, found.since) == (StepState.ATTENTION, day(8))


def test_a_deletion_is_not_asked_for_before_the_content_is_safe() -> None:
    empty = case(kind=CaseKind.DELETION)
    assert step(StepName.RECOVERY, empty).state is StepState.TODO
    assert step(StepName.REQUEST, empty).state is StepState.BLOCKED
    assert step(StepName.DELETED, empty).state is StepState.BLOCKED
    kept = case((Happened.KEPT, 1, "/archive"), kind=CaseKind.DELETION)
    assert step(StepName.REQUEST, kept).state is StepState.TODO


def test_a_deletion_ends_when_the_holder_says_so() -> None:
    told = case(
        (Happened.NOTHING_TO_KEEP, 1, ""),
        (Happened.REQUESTED, 2, "text"),
        (Happened.DELETED, 30, ""),
        kind=CaseKind.DELETION,
    )
    assert [each.state for each in steps_of(told, Known(), day(90))] == [StepState.DONE] * 3


def test_the_deletion_of_a_bal_is_the_case_that_is_meant() -> None:
    leaving, deleting = case(), case(kind=CaseKind.DELETION)
    closed = Case(CaseKind.DELETION, BAL, (*deleting.events, Event(Happened.CLOSED, day(9))))
    assert open_case([leaving, deleting], BAL.upper()) is deleting
    assert open_case([leaving, closed], BAL) is leaving
    assert open_case([leaving, deleting], BAL, CaseKind.DEPUBLICATION) is leaving
    assert open_case([closed], BAL) is None


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
