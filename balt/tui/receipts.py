"""What receipts say of the messages of a BAL: read in its thread when nothing else is to do."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from textual.message import Message

from balt.errors import BaltError
from balt.tui import events
from balt.tui.urgency import LAST

if TYPE_CHECKING:
    from balt.mail.sessions import MailSession
    from balt.mailboxes.integration import ReceiptBook

UNASKED = True
"""Whether they are read before a plan needs them."""


class SubmitSteps(Protocol):
    """Hands a job with pauses to the thread of a BAL, as ``MailboxWorker.submit_steps`` takes it."""

    def __call__(
        self,
        address: str,
        job: Callable[[MailSession], Generator[None, None, Any]],
        on_done: Callable[[Any], object],
        on_error: Callable[[BaltError], object],
        priority: int,
        key: str,
        /,
    ) -> object: ...


class Receipts:
    """The receipts of every BAL that is looked at, each read once, and again after ``forget``."""

    def __init__(self, submit: SubmitSteps, post: Callable[[Message], object]) -> None:
        self._submit = submit
        self._post = post
        self._books: dict[str, ReceiptBook] = {}
        self._asked: set[str] = set()

    def book(self, address: str) -> ReceiptBook:
        """The receipts known of a BAL; for its thread alone."""
        from balt.mailboxes.integration import ReceiptBook

        return self._books.setdefault(address, ReceiptBook())

    def read(self, address: str) -> None:
        """Have the receipts of a BAL read, where they were not yet."""
        if address in self._asked or not UNASKED:
            return
        self._asked.add(address)

        def job(session: MailSession) -> Generator[None, None, events.ReceiptsRead]:
            findings = yield from self.book(address).findings_steps(session)
            return events.ReceiptsRead(address, findings, self.book(address).validities())

        # Where they cannot be read nothing is told: a plan asks anew, and tells why it cannot be made.
        self._submit(address, job, self._post, partial(self._failed, address), LAST, "receipts")

    def forget(self, address: str) -> None:
        """All of a BAL is read again; what is known of its receipts is only completed."""
        if address in self._asked:
            self._asked.discard(address)
            self.read(address)

    def _failed(self, address: str, _error: BaltError) -> None:
        self._asked.discard(address)
