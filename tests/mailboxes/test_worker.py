"""The thread of a BAL: in what order it works, what it tells, and what it keeps to itself."""

import logging
import queue
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.errors import BaltError, CancelledError, ConnectionFailedError, LoginError
from balt.mailboxes.worker import Cancelled, MailboxWorker
from tests.support.servers import ImapServer

ACCOUNT = Account("camille.exemple@medecin.mssante.fr", host="imap.example")
SECONDS = 60


class Keys:
    """A source of passwords that remembers which were refused."""

    def __init__(self, value: str = "pass") -> None:
        self.value = value
        self.forgotten = 0

    def password(self, account: Account) -> str:
        return self.value

    def forget(self, account: Account) -> None:
        self.forgotten += 1


class FakeSession:
    """A session that opens, or refuses to with ``error``."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0
        self.error: BaltError | None = None
        self.thread: int | None = None
        self.waits: queue.Queue[str] = queue.Queue()
        self.news: queue.Queue[bool | BaltError] = queue.Queue()

    def open(self) -> None:
        self.opened += 1
        self.thread = threading.get_ident()
        if self.error is not None:
            raise self.error

    def ensure_open(self) -> None:
        self.open()

    def wait_for_news(self, folder: str, wake: socket.socket, seconds: float) -> bool:
        """Says what ``news`` holds, or waits until it is woken."""
        assert seconds <= 600
        self.waits.put(folder)
        try:
            told = self.news.get_nowait()
        except queue.Empty:
            assert select.select([wake], [], [], SECONDS)[0]
            return False
        if isinstance(told, BaltError):
            raise told
        return told

    def close(self) -> None:
        self.closed += 1

    def shut(self) -> None:
        self.close()


class Bench:
    """A worker on a fake session, and what it told, in order."""

    def __init__(self) -> None:
        self.session = FakeSession()
        self.keys = Keys()
        self.told: queue.Queue[Any] = queue.Queue()
        self.gate = threading.Event()
        self.worker = MailboxWorker(
            ACCOUNT,
            self.keys,
            SystemClock(),
            make_session=lambda *_arguments: self.session,  # type: ignore[arg-type]
        )

    def hand_in(self, job: Callable[[Any, Cancelled], Any], **options: Any) -> Any:
        return self.worker.submit(job, self.told.put, self.told.put, **options)

    def say(self, word: str, **options: Any) -> Any:
        return self.hand_in(lambda _session, _cancelled: word, **options)

    def block(self, **options: Any) -> Any:
        """A job that waits for the gate; returns once it runs."""
        running = threading.Event()

        def job(_session: Any, _cancelled: Cancelled) -> str:
            running.set()
            assert self.gate.wait(SECONDS)
            return "blocked"

        ticket = self.hand_in(job, priority=-1, **options)
        assert running.wait(SECONDS)
        return ticket

    def next(self) -> Any:
        return self.told.get(timeout=SECONDS)

    def watch(self, folder: str | None) -> None:
        """News is told as a word, the folder, and the thread that says so."""
        self.worker.watch(folder, lambda name: self.told.put(("nouvelles", name, threading.get_ident())))

    def waits(self) -> str:
        """The folder of the next wait that begins."""
        return self.session.waits.get(timeout=SECONDS)

    def is_quiet(self) -> bool:
        """Whether no wait begins for a moment, with nothing to do."""
        try:
            return not self.session.waits.get(timeout=0.2)
        except queue.Empty:
            return True


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    made.worker.start()
    yield made
    made.gate.set()
    made.worker.stop(SECONDS)


def test_a_job_gets_the_session_in_the_thread_of_the_worker(bench: Bench) -> None:
    bench.hand_in(lambda session, _cancelled: (session, threading.get_ident()))
    session, thread = bench.next()
    assert session is bench.session
    assert thread == bench.session.thread == bench.worker.ident


def test_urgent_jobs_go_first_then_the_oldest(bench: Bench) -> None:
    bench.block()
    for word, priority in (("plus tard", 9), ("d'abord", 1), ("ensuite", 5), ("ensuite aussi", 5)):
        bench.say(word, priority=priority)
    bench.gate.set()
    told = [bench.next() for _ in range(5)]
    assert told == ["blocked", "d'abord", "ensuite", "ensuite aussi", "plus tard"]


def test_a_newer_job_takes_the_place_of_the_older_one_of_its_key(bench: Bench) -> None:
    bench.block()
    bench.say("vieux", key="dossier")
    bench.say("autre")
    bench.say("neuf", key="dossier")
    bench.gate.set()
    assert [bench.next() for _ in range(3)] == ["blocked", "autre", "neuf"]


def test_a_running_job_is_asked_to_stop_when_a_newer_one_comes(bench: Bench) -> None:
    running = threading.Event()

    def until_cancelled(_session: Any, cancelled: Cancelled) -> None:
        running.set()
        while not cancelled():
            pass
        raise CancelledError("interrompu")

    bench.hand_in(until_cancelled, key="dossier")
    assert running.wait(SECONDS)
    bench.say("neuf", key="dossier")
    assert bench.next() == "neuf"


def test_a_job_cancelled_while_it_waits_never_runs_and_says_so(bench: Bench) -> None:
    bench.block()
    ran = threading.Event()
    bench.hand_in(lambda _session, _cancelled: ran.set()).cancel()
    bench.gate.set()
    assert bench.next() == "blocked"
    assert isinstance(bench.next(), CancelledError)
    assert not ran.is_set()


def test_cancelling_what_has_ended_changes_nothing(bench: Bench) -> None:
    ticket = bench.say("fini")
    assert bench.next() == "fini"
    ticket.cancel()
    bench.say("suite")
    assert bench.next() == "suite"


def test_an_error_of_balt_is_told_as_it_is(bench: Bench) -> None:
    error = ConnectionFailedError("le serveur ne répond pas.")

    def job(_session: Any, _cancelled: Cancelled) -> None:
        raise error

    bench.hand_in(job)
    assert bench.next() is error
    bench.say("la suite")
    assert bench.next() == "la suite"


def test_an_unexpected_error_becomes_a_sentence_and_places(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_session: Any, _cancelled: Cancelled) -> None:
        raise ValueError("TESTPATIENT Zoé")

    with caplog.at_level(logging.DEBUG):
        bench.hand_in(broken)
        error = bench.next()
    assert isinstance(error, BaltError)
    assert error.mailbox == ACCOUNT.address
    assert "ValueError" in str(error)
    assert "test_worker.py" in caplog.text
    assert "TESTPATIENT" not in str(error) + caplog.text


def test_a_callback_that_breaks_does_not_end_the_thread(bench: Bench) -> None:
    def broken(_result: object) -> None:
        raise ValueError("TESTPATIENT")

    bench.worker.submit(lambda _session, _cancelled: 1, broken, bench.told.put)
    bench.say("toujours là")
    assert bench.next() == "toujours là"


def test_a_refused_password_is_sent_once_for_all_that_waits(bench: Bench) -> None:
    refusal = LoginError("identifiant ou mot de passe refusé.")
    bench.block()
    opened = bench.session.opened
    bench.session.error = refusal
    for word in ("un", "deux", "trois"):
        bench.say(word)
    bench.gate.set()
    assert bench.next() == "blocked"
    assert [bench.next() for _ in range(3)] == [refusal] * 3
    assert bench.session.opened == opened + 1
    assert bench.keys.forgotten == 1


def test_a_later_job_tries_again_after_a_refusal(bench: Bench) -> None:
    bench.session.error = LoginError("refusé.")
    bench.say("un")
    assert isinstance(bench.next(), LoginError)
    bench.session.error = None
    bench.say("deux")
    assert bench.next() == "deux"


def test_idle_is_when_every_job_has_ended(bench: Bench) -> None:
    bench.block()
    busy = bench.worker.idle
    bench.gate.set()
    bench.next()
    deadline = time.monotonic() + SECONDS
    while not bench.worker.idle and time.monotonic() < deadline:
        pass
    assert (busy, bench.worker.idle) == (False, True)


def test_stopping_closes_the_line_and_drops_what_waits(bench: Bench) -> None:
    bench.say("un")
    assert bench.next() == "un"
    bench.worker.stop(SECONDS)
    assert not bench.worker.is_alive()
    assert bench.session.closed == 1
    bench.say("trop tard")
    assert bench.told.empty()


def test_stopping_asks_the_running_job_to_stop(bench: Bench) -> None:
    running = threading.Event()

    def until_cancelled(_session: Any, cancelled: Cancelled) -> None:
        running.set()
        while not cancelled():
            pass

    bench.hand_in(until_cancelled)
    assert running.wait(SECONDS)
    bench.worker.stop(SECONDS)
    assert not bench.worker.is_alive()


def test_stopping_cuts_the_line_under_a_job_that_does_not_listen(bench: Bench) -> None:
    bench.block()
    bench.worker.stop(0)
    assert bench.session.closed >= 1


def test_a_worker_that_never_started_can_be_stopped() -> None:
    Bench().worker.stop(0)


@pytest.fixture
def watching(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A worker that watches INBOX and waits there, after a first job."""
    monkeypatch.setattr("balt.mailboxes.worker._BETWEEN_WAITS", 0.0)
    bench.watch("INBOX")
    bench.say("un")
    assert bench.next() == "un"
    assert bench.waits() == "INBOX"
    return bench


def test_nothing_is_opened_only_to_wait(bench: Bench) -> None:
    bench.watch("INBOX")
    bench.session.error = ConnectionFailedError("le serveur ne répond pas.")
    bench.say("un")
    assert bench.next() is bench.session.error
    bench.session.error = None
    bench.say("deux")
    assert bench.next() == "deux"
    assert bench.waits() == "INBOX"
    assert bench.session.opened == 2


def test_a_folder_may_be_watched_after_the_last_job_has_ended(bench: Bench) -> None:
    bench.say("un")
    assert bench.next() == "un"
    bench.watch("INBOX")
    assert bench.waits() == "INBOX"


def test_a_job_is_done_at_once_while_a_folder_is_watched(watching: Bench) -> None:
    watching.say("deux")
    assert watching.next() == "deux"
    assert watching.waits() == "INBOX"


def test_another_folder_is_watched_at_once(watching: Bench) -> None:
    watching.watch("Envoyés")
    assert watching.waits() == "Envoyés"


def test_watching_can_be_ended(watching: Bench) -> None:
    watching.watch(None)
    watching.say("deux")
    assert watching.next() == "deux"
    assert watching.is_quiet()


def test_a_worker_that_only_watches_is_idle(watching: Bench) -> None:
    deadline = time.monotonic() + SECONDS
    while not watching.worker.idle and time.monotonic() < deadline:
        pass
    assert watching.worker.idle


def test_news_is_told_once_and_awaited_again_after_the_next_job(watching: Bench) -> None:
    watching.session.news.put(True)
    watching.watch("INBOX")
    assert watching.next() == ("nouvelles", "INBOX", watching.worker.ident)
    assert watching.waits() == "INBOX"
    assert watching.is_quiet()
    watching.say("relire")
    assert watching.next() == "relire"
    assert watching.waits() == "INBOX"


def test_a_wait_that_ends_without_news_begins_again(watching: Bench) -> None:
    watching.session.news.put(False)
    watching.watch("INBOX")
    assert [watching.waits() for _ in range(2)] == ["INBOX"] * 2


def test_a_line_that_fails_while_waiting_is_told_by_nobody_and_left_until_the_next_job(
    watching: Bench,
) -> None:
    watching.session.news.put(ConnectionFailedError("la connexion a été coupée."))
    watching.watch("INBOX")
    assert watching.waits() == "INBOX"
    assert watching.is_quiet()
    watching.say("deux")
    assert watching.next() == "deux"
    assert watching.waits() == "INBOX"


def test_a_while_after_a_line_failed_somebody_looks_once(
    watching: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.mailboxes.worker._AFTER_FAILURE", 0.05)
    watching.session.news.put(ConnectionFailedError("la connexion a été coupée."))
    watching.watch("INBOX")
    assert watching.waits() == "INBOX"
    assert watching.next()[:2] == ("nouvelles", "INBOX")
    assert watching.is_quiet()
    assert watching.told.empty()
    watching.say("deux")
    assert watching.next() == "deux"
    assert watching.waits() == "INBOX"


def test_a_job_that_comes_after_a_line_failed_is_the_look(
    watching: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.mailboxes.worker._AFTER_FAILURE", 0.4)
    watching.session.news.put(ConnectionFailedError("la connexion a été coupée."))
    watching.watch("INBOX")
    assert watching.waits() == "INBOX"
    watching.session.error = ConnectionFailedError("pas de réseau.")
    watching.say("deux")
    assert watching.next() is watching.session.error
    with pytest.raises(queue.Empty):
        watching.told.get(timeout=0.8)


def test_a_server_that_always_has_news_is_not_asked_all_the_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.mailboxes.worker._BETWEEN_WAITS", 3600.0)
    bench.session.news.put(True)
    bench.watch("INBOX")
    bench.say("un")
    assert bench.next() == "un"
    assert bench.next()[0] == "nouvelles"
    assert bench.waits() == "INBOX"
    bench.say("relire")
    assert bench.next() == "relire"
    assert bench.is_quiet()
    bench.say("et l'on travaille")
    assert bench.next() == "et l'on travaille"


def test_stopping_ends_a_wait_and_tells_nothing(watching: Bench) -> None:
    watching.worker.stop(SECONDS)
    assert not watching.worker.is_alive()
    assert watching.told.empty()
    watching.watch("INBOX")


def test_a_worker_that_watches_but_never_started_can_be_stopped() -> None:
    made = Bench()
    made.watch("INBOX")
    made.worker.stop(0)


def test_the_worker_reads_a_real_mailbox(imap_server: ImapServer) -> None:
    account = imap_server.account()
    imap_server.append(account, b"From: a@ch-fictif.mssante.fr\r\nSubject: x\r\n\r\nx\r\n")
    told: queue.Queue[Any] = queue.Queue()
    worker = MailboxWorker(account, Keys(imap_server.password), SystemClock())
    worker.start()
    try:
        worker.submit(lambda session, _cancelled: len(session.scan("INBOX")), told.put, told.put)
        assert told.get(timeout=SECONDS) == 1
    finally:
        worker.stop(SECONDS)


def test_the_worker_tells_that_the_password_is_wrong(imap_server: ImapServer) -> None:
    account = imap_server.account()
    keys = Keys("canari-7d1f")
    told: queue.Queue[Any] = queue.Queue()
    worker = MailboxWorker(account, keys, SystemClock())
    worker.start()
    try:
        worker.submit(lambda session, _cancelled: session.folders(), told.put, told.put)
        error = told.get(timeout=SECONDS)
        assert isinstance(error, LoginError)
        assert "canari" not in str(error)
        assert keys.forgotten == 1
    finally:
        worker.stop(SECONDS)
