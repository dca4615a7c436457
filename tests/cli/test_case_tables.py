"""``balt case list`` and ``follow`` as tables: what is done of each case, and whom to warn."""

import csv
import io

import pytest

from balt.demo.directory import DirectoryServer
from tests.cli.case_places import BAL, OTHER, directory, seen_out_of_the_directory
from tests.cli.conftest import Balt, Places

__all__ = ["directory"]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("action", ["list", "follow"])
def test_a_table_has_a_line_for_each_step_of_each_case(
    balt: Balt, directory: DirectoryServer, action: str
) -> None:
    balt("case", "depublish", BAL, "--to", OTHER)
    table, (told,) = rows(balt("case", action, "--csv").out), balt("case", "list", "--json").json
    assert [(each["address"], each["kind"], each["open"]) for each in table] == (
        [(BAL, "depublication", "true")] * len(told["steps"])
    )
    names = ("step", "state", "said", "command", "since")
    assert [[each[name] for name in names] for each in table] == [
        [each[name] or "" for name in names] for each in told["steps"]
    ]
    assert {each["replacement"] for each in table} == {OTHER}


def test_without_a_case_a_table_has_its_titles_only(balt: Balt, directory: DirectoryServer) -> None:
    titles = balt("case", "list", "--csv").out
    assert titles.startswith("address,kind,open,")
    assert titles.count("\n") == 1
    followed = balt("case", "follow", "--csv", "--writers")
    assert (followed.code, followed.out) == (0, "address,writer,recent,before,trend,latest\n")


def test_whom_to_warn_is_a_table_too(balt: Balt, places: Places) -> None:
    account = places.add()
    places.write(account, sender="labo@bio-fictive.mssante.fr")
    seen_out_of_the_directory(account.address)
    balt("case", "depublish", account.address, "--to", OTHER)
    (told,) = balt("case", "follow", "--json").json
    (row,) = rows(balt("case", "follow", "--csv", "--writers").out)
    (writer,) = told["writers"]
    assert row == {
        "address": account.address.lower(),
        "writer": writer["address"],
        **{name: str(writer[name]) for name in ("recent", "before", "trend", "latest")},
    }


@pytest.mark.parametrize("more", [(), ("--json",), ("--csv", "--no-mail")])
def test_correspondents_are_a_table_and_nothing_else_and_come_out_of_the_mail(
    balt: Balt, directory: DirectoryServer, more: tuple[str, ...]
) -> None:
    refused = balt("case", "follow", "--writers", *more)
    assert (refused.code, "--writers va avec --csv" in refused.err) == (2, True)
