"""A request that was written is not one that was sent; steps, verdict and sheets say the same of it."""

import pytest

from balt.cases.asking import asked_of, asked_words
from balt.cases.model import REMIND_DAYS, SEND_DAYS, Case, Happened
from balt.cases.steps import StepName, StepState
from balt.cases.verdicts import departures
from tests.cases.made import ABSENT, BAL, PUBLISHED, THIRD, Told, case, day, deletion, step

ASKED, SENT = (Happened.REQUESTED, 1, "draft"), (Happened.SENT, 5, "")
TEXT, ANSWERED = (Happened.REQUESTED, 1, "text"), (Happened.ANSWERED, 10, "")


def request(of: Case, now: int) -> tuple[StepState, str]:
    found = step(StepName.REQUEST, of, now)
    return found.state, found.said


@pytest.mark.parametrize(
    ("channel", "said"),
    [("text", "écrite le 3 mars 2026"), ("draft", "mise dans les brouillons le 3 mars 2026")],
)
def test_what_balt_has_only_written_is_still_to_be_sent(channel: str, said: str) -> None:
    written = case((Happened.REQUESTED, 1, channel))
    assert request(written, 1 + SEND_DAYS - 1) == (StepState.TODO, f"{said}, à envoyer")
    late = f"{said}, à envoyer ; si elle est partie, notez-le"
    assert request(written, 1 + SEND_DAYS) == (StepState.ATTENTION, late)
    assert written.remind_on() == day(1 + SEND_DAYS)


def test_what_the_holder_sent_is_waited_for_from_that_day_on() -> None:
    sent, said = case(ASKED, SENT), "envoyée le 7 mars 2026, selon le titulaire"
    assert request(sent, 5 + REMIND_DAYS - 1) == (StepState.DONE, said)
    late = f"{said}, il y a 14 jours : à relancer"
    assert request(sent, 5 + REMIND_DAYS) == (StepState.ATTENTION, late)
    assert sent.remind_on() == day(5 + REMIND_DAYS)


def test_a_request_that_is_written_again_is_to_be_sent_again() -> None:
    again = case(ASKED, SENT, (Happened.REQUESTED, 20, "text"))
    assert request(again, 21) == (StepState.TODO, "écrite le 22 mars 2026, à envoyer")


def test_an_answer_tells_that_the_request_was_sent_and_gives_the_provider_two_weeks_more() -> None:
    answered = case(TEXT, ANSWERED)
    said = "réponse du fournisseur le 12 mars 2026"
    assert request(answered, 10 + REMIND_DAYS - 1) == (StepState.DONE, said)
    late = f"{said}, il y a 14 jours : à relancer"
    assert request(answered, 10 + REMIND_DAYS) == (StepState.ATTENTION, late)
    assert not asked_of(answered).is_unsent


def test_an_answer_to_the_request_before_says_nothing_of_this_one() -> None:
    again = case(TEXT, ANSWERED, (Happened.REQUESTED, 12, "text"))
    assert request(again, 13)[0] is StepState.TODO
    assert asked_of(again).answered is None


@pytest.mark.parametrize("events", [(TEXT,), (ASKED, SENT)])
def test_nobody_is_reminded_once_the_address_is_gone(events: tuple[Told, ...]) -> None:
    gone = case(*events, (Happened.API, 6, ABSENT))
    state, said = request(gone, 60)
    assert state is StepState.DONE
    assert "à envoyer" not in said


def test_of_one_that_left_without_a_request_nothing_is_left_to_ask() -> None:
    assert request(case((Happened.API, 6, ABSENT)), 7) == (StepState.DONE, "plus rien à demander")
    assert request(deletion((Happened.API, 6, ABSENT)), 7) == (StepState.TODO, "à écrire")


def test_while_a_request_is_not_sent_nobody_waits_for_the_directory() -> None:
    written = case(TEXT, (Happened.API, 2, PUBLISHED))
    assert step(StepName.GONE, written, 3).state is StepState.BLOCKED
    sent = case(TEXT, (Happened.SENT, 2, ""), (Happened.API, 2, PUBLISHED))
    assert step(StepName.GONE, sent, 3).state is StepState.TODO


@pytest.mark.parametrize(
    ("events", "headline"),
    [
        ((), "demande à écrire"),
        ((TEXT,), "demande écrite le 3 mars 2026, à envoyer"),
        ((ASKED,), "demande mise dans les brouillons le 3 mars 2026, à envoyer"),
        ((ASKED, SENT), "demande envoyée le 7 mars 2026, selon le titulaire"),
        ((ASKED, SENT, (Happened.REPLACED, 6, THIRD)), "demande à récrire"),
        ((ASKED, SENT, ANSWERED), "réponse du fournisseur le 12 mars 2026"),
    ],
)
def test_the_verdict_of_both_kinds_of_case_tells_where_the_request_stands(
    events: tuple[Told, ...], headline: str
) -> None:
    for each in (case(*events), deletion(*events)):
        assert departures([each], day(7))[BAL].finding.headline == headline


def test_nothing_is_said_of_a_request_that_is_not_written() -> None:
    assert asked_words(asked_of(case()), day(1)) == ""
    assert asked_of(case(ANSWERED)).on is None
    assert case(ANSWERED).remind_on() is None


@pytest.mark.parametrize("event", [Happened.SENT, Happened.ANSWERED])
def test_what_a_wrong_clock_has_dated_silences_no_reminder(event: Happened) -> None:
    told = case(TEXT, (event, 400, ""))
    state, said = request(told, 2)
    assert state is StepState.ATTENTION
    assert said.endswith("une date notée est à venir : notez-le de nouveau")
    assert asked_of(told).is_late(day(2))
    again = case(TEXT, (event, 400, ""), (event, 3, ""))
    assert request(again, 4)[0] is StepState.DONE
    assert request(again, 3 + REMIND_DAYS)[0] is StepState.ATTENTION


def test_a_clock_that_is_a_day_ahead_is_believed() -> None:
    assert request(case(TEXT, (Happened.SENT, 3, "")), 2)[0] is StepState.DONE
