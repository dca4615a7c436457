"""Whether a whole BAL is in a verified archive: what must hold before anybody asks for its deletion."""

import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from balt.cases import letters
from balt.cleanup.archive.check import Checked, check_archive, is_archive, reading
from balt.cleanup.archive.manifest import read_records
from balt.cleanup.archive.record import Source
from balt.cleanup.ports import Owner, server_of
from balt.clock import Clock
from balt.errors import StoppedError
from balt.i18n import _
from balt.mail.listing import Listing
from balt.mail.model import Folder
from balt.text import plain

_Content: TypeAlias = tuple[int, str, str]


NO_LETTERS: frozenset[str] = frozenset()


class Session(letters.Session, Protocol):
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
    session: Session,
    place: Path,
    clock: Clock,
    written: frozenset[str] = NO_LETTERS,
    on_progress: Callable[[int, int], None] | None = None,
) -> Recovery:
    """Read the archive again and compare it with the BAL, message by message (server, user, folder,
    UIDVALIDITY, UID). Raises StoppedError where there is no archive or its disk fails, MailServerError as the
    session does. Of the folder of a server that shows all messages once more, only those count that have no
    copy in another folder or in the archive. The requests that balt has ``written`` (``letters_of``) need not
    be there.
    """
    found = Recovery(check_archive(place, clock, on_progress))
    found.messages, found.missing = _compared(session, place, clock, written)
    return found


def missing_from(session: Session, place: Path, clock: Clock, written: frozenset[str] = NO_LETTERS) -> int:
    """How many messages the BAL holds now of which the archive tells nothing: those that came since. As
    ``recovery_of``, without reading the archived messages again.
    """
    return sum(_compared(session, place, clock, written)[1].values())


def archiving(address: str, place: str) -> str:
    """The command that prepares the archive of a whole BAL in a folder, drafts included."""
    return f"balt plan {address} --all --then keep --archive {shlex.quote(place)} --output plan.json"


def need_archive(address: str, place: Path) -> None:
    """Raise StoppedError where there is no archive at all, with what makes one."""
    if not is_archive(place):
        raise StoppedError(
            _("il n'y a pas d'archive de balt dans %s : la suppression reste verrouillée.")
            % plain(str(place)),
            advice=_("Archivez toute la BAL : %s, puis balt apply plan.json --yes")
            % archiving(address, str(place)),
            mailbox=address,
        )


def need_whole(found: Recovery, address: str, place: Path) -> None:
    """Raise StoppedError where something of the BAL is not in the archive, or the archive is damaged."""
    if not found.is_whole:
        raise StoppedError(
            _("le contenu de cette BAL n'est pas récupéré en entier : sa suppression reste verrouillée."),
            advice=_("Archivez le reste : %s, puis balt apply plan.json --yes")
            % archiving(address, str(place)),
            mailbox=address,
        )


def _compared(
    session: Session, place: Path, clock: Clock, written: frozenset[str]
) -> tuple[int, dict[str, int]]:
    """How many messages the BAL holds, and how many of each folder (by its label) are not in the archive."""
    folders = [each for each in session.folders() if each.selectable]
    known = _Known(session, place, clock, twice=any(each.everything for each in folders))
    messages, missing = 0, dict[str, int]()
    for folder in folders:
        if folder.gathers:
            continue
        listing = session.scan(folder.name)
        messages += len(listing.uids)
        absent = known.absent(listing)
        if count := len(absent) - len(letters.letters_in(session, folder, listing, absent, written)):
            missing[folder.label] = count
    for folder in folders:
        if folder.everything and (alone := known.alone(session.scan(folder.name))):
            messages += alone
            missing[folder.label] = alone
    return messages, missing


class _Known:
    """What the archive has of a BAL. ``twice``: a folder shows all messages once more; mail may lie in there
    only, and what is or is missing elsewhere is told by its copy.
    """

    def __init__(self, session: Session, place: Path, clock: Clock, *, twice: bool) -> None:
        owner = session.account
        self._session, self._twice = session, twice
        self._server, self._user = server_of(owner), owner.username
        self._kept: dict[Source, _Content | None] = {}
        self._missing: Counter[_Content] = Counter()
        with reading(place, clock) as root:
            for _number, record in read_records(root):
                if record is not None and (record.server, record.user) == (self._server, self._user):
                    content = _content(record.announced, record.message_id, record.internaldate)
                    self._kept[record.source] = content if twice else None

    def absent(self, listing: Listing) -> list[int]:
        """The UIDs of a folder that are not in the archive."""
        absent = [uid for uid in listing.uids if self._source(listing, uid) not in self._kept]
        if self._twice:
            self._missing.update(self._contents(listing, absent).values())
        return absent

    def alone(self, listing: Listing) -> int:
        """How many messages of the folder of all are neither in the archive nor missing from another folder:
        asked once the others were.
        """
        here = {self._source(listing, uid) for uid in listing.uids}
        absent = [uid for uid in listing.uids if self._source(listing, uid) not in self._kept]
        copies = self._missing + Counter(
            content for source, content in self._kept.items() if content is not None and source not in here
        )
        contents, alone = self._contents(listing, absent), 0
        for uid in absent:
            content = contents.get(uid)
            if content is None or copies[content] < 1:
                alone += 1
            else:
                copies[content] -= 1
        return alone

    def _source(self, listing: Listing, uid: int) -> Source:
        return Source(self._server, self._user, listing.folder, listing.uidvalidity, uid)

    def _contents(self, listing: Listing, uids: Sequence[int]) -> dict[int, _Content]:
        """What tells each message; none of a folder that was made anew, nor of what cannot be read."""
        if not uids or self._session.examine(listing.folder).uidvalidity != listing.uidvalidity:
            return {}
        return {
            uid: _content(each.size, each.message_id, each.internaldate)
            for uid, each in self._session.identities(uids).items()
            if each.size >= 0
        }


def _content(size: int, message_id: str, internaldate: str) -> _Content:
    """What two copies of a message have in common: its size and its Message-ID; where it has none, the moment
    at which it was received.
    """
    return (size, message_id, "" if message_id else internaldate)
