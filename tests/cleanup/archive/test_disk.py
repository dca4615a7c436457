"""The disk fails, fills up or lies, at every call: nothing counts that is not there; a re-run converges."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from balt.cleanup.archive import open_archive
from balt.cleanup.archive.check import check_archive
from balt.errors import StoppedError
from tests.cleanup.archive.conftest import LARGE, Mails, lines, mails, sha256
from tests.cleanup.fake import CLOCK, Owner

MESSAGES = {1: b"a" * 1000, 2: b"b" * 1000, 3: b"c" * LARGE}
CALLS = ("write", "fsync", "close", "replace", "mkdir", "open")


def in_archive(place: Path) -> set[str]:
    """The contents of whole files that the manifest tells of."""
    if not (place / "manifest.jsonl").exists():
        return set()
    told = {str(line["sha256"]): str(line["file"]) for line in lines(place)}
    return {digest for digest, file in told.items() if sha256((place / file).read_bytes()) == digest}


class Failing:
    """Makes the n-th call of a kind, of those that touch the archive, fail."""

    def __init__(self, patch: pytest.MonkeyPatch, name: str, number: int, code: int) -> None:
        self.calls = 0
        self._number, self._code, self._name = number, code, name
        self._call: Callable[..., Any] = getattr(os, name)
        patch.setattr(os, name, self)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.calls += 1
        if self.calls == self._number:
            if self._name == "close":  # which closes whatever it answers
                self._call(*arguments)
            raise OSError(self._code, os.strerror(self._code))
        return self._call(*arguments, **options)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_fails_stops_it_and_a_run_after_it_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    for number in range(1, 200):
        place = tmp_path / f"{number}"
        kept: set[str] = set()
        with monkeypatch.context() as patch:
            failing = Failing(patch, name, number, code)
            try:
                kept = {each.sha256 for each in Mails(MESSAGES).archive(place).values()}
            except StoppedError as error:
                stopped = error
        if failing.calls < number:
            break
        if not kept:
            assert "archive" in stopped.message or "disque" in stopped.message
        assert kept <= in_archive(place)
        assert not list(place.rglob("*.part"))
        assert set(Mails(MESSAGES).archive(place)) == set(MESSAGES)
        assert check_archive(place, CLOCK).is_whole
    assert number > 3


def test_a_full_disk_is_called_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Mails({1: b"a"}).archive(place)
    Failing(monkeypatch, "write", 2, errno.ENOSPC)
    with pytest.raises(StoppedError, match="plus de place"):
        Mails(MESSAGES).archive(place)


def test_a_write_that_takes_only_some_octets_is_continued(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, octets: write(handle, bytes(octets[:700])))
    assert set(Mails(MESSAGES).archive(place)) == set(MESSAGES)
    monkeypatch.undo()
    assert check_archive(place, CLOCK).is_whole


@pytest.mark.parametrize("uid", [1, 3])
def test_a_disk_that_gives_back_other_octets_is_not_believed(
    place: Path, monkeypatch: pytest.MonkeyPatch, uid: int
) -> None:
    Mails({9: b"z"}).archive(place)
    fsync, wanted = os.fsync, MESSAGES[uid]

    def spoil(handle: int) -> None:
        fsync(handle)
        if os.fstat(handle).st_size == len(wanted):
            path = Path(f"/proc/self/fd/{handle}").resolve()
            if path.suffix == ".part":
                path.write_bytes(b"?" + path.read_bytes()[1:])

    monkeypatch.setattr(os, "fsync", spoil)
    with pytest.raises(StoppedError, match="ne rend pas"):
        Mails({uid: wanted}).archive(place)
    assert [line["uid"] for line in lines(place)] == [9]
    assert not list(place.rglob("*.part"))


@pytest.mark.parametrize("uid", [1, 3])
def test_a_file_that_changes_as_it_gets_its_name_is_not_believed(
    place: Path, monkeypatch: pytest.MonkeyPatch, uid: int
) -> None:
    replace = os.replace

    def spoil(*arguments: Any, **options: Any) -> None:
        replace(*arguments, **options)
        for path in place.rglob("*.eml"):
            path.write_bytes(b"?" + path.read_bytes()[1:])

    Mails({9: b"z"}).archive(place)
    monkeypatch.setattr(os, "replace", spoil)
    with pytest.raises(StoppedError, match="ne rend pas"):
        Mails({uid: MESSAGES[uid]}).archive(place)
    assert [line["uid"] for line in lines(place)] == [9]


def test_the_manifest_tells_only_of_what_has_its_name_on_the_disk(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in ("fsync", "replace", "write"):
        call = getattr(os, name)

        def noted(
            *arguments: Any, _call: Callable[..., Any] = call, _name: str = name, **options: Any
        ) -> Any:
            about = (
                Path(f"/proc/self/fd/{arguments[0]}").resolve().name if _name != "replace" else arguments[1]
            )
            done.append(f"{_name} {str(about)[-5:]}")
            return _call(*arguments, **options)

        monkeypatch.setattr(os, name, noted)
    Mails({1: b"a" * 1000}).archive(place)
    order = [step for step in done if not step.startswith("write .part")]
    assert order[order.index("replace e.eml") if "replace e.eml" in order else 0 :]
    steps = [step.split()[0] + (" month" if step.endswith(" 03") else "") for step in order]
    last = len(steps) - 1
    assert steps[last] == "fsync"  # the manifest's
    assert order[last].endswith("jsonl")
    assert order[last - 1].endswith("jsonl")
    assert order[last - 1].startswith("write")
    assert steps[last - 2] == "fsync month"
    assert steps[last - 3] == "replace"
    assert "fsync .part" in order[: last - 3]


# After a crash


def test_what_a_crash_left_unfinished_is_taken_away(place: Path) -> None:
    Mails({1: b"a" * 1000}).archive(place)
    incoming = place / ".incoming"
    incoming.mkdir(mode=0o700)
    (incoming / f"{'a' * 32}.part").write_bytes(b"half")
    (incoming / "mine.part").write_bytes(b"somebody's own")
    Mails({2: b"b" * 1000}).archive(place)
    assert [path.name for path in incoming.iterdir()] == ["mine.part"]


@pytest.mark.parametrize("keep", [1, 40, 200])
def test_a_line_that_a_crash_cut_short_is_healed(place: Path, keep: int) -> None:
    Mails({1: b"a" * 1000}).archive(place)
    whole = (place / "manifest.jsonl").read_bytes()
    Mails(MESSAGES).archive(place)
    torn = (place / "manifest.jsonl").read_bytes()[: len(whole) + keep]
    (place / "manifest.jsonl").write_bytes(torn)
    assert not check_archive(place, CLOCK).is_whole
    assert set(Mails(MESSAGES).archive(place)) == set(MESSAGES)
    assert check_archive(place, CLOCK).is_whole
    assert (place / "manifest.jsonl").read_bytes().startswith(whole)


def test_a_last_line_that_only_lacks_its_end_gets_it(place: Path) -> None:
    Mails({1: b"a" * 1000}).archive(place)
    manifest = place / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes().rstrip(b"\n"))
    session = Mails({1: b"a" * 1000, 2: b"b" * 1000})
    session.archive(place)
    assert session.readings[1] == 0
    assert check_archive(place, CLOCK).ok == 2


@pytest.mark.parametrize("tail", [b"x" * 100_000, b"not balt's"])
def test_a_tail_that_is_not_balts_is_not_taken_away(place: Path, tail: bytes) -> None:
    Mails({1: b"a" * 1000}).archive(place)
    manifest = place / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes() + tail)
    Mails(MESSAGES).archive(place)
    assert tail in manifest.read_bytes()
    found = check_archive(place, CLOCK)
    assert (found.ok, found.damaged) == (3, ["manifest.jsonl:2"])


def test_a_killed_process_leaves_what_a_re_run_finishes(place: Path) -> None:
    program = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from tests.cleanup.archive.conftest import Mails
        from tests.cleanup.archive.test_disk import MESSAGES
        Mails({{9: b"z" * 50}}).archive(Path({str(place)!r}))
        os.replace = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
        Mails(MESSAGES).archive(Path({str(place)!r}))
        """
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(place.rglob("*.part"))
    assert set(Mails(MESSAGES).archive(place)) == set(MESSAGES)
    assert not list(place.rglob("*.part"))
    assert check_archive(place, CLOCK).is_whole


# One at a time


def test_a_second_balt_is_told_who_has_the_archive(place: Path) -> None:
    with (
        open_archive(place, Owner(), CLOCK, twice=False, tls=True),
        pytest.raises(StoppedError, match=f"{Owner().address}.*PID {os.getpid()}"),
    ):
        Mails(MESSAGES).archive(place)
    assert set(Mails(MESSAGES).archive(place)) == set(MESSAGES)


def test_an_archive_leaves_no_thread_and_no_file_open(place: Path) -> None:
    import threading

    Mails(MESSAGES).archive(place)
    handles, threads = len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
    for _run in range(3):
        Mails(MESSAGES).archive(place)
    assert (len(list(Path("/proc/self/fd").iterdir())), threading.active_count()) == (handles, threads)
    assert mails(place)
