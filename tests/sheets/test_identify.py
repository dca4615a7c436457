"""IDENTIFIER, by tables: what was measured, the state, and the sentences."""

from dataclasses import replace
from typing import Any

import pytest

from balt.config import Person, Thresholds
from balt.directory.model import DirectoryAnswer, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import MailboxStatus, Question
from balt.mailboxes.situation_file import BookView
from balt.sheets.model import StepState, Target
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    ATTENTION,
    BLOCKED,
    CABINET,
    DONE,
    LOU,
    TODO,
    UNKNOWN,
    Statuses,
    answer,
    bal,
    days_ago,
    entry,
    inactive,
    one_bal,
    practice,
    published,
    seen,
    settings,
    silent,
)


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : ajoutez la première (touche + dans l'application)"),
        (
            [bal()],
            UNKNOWN,
            "1 BAL connue ici, consultée · Annuaire Santé : pas encore lu",
        ),
        (
            [bal(), bal(ANOTHER)],
            UNKNOWN,
            "2 BAL connues ici, toutes consultées · Annuaire Santé : pas encore lu",
        ),
        (
            [bal(), inactive()],
            ATTENTION,
            "2 BAL : 1 non consultée · Annuaire Santé : pas encore lu",
        ),
        (
            [bal(), inactive(), bal(ANOTHER, messages=0, last_seen=None, unread_since=None)],
            ATTENTION,
            "3 BAL : 1 non consultée, 1 à préciser · Annuaire Santé : pas encore lu",
        ),
        (
            [bal(), silent()],
            UNKNOWN,
            "2 BAL : 1 à préciser · Annuaire Santé : pas encore lu · " + LOU + " n'a pas répondu",
        ),
    ],
)
def test_identifier_1_counts_the_bal_and_is_not_done_before_the_directory_is_read(
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
        said + " · Annuaire Santé : pas encore lu",
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
        ([], UNKNOWN, "aucune BAL connue ici : ajoutez la première (touche + dans l'application)"),
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
def test_enter_leads_to_the_bal_longest_inactive_in_view_2(step: str) -> None:
    evidence = practice(step, [bal(), inactive(), inactive(ANOTHER, days=800)])
    assert evidence.target == Target(ANOTHER, view="annuaire")
    assert evidence.since == days_ago(800)


def test_an_unknown_count_of_unread_messages_is_left_out() -> None:
    unknown = replace(inactive(), unread_run=None)
    assert practice("identifier.2", [unknown]).sentences[1] == "rien de lu depuis 14 mois"


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : ajoutez la première (touche + dans l'application)"),
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


# Once the directory is read

CAB = BookView(situations=(CABINET,), links={"S1": (ALIX, ANOTHER)})


@pytest.mark.parametrize(
    ("statuses", "more", "state", "said"),
    [
        (
            [bal()],
            {"directory": published(ALIX), "book": CAB},
            DONE,
            "1 BAL connue ici, consultée · Annuaire Santé : API du 22 nov. 2026",
        ),
        (
            [bal()],
            {"directory": published(ALIX)},
            TODO,
            "1 BAL connue ici, consultée · 1 sans situation d'exercice · "
            "Annuaire Santé : API du 22 nov. 2026",
        ),
        (
            [bal()],
            {"directory": published(ALIX, LOU), "book": CAB},
            TODO,
            "2 BAL : 1 à préciser · 1 sans situation d'exercice · Annuaire Santé : API du 22 nov. 2026 · "
            "1 BAL publiée est sans compte ici",
        ),
        (
            [bal()],
            {
                "directory": replace(published(ALIX), problem="L'extraction ne peut pas être lue."),
                "book": CAB,
            },
            UNKNOWN,
            "1 BAL connue ici, consultée · Annuaire Santé : API du 22 nov. 2026 · "
            "L'extraction ne peut pas être lue.",
        ),
        (
            [bal(), silent(ANOTHER)],
            {
                "directory": published(ALIX, ANOTHER),
                "book": CAB,
                "answers": {ANOTHER: [answer(Question.CONSULTED, "yes")]},
            },
            DONE,
            "2 BAL connues ici, toutes consultées · Annuaire Santé : API du 22 nov. 2026",
        ),
    ],
)
def test_identifier_1_is_done_when_every_bal_is_consulted_and_tied_to_a_situation(
    statuses: Statuses, more: dict[str, Any], state: StepState, said: str
) -> None:
    assert seen(practice("identifier.1", statuses, **more)) == (state, said)


def test_a_situation_that_has_ended_ties_no_bal() -> None:
    ended = BookView(situations=(replace(CABINET, active=False),), links={"S1": (ALIX,)})
    found = practice("identifier.1", [bal()], directory=published(ALIX), book=ended)
    assert found.state is TODO
    assert "1 sans situation d'exercice" in found.sentences[0]


@pytest.mark.parametrize(
    ("statuses", "more", "state", "said"),
    [
        ([bal()], {"directory": published(ALIX)}, DONE, "la BAL connue ici n'est pas inactive"),
        (
            [bal(), inactive()],
            {"directory": published(ALIX)},
            TODO,
            f"{LOU} · hors de l'annuaire, réponse automatique à poser · seuil choisi ici : 1 an",
        ),
        (
            [bal(), inactive()],
            {"directory": published(ALIX, LOU)},
            ATTENTION,
            f"{LOU} · rien de lu depuis 14 mois, 212 non lus · seuil choisi ici : 1 an",
        ),
        (
            [bal(), inactive()],
            {"directory": published(ALIX, LOU), "answers": {LOU: [answer(Question.CONSULTED, "yes")]}},
            DONE,
            "aucune des 2 BAL connues ici n'est inactive",
        ),
        (
            [bal()],
            {"directory": published(ALIX, LOU), "answers": {LOU: [answer(Question.CONSULTED, "no")]}},
            ATTENTION,
            f"{LOU} · non consultée d'après vous (réponse du 19 nov. 2026) · seuil choisi ici : 1 an",
        ),
        (
            [bal(), inactive()],
            {
                "directory": published(ALIX),
                "answers": {LOU: [answer(Question.CONSULTED, "yes", days=91)]},
            },
            TODO,
            f"{LOU} · hors de l'annuaire, réponse automatique à poser · seuil choisi ici : 1 an",
        ),
        (
            [bal(), silent()],
            {"directory": published(ALIX)},
            UNKNOWN,
            f"1 BAL n'est pas inactive · {LOU} n'a pas répondu",
        ),
    ],
)
def test_identifier_2_is_done_when_nothing_that_is_published_is_left_unread(
    statuses: Statuses, more: dict[str, Any], state: StepState, said: str
) -> None:
    assert seen(practice("identifier.2", statuses, **more)) == (state, said)


@pytest.mark.parametrize(
    ("statuses", "listed", "state", "said"),
    [
        ([bal()], (ALIX,), DONE, "aucune BAL inactive, rien à demander"),
        ([bal(), inactive()], (ALIX,), BLOCKED, "attend l'étape 2 et une archive de la BAL"),
        ([bal(), inactive()], (ALIX, LOU), BLOCKED, "attend l'étape 2 et une archive de la BAL"),
    ],
)
def test_identifier_3_comes_after_depublishing_and_archiving(
    statuses: Statuses, listed: tuple[str, ...], state: StepState, said: str
) -> None:
    assert seen(practice("identifier.3", statuses, directory=published(*listed))) == (state, said)


def test_identifier_1_of_one_bal_names_its_situations() -> None:
    evidence = one_bal("identifier.1", bal(), directory=published(ALIX), book=CAB)
    assert seen(evidence) == (
        DONE,
        "consultée : un message reçu le 20 nov. 2026 est lu · "
        "situation d'exercice : Cabinet des Lilas (libéral) · Annuaire Santé : API du 22 nov. 2026",
    )


def old_extraction(days: int) -> DirectoryView:
    """An extraction that was made so long ago."""
    made = days_ago(days)
    listed = replace(entry(ALIX, Origin.EXTRACTION), seen_on=made)
    return DirectoryView(extraction=DirectoryAnswer(Origin.EXTRACTION, made, (listed,)))


@pytest.mark.parametrize("step", ["identifier.1", "identifier.2", "identifier.3"])
def test_without_the_rpps_number_nobody_can_say_that_all_bal_are_known(step: str) -> None:
    nameless = settings(rpps="")
    assert practice(step, [bal()], directory=published(ALIX), book=CAB).state is DONE
    assert practice(step, [bal()], nameless, directory=published(ALIX), book=CAB).state is UNKNOWN


def test_a_missing_rpps_number_is_told() -> None:
    evidence = practice("identifier.1", [bal()], settings(rpps=""), directory=published(ALIX), book=CAB)
    assert "sans votre numéro RPPS, balt ne peut pas connaître toutes vos BAL" in evidence.sentences


def test_a_number_that_was_mistyped_is_told() -> None:
    wrong = replace(settings(), person=Person(rpps="10999990013"))
    evidence = practice("identifier.1", [bal()], wrong, directory=published(ALIX), book=CAB)
    assert any("10999990013 : la clé de ce numéro ne correspond pas" in said for said in evidence.sentences)
    none = replace(settings(), person=Person(mistyped="1099"))
    evidence = practice("identifier.1", [bal()], none, directory=published(ALIX), book=CAB)
    assert any("1099, n'est pas un numéro RPPS" in said for said in evidence.sentences)


@pytest.mark.parametrize(("days", "state"), [(29, DONE), (30, UNKNOWN), (1000, UNKNOWN)])
@pytest.mark.parametrize("step", ["identifier.1", "identifier.2", "identifier.3"])
def test_an_old_extraction_decides_nothing(step: str, days: int, state: StepState) -> None:
    assert practice(step, [bal()], directory=old_extraction(days), book=CAB).state is state


def test_an_old_extraction_is_said_to_be_old() -> None:
    said = practice("identifier.1", [bal()], directory=old_extraction(1000)).sentences
    assert "lu il y a plus de 30 jours : trop ancien pour conclure" in said


def test_without_any_source_it_says_how_to_have_one() -> None:
    said = practice("identifier.1", [bal()], directory=DirectoryView(sources=False)).sentences
    assert "Annuaire Santé : aucune source (balt directory import FICHIER, ou une clé de l'API)" in said
