"""Nobody is sent in a circle, nor, without a word, to a BAL that leaves or that nobody finds."""

import os
from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.demo.directory import DirectoryServer
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from tests.cli.case_places import BAL, OTHER, closed, directory
from tests.cli.conftest import Balt
from tests.cli.test_autoreply import NEW, Place, place

__all__ = ["directory", "place"]

THIRD, COLLEAGUE = "dr.exemple@ancien-reseau.mssante.fr", "lou.essai@chu-fictif.mssante.fr"


def replacements(balt: Balt, address: str = BAL) -> list[tuple[str, str]]:
    """How the replacement of a BAL stands, by each command that tells it."""
    told = [
        balt("case", "show", address, "--json").json[0],
        balt("case", "list", address, "--json").json[0],
        balt("case", "follow", address, "--json").json[0],
        balt("case", "request", address, "--json").json,
    ]
    steps = [each for case in told for each in case["steps"] if each["step"] == "replacement"]
    return [(each["state"], each["said"]) for each in steps]


def says_no(address: str) -> None:
    """Its holder says that nobody reads it."""
    folder = Path(os.environ["XDG_DATA_HOME"]) / "balt"
    Notebook(folder, SystemClock()).answer(address, Question.CONSULTED, "no")


def test_two_bal_do_not_replace_one_another_nor_do_three(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    back = balt("case", "depublish", OTHER, "--to", BAL)
    assert (back.code, "renvoie elle-même vers cette BAL" in back.err) == (2, True)
    balt("case", "depublish", OTHER, "--to", THIRD)
    for asked in (("case", "depublish", THIRD, "--to", BAL), ("autoreply", THIRD, "show", "--to", BAL)):
        told = balt(*asked)
        assert (told.code, "renvoie elle-même vers cette BAL" in told.err, told.out) == (2, True, "")


def test_that_the_replacement_leaves_itself_is_told_as_it_is_asked_and_in_the_case_that_it_breaks(
    balt: Balt, directory: DirectoryServer
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    assert {state for state, _said in replacements(balt)} == {"done"}
    told = balt("case", "depublish", OTHER, "--to", THIRD)
    assert (told.code, f"{BAL} renvoie vers {OTHER}, qui part elle-même" in told.err) == (0, True)
    assert f"balt case replace {BAL} --to {THIRD}" in told.err
    assert set(replacements(balt)) == {
        ("attention", f"{OTHER} la remplace, mais est elle-même sur le départ")
    }
    assert balt("case", "follow", BAL).code == 1
    balt("case", "replace", BAL, "--to", THIRD)
    assert {state for state, _said in replacements(balt)} == {"done"}


def test_a_replacement_that_is_put_to_deletion_is_told_too(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    directory.depublish(OTHER)
    told = balt("case", "delete", OTHER, "--nothing-to-keep", "tout est dans le logiciel")
    assert (told.code, f"{BAL} renvoie vers {OTHER}, qui part elle-même" in told.err) == (0, True)
    assert balt("case", "request", OTHER, "--yes").code == 0
    balt("case", "tell", OTHER, "deleted")
    assert set(replacements(balt)) == {("attention", f"{OTHER} la remplace, mais est supprimée")}


@pytest.mark.parametrize("named", [OTHER, COLLEAGUE])
def test_a_replacement_that_nobody_finds_in_the_directory_is_told_everywhere(
    balt: Balt, directory: DirectoryServer, named: str
) -> None:
    directory.depublish(OTHER)
    told = balt("case", "depublish", BAL, "--to", named)
    assert (told.code, f"{named}, vers qui les correspondants sont renvoyés, n'est pas" in told.err) == (
        0,
        True,
    )
    assert f"{named} la remplace, mais n'est pas dans l'annuaire : balt case replace {BAL}" in told.out
    assert set(replacements(balt)) == {("attention", f"{named} la remplace, mais n'est pas dans l'annuaire")}
    assert f"la BAL de remplacement n'est pas dans l'annuaire ({named})" in balt("case", "show", BAL).out


def test_one_that_nobody_reads_is_told(balt: Balt, directory: DirectoryServer) -> None:
    says_no(OTHER)
    told = balt("case", "depublish", BAL, "--to", OTHER)
    assert (told.code, "n'est pas consultée" in told.err) == (0, True)
    assert set(replacements(balt)) == {("attention", f"{OTHER} la remplace, mais n'est pas consultée")}


def test_of_a_case_that_is_closed_another_one_is_offered_to_name_another(
    balt: Balt, directory: DirectoryServer
) -> None:
    closed(balt, directory)
    balt("case", "depublish", OTHER, "--to", THIRD)
    (case,) = balt("case", "show", BAL, "--json").json
    (step,) = [each for each in case["steps"] if each["step"] == "replacement"]
    assert step["command"].startswith(f"balt case depublish {BAL} --to")


def test_no_auto_reply_sends_people_back(balt: Balt, place: Place) -> None:
    balt("case", "depublish", NEW, "--to", place.account.address, "--again")
    for more in ((), ("--yes",)):
        told = balt("autoreply", "u", "install", "--to", NEW, *more)
        assert (told.code, "renvoie elle-même vers cette BAL" in told.err) == (2, True)
    assert place.stands() == (("Tri",), "Tri")


def test_no_auto_reply_sends_people_to_one_that_leaves(balt: Balt, place: Place) -> None:
    balt("case", "depublish", NEW, "--to", COLLEAGUE, "--again")
    told = balt("autoreply", "u", "install", "--to", NEW, "--yes")
    assert (told.code, "est elle-même sur le départ" in told.err) == (2, True)
    assert place.stands() == (("Tri",), "Tri")


def test_an_auto_reply_on_one_that_replaces_another_says_so(balt: Balt, place: Place) -> None:
    balt("case", "depublish", NEW, "--to", place.account.address, "--again")
    told = balt("autoreply", "u", "install", "--to", COLLEAGUE, "--yes")
    assert (told.code, f"{NEW} renvoie vers {place.account.address}" in told.err) == (0, True)


def test_an_auto_reply_that_names_one_that_nobody_reads_is_told_before_it_is_installed(
    balt: Balt, place: Place
) -> None:
    place.configure()
    with place.file.open("a", encoding="utf-8") as file:
        file.write(f'[[mailbox]]\naddress = "{NEW}"\naccess = "none"\n')
    says_no(NEW)
    told = balt("autoreply", "u", "install", "--to", NEW)
    assert (told.code, f"{NEW}, vers qui les correspondants sont renvoyés, n'est pas" in told.err) == (
        0,
        True,
    )
