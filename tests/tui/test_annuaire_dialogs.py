"""The holder's answers: asked one at a time, dated by the app, never changed by leaving."""

from dataclasses import replace
from datetime import timedelta

from balt.mailboxes.model import Answer, Question
from balt.tui import signals
from balt.tui.dialogs.answer import question_choice
from tests.tui.annuaire_host import CAMILLE, NOW, UNKNOWN, Reader, mailboxes, reading


def given(person: Reader) -> list[tuple[str, Question, str, str]]:
    """What was answered."""
    return [
        (each.address, each.question, each.value, each.note)
        for each in person.app.asked
        if isinstance(each, signals.AnswerGiven)
    ]


async def test_consulted_is_answered_by_yes_or_no() -> None:
    async with reading() as person:
        await person.press("c")
        assert "Consultez-vous régulièrement cette BAL ?" in person.screen()
        await person.press("enter", "c", "j", "enter", "c", "2", "enter")
        assert given(person) == [
            (CAMILLE, Question.CONSULTED, "yes", ""),
            (CAMILLE, Question.CONSULTED, "no", ""),
            (CAMILLE, Question.CONSULTED, "no", ""),
        ]


async def test_an_answer_may_carry_a_note() -> None:
    async with reading() as person:
        await person.press("c", "tab", *"lue par n", "enter")
        assert given(person) == [(CAMILLE, Question.CONSULTED, "yes", "lue par n")]


async def test_leaving_a_question_changes_nothing() -> None:
    async with reading() as person:
        await person.press("c", "j", "escape", "r", "escape", "G", "a", "escape", "a", "1", "escape")
        assert not given(person)
        assert not any(isinstance(each, signals.LinkSituation) for each in person.app.asked)
        assert len(person.app.screen_stack) == 1


async def test_a_measured_bal_is_asked_nothing_that_its_server_tells() -> None:
    async with reading() as person:
        await person.press("a")
        assert "mesurés sur le serveur" in person.said()[-1]
        assert len(person.app.screen_stack) == 1


async def test_a_bal_without_access_is_asked_each_step_with_the_way_to_do_it() -> None:
    async with reading((80, 24)) as person:
        await person.press("G", "a")
        shown = person.screen()
        assert "Corbeille vidée" in shown
        assert "40 %, il y a 3 mois : à redire" in shown
        await person.press("2")
        assert "Dans un webmail" in person.screen()
        await person.press("enter")
        assert given(person) == [(UNKNOWN, Question.TRASH, "yes", "")]


async def test_a_percentage_is_a_whole_number_up_to_a_hundred() -> None:
    async with reading((80, 24)) as person:
        await person.press("G", "a", "1")
        await person.press("backspace", "backspace", *"140", "enter")
        assert "Un nombre entier de 0 à 100" in person.screen()
        assert not given(person)
        await person.press("backspace", "percent_sign", "tab", *"vu", "enter")
        assert given(person) == [(UNKNOWN, Question.QUOTA, "14", "vu")]


async def test_an_answer_can_be_taken_back_and_only_where_there_is_one() -> None:
    old = Answer(Question.CONSULTED, "no", NOW - timedelta(days=2))
    async with reading((80, 24), found=[replace(mailboxes()[0], answers=(old,))]) as person:
        await person.press("c")
        assert "Retirer la réponse" in person.screen()
        await person.press("3", "enter")
        assert given(person) == [(CAMILLE, Question.CONSULTED, "", "")]
    async with reading((80, 24), found=[replace(mailboxes()[0], answers=())]) as person:
        await person.press("c")
        assert "Retirer la réponse" not in person.screen()
        await person.press("3", "enter")
        assert given(person) == [(CAMILLE, Question.CONSULTED, "yes", "")]


async def test_an_empty_percentage_takes_the_one_before_back() -> None:
    async with reading((80, 24)) as person:
        await person.press("G", "a", "1")
        assert "ligne vide : retirer la réponse" in person.screen()
        await person.press("backspace", "backspace", "enter")
        assert given(person) == [(UNKNOWN, Question.QUOTA, "", "")]


async def test_an_empty_percentage_is_no_answer_where_there_is_none() -> None:
    unanswered = [replace(each, answers=()) for each in mailboxes()]
    async with reading((80, 24), found=unanswered) as person:
        await person.press("G", "a", "1", "enter")
        assert "Un nombre entier de 0 à 100" in person.screen()
        assert not given(person)


def test_a_question_shows_its_latest_answer_and_whether_it_still_counts() -> None:
    fresh = Answer(Question.OLD, "yes", NOW - timedelta(days=2))
    aged = Answer(Question.OLD, "no", NOW - timedelta(days=200))
    assert question_choice(Question.OLD, None, NOW).detail == "pas de réponse"
    assert question_choice(Question.OLD, fresh, NOW).detail == "oui, il y a 2 jours"
    assert question_choice(Question.OLD, aged, NOW).detail == "non, il y a 6 mois : à redire"


async def test_a_long_note_leaves_the_question_whole_on_a_small_screen() -> None:
    old = Answer(Question.CONSULTED, "yes", NOW - timedelta(days=100), "Camille", "mot " * 50)
    async with reading((80, 24), found=[replace(mailboxes()[0], answers=(old,))]) as person:
        await person.press("c")
        shown = person.screen()
        for words in (
            CAMILLE,
            "Dernière réponse : oui",
            "1",
            "Oui",
            "Non",
            "Retirer la réponse",
            "Note (facultative)",
            "Enregistrer",
        ):
            assert words in shown
