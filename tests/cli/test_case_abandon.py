"""``balt case close --abandon``: what it stops and what goes on is said first, and nothing is done without
``--yes``.
"""

from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, directory
from tests.cli.conftest import Balt
from tests.cli.test_autoreply import NEW, Place, place
from tests.cli.test_case_following import both_open

__all__ = ["directory", "place"]


def followed(balt: Balt) -> list[str]:
    """The kinds of the cases that are open."""
    return [each["kind"] for each in balt("case", "list", "--json").json if each["open"]]


def test_without_yes_it_says_what_would_be_lost_and_gives_nothing_up(
    balt: Balt, directory: DirectoryServer
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    balt("case", "request", BAL, "--yes")
    before = balt("case", "list", "--json").out
    told = balt("case", "close", BAL, "--abandon", "--note", "essai")
    assert told.code == 0
    assert "Si ce dossier est abandonné :" in told.err
    assert "ni l'annuaire, ni la réponse automatique, ni qui écrit encore" in told.err
    assert "La demande n'est pas reprise (écrite le" in told.err
    assert "Le rappel du" in told.err
    assert told.err.endswith("Rien n'est noté sans --yes.\n")
    assert balt("case", "list", "--json").out == before
    assert balt("case", "close", BAL, "--abandon", "--json").json["open"] is True


def test_with_yes_it_is_given_up_with_its_note(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    told = balt("case", "close", BAL, "--abandon", "--yes", "--note", "elle sert encore")
    assert (told.code, "dossier abandonné (elle sert encore)" in told.out) == (0, True)
    assert "La demande" not in told.err
    assert "réponse automatique reste" not in told.err
    assert followed(balt) == []


def test_one_that_is_not_at_its_end_points_to_it(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    refused = balt("case", "close", BAL, "--yes")
    assert (refused.code, f"balt case close {BAL} --abandon." in refused.err) == (2, True)
    assert followed(balt) == ["depublication"]


def test_a_reply_that_goes_on_answering_is_named_with_what_removes_it(balt: Balt, place: Place) -> None:
    balt("case", "depublish", "u", "--to", NEW)
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    said = "La réponse automatique reste en service"
    removal = f"Pour la retirer : balt autoreply {place.account.address} remove --yes."
    for more in ((), ("--yes",)):
        told = balt("case", "close", "u", "--abandon", *more).err
        assert (said in told, removal in told) == (True, True)
    assert followed(balt) == []
    assert place.stands()[1] is not None
    balt(*removal.split(" : balt ")[1].rstrip(".").split())
    assert place.stands() == (("Tri",), "Tri")


def test_one_that_was_put_there_by_hand_is_named_too(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    balt("case", "tell", BAL, "autoreply")
    told = balt("case", "close", BAL, "--abandon", "--yes").err
    assert "posée à la main" in told
    assert "balt autoreply" not in told


def test_one_that_is_out_of_service_is_not(balt: Balt, place: Place) -> None:
    balt("case", "depublish", "u", "--to", NEW)
    balt("autoreply", "u", "install", "--to", NEW, "--yes")
    balt("autoreply", "u", "remove", "--yes")
    assert "réponse automatique reste" not in balt("case", "close", "u", "--abandon", "--yes").err


def test_of_two_cases_the_other_goes_on(balt: Balt, directory: DirectoryServer) -> None:
    both_open(balt, directory)
    balt("case", "tell", BAL, "autoreply")
    told = balt("case", "close", BAL, "--abandon", "--yes")
    assert "Sa suppression ne sera plus suivie ; sa dépublication le reste." in told.err
    assert "réponse automatique reste" not in told.err, "it is followed still"
    assert followed(balt) == ["depublication"]
