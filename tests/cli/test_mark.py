"""``balt mark``: what a filter finds is marked on the server, or here; the account is true."""

import json
from datetime import UTC, datetime

import pytest

from balt.config import Account
from tests.cli.conftest import Balt, Places, with_attachment

DATE = datetime(2024, 6, 30, 12, tzinfo=UTC)


def fill(places: Places, account: Account) -> list[int]:
    """Two old messages with a document, and one without."""
    uids = [places.server.append(account, with_attachment(f"ESSAI {n}"), date=DATE) for n in range(2)]
    places.write(account, "Courrier", date=DATE)
    return uids


def keyworded(places: Places, account: Account) -> list[int]:
    with places.server.client(account) as client:
        client.select("INBOX", readonly=True)
        found: list[bytes] = client.uid("SEARCH", "KEYWORD", "$Integrated")[1]
        return [int(uid) for uid in found[0].split()]


def test_what_the_filter_finds_is_marked_shown_found_and_unmarked(places: Places, balt: Balt) -> None:
    account = places.add()
    uids = fill(places, account)
    result = balt("mark", account.address, "--filter", "has:pdf", "--integrated", "--json")
    assert (result.code, result.json) == (
        0,
        {"marked": 2, "unmarked": 0, "already": 0, "skipped": [], "kept_on": "server"},
    )
    assert "serveur" in result.err
    assert keyworded(places, account) == uids
    found = balt("messages", account.address, "--filter", "is:integrated", "--json").json
    assert [(row["uid"], row["flags"]) for row in found] == [(uid, ["$Integrated"]) for uid in uids]
    again = balt("mark", account.address, "--filter", "has:pdf", "--integrated", "--json").json
    assert (again["marked"], again["already"], again["kept_on"]) == (0, 2, None)
    back = balt("mark", account.address, "--filter", "is:integrated", "--not-integrated", "--json").json
    assert (back["marked"], back["unmarked"], back["kept_on"]) == (0, 2, "server")
    assert keyworded(places, account) == []


def test_a_dry_run_tells_and_touches_nothing(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    fill(demo_places, account)
    result = balt("mark", account.address, "--filter", "has:pdf", "--integrated", "--dry-run", "--json")
    assert (result.code, result.json["marked"], result.json["would_change"]) == (0, 0, 2)
    assert "2 messages" in result.err
    assert keyworded(demo_places, account) == []
    assert balt("journal", "--json").json == []


def test_a_read_only_mailbox_is_marked_on_this_computer(places: Places, balt: Balt) -> None:
    account = places.add(read_only=True)
    uids = fill(places, account)
    result = balt("mark", account.address, "--filter", "has:pdf", "--integrated", "--json")
    assert (result.code, result.json["marked"], result.json["kept_on"]) == (0, 2, "local")
    assert "cet ordinateur" in result.err
    assert keyworded(places, account) == []
    for wanted, expected in (("is:integrated", uids), ("has:pdf -is:integrated", [])):
        found = balt("messages", account.address, "--filter", wanted, "--json").json
        assert [row["uid"] for row in found] == expected


def test_the_journal_tells_of_it_without_a_name(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    fill(demo_places, account)
    balt("mark", account.address, "--filter", "has:pdf", "--integrated")
    lines = balt("journal", "--json").json
    assert [(line["phase"], line["action"], line["count"]) for line in lines] == [
        ("step", "mark", 2),
        ("step", "mark", 2),
        ("after", "mark", 2),
    ]
    assert "ESSAI" not in json.dumps(lines)


@pytest.mark.parametrize(
    "options",
    [
        ("--integrated",),
        ("--filter", "has:pdf"),
        ("--filter", "has:pdf", "--integrated", "--not-integrated"),
        ("--filter", "", "--integrated"),
        ("--filter", "has:nothing-known", "--integrated"),
    ],
)
def test_what_is_not_said_clearly_is_not_done(
    demo_places: Places, balt: Balt, options: tuple[str, ...]
) -> None:
    account = demo_places.add()
    fill(demo_places, account)
    assert balt("mark", account.address, *options).code == 2
    assert keyworded(demo_places, account) == []


def test_nothing_found_is_said(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    fill(demo_places, account)
    result = balt("mark", account.address, "--filter", "larger:5G", "--integrated")
    assert (result.code, result.out) == (0, "")
    assert "Aucun message" in result.err
