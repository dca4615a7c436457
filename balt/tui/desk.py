"""The thread that asks the directory, so that no screen waits for it."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from balt.clock import Clock
from balt.config import Config
from balt.errors import BaltError, CancelledError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.news import sighted
from balt.tui import events

if TYPE_CHECKING:
    from balt.mailboxes.directory_reader import DirectoryReader, KeySource

QUIET_SECONDS = 0.4
"""How long a search text stands still before the API is asked too: not at every letter."""

_RANKS = {"stop": 0, "config": 1, "search": 2, "read": 3}
"""Which kind goes first: someone waits for a search, and reading everything may take minutes."""


class _Job:
    """One question. ``key`` names its kind: a newer one of that kind takes its place. ``failed`` makes the
    answer that tells whoever asked that there is none. ``done`` is set once it is over, by the desk.
    """

    def __init__(
        self, key: str, work: Callable[[DirectoryReader, _Job], None], failed: Callable[[BaltError], Message]
    ) -> None:
        self.key = key
        self.work = work
        self.failed = failed
        self.done = False
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    def stopped(self) -> bool:
        return self._stopped.is_set()

    def settled(self, seconds: float) -> bool:
        """Whether nothing newer came for that long."""
        return not self._stopped.wait(seconds)


class DirectoryDesk:
    """Takes questions, answers by messages. The thread starts with the first question."""

    def __init__(
        self, config: Config, keys: KeySource, clock: Clock, folder: Path, post: Callable[[Message], object]
    ) -> None:
        self._make = (config, keys, clock, folder)
        self._post = post
        self._jobs: queue.PriorityQueue[tuple[int, int, _Job | None]] = queue.PriorityQueue()
        self._turns = itertools.count()
        self._latest: dict[str, _Job] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def idle(self) -> bool:
        """Whether every question has its answer."""
        return self._jobs.unfinished_tasks == 0

    def adopt(self, config: Config) -> None:
        """From the next question on, ask for this configuration."""

        def renew(reader: DirectoryReader, _job: _Job) -> None:
            reader.adopt(config)

        self._make = (config, *self._make[1:])
        if self._thread is not None:
            self._hand_in("config", renew, events.Problem)

    def read(self, also: Sequence[str] = ()) -> None:
        """Ask what is published of the holder, of the BAL known here and of those of ``also``; the extraction
        answers first. While the API is asked, a search goes before: the reading then begins again after it.
        """

        def work(reader: DirectoryReader, job: _Job) -> None:
            both = more = reader.has_both
            gives_way = reader.has_api and not both  # a search needs the index too: it waits for its making

            def cancelled() -> bool:
                return job.stopped() or (gives_way and self._search_waits())

            config, _keys, clock, folder = self._make
            for view in reader.readings(cancelled, also):
                self._post(events.DirectoryRead(sighted(view, config, folder, clock.now()), more=more))
                gives_way, more = both, False

        def failed(error: BaltError) -> Message:
            return events.DirectoryRead(DirectoryView(problem=str(error)))

        self._hand_in("read", work, failed)

    def search(self, text: str, number: int) -> None:
        """Search the whole directory; ``number`` comes back with each answer."""

        def work(reader: DirectoryReader, job: _Job) -> None:
            for answer in reader.search(text, job.stopped, patient=False):
                self._post(events.DirectoryFound(number, answer, more=reader.has_both))
            if reader.has_both and job.settled(QUIET_SECONDS):
                *_first, answer = reader.search(text, job.stopped)
                self._post(events.DirectoryFound(number, answer, more=False))

        def failed(error: BaltError) -> Message:
            return events.DirectoryFound(number, None, str(error))

        self._hand_in("search", work, failed)

    def stop(self) -> None:
        """Give up what is asked. The thread is a daemon: a server that is silent cannot hold balt back."""
        self._stopping = True
        with self._lock:
            for job in self._latest.values():
                job.stop()
        self._put("stop", None)
        if self._thread is not None:
            self._thread.join(0.3)

    def _hand_in(
        self, key: str, work: Callable[[DirectoryReader, _Job], None], failed: Callable[[BaltError], Message]
    ) -> None:
        job = _Job(key, work, failed)
        with self._lock:
            if self._stopping:
                return
            if older := self._latest.get(key):
                older.stop()
            self._latest[key] = job
            self._put(key, job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="balt directory", daemon=True)
                self._thread.start()

    def _put(self, key: str, job: _Job | None) -> None:
        self._jobs.put((_RANKS[key], next(self._turns), job))

    def _search_waits(self) -> bool:
        latest = self._latest.get("search")
        return latest is not None and not latest.done

    def _run(self) -> None:
        from balt.mailboxes.directory_reader import DirectoryReader

        reader = DirectoryReader(*self._make)
        while (job := self._jobs.get()[-1]) is not None:
            try:
                if not job.stopped():
                    self._answer(reader, job)
            finally:
                self._jobs.task_done()
        reader.close()

    def _answer(self, reader: DirectoryReader, job: _Job) -> None:
        """Do a job, or put it back where it only made way for another one."""
        try:
            job.work(reader, job)
        except CancelledError:
            if not job.stopped():
                self._put(job.key, job)
                return
        except BaltError as error:
            self._post(job.failed(error))
        except Exception as error:
            self._post(job.failed(_unexpected(error)))
        job.done = True


def _unexpected(error: Exception) -> BaltError:
    """Nothing of it is shown but its kind: its values may hold anything."""
    kind = type(error).__name__
    message = _("l'Annuaire Santé n'a pas pu être lu : erreur inattendue (%s).") % kind
    return BaltError(message, advice=_("Recommencez."))
