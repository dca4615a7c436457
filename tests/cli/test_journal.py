"""``balt journal``: every act, oldest first, and a chain that shows what was altered."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.retention import prune
from balt.clock import FixedClock
from tests.cli.conftest import Balt, Places
from tests.support.terminal import foreign_controls

WHEN = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def journal(demo_places: Places, tmp_path: Path) -> Path:
    """A journal of one act in three lines; its file."""
    demo_places.file.write_text('[person]\nname = "Dr Camille EXEMPLE"\n', encoding="utf-8")
    path = tmp_path / "state" / "balt" / "journal.jsonl"
    written = Journal(path, FixedClock(WHEN), "Dr Camille EXEMPLE")
    for phase in (Phase.BEFORE, Phase.STEP, Phase.AFTER):
        written.append(
            Deed(
                phase,
                action="trash",
                mailbox="camille.exemple@medecin.mssante.fr",
                folder="Été \x1b[31m\u202e",
                plan="p1",
                count=3,
                size=2048,
                uids="1:3",
                answer="OK" if phase is Phase.AFTER else "",
                figures={"moved": 3},
            )
        )
    return path


def test_an_empty_journal_is_an_empty_list_and_creates_nothing(
    demo_places: Places, tmp_path: Path, balt: Balt
) -> None:
    demo_places.add()
    result = balt("journal", "--json")
    assert (result.code, result.json) == (0, [])
    assert not (tmp_path / "state").exists()
    assert "vide" in balt("journal").err


def test_the_acts_come_oldest_first_with_all_that_was_written(journal: Path, balt: Balt) -> None:
    result = balt("journal", "--json")
    assert result.code == 0
    assert [entry["phase"] for entry in result.json] == ["before", "step", "after"]
    last = result.json[-1]
    assert last["line"] == 3
    assert last["author"] == "Dr Camille EXEMPLE"
    assert datetime.fromisoformat(last["time"]) == WHEN
    assert (last["count"], last["size"], last["figures"]) == (3, 2048, {"moved": 3})


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_folder_name_cannot_drive_the_terminal(journal: Path, balt: Balt, form: str) -> None:
    result = balt("journal", *([form] if form else []))
    assert result.code == 0
    assert "Été" in result.out
    assert "\x1b" not in result.out
    assert foreign_controls(result.out.encode()) == []


def test_the_csv_has_the_same_columns_as_the_json(journal: Path, balt: Balt) -> None:
    rows = list(csv.DictReader(io.StringIO(balt("journal", "--csv").out)))
    assert list(rows[0]) == list(balt("journal", "--json").json[0])
    assert json.loads(rows[0]["figures"]) == {"moved": 3}


def test_an_altered_line_is_told_and_the_code_is_4(journal: Path, balt: Balt) -> None:
    lines = journal.read_text(encoding="ascii").splitlines()
    journal.write_text(
        "\n".join([lines[0], lines[1].replace("2048", "2049"), lines[2]]) + "\n", encoding="ascii"
    )
    result = balt("journal", "--json")
    assert result.code == 4
    assert "ligne 2" in result.err
    assert len(result.json) == 3


def test_a_line_taken_out_is_told(journal: Path, balt: Balt) -> None:
    lines = journal.read_text(encoding="ascii").splitlines()
    journal.write_text("\n".join([lines[0], lines[2]]) + "\n", encoding="ascii")
    assert balt("journal").code == 4


def test_a_line_cut_by_a_crash_is_told_but_is_nobodys_doing(journal: Path, balt: Balt) -> None:
    journal.write_bytes(journal.read_bytes()[:-40])
    result = balt("journal", "--json")
    assert result.code == 0
    assert "coupée" in result.err


def test_verify_says_only_whether_the_chain_is_whole(journal: Path, balt: Balt) -> None:
    result = balt("journal", "--verify")
    assert (result.code, result.out) == (0, "3 lignes, la suite est complète.\n")
    found = balt("journal", "--verify", "--json").json
    assert found == [
        {
            "ok": True,
            "lines": 3,
            "broken": None,
            "damaged": [],
            "torn": False,
            "removed": 0,
            "removed_until": None,
        }
    ]


def test_verify_of_an_altered_journal_names_the_line_and_ends_with_4(journal: Path, balt: Balt) -> None:
    journal.write_bytes(journal.read_bytes().replace(b'"count":3', b'"count":4', 1))
    result = balt("journal", "--verify")
    assert result.code == 4
    assert "ligne 1" in result.out
    assert balt("journal", "--verify", "--json").json[0]["broken"] == 1


def test_lines_removed_in_time_are_told_and_are_nothing_wrong(journal: Path, balt: Balt) -> None:
    later = FixedClock(WHEN + timedelta(days=400))
    assert prune(Journal(journal, later, "x"), 6, later) == 3
    result = balt("journal", "--json")
    assert result.code == 0
    assert "3 lignes, jusqu'au 22 nov. 2026, ont été ôtées" in result.err
    assert [entry["phase"] for entry in result.json] == ["anchor", "pruned"]
    assert balt("journal", "--verify", "--json").json[0]["removed"] == 3


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_folder_name_cannot_become_a_formula_in_a_spreadsheet(
    journal: Path, balt: Balt, start: str
) -> None:
    written = Journal(journal, FixedClock(WHEN), "x")
    written.append(Deed(Phase.STEP, "trash", folder=f"{start}cmd|' /C calc'!A0"))
    last = list(csv.DictReader(io.StringIO(balt("journal", "--csv").out)))[-1]
    assert last["folder"].startswith("'")


def test_every_line_names_the_person_the_user_of_the_computer_and_the_login(
    journal: Path, balt: Balt
) -> None:
    from balt.cleanup.lock import system_user

    Journal(journal, FixedClock(WHEN), "").append(Deed(Phase.STEP, "trash", user="camille"))
    last = balt("journal", "--json").json[-1]
    assert (last["author"], last["login"], last["user"]) == ("", system_user(), "camille")


def test_an_applied_plan_is_followed_by_the_removal_of_what_is_kept_no_longer(
    demo_places: Places, tmp_path: Path, balt: Balt
) -> None:
    account = demo_places.server.account()
    demo_places.configure(account)
    with demo_places.file.open("a", encoding="utf-8") as file:
        file.write("\n[journal]\nkeep_months = 6\n")
    path = tmp_path / "state" / "balt" / "journal.jsonl"
    long_ago = Journal(path, FixedClock(datetime.now(UTC) - timedelta(days=400)), "x")
    for phase in (Phase.BEFORE, Phase.AFTER):
        long_ago.append(Deed(phase, "trash", plan="old", folder="INBOX"))
    lately = Journal(path, FixedClock(datetime.now(UTC) - timedelta(days=20)), "x")
    lately.append(Deed(Phase.AFTER, "trash", plan="recent", folder="INBOX"))
    demo_places.write(account, "ancien", flags=("\\Seen",), date=datetime(2019, 2, 1, tzinfo=UTC))
    plan = tmp_path / "plan.json"
    balt("plan", account.address, "--filter", "older:2y", "--output", str(plan))
    assert balt("apply", str(plan), "--json", "--yes").code == 0
    entries = balt("journal", "--json").json
    assert "old" not in {entry["plan"] for entry in entries}
    assert entries[0]["phase"] == "anchor"
    assert balt("journal", "--verify").code == 0
