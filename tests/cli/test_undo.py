"""``balt undo``: what it says before, what it does with ``--yes``, what scripts read."""

import json
from pathlib import Path

import pytest

from balt.config import Account
from tests.cli.conftest import Balt, Places

READ = ("\\Seen",)


def thrown_away(places: Places, account: Account, balt: Balt, tmp_path: Path, *uids: int) -> str:
    """Messages of the inbox, put into the trash by balt; the id of that act."""
    file = tmp_path / "plan.json"
    named = ",".join(map(str, uids))
    made = balt(
        "plan", account.address, "--uids", f"INBOX:{named}", "--override", "ESSAI", "--output", str(file)
    )
    assert made.code == 0
    assert balt("apply", str(file), "--yes", "--json").json["moved"] == len(uids)
    name: str = json.loads(file.read_text(encoding="ascii"))["id"]
    return name


def folders(account: Account, balt: Balt) -> dict[str, int]:
    """How many messages each folder holds."""
    counts: dict[str, int] = {}
    for row in balt("messages", account.address, "--json").json:
        counts[row["folder"]] = counts.get(row["folder"], 0) + 1
    return counts


@pytest.fixture
def account(places: Places) -> Account:
    return places.add()


def test_the_newest_act_is_told_and_nothing_is_touched_without_yes(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    uids = [places.write(account, f"ESSAI {n}", flags=READ) for n in range(3)]
    name = thrown_away(places, account, balt, tmp_path, *uids[:2])
    lines = len(balt("journal", "--json").json)
    result = balt("undo", "--json")
    assert result.code == 0
    assert (result.json["act"], result.json["count"], result.json["moved"]) == (name, 2, 0)
    assert "Remettre 2 messages de la corbeille à leur place" in result.err
    assert "Rien n'est fait sans --yes." in result.err
    assert "annulation" not in result.err
    assert folders(account, balt) == {"INBOX": 1, "Trash": 2}
    assert len(balt("journal", "--json").json) == lines


def test_with_yes_the_messages_go_home_and_the_account_is_that_of_apply(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    uids = [places.write(account, f"ESSAI {n}", flags=()) for n in range(3)]
    name = thrown_away(places, account, balt, tmp_path, *uids[:2])
    result = balt("undo", name, "--yes", "--json")
    assert result.code == 0
    told = result.json
    assert (told["act"], told["moved"], told["skipped"], told["freed"]) == (name, 2, [], 0)
    assert (told["missing"], told["unsure"], told["homeless"]) == (0, 0, [])
    assert {"archived", "deleted", "moved_size", "quota_before", "quota_after"} <= told.keys()
    assert "2 messages remis en place" in result.err
    assert "corbeille sera vidée" not in result.err
    assert folders(account, balt) == {"INBOX": 3}
    back = [line for line in balt("journal", "--json").json if line["action"] == "undo"]
    assert {line["note"] for line in back} == {name}


def test_an_act_is_named_by_its_beginning_and_undone_once(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    name = thrown_away(places, account, balt, tmp_path, places.write(account, flags=READ))
    assert balt("undo", name[:-3], "--yes").code == 0
    again = balt("undo", name, "--yes")
    assert again.code == 4
    assert "déjà annulé" in again.err
    nothing = balt("undo", "--yes", "--json")
    assert (nothing.code, nothing.json["act"], nothing.json["moved"]) == (0, None, 0)
    assert "Aucun acte" in nothing.err


def test_an_act_that_the_journal_does_not_know_is_wrong_use(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    one, two = (places.write(account, flags=READ) for _n in range(2))
    first = thrown_away(places, account, balt, tmp_path, one)
    second = thrown_away(places, account, balt, tmp_path, two)
    unknown = balt("undo", "nothing-of-that-name")
    assert unknown.code == 2
    assert "nothing-of-that-name" in unknown.err
    common = first[: next(n for n in range(len(first)) if first[n] != second[n])]
    several = balt("undo", common)
    assert several.code == 2
    assert "plusieurs actes" in several.err


def test_what_was_removed_for_good_is_refused_with_why(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    places.write(account, folder="Trash", flags=READ)
    file = tmp_path / "plan.json"
    assert balt("plan", account.address, "--empty-trash", "--output", str(file)).code == 0
    assert balt("apply", str(file), "--yes", "--json").json["deleted"] == 1
    name = json.loads(file.read_text(encoding="ascii"))["id"]
    result = balt("undo", name, "--yes")
    assert result.code == 4
    assert "supprimés sans archive" in result.err
    assert "opérateur" in result.err


def test_what_is_no_longer_in_the_trash_is_a_finding(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    uids = [places.write(account, f"ESSAI {n}", flags=READ, size=300 * n) for n in range(2)]
    thrown_away(places, account, balt, tmp_path, *uids)
    with places.server.client(account) as client:
        client.select("Trash")
        client.uid("STORE", "1", "+FLAGS", "(\\Deleted)")
        client.expunge()
    assert balt("undo").code == 0
    result = balt("undo", "--yes", "--json")
    assert (result.code, result.json["moved"], result.json["missing"]) == (1, 1, 1)
    assert "1 message n'est plus dans la corbeille" in result.err


def test_the_list_says_which_acts_can_be_undone(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    one, two = (places.write(account, f"ESSAI {n}", flags=READ) for n in range(2))
    first = thrown_away(places, account, balt, tmp_path, one)
    assert balt("undo", "--yes").code == 0
    second = thrown_away(places, account, balt, tmp_path, two)
    rows = balt("undo", "--list", "--json").json
    assert [(row["act"] == second, row["can_be_undone"]) for row in rows[:1]] == [(True, True)]
    assert [row["action"] for row in rows] == ["trash", "undo", "trash"]
    assert (rows[-1]["act"], rows[-1]["undone"], rows[-1]["can_be_undone"]) == (first, 1, False)
    assert rows[-1]["why_not"] == "il est déjà annulé"
    assert (rows[0]["folders"], rows[0]["count"], rows[0]["why_not"]) == (["INBOX"], 1, None)
    table = balt("undo", "--list").out
    assert second in table
    assert "non : il est déjà annulé" in table


def test_an_act_of_a_mailbox_that_is_no_longer_configured_is_refused(
    demo_places: Places, balt: Balt, tmp_path: Path
) -> None:
    account = demo_places.add()
    thrown_away(demo_places, account, balt, tmp_path, demo_places.write(account, flags=READ))
    demo_places.file.write_text("", encoding="utf-8")
    result = balt("undo", "--yes")
    assert result.code == 4
    assert "configuration" in result.err


def test_an_empty_journal_has_nothing_to_undo(demo_places: Places, balt: Balt, tmp_path: Path) -> None:
    demo_places.add()
    result = balt("undo", "--json")
    assert (result.code, result.json["act"]) == (0, None)
    assert balt("undo", "--list", "--json").json == []
    assert not (tmp_path / "state").exists()


def test_what_was_archived_before_it_was_removed_comes_back(
    places: Places, account: Account, balt: Balt, tmp_path: Path
) -> None:
    uid = places.write(account, "ESSAI", flags=READ)
    file, archive = tmp_path / "plan.json", tmp_path / "archive"
    options = ("--uids", f"INBOX:{uid}", "--then", "delete", "--archive", str(archive), "--output", str(file))
    assert balt("plan", account.address, *options).code == 0
    assert balt("apply", str(file), "--yes", "--json").json["deleted"] == 1
    assert folders(account, balt) == {}
    told = balt("undo")
    assert "Remettre 1 message archivé à sa place" in told.err
    assert folders(account, balt) == {}
    result = balt("undo", "--yes", "--json")
    assert (result.code, result.json["moved"], result.json["missing"]) == (0, 1, 0)
    assert folders(account, balt) == {"INBOX": 1}
    assert balt("undo", "--json").json["act"] is None


def test_an_act_says_how_it_is_taken_back(demo_places: Places, balt: Balt, tmp_path: Path) -> None:
    account = demo_places.add()
    uid = demo_places.write(account, flags=READ)
    file = tmp_path / "plan.json"
    balt("plan", account.address, "--uids", f"INBOX:{uid}", "--output", str(file))
    name = json.loads(file.read_text(encoding="ascii"))["id"]
    assert f"balt undo {name}" not in balt("apply", str(file)).err
    assert f"balt undo {name}" in balt("apply", str(file), "--yes").err
    assert balt("undo", name, "--yes").code == 0
    balt(
        "plan",
        account.address,
        "--filter",
        "in:INBOX",
        "--then",
        "delete",
        "--no-archive",
        "--output",
        str(file),
    )
    assert "balt undo" not in balt("apply", str(file), "--yes").err
