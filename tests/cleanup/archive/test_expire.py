"""What is too old leaves an archive; wherever that is cut, no manifest tells of a file that is gone."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cleanup.archive.check import Checked, check_archive
from balt.cleanup.archive.expire import EXPIRING, Expiry, expire, find_expired, writing
from balt.cleanup.archive.tree import Folder
from balt.errors import StoppedError
from tests.cleanup.fake import CLOCK
from tests.cleanup.forms.conftest import HEAD, Archive, tree

LIMIT = datetime(2021, 1, 1, tzinfo=UTC)
OLD, YOUNG = "05-Mar-2019 14:32:00 +0100", "05-Mar-2024 14:32:00 +0100"
UNDATED = "01-Jan-0000 00:00:00 +0000"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three old messages, one of them with the same content as a young one, and two that stay."""
    made = Archive(tmp_path / "archive")
    made.put(HEAD + b"old", received=OLD)
    made.put(HEAD + b"shared", received=OLD)
    made.put(HEAD + b"other", "Sent", received="01-Jan-2020 00:30:00 +0100")
    made.put(HEAD + b"young", received=YOUNG)
    made.put(HEAD + b"undated", received=UNDATED)
    made.share(made.records[1], received=YOUNG)
    return made


def run(archive: Archive) -> Expiry:
    with writing(archive.place, CLOCK) as root:
        found = find_expired(root, LIMIT, CLOCK)
        expire(root, found, CLOCK)
    return found


def check(archive: Archive) -> Checked:
    return check_archive(archive.place, CLOCK)


def test_what_is_too_old_goes_and_the_rest_stays_whole(archive: Archive) -> None:
    found = run(archive)
    assert (found.messages, found.kept, found.undated, len(found.files)) == (3, 3, 1, 2)
    assert found.size == len(HEAD + b"old") + len(HEAD + b"other")
    checked = check(archive)
    assert (checked.messages, checked.ok, checked.is_whole) == (3, 3, True)
    assert not (archive.place / "2020").exists()
    assert (archive.place / "2019" / "03").is_dir()  # the shared file's


def test_a_file_goes_with_the_last_line_that_tells_of_it(archive: Archive) -> None:
    run(archive)
    shared = archive.path(archive.records[1])
    assert shared.exists()
    with writing(archive.place, CLOCK) as root:
        expire(root, find_expired(root, datetime(2025, 1, 1, tzinfo=UTC), CLOCK), CLOCK)
    assert not shared.exists()
    assert (check(archive).messages, check(archive).is_whole) == (1, True)
    assert not (archive.place / "2019").exists()


def test_looking_changes_nothing(archive: Archive) -> None:
    before = tree(archive.place)
    with writing(archive.place, CLOCK) as root:
        find_expired(root, LIMIT, CLOCK)
    assert {
        name: each for name, each in tree(archive.place).items() if not name.startswith(".balt")
    } == before


def test_lines_that_balt_cannot_read_stay_as_they_are(archive: Archive) -> None:
    strange = b"not a line\n" + b"x" * 200_000 + b"\n" + b'{"cut'
    with (archive.place / "manifest.jsonl").open("ab") as manifest:
        manifest.write(strange)
    run(archive)
    assert (archive.place / "manifest.jsonl").read_bytes().endswith(strange)


def test_files_that_nothing_tells_of_are_left_alone(archive: Archive) -> None:
    note = archive.path(archive.records[2]).with_name("note.txt")
    note.touch()
    run(archive)
    assert note.exists()


def test_a_second_balt_waits(archive: Archive) -> None:
    with writing(archive.place, CLOCK), pytest.raises(StoppedError, match="autre balt"):
        run(archive)


class Killed(BaseException):
    """The process ends here."""


STEPS: tuple[tuple[object, str], ...] = (
    (Folder, "create"),
    (os, "fsync"),
    (Folder, "move"),
    (Folder, "remove"),
    (Folder, "remove_folder"),
    (Folder, "sync"),
)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", range(12))
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_wherever_it_is_killed_nothing_is_missing_and_the_next_run_finishes(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, step: int, nth: int, after: bool
) -> None:
    place, name = STEPS[step]
    real: Callable[..., object] = getattr(place, name)
    calls = 0

    def killed(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls <= nth:
            return real(*arguments, **options)
        if after:
            real(*arguments, **options)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, name, killed)
        try:
            run(archive)
            was_cut = False
        except Killed:
            was_cut = True
    found = check(archive)
    assert (found.missing, found.damaged) == ([], [])
    assert found.messages in (3, 6)
    if was_cut and found.messages == 3 and [each for each in found.unknown if each.endswith(".eml")]:
        assert EXPIRING in found.unknown
    run(archive)
    finished = check(archive)
    assert (finished.messages, finished.ok, finished.missing, finished.damaged) == (3, 3, [], [])
    assert finished.unknown == []


def test_what_was_archived_again_meanwhile_is_not_taken(archive: Archive) -> None:
    lines = (archive.place / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    (archive.place / EXPIRING).write_bytes(lines[0] + lines[3])
    (archive.place / "manifest.jsonl").write_bytes(b"".join(lines[1:]))
    found = run(archive)
    assert found.left_over == [archive.records[0].file]
    assert archive.path(archive.records[3]).exists()
    assert check(archive).is_whole
