"""Where the messages of a hand-over are read: a BAL on a server, mail in files, an archive."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar, cast

from balt.cleanup.archive.record import Record
from balt.cleanup.forms.source import Contents, Source, UnfitError
from balt.cleanup.handover.model import Letter, UnreadError
from balt.cleanup.ports import server_of
from balt.clock import Clock
from balt.errors import RefusedError, StoppedError
from balt.i18n import _
from balt.mail.dates import UNKNOWN_DATE, DateReader, moment
from balt.mail.files.octets import Extent

if TYPE_CHECKING:
    from balt.mail.files.session import FilesSession
    from balt.mail.listing import Listing
    from balt.mail.sessions import MailSession

T = TypeVar("T")
_IN_MEMORY = 8 * 1024 * 1024
"""Octets of a message that stay in memory while it is looked at; a larger one waits in an unnamed file."""


class SessionLetters:
    """The messages of a BAL; looking at one does not mark it as read. ``spool`` is a private folder."""

    def __init__(self, session: "MailSession", spool: Path) -> None:
        self._session = session
        self._spool = spool
        self._open: tuple[str, int] | None = None

    def look(self, letter: Letter, read: Callable[[Extent], T]) -> T:
        try:
            if self._session.account.access == "files":
                from balt.mail.files.session import look_at

                return look_at(cast("FilesSession", self._session), letter.folder, letter.uid, read)
            self._enter(letter)
            return _spooled(self._octets(letter), read, self._spool)
        except RefusedError as refused:
            raise UnreadError(refused.message) from refused

    def _octets(self, letter: Letter) -> Iterator[bytes]:
        """The octets of a message. Without TLS nothing vouches for what came over the line: they are read
        twice, and must be the same.
        """
        if self._session.account.security != "none":
            yield from self._session.octets(letter.uid, letter.size)
            return
        once, again = sha256(), sha256()
        for piece in self._session.octets(letter.uid, letter.size):
            once.update(piece)
            yield piece
        for piece in self._session.octets(letter.uid, letter.size):
            again.update(piece)
        if once.digest() != again.digest():
            raise UnreadError(_("le serveur n'a pas donné ce message tel qu'il a été demandé."))

    def _enter(self, letter: Letter) -> None:
        wanted = (letter.folder, letter.uidvalidity)
        if self._open != wanted:
            state = self._session.examine(letter.folder)
            if state.uidvalidity != letter.uidvalidity:
                raise StoppedError(
                    _("ce dossier a été recréé sur le serveur depuis qu'il a été lu."),
                    advice=_("Relisez le dossier, puis choisissez à nouveau les messages."),
                    mailbox=letter.mailbox,
                )
            self._open = wanted


class ArchiveLetters:
    """The messages of an archive, each compared with the manifest as it is read. ``spool`` is a private
    folder.
    """

    def __init__(self, source: Source, records: Iterable[Record], spool: Path) -> None:
        self._source = source
        self._spool = spool
        self._records = {_place(record): record for record in records}

    def look(self, letter: Letter, read: Callable[[Extent], T]) -> T:
        record = self._records[letter.server, letter.user, letter.folder, letter.uidvalidity, letter.uid]
        try:
            return _spooled(self._source.pieces(record), read, self._spool)
        except UnfitError as unfit:
            if unfit.missing:
                raise UnreadError(_("Le fichier de ce message manque dans l'archive.")) from unfit
            raise UnreadError(_("Le fichier de ce message est abîmé dans l'archive.")) from unfit


def _spooled(pieces: Iterator[bytes], read: Callable[[Extent], T], place: Path) -> T:
    """What ``read`` makes of octets that come in pieces. The file that holds them has no name."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(place)) as spool:
        size = 0
        for piece in pieces:
            spool.write(piece)
            size += len(piece)
        return read(Extent(cast("IO[bytes]", spool), 0, size))


def letters_of(
    session: "MailSession", choices: Iterable[tuple["Listing", Sequence[int]]], *, details: bool = True
) -> Iterator[Letter]:
    """The chosen messages of listings; those that are known to carry nothing are left out."""
    owner = session.account
    for listing, uids in choices:
        carrying = _carrying(session, listing, uids) if details else set(uids)
        for uid in uids:
            row = listing.index_of(uid)
            if row is None or uid not in carrying:
                continue
            message = listing.message(row)
            yield Letter(
                mailbox=owner.address,
                server=server_of(owner),
                user=owner.username,
                folder=listing.folder,
                uidvalidity=listing.uidvalidity,
                uid=uid,
                size=message.size or 0,
                received=message.date,
            )


def _carrying(session: "MailSession", listing: "Listing", uids: Sequence[int]) -> set[int]:
    """Which messages carry something, or may: one whose structure cannot be understood is looked at."""
    found = {uid: detail for uid in uids if (detail := listing.details.get(uid))}
    missing = [uid for uid in uids if uid not in found]
    if missing:
        found |= dict(session.details(listing.folder, missing))
    return {uid for uid, detail in found.items() if detail.attachments or not detail.readable}


def letters_in(contents: Contents, clock: Clock) -> Iterator[Letter]:
    """The messages of an archive."""
    dates = DateReader(clock)
    for records in contents.folders.values():
        for record in records:
            received = UNKNOWN_DATE
            with suppress(ValueError):
                received = dates.seconds(record.internaldate.encode("latin-1", "replace"))
            yield Letter(
                mailbox=record.account,
                server=record.server,
                user=record.user,
                folder=record.folder,
                uidvalidity=record.uidvalidity,
                uid=record.uid,
                size=record.size,
                received=moment(received),
            )


def _place(record: Record) -> tuple[str, str, str, int, int]:
    return (record.server, record.user, record.folder, record.uidvalidity, record.uid)
