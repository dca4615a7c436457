"""Nothing on the disk changes, whatever is asked; and the session is one that every part of balt can use."""

import inspect
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.config import Thresholds
from balt.errors import BaltError, CancelledError, ConnectionFailedError, RefusedError
from balt.mail.files.session import FilesSession
from balt.mail.filters import parse_filter
from balt.mail.model import Preview
from balt.mail.session import ImapSession
from balt.mail.sessions import MailSession, open_session
from balt.mailboxes.activity import take_status
from balt.mailboxes.search import Search, find
from balt.mailboxes.worker import MailboxWorker
from tests.mail.files.mails import NOW, SHAPES, account, letter, reading, tree

FROM = b"From a@b.fr Tue Mar 12 09:00:00 2024\n"


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """Mail of every layout in one tree."""
    root = tmp_path / "courrier"
    for place in ("Maildir/cur", "Maildir/new", "Maildir/tmp", "Maildir/.Trash/cur", "fichiers"):
        (root / place).mkdir(parents=True)
    for name, shape in SHAPES.items():
        (root / "fichiers" / f"{name}.eml").write_bytes(shape())
        (root / "Maildir/new" / f"17{len(name):08d}.{name}.m").write_bytes(shape())
    (root / "Maildir/.Trash/cur/1710000000.1.m:2,S").write_bytes(letter())
    (root / "boite.mbox").write_bytes(b"\n".join(FROM + shape() for shape in SHAPES.values()))
    (root / "inbox").write_bytes(FROM + SHAPES["lab_report"]())
    return root


def use_all_of(root: Path) -> int:
    """Read all that can be read; how many messages there are."""
    with reading(root, quota=10**9) as session:
        status = take_status(session, session.account, Thresholds(large_attachment=100), FixedClock(NOW))
        session.quota()
        for folder in session.folders():
            session.examine(folder.name)
            uids = list(session.scan(folder.name).uids)
            assert [uid for uid, _detail in session.details(folder.name, uids)] == uids
            assert all(isinstance(session.preview(folder.name, uid), Preview) for uid in uids)
        wanted = Search(parse_filter("kind:document subject:avis", FixedClock(NOW)))
        assert len(list(find(session, session.account, wanted))) == 7
        for act in ACTS.values():
            with pytest.raises(RefusedError):
                act(session)
    assert status.messages is not None
    return status.messages


def test_looking_changes_nothing_on_the_disk(everything: Path) -> None:
    before = tree(everything)
    assert use_all_of(everything) == 3 * len(SHAPES) + 2
    assert tree(everything) == before


def test_mail_that_may_not_be_written_is_read(everything: Path) -> None:
    for path in [*everything.rglob("*"), everything]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = tree(everything)
    try:
        assert use_all_of(everything) == 3 * len(SHAPES) + 2
        assert tree(everything) == before
    finally:
        for path in [everything, *everything.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


ACTS: dict[str, Callable[[FilesSession], object]] = {
    "select": lambda session: session.select("INBOX"),
    "identities": lambda session: session.identities([1]),
    "existing": lambda session: session.existing([1]),
    "move": lambda session: session.move([1], "Trash"),
    "copy": lambda session: session.copy([1], "Trash"),
    "mark_deleted": lambda session: session.mark_deleted([1]),
    "unmark_deleted": lambda session: session.unmark_deleted([1]),
    "expunge": lambda session: session.expunge([1]),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_refused_in_a_sentence(everything: Path, name: str) -> None:
    with reading(everything) as session, pytest.raises(RefusedError) as refused:
        ACTS[name](session)
    assert refused.value.code == "READ-ONLY"
    assert "fichiers" in refused.value.message
    assert refused.value.advice


def test_it_offers_all_that_an_imap_session_offers() -> None:
    def offered(kind: type) -> dict[str, inspect.Signature]:
        members = inspect.getmembers(kind, inspect.isfunction)
        return {name: inspect.signature(member) for name, member in members if not name.startswith("_")}

    assert offered(FilesSession) == offered(ImapSession) == offered(MailSession)


def test_the_configuration_says_which_session(everything: Path) -> None:
    def never() -> str:
        raise AssertionError("files need no password")

    session = open_session(account(everything), never, FixedClock(NOW))
    session.ensure_open()
    assert isinstance(session, FilesSession)


def test_the_quota_given_by_hand_counts_every_folder(everything: Path) -> None:
    with reading(everything, quota=50_000) as session:
        quota = session.quota()
        sizes = [folder.size for folder in session.folders()]
    assert quota is not None
    assert (quota.used, quota.limit, quota.by_hand) == (sum(filter(None, sizes)), 50_000, True)
    with reading(everything) as session:
        assert session.quota() is None


def test_a_reading_that_is_cancelled_ends(everything: Path) -> None:
    with reading(everything) as session:
        with pytest.raises(CancelledError):
            session.scan("boite", cancelled=lambda: True)
        uids = list(session.scan("boite").uids)
        with pytest.raises(CancelledError):
            list(session.details("boite", uids, cancelled=lambda: True))
        assert len(session.scan("boite")) == len(SHAPES)


def test_a_session_that_is_shut_stays_shut(everything: Path) -> None:
    with reading(everything) as session:
        session.shut()
        for read in (session.open, session.ensure_open, session.folders, lambda: session.scan("boite")):
            with pytest.raises(ConnectionFailedError, match="se ferme"):
                read()


def test_a_second_thread_is_a_mistake(everything: Path) -> None:
    caught: list[BaseException] = []

    def use(session: FilesSession) -> None:
        try:
            session.folders()
        except RuntimeError as error:
            caught.append(error)

    with reading(everything) as session:
        thread = threading.Thread(target=use, args=(session,))
        thread.start()
        thread.join()
    assert len(caught) == 1


class NoSecrets:
    def password(self, account: object) -> str:
        raise AssertionError("files need no password")

    def forget(self, account: object) -> None:
        raise AssertionError("there is nothing to forget")


def test_the_worker_of_a_mailbox_reads_files(everything: Path) -> None:
    done = threading.Event()
    found: list[int] = []

    def told(count: int) -> None:
        found.append(count)
        done.set()

    def failed(error: BaltError) -> None:
        done.set()

    worker = MailboxWorker(account(everything), NoSecrets(), FixedClock(NOW))
    worker.start()
    worker.submit(lambda session, _cancelled: len(session.scan("INBOX")), told, failed)
    assert done.wait(10)
    worker.stop(5)
    assert found == [1]
