"""A whole archive read again: every harm is found, and a hostile manifest harms nobody."""

import json
import os
from pathlib import Path

import pytest

from balt.cleanup.archive.check import Checked, check_archive, held_whole
from balt.cleanup.archive.layout import Namer, is_path
from balt.cleanup.archive.record import MAX_LINE, decode
from balt.errors import StoppedError
from tests.cleanup.archive.conftest import Mails, lines, mails, sha256
from tests.cleanup.fake import CLOCK

MESSAGES = {1: b"a" * 100, 2: b"b" * 100, 3: b"c" * 100}


@pytest.fixture
def files(place: Path) -> list[Path]:
    """The files of an archive of three messages, in the order of their UIDs."""
    kept = Mails(MESSAGES).archive(place)
    return [place / kept[uid].file for uid in MESSAGES]


def check(place: Path) -> Checked:
    return check_archive(place, CLOCK)


def named(place: Path, path: Path) -> str:
    return path.relative_to(place).as_posix()


def test_a_whole_archive_is_whole(place: Path, files: list[Path]) -> None:
    progress: list[tuple[int, int]] = []
    found = check_archive(place, CLOCK, lambda done, total: progress.append((done, total)))
    assert (found.messages, found.ok, found.is_whole) == (3, 3, True)
    assert progress == [(1, 3), (2, 3), (3, 3)]


def test_each_harm_is_told_by_its_path(place: Path, files: list[Path]) -> None:
    files[0].write_bytes(b"?" + files[0].read_bytes()[1:])
    files[1].unlink()
    (place / "2024" / "letter.txt").write_text("mine")
    found = check(place)
    assert (found.messages, found.ok) == (3, 1)
    assert found.damaged == [named(place, files[0])]
    assert found.missing == [named(place, files[1])]
    assert found.unknown == ["2024/letter.txt"]


def test_what_a_killed_archiving_left_speaks_against_nothing_and_the_next_one_removes_it(
    place: Path, files: list[Path]
) -> None:
    incoming = place / ".incoming"
    incoming.mkdir(exist_ok=True)
    left = incoming / f"{'a' * 32}.part"
    left.write_bytes(b"half a mess")
    found = check(place)
    assert (found.is_whole, found.unknown, found.unfinished) == (True, [], 1)
    Mails(MESSAGES).archive(place)
    assert not left.exists()
    assert check(place).unfinished == 0


def test_only_what_balt_would_remove_is_unfinished(place: Path, files: list[Path]) -> None:
    incoming = place / ".incoming"
    incoming.mkdir(exist_ok=True)
    (incoming / "mine.part").write_bytes(b"mine")
    (incoming / f"{'b' * 32}.part").symlink_to(files[0])
    found = check(place)
    assert (found.is_whole, found.unfinished) == (False, 0)
    assert found.unknown == [f".incoming/{'b' * 32}.part", ".incoming/mine.part"]


def test_nothing_is_changed_by_looking(place: Path, files: list[Path]) -> None:
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    check(place)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("what", ["link", "folder", "fifo", "longer", "empty"])
def test_what_is_not_the_file_is_damaged_or_missing(
    place: Path, files: list[Path], tmp_path: Path, what: str
) -> None:
    octets = files[0].read_bytes()
    files[0].unlink()
    if what == "link":
        (tmp_path / "elsewhere").write_bytes(octets)
        files[0].symlink_to(tmp_path / "elsewhere")
    elif what == "folder":
        files[0].mkdir()
    elif what == "fifo":
        os.mkfifo(files[0])
    else:
        files[0].write_bytes(octets + b"x" if what == "longer" else b"")
    found = check(place)
    assert found.damaged + found.missing == [named(place, files[0])]
    assert found.ok == 2


def test_a_folder_that_is_a_link_is_not_followed(place: Path, files: list[Path], tmp_path: Path) -> None:
    (place / "2024").rename(tmp_path / "2024")
    (place / "2024").symlink_to(tmp_path / "2024")
    found = check(place)
    assert (found.ok, len(found.missing), found.unknown) == (0, 3, ["2024"])


def hostile(place: Path) -> dict[str, bytes]:
    """Lines that balt would not have written."""
    good = lines(place)[0]
    secret = place.parent / "secret.eml"
    secret.write_bytes(MESSAGES[1])
    digest = sha256(MESSAGES[1])

    def line(**values: object) -> bytes:
        return json.dumps(good | values).encode()

    return {
        "above": line(file=f"../secret_{digest[:32]}.eml"),
        "absolute": line(file=str(secret)),
        "dots in the middle": line(file=f"2024/../../2024-03-05_1432_{digest[:32]}.eml"),
        "a line end": line(file=str(good["file"]) + "\n"),
        "NUL": line(folder="a\0b"),
        "backslash": line(file=str(good["file"]).replace("/", "\\")),
        "another content's name": line(sha256=sha256(b"other")),
        "other digits": line(file=str(good["file"]).replace("2024", "２０２４")),
        "twice the same key": json.dumps(good).encode()[:-1] + b',"uid":5}',
        "numbers that are none": line(uid=-1),
        "a truth for a number": line(uid=True),
        "a number for a text": line(folder=5),
        "flags that are none": line(flags="\\Seen"),
        "huge number": line(size=1 << 70),
        "digits without end": json.dumps(good).encode()[:-1].replace(b'"uid":', b'"uid":' + b"9" * 6000),
        "a list": b"[]",
        "nested": b"[" * 50_000 + b"]" * 50_000,
        "not text": b"\xff\xfe",
        "nothing": b"",
        "too long": line(folder="x" * MAX_LINE),
    }


@pytest.mark.parametrize("harm", list(range(20)))
def test_a_hostile_line_is_damaged_and_opens_nothing(
    place: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch, harm: int
) -> None:
    told = hostile(place)
    assert len(told) == 20
    with (place / "manifest.jsonl").open("ab") as manifest:
        manifest.write(list(told.values())[harm] + b"\n")
    opened: list[str] = []
    system_open = os.open

    def noted(path: object, *arguments: int, **options: int) -> int:
        opened.append(str(path))
        return system_open(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", noted)
    found = check(place)
    assert (found.ok, found.damaged) == (3, ["manifest.jsonl:4"])
    assert not [path for path in opened if "secret" in path or ".." in path]


def test_a_line_after_a_hostile_one_is_read(place: Path, files: list[Path]) -> None:
    manifest = place / "manifest.jsonl"
    manifest.write_bytes(b"x" * 200_000 + b"\n" + manifest.read_bytes())
    found = check(place)
    assert (found.ok, found.damaged) == (3, ["manifest.jsonl:1"])


def test_an_archive_with_hostile_lines_still_takes_messages(place: Path, files: list[Path]) -> None:
    with (place / "manifest.jsonl").open("ab") as manifest:
        manifest.write(b"\n".join(hostile(place).values()) + b"\n")
    session = Mails({**MESSAGES, 4: b"d" * 100})
    assert len(session.archive(place)) == 4
    assert session.readings == {4: 1}
    assert check(place).ok == 4


def test_two_lines_that_contradict_each_other_are_told(place: Path, files: list[Path]) -> None:
    with (place / "manifest.jsonl").open("ab") as manifest:
        manifest.write(json.dumps(lines(place)[0] | {"size": 5, "uid": 9}).encode() + b"\n")
    assert check(place).damaged == ["manifest.jsonl:4"]


def test_only_messages_whose_file_is_whole_are_held(place: Path, files: list[Path]) -> None:
    assert {each.uid for each in held_whole(place, CLOCK)} == {1, 2, 3}
    files[0].write_bytes(b"?")
    files[1].unlink()
    assert {each.uid for each in held_whole(place, CLOCK)} == {3}


def test_a_line_that_contradicts_another_holds_nothing(place: Path, files: list[Path]) -> None:
    with (place / "manifest.jsonl").open("ab") as manifest:
        manifest.write(json.dumps(lines(place)[0] | {"size": 5, "uid": 9}).encode() + b"\n")
    assert {each.uid for each in held_whole(place, CLOCK)} == {1, 2, 3}


def test_where_nothing_was_archived_nothing_is_held(tmp_path: Path) -> None:
    assert held_whole(tmp_path, CLOCK) == held_whole(tmp_path / "missing", CLOCK) == frozenset()


def test_a_folder_without_a_manifest_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(StoppedError, match=r"manifest\.jsonl"):
        check(tmp_path)
    with pytest.raises(StoppedError):
        check(tmp_path / "missing")


@pytest.mark.parametrize(
    ("date", "path"),
    [
        ("05-Mar-2024 14:32:00 +0100", "2024/03/2024-03-05_1432_"),
        (" 5-mar-2024 14:32:00 +0100", "2024/03/2024-03-05_1432_"),
        ("31-Dec-2023 23:59:59 -0500", "2023/12/2023-12-31_2359_"),
        ("01-Jan-0000 00:00:00 +0000", "undated/undated_"),
        ("01-Jan-2999 00:00:00 +0000", "undated/undated_"),
        ("../../etc/passwd", "undated/undated_"),
        ("", "undated/undated_"),
    ],
)
def test_a_message_is_named_by_its_reception(date: str, path: str) -> None:
    digest = sha256(b"x")
    given = Namer(CLOCK).path(date, digest)
    assert given == f"{path}{digest[:32]}.eml"
    assert is_path(given, digest)


def test_a_key_of_a_later_version_is_left_alone(place: Path, files: list[Path]) -> None:
    line = json.dumps(lines(place)[0] | {"later": [1, 2]}).encode()
    assert decode(line).uid == 1


def test_a_message_of_the_same_minute_and_another_content_has_a_file_of_its_own(
    place: Path, files: list[Path]
) -> None:
    assert len(set(mails(place))) == 3
