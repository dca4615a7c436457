"""``balt case tell``: what balt cannot see, said, corrected, taken back."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened, Look
from balt.clock import FixedClock
from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, directory, states
from tests.cli.conftest import Balt

__all__ = ["directory"]


@pytest.fixture
def opened(balt: Balt, directory: DirectoryServer) -> Balt:
    balt("case", "depublish", BAL, "--to", OTHER)
    return balt


def test_a_request_that_was_made_by_other_means_is_told(opened: Balt) -> None:
    told = opened("case", "tell", BAL, "requested", "--note", "formulaire du fournisseur")
    assert told.code == 0
    assert "écrite le" in told.out
    assert opened("case", "tell", BAL, "sent").code == 0


def test_a_reply_that_was_put_there_by_hand_is_told_removed(opened: Balt) -> None:
    opened("case", "tell", BAL, "autoreply")
    assert states(opened("case", "show", BAL, "--json").json[0])["autoreply"] == "done"
    told = opened("case", "tell", BAL, "autoreply-off")
    assert "hors service : à réinstaller" in told.out


def test_what_was_told_by_mistake_is_taken_back(opened: Balt) -> None:
    opened("case", "tell", BAL, "requested")
    opened("case", "tell", BAL, "answered", "--note", "celle d'une autre")
    told = opened("case", "tell", BAL, "answered", "--take-back", "--note", "mauvaise BAL")
    assert "réponse du fournisseur" not in told.out
    story = opened("case", "show", BAL).out
    assert "noté par erreur, repris : réponse du fournisseur (mauvaise BAL)" in story
    again = opened("case", "tell", BAL, "answered", "--take-back")
    assert again.code == 2
    assert "rien de tel n'est noté" in again.err


def told_events(balt: Balt, address: str) -> list[list[str]]:
    """What each case of a BAL tells beside looks at it."""
    told = ("opened", "nothing_to_keep", "requested", "sent", "answered")
    shown = balt("case", "show", address, "--json").json
    return [[each["what"] for each in case["events"] if each["what"] in told] for case in shown]


@pytest.mark.parametrize("what", ["sent", "answered"])
def test_of_a_request_that_was_never_made_there_is_nothing_to_tell(opened: Balt, what: str) -> None:
    early = opened("case", "tell", BAL, what)
    assert (early.code, "aucune demande de dépublication n'est écrite" in early.err) == (2, True)
    assert f"balt case request {BAL} --for depublication" in early.err
    assert told_events(opened, BAL) == [["opened"]]


@pytest.mark.parametrize("what", ["sent", "answered"])
def test_what_is_told_of_a_deletion_never_goes_to_a_depublication_that_asked_for_nothing(
    opened: Balt, directory: DirectoryServer, what: str
) -> None:
    directory.depublish(BAL)
    opened("case", "delete", BAL, "--nothing-to-keep", "tout est dans le logiciel")
    early = opened("case", "tell", BAL, what)
    assert (early.code, "aucune demande de suppression n'est écrite" in early.err) == (2, True)
    assert told_events(opened, BAL) == [["opened"], ["opened", "nothing_to_keep"]]
    opened("case", "tell", BAL, "requested")
    told = opened("case", "tell", BAL, what, "--json").json
    assert (told["kind"], told["events"][-1]["what"]) == ("deletion", what)


def test_an_answer_to_a_request_that_was_taken_back_is_none(opened: Balt) -> None:
    opened("case", "tell", BAL, "requested")
    opened("case", "tell", BAL, "requested", "--take-back")
    assert opened("case", "tell", BAL, "answered").code == 2


def test_a_request_for_what_was_not_begun_says_what_begins_it(
    opened: Balt, directory: DirectoryServer
) -> None:
    early = opened("case", "request", BAL, "--for", "deletion")
    assert (early.code, f"balt case delete {BAL}" in early.err) == (2, True)
    directory.depublish(OTHER)
    opened("case", "delete", OTHER, "--nothing-to-keep", "tout est dans le logiciel")
    other = opened("case", "request", OTHER, "--for", "depublication")
    assert (other.code, "aucun dossier de dépublication n'est ouvert" in other.err) == (2, True)


@pytest.fixture
def back(balt: Balt, directory: DirectoryServer) -> Balt:
    """A BAL that had left at the request of its holder, and that the directory shows again while its deletion
    is prepared.
    """
    then = datetime.now(UTC) - timedelta(days=20)
    old = CaseBook(Path(os.environ["XDG_DATA_HOME"]) / "balt", FixedClock(then))
    leaving = old.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    old.tell(leaving, Happened.REQUESTED, "text")
    old.notice(leaving, Look(Happened.API, "absent"))
    nothing = old.event(Happened.NOTHING_TO_KEEP, note="déjà classé")
    deletion = old.open(CaseKind.DELETION, BAL, nothing, replacement=OTHER)
    old.notice(deletion, Look(Happened.API, "absent"))
    assert "de nouveau publiée" in balt("case", "follow").out
    return balt


def test_of_one_that_is_published_again_the_depublication_is_what_was_asked_for(back: Balt) -> None:
    early = back("case", "tell", BAL, "sent")
    assert (early.code, "aucune demande de dépublication n'est écrite" in early.err) == (2, True)
    assert f"balt case tell {BAL} requested --for depublication" in early.err
    assert back("case", "tell", BAL, "requested", "--json").json["kind"] == "depublication"
    assert back("case", "tell", BAL, "sent", "--json").json["kind"] == "depublication"
    assert told_events(back, BAL)[1] == ["opened", "nothing_to_keep"]


def test_the_request_that_is_written_of_one_that_is_published_again_is_its_depublication(back: Balt) -> None:
    assert back("case", "request", BAL, "--yes").code == 0
    assert told_events(back, BAL) == [["opened", "requested", "requested"], ["opened", "nothing_to_keep"]]


def test_of_which_of_two_requests_something_is_told_can_be_said(back: Balt) -> None:
    back("case", "tell", BAL, "requested", "--for", "deletion")
    back("case", "tell", BAL, "requested")
    assert back("case", "tell", BAL, "sent", "--json").json["kind"] == "depublication"
    assert back("case", "tell", BAL, "sent", "--for", "deletion", "--json").json["kind"] == "deletion"
    assert back("case", "tell", BAL, "answered", "--for", "deletion", "--json").json["kind"] == "deletion"
    wrong = back("case", "tell", BAL, "autoreply", "--for", "deletion")
    assert (wrong.code, "--for va avec requested, sent ou answered" in wrong.err) == (2, True)


def test_what_was_told_last_is_taken_back_in_whichever_case_it_was(back: Balt) -> None:
    back("case", "tell", BAL, "requested", "--for", "deletion")
    taken = back("case", "tell", BAL, "requested", "--take-back", "--json").json
    assert (taken["kind"], taken["events"][-1]["what"]) == ("deletion", "taken_back")


def test_of_a_case_that_is_not_open_nothing_can_be_told(opened: Balt) -> None:
    early = opened("case", "tell", BAL, "requested", "--for", "deletion")
    assert (early.code, f"balt case delete {BAL}" in early.err) == (2, True)
