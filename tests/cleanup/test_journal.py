"""The journal: what is written stays, what was altered shows, and a crash never blocks the work."""

import json
import os
import stat
import threading
from datetime import datetime
from pathlib import Path

import filelock
import pytest

from balt.cleanup import journal as module
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.errors import StoppedError
from tests.cleanup.fake import CLOCK, NOW

DEED = Deed(
    Phase.STEP,
    "trash",
    mailbox="camille.exemple@medecin.mssante.fr",
    server="imap.example:993",
    user="camille.exemple",
    plan="p1",
    folder="Réception",
    uidvalidity=7,
    target="Corbeille",
    uids="1:3,9",
    count=4,
    size=4096,
    request="UID MOVE",
    answer="NO OVERQUOTA",
    figures={"since": 40},
)


def write(journal: Journal, count: int) -> None:
    for n in range(count):
        journal.append(Deed(Phase.STEP, "trash", plan=f"p{n}"))


def plans(journal: Journal) -> list[str]:
    return [entry.deed.plan for entry in journal.entries()]


def test_no_journal_yet_is_an_empty_one_and_reading_creates_nothing(journal: Journal) -> None:
    assert journal.entries() == []
    assert journal.verify().ok
    assert not journal.folder.exists()


def test_a_line_holds_the_five_fields_and_comes_back_whole(journal: Journal) -> None:
    journal.append(DEED)
    (entry,) = journal.entries()
    assert entry.deed == DEED
    assert (entry.author, entry.time, entry.line) == ("Dr Camille EXEMPLE", NOW, 1)
    shown = entry.to_json()
    assert shown["time"] == NOW.isoformat(timespec="seconds")
    assert {"author", "action", "request", "answer", "uids", "figures"} <= shown.keys()
    assert json.loads(json.dumps(shown))["phase"] == "step"


def test_the_time_keeps_its_offset(journal: Journal) -> None:
    journal.append(DEED)
    written = json.loads(journal.path.read_text())["time"]
    assert datetime.fromisoformat(written).utcoffset() is not None


def test_the_file_is_for_its_owner_alone_even_when_it_was_not(journal: Journal) -> None:
    journal.append(DEED)
    journal.path.chmod(0o644)
    journal.append(DEED)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.folder.stat().st_mode) == 0o700


def test_every_line_is_on_the_disk_before_append_returns(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))
    journal.append(DEED)
    assert journal.path.stat().st_size in synced


def test_a_whole_chain_is_sound(journal: Journal) -> None:
    write(journal, 20)
    check = journal.verify()
    assert check.ok
    assert check.lines == 20


def test_a_folder_name_cannot_drive_the_terminal(journal: Journal) -> None:
    journal.append(Deed(Phase.STEP, "trash", folder="a\x1b]0;x\x07\u202e\n\ud800"))
    raw = journal.path.read_bytes()
    assert raw.count(b"\n") == 1
    assert all(32 <= byte < 127 for byte in raw[:-1])
    assert journal.entries()[0].deed.folder == "a\x1b]0;x\x07\u202e\n\ud800"


@pytest.mark.parametrize("line", range(6))
def test_an_altered_line_is_found(journal: Journal, line: int) -> None:
    write(journal, 6)
    lines = journal.path.read_bytes().splitlines()
    lines[line] = lines[line].replace(f'"p{line}"'.encode(), b'"px"')
    journal.path.write_bytes(b"\n".join(lines) + b"\n")
    assert journal.verify().broken == line + 1
    assert journal.entries()[line].deed.phase is Phase.DAMAGED


@pytest.mark.parametrize("line", range(5))
def test_a_line_taken_out_is_found(journal: Journal, line: int) -> None:
    write(journal, 6)
    lines = journal.path.read_bytes().splitlines()
    del lines[line]
    journal.path.write_bytes(b"\n".join(lines) + b"\n")
    assert journal.verify().broken == line + 1


def test_lines_in_another_order_are_found(journal: Journal) -> None:
    write(journal, 4)
    lines = journal.path.read_bytes().splitlines()
    lines[1], lines[2] = lines[2], lines[1]
    journal.path.write_bytes(b"\n".join(lines) + b"\n")
    assert journal.verify().broken == 2


def test_a_journal_cut_at_any_byte_goes_on_and_says_so(tmp_path: Path, no_fsync: None) -> None:
    whole = Journal(tmp_path / "whole" / "journal.jsonl", CLOCK, "x")
    write(whole, 2)
    content = whole.path.read_bytes()
    second = content.index(b"\n") + 1
    for end in range(second + 1, len(content)):
        cut = Journal(tmp_path / str(end) / "journal.jsonl", CLOCK, "x")
        cut.folder.mkdir()
        cut.path.write_bytes(content[:end])
        complete = end == len(content) - 1
        assert cut.verify().torn is not complete
        assert cut.verify().broken is None
        cut.append(Deed(Phase.STEP, "trash", plan="later"))
        assert cut.path.read_bytes().startswith(content[:end])
        check = cut.verify()
        assert (check.broken, check.torn) == (None, False)
        assert check.damaged == (() if complete else (2,))
        phases = [entry.deed.phase for entry in cut.entries()]
        assert phases[1:-1] == ([Phase.STEP] if complete else [Phase.DAMAGED, Phase.SEGMENT])
        assert plans(cut)[-1] == "later"


def test_a_journal_cut_twice_goes_on(journal: Journal) -> None:
    write(journal, 2)
    journal.path.write_bytes(journal.path.read_bytes()[:-20])
    write(journal, 1)
    lines = journal.path.read_bytes().splitlines()
    journal.path.write_bytes(b"\n".join(lines[:2]) + b"\n" + lines[2][:30])
    write(journal, 1)
    check = journal.verify()
    assert check.broken is None
    assert check.damaged == (2, 3)
    assert not check.ok


def test_a_journal_of_nothing_but_damage_goes_on(journal: Journal) -> None:
    journal.folder.mkdir()
    journal.path.write_bytes(b"\x00\x00\x00\n\xff\n" + b"[" * 100_000 + b"\n7\n")
    assert journal.verify().broken == 1
    write(journal, 1)
    assert journal.verify().damaged == (1, 2, 3, 4)
    assert plans(journal)[-1] == "p0"


def test_damage_that_was_changed_again_later_is_found(journal: Journal) -> None:
    write(journal, 2)
    journal.path.write_bytes(journal.path.read_bytes()[:-20])
    write(journal, 1)
    lines = journal.path.read_bytes().splitlines()
    journal.path.write_bytes(b"\n".join([lines[0], lines[1][:-1], *lines[2:]]) + b"\n")
    assert journal.verify().broken == 2


@pytest.mark.parametrize(
    "change", [{"phase": "unheard of"}, {"uids": 5}, {"figures": []}, {"time": "hier"}, {"author": None}]
)
def test_a_sound_line_that_is_not_understood_is_shown_as_such(
    journal: Journal, change: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    from balt.cleanup import deeds

    journal.append(DEED)
    content = json.loads(journal.path.read_text()) | change
    if change == {"author": None}:
        del content["author"]
    content["hash"] = deeds.digest(content)
    journal.path.write_text(json.dumps(content) + "\n")
    assert journal.verify().ok
    assert journal.entries()[0].deed.phase is Phase.DAMAGED


def test_a_key_of_a_later_version_does_not_break_the_chain(journal: Journal) -> None:
    from balt.cleanup import deeds

    journal.append(DEED)
    content = json.loads(journal.path.read_text()) | {"archive": "x"}
    content["hash"] = deeds.digest(content)
    journal.path.write_text(json.dumps(content) + "\n")
    write(journal, 1)
    assert journal.verify().ok
    assert journal.entries()[0].deed == DEED


def test_a_very_long_last_line_is_followed_correctly(journal: Journal) -> None:
    journal.append(Deed(Phase.STEP, "trash", uids=",".join(str(n) for n in range(1, 200_000, 2))))
    write(journal, 2)
    assert journal.verify().ok
    assert [entry.deed.phase for entry in journal.entries()] == [Phase.STEP] * 3


def test_a_new_journal_is_made_durable_in_its_folder_too(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(module, "sync_dir", synced.append)
    write(journal, 2)
    assert synced == [journal.folder]


def test_many_threads_write_one_chain(tmp_path: Path, no_fsync: None) -> None:
    path = tmp_path / "journal.jsonl"
    threads = [
        threading.Thread(target=write, args=(Journal(path, CLOCK, f"author {n}"), 15)) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check = Journal(path, CLOCK, "x").verify()
    assert check.ok
    assert check.lines == 90


def test_an_act_without_its_end_is_open(journal: Journal) -> None:
    journal.append(Deed(Phase.BEFORE, "trash", plan="a"))
    journal.append(Deed(Phase.BEFORE, "trash", plan="b"))
    journal.append(Deed(Phase.STEP, "trash", plan="a"))
    journal.append(Deed(Phase.AFTER, "trash", plan="b"))
    journal.append(Deed(Phase.BEFORE, "trash", plan="c"))
    journal.append(Deed(Phase.INTERRUPTED, "trash", plan="c"))
    assert [entry.deed.plan for entry in journal.unsettled()] == ["a", "c"]
    journal.append(Deed(Phase.SETTLED, "trash", plan="a"))
    assert [entry.deed.plan for entry in journal.unsettled()] == ["c"]


def test_a_journal_that_cannot_be_written_stops_the_work(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(StoppedError, match="Rien n'est fait sans trace"):
        Journal(tmp_path / "state" / "journal.jsonl", CLOCK, "x").append(DEED)


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system has no such protection")
def test_a_journal_that_leads_elsewhere_is_not_written(journal: Journal, tmp_path: Path) -> None:
    journal.folder.mkdir()
    journal.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoppedError):
        journal.append(DEED)
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_leaves_a_journal_that_goes_on(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    write(journal, 1)
    real = os.write

    def full(handle: int, content: bytes) -> int:
        real(handle, content[:25])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoppedError):
        write(journal, 1)
    monkeypatch.setattr(os, "write", lambda handle, content: real(handle, content[:7]))
    write(journal, 1)
    assert journal.verify().damaged == (2,)


def test_a_journal_that_cannot_be_read_says_so(journal: Journal) -> None:
    journal.path.mkdir(parents=True)
    with pytest.raises(StoppedError, match="ne peut pas être lu"):
        journal.entries()


def test_a_busy_journal_is_waited_for_but_not_for_ever(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(DEED)
    monkeypatch.setattr(module, "_LOCK_SECONDS", 0.05)
    with filelock.FileLock(f"{journal.path}.lock"), pytest.raises(StoppedError, match="occupé"):
        journal.append(DEED)
