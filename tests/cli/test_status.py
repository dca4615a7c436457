"""``balt status`` and ``balt checklist`` on both servers."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places, with_attachment

STATUS_KEYS = [
    *("address", "reachable", "error", "messages", "unseen", "size", "quota", "trash"),
    *("last_received", "last_sent", "last_seen", "last_seen_in"),
    *("saturation_date", "saturation", "verdict"),
    *("quota_counted", "quota_counted_on"),
]
SATURATION_KEYS = ["rate", "months", "growth", "reason"]
CHECKLIST_KEYS = ["sheet", "step", "address", "state", "evidence", "since"]
STATES = {"done", "todo", "attention", "blocked", "unknown"}
STEPS = [("identifier", 3), ("entretenir", 3), ("valoriser", 2)]
NOW = datetime.now(UTC).replace(microsecond=0)


def test_the_figures_are_those_of_the_mailbox(places: Places, balt: Balt) -> None:
    account = places.add()
    received, seen = NOW - timedelta(days=3), NOW - timedelta(days=40)
    places.write(account, "lu", date=seen, flags=["\\Seen"])
    places.write(account, "neuf", date=received)
    places.write(account, "jeté", date=seen, flags=["\\Seen"], folder="Trash")
    result = balt("status", account.address, "--json")
    assert result.code == 0
    (status,) = result.json
    assert list(status) == STATUS_KEYS
    assert status["address"] == account.address
    assert status["reachable"] is True
    assert (status["messages"], status["unseen"]) == (3, 1)
    assert status["trash"]["messages"] == 1
    assert status["trash"]["size"] < status["size"]
    assert datetime.fromisoformat(status["last_received"]) == received
    assert datetime.fromisoformat(status["last_seen"]) == seen
    assert (status["error"], status["saturation_date"], status["verdict"]) == (None, None, "active")


def test_the_quota_is_in_octets(places: Places, balt: Balt) -> None:
    account = places.server.account(storage=1024 * 1024)
    places.configure(account)
    places.write(account, size=5000)
    (status,) = balt("status", "--json").json
    assert list(status["quota"]) == ["used", "limit"]
    assert status["quota"]["limit"] == 1024 * 1024
    assert 5000 < status["quota"]["used"] < 20_000


def test_the_saturation_is_told_with_its_reasoning_or_why_it_is_not(places: Places, balt: Balt) -> None:
    account = places.server.account(storage=1024 * 1024)
    places.configure(account)
    places.write(account, size=5000)
    (status,) = balt("status", "--json").json
    assert status["saturation_date"] is None
    assert list(status["saturation"]) == SATURATION_KEYS
    assert status["saturation"]["reason"] == "too_recent"
    assert "trop récente" in balt("status").out


def test_steady_mail_is_told_a_date(places: Places, balt: Balt) -> None:
    account = places.server.account(storage=1024 * 1024)
    places.configure(account)
    for days in range(390, 5, -15):
        places.write(account, size=20_000, date=NOW - timedelta(days=days))
    (status,) = balt("status", "--json").json
    assert datetime.fromisoformat(status["saturation_date"]) > NOW
    assert status["saturation"]["months"] == 12
    assert 30_000 < status["saturation"]["rate"] < 60_000
    assert status["saturation"]["reason"] is None
    (row,) = csv.DictReader(io.StringIO(balt("status", "--csv").out))
    assert int(row["saturation_rate"]) > 30_000


def test_every_mailbox_comes_in_the_order_of_the_configuration(practice: object, balt: Balt) -> None:
    result = balt("status", "--json")
    assert result.code == 0
    assert [status["address"] for status in result.json] == [
        "camille.exemple@medecin.mssante.fr",
        "secretariat@cab-lilas.mssante.fr",
        "c.exemple@ch-fictif.mssante.fr",
        "camille@msp-lilas.mssante.fr",
    ]


def test_mailboxes_come_in_the_order_that_was_asked(practice: object, balt: Balt) -> None:
    result = balt("status", "sec", "camille.e", "--json")
    assert [status["address"].split("@")[0] for status in result.json] == ["secretariat", "camille.exemple"]


def test_an_unreachable_mailbox_is_in_the_list_with_its_reason(places: Places, balt: Balt) -> None:
    good = places.add()
    bad = places.server.account(address="muette@medecin.mssante.fr")
    places.configure(bad, port=1, timeout=5)
    result = balt("status", "--json")
    assert result.code == 3
    assert [(status["address"], status["reachable"]) for status in result.json] == [
        (good.address, True),
        (bad.address, False),
    ]
    lost = result.json[1]
    assert list(lost) == STATUS_KEYS
    assert lost["error"]
    assert lost["messages"] is lost["size"] is lost["quota"] is lost["trash"] is None
    assert bad.address in result.err


def test_one_that_was_deleted_and_answers_no_more_is_no_failure(places: Places, balt: Balt) -> None:
    bad = places.server.account(address="muette@medecin.mssante.fr")
    places.add()
    places.configure(bad, port=1, timeout=5)
    assert "coché" in balt("tick", "set", "identifier.2", bad.address).err
    assert balt("case", "delete", bad.address, "--nothing-to-keep", "rien").code == 0
    assert balt("case", "request", bad.address, "--yes").code == 0
    assert balt("status", "--json").code == 3, "a server that is silent is one"
    assert balt("case", "tell", bad.address, "deleted").code == 0
    result = balt("status", "--json")
    assert result.code == 0
    assert (result.json[1]["reachable"], result.json[1]["verdict"]) == (False, "deleted")
    assert bad.address not in result.err


def test_one_that_its_provider_closes_as_he_was_asked_is_no_failure(
    demo_places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = demo_places.add()
    monkeypatch.setenv(PASSWORD_VARIABLE, "refused")
    assert balt("status", "--json").code == 3
    assert "coché" in balt("tick", "set", "identifier.2", account.address).err
    assert balt("case", "delete", account.address, "--nothing-to-keep", "rien").code == 0
    assert balt("case", "request", account.address, "--yes").code == 0
    result = balt("status", "--json")
    assert (result.code, account.address in result.err) == (0, False)
    assert result.json[0]["reachable"] is False


def test_a_mailbox_without_imap_is_no_failure(demo_places: Places, balt: Balt) -> None:
    demo_places.add(access="none")
    result = balt("status", "--json")
    assert result.code == 0
    (status,) = result.json
    assert status["reachable"] is False
    assert "IMAP" in status["error"]


def test_a_wrong_password_is_told_without_it(
    places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.add()
    monkeypatch.setenv("BALT_TEST_PASSWORD", "canari-7d1f")
    result = balt("status", "--json")
    assert result.code == 3
    assert result.json[0]["reachable"] is False
    assert "canari" not in result.out + result.err


def test_the_csv_has_a_column_for_each_figure(places: Places, balt: Balt) -> None:
    account = places.add()
    places.write(account)
    (row,) = csv.DictReader(io.StringIO(balt("status", "--csv").out))
    assert row["address"] == account.address
    assert (row["reachable"], row["messages"], row["trash_messages"]) == ("true", "1", "0")
    extra = {"quota_used", "quota_limit", "trash_messages", "trash_size"}
    extra |= {f"saturation_{key}" for key in SATURATION_KEYS}
    assert set(row) == {*STATUS_KEYS, *extra} - {"quota", "trash", "saturation"}


def test_the_table_has_a_line_for_each_mailbox(practice: object, balt: Balt) -> None:
    head, *lines = balt("status").out.splitlines()
    assert head.startswith("BAL ")
    assert len(lines) == 4
    assert "91 %" in lines[0]


def test_no_mailbox_at_all_is_said(demo_places: Places, balt: Balt) -> None:
    demo_places.file.write_text('language = "fr"\n', encoding="utf-8")
    result = balt("status", "--json")
    assert (result.code, result.json) == (0, [])
    assert "Aucune BAL" in result.err


# The checklist


def test_every_step_comes_for_the_practice_then_for_each_mailbox(places: Places, balt: Balt) -> None:
    one, two = places.add(), places.add()
    result = balt("checklist", "--json")
    assert result.code == 0
    assert all(list(row) == [*CHECKLIST_KEYS, "target"] for row in result.json)
    assert [(row["address"], row["sheet"], row["step"]) for row in result.json] == [
        (address, sheet, step)
        for address in (None, one.address, two.address)
        for sheet, count in STEPS
        for step in range(1, count + 1)
    ]
    assert {row["state"] for row in result.json} <= STATES
    assert all(row["evidence"] for row in result.json)


def test_named_mailboxes_come_without_the_practice(practice: object, balt: Balt) -> None:
    result = balt("checklist", "secretariat", "--json")
    assert {row["address"] for row in result.json} == {"secretariat@cab-lilas.mssante.fr"}


def test_strict_tells_that_something_is_left_to_do(places: Places, balt: Balt) -> None:
    account = places.add()
    places.server.append(account, with_attachment("jeté"), folder="Trash", date=NOW - timedelta(days=9))
    assert balt("checklist", "--json").code == 0
    assert balt("checklist", "--json", "--strict").code == 1


def test_strict_is_content_where_nothing_is_left_to_do(places: Places, balt: Balt) -> None:
    account = places.add()
    places.write(account, "lu", flags=["\\Seen"], date=NOW - timedelta(days=2))
    result = balt("checklist", account.address, "--strict", "--json")
    states = {(row["sheet"], row["step"]): row["state"] for row in result.json}
    assert states["entretenir", 1] == "done"
    left = {state for state in states.values() if state in {"todo", "attention", "blocked"}}
    assert result.code == (1 if left else 0)


def test_a_server_that_fails_outweighs_the_findings(places: Places, balt: Balt) -> None:
    account = places.add()
    places.write(account, "jeté", folder="Trash")
    bad = places.server.account(address="muette@medecin.mssante.fr")
    places.configure(bad, port=1, timeout=5)
    assert balt("checklist", "--strict", "--json").code == 3


def test_the_checklist_in_plain_text_names_sheets_steps_and_states(practice: object, balt: Balt) -> None:
    out = balt("checklist").out
    for words in (
        "Tout le cabinet",
        "IDENTIFIER",
        "ENTRETENIR",
        "VALORISER",
        "Vider la corbeille",
        "▲",
        "fait",
    ):
        assert words in out


def test_the_checklist_tells_where_each_step_is_done(places: Places, balt: Balt) -> None:
    account = places.add()
    places.write(account, "jeté", folder="Trash", flags=["\\Seen"], date=NOW - timedelta(days=2))
    row = next(each for each in balt("checklist", "--json").json if each["sheet"] == "entretenir")
    assert row["target"] == {
        "view": "messages",
        "address": account.address,
        "folder": "Trash",
        "filter": "",
        "sort": "size",
    }
    out = balt("checklist").out
    assert f"balt messages {account.address} --folder Trash --sort size" in out
    due = balt("checklist", "--due", "--json").json
    assert any(each["target"] == row["target"] for each in due)


def test_the_checklist_in_csv_has_a_line_for_each_step(practice: object, balt: Balt) -> None:
    rows = list(csv.DictReader(io.StringIO(balt("checklist", "--csv").out)))
    assert len(rows) == 8 * 6  # the practice, four accounts, and a BAL that only the directory knows
    assert list(rows[0]) == CHECKLIST_KEYS
