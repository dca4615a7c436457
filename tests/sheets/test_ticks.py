"""Ticks by hand: where they count, where they are refused, how they age."""

from dataclasses import replace
from typing import Any

import pytest

from balt.cases.model import Happened
from balt.errors import UsageError
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import WHOLE, MailboxStatus, Question
from balt.mailboxes.practice import Practice
from balt.mailboxes.situation_file import BookView
from balt.sheets.model import StepState
from balt.sheets.rules import checklist, evaluate
from balt.sheets.ticks import given, tick_of, tickable
from tests.sheets.cases import (
    ALIX,
    ATTENTION,
    CABINET,
    DONE,
    LOU,
    TODO,
    UNKNOWN,
    WEBMAIL,
    answer,
    bal,
    days_ago,
    deleting,
    inactive,
    known,
    leaving,
    one_bal,
    practice,
    published,
    seen,
    settings,
    silent,
)

NO_TRASH = bal(trash_folder=None, trash_messages=None, trash_size=None)
NO_SOURCE = DirectoryView(sources=False)
FAILED = DirectoryView(problem="l'API n'a pas répondu")
CHORES = ("entretenir.1", "entretenir.2", "entretenir.3")
CAB = BookView(situations=(CABINET,), links={"S1": (ALIX,)})


def test_a_bal_without_imap_can_be_ticked_for_each_step_of_entretenir() -> None:
    here = known([bal()], settings(ALIX, WEBMAIL))
    for step, question in zip(CHORES, (Question.TRASH, Question.OLD, Question.LARGE), strict=True):
        assert tick_of(here, step, WEBMAIL.address.upper()).question is question
        assert [each.address for each in tickable(here, step)] == [WEBMAIL.address]


@pytest.mark.parametrize(
    ("here", "step", "address", "why"),
    [
        (known([bal()]), "entretenir.1", ALIX, "cette étape se mesure dans cette BAL"),
        (known([silent(ALIX)]), "entretenir.1", ALIX, "ses messages décideront"),
        (known([], settings(ALIX)), "entretenir.2", ALIX, "ses messages décideront"),
        (known([NO_TRASH]), "entretenir.2", ALIX, "cette étape se mesure dans cette BAL"),
        (known([bal()]), "entretenir.1", None, "se coche BAL par BAL"),
        (known([bal()]), "entretenir.9", ALIX, "n'existe pas"),
        (known([bal()]), "entretenir.1", LOU, "n'est pas connue ici"),
        (known([bal()]), "identifier.1", ALIX, "montrent déjà qu'elle est consultée"),
        (known([bal()], directory=published(ALIX)), "identifier.1", None, "vient d'être lu"),
        (known([bal()], directory=FAILED), "identifier.1", None, "a échoué"),
        (known([bal()], directory=published(ALIX)), "identifier.2", ALIX, "dit lui-même si elle est publiée"),
        (known([bal()]), "identifier.3", ALIX, "se suit dans son dossier"),
        (known([bal()]), "valoriser.1", ALIX, "se choisit dans la vue 4"),
        (known([bal()]), "valoriser.2", ALIX, "se note dans la vue 4"),
    ],
)
def test_a_tick_is_refused_where_the_evidence_decides_and_says_so(
    here: Practice, step: str, address: str | None, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        tick_of(here, step, address)


@pytest.mark.parametrize("step", CHORES)
@pytest.mark.parametrize(
    "status",
    [
        silent(ALIX),
        bal(trash_messages=4, trash_size=1, old_messages=4, old_size=1, large_messages=4, large_size=1),
    ],
)
def test_no_answer_turns_a_measurable_step_green(step: str, status: MailboxStatus) -> None:
    said = {ALIX: [answer(each, "yes") for each in (Question.TRASH, Question.OLD, Question.LARGE)]}
    assert practice(step, [status], answers=said).state is not DONE


def test_what_a_server_cannot_tell_can_be_ticked() -> None:
    assert tick_of(known([NO_TRASH]), "entretenir.1", ALIX).value == "yes"
    said = {ALIX: [answer(Question.TRASH, "yes")]}
    evidence = practice("entretenir.1", [NO_TRASH], answers=said)
    assert seen(evidence) == (DONE, f"fait d'après vous, le 19 nov. 2026 : {ALIX}")
    assert evidence.since == days_ago(3)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([], UNKNOWN),
        ([answer(Question.ALL, "yes", 3)], DONE),
        ([answer(Question.ALL, "yes", 89)], DONE),
        ([answer(Question.ALL, "yes", 90)], UNKNOWN),
        ([answer(Question.ALL, "no", 3)], UNKNOWN),
    ],
)
@pytest.mark.parametrize("step", ["identifier.1", "identifier.2", "identifier.3"])
def test_without_a_source_the_holder_can_say_that_all_their_bal_are_known(
    step: str, said: list[Any], state: StepState
) -> None:
    more: dict[str, Any] = {"directory": NO_SOURCE, "book": CAB, "answers": {WHOLE: said}}
    assert practice(step, [bal()], **more).state is state
    assert tick_of(known([bal()], **more), "identifier.1", None).address == WHOLE


def test_the_holders_look_at_the_directory_is_told_with_its_date() -> None:
    said = {WHOLE: [answer(Question.ALL, "yes", 3)]}
    evidence = practice("identifier.1", [bal()], directory=NO_SOURCE, book=CAB, answers=said)
    assert evidence.sentences[1] == (
        "Annuaire Santé : toutes vos BAL y ont été cherchées par vous, le 19 nov. 2026"
    )


@pytest.mark.parametrize(
    ("value", "days", "state", "said"),
    [
        ("no", 3, TODO, "hors de l'annuaire, réponse automatique à poser"),
        ("no", 90, ATTENTION, "rien de lu depuis 14 mois, 212 non lus"),
        ("yes", 3, ATTENTION, "rien de lu depuis 14 mois, 212 non lus"),
    ],
)
def test_without_a_source_the_holder_can_say_that_a_bal_is_out(
    value: str, days: int, state: StepState, said: str
) -> None:
    answers = {LOU: [answer(Question.LISTED, value, days)]}
    evidence = one_bal("identifier.2", inactive(), directory=NO_SOURCE, answers=answers)
    assert (evidence.state, evidence.sentences[0]) == (state, said)
    tick = tick_of(known([inactive()], directory=NO_SOURCE), "identifier.2", LOU)
    assert (tick.question, tick.value) == (Question.LISTED, "no")


def test_what_a_source_shows_outranks_the_holders_look() -> None:
    answers = {LOU: [answer(Question.LISTED, "no")]}
    evidence = one_bal("identifier.2", inactive(), directory=published(LOU), answers=answers)
    assert evidence.state is ATTENTION


def test_every_tick_is_listed_with_the_day_on_which_it_is_asked_again() -> None:
    here = known(
        [bal()],
        settings(ALIX, WEBMAIL),
        answers={
            WHOLE: [answer(Question.ALL, "yes", 10)],
            WEBMAIL.address: [answer(Question.TRASH, "no", 100), answer(Question.CONSULTED, "yes", 5)],
        },
    )
    told = [(each.tick.step, each.tick.address, each.green, each.ends) for each in given(here)]
    assert told == [
        ("identifier.1", WHOLE, True, days_ago(-80)),
        ("identifier.1", WEBMAIL.address, True, days_ago(-85)),
        ("entretenir.1", WEBMAIL.address, False, days_ago(10)),
    ]


def test_a_deleted_bal_counts_no_more() -> None:
    gone = [
        leaving((Happened.API, 40, "absent"), (Happened.AUTO_REPLY, 30, "active")),
        deleting((Happened.REQUESTED, 10, "text"), (Happened.DELETED, 1)),
    ]
    read_before = replace(inactive(), taken_at=days_ago(2))
    here = known([bal(), read_before], directory=published(ALIX), book=CAB, cases=gone)
    found = {each.id: each for each in evaluate(here)}
    assert {found[f"identifier.{n}"].state for n in (1, 2, 3)} == {DONE}
    assert found["identifier.3"].sentences[-1] == "1 BAL supprimée, le 21 nov. 2026"
    assert found["identifier.3"].since == days_ago(1)
    assert LOU not in {each.address for each in checklist(here)}
