"""What stands against asking for the deletion of a BAL, looked up at that moment, off the screen's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from balt.i18n import _
from balt.tui import events

if TYPE_CHECKING:
    from textual.message import Message

    from balt.cases.model import Case
    from balt.clock import Clock
    from balt.config import Config
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled
    from balt.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Clearance:
    """Looks for a case: ``cases`` are those of its BAL, ``written`` are the requests that balt has written
    for it. ``folder`` holds what the holder wrote down, ``state`` tells which computer this is; the directory
    is asked about ``followed`` too, and what it said is given to ``post``.
    """

    case: Case
    cases: Sequence[Case]
    written: frozenset[str]
    followed: Sequence[str]
    config: Config
    secrets: Secrets
    clock: Clock
    folder: Path
    state: Path
    post: Callable[[Message], object]

    def need(self, cancelled: Cancelled, session: MailSession | None = None) -> None:
        """Raise StoppedError where a deletion must not be asked for; ``session`` opens the BAL, where it is
        to be compared with its archive.
        """
        from balt.cases.model import CaseKind

        if self.case.kind is CaseKind.DELETION:
            self._need_out(cancelled)
            if session is not None:
                self._need_whole(session)

    def _need_out(self, cancelled: Cancelled) -> None:
        """A BAL that the directory shows is not to be deleted; what was read is shown, too."""
        from balt.cases.following import Advice, need_out, seen_now
        from balt.mailboxes.directory_reader import DirectoryReader
        from balt.mailboxes.news import sighted
        from balt.mailboxes.notebook import Notebook

        now, address = self.clock.now(), self.case.address
        reader = DirectoryReader(self.config, self.secrets, self.clock, self.folder)
        try:
            view = reader.read(cancelled, [address, *self.followed])
        finally:
            reader.close()
        self.post(events.DirectoryRead(sighted(view, self.config, self.folder, now)))
        seen = seen_now(address, self.config, view, now, self.cases)
        answers = Notebook(self.folder, self.clock).answers().get(address, ())
        advice = Advice(
            _("Rien n'a été écrit. d : redemandez d'abord sa dépublication."),
            _("Rien n'a été écrit. Recommencez quand l'API répond, ou dites-la sortie : vue 1, t."),
        )
        need_out(seen, answers, now, advice, address)

    def _need_whole(self, session: MailSession) -> None:
        """The BAL is compared with its archive again: mail that has come since would be lost."""
        from balt.cases.computer import need_here
        from balt.cases.model import Happened
        from balt.cases.recovery import recovery_of
        from balt.errors import StoppedError

        kept = self.case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP)
        if kept is None or kept.what is not Happened.KEPT:
            return
        need_here(self.case, self.state)
        if not recovery_of(session, Path(kept.value), self.clock, self.written).is_whole:
            raise StoppedError(
                _("le contenu de cette BAL n'est pas récupéré en entier : sa suppression reste verrouillée."),
                advice=_("Dans la vue 3, B archive le reste."),
                mailbox=self.case.address,
            )
