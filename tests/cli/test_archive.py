"""``balt archive``: what a script gets, and what stays untouched without ``--yes``."""

from pathlib import Path

import pytest

from balt.config import Account
from tests.cleanup.archive.conftest import archive
from tests.cli.conftest import Balt, Places
from tests.integration.mails import opened


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def fill(places: Places, place: Path, *subjects: str) -> tuple[Account, list[int]]:
    """A mailbox whose messages are in the archive."""
    account = places.add()
    uids = [places.write(account, subject) for subject in subjects]
    with opened(account) as session:
        archive(session, place, uids)
    return account, uids


def empty(account: Account, uids: list[int]) -> None:
    with opened(account) as session:
        session.select("INBOX")
        session.mark_deleted(uids)
        session.expunge(uids)


def count(account: Account) -> int:
    with opened(account) as session:
        return session.examine("INBOX").messages


def test_a_whole_archive_is_told_to_be_whole(balt: Balt, places: Places, place: Path) -> None:
    fill(places, place, "TESTPATIENT un", "TESTPATIENT deux")
    result = balt("archive", "verify", str(place), "--json")
    assert result.code == 0
    assert result.json == {"messages": 2, "ok": 2, "damaged": [], "missing": [], "unknown": []}
    assert "TESTPATIENT" not in result.out + result.err


def test_findings_have_their_exit_code_and_their_paths(balt: Balt, places: Places, place: Path) -> None:
    fill(places, place, "un", "deux")
    first, second = sorted(place.rglob("*.eml"))
    first.write_bytes(b"other")
    second.unlink()
    (place / "2024").mkdir(exist_ok=True)
    (place / "note.txt").touch()
    result = balt("archive", "verify", str(place), "--json")
    assert result.code == 1
    assert result.json == {
        "messages": 2,
        "ok": 0,
        "damaged": [first.relative_to(place).as_posix()],
        "missing": [second.relative_to(place).as_posix()],
        "unknown": ["note.txt"],
    }
    assert "note.txt" in balt("archive", "verify", str(place)).err


def test_what_a_killed_archiving_left_is_counted_and_no_finding(
    balt: Balt, places: Places, place: Path
) -> None:
    fill(places, place, "un")
    (place / ".incoming").mkdir(exist_ok=True)
    (place / ".incoming" / f"{'a' * 32}.part").write_bytes(b"half a mess")
    result = balt("archive", "verify", str(place))
    assert result.code == 0
    assert result.err.count("archivage interrompu") == 1
    assert "1 reste" in result.err


def test_a_name_that_drives_the_terminal_is_shown_safely(balt: Balt, places: Places, place: Path) -> None:
    fill(places, place, "un")
    (place / "\x1b]0;x\x07.txt").touch()
    result = balt("archive", "verify", str(place), "--json")
    assert result.json["unknown"] == ["·]0;x·.txt"]
    assert "\x1b" not in result.err


def test_no_configuration_is_needed_to_verify(
    balt: Balt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    result = balt("archive", "verify", str(tmp_path))
    assert (result.code, "manifest.jsonl" in result.err) == (4, True)


def test_nothing_is_put_back_without_yes(balt: Balt, places: Places, place: Path) -> None:
    account, uids = fill(places, place, "un", "deux")
    empty(account, uids[:1])
    result = balt("archive", "restore", str(place), account.address, "--json")
    assert (result.code, count(account)) == (0, 1)
    assert (result.json["restored"], result.json["already_there"]) == (0, 1)
    assert "1 message à remettre" in result.err
    assert "--yes" in result.err


def test_messages_are_put_back_and_a_second_time_nothing_is(balt: Balt, places: Places, place: Path) -> None:
    account, uids = fill(places, place, "un", "deux")
    empty(account, uids)
    result = balt("archive", "restore", str(place), account.address, "--yes", "--json")
    assert (result.code, count(account)) == (0, 2)
    assert (result.json["restored"], result.json["remaining"]) == (2, 0)
    again = balt("archive", "restore", str(place), account.address, "--yes", "--json")
    assert (again.json["restored"], again.json["already_there"], count(account)) == (0, 2, 2)


def test_some_messages_of_another_mailbox_go_where_one_says(balt: Balt, places: Places, place: Path) -> None:
    account, uids = fill(places, place, "un", "deux")
    other = places.add()
    refused = balt("archive", "restore", str(place), other.address, "--yes")
    assert refused.code == 4
    assert account.address in refused.err
    options = [
        "--from",
        account.address,
        "--uids",
        f"INBOX:{uids[1]}",
        "--folder",
        "INBOX",
        "--yes",
        "--json",
    ]
    result = balt("archive", "restore", str(place), other.address, *options)
    assert (result.json["restored"], count(other)) == (1, 1)


def test_a_folder_that_is_not_there_is_wrong_use(balt: Balt, places: Places, place: Path) -> None:
    account, _uids = fill(places, place, "un")
    result = balt("archive", "restore", str(place), account.address, "--folder", "Nulle part", "--yes")
    assert (result.code, "--folder" in result.err) == (2, True)


def test_a_mailbox_that_is_read_only_is_not_written_to(balt: Balt, places: Places, place: Path) -> None:
    account, uids = fill(places, place, "un")
    empty(account, uids)
    places.file.write_text(places.file.read_text("utf-8") + "read_only = true\n", "utf-8")
    result = balt("archive", "restore", str(place), account.address, "--yes")
    assert (result.code, count(account)) == (3, 0)
