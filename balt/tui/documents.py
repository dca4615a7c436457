"""One part of a message read for the window that shows it: fetched in the thread of its BAL, then read apart.

Nothing here waits, and a document that takes long keeps nobody else's job from being done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from balt.errors import BaltError
from balt.i18n import _
from balt.tui.acts import Submit
from balt.tui.urgency import URGENT

if TYPE_CHECKING:
    from balt.mail.documents.model import DocumentView
    from balt.mail.documents.part import PartContent
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled, Ticket

    Tell = Callable[[DocumentView | str], object]


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """Where a message is: the BAL, its folder as it was listed, its UID there."""

    address: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A part that is being read."""

    ticket: Ticket
    over: Event

    def cancel(self) -> None:
        """End the reading wherever it stands; a process that reads the document is ended too."""
        self.ticket.cancel()
        self.over.set()


class Documents:
    """Reads parts. ``is_discreet`` says of a BAL whether its content must not be looked at."""

    def __init__(self, submit: Submit, is_discreet: Callable[[str], bool]) -> None:
        self._submit = submit
        self._is_discreet = is_discreet

    def read(self, place: MessagePlace, number: str, tell: Tell) -> Opened | None:
        """Read part ``number``; ``tell`` gets its view, or the sentence that says why there is none, in a
        thread of its own. Refused to a discreet access.
        """
        if self._is_discreet(place.address):
            tell(_("Accès discret : le contenu des messages n'est pas montré."))
            return None
        over = Event()

        def job(session: MailSession, cancelled: Cancelled) -> PartContent | None:
            content = session.part(place.folder, place.uid, number, cancelled)
            return content if session.validity(place.folder) == place.uidvalidity else None

        def done(content: PartContent | None) -> None:
            if content is None:
                tell(_("Ce dossier a été recréé sur le serveur entre-temps : relisez-le."))
            else:
                Thread(target=_look, args=(content, tell, over), name="balt document", daemon=True).start()

        def failed(error: BaltError) -> None:
            tell(str(error))

        return Opened(self._submit(place.address, job, done, failed, URGENT, "part"), over)


def _look(content: PartContent, tell: Tell, over: Event) -> None:
    from balt.mail.documents.part import document_of

    tell(document_of(content, over))
