"""``balt case replace``: another BAL takes over while a case is open."""

from pathlib import Path

import pytest

from balt.cases.autoreply.script import NAME
from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, closed, directory, states
from tests.cli.conftest import Balt
from tests.cli.test_autoreply import NEW, TRI, Place, place
from tests.directory.test_white_list import document, write

__all__ = ["directory", "place"]

FORMER = "camille.exemple@clinique-fictive.mssante.fr"


def test_another_bal_takes_over_and_what_names_the_former_one_is_to_be_done_again(
    balt: Balt, directory: DirectoryServer
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    balt("case", "request", BAL, "--yes")
    balt("case", "tell", BAL, "autoreply")
    told = balt("case", "replace", BAL, "--to", NEW, "--note", "parti au CHU")
    assert told.code == 0
    assert f"{NEW} la remplace" in told.out
    assert f"elle nomme l'ancienne BAL de remplacement : à récrire : balt case request {BAL}" in told.out
    assert f"à refaire : balt autoreply {BAL} install --to {NEW}" in told.out
    assert f"remplacée par {NEW} (parti au CHU)" in balt("case", "show", BAL).out
    asked = balt("case", "request", BAL, "--yes")
    assert (NEW in asked.out, OTHER in asked.out) == (True, False)
    shown = balt("case", "show", BAL, "--json").json[0]
    assert (shown["replacement"], states(shown)["request"]) == (NEW, "todo")


@pytest.mark.parametrize("address", ["camille@gmail.com", "camille", BAL, OTHER])
def test_one_that_would_mislead_or_that_is_named_already_changes_nothing(
    balt: Balt, directory: DirectoryServer, address: str
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    before = balt("case", "list", "--json").out
    assert balt("case", "replace", BAL, "--to", address).code == 2
    assert balt("case", "list", "--json").out == before


def test_nobody_is_sent_to_a_bal_that_leaves_itself(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    third = "dr.exemple@ancien-reseau.mssante.fr"
    refused = balt("case", "depublish", third, "--to", BAL.upper())
    assert (refused.code, "elle-même sur le départ" in refused.err) == (2, True)
    balt("case", "depublish", third, "--to", OTHER)
    assert balt("case", "replace", third, "--to", BAL).code == 2


def test_nobody_is_sent_to_a_bal_that_is_no_more(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    directory.depublish(BAL)
    balt("case", "delete", BAL, "--nothing-to-keep", "tout est dans le logiciel")
    balt("case", "request", BAL, "--yes")
    balt("case", "tell", BAL, "deleted")
    refused = balt("case", "depublish", "dr.exemple@ancien-reseau.mssante.fr", "--to", BAL)
    assert (refused.code, "est supprimée" in refused.err) == (2, True)


def test_one_outside_of_the_white_list_is_told_and_not_refused(
    balt: Balt, directory: DirectoryServer, tmp_path: Path
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    file = write(tmp_path, document("medecin.mssante.fr"))
    assert balt("directory", "white-list", "import", str(file)).code == 0
    told = balt("case", "replace", BAL, "--to", NEW)
    assert (told.code, "n'est pas dans la liste blanche" in told.err) == (0, True)


def test_without_a_case_there_is_nothing_to_replace(balt: Balt, directory: DirectoryServer) -> None:
    told = balt("case", "replace", BAL, "--to", OTHER)
    assert (told.code, "aucun dossier" in told.err) == (2, True)


def test_a_deletion_keeps_the_replacement_of_a_depublication_that_is_closed(
    balt: Balt, directory: DirectoryServer
) -> None:
    closed(balt, directory)
    deletion = balt("case", "delete", BAL, "--nothing-to-keep", "tout est dans le logiciel", "--json").json
    assert deletion["replacement"] == OTHER
    told = balt("case", "replace", BAL, "--to", NEW, "--json").json
    assert (told["kind"], told["replacement"], states(told)["autoreply"]) == ("deletion", NEW, "attention")


def test_the_reply_is_installed_again_and_the_script_of_the_person_is_as_it_was(
    balt: Balt, place: Place
) -> None:
    def reply() -> dict[str, str]:
        (case,) = balt("case", "list", "--json").json
        return next(each for each in case["steps"] if each["step"] == "autoreply")

    def seen() -> list[str]:
        (case,) = balt("case", "list", "--json").json
        return [each["value"] for each in case["events"] if each["what"] == "autoreply"]

    balt("case", "depublish", "u", "--to", FORMER)
    balt("autoreply", "u", "install", "--to", FORMER, "--yes")
    assert reply()["state"] == "done"
    balt("case", "replace", "u", "--to", NEW)
    assert "l'ancienne BAL de remplacement" in reply()["said"]
    assert balt("case", "follow").code == 1
    assert seen() == ["active", "elsewhere"]
    assert reply()["command"] == f"balt autoreply {place.account.address} install --to {NEW}"
    planned = balt("autoreply", "u", "install", "--to", NEW).err
    assert f"Elle renvoie vers {FORMER}.\n" in planned
    assert f"Installée de nouveau, elle renverra vers {NEW}.\n" in planned
    assert "Noté au dossier." in balt("autoreply", "u", "install", "--to", NEW, "--yes").err
    assert (reply()["state"], seen()) == ("done", ["active", "elsewhere", "active"])
    with place.session() as session:
        answer = session.script(NAME).decode()
        assert (NEW in answer, FORMER in answer) == (True, False)
        assert session.script("Tri") == TRI
    balt("autoreply", "u", "remove", "--yes")
    assert place.stands() == (("Tri",), "Tri")
    with place.session() as session:
        assert session.script("Tri") == TRI


def test_installed_again_at_once_that_is_noted_too(balt: Balt, place: Place) -> None:
    balt("case", "depublish", "u", "--to", FORMER)
    balt("autoreply", "u", "install", "--to", FORMER, "--yes")
    balt("case", "replace", "u", "--to", NEW)
    assert "Noté au dossier." in balt("autoreply", "u", "install", "--to", NEW, "--yes").err
    (case,) = balt("case", "show", "u", "--json").json
    assert states(case)["autoreply"] == "done"
    assert balt("case", "show", "u").out.count("réponse automatique en service") == 2
