"""The thread that owns the one connection to a BAL, and does what it is asked in order of urgency."""

import contextlib
import itertools
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from functools import partial
from pathlib import PurePath
from queue import Empty, PriorityQueue
from typing import TYPE_CHECKING, TypeVar

from balt.clock import Clock
from balt.config import Account
from balt.errors import BaltError, CancelledError, LoginError
from balt.i18n import _
from balt.mail.waiting import Bell
from balt.secrets import SecretSource

if TYPE_CHECKING:
    from balt.mail.sessions import MailSession

T = TypeVar("T")

Cancelled = Callable[[], bool]
"""Asked by a job between two batches: whether it should stop."""

SessionMaker = Callable[[Account, Callable[[], str], Clock], "MailSession"]

_FIRST_OF_ALL = -sys.maxsize
_LONGEST_WAIT = 9 * 60.0  # seconds; many networks forget a silent line after ten minutes or more
_AFTER_FAILURE = 60.0  # seconds from a wait that failed to a look: a network may be back
_NEVER = float("inf")
_BETWEEN_WAITS = 2.0  # seconds from one wait to the next: there are servers that always have news
_log = logging.getLogger(__name__)


class Ticket:
    """A job that was handed in. Once it has ended, cancelling it changes nothing."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.superseded = False
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop: at once when it still waits, else at its next pause."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._cancelled.is_set()


class MailboxWorker(threading.Thread):
    """Does jobs on one BAL, one at a time: the lowest ``priority`` first, then the oldest.

    The connection is opened for the first job, in this thread, and kept. When it cannot be opened, every job
    that was already waiting fails with the same error: a refused password is sent once, not once per job, and
    again only for a job that was handed in later; where the worker begins ``early``, after ``all_asked``.
    """

    def __init__(
        self,
        account: Account,
        secrets: SecretSource,
        clock: Clock,
        *,
        make_session: SessionMaker | None = None,
        early: bool = False,
    ) -> None:
        super().__init__(name=f"balt {account.address}", daemon=True)
        self.account = account
        self._secrets = secrets
        self._clock = clock
        self._make_session = make_session or _session_on
        self._session: MailSession | None = None
        self._jobs: PriorityQueue[tuple[int, int, _Job | None]] = PriorityQueue()
        self._numbers = itertools.count(1)
        self._last = 0
        self._lock = threading.Lock()
        self._by_key: dict[str, Ticket] = {}
        self._stopping = False
        self._refusal: BaltError | None = None
        self._refused_up_to = 0
        self._early = early
        self._watched: tuple[str, Callable[[str], object]] | None = None
        self._bell: Bell | None = None
        self._may_listen = False
        self._listened = -_NEVER
        self._looks_at = _NEVER

    @property
    def idle(self) -> bool:
        """Whether every job handed in has ended."""
        return self._jobs.unfinished_tasks == 0

    def submit(
        self,
        job: "Callable[[MailSession, Cancelled], T]",
        on_done: Callable[[T], object],
        on_error: Callable[[BaltError], object],
        *,
        priority: int = 0,
        key: str | None = None,
    ) -> Ticket:
        """Hand in a job; ``on_done`` or ``on_error`` is called in this worker's thread when it has ended.

        A newer job of the same ``key`` takes the place of an older one: that one is stopped, and does not
        call back for it, even when it ends well: what it read is older than what the newer one reads. Nor
        is anything told once the worker is being stopped. A job that was cancelled by its ticket calls
        ``on_error`` with CancelledError, or ``on_done`` when it ends well all the same: what it did is told.
        """
        with self._lock:
            self._last = next(self._numbers)
            ticket = Ticket(self._last)
            if key is not None:
                if older := self._by_key.get(key):
                    older.superseded = True
                    older.cancel()
                self._by_key[key] = ticket
            if self._stopping:
                ticket.cancel()
                return ticket
        self._put(priority, ticket.number, _Job(ticket, key, self._task(job, on_done), on_error))
        return ticket

    def submit_steps(
        self,
        job: "Callable[[MailSession], Generator[None, None, T]]",
        on_done: Callable[[T], object],
        on_error: Callable[[BaltError], object],
        *,
        priority: int = 0,
        key: str | None = None,
    ) -> Ticket:
        """Hand in a job with pauses (``yield``): at each, jobs that are more urgent go first, on the same
        session, and the job may be stopped. All else is as for ``submit``.
        """

        def steps(session: "MailSession", cancelled: Cancelled) -> T:
            work = job(session)
            while True:
                try:
                    next(work)
                except StopIteration as end:
                    result: T = end.value
                    return result
                self._do_more_urgent(priority)
                if cancelled():
                    work.close()
                    raise self._cancellation()

        return self.submit(steps, on_done, on_error, priority=priority, key=key)

    def begin(self) -> None:
        """Start the thread, unless it is started already."""
        with self._lock:
            if self.ident is None:
                self.start()

    def all_asked(self) -> None:
        """All that is asked at the start was handed in."""
        with self._lock:
            if self._early:
                self._early, self._refused_up_to = False, self._last

    def watch(self, folder: str | None, on_news: Callable[[str], object] | None = None) -> None:
        """From now on, while no job waits, hear what happens in ``folder`` (None: nowhere any more).

        ``on_news`` is called with it, in this worker's thread, when messages came, went or changed. After
        that nothing is heard until the next job has ended: the one that looks what is new. Nor is it after
        the line failed; a minute later, when no job came meanwhile, ``on_news`` is called once, for whatever
        nobody heard. Never connects for this alone.
        """
        with self._lock:
            if self._stopping:
                return
            self._watched = None if folder is None or on_news is None else (folder, on_news)
            if self._bell is None and folder is not None:
                with contextlib.suppress(OSError):  # no socket left: then nothing is heard
                    self._bell = Bell()
        self._put(_FIRST_OF_ALL, 0, None)  # a thread that waits for a job looks again

    def stop(self, timeout: float) -> None:
        """Drop what waits, ask the running job to stop, and close the line; after ``timeout`` seconds the
        line is cut under it and is not opened again. Never raises.
        """
        with self._lock:
            self._stopping = True
        self._put(_FIRST_OF_ALL, 0, None)
        if self.ident is None:
            self._drop_bell()
            return
        self.join(timeout)
        session = self._session
        if self.is_alive() and session is not None:
            session.shut()

    def run(self) -> None:
        """The loop of the thread; waiting for a job costs nothing."""
        while True:
            self._listen()
            job = self._jobs.get()[2]
            if self._stopping:
                break
            if job is not None:
                self._do(job)
                self._may_listen = self._session is not None and self._refusal is None
                self._looks_at = _NEVER
            self._jobs.task_done()
        if self._session is not None:
            self._session.close()
        self._drop_bell()

    def _listen(self) -> None:
        """Hear what happens in the watched folder until there is a job, news, or a reason not to."""
        while (bell := self._bell) is not None:
            with self._lock:
                bell.silence()  # before looking: whoever rings later has changed what is looked at
            watched, session = self._watched, self._session
            begin = self._listened + _BETWEEN_WAITS if self._may_listen else self._looks_at
            if watched is None or session is None or begin == _NEVER or not self._jobs.empty():
                return
            rest = begin - time.monotonic()
            if rest > 0:
                bell.wait(rest)
                continue
            self._listened = time.monotonic()
            folder, on_news = watched
            if not self._may_listen or self._hear_news(session, folder, bell):
                self._may_listen, self._looks_at = False, _NEVER
                if not self._stopping:
                    self._call(partial(on_news, folder))

    def _hear_news(self, session: "MailSession", folder: str, bell: "Bell") -> bool:
        """One wait. What fails is told by nobody: the next job meets it, and tells; one comes soon."""
        try:
            return session.wait_for_news(folder, bell.ear, _LONGEST_WAIT)
        except BaltError:
            pass
        except Exception as error:
            self._unexpected(error)
        self._may_listen, self._looks_at = False, time.monotonic() + _AFTER_FAILURE
        return False

    def _put(self, priority: int, number: int, job: "_Job | None") -> None:
        with self._lock:  # the bell is not heard before the job is there, nor later than it is rung
            self._jobs.put((priority, number, job))
            if self._bell is not None:
                self._bell.ring()

    def _drop_bell(self) -> None:
        with self._lock:
            if self._bell is not None:
                self._bell.close()
                self._bell = None

    def _do_more_urgent(self, priority: int) -> None:
        """Do what waits with a lower ``priority`` than a job that pauses."""
        while not self._stopping:
            try:
                waiting = self._jobs.get_nowait()
            except Empty:
                return
            if waiting[0] >= priority or (waiting[2] is None and self._stopping):
                self._jobs.put(waiting)
                self._jobs.task_done()
                return
            if waiting[2] is not None:
                self._do(waiting[2])
            self._jobs.task_done()

    def _task(
        self, job: "Callable[[MailSession, Cancelled], T]", on_done: Callable[[T], object]
    ) -> "Callable[[MailSession, Cancelled], Callable[[], object]]":
        def task(session: "MailSession", cancelled: Cancelled) -> Callable[[], object]:
            result = job(session, cancelled)
            return lambda: on_done(result)

        return task

    def _do(self, job: "_Job") -> None:
        ticket = job.ticket

        def cancelled() -> bool:
            return self._stopping or ticket.cancelled()

        try:
            if cancelled():
                raise self._cancellation()
            tell = job.task(self._open_session(ticket), cancelled)
        except CancelledError as error:
            self._fail(job, error)
        except BaltError as error:
            self._fail(job, self._cancellation() if cancelled() else error)
        except Exception as error:
            self._fail(job, self._unexpected(error))
        else:
            if not self._unwanted(ticket):
                self._call(tell)
        with self._lock:
            if job.key is not None and self._by_key.get(job.key) is ticket:
                del self._by_key[job.key]

    def _fail(self, job: "_Job", error: BaltError) -> None:
        if not (isinstance(error, CancelledError) and self._unwanted(job.ticket)):
            self._call(lambda: job.on_error(error))

    def _unwanted(self, ticket: Ticket) -> bool:
        """Whether nobody waits for this job any more: a newer one took its place, or all is being closed."""
        return ticket.superseded or self._stopping

    def _call(self, tell: Callable[[], object]) -> None:
        """Call back; an error in there must not end the thread."""
        try:
            tell()
        except Exception as error:
            self._unexpected(error)

    def _open_session(self, ticket: Ticket) -> "MailSession":
        """The session, with its line open; raises the refusal that this job was waiting behind, if any."""
        refusal = self._refusal
        if refusal is not None and (self._early or ticket.number <= self._refused_up_to):
            raise refusal
        self._refusal = None
        try:
            if self._session is None:
                self._session = self._make_session(
                    self.account, lambda: self._secrets.password(self.account), self._clock
                )
            if self._stopping:  # stop() may have looked for a session before this one was there
                raise self._cancellation()
            if isinstance(refusal, LoginError):
                self._session.open()
            else:
                self._session.ensure_open()
        except BaltError as error:
            if isinstance(error, LoginError):
                self._secrets.forget(self.account)
            with self._lock:
                self._refused_up_to = self._last
            self._refusal = error
            raise
        return self._session

    def _cancellation(self) -> CancelledError:
        return CancelledError(_("Interrompu à votre demande."), mailbox=self.account.address)

    def _unexpected(self, error: Exception) -> BaltError:
        """What to tell of an error that nobody foresaw. Its text and its values may hold patients' mail: only
        its type and places go to the log.
        """
        kind = type(error).__name__
        _log.error("%s: %s", kind, " < ".join(reversed(places(error))))
        message = _("balt a rencontré une erreur inattendue (%s) ; rien d'autre n'a été fait.") % kind
        return BaltError(message, advice=_("Recommencez."), mailbox=self.account.address)


class _Job:
    """What waits in the queue."""

    def __init__(
        self,
        ticket: Ticket,
        key: str | None,
        task: "Callable[[MailSession, Cancelled], Callable[[], object]]",
        on_error: Callable[[BaltError], object],
    ) -> None:
        self.ticket = ticket
        self.key = key
        self.task = task
        self.on_error = on_error


def places(error: BaseException) -> list[str]:
    """Where an error came through, outermost first: file, line and function, and no data."""
    frames = traceback.extract_tb(error.__traceback__, limit=-30)
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _session_on(account: Account, password: Callable[[], str], clock: Clock) -> "MailSession":
    from balt.mail.sessions import open_session  # here: importing it takes longer than showing the screen

    return open_session(account, password, clock)
