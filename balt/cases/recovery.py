"""Whether a whole BAL is in a verified archive: what must hold before anybody asks for its deletion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from balt.cleanup.archive.check import Checked, check_archive, reading
from balt.cleanup.archive.manifest import read_records
from balt.cleanup.archive.record import Source
from balt.cleanup.ports import Owner, server_of
from balt.clock import Clock
from balt.errors import StoppedError
from balt.i18n import _
from balt.mail.listing import Listing
from balt.mail.model import Folder


class Session(Protocol):
    """What is asked of a session."""

    @property
    def account(self) -> Owner: ...
    def folders(self) -> Sequence[Folder]: ...
    def scan(self, folder: str) -> Listing: ...


@dataclass(slots=True)
class Recovery:
    """What was found: how many messages the BAL holds now, and how many of each folder are not in the archive
    (by the folder's label); ``checked`` is what reading the archive again has shown.
    """

    checked: Checked
    messages: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether each message of the BAL is in the archive, and the archive holds what it tells."""
        return not self.missing and not (self.checked.damaged or self.checked.missing)


def recovery_of(
    session: Session, place: Path, clock: Clock, on_progress: Callable[[int, int], None] | None = None
) -> Recovery:
    """Read the archive again and compare it with the BAL, message by message (server, user, folder,
    UIDVALIDITY, UID). Raises StoppedError where there is no archive or its disk fails, MailServerError as the
    session does. The folder of a server that shows all messages once more counts no message of its own.
    """
    found = Recovery(check_archive(place, clock, on_progress))
    found.messages, found.missing = _compared(session, place, clock)
    return found


def missing_from(session: Session, place: Path, clock: Clock) -> int:
    """How many messages the BAL holds now of which the archive tells nothing: those that came since. As
    ``recovery_of``, without reading the archived messages again.
    """
    return sum(_compared(session, place, clock)[1].values())


def need_whole(found: Recovery, address: str, place: Path) -> None:
    """Raise StoppedError where something of the BAL is not in the archive, or the archive is damaged."""
    if not found.is_whole:
        raise StoppedError(
            _("le contenu de cette BAL n'est pas récupéré en entier : sa suppression reste verrouillée."),
            advice=_(
                "Archivez le reste : balt plan %(bal)s --filter 'newer:99y' --then keep --archive %(dir)s"
            )
            % {"bal": address, "dir": place},
            mailbox=address,
        )


def _compared(session: Session, place: Path, clock: Clock) -> tuple[int, dict[str, int]]:
    """How many messages the BAL holds, and how many of each folder (by its label) are not in the archive."""
    with reading(place, clock) as root:
        kept = {record.source for _number, record in read_records(root) if record is not None}
    owner, messages, missing = session.account, 0, dict[str, int]()
    for folder in session.folders():
        if not folder.selectable or folder.gathers:
            continue
        listing = session.scan(folder.name)
        messages += len(listing.uids)
        absent = sum(
            Source(server_of(owner), owner.username, folder.name, listing.uidvalidity, uid) not in kept
            for uid in listing.uids
        )
        if absent:
            missing[folder.label] = absent
    return messages, missing
