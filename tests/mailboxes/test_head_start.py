"""The BAL opened while the screen is being built: read early, asked once, and for nobody's password."""

import queue
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from balt.clock import FixedClock
from balt.config import Account, Keep
from balt.errors import LoginError
from balt.mail import first_rows
from balt.mailboxes.head_start import FOLDER, ORDER, HeadStart, head_start, remembering
from tests.mail.scripted import CAPABILITIES, ScriptedServer, refusing
from tests.mail.session_answers import NOW, OPENED, ROWS, detail_row

SECONDS = 60
LOGIN = b"AUTHENTICATE"
ANSWERS = {
    "EXAMINE": OPENED,
    "UID SORT": b"* SORT 7 8\r\n",
    "UID FETCH": ROWS + detail_row(7) + detail_row(8),
}
ACCOUNT = Account("camille.exemple@medecin.mssante.fr", host="imap.example", password_env="MSS")


class Keys:
    """One password for all, and how often it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def password(self, _account: Account) -> str:
        self.asked += 1
        return "pass"

    def forget(self, _account: Account) -> None:
        """It is the only one there is."""


@pytest.fixture
def sorting(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A server that sorts a folder of two messages, which count as many."""
    monkeypatch.setattr(first_rows, "FEW_TO_SORT", 1)
    with ScriptedServer(ANSWERS, capabilities=CAPABILITIES + b" SORT") as server:
        yield server


def begun(account: Account, place: Path) -> HeadStart:
    head = HeadStart(account, Keys(), FixedClock(NOW), place, Keep.FIGURES)
    head.begin()
    return head


def in_its_thread(head: HeadStart, job: Any) -> Any:
    """What a job handed in later tells."""
    told: queue.Queue[Any] = queue.Queue()
    head.worker.submit(lambda session, _cancelled: job(session), told.put, told.put, priority=1)
    return told.get(timeout=SECONDS)


def test_the_first_rows_are_there_with_their_senders_once_they_are_asked_for(
    sorting: ScriptedServer, tmp_path: Path
) -> None:
    head = begun(sorting.account(), tmp_path)
    try:
        assert head.recalled() is None
        first = in_its_thread(head, lambda _session: head.take_first(FOLDER, ORDER))
        assert sorted(first.uids) == [7, 8]
        asked = len(sorting.lines)
        assert first.details.get(7).subject == "Bilan"
        assert len(sorting.lines) == asked
    finally:
        head.worker.stop(SECONDS)


def test_they_are_told_once_and_for_what_was_read_alone(sorting: ScriptedServer, tmp_path: Path) -> None:
    head = begun(sorting.account(), tmp_path)
    try:
        assert in_its_thread(head, lambda _session: head.take_first(FOLDER, ORDER)) is not None
        assert in_its_thread(head, lambda _session: head.take_first(FOLDER, ORDER)) is None
    finally:
        head.worker.stop(SECONDS)


@pytest.mark.parametrize(("folder", "order"), [("Trash", ORDER), (FOLDER, ("date", False))])
def test_another_folder_or_order_gets_nothing(
    sorting: ScriptedServer, tmp_path: Path, folder: str, order: Any
) -> None:
    head = begun(sorting.account(), tmp_path)
    try:
        assert in_its_thread(head, lambda _session: head.take_first(folder, order)) is None
    finally:
        head.worker.stop(SECONDS)


def test_what_the_index_knows_is_told_without_a_line_to_the_server(tmp_path: Path) -> None:
    with ScriptedServer({"EXAMINE": OPENED, "UID FETCH": ROWS}) as server:
        account = server.account()
        session = remembering(tmp_path, Keep.FIGURES)(account, lambda: "pass", FixedClock(NOW))
        session.scan(FOLDER)
        session.close()
        connections = server.connections
        head = begun(account, tmp_path)
        recalled = head.recalled()
        time.sleep(0.1)
        assert recalled is not None
        assert list(recalled[0].uids) == [7, 8]
        assert server.connections == connections
        assert head.worker.ident is None


def test_a_refused_password_is_sent_once_however_much_is_asked_at_the_start(tmp_path: Path) -> None:
    with ScriptedServer({"AUTHENTICATE": refusing(b"[AUTHENTICATIONFAILED] ")}) as server:
        head = begun(server.account(), tmp_path)
        try:
            for _request in range(3):
                assert isinstance(in_its_thread(head, lambda session: session.folders()), LoginError)
            head.worker.all_asked()
            assert logins(server) == 1
            assert isinstance(in_its_thread(head, lambda session: session.folders()), LoginError)
            assert logins(server) == 2
        finally:
            head.worker.stop(SECONDS)


def logins(server: ScriptedServer) -> int:
    return sum(line.startswith(LOGIN) for line in server.commands())


def test_the_first_bal_that_is_read_gets_it(tmp_path: Path) -> None:
    webmail = Account("webmail@medecin.mssante.fr", access="none")
    with ScriptedServer() as server:
        imap = server.account(password_env="MSS")
        head = head_start([webmail, imap, ACCOUNT], Keys(), FixedClock(NOW), tmp_path, Keep.FIGURES)
        assert head is not None
        assert head.account is imap
        head.recalled()
        head.worker.stop(SECONDS)


@pytest.mark.parametrize(
    "first",
    [
        replace(ACCOUNT, password_env=""),
        replace(ACCOUNT, password_env="", keyring=True),
        Account("fichiers@medecin.mssante.fr", access="files"),
        Account("webmail@medecin.mssante.fr", access="none"),
    ],
    ids=["asked of the person", "keyring", "files", "no IMAP"],
)
def test_nobody_is_asked_for_a_password_early(first: Account, tmp_path: Path) -> None:
    keys = Keys()
    assert head_start([first], keys, FixedClock(NOW), tmp_path, Keep.FIGURES) is None
    assert keys.asked == 0


def test_beginning_the_thread_twice_is_beginning_it_once(sorting: ScriptedServer, tmp_path: Path) -> None:
    head = begun(sorting.account(), tmp_path)
    try:
        head.recalled()
        head.worker.begin()
        assert in_its_thread(head, lambda session: session.is_open) is True
        assert sorting.connections == 1
    finally:
        head.worker.stop(SECONDS)
