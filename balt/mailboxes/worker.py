"""One thread for each BAL: it owns the one connection, and does its jobs one after the other."""

import itertools
import logging
import queue
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from balt.clock import Clock
from balt.config import Account
from balt.errors import BaltError, CancelledError
from balt.i18n import _
from balt.secrets import SecretSource

if TYPE_CHECKING:
    from balt.mail.session import ImapSession

T = TypeVar("T")
Cancelled = Callable[[], bool]
"""Asked by a job between two batches: whether it should stop."""

_log = logging.getLogger(__name__)


@dataclass(order=True)
class Ticket:
    """A job that was handed in."""

    priority: int
    number: int
    key: str | None = field(compare=False)
    job: "Callable[[ImapSession, Cancelled], Any] | None" = field(compare=False, repr=False)
    on_done: Callable[[Any], object] = field(compare=False, repr=False)
    on_error: Callable[[BaltError], object] = field(compare=False, repr=False)
    _cancelled: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)
    _dropped: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)

    def cancel(self) -> None:
        """Keep the job from starting, or ask it to stop between two batches; what it then gives is told."""
        self._cancelled.set()

    def drop(self) -> None:
        """Cancel the job and tell nobody what became of it: a newer one took its place."""
        self._dropped.set()
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the job should stop."""
        return self._cancelled.is_set()

    @property
    def is_dropped(self) -> bool:
        """Whether a newer job took its place."""
        return self._dropped.is_set()


class MailboxWorker(threading.Thread):
    """Takes jobs by priority, 0 first. Callbacks are called in this thread, and never with a raw exception.

    A job handed in with the ``key`` of an earlier one takes its place: the earlier one is dropped, whether it
    waits or runs.
    """

    def __init__(self, account: Account, secrets: SecretSource, clock: Clock) -> None:
        super().__init__(name=f"balt-{account.address}", daemon=True)
        self._account = account
        self._secrets = secrets
        self._clock = clock
        self._waiting: queue.PriorityQueue[Ticket] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._by_key: dict[str, Ticket] = {}
        self._unfinished = 0
        self._session: ImapSession | None = None
        self._stopping = threading.Event()

    @property
    def idle(self) -> bool:
        """Whether no job waits or runs."""
        return self._unfinished == 0

    def submit(
        self,
        job: "Callable[[ImapSession, Cancelled], T]",
        on_done: Callable[[T], object],
        on_error: Callable[[BaltError], object],
        *,
        priority: int = 5,
        key: str | None = None,
    ) -> Ticket:
        """Hand in a job; it gets the session and a question to ask between batches. Returns at once."""
        ticket = Ticket(priority, next(self._numbers), key, job, on_done, on_error)
        with self._lock:
            self._unfinished += 1
            if key is not None:
                if earlier := self._by_key.get(key):
                    earlier.drop()
                self._by_key[key] = ticket
        self._waiting.put(ticket)
        return ticket

    def stop(self, timeout: float) -> None:
        """End the thread and close the line; waits at most ``timeout`` seconds for what is under way."""
        self._stopping.set()
        with self._lock:
            for ticket in self._by_key.values():
                ticket.cancel()
        self._waiting.put(Ticket(-1, next(self._numbers), None, None, _nothing, _nothing))
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Do the jobs until ``stop``."""
        while not self._stopping.is_set():
            ticket = self._waiting.get()
            if ticket.job is not None and not self._stopping.is_set():
                self._do(ticket)
                self._finish(ticket)
        if self._session is not None:
            self._session.close()

    def _finish(self, ticket: Ticket) -> None:
        with self._lock:
            self._unfinished -= 1
            if ticket.key is not None and self._by_key.get(ticket.key) is ticket:
                del self._by_key[ticket.key]

    def _do(self, ticket: Ticket) -> None:
        if ticket.job is None or ticket.is_dropped:
            return
        try:
            if ticket.is_cancelled:
                raise CancelledError(_("Annulé avant d'avoir commencé."))
            session = self._open()
            result = ticket.job(session, lambda: ticket.is_cancelled)
        except BaltError as error:
            if not ticket.is_dropped:
                ticket.on_error(error)
        except Exception as error:  # noqa: BLE001 - the thread must outlive any job; see _unexpected
            if not ticket.is_dropped:
                ticket.on_error(self._unexpected(error))
        else:
            if not ticket.is_dropped:
                ticket.on_done(result)

    def _open(self) -> "ImapSession":
        if self._session is None:
            from balt.mail.session import ImapSession

            account = self._account
            self._session = ImapSession(account, lambda: self._secrets.password(account), self._clock)
        self._session.ensure_open()
        return self._session

    def _unexpected(self, error: Exception) -> BaltError:
        """A defect of balt: the line is given up, and only places of the code are logged, never values."""
        if self._session is not None:
            self._session.close()
        frames = traceback.extract_tb(error.__traceback__)
        places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-8:]))
        _log.error("unexpected %s at %s", type(error).__name__, places)
        return BaltError(
            _("Une erreur inattendue est survenue (%s).") % type(error).__name__,
            advice=_("Rien n'a été supprimé sans trace ; actualisez, et voyez le journal."),
            mailbox=self._account.address,
        )


def _nothing(_value: object) -> None:
    return None
