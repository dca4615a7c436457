"""Jobs with pauses: what is more urgent goes first, on the same session, and a pause is where a job stops."""

import threading
import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from balt.errors import BaltError, CancelledError, ConnectionFailedError
from tests.mailboxes.test_worker import SECONDS, Bench

Steps = Generator[None, None, str]


class StepBench(Bench):
    """A bench whose long job waits at each step for ``go``, and says when it is there."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.closed = threading.Event()
        self.done: list[str] = []

    def long_job(self, name: str = "long", steps: int = 3) -> Any:
        def job(session: Any) -> Steps:
            try:
                for step in range(steps):
                    self.reached.release()
                    assert self.go.acquire(timeout=SECONDS)
                    self.done.append(f"{name} {step}")
                    yield
                return name
            finally:
                self.closed.set()

        return job

    def hand_in_steps(self, job: Any, **options: Any) -> Any:
        return self.worker.submit_steps(job, self.told.put, self.told.put, **options)

    def note(self, word: str, **options: Any) -> Any:
        """A short job that says that it was done, and on which session."""

        def job(session: Any, _cancelled: Any) -> Any:
            self.done.append(word)
            return word, session is self.session

        return self.hand_in(job, **options)

    def step(self) -> None:
        """Let the long job go on to its next pause."""
        self.go.release()

    def is_at_a_step(self) -> None:
        assert self.reached.acquire(timeout=SECONDS)


@pytest.fixture
def bench() -> Iterator[StepBench]:
    made = StepBench()
    made.worker.start()
    yield made
    for _ in range(20):
        made.go.release()
    made.worker.stop(SECONDS)


def test_a_job_with_pauses_ends_with_its_result(bench: StepBench) -> None:
    bench.hand_in_steps(bench.long_job(), priority=5)
    for _ in range(3):
        bench.step()
    assert bench.next() == "long"
    assert bench.done == ["long 0", "long 1", "long 2"]


def test_urgent_jobs_go_first_at_a_pause_on_the_same_session(bench: StepBench) -> None:
    bench.hand_in_steps(bench.long_job(), priority=5)
    bench.is_at_a_step()
    bench.note("pressé", priority=1)
    bench.note("très pressé", priority=0)
    bench.note("pas pressé", priority=5)
    bench.note("un jour", priority=9)
    for _ in range(3):
        bench.step()
    told = [bench.next() for _ in range(5)]
    assert told == [
        ("très pressé", True),
        ("pressé", True),
        "long",
        ("pas pressé", True),
        ("un jour", True),
    ]
    assert bench.done == [
        *("long 0", "très pressé", "pressé", "long 1", "long 2"),
        *("pas pressé", "un jour"),
    ]


def test_an_urgent_job_may_have_pauses_of_its_own(bench: StepBench) -> None:
    def urgent(_session: Any) -> Steps:
        bench.done.append("pressé")
        yield
        return "pressé"

    bench.hand_in_steps(bench.long_job(steps=2), priority=5)
    bench.is_at_a_step()
    bench.hand_in_steps(urgent, priority=1)
    bench.note("encore plus", priority=0)
    bench.step()
    bench.step()
    assert [bench.next() for _ in range(3)] == [("encore plus", True), "pressé", "long"]
    assert bench.done == ["long 0", "encore plus", "pressé", "long 1"]


def test_a_job_that_is_cancelled_stops_at_its_next_pause_and_says_so(bench: StepBench) -> None:
    ticket = bench.hand_in_steps(bench.long_job(), priority=5)
    bench.is_at_a_step()
    ticket.cancel()
    bench.step()
    assert isinstance(bench.next(), CancelledError)
    assert bench.closed.is_set()
    assert bench.done == ["long 0"]
    bench.note("suite")
    assert bench.next() == ("suite", True)


def test_an_urgent_job_may_cancel_the_one_that_pauses(bench: StepBench) -> None:
    ticket = bench.hand_in_steps(bench.long_job(), priority=5)
    bench.is_at_a_step()
    bench.hand_in(lambda _session, _cancelled: ticket.cancel(), priority=1)
    bench.step()
    assert bench.next() is None
    assert isinstance(bench.next(), CancelledError)
    assert bench.done == ["long 0"]


def test_a_newer_job_of_its_key_takes_the_place_of_one_that_pauses(bench: StepBench) -> None:
    bench.hand_in_steps(bench.long_job("vieux"), priority=5, key="dossier")
    bench.is_at_a_step()
    bench.hand_in_steps(bench.long_job("neuf"), priority=5, key="dossier")
    for _ in range(4):
        bench.step()
    assert bench.next() == "neuf"
    assert bench.told.empty()
    assert bench.done == ["vieux 0", "neuf 0", "neuf 1", "neuf 2"]


def test_a_job_that_was_replaced_by_a_more_urgent_one_of_its_key_tells_nothing(bench: StepBench) -> None:
    bench.hand_in_steps(bench.long_job("vieux"), priority=5, key="dossier")
    bench.is_at_a_step()
    bench.note("neuf", priority=1, key="dossier")
    bench.step()
    assert bench.next() == ("neuf", True)
    bench.note("suite", priority=9)
    assert bench.next() == ("suite", True)
    assert bench.done == ["vieux 0", "neuf", "suite"]


def test_stopping_in_the_middle_ends_the_thread_at_the_next_pause(bench: StepBench) -> None:
    bench.hand_in_steps(bench.long_job(), priority=5)
    bench.is_at_a_step()
    bench.note("jamais", priority=1)
    bench.worker.stop(0)
    bench.step()
    bench.worker.join(SECONDS)
    assert not bench.worker.is_alive()
    assert bench.closed.is_set()
    assert bench.told.empty()
    assert bench.done == ["long 0"]
    assert bench.session.closed >= 1


def test_an_urgent_job_that_fails_does_not_end_the_one_that_pauses(bench: StepBench) -> None:
    error = ConnectionFailedError("le serveur ne répond pas.")

    def fails(_session: Any, _cancelled: Any) -> None:
        raise error

    bench.hand_in_steps(bench.long_job(steps=2), priority=5)
    bench.is_at_a_step()
    bench.hand_in(fails, priority=1)
    bench.step()
    bench.step()
    assert [bench.next(), bench.next()] == [error, "long"]


@pytest.mark.parametrize("before", [0, 1])
def test_an_error_in_a_step_is_told_as_that_of_any_job(bench: StepBench, before: int) -> None:
    def breaks(_session: Any) -> Steps:
        for _ in range(before):
            yield
        raise ValueError("TESTPATIENT Zoé")

    bench.hand_in_steps(breaks, priority=5)
    told = bench.next()
    assert isinstance(told, BaltError)
    assert "ValueError" in str(told)
    assert "TESTPATIENT" not in str(told)
    bench.note("suite")
    assert bench.next() == ("suite", True)


def test_watching_another_folder_during_a_pause_disturbs_nothing(bench: StepBench) -> None:
    bench.hand_in_steps(bench.long_job(steps=2), priority=5)
    bench.is_at_a_step()
    bench.watch("Envoyés")
    bench.watch("INBOX")
    bench.step()
    bench.step()
    assert bench.next() == "long"
    assert bench.waits() == "INBOX"


def test_all_has_ended_when_a_job_with_pauses_and_what_went_first_have(bench: StepBench) -> None:
    bench.hand_in_steps(bench.long_job(steps=2), priority=5)
    bench.is_at_a_step()
    bench.note("pressé", priority=1)
    bench.note("plus tard", priority=9)
    bench.step()
    bench.step()
    assert [bench.next() for _ in range(3)] == [("pressé", True), "long", ("plus tard", True)]
    deadline = time.monotonic() + SECONDS
    while not bench.worker.idle and time.monotonic() < deadline:
        pass
    assert bench.worker.idle
