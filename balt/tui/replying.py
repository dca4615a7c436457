"""The auto-reply of a BAL that leaves, from view 2: installed, looked at, removed, or copied."""

from __future__ import annotations

from abc import abstractmethod
from threading import Thread
from typing import TYPE_CHECKING

from textual import on

from balt.clock import Clock
from balt.config import Config
from balt.errors import BaltError
from balt.i18n import _
from balt.tui import events
from balt.tui.shell import Shell

if TYPE_CHECKING:
    from balt.cases.autoreply.server import ReplyServer
    from balt.cases.autoreply.state import State
    from balt.cases.model import Case
    from balt.secrets import Secrets
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger


class Replying(Shell):
    """The part of the app that opens the window of an auto-reply, and notes what it heard in the case."""

    ledger: Ledger
    engine: Engine
    secrets: Secrets

    def __init__(self, config: Config, clock: Clock, *, badge: str, ansi: bool) -> None:
        super().__init__(config, clock, badge=badge, ansi=ansi)
        self._looking: set[str] = set()
        self._unseen: set[str] = set()

    @abstractmethod
    def show_evidence(self) -> None:
        """Judge again, and show it."""

    def open_reply(self, case: Case) -> None:
        """The window of the auto-reply of a BAL that is followed."""
        from balt.cases.autoreply.reply import auto_reply, is_plain_address
        from balt.cases.model import Happened, Reply
        from balt.cases.reading import is_unread
        from balt.tui.dialogs.reply import ReplyDialog

        in_script = is_plain_address(case.address)
        server = self._server_of(case.address) if in_script else None
        address = server.account.address if server is not None else case.address
        try:
            today, trust = self.clock.now().date(), self.ledger.directory.trust
            unread = is_unread(case.address, case, self.ledger.practice())
            reply = auto_reply(
                address, case.replacement, None, today, trust, by_hand=not in_script, unread=unread
            )
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

        warning, forbidden = self.ledger.against(case.address, case.replacement)
        self.push_screen(ReplyDialog(reply, server, heard, noted, warning=warning, forbidden=forbidden))

    def look_at_replies(self, *addresses: str) -> None:
        """See again whether the auto-replies that balt installed for these BAL still answer; no other BAL is
        asked. What cannot be seen now is told once, and seen the next time.
        """
        for address in addresses:
            found = self.ledger.reply_case(address)
            if found is None or found[0].address in self._looking:
                continue
            case, last = found
            server = self._server_of(case.address)
            if server is not None and last is not None and not last.by_hand:
                self._looking.add(case.address)
                # A daemon: whoever leaves balt does not wait for this server.
                Thread(target=self._look, args=(case.address, server), name="balt reply", daemon=True).start()

    def _look(self, address: str, server: ReplyServer) -> None:
        try:
            self.post_message(events.ReplyLookedAt(address, server.state()))
        except BaltError as error:
            self.post_message(events.ReplyUnseen(address, error))
        finally:
            self._looking.discard(address)

    @on(events.ReplyUnseen)
    def reply_unseen(self, event: events.ReplyUnseen) -> None:
        """Tell that nobody knows whether it answers; not again until it was seen."""
        if event.address not in self._unseen:
            self._unseen.add(event.address)
            words = {"mailbox": event.address, "message": event.error.message, "advice": event.error.advice}
            said = _("%(mailbox)s : sa réponse automatique n'a pas pu être vue : %(message)s %(advice)s")
            self.tell((said % words).rstrip(), grave=True)

    @on(events.ReplyLookedAt)
    def reply_looked_at(self, event: events.ReplyLookedAt) -> None:
        """Note it in the case, and tell one that has stopped answering."""
        from balt.cases.model import Happened, Reply
        from balt.cases.words import event_line

        self._unseen.discard(event.address)
        before = self.ledger.reply_case(event.address)
        if before is None or not self.ledger.notice_reply(
            before[0], event.state, lambda said: self.tell(said, grave=True)
        ):
            return
        now = self.ledger.reply_case(event.address)
        if now is None or now == before:
            return
        self.show_evidence()
        was, last, noted = before[1], now[1], now[0].last(Happened.AUTO_REPLY)
        if last is None or noted is None or last.value is Reply.ACTIVE:
            return
        if was is None or was.value is not last.value:
            said = event_line(noted)
            if last.value is Reply.OFF:
                said = _("la réponse automatique n'est plus en service.")
            self.tell(
                _("%(mailbox)s : %(message)s") % {"mailbox": event.address, "message": said}, grave=True
            )

    def _server_of(self, address: str) -> ReplyServer | None:
        """Where scripts can be installed for this BAL; None where the configuration offers no such place."""
        from balt.cases.autoreply.server import ReplyServer

        account = next((each for each in self.config.accounts if each.address.lower() == address), None)
        if account is None or account.access != "imap" or not account.sieve or account.read_only:
            return None
        return ReplyServer(account, self.secrets, self.engine.acts.journal, self.clock)
