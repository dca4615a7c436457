"""That BAL have no account here is told where a step stands as it does for want of them, and only there."""

import pytest

from balt.cases.model import Happened
from balt.mailboxes.situation_file import BookView
from balt.sheets.rules import evaluate, evaluate_mailbox
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    CABINET,
    DONE,
    GONE,
    LOU,
    OUT,
    WRITTEN,
    bal,
    deleting,
    inactive,
    known,
    leaving,
    published,
    silent,
)

CAB = BookView(situations=(CABINET,), links={"S1": (ALIX, LOU)})
WITHOUT = "1 BAL publiée est sans compte ici"
FULL = bal(trash_messages=4, trash_size=4, trash_documents=0)


def telling(*statuses: object, **more: object) -> list[str]:
    """The steps that tell it."""
    return [each.id for each in evaluate(known(statuses, **more)) if WITHOUT in each.sentences]  # type: ignore[arg-type]


def test_it_is_told_where_nothing_else_decides() -> None:
    everywhere = [f"identifier.{step}" for step in (1, 2, 3)] + [f"entretenir.{step}" for step in (1, 2, 3)]
    assert telling(bal(), directory=published(ALIX, LOU), book=CAB) == everywhere


def test_beside_a_bal_that_nobody_reads_and_a_full_trash_it_is_not() -> None:
    there = published(ALIX, LOU, ANOTHER)
    told = telling(FULL, inactive(ANOTHER), directory=there, book=CAB)
    assert told == ["entretenir.2", "entretenir.3"]


def test_one_that_leaves_needs_no_account_for_the_steps_that_are_settled_for_it() -> None:
    case = leaving(GONE, (Happened.AUTO_REPLY, 3, "by_hand"))
    found = {each.id: each for each in evaluate(known([bal()], directory=published(ALIX), cases=[case]))}
    assert found["identifier.2"].state is DONE
    sentences = [said for step in ("identifier.1", "identifier.2") for said in found[step].sentences]
    assert not any("sans compte" in said for said in sentences)
    assert "1 BAL est sans compte ici" in found["entretenir.1"].sentences, "it is published no more"


@pytest.mark.parametrize(
    ("shown", "said"),
    [((ALIX, LOU), "cette BAL est publiée, sans compte ici"), ((ALIX,), "cette BAL est sans compte ici")],
)
def test_of_one_bal_alone_it_is_told_as_of_that_one(shown: tuple[str, ...], said: str) -> None:
    here = known([bal()], directory=published(*shown), cases=[leaving(GONE)])
    found = [each for each in evaluate_mailbox(here, LOU) if each.id == "entretenir.1"]
    assert [each.sentences for each in found] == [(said,)]


def test_a_server_that_is_silent_since_the_deletion_was_asked_for_is_told_as_that() -> None:
    for cases, said in (
        ([OUT, deleting()], "cette BAL n'a pas répondu"),
        ([OUT, deleting(WRITTEN)], "cette BAL ne répond pas, sa suppression est demandée"),
    ):
        here = known([bal(), silent()], directory=published(ALIX), cases=cases)
        found = {each.id: each for each in evaluate_mailbox(here, LOU)}
        assert said in found["entretenir.1"].sentences
