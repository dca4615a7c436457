"""IDENTIFIER, step 3, followed to its end, by tables; and the BAL that was noted as deleted and is there."""

from dataclasses import replace

import pytest

from balt.cases.model import Case, Happened
from balt.mail.whole import EVERYWHERE
from balt.sheets.model import StepState, Target
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    ANSWERED,
    ATTENTION,
    BLOCKED,
    DONE,
    GONE,
    LOU,
    NOT_THERE,
    OUT,
    REMIND,
    REPLIES,
    SENT,
    SENT_ON,
    THERE,
    TODO,
    WRITTEN,
    bal,
    days_ago,
    deleting,
    inactive,
    leaving,
    one_bal,
    practice,
    published,
    seen,
    silent,
)


@pytest.mark.parametrize(
    ("cases", "shown", "state", "said"),
    [
        ([], THERE, BLOCKED, "attend l'étape 2 et une archive de la BAL"),
        ([leaving(WRITTEN)], THERE, BLOCKED, "attend l'étape 2 et une archive de la BAL"),
        ([leaving(GONE)], NOT_THERE, BLOCKED, "attend l'étape 2 et une archive de la BAL"),
        ([leaving(GONE), deleting()], NOT_THERE, BLOCKED, "attend l'étape 2"),
        ([OUT], NOT_THERE, BLOCKED, f"attend une archive de {LOU}"),
        (
            [OUT, deleting()],
            NOT_THERE,
            TODO,
            f"{LOU} · contenu récupéré le 2 nov. 2026 : demande de suppression à écrire",
        ),
        (
            [OUT, deleting(WRITTEN)],
            NOT_THERE,
            TODO,
            f"{LOU} · suppression : demande écrite le 16 nov. 2026, à envoyer",
        ),
        (
            [OUT, deleting(WRITTEN, SENT)],
            NOT_THERE,
            TODO,
            f"{LOU} · suppression : demande {SENT_ON} ; attend le fournisseur, {REMIND}",
        ),
        (
            [OUT, deleting((Happened.REQUESTED, 14, "text"), (Happened.SENT, 14))],
            NOT_THERE,
            ATTENTION,
            f"{LOU} · suppression : demande envoyée le 8 nov. 2026, selon le titulaire ; fournisseur à "
            "relancer depuis le 22 nov. 2026",
        ),
        (
            [OUT, deleting(WRITTEN, SENT, ANSWERED)],
            NOT_THERE,
            TODO,
            f"{LOU} · suppression : demande {SENT_ON} ; réponse du fournisseur le 20 nov. 2026, relance le "
            "4 déc. 2026",
        ),
        (
            [OUT, deleting((Happened.ABANDONED, 1))],
            NOT_THERE,
            BLOCKED,
            f"attend une archive de {LOU}",
        ),
        (
            [leaving(GONE), deleting(WRITTEN)],
            NOT_THERE,
            ATTENTION,
            f"{LOU} · suppression demandée le 16 nov. 2026 avant que l'étape 2 soit faite : hors de "
            "l'annuaire depuis le 13 oct. 2026, réponse automatique à poser",
        ),
        (
            [OUT, deleting(WRITTEN)],
            THERE,
            ATTENTION,
            f"{LOU} · suppression demandée le 16 nov. 2026 avant que l'étape 2 soit faite : de nouveau dans "
            "l'annuaire : dépublication à redemander au fournisseur",
        ),
        ([OUT, deleting()], THERE, BLOCKED, "attend l'étape 2"),
    ],
)
def test_step_3_keeps_the_order_of_the_sheet(
    cases: list[Case], shown: object, state: StepState, said: str
) -> None:
    evidence = practice("identifier.3", [bal(), inactive()], directory=shown, cases=cases)
    assert seen(evidence) == (state, said)


@pytest.mark.parametrize(
    ("cases", "shown", "target"),
    [
        ([], THERE, Target(LOU, view="annuaire")),
        ([OUT], NOT_THERE, Target(LOU, EVERYWHERE, archive=True)),
        ([OUT, deleting()], NOT_THERE, Target(LOU, view="annuaire")),
    ],
)
def test_enter_leads_to_the_messages_that_an_archive_is_missing_of(
    cases: list[Case], shown: object, target: Target
) -> None:
    assert practice("identifier.3", [bal(), inactive()], directory=shown, cases=cases).target == target


NOTED = [OUT, deleting(WRITTEN, (Happened.DELETED, 3))]


@pytest.mark.parametrize(
    ("read", "shown", "said"),
    [
        (
            0,
            NOT_THERE,
            "notée supprimée le 19 nov. 2026, et pourtant elle répond : à voir avec son fournisseur",
        ),
        (0, THERE, "notée supprimée le 19 nov. 2026, et pourtant elle répond : à voir avec son fournisseur"),
        (4, THERE, "notée supprimée le 19 nov. 2026, et pourtant publiée : à voir avec son fournisseur"),
    ],
)
def test_one_noted_as_deleted_that_is_there_all_the_same_counts_again(
    read: int, shown: object, said: str
) -> None:
    figures = replace(inactive(), taken_at=days_ago(read))
    evidence = practice("identifier.3", [bal(), figures], directory=shown, cases=NOTED)
    assert (*seen(evidence), evidence.since) == (ATTENTION, f"{LOU} · {said}", days_ago(3))
    if shown is THERE:
        evidence = practice("identifier.2", [bal(), figures], directory=shown, cases=NOTED)
        assert seen(evidence) == (ATTENTION, f"{LOU} · {said}")


def test_figures_that_are_older_than_the_note_bring_nothing_back() -> None:
    read_before = replace(inactive(), taken_at=days_ago(4))
    evidence = practice("identifier.3", [bal(), read_before], directory=NOT_THERE, cases=NOTED)
    assert evidence.state is DONE


def test_a_server_that_is_silent_today_does_not_make_a_deletion_one_that_came_too_early() -> None:
    named = leaving((Happened.REPLACED, 50, ANOTHER), GONE, REPLIES)
    evidence = one_bal(
        "identifier.3",
        inactive(),
        beside=[silent(ANOTHER)],
        directory=published(ALIX, ANOTHER),
        cases=[named, deleting((Happened.REPLACED, 19, ANOTHER), WRITTEN, SENT)],
    )
    assert seen(evidence) == (TODO, f"suppression : demande {SENT_ON} ; attend le fournisseur, {REMIND}")
