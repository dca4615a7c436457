"""A request put into the drafts of a BAL, to be looked over and sent there. balt sends nothing itself."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from balt.cases.model import Case, Channel, Event, Happened
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.ports import Owner, server_of
from balt.cleanup.run import answer_of
from balt.errors import BaltError, StoppedError
from balt.i18n import _
from balt.mail.model import Folder, FolderRole, FolderState
from balt.units import format_date

ACTION = "request"
"""The kind of act, as the journal names it."""
_FLAGS = ("\\Draft", "\\Seen")


class Session(Protocol):
    """What is asked of a session."""

    @property
    def account(self) -> Owner: ...
    def folders(self) -> Sequence[Folder]: ...
    def select(self, folder: str) -> FolderState: ...
    def append(
        self, folder: str, octets: Iterable[bytes], size: int, flags: Sequence[str], internaldate: str
    ) -> int | None: ...


def waiting_draft(case: Case) -> Event | None:
    """The request of a case that lies in the drafts, as far as anybody told: not yet sent or answered, and
    still naming the right replacement. None where another one may be written without asking.
    """
    for event in reversed(case.events):
        if event.what in (Happened.SENT, Happened.ANSWERED):
            return None
        if event.what is Happened.REQUESTED and event.value == Channel.DRAFT:
            return event if case.replacement_when(event) in ("", case.replacement) else None
    return None


def draft_words(draft: Event, now: datetime) -> str:
    """Since when it is there."""
    day = format_date(draft.at.astimezone(now.tzinfo).date())
    return _("cette demande est déjà dans les brouillons depuis le %s.") % day


def save_draft(session: Session, octets: bytes, journal: Journal) -> Folder:
    """Put a message into the folder of drafts, which is returned. Not tried again where the line is cut
    meanwhile: nobody then knows whether it is there.

    Raises StoppedError where the BAL is read-only or has no such folder, or while another balt works on it;
    MailServerError as the session does.
    """
    owner = session.account
    if owner.read_only:
        raise StoppedError(
            _("cette BAL est en lecture seule dans la configuration (read_only)."),
            advice=_("Rien n'a été fait."),
            mailbox=owner.address,
        )
    folder = next((each for each in session.folders() if each.role is FolderRole.DRAFTS), None)
    if folder is None:
        raise StoppedError(
            _("cette BAL n'a pas de dossier de brouillons."),
            advice=_("Rien n'a été fait. Prenez le texte de la demande (--as text, ou d, puis 3)."),
            mailbox=owner.address,
        )
    deed = Deed(
        Phase.STEP,
        ACTION,
        mailbox=owner.address,
        server=server_of(owner),
        user=owner.username,
        plan=f"{ACTION}-{secrets.token_hex(8)}",
        folder=folder.name,
        count=1,
        size=len(octets),
        request="APPEND",
    )
    with mailbox_lock(journal.folder, owner):
        session.select(folder.name)
        journal.append(deed)
        try:
            session.append(folder.name, (octets,), len(octets), _FLAGS, "")
        except BaltError as error:
            journal.append(replace(deed, answer=answer_of(error)))
            raise
        journal.append(replace(deed, answer="OK"))
    return folder
