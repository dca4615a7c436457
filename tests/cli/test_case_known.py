"""``balt case``: whose beginning a name is, and an address that is nobody's."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.demo.directory import DirectoryServer
from balt.mailboxes.operator.book import OperatorBook
from balt.mailboxes.operator.figures import OperatorFigure
from tests.cli.case_places import BAL, OTHER, directory, seen_out_of_the_directory, states
from tests.cli.conftest import Balt

__all__ = ["directory"]

OWN = "dr.exemple@ancien-reseau.mssante.fr"
NOTHING = ("--nothing-to-keep", "rien")
TYPO, ELSEWHERE = "c.exemple@ch-fictf.mssante.fr", "x@gmail.com"


def delete(balt: Balt, address: str, *more: str) -> tuple[int, str]:
    result = balt("case", "delete", address, *NOTHING, *more)
    return result.code, result.err


def cases(balt: Balt) -> list[str]:
    return [each["address"] for each in balt("case", "list", "--json").json]


# Names


@pytest.mark.parametrize("name", ["dr.exemple@ancien", f"{OWN[:-1]}", "DR.", OWN.upper()])
def test_a_beginning_is_that_of_one_s_own_bal_in_the_directory_too(
    balt: Balt, directory: DirectoryServer, name: str
) -> None:
    opened = balt("case", "depublish", name, "--to", OTHER, "--json")
    assert (opened.code, opened.json["address"], states(opened.json)["gone"]) == (0, OWN, "blocked")


def test_a_beginning_is_that_of_a_case_without_the_directory(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", OWN, "--to", OTHER)
    directory.stop()
    for asked in (("case", "show"), ("case", "request"), ("checklist",)):
        told = balt(*asked, "dr.exemple@ancien-res", "--json")
        assert OWN in told.out
    assert [each["address"] for each in balt("case", "list", "dr.", "--json").json] == [OWN]


def test_a_beginning_that_several_have_is_refused_and_they_are_named(
    balt: Balt, directory: DirectoryServer
) -> None:
    balt("case", "depublish", "c.autre@medecin.mssante.fr", "--to", OTHER, "--again")
    told = balt("case", "show", "c.")
    assert (told.code, f"Précisez : {BAL}, c.autre@medecin.mssante.fr." in told.err) == (2, True)


# Nobody's


@pytest.mark.parametrize(
    ("address", "why", "near"),
    [(TYPO, "rien ne montre cette BAL", BAL), (ELSEWHERE, "pas une adresse MSSanté", "")],
)
def test_an_address_that_nothing_shows_is_refused_and_the_nearest_is_named(
    balt: Balt, directory: DirectoryServer, address: str, why: str, near: str
) -> None:
    for told in (
        balt("case", "depublish", address, "--to", OTHER),
        balt("case", "delete", address, *NOTHING),
    ):
        assert (told.code, why in told.err, "--again" in told.err) == (2, True, True)
        assert (f"Vouliez-vous dire {near} ?" in told.err) is bool(near)
    assert cases(balt) == []


def test_said_again_it_is_followed_and_its_absence_is_no_departure(
    balt: Balt, directory: DirectoryServer
) -> None:
    opened = balt("case", "depublish", TYPO, "--to", OTHER, "--again", "--json")
    assert (opened.code, states(opened.json)["gone"], states(opened.json)["request"]) == (
        0,
        "unknown",
        "todo",
    )
    (followed,) = balt("case", "follow", "--json").json
    assert states(followed)["gone"] == "unknown"
    assert "jamais vue dans l'annuaire" in balt("case", "follow").out
    steps = {each["step"]: each["state"] for each in balt("checklist", TYPO, "--json").json}
    assert "done" not in (steps[2], steps[3])
    assert delete(balt, TYPO)[0] == 2
    code, said = delete(balt, TYPO, "--again")
    assert (code, "rien ne montre que cette BAL n'y est plus" in said) == (4, True)
    seen_out_of_the_directory(TYPO)
    assert delete(balt, TYPO, "--again")[0] == 0


def test_a_case_that_was_given_up_makes_no_address_known(balt: Balt, directory: DirectoryServer) -> None:
    balt("case", "depublish", TYPO, "--to", OTHER, "--again")
    balt("case", "close", TYPO, "--abandon", "--yes")
    assert balt("case", "depublish", TYPO, "--to", OTHER).code == 2


def test_a_bal_of_an_operator_is_known(balt: Balt, directory: DirectoryServer) -> None:
    figure = OperatorFigure(SystemClock().now().date() - timedelta(days=1))
    OperatorBook(Path(os.environ["XDG_DATA_HOME"]) / "balt").learn({TYPO: figure}, None)
    assert balt("case", "depublish", TYPO, "--to", OTHER).code == 0


def test_a_bal_of_the_configuration_is_known_though_nothing_publishes_it(
    balt: Balt, directory: DirectoryServer
) -> None:
    directory.depublish(BAL)
    opened = balt("case", "depublish", BAL, "--to", OTHER, "--json")
    assert (opened.code, states(opened.json)["gone"]) == (0, "done")
