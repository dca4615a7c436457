"""Who still writes to a BAL that leaves, from view 2: how much, whether less, and the list to warn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from balt.errors import BaltError
from balt.i18n import _
from balt.tui import events
from balt.tui.shell import Shell
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.cases.model import Case
    from balt.cases.writers import Writers
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger


class Correspondents(Shell):
    """The part of the app that looks who still writes. Nothing is kept: an address may be a patient's."""

    engine: Engine
    ledger: Ledger

    def look_who_writes(self, case: Case) -> None:
        """Have the senders of the last weeks counted, then show them."""
        account = self.config.account(case.address)
        opened, now = case.opened, self.clock.now()
        directory = self.ledger.directory

        def job(session: MailSession, _cancelled: Cancelled) -> Writers:
            from balt.cases.following import own_addresses
            from balt.cases.writers import days_of, read_writers, without_names, without_patients

            own = own_addresses(self.config, directory)
            found = read_writers(session, days_of(opened, now), now, own)
            return without_names(found) if account.discreet else without_patients(found)

        def done(found: Writers) -> None:
            self.post_message(events.WritersRead(account.address, found, discreet=account.discreet))

        def failed(error: BaltError) -> None:
            self.post_message(events.Problem(error))

        self.tell(_("Les expéditeurs des dernières semaines sont comptés…"))
        self.engine.submit(account.address, job, done, failed, URGENT, "writers")

    @on(events.WritersRead)
    def writers_read(self, event: events.WritersRead) -> None:
        """The list, in a window of its own."""
        from balt.tui.dialogs.writers import WritersPager

        self.push_screen(WritersPager(event.address, event.found, discreet=event.discreet))
