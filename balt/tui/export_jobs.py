"""Documents handed over to the business software, in the thread of a BAL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from balt.clock import Clock
from balt.errors import BaltError, CancelledError
from balt.i18n import _
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.cleanup.handover.model import HandedOver, Letter
    from balt.cleanup.handover.taking import Wanted
    from balt.cleanup.journal import Journal
    from balt.mail.listing import Listing
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled, Ticket
    from balt.tui.acts import Submit

    Choices = Sequence[tuple[Listing, Sequence[int]]]

_AT_ONCE = 200
"""Messages whose parts are looked up before it is asked again whether to stop."""


class ExportJobs:
    """One at a time is under way; ``stop`` ends it between two messages. ``state_dir`` holds the ledger;
    ``usual`` is the folder that is proposed while none was used.
    """

    def __init__(
        self, submit: Submit, clock: Clock, journal: Callable[[], Journal], state_dir: Path, usual: Path
    ) -> None:
        self._submit = submit
        self._clock = clock
        self._journal = journal
        self._state_dir = state_dir
        self._usual = usual
        self._ticket: Ticket | None = None

    def place(self) -> str:
        """The folder to propose: the one that was used last."""
        from balt.cleanup.handover.place import last_place

        return str(last_place(self._state_dir) or self._usual)

    def hand_over(
        self,
        address: str,
        choices: Choices,
        place: Path,
        wanted: Wanted,
        on_progress: Callable[[int, int], object],
        on_done: Callable[[HandedOver], object],
        on_error: Callable[[BaltError], object],
    ) -> None:
        """Take the documents of the messages of these UIDs of listings of one folder each into a new folder
        in ``place``, which is absolute. The answers come from the thread of the BAL.
        """

        def job(session: MailSession, cancelled: Cancelled) -> HandedOver:
            from balt.cleanup.handover.run import Handover
            from balt.cleanup.handover.sources import SessionLetters

            def progress(done: int, total: int) -> None:
                on_progress(done, total)

            letters = list(_letters(session, choices, cancelled))
            source = SessionLetters(session, self._state_dir)
            about = Handover(source, place, wanted, self._journal(), self._clock, progress, cancelled)
            return about.hand_over(letters)

        self._ticket = self._submit(address, job, on_done, on_error, URGENT, "export")

    def stop(self) -> None:
        """Stop after the message under way."""
        if self._ticket is not None:
            self._ticket.cancel()


def _letters(session: MailSession, choices: Choices, cancelled: Cancelled) -> Iterator[Letter]:
    from balt.cleanup.handover.sources import letters_of

    for listing, uids in choices:
        for start in range(0, len(uids), _AT_ONCE):
            if cancelled():
                raise CancelledError(_("arrêté à votre demande."), advice=_("Rien n'a été fait."))
            yield from letters_of(session, [(listing, uids[start : start + _AT_ONCE])])
