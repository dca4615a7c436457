"""Messages that a BAL holds twice, looked for in its thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from balt.errors import BaltError, CancelledError, RefusedError
from balt.i18n import _
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.mail.listing import Listing
    from balt.mail.model import Folder, MessageDetail
    from balt.mail.sessions import MailSession
    from balt.mailboxes.duplicates import Duplicates
    from balt.mailboxes.worker import Cancelled, Ticket
    from balt.tui.acts import Submit

    Choices = tuple[tuple[Listing, list[int]], ...]

_TOLD = 500
"""The most costly ones of which sender and subject are read."""


@dataclass(frozen=True)
class Found:
    """What is there twice, the most costly first, and the ``listings`` of its folders. ``details`` are those
    of the ones to keep, by folder and UID; ``closed`` folders the server did not open.
    """

    duplicates: Sequence[Duplicates]
    listings: Mapping[str, Listing] = field(default_factory=dict)
    details: Mapping[tuple[str, int], MessageDetail] = field(default_factory=dict)
    closed: Sequence[str] = ()

    def choices(self, meant: Sequence[Duplicates]) -> Choices:
        """The messages to do without, by folder: of each of ``meant`` all but the one to keep."""
        surplus: dict[str, list[int]] = {}
        for each in meant:
            for copy in each.surplus:
                surplus.setdefault(copy.folder.name, []).append(copy.uid)
        return tuple((self.listings[folder], sorted(uids)) for folder, uids in surplus.items())


class DuplicateJobs:
    """One search at a time; ``stop`` ends it."""

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._ticket: Ticket | None = None

    def find(
        self,
        address: str,
        on_progress: Callable[[str, int, int], object],
        on_done: Callable[[Found], object],
        on_error: Callable[[BaltError], object],
    ) -> None:
        """Look through the whole BAL. Progress is a folder with messages read of so many, then "" with octets
        compared of so many. The answers come from the thread of the BAL.
        """

        def job(session: MailSession, cancelled: Cancelled) -> Found:
            from balt.mailboxes.duplicates import find_duplicates

            closed: list[str] = []
            places = list(_places(session, on_progress, closed, cancelled))
            found = find_duplicates(
                session, places, lambda done, total: on_progress("", done, total), cancelled
            )
            listings = {folder.name: listing for folder, listing in places}
            return Found(found, listings, _details(session, found[:_TOLD], cancelled), closed)

        self._ticket = self._submit(address, job, on_done, on_error, URGENT, "duplicates")

    def stop(self) -> None:
        """It is not wanted any more."""
        if self._ticket is not None:
            self._ticket.cancel()


def _places(
    session: MailSession,
    on_progress: Callable[[str, int, int], object],
    closed: list[str],
    cancelled: Cancelled,
) -> Iterator[tuple[Folder, Listing]]:
    from balt.mailboxes.listings import listings_of

    def refused(folder: Folder, _error: RefusedError) -> None:
        closed.append(folder.label)

    def read(folder: str, done: int, total: int) -> None:
        on_progress(folder, done, total)

    for place in listings_of(session, session.account, None, read, refused):
        if cancelled():
            raise CancelledError(_("recherche interrompue."), advice=_("Rien n'a été touché."))
        yield place


def _details(
    session: MailSession, found: Sequence[Duplicates], cancelled: Cancelled
) -> dict[tuple[str, int], MessageDetail]:
    kept: dict[str, list[int]] = {}
    for each in found:
        kept.setdefault(each.kept.folder.name, []).append(each.kept.uid)
    return {
        (folder, uid): detail
        for folder, uids in kept.items()
        for uid, detail in session.details(folder, uids, cancelled)
    }
