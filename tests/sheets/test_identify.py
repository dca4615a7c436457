"""IDENTIFIER, by tables: what was measured, the state, and the sentences."""

from dataclasses import replace

import pytest

from balt.config import Thresholds
from balt.mailboxes.model import MailboxStatus
from balt.sheets.model import StepState, Target
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    ATTENTION,
    BLOCKED,
    LOU,
    UNKNOWN,
    Statuses,
    bal,
    days_ago,
    inactive,
    one_bal,
    practice,
    seen,
    settings,
    silent,
)


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : indiquez les vôtres dans la configuration"),
        (
            [bal()],
            UNKNOWN,
            "1 BAL connue ici, consultée · Annuaire Santé et situations : pas encore lus",
        ),
        (
            [bal(), bal(ANOTHER)],
            UNKNOWN,
            "2 BAL connues ici, toutes consultées · Annuaire Santé et situations : pas encore lus",
        ),
        (
            [bal(), inactive()],
            ATTENTION,
            "2 BAL : 1 non consultée · Annuaire Santé et situations : pas encore lus",
        ),
        (
            [bal(), inactive(), bal(ANOTHER, messages=0, last_seen=None, unread_since=None)],
            ATTENTION,
            "3 BAL : 1 non consultée, 1 à préciser · Annuaire Santé et situations : pas encore lus",
        ),
        (
            [bal(), silent()],
            UNKNOWN,
            "2 BAL : 1 à préciser · Annuaire Santé et situations : pas encore lus · "
            + LOU
            + " n'a pas répondu",
        ),
    ],
)
def test_identifier_1_counts_the_bal_and_is_never_done(
    statuses: Statuses, state: StepState, said: str
) -> None:
    assert seen(practice("identifier.1", statuses)) == (state, said)


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (bal(), UNKNOWN, "consultée : un message reçu le 20 nov. 2026 est lu"),
        (inactive(), ATTENTION, "rien de lu depuis 14 mois, 212 non lus"),
        (
            bal(messages=0, last_seen=None, unread_since=None),
            UNKNOWN,
            "vide : rien n'y montre qu'elle est consultée",
        ),
        (
            bal(last_seen=None, unread_since=days_ago(30)),
            UNKNOWN,
            "aucun message lu : rien ne montre qu'elle est consultée",
        ),
        (
            bal(last_seen=days_ago(430), unread_since=days_ago(5)),
            UNKNOWN,
            "à préciser : le dernier message lu a été reçu il y a 14 mois",
        ),
        (
            bal(last_seen=days_ago(430), unread_since=None),
            UNKNOWN,
            "à préciser : le dernier message lu a été reçu il y a 14 mois",
        ),
    ],
)
def test_identifier_1_says_of_one_bal_how_it_knows(
    status: MailboxStatus, state: StepState, said: str
) -> None:
    assert seen(one_bal("identifier.1", status)) == (
        state,
        said + " · Annuaire Santé et situation : pas encore lus",
    )


@pytest.mark.parametrize(("days", "state"), [(364, UNKNOWN), (365, ATTENTION)])
def test_a_bal_is_inactive_from_the_threshold_on(days: int, state: StepState) -> None:
    assert practice("identifier.2", [inactive(days=days)]).state is state


def test_the_threshold_is_the_users_and_said_to_be() -> None:
    config = settings(thresholds=Thresholds(inactive_after_days=90))
    evidence = practice("identifier.2", [inactive(days=100, unread=1)], config)
    assert seen(evidence) == (
        ATTENTION,
        f"{LOU} · rien de lu depuis 3 mois, 1 non lu · seuil choisi ici : 90 jours",
    )


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : indiquez les vôtres dans la configuration"),
        (
            [bal()],
            UNKNOWN,
            "la BAL connue ici n'est pas inactive · publication à contrôler dans l'Annuaire Santé",
        ),
        (
            [bal(), bal(ANOTHER), bal("c@x.mssante.fr"), bal("d@x.mssante.fr")],
            UNKNOWN,
            "aucune des 4 BAL connues ici n'est inactive · publication à contrôler dans l'Annuaire Santé",
        ),
        (
            [bal(), silent()],
            UNKNOWN,
            f"1 BAL n'est pas inactive · {LOU} n'a pas répondu"
            " · publication à contrôler dans l'Annuaire Santé",
        ),
        (
            [silent()],
            UNKNOWN,
            f"{LOU} n'a pas répondu · publication à contrôler dans l'Annuaire Santé",
        ),
        (
            [bal(), bal(ANOTHER), bal(LOU, last_seen=None, unread_since=None)],
            UNKNOWN,
            f"2 BAL ne sont pas inactives · activité à préciser : {LOU}"
            " · publication à contrôler dans l'Annuaire Santé",
        ),
        (
            [bal(), inactive()],
            ATTENTION,
            f"{LOU} · rien de lu depuis 14 mois, 212 non lus · seuil choisi ici : 1 an",
        ),
        (
            [
                inactive(),
                inactive(ALIX, days=900, unread=2301),
                inactive(ANOTHER),
                inactive("z@x.mssante.fr"),
            ],
            ATTENTION,
            f"{ALIX} · rien de lu depuis 2 ans, 2 301 non lus"
            f" · {LOU} · rien de lu depuis 14 mois, 212 non lus"
            " · et 2 autres BAL inactives · seuil choisi ici : 1 an",
        ),
        (
            [inactive(), silent(ALIX)],
            ATTENTION,
            f"{LOU} · rien de lu depuis 14 mois, 212 non lus · seuil choisi ici : 1 an"
            f" · {ALIX} n'a pas répondu",
        ),
    ],
)
def test_identifier_2_points_at_inactive_bal(statuses: Statuses, state: StepState, said: str) -> None:
    assert seen(practice("identifier.2", statuses)) == (state, said)


def test_identifier_2_of_one_bal() -> None:
    assert seen(one_bal("identifier.2", inactive())) == (
        ATTENTION,
        "rien de lu depuis 14 mois, 212 non lus · seuil choisi ici : 1 an",
    )
    assert seen(one_bal("identifier.2", bal())) == (
        UNKNOWN,
        "consultée : un message reçu le 20 nov. 2026 est lu · publication à contrôler dans l'Annuaire Santé",
    )
    assert seen(one_bal("identifier.2", silent())) == (
        UNKNOWN,
        "cette BAL n'a pas répondu · publication à contrôler dans l'Annuaire Santé",
    )


@pytest.mark.parametrize("step", ["identifier.1", "identifier.2"])
def test_enter_leads_to_what_is_unread_in_the_bal_longest_inactive(step: str) -> None:
    evidence = practice(step, [bal(), inactive(), inactive(ANOTHER, days=800)])
    assert evidence.target == Target(ANOTHER, "INBOX", "is:unread", "date", reverse=True)
    assert evidence.since == days_ago(800)


def test_an_unknown_count_of_unread_messages_is_left_out() -> None:
    unknown = replace(inactive(), unread_run=None)
    assert practice("identifier.2", [unknown]).sentences[1] == "rien de lu depuis 14 mois"


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : indiquez les vôtres dans la configuration"),
        ([bal()], UNKNOWN, "aucune BAL inactive connue ici, rien à demander pour l'instant"),
        ([bal(), inactive()], BLOCKED, "attend l'étape 2 et une archive de la BAL"),
        (
            [bal(), silent()],
            UNKNOWN,
            f"aucune BAL inactive connue ici, rien à demander pour l'instant · {LOU} n'a pas répondu",
        ),
    ],
)
def test_identifier_3_waits_for_step_2(statuses: Statuses, state: StepState, said: str) -> None:
    assert seen(practice("identifier.3", statuses)) == (state, said)


def test_identifier_3_of_one_bal() -> None:
    assert one_bal("identifier.3", inactive()).state is BLOCKED
    assert seen(one_bal("identifier.3", bal())) == (UNKNOWN, "rien à demander pour l'instant")
