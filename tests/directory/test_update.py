"""Bringing the index up to date: downloaded, imported in one step, or left exactly as it was."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from balt.clock import Clock, ShiftedClock
from balt.directory.index import DirectoryIndex
from balt.directory.sources import source_of
from balt.directory.update import NAME, Updated, update_index
from balt.errors import DirectoryError
from tests.directory.extraction_data import ALIX, CLOCK, GENERATED, ROWS, extraction, text
from tests.directory.extraction_data import NAME as FILE_NAME
from tests.directory.fake_files import FileServer


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(text().encode()) as started:
        yield started


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "directory" / "extraction.sqlite"


def update(path: Path, server: FileServer, clock: Clock = CLOCK) -> Updated:
    def told(_done: int, _total: int) -> None:
        """Nobody looks."""

    return update_index(path, source_of(server.url, None), clock, told, told)


def packed(content: str, member: str = FILE_NAME) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return file.getvalue()


def kept(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir() if not each.name.endswith(".lock")}


def test_an_update_makes_the_index_and_keeps_nothing_else(path: Path, server: FileServer) -> None:
    updated = update(path, server)
    assert updated.report is not None
    assert updated.about.entries == len(ROWS)
    assert updated.about.generated_at.isoformat() == "2026-11-22T02:10:00+00:00"  # the server's date
    assert kept(path) == {"extraction.sqlite", "update.json"}
    assert (path.parent / "update.json").stat().st_mode & 0o777 == 0o600


def test_the_packed_file_of_the_ans_gives_its_own_date(path: Path, server: FileServer) -> None:
    server.content = packed(text())
    updated = update(path, server)
    assert (updated.about.generated_at, updated.about.source_name) == (GENERATED, FILE_NAME)


def test_where_nothing_changed_nothing_is_done(path: Path, server: FileServer) -> None:
    first = update(path, server)
    before = path.stat()
    again = update(path, server)
    assert again == Updated(first.about, None)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_new_file_replaces_the_index(path: Path, server: FileServer) -> None:
    update(path, server)
    server.publish(text(ROWS[:15]).encode(), '"v2"')
    assert update(path, server).about.entries == 15


def test_where_another_file_was_imported_meanwhile_it_is_downloaded_again(
    path: Path, server: FileServer, tmp_path: Path
) -> None:
    update(path, server)
    DirectoryIndex.build(path, extraction(tmp_path, ROWS[:12]), ShiftedClock(CLOCK.now()))
    assert update(path, server).about.entries == len(ROWS)
    assert "if-none-match" not in server.asked[-1]


def test_without_an_index_or_with_a_spoilt_one_it_is_downloaded_again(path: Path, server: FileServer) -> None:
    update(path, server)
    path.write_bytes(b"bruit")
    assert update(path, server).report is not None
    path.unlink()
    assert update(path, server).report is not None
    assert len(DirectoryIndex(path).of_professional(ALIX).entries) == 4


@pytest.mark.parametrize("note", [b"", b"[]", b"{}", b"\xff", b'{"url": 3}', b"[" * 5000, b" " * 10_000])
def test_a_spoilt_note_costs_nothing_but_a_download(path: Path, server: FileServer, note: bytes) -> None:
    update(path, server)
    (path.parent / "update.json").write_bytes(note)
    assert update(path, server).report is not None


HOSTILE = {
    "a web page": b"<!DOCTYPE html><html>Identifiez-vous</html>",
    "nothing": b"",
    "no row": text(()).encode(),
    "cut packed": packed(text())[:-40],
    "bomb": packed("A" * 20_000_000),
    "Latin-1": text().encode("latin-1"),
    "other columns": b"nom|prenom\na|b\n",
    "few rows": text(ROWS[:3]).encode(),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_extraction_leaves_the_former_index(path: Path, server: FileServer, kind: str) -> None:
    update(path, server)
    before = path.read_bytes()
    server.publish(HOSTILE[kind], '"v2"')
    with pytest.raises(DirectoryError) as failure:
        update(path, server)
    assert str(path.parent) not in str(failure.value)
    assert "Copiez-le de nouveau" not in failure.value.advice
    if kind not in ("other columns", "few rows"):
        assert "127.0.0.1 n'est pas l'extraction de l'annuaire, ou est abîmé" in failure.value.message
        assert "L'ancien index est intact" in failure.value.advice
    assert path.read_bytes() == before
    assert kept(path) == {"extraction.sqlite", "update.json"}
    server.publish(text().encode(), '"v3"')
    assert update(path, server).report is not None


def test_what_this_computer_cannot_read_is_not_held_against_the_server(
    path: Path, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(path, server)
    before = path.read_bytes()
    server.publish(text(ROWS[:12]).encode(), '"v2"')
    opened = Path.open

    def fails(file: Path, *args: Any, **named: Any) -> Any:
        if file.name == NAME and args == ("rb",):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(file, *args, **named)

    monkeypatch.setattr(Path, "open", fails)
    with pytest.raises(DirectoryError) as failure:
        update(path, server)
    assert "n'a pas pu être lu sur cet ordinateur" in failure.value.message
    assert "127.0.0.1" not in str(failure.value)
    assert path.read_bytes() == before


def test_a_file_with_far_fewer_bal_says_how_to_take_it_all_the_same(path: Path, server: FileServer) -> None:
    update(path, server)
    server.publish(text(ROWS[:3]).encode(), '"v2"')
    with pytest.raises(DirectoryError, match="3 BAL, contre 18") as failure:
        update(path, server)
    assert "balt directory import" in failure.value.advice


def test_a_full_disk_is_told_and_leaves_the_former_index(path: Path, server: FileServer) -> None:
    resource = pytest.importorskip("resource", reason="a limit on the size of files stands for a full disk")
    update(path, server)
    before = path.read_bytes()
    server.publish(text(ROWS * 3000).encode(), '"v2"')
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(DirectoryError, match="ne peut pas être écrit"):
            update(path, server)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert update(path, server).about.entries == len(ROWS) * 3000


_PROGRAM = """
import sys
from pathlib import Path
from balt.clock import SystemClock
from balt.directory.sources import source_of
from balt.directory.update import update_index
update_index(Path(sys.argv[1]), source_of(sys.argv[2], None), SystemClock(), lambda *_: None, lambda *_: None)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process as the system does")
def test_an_update_that_is_killed_leaves_the_former_index_whenever_it_is(
    path: Path, server: FileServer
) -> None:
    update(path, server)
    before = path.read_bytes()
    server.publish(text(ROWS * 20_000).encode(), '"v2"')
    for wait in (0.4, 0.7, 1.0, 1.4):
        done = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(path), server.url])
        time.sleep(wait)
        done.send_signal(signal.SIGKILL)
        done.wait(30)
        if path.read_bytes() == before:
            assert DirectoryIndex(path).about().entries == len(ROWS)
        else:  # it was quicker
            assert DirectoryIndex(path).about().entries == len(ROWS) * 20_000
    assert update(path, server).about.entries == len(ROWS) * 20_000
    assert kept(path) == {"extraction.sqlite", "update.json"}


def test_a_download_that_was_cut_goes_on_the_next_time(path: Path, server: FileServer) -> None:
    server.content = text(ROWS * 1000).encode()
    server.cuts = [200_000] * 4
    with pytest.raises(DirectoryError, match="coupé"):
        update(path, server)
    there = (path.parent / NAME).stat().st_size
    assert update(path, server).about.entries == len(ROWS) * 1000
    assert server.asked[-1]["range"] == f"bytes={there}-"


def test_the_marks_are_those_of_the_file_that_was_imported(path: Path, server: FileServer) -> None:
    update(path, server)
    note = json.loads((path.parent / "update.json").read_text(encoding="utf-8"))
    assert (note["etag"], note["url"]) == (server.etag, server.url)
