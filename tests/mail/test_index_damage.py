"""Whatever happens to the file of the index, nobody is held up: it is begun anew, or there is none."""

import errno
import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from balt.config import Keep
from balt.mail import index_file, index_schema
from balt.mail.index import MailIndex, index_path
from tests.mail.index_cases import ACCOUNT, CLOCK, PDF, listing, loaded, octets_in, rights, saved, some, state

MADE = some(range(1, 400))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of a folder, with attachments and texts."""
    monkeypatch.setattr(index_schema, "PIECE", 64)
    path = index_path(tmp_path, ACCOUNT)
    index = MailIndex(path, CLOCK, Keep.TEXTS)
    index.save(MADE)
    index.save_attachments("INBOX", 7, dict.fromkeys(range(1, 100), (PDF,)))
    index.save_texts("INBOX", 7, {uid: b"* 1 FETCH (UID %d)" % uid for uid in range(1, 100)})
    index.close()
    return path


def use(path: Path) -> None:
    """All that is asked of an index, of one that may be damaged: what it tells is right, or nothing."""
    index = MailIndex(path, CLOCK, Keep.TEXTS)
    stored = index.load("INBOX")
    assert stored is None or state(stored.listing) == state(MADE)
    told = index.attachments("INBOX", 7, range(1, 400))
    assert all(found[0].encoded_size == 4096 and found[0].part == "2" for found in told.values())
    texts = index.texts("INBOX", 7, range(1, 400))
    assert all(text.startswith(b"* 1 FETCH (UID ") for text in texts.values())
    index.about()
    index.keep_only(["INBOX"])
    index.save(MADE)
    index.save_attachments("INBOX", 7, {1: (PDF,)})
    index.close()


def assert_usable(path: Path) -> None:
    found = loaded(path, keep=Keep.TEXTS)
    assert found is not None
    assert state(found) == state(MADE)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_octets_are_never_taken_for_knowledge(path: Path, seed: int) -> None:
    chance, content = random.Random(seed), bytearray(path.read_bytes())
    for _turn in range(chance.choice((1, 1, 5, 200))):
        place = chance.choice((chance.randrange(len(content)), chance.randrange(200)))
        content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    use(path)
    use(path)
    assert_usable(path)


@pytest.mark.parametrize("seed", range(20))
def test_a_file_that_was_cut_is_begun_anew(path: Path, seed: int) -> None:
    content = path.read_bytes()
    path.write_bytes(
        content[: random.Random(seed).choice((0, 1, 99, 100, random.Random(seed).randrange(len(content))))]
    )
    use(path)
    assert_usable(path)


@pytest.mark.parametrize("content", [b"hello", b"\0" * 50_000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_index_is_begun_anew(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    use(path)
    assert_usable(path)


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 77",
        "PRAGMA application_id = 5",
        "CREATE TRIGGER t AFTER INSERT ON folders BEGIN DELETE FROM folders; END",
        "DROP TABLE texts",
        "UPDATE about SET value = 'big' WHERE name = 'byte order'",
        "DELETE FROM about",
    ],
)
def test_an_index_that_is_not_as_balt_makes_it_is_begun_anew(path: Path, statement: str) -> None:
    _change(path, statement)
    assert loaded(path, keep=Keep.TEXTS) is None
    assert not path.exists()
    use(path)
    assert_usable(path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE folders SET messages = messages - 1",
        "UPDATE folders SET messages = 'x'",
        "UPDATE folders SET modseq = modseq + 1",
        "UPDATE folders SET taken_at = '2026'",
        "UPDATE folders SET taken_at = x'ff'",
        "DELETE FROM pieces WHERE name = 'flags' AND number = 2",
        "UPDATE pieces SET content = zeroblob(length(content)) WHERE name = 'uids' AND number = 1",
        "UPDATE pieces SET content = 'text' WHERE name = 'uids'",
    ],
)
def test_rows_that_do_not_add_up_give_nothing(path: Path, statement: str) -> None:
    _change(path, statement)
    assert loaded(path, keep=Keep.TEXTS) is None
    use(path)
    assert_usable(path)


@pytest.mark.parametrize(
    "found", ["[]x", "[" * 100_000, '[["2","application/pdf",-1,"base64"]]', "{}", "[[1]]"]
)
def test_attachments_of_another_hand_give_nothing(path: Path, found: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE attachments SET found = ?, crc = ?", (found, index_schema.seal(1, found)))
    db.close()
    index = MailIndex(path, CLOCK, Keep.TEXTS)
    assert index.attachments("INBOX", 7, [1]) in ({}, {1: ()})
    index.close()


def test_uids_out_of_order_give_nothing(path: Path) -> None:
    wrong = listing([(uid, 1, 1, 0, 0) for uid in (5, 4, 3, 2)])
    saved(path, wrong, keep=Keep.TEXTS)
    assert loaded(path, keep=Keep.TEXTS) is None


def test_a_text_that_swells_gives_nothing(path: Path) -> None:
    index = MailIndex(path, CLOCK, Keep.TEXTS)
    index.save_texts("INBOX", 7, {1: b"\0" * 10_000_000})
    assert index.texts("INBOX", 7, [1]) == {}
    index.close()


def test_an_index_of_a_newer_balt_is_left_alone(path: Path) -> None:
    _change(path, f"PRAGMA user_version = {index_schema.VERSION + 1}")
    _change(path, "CREATE TABLE later (name TEXT)")
    before = octets_in(path)
    assert loaded(path, keep=Keep.TEXTS) is None
    saved(path, some([1]), keep=Keep.TEXTS)
    assert octets_in(path) == before


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_the_files_are_for_their_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    path = index_path(tmp_path / "data", ACCOUNT)
    before = os.umask(0)
    try:
        index = MailIndex(path, CLOCK, Keep.FIGURES)
        index.save(MADE)
        assert rights(path) == {"": 0o600, "-wal": 0o600, "-shm": 0o600}
        assert path.parent.stat().st_mode & 0o777 == 0o700
        index.close()
        path.chmod(0o666)
        path.parent.chmod(0o777)
        assert loaded(path) is not None
        assert rights(path) == {"": 0o600}
        assert path.parent.stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    path, elsewhere = index_path(tmp_path, ACCOUNT), tmp_path / "elsewhere.sqlite"
    path.parent.mkdir(mode=0o700)
    elsewhere.write_bytes(b"precious")
    path.symlink_to(elsewhere)
    saved(path, MADE)
    assert loaded(path) is None
    assert elsewhere.read_bytes() == b"precious"
    elsewhere.unlink()
    saved(path, MADE)
    assert not elsewhere.exists()


def test_a_folder_in_its_place_is_no_index(tmp_path: Path) -> None:
    path = index_path(tmp_path, ACCOUNT)
    path.mkdir(parents=True)
    saved(path, MADE)
    assert loaded(path) is None


def _owned_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12_345)


def _on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(index_file, "_make_private", full)


def _without_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN

    def connect(*_arguments: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(sqlite3, "connect", connect)


@pytest.mark.parametrize("happens", [_owned_by_another, _on_a_full_disk, _without_sqlite])
def test_a_place_that_cannot_be_used_means_no_index_and_touches_nothing(
    path: Path, happens: Callable[[pytest.MonkeyPatch], None]
) -> None:
    before = octets_in(path)
    with pytest.MonkeyPatch.context() as patch:
        happens(patch)
        assert loaded(path, keep=Keep.TEXTS) is None
        saved(path, some([1]), keep=Keep.TEXTS)
    assert octets_in(path) == before
    assert_usable(path)


def test_a_full_disk_while_saving_leaves_the_former_state(path: Path) -> None:
    index = MailIndex(path, CLOCK, Keep.TEXTS)
    index.load("INBOX")
    db = index._file._db
    assert db is not None
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    index.save(some(range(1, 50_000)))
    index.close()
    assert_usable(path)


def _change(path: Path, statement: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(statement)
    db.close()
