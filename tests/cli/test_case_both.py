"""``balt case follow`` of a BAL whose two cases are open: what concerns the BAL is told once."""

from pathlib import Path

import pytest

from balt.config import Account
from tests.cli.case_places import OTHER, seen_out_of_the_directory, states
from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places
from tests.cli.test_case_deletion import archived

WRITER = "labo@bio-fictive.mssante.fr"


@pytest.fixture
def account(balt: Balt, demo_places: Places) -> Account:
    """A BAL to which somebody still writes, out of the directory, its deletion prepared."""
    account = demo_places.add()
    demo_places.write(account, sender=WRITER)
    seen_out_of_the_directory(account.address)
    assert balt("case", "depublish", account.address, "--to", OTHER).code == 0
    assert balt("case", "delete", account.address, "--nothing-to-keep", "déjà classé").code == 0
    return account


@pytest.mark.usefixtures("account")
def test_who_still_writes_is_told_once(balt: Balt) -> None:
    assert balt("case", "follow").out.count(WRITER) == 1
    leaving, deletion = balt("case", "follow", "--json").json
    assert [each["address"] for each in leaving["writers"]] == [WRITER]
    assert ("writers" in deletion, "writers" in states(deletion)) == (False, False)


def test_where_only_the_deletion_needs_a_hand_it_is_told_there(
    balt: Balt, demo_places: Places, tmp_path: Path
) -> None:
    account = demo_places.add()
    demo_places.write(account, sender=WRITER)
    seen_out_of_the_directory(account.address)
    archive = archived(balt, account.address, tmp_path)
    balt("case", "depublish", account.address, "--to", OTHER)
    assert balt("case", "delete", account.address, "--archive", str(archive)).code == 0
    balt("case", "follow")
    assert balt("case", "follow", "--quiet").out == ""
    demo_places.write(account, "Arrivé depuis", sender=WRITER)
    quiet = balt("case", "follow", "--quiet")
    assert (quiet.out.count("dépublication"), quiet.out.count(WRITER)) == (0, 1)
    (deletion,) = balt("case", "follow", "--quiet", "--json").json
    assert [each["address"] for each in deletion["writers"]] == [WRITER]


def test_once_the_depublication_is_closed_the_deletion_tells_it(balt: Balt, account: Account) -> None:
    assert balt("case", "tell", account.address, "autoreply").code == 0
    assert balt("case", "close", account.address, "--abandon", "--yes").code == 0, "the deletion"
    assert balt("case", "close", account.address).code == 0
    assert balt("case", "delete", account.address, "--nothing-to-keep", "déjà classé").code == 0
    (deletion,) = balt("case", "follow", "--json").json
    assert [each["address"] for each in deletion["writers"]] == [WRITER]


def test_a_password_that_is_refused_is_tried_once_for_both(
    balt: Balt, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "plus-le-bon")
    refused = balt("case", "follow")
    assert (refused.code, refused.err.count("mot de passe refusé")) == (3, 1)
    assert balt("case", "request", account.address, "--yes").code == 0
    closed = balt("case", "follow", "--json")
    assert states(closed.json[1])["deleted"] == "attention", "that is what the deletion waits for"


def test_an_answer_about_the_depublication_shows_there_though_it_has_come_about(
    balt: Balt, account: Account
) -> None:
    assert balt("case", "request", account.address, "--for", "depublication", "--yes").code == 0
    told = balt("case", "tell", account.address, "answered", "--note", "fait le 20")
    assert f"{account.address} : dépublication" in told.out
    assert "réponse du fournisseur le" in told.out
    assert "(« fait le 20 »)" in told.out


def test_that_it_answers_is_noted_in_the_deletion(balt: Balt, account: Account) -> None:
    assert balt("case", "request", account.address, "--yes").code == 0
    assert balt("case", "tell", account.address, "sent").code == 0
    _leaving, deletion = balt("case", "follow", "--json").json
    assert "répond encore" in deletion["steps"][-1]["said"]
