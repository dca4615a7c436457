"""What is there twice: found on real servers by its octets, and only what is surplus goes."""

import json
from pathlib import Path
from typing import Any

import pytest

from balt.config import Account
from tests.cli.conftest import Balt, Places
from tests.integration.mails import opened, text


@pytest.fixture
def account(places: Places) -> Account:
    """Three messages in the inbox, of which one is in Sent too, one twice in the inbox and in the trash; one
    that only looks the same.
    """
    account = places.add()
    put = places.server.append
    seen = ("\\Seen",)
    for number in (1, 2, 3):
        put(account, text(number=number), "INBOX", flags=seen)
    put(account, text(number=1), "Sent", flags=seen)
    put(account, text(number=2), "INBOX", flags=seen)
    put(account, text(number=2), "Trash", flags=seen)
    put(account, text("Bilam", number=3), "Sent", flags=seen)
    return account


def found(result: Any) -> list[list[tuple[str, int, bool]]]:
    return sorted(
        [(each["folder"], each["uid"], each["keep"]) for each in one["messages"]] for one in result.json
    )


def uids(account: Account, folder: str) -> list[int]:
    with opened(account) as session:
        return list(session.scan(folder).uids)


def test_equal_messages_are_told_with_the_one_to_keep(balt: Balt, account: Account) -> None:
    result = balt("duplicates", account.address, "--json")
    assert result.code == 0
    assert found(result) == [
        [("INBOX", 1, True), ("Sent", 1, False)],
        [("INBOX", 2, True), ("INBOX", 4, False), ("Trash", 1, False)],
    ]
    assert {one["size"] for one in result.json} == {len(text(number=1))}
    assert "3 messages en double" in result.err
    assert "Bilan" not in result.out + result.err


def test_a_plan_takes_what_is_surplus_and_leaves_one_of_each(
    balt: Balt, account: Account, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    assert balt("plan", account.address, "--duplicates", "--output", str(plan)).code == 0
    assert (uids(account, "INBOX"), uids(account, "Sent")) == ([1, 2, 3, 4], [1, 2])
    result = balt("apply", str(plan), "--yes", "--json")
    assert (result.code, result.json["moved"]) == (0, 2)
    assert (uids(account, "INBOX"), uids(account, "Sent")) == ([1, 2, 3], [2])


def test_with_an_archive_the_surplus_is_removed_for_good(
    balt: Balt, account: Account, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    options = ["--then", "delete", "--archive", str(tmp_path / "archive"), "--output", str(plan)]
    assert balt("plan", account.address, "--duplicates", *options).code == 0
    result = balt("apply", str(plan), "--yes", "--json")
    assert (result.code, result.json["deleted"], result.json["archived"]) == (0, 3, 3)
    assert balt("duplicates", account.address, "--json").json == []
    assert uids(account, "Trash") == []


@pytest.mark.parametrize(
    "options", [["--then", "delete", "--no-archive"], ["--then", "keep", "--archive", "/a"]]
)
def test_a_duplicate_is_never_removed_without_a_net(balt: Balt, account: Account, options: list[str]) -> None:
    refused = balt("plan", account.address, "--duplicates", *options)
    assert (refused.code, "--then trash" in refused.err) == (2, True)


def test_the_last_copy_is_not_taken_when_its_twin_has_gone(
    balt: Balt, account: Account, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    balt("plan", account.address, "--duplicates", "--output", str(plan))
    with opened(account) as session:  # another client removes the one that was to stay
        session.select("INBOX")
        session.mark_deleted([1])
        session.expunge([1])
    result = balt("apply", str(plan), "--yes", "--json")
    assert (result.code, result.json["moved"]) == (1, 1)
    assert [each["folder"] for each in result.json["skipped"]] == ["Sent"]
    assert uids(account, "Sent") == [1, 2]


def test_a_twin_that_is_in_the_plan_itself_is_none(balt: Balt, account: Account, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    balt("plan", account.address, "--duplicates", "--output", str(plan))
    content = json.loads(plan.read_text())
    for part in content["folders"]:
        for message in part["messages"]:
            own = {"folder": part["folder"], "uidvalidity": part["uidvalidity"], "uid": message["uid"]}
            message["twin"] = own | {"size": message["size"], "sha256": message["twin"]["sha256"]}
    plan.write_text(json.dumps(content))
    result = balt("apply", str(plan), "--yes", "--json")
    assert (result.code, result.json["moved"], len(result.json["skipped"])) == (1, 0, 2)


def test_a_discreet_access_reads_no_message(balt: Balt, places: Places) -> None:
    account = places.add(username="{address}*master")
    for command in (["duplicates"], ["plan", "--duplicates"]):
        name, *options = command
        refused = balt(name, account.address, *options)
        assert (refused.code, "discret" in refused.err) == (2, True)
