"""The auto-reply of a BAL that leaves, from view 2: installed, looked at, removed, or copied."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from balt.errors import BaltError
from balt.i18n import _
from balt.tui.shell import Shell

if TYPE_CHECKING:
    from balt.cases.autoreply.state import State
    from balt.cases.model import Case
    from balt.secrets import Secrets
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger
    from balt.tui.reply_server import ReplyServer


class Replying(Shell):
    """The part of the app that opens the window of an auto-reply, and notes what it heard in the case."""

    ledger: Ledger
    engine: Engine
    secrets: Secrets

    @abstractmethod
    def show_evidence(self) -> None:
        """Judge again, and show it."""

    def open_reply(self, case: Case) -> None:
        """The window of the auto-reply of a BAL that is followed."""
        from balt.cases.autoreply.reply import auto_reply
        from balt.cases.model import Happened, Reply
        from balt.tui.dialogs.reply import ReplyDialog

        server = self._server_of(case.address)
        address = server.account.address if server is not None else case.address
        try:
            reply = auto_reply(address, case.replacement, None, self.clock.now().date())
        except BaltError as error:
            self.tell(str(error), grave=True)
            return

        def heard(state: State) -> None:
            if self.ledger.notice_reply(case, state, lambda said: self.tell(said, grave=True)):
                self.show_evidence()

        def noted() -> None:
            tell = self.ledger.tell_case(
                case, Happened.AUTO_REPLY, Reply.BY_HAND.value, lambda said: self.tell(said, grave=True)
            )
            if tell:
                self.show_evidence()
                self.tell(_("Noté au dossier."))

        self.push_screen(ReplyDialog(reply, server, heard, noted))

    def _server_of(self, address: str) -> ReplyServer | None:
        """Where scripts can be installed for this BAL; None where the configuration offers no such place."""
        from balt.tui.reply_server import ReplyServer

        account = next((each for each in self.config.accounts if each.address.lower() == address), None)
        if account is None or account.access != "imap" or not account.sieve or account.read_only:
            return None
        return ReplyServer(account, self.secrets, self.engine.acts.journal, self.clock)
