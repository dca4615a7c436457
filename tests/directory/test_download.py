"""The download of the extraction: whole, taken up again, or refused, from a server on this computer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.directory import download as downloads
from balt.directory.download import Marks
from balt.directory.sources import DATA_GOUV, Source, source_of
from balt.errors import DirectoryError
from tests.directory.download_desk import Desk
from tests.directory.fake_files import LAST_MODIFIED, FileServer

CONTENT = bytes(range(256)) * 4000  # about a million octets, each place unlike its neighbours


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(CONTENT) as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path, server: FileServer) -> Desk:
    return Desk(tmp_path, source_of(server.url, None))


def ranges(server: FileServer) -> list[str]:
    return [each.get("range", "") for each in server.asked]


def test_a_file_is_downloaded_whole_for_its_owner_alone_and_bears_the_servers_date(
    server: FileServer, desk: Desk
) -> None:
    assert desk.fetch() == Marks('"v1"', LAST_MODIFIED)
    assert desk.file.read_bytes() == CONTENT
    assert desk.file.stat().st_mode & 0o777 == 0o600
    assert desk.file.stat().st_mtime == datetime(2026, 11, 22, 2, 10, tzinfo=UTC).timestamp()
    assert desk.told == sorted(desk.told)
    assert desk.told[-1] == (len(CONTENT), len(CONTENT))
    (asked,) = server.asked
    assert asked["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "esante-api-key"} & set(asked)


def test_a_file_that_has_not_changed_is_not_downloaded(server: FileServer, desk: Desk) -> None:
    known = desk.fetch()
    desk.file.unlink()
    assert desk.fetch(known) is None
    assert not desk.file.exists()
    assert server.asked[-1]["if-none-match"] == '"v1"'
    assert server.asked[-1]["if-modified-since"] == LAST_MODIFIED


def test_without_an_etag_the_date_tells_whether_it_changed(server: FileServer, desk: Desk) -> None:
    server.etag = ""
    known = desk.fetch()
    desk.file.unlink()
    assert desk.fetch(known) is None
    assert "if-none-match" not in server.asked[-1]


def test_a_download_that_is_cut_goes_on_where_it_was(server: FileServer, desk: Desk) -> None:
    server.cuts = [300_000, 200_000]
    desk.fetch()
    assert desk.file.read_bytes() == CONTENT
    assert [each.partition("=")[2] != "" for each in ranges(server)] == [False, True, True]


def test_a_download_cut_again_and_again_stays_for_the_next_time(server: FileServer, desk: Desk) -> None:
    server.cuts = [100_000] * downloads.TRIES
    with pytest.raises(DirectoryError, match="coupé plusieurs fois") as failure:
        desk.fetch()
    assert failure.value.again
    there = desk.file.stat().st_size
    assert 0 < there < len(CONTENT)
    desk.fetch()
    assert ranges(server)[-1] == f"bytes={there}-"
    assert desk.file.read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_begun_anew(server: FileServer, desk: Desk) -> None:
    server.cuts = [100_000] * downloads.TRIES
    with pytest.raises(DirectoryError):
        desk.fetch()
    server.publish(CONTENT[::-1], '"v2"', "Mon, 23 Nov 2026 02:10:00 GMT")
    assert desk.fetch() == Marks('"v2"', "Mon, 23 Nov 2026 02:10:00 GMT")
    assert desk.file.read_bytes() == CONTENT[::-1]


def test_a_server_that_gives_no_rests_is_asked_for_the_whole(server: FileServer, desk: Desk) -> None:
    server.ranges = False
    server.cuts = [300_000]
    desk.fetch()
    assert desk.file.read_bytes() == CONTENT


@pytest.mark.parametrize("told", ["bytes 5-1023999/1024000", "bytes 100000-1023999/9", "lines 1-2/3", ""])
def test_a_rest_that_does_not_go_on_is_not_joined(server: FileServer, desk: Desk, told: str) -> None:
    server.cuts = [100_000]
    server.odd_range = told or "bytes */*"
    desk.fetch()
    assert desk.file.read_bytes() == CONTENT


def test_marks_that_prove_nothing_are_not_gone_on_with(server: FileServer, desk: Desk) -> None:
    server.etag, server.last_modified = 'W/"v1"', ""
    server.cuts = [100_000]
    desk.fetch()
    assert ranges(server) == ["", ""]
    assert desk.file.read_bytes() == CONTENT


def test_what_stands_there_already_is_looked_at_again(server: FileServer, desk: Desk) -> None:
    desk.fetch()
    assert desk.fetch() is not None
    assert desk.file.read_bytes() == CONTENT


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b'{"url": 1}', b"\xff", b"[" * 100_000])
def test_a_spoilt_note_of_what_is_there_costs_nothing_but_a_new_download(
    desk: Desk, tmp_path: Path, note: bytes
) -> None:
    (tmp_path / "download").write_bytes(b"autre chose")
    (tmp_path / "download.json").write_bytes(note)
    desk.fetch()
    assert desk.file.read_bytes() == CONTENT


def test_what_another_address_gave_is_not_gone_on_with(
    server: FileServer, desk: Desk, tmp_path: Path
) -> None:
    with FileServer(b"x" * 500_000) as other:
        other.cuts = [100_000] * downloads.TRIES
        with pytest.raises(DirectoryError):
            Desk(tmp_path, source_of(other.url, None)).fetch()
    desk.fetch()
    assert ranges(server) == [""]
    assert desk.file.read_bytes() == CONTENT


# What is refused


@pytest.mark.parametrize("announced", [0, 1, None])
def test_what_is_larger_than_any_extraction_is_refused(
    server: FileServer, desk: Desk, monkeypatch: pytest.MonkeyPatch, announced: int | None
) -> None:
    monkeypatch.setattr(downloads, "MOST_OCTETS", len(CONTENT) - 1)
    server.announced = None if announced is None else len(CONTENT) + announced
    with pytest.raises(DirectoryError, match="démesuré"):
        desk.fetch()
    assert not desk.file.exists() or desk.file.stat().st_size < len(CONTENT)


def test_what_is_announced_too_large_is_not_read_at_all(server: FileServer, desk: Desk) -> None:
    server.announced = downloads.MOST_OCTETS + 1
    with pytest.raises(DirectoryError, match="démesuré"):
        desk.fetch()
    assert desk.told == []


def test_a_packed_answer_that_was_not_asked_for_is_refused(server: FileServer, desk: Desk) -> None:
    server.packed = True
    with pytest.raises(DirectoryError, match="inattendue"):
        desk.fetch()
    assert not desk.file.exists()


@pytest.mark.parametrize(
    ("status", "told", "again"),
    [
        (403, "refuse", False),
        (404, "n'est plus", False),
        (410, "n'est plus", False),
        (429, "trop chargé", True),
        (500, "en panne", True),
        (503, "en panne", True),
        (304, "inattendue", True),
        (204, "inattendue", True),
        (418, "inattendue", True),
    ],
)
def test_other_answers_are_told(server: FileServer, desk: Desk, status: int, told: str, again: bool) -> None:
    server.status = status
    with pytest.raises(DirectoryError, match=told) as failure:
        desk.fetch()
    assert failure.value.again is again
    assert "intact" in failure.value.advice
    assert not desk.file.exists()


def test_a_server_that_is_not_there_is_told(server: FileServer, tmp_path: Path) -> None:
    with FileServer(b"") as gone:
        pass
    with pytest.raises(DirectoryError, match="refuse la connexion") as failure:
        Desk(tmp_path, source_of(gone.url, None)).fetch()
    assert "update_url" in failure.value.advice


# Where it may lead


def test_a_redirection_to_a_known_host_is_followed(server: FileServer, tmp_path: Path) -> None:
    with FileServer(b"", host="localhost") as first:
        first.location = server.url
        source = Source(first.url, frozenset(("localhost", "127.0.0.1")))
        desk = Desk(tmp_path, source)
        desk.fetch()
    assert desk.file.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:{port}/x",
        "https://localhost:{port}/x",
        "https://inconnu.example/x",
        "https://127.0.0.1.example/x",
        "https://www.data.gouv.fr@inconnu.example/x",
        "//inconnu.example/x",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://[::1/x",
        "https://www.data.gouv.fr.example/x",
    ],
)
def test_a_redirection_to_any_other_place_ends_it(server: FileServer, desk: Desk, link: str) -> None:
    server.location = link.format(port=server.port)
    with pytest.raises(DirectoryError, match=r"ne connaît pas|inattendue"):
        desk.fetch()
    assert len(server.asked) == 1
    assert not desk.file.exists()


def test_a_known_host_is_reached_over_a_protected_line_only() -> None:
    source = source_of("", None)
    assert source.url == DATA_GOUV
    static = "https://static.data.gouv.fr/resources/x.txt"
    assert source.redirected(DATA_GOUV, static) == static
    for link in (
        static.replace("https", "http"),
        "https://static.data.gouv.fr.example/",
        "https://data.gouv.fr/",
    ):
        with pytest.raises(DirectoryError, match="ne connaît pas"):
            source.redirected(DATA_GOUV, link)


def test_redirections_that_turn_round_end(server: FileServer, desk: Desk) -> None:
    server.location = server.url
    with pytest.raises(DirectoryError, match="tourne en rond"):
        desk.fetch()
    assert len(server.asked) < 10


# Whom it trusts


def test_a_link_in_place_of_the_file_is_not_written_through(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "precieux"
    target.write_bytes(b"precieux")
    desk.file.symlink_to(target)
    desk.fetch()
    assert target.read_bytes() == b"precieux"
    assert desk.file.read_bytes() == CONTENT
