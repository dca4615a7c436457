"""The same question asked of several BAL at once, each in a thread of its own with its own connection."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from balt.config import Account

T = TypeVar("T")

AT_ONCE = 8
Cancelled = Callable[[], bool]


def ask_each(
    accounts: Sequence[Account], question: Callable[[Account, Cancelled], T], at_once: int = AT_ONCE
) -> Iterator[tuple[Account, T]]:
    """Each answer as it comes. An error of ``question`` is raised here; leaving early cancels the rest.

    The threads are daemons: a server that does not answer cannot keep the program from ending.
    """
    waiting: queue.SimpleQueue[Account] = queue.SimpleQueue()
    answers: queue.SimpleQueue[tuple[Account, T | None, BaseException | None]] = queue.SimpleQueue()
    cancelled = threading.Event()

    def work() -> None:
        while not cancelled.is_set():
            try:
                account = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                answers.put((account, question(account, cancelled.is_set), None))
            except BaseException as error:  # it belongs to the thread that asks
                answers.put((account, None, error))

    for account in accounts:
        waiting.put(account)
    for number in range(min(at_once, len(accounts))):
        threading.Thread(target=work, name=f"balt-survey-{number}", daemon=True).start()
    try:
        for _account in accounts:
            account, answer, error = _next(answers)
            if error is not None:
                raise error
            yield account, answer  # type: ignore[misc]
    finally:
        cancelled.set()


def _next(answers: "queue.SimpleQueue[T]") -> T:
    """Wait with a limit, again and again: a wait without one would not let Ctrl-C in on Windows."""
    while True:
        try:
            return answers.get(timeout=0.5)
        except queue.Empty:
            continue
