"""What is due this month."""

from datetime import date

import pytest

from balt.cases.model import Case, Happened
from balt.mailboxes.model import WHOLE, Question
from balt.mailboxes.saturation import Forecast
from balt.mailboxes.supports import Carried, SupportView
from balt.sheets.due import Due, DueKind, due
from balt.sheets.rules import evaluate
from tests.sheets.cases import (
    ALIX,
    LOU,
    NOW,
    OUT,
    SENT,
    WEBMAIL,
    WRITTEN,
    answer,
    bal,
    days_ago,
    deleting,
    inactive,
    known,
    leaving,
    published,
    settings,
)


def of(kind: DueKind, found: list[Due]) -> list[tuple[str, int]]:
    """The BAL and in how many days, of the dated ones."""
    return [(each.address, (each.on - NOW).days) for each in found if each.kind is kind and each.on]


def said(kind: DueKind, found: list[Due]) -> str:
    """The sentence of the only one."""
    (only,) = (each.said for each in found if each.kind is kind)
    return only


RELANCE = ("dépublication : fournisseur à relancer", "suppression : fournisseur à relancer")


def what(**more: object) -> list[Due]:
    statuses = more.pop("statuses", [bal()])
    here = known(statuses, more.pop("config", None), **more)  # type: ignore[arg-type]
    return due(here, evaluate(here))


@pytest.mark.parametrize(("days", "left"), [(58, None), (59, 31), (89, 1), (90, 0), (200, -110)])
def test_an_answer_is_due_in_the_month_in_which_it_ages_out(days: int, left: int | None) -> None:
    found = what(
        config=settings(ALIX, WEBMAIL), answers={WEBMAIL.address: [answer(Question.TRASH, "yes", days)]}
    )
    assert of(DueKind.ANSWER, found) == ([] if left is None else [(WEBMAIL.address, left)])


def test_an_answer_that_decides_nothing_any_more_is_not_asked_again() -> None:
    told = [answer(Question.TRASH, "yes", 89), answer(Question.CONSULTED, "yes", 89)]
    assert of(DueKind.ANSWER, what(answers={ALIX: told})) == []
    assert of(DueKind.ANSWER, what(answers={ALIX: [answer(Question.CONSULTED, "no", 89)]})) == [(ALIX, 1)]


def test_what_was_never_said_is_asked_without_a_date() -> None:
    asked = [each for each in what(config=settings(ALIX, WEBMAIL)) if each.kind is DueKind.ANSWER]
    assert {each.on for each in asked} == {None}
    corbeille = "à répondre : La corbeille de cette BAL est-elle vidée ?"
    assert [each.address for each in asked if each.said == corbeille] == [WEBMAIL.address]


def test_the_holders_look_at_the_directory_is_asked_again() -> None:
    assert of(DueKind.ANSWER, what(answers={WHOLE: [answer(Question.ALL, "yes", 80)]})) == [(WHOLE, 10)]


@pytest.mark.parametrize(
    ("cases", "shown", "left"),
    [
        ([leaving(WRITTEN, SENT)], (ALIX, LOU), 9),
        ([leaving(WRITTEN, (Happened.ANSWERED, 4))], (ALIX, LOU), 10),
        ([leaving((Happened.REQUESTED, 30, "text"), (Happened.SENT, 20))], (ALIX, LOU), -6),
        ([leaving()], (ALIX, LOU), None),
        ([leaving(WRITTEN, SENT, (Happened.API, 1, "absent"))], (ALIX,), None),
        (
            [leaving(WRITTEN, SENT, (Happened.API, 4, "absent"), (Happened.API, 1, "published"))],
            (ALIX,),
            None,
        ),
        ([OUT, deleting(WRITTEN, SENT)], (ALIX,), 9),
        ([OUT, deleting(WRITTEN, (Happened.DELETED, 1))], (ALIX,), None),
    ],
)
def test_a_provider_is_asked_again(cases: list[Case], shown: tuple[str, ...], left: int | None) -> None:
    found = what(statuses=[bal(), inactive()], directory=published(*shown), cases=cases)
    assert of(DueKind.REMINDER, found) == ([] if left is None else [(LOU, left)])
    if left is not None:
        assert said(DueKind.REMINDER, found) in RELANCE


@pytest.mark.parametrize("sent", [(), (SENT,)])
def test_one_that_names_the_former_replacement_presses_since_another_one_was_named(
    sent: tuple[tuple[Happened, int], ...],
) -> None:
    case = leaving(WRITTEN, *sent, (Happened.REPLACED, 2, "x@essai.mssante.fr"))
    found = what(statuses=[bal(), inactive()], directory=published(ALIX, LOU), cases=[case])
    assert of(DueKind.REMINDER, found) == [(LOU, -2)]
    assert said(DueKind.REMINDER, found) == "dépublication : demande à récrire"


@pytest.mark.parametrize(
    ("cases", "shown", "words"),
    [
        ([leaving(WRITTEN)], (ALIX, LOU), "dépublication : demande à envoyer"),
        ([OUT, deleting(WRITTEN)], (ALIX,), "suppression : demande à envoyer"),
    ],
)
def test_a_request_that_is_only_written_is_due_to_be_sent_within_a_week(
    cases: list[Case], shown: tuple[str, ...], words: str
) -> None:
    found = what(statuses=[bal(), inactive()], directory=published(*shown), cases=cases)
    assert of(DueKind.REMINDER, found) == [(LOU, 1)]
    assert said(DueKind.REMINDER, found) == words


@pytest.mark.parametrize("value", ["by_hand", "active", "script"])
@pytest.mark.parametrize("end", [(), ((Happened.CLOSED, 70),)])
def test_an_auto_reply_is_looked_at_again_also_once_the_case_is_closed(
    value: str, end: tuple[tuple[Happened, int], ...]
) -> None:
    case = leaving((Happened.API, 85, "absent"), (Happened.AUTO_REPLY, 80, value), *end)
    found = what(statuses=[bal(), inactive()], directory=published(ALIX), cases=[case])
    assert of(DueKind.AUTO_REPLY, found) == [(LOU, 10)]


@pytest.mark.parametrize(("days", "left"), [(20, [(ALIX, 20)]), (40, [])])
def test_a_bal_that_fills_up_this_month_is_told(days: int, left: list[tuple[str, int]]) -> None:
    full = bal(saturation=Forecast(date=days_ago(-days)))
    assert of(DueKind.SATURATION, what(statuses=[full])) == left


def test_a_support_is_looked_at_again_after_a_year() -> None:
    carried = Carried("letters", ALIX, date(2025, 12, 1), days_ago(360))
    found = what(supports=SupportView(carried=(carried,)))
    assert of(DueKind.SUPPORT, found) == [(ALIX, 5)]


def test_dates_come_first_then_the_steps_the_pressing_ones_before_the_others() -> None:
    full = bal(trash_messages=4, trash_size=4, old_messages=2, old_size=9, trash_documents=1)
    found = what(statuses=[full, inactive()], directory=published(ALIX, LOU), cases=[leaving(WRITTEN)])
    assert found[0].kind is DueKind.REMINDER
    steps = [each.said.partition(" :")[0] for each in found if each.kind is DueKind.STEP]
    assert steps[0] == "Vider la corbeille de votre BAL"
    assert "Trier et supprimer vos anciens courriels" in steps[1:]
    assert "Demander la suppression de vos BAL inactives" not in steps
    assert [each.is_late(NOW) for each in found if each.kind is DueKind.STEP] == [False] * len(steps)
