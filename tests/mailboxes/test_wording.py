"""The words of a BAL: one for each value, in both languages."""

from dataclasses import replace

import pytest

from balt import i18n
from balt.directory.model import PracticeSituation
from balt.mailboxes.model import Publication, Question, Verdict
from balt.mailboxes.wording import (
    mode_label,
    publication_label,
    question_text,
    situation_label,
    verdict_label,
)
from tests.mailboxes.directory_cases import LILAS

BARE = PracticeSituation("1", "")


def test_every_verdict_has_its_word_of_the_product() -> None:
    assert {each.value: verdict_label(each) for each in Verdict} == {
        "active": "active",
        "watch": "à surveiller",
        "inactive": "inactive",
        "ghost": "fantôme",
        "unlisted": "hors annuaire",
        "leaving": "en cours de dépublication",
        "to_delete": "à supprimer",
        "deleted": "supprimée",
        "unknown": "à préciser",
    }


@pytest.mark.parametrize(
    ("situation", "label"),
    [
        (LILAS, "Cabinet des Lilas (libéral)"),
        (replace(LILAS, mode="S"), "Cabinet des Lilas (salarié)"),
        (replace(LILAS, mode="B"), "Cabinet des Lilas (bénévole)"),
        (replace(LILAS, mode="Z"), "Cabinet des Lilas (Z)"),
        (replace(LILAS, mode=""), "Cabinet des Lilas"),
        (replace(LILAS, structure=""), "Fictive (libéral)"),
        (replace(BARE, finess="990000028"), "FINESS 990000028"),
        (replace(BARE, mode="L"), "exercice libéral"),
        (BARE, "structure non précisée"),
    ],
)
def test_a_situation_is_named_by_what_is_known_of_it(situation: PracticeSituation, label: str) -> None:
    assert situation_label(situation) == label


def test_a_publication_fits_its_column() -> None:
    assert [publication_label(each) for each in Publication] == ["oui", "non", "?"]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_question_and_mode_has_words(language: str) -> None:
    i18n.set_language(language)
    asked = {question_text(each) for each in Question}
    assert len(asked) == len(Question)
    assert all(each.endswith("?") for each in asked)
    assert mode_label("") == ""
