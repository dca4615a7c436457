"""``balt case tell``: what balt cannot see, said, corrected, taken back."""

import pytest

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
