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
