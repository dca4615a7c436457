"""Setting and taking back the mark "intégré" in the thread of a BAL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from balt.clock import Clock
from balt.errors import BaltError
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.cleanup.journal import Journal
    from balt.cleanup.marking import MarkResult
    from balt.mail.listing import Listing
    from balt.mail.sessions import MailSession
    from balt.mailboxes.marks import LocalMarks
    from balt.mailboxes.worker import Cancelled, Ticket
    from balt.tui.acts import Submit


class MarkJobs:
    """One at a time is under way; ``stop`` ends it between two batches."""

    def __init__(
        self,
        submit: Submit,
        clock: Clock,
        journal: Callable[[], Journal],
        marks_of: Callable[[str], LocalMarks],
    ) -> None:
        self._submit = submit
        self._clock = clock
        self._journal = journal
        self._marks_of = marks_of
        self._ticket: Ticket | None = None

    def mark(
        self,
        address: str,
        choices: Sequence[tuple[Listing, Sequence[int]]],
        on_progress: Callable[[int, int], object],
        on_done: Callable[[MarkResult], object],
        on_error: Callable[[BaltError], object],
        *,
        on: bool,
    ) -> None:
        """Mark the messages of these UIDs of listings of one folder each, or take their marks back. The
        answers come from the thread of the BAL.
        """

        def job(session: MailSession, cancelled: Cancelled) -> MarkResult:
            from balt.cleanup.marking import Marking
            from balt.cleanup.prepare import Choice

            def progress(done: int, total: int) -> None:
                on_progress(done, total)

            marking = Marking(
                session, self._marks_of(address), self._journal(), self._clock, progress, cancelled
            )
            return marking.mark([Choice(listing, uids) for listing, uids in choices], on=on)

        self._ticket = self._submit(address, job, on_done, on_error, URGENT, "mark")

    def stop(self) -> None:
        """Stop after the batch under way."""
        if self._ticket is not None:
            self._ticket.cancel()
