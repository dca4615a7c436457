"""The thread that asks the directory, so that no screen waits for it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from balt.clock import Clock
from balt.config import Config
from balt.errors import BaltError, CancelledError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.tui import events

if TYPE_CHECKING:
    from balt.mailboxes.directory_reader import DirectoryReader, KeySource

QUIET_SECONDS = 0.4
"""How long a search text stands still before the API is asked too: not at every letter."""


class _Job:
    """One question. ``key`` names its kind: a newer one of that kind takes its place. ``failed`` makes the
    answer that tells whoever asked that there is none.
    """

    def __init__(
        self, key: str, work: Callable[[DirectoryReader, _Job], None], failed: Callable[[BaltError], Message]
    ) -> None:
        self.key = key
        self.work = work
        self.failed = failed
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
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
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

    def read(self) -> None:
        """Ask what is published of the holder and of the BAL known here."""

        def work(reader: DirectoryReader, job: _Job) -> None:
            self._post(events.DirectoryRead(reader.read(job.stopped)))

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
        self._jobs.put(None)
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
            self._jobs.put(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="balt directory", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        from balt.mailboxes.directory_reader import DirectoryReader

        reader = DirectoryReader(*self._make)
        while (job := self._jobs.get()) is not None:
            try:
                if not job.stopped():
                    job.work(reader, job)
            except CancelledError:
                pass
            except BaltError as error:
                self._post(job.failed(error))
            except Exception as error:
                self._post(job.failed(_unexpected(error)))
            finally:
                self._jobs.task_done()
        reader.close()


def _unexpected(error: Exception) -> BaltError:
    """Nothing of it is shown but its kind: its values may hold anything."""
    kind = type(error).__name__
    message = _("l'Annuaire Santé n'a pas pu être lu : erreur inattendue (%s).") % kind
    return BaltError(message, advice=_("Recommencez."))
