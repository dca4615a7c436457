"""ENTRETENIR, by tables: what was measured, the state, and the sentences."""

from datetime import timedelta

import pytest

from balt.clock import FixedClock
from balt.config import Thresholds
from balt.mail.filters import parse_filter
from balt.mail.model import Quota
from balt.mailboxes.saturation import Forecast
from balt.sheets.model import StepState, Target
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    ATTENTION,
    DONE,
    GIB,
    LOU,
    MIB,
    NEARLY_FULL,
    NOW,
    TODO,
    UNKNOWN,
    Statuses,
    bal,
    practice,
    seen,
    settings,
    silent,
)

SOON_FULL = Forecast(NOW + timedelta(days=40), 38 * MIB, 12)


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : ajoutez la première (touche + dans l'application)"),
        ([bal()], DONE, "corbeille vide"),
        ([bal(), bal(ANOTHER)], DONE, "corbeilles vides"),
        ([bal(trash_messages=1, trash_size=2048)], TODO, "1 message, 2 Ko"),
        (
            [bal(trash_messages=412, trash_size=380 * MIB, trash_documents=9)],
            ATTENTION,
            "412 messages, 380 Mo · 9 pas encore intégrés au logiciel métier",
        ),
        (
            [bal(trash_messages=1, trash_size=MIB, trash_documents=1), bal(ANOTHER)],
            ATTENTION,
            "1 message, 1 Mo · 1 pas encore intégré au logiciel métier",
        ),
        (
            [
                bal(trash_messages=400, trash_size=300 * MIB),
                bal(ANOTHER, trash_messages=12, trash_size=80 * MIB),
            ],
            TODO,
            "412 messages, 380 Mo dans 2 BAL",
        ),
        ([bal(trash_messages=4, trash_size=MIB, quota=NEARLY_FULL)], ATTENTION, "4 messages, 1 Mo"),
        ([bal(trash_messages=4, trash_size=None)], TODO, "4 messages"),
        (
            [bal(trash_messages=4, trash_size=None), bal(ANOTHER, trash_messages=3, trash_size=MIB)],
            TODO,
            "7 messages, au moins 1 Mo dans 2 BAL",
        ),
        ([bal(), silent()], UNKNOWN, f"corbeille vide dans 1 BAL sur 2 · {LOU} n'a pas répondu"),
        (
            [bal(), bal(ANOTHER), silent(), silent("z@x.mssante.fr")],
            UNKNOWN,
            f"corbeilles vides dans 2 BAL sur 4 · {LOU} et z@x.mssante.fr n'ont pas répondu",
        ),
        ([silent()], UNKNOWN, f"{LOU} n'a pas répondu"),
        (
            [bal(), bal(LOU, trash_folder=None, trash_messages=None)],
            UNKNOWN,
            f"corbeille vide dans 1 BAL sur 2 · aucune corbeille reconnue dans {LOU}",
        ),
        (
            [bal(trash_messages=2, trash_size=MIB), silent()],
            TODO,
            f"2 messages, 1 Mo · {LOU} n'a pas répondu",
        ),
    ],
)
def test_entretenir_1_is_done_when_every_trash_is_known_to_be_empty(
    statuses: Statuses, state: StepState, said: str
) -> None:
    assert seen(practice("entretenir.1", statuses)) == (state, said)


def test_enter_leads_to_the_fullest_trash() -> None:
    statuses = [
        bal(trash_messages=900, trash_size=MIB),
        bal(LOU, trash_messages=3, trash_size=GIB, trash_folder="Trash"),
        bal(ANOTHER, trash_messages=999, trash_size=None),
    ]
    assert practice("entretenir.1", statuses).target == Target(LOU, "Trash", "", "size", partial=True)


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : ajoutez la première (touche + dans l'application)"),
        ([bal()], DONE, "aucun courriel de plus de 3 ans (seuil choisi ici)"),
        ([bal(old_messages=2301, old_size=612 * MIB)], TODO, "2 301 de plus de 3 ans, 612 Mo"),
        (
            [bal(old_messages=2301, old_size=612 * MIB, old_documents=84)],
            TODO,
            "2 301 de plus de 3 ans, 612 Mo · 84 pas encore intégrés au logiciel métier",
        ),
        (
            [bal(old_messages=2301, old_size=612 * MIB, old_documents=1, old_unknown=1301)],
            TODO,
            "2 301 de plus de 3 ans, 612 Mo · 1 pas encore intégré au logiciel métier · "
            "documents de 1 301 messages pas encore regardés",
        ),
        (
            [bal(old_messages=2301, old_size=612 * MIB, quota=NEARLY_FULL)],
            ATTENTION,
            "2 301 de plus de 3 ans, 612 Mo",
        ),
        (
            [bal(old_messages=2301, old_size=612 * MIB, quota=Quota(GIB, 2 * GIB), saturation=SOON_FULL)],
            ATTENTION,
            "2 301 de plus de 3 ans, 612 Mo",
        ),
        (
            [bal(old_messages=2301, old_size=612 * MIB), bal(ANOTHER, quota=NEARLY_FULL)],
            TODO,
            "2 301 de plus de 3 ans, 612 Mo",
        ),
        (
            [bal(), silent()],
            UNKNOWN,
            f"aucun courriel de plus de 3 ans (seuil choisi ici) dans 1 BAL sur 2 · {LOU} n'a pas répondu",
        ),
        ([bal(old_messages=None)], UNKNOWN, f"l'âge des courriels reste inconnu dans {ALIX}"),
    ],
)
def test_entretenir_2_counts_what_is_older_than_the_threshold(
    statuses: Statuses, state: StepState, said: str
) -> None:
    assert seen(practice("entretenir.2", statuses)) == (state, said)


@pytest.mark.parametrize(
    ("statuses", "state", "said"),
    [
        ([], UNKNOWN, "aucune BAL connue ici : ajoutez la première (touche + dans l'application)"),
        ([bal()], DONE, "aucune pièce jointe dans un message de plus de 5 Mo (seuil choisi ici)"),
        (
            [bal(large_messages=38, large_size=int(1.1 * GIB))],
            TODO,
            "38 messages de plus de 5 Mo avec pièces jointes, 1,1 Go",
        ),
        (
            [bal(large_messages=38, large_size=int(1.1 * GIB), quota=NEARLY_FULL)],
            ATTENTION,
            "38 messages de plus de 5 Mo avec pièces jointes, 1,1 Go",
        ),
        (
            [bal(large_messages=None), bal(LOU, large_messages=None)],
            UNKNOWN,
            f"les pièces jointes restent inconnues dans {ALIX} et {LOU}",
        ),
    ],
)
def test_entretenir_3_counts_attachments_larger_than_the_threshold(
    statuses: Statuses, state: StepState, said: str
) -> None:
    assert seen(practice("entretenir.3", statuses)) == (state, said)


@pytest.mark.parametrize(
    ("thresholds", "step", "query", "said"),
    [
        (Thresholds(), "entretenir.2", "older:3y", "7 de plus de 3 ans, 9 Mo"),
        (Thresholds(old_after_days=365), "entretenir.2", "older:1y", "7 de plus de 1 an, 9 Mo"),
        (Thresholds(old_after_days=500), "entretenir.2", "older:500d", "7 de plus de 500 jours, 9 Mo"),
        (
            Thresholds(),
            "entretenir.3",
            "larger:5M has:attachment",
            "7 messages de plus de 5 Mo avec pièces jointes, 9 Mo",
        ),
        (
            Thresholds(large_attachment=512 * 1024),
            "entretenir.3",
            "larger:512k has:attachment",
            "7 messages de plus de 512 Ko avec pièces jointes, 9 Mo",
        ),
        (
            Thresholds(large_attachment=1000),
            "entretenir.3",
            "larger:1000 has:attachment",
            "7 messages de plus de 1 Ko avec pièces jointes, 9 Mo",
        ),
    ],
)
def test_enter_leads_to_the_messages_counted_where_they_weigh_most(
    thresholds: Thresholds, step: str, query: str, said: str
) -> None:
    less = bal(ANOTHER, old_messages=0, large_messages=0)
    most = bal(LOU, old_messages=7, old_size=9 * MIB, large_messages=7, large_size=9 * MIB)
    evidence = practice(step, [less, most], settings(thresholds=thresholds))
    assert evidence.sentences == (said,)
    assert evidence.target == Target(LOU, "INBOX", query, "date" if step == "entretenir.2" else "size")
    parse_filter(query, FixedClock(NOW))
