"""The sentences that stand in the dialogs, as a doctor reads them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from balt.cleanup.plan import Act, CleanupPlan, FolderPart, Guard, PlannedMessage, Tally
from balt.cleanup.wording import freed, guard_label, sheet_question, title

OLD, NEW = datetime(2017, 2, 1, tzinfo=UTC), datetime(2019, 2, 1, tzinfo=UTC)
MESSAGES = (
    PlannedMessage(1, 2 * 1024**2, "", "", OLD),
    PlannedMessage(2, 1024**2, "", "", NEW, frozenset({Guard.FLAGGED})),
)
PLAN = CleanupPlan(
    id="p1",
    act=Act.TRASH,
    server="imap.example:993",
    user="u",
    address="a@medecin.mssante.fr",
    target="Trash",
    parts=(FolderPart("INBOX", 7, MESSAGES),),
    created=NEW,
    left_out={Guard.DOCUMENT: Tally(9, 9 * 1024**2), Guard.UNREAD: Tally(1, 1024)},
    reason="vu",
)
EMPTYING = replace(PLAN, act=Act.EMPTY_TRASH, target="", parts=(FolderPart("Trash", 9, MESSAGES),))


def test_a_move_says_its_count_and_its_size() -> None:
    assert title(PLAN) == "Mettre 2 messages à la corbeille, 3 Mo"
    assert (
        title(replace(PLAN, parts=(FolderPart("INBOX", 7, MESSAGES[:1]),)))
        == "Mettre 1 message à la corbeille, 2 Mo"
    )


def test_emptying_says_that_it_is_for_good() -> None:
    assert title(EMPTYING) == "Supprimer définitivement 2 messages de la corbeille, 3 Mo"
    assert "ne pourront plus être retrouvés" in freed(EMPTYING)


def test_a_move_says_that_it_frees_nothing() -> None:
    assert "ne libère pas de place" in freed(PLAN)


@pytest.mark.parametrize(
    ("documents", "first"),
    [
        (0, "Aucun document de la corbeille ne reste à intégrer."),
        (1, "1 message de la corbeille contient un document pas encore marqué intégré."),
        (9, "9 messages de la corbeille contiennent un document pas encore marqué intégré."),
    ],
)
def test_before_emptying_the_sheets_own_question_is_asked(documents: int, first: str) -> None:
    assert sheet_question(Tally(documents, 0)) == [
        first,
        "Les informations sont-elles bien enregistrées sur votre logiciel métier ?",
    ]


def test_every_guard_has_its_words() -> None:
    assert len({guard_label(guard) for guard in Guard}) == len(Guard)
