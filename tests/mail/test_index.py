"""The index gives back what was saved, forgets what has gone, and holds nobody's name unless it may."""

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.config import Keep
from balt.mail import index_schema
from balt.mail.index import FolderAbout, MailIndex, clear, index_of, index_path, kept_of
from balt.mail.index_file import files_of
from balt.mail.listing import Listing
from balt.mail.model import Attachment
from tests.mail.index_cases import (
    ACCOUNT,
    CLOCK,
    NOW,
    PDF,
    MessageRow,
    listing,
    loaded,
    octets_in,
    saved,
    some,
    state,
)

NAMELESS = replace(PDF, filename="")
ROWS = st.lists(
    st.tuples(
        st.integers(1, 2**32 - 1),
        st.integers(-1, 2**62),
        st.integers(-1, 2_000_000_000),
        st.integers(0, 63),
        st.integers(0, 65_535),
    ),
    max_size=40,
    unique_by=lambda row: row[0],
).map(sorted)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return index_path(tmp_path, ACCOUNT)


@pytest.fixture
def index(path: Path) -> Iterator[MailIndex]:
    made = MailIndex(path, CLOCK, Keep.FIGURES)
    yield made
    made.close()


@pytest.fixture
def texts(path: Path) -> Iterator[MailIndex]:
    made = MailIndex(path, CLOCK, Keep.TEXTS)
    yield made
    made.close()


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_schema, "PIECE", 8)


def test_a_folder_comes_back_as_it_was_saved_with_its_date(path: Path, index: MailIndex) -> None:
    made = some([3, 5, 4_294_967_295], modseq=2**62)
    index.save(made)
    stored = MailIndex(path, CLOCK, Keep.FIGURES).load("INBOX")
    assert stored is not None
    assert state(stored.listing) == state(made)
    assert stored.taken_at == NOW


def test_an_index_that_was_never_written_knows_nothing_and_creates_nothing(
    path: Path, index: MailIndex
) -> None:
    assert index.load("INBOX") is None
    assert index.attachments("INBOX", 7, [1]) == {}
    assert index.about() == []
    index.keep_only(["INBOX"])
    assert not path.parent.exists()


@settings(max_examples=60, deadline=None)
@given(states=st.lists(ROWS, min_size=1, max_size=4), seed=st.integers(0, 99))
def test_whatever_was_saved_last_is_what_comes_back(
    states: list[list[MessageRow]], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("index") / "index" / "x.sqlite"
    chance = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_schema, "PIECE", 8)
        index = MailIndex(path, CLOCK, Keep.FIGURES)
        for rows in states:
            for step in (rows, _changed(rows, chance), _thinned(rows, chance)):
                made = listing(step, modseq=chance.randrange(1000))
                index.save(made)
                found = loaded(path)
                assert found is not None
                assert state(found) == state(made)
        index.close()


def _changed(rows: list[MessageRow], chance: random.Random) -> list[MessageRow]:
    """The same messages with other flags."""
    return [(*row[:3], chance.randrange(64), row[4]) for row in rows]


def _thinned(rows: list[MessageRow], chance: random.Random) -> list[MessageRow]:
    """Some of the messages have gone."""
    return [row for row in rows if chance.random() < 0.7]


@pytest.mark.usefixtures("small_pieces")
def test_only_the_pieces_that_changed_are_written(path: Path, index: MailIndex) -> None:
    made = some(range(1, 101))
    index.save(made)
    written: list[str] = []
    db = index._file._db
    assert db is not None
    db.set_trace_callback(written.append)
    made.flags[50] ^= 1
    index.save(made)
    assert sum("INSERT OR REPLACE INTO pieces" in each for each in written) == 1


def test_each_folder_has_its_own_state_and_those_that_are_gone_are_forgotten(index: MailIndex) -> None:
    index.save(some([1, 2]))
    index.save(some([1, 2, 3], folder="Été"))
    index.save_attachments("Été", 7, {3: (PDF,)})
    assert index.about() == [FolderAbout("INBOX", 2, NOW), FolderAbout("Été", 3, NOW)]
    index.keep_only(["INBOX", "Nouveau"])
    assert index.about() == [FolderAbout("INBOX", 2, NOW)]
    assert index.load("Été") is None
    assert index.attachments("Été", 7, [3]) == {}


def test_a_listing_that_is_not_whole_or_not_durable_is_not_kept(index: MailIndex) -> None:
    partial = some([1, 2])
    partial.expected = 3
    index.save(partial)
    index.save(some([1, 2], folder="Sans numéros durables", uidvalidity=0))
    index.save_attachments("Sans numéros durables", 0, {1: (PDF,)})
    assert index.about() == []


def test_attachments_come_back_without_their_names(index: MailIndex) -> None:
    index.save(some([1, 2, 3]))
    index.save_attachments("INBOX", 7, {1: (PDF, replace(PDF, part="3.1")), 2: ()})
    assert index.attachments("INBOX", 7, [1, 2, 3]) == {1: (NAMELESS, replace(NAMELESS, part="3.1")), 2: ()}


def test_many_messages_are_asked_in_one_call(index: MailIndex) -> None:
    uids = range(1, 3001)
    index.save_attachments("INBOX", 7, dict.fromkeys(uids, (PDF,)))
    assert set(index.attachments("INBOX", 7, [*uids, 5000])) == set(uids)


def test_attachments_may_be_known_before_the_folder_is_listed(path: Path, index: MailIndex) -> None:
    index.save_attachments("INBOX", 7, {1: (PDF,)})
    assert index.load("INBOX") is None
    assert index.about() == []
    index.save(some([1, 2]))
    assert index.attachments("INBOX", 7, [1]) == {1: (NAMELESS,)}


def test_what_has_vanished_is_forgotten(texts: MailIndex) -> None:
    texts.save(some([1, 2, 3]))
    texts.save_attachments("INBOX", 7, {1: (PDF,), 2: (PDF,)})
    texts.save_texts("INBOX", 7, {1: b"un", 2: b"deux"})
    texts.save(some([1, 3]))
    assert texts.attachments("INBOX", 7, [1, 2]) == {1: (NAMELESS,)}
    assert texts.texts("INBOX", 7, [1, 2]) == {1: b"un"}


def test_another_uidvalidity_throws_all_of_the_folder_away(texts: MailIndex) -> None:
    texts.save(some([1, 2]))
    texts.save(some([1], folder="Autre"))
    texts.save_attachments("INBOX", 7, {1: (PDF,)})
    texts.save_texts("INBOX", 7, {1: b"un"})
    assert texts.attachments("INBOX", 8, [1]) == {}
    assert texts.texts("INBOX", 8, [1]) == {}
    texts.save(some([1], uidvalidity=8))
    for validity in (7, 8):
        assert texts.attachments("INBOX", validity, [1]) == {}
        assert texts.texts("INBOX", validity, [1]) == {}
    stored = texts.load("INBOX")
    assert stored is not None
    assert (stored.listing.uidvalidity, len(stored.listing)) == (8, 1)
    assert texts.load("Autre") is not None


def test_no_name_and_no_subject_is_in_the_file(path: Path, index: MailIndex) -> None:
    index.save(some([1, 2, 3, 4]))
    odd = replace(PDF, content_type="application/exemple-camille")
    index.save_attachments("INBOX", 7, {1: (PDF,), 2: (odd,), 3: (replace(PDF, encoding="exemple"),)})
    index.save_texts("INBOX", 7, {1: b'* 1 FETCH (UID 1 ENVELOPE (NIL "EXEMPLE" NIL))'})
    assert index.texts("INBOX", 7, [1]) == {}
    assert set(index.attachments("INBOX", 7, [1, 2, 3])) == {1}
    index.close()
    assert b"exemple" not in octets_in(path).lower()
    assert b"camille" not in octets_in(path).lower()


def test_texts_are_kept_where_they_may_be(path: Path, texts: MailIndex) -> None:
    texts.save(some([1, 2]))
    texts.save_texts("INBOX", 7, {1: b"* 1 FETCH (UID 1)" * 50, 2: b""})
    again = MailIndex(path, CLOCK, Keep.TEXTS)
    assert again.texts("INBOX", 7, [1, 2]) == {1: b"* 1 FETCH (UID 1)" * 50}
    again.close()


def test_the_texts_go_when_they_are_no_longer_wanted(path: Path, texts: MailIndex) -> None:
    texts.save_texts("INBOX", 7, {1: bytes(random.Random(1).randbytes(300))})
    before = octets_in(path)
    texts.close()
    assert random.Random(1).randbytes(300) in before
    index = MailIndex(path, CLOCK, Keep.FIGURES)
    assert index.load("INBOX") is None
    index.close()
    assert random.Random(1).randbytes(300) not in octets_in(path)
    assert not path.exists()


def test_the_text_of_a_message_that_has_gone_is_overwritten(path: Path, texts: MailIndex) -> None:
    secret = random.Random(1).randbytes(300)
    texts.save(some([1, 2]))
    texts.save_texts("INBOX", 7, {1: secret, 2: b"reste"})
    texts.close()
    assert secret in octets_in(path)
    texts.save(some([2]))
    texts.close()
    assert secret not in octets_in(path)
    assert texts.texts("INBOX", 7, [1, 2]) == {2: b"reste"}


def test_figures_may_become_texts_without_losing_what_is_known(path: Path, index: MailIndex) -> None:
    index.save(some([1, 2]))
    index.close()
    assert loaded(path, keep=Keep.TEXTS) is not None
    assert loaded(path, keep=Keep.FIGURES) is None


def test_nothing_keeps_nothing_and_removes_what_was_kept(path: Path, index: MailIndex) -> None:
    index.save(some([1, 2]))
    index.close()
    none = MailIndex(path, CLOCK, Keep.NOTHING)
    assert none.load("INBOX") is None
    assert not any(each.exists() for each in files_of(path))
    none.save(some([1, 2]))
    none.save_attachments("INBOX", 7, {1: (PDF,)})
    assert none.about() == []
    assert not path.exists()


def test_somebody_else_than_the_holder_never_keeps_texts(tmp_path: Path) -> None:
    assert kept_of(ACCOUNT, Keep.TEXTS) is Keep.TEXTS
    for other in (
        replace(ACCOUNT, username="{address}*admin"),
        replace(ACCOUNT, authorization_identity="service@ch-fictif.mssante.fr"),
    ):
        index = index_of(tmp_path, other, CLOCK, Keep.TEXTS)
        index.save_texts("INBOX", 7, {1: b"EXEMPLE"})
        assert index.texts("INBOX", 7, [1]) == {}
        assert kept_of(other, Keep.NOTHING) is Keep.NOTHING


def test_the_name_of_the_file_tells_nothing_and_differs_for_each_way_in(tmp_path: Path) -> None:
    others = [
        replace(ACCOUNT, address="autre@medecin.mssante.fr"),
        replace(ACCOUNT, host="imap2.example"),
        replace(ACCOUNT, port=1993),
        replace(ACCOUNT, username="autre"),
        replace(ACCOUNT, authorization_identity="autre"),
    ]
    paths = {index_path(tmp_path, each) for each in [ACCOUNT, *others]}
    assert len(paths) == 6
    assert not any("camille" in each.name or "exemple" in each.name for each in paths)


def test_clearing_removes_every_file_of_this_mailbox_and_no_other(tmp_path: Path) -> None:
    other = replace(ACCOUNT, address="autre@medecin.mssante.fr")
    saved(index_path(tmp_path, other), some([1]))
    open_one = index_of(tmp_path, ACCOUNT, CLOCK, Keep.FIGURES)
    open_one.save(some([1]))
    assert len([each for each in files_of(index_path(tmp_path, ACCOUNT)) if each.exists()]) == 3
    assert clear(tmp_path, ACCOUNT) is True
    assert not any(each.exists() for each in files_of(index_path(tmp_path, ACCOUNT)))
    assert clear(tmp_path, ACCOUNT) is False
    assert loaded(index_path(tmp_path, other)) is not None
    open_one.save(some([1, 2]))
    open_one.close()
    again = loaded(index_path(tmp_path, ACCOUNT))
    assert again is not None
    assert len(again) == 2


_SAVER = """
import sys
from pathlib import Path
from balt.config import Keep
from balt.mail.index import MailIndex
from tests.mail.index_cases import CLOCK, PDF, some
index = MailIndex(Path(sys.argv[1]), CLOCK, Keep.FIGURES)
uids = range(int(sys.argv[2]), 3000, 2)
for turn in range(30):
    index.save(some(uids, modseq=turn + 1))
    index.save_attachments("INBOX", 7, {uids[turn]: (PDF,)})
    stored = index.load("INBOX")
    assert stored is None or stored.listing.uids.tolist() in ([*range(1, 3000, 2)], [*range(2, 3000, 2)])
index.close()
"""


def test_two_processes_may_save_at_once(path: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", _SAVER, str(path), first]) for first in "12"]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    found = loaded(path)
    assert found is not None
    assert state(found)[5] in ([*range(1, 3000, 2)], [*range(2, 3000, 2)])


def test_a_reader_does_not_wait_for_a_writer_and_a_second_writer_gives_up(
    path: Path, index: MailIndex
) -> None:
    index.save(some([1]))
    db = index._file._db
    assert db is not None
    db.execute("BEGIN IMMEDIATE")
    try:
        assert loaded(path) is not None
        saved(path, some([1, 2]))
    finally:
        db.execute("ROLLBACK")
    found = loaded(path)
    assert found is not None
    assert len(found) == 1


def test_a_folder_name_that_no_file_can_hold_is_not_kept(index: MailIndex) -> None:
    index.save(some([1]))
    index.save(some([1], folder="\udcff"))
    assert index.load("\udcff") is None
    assert index.about() == [FolderAbout("INBOX", 1, NOW)]


def test_a_hostile_name_of_a_folder_is_only_a_name(index: MailIndex) -> None:
    for name in ("'; DROP TABLE folders; --", "a\0b", "../../etc", ""):
        index.save(some([1], folder=name))
        found = index.load(name)
        assert found is not None
        assert found.listing.folder == name


def test_an_attachment_whose_part_is_no_number_is_not_kept(index: MailIndex) -> None:
    odd = Attachment("2'; --", "", "application/pdf", 1, "base64")
    index.save_attachments("INBOX", 7, {1: (odd,)})
    assert index.attachments("INBOX", 7, [1]) == {}


def test_an_empty_folder_is_known_to_be_empty(path: Path, index: MailIndex) -> None:
    index.save(some([1, 2]))
    index.save(Listing("INBOX", 7, 3))
    found = loaded(path)
    assert found is not None
    assert (len(found), found.uidnext, found.is_whole) == (0, 3, True)
