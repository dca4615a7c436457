"""What balt asks of one BAL on a server. The reading half is ``reading``; here is what changes something.

Acts never open the line again, and nothing is ever sent twice to change a mailbox.
"""

import contextlib
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from balt.errors import RefusedError
from balt.i18n import _
from balt.mail import acts, idle, raw_fetch, receipt_fetch
from balt.mail.append import append
from balt.mail.arguments import uid_batches
from balt.mail.documents.part import PartContent
from balt.mail.finding import FoundRows, find_uids
from balt.mail.line import CutError
from balt.mail.listing import Listing
from balt.mail.model import INTEGRATED_KEYWORD, FolderState, Identity
from balt.mail.part_fetch import read_part
from balt.mail.reading import Reading
from balt.mail.receipts import MessageName, Receipt
from balt.mail.refusals import refusal
from balt.mail.sender_fetch import read_senders
from balt.mail.wire import Wire

T = TypeVar("T")
_WITHOUT_IDLE = 120.0
"""Seconds between two looks at a folder where the server does not tell by itself."""


class ImapSession(Reading):
    """The mail room's only door: what balt asks of a mail server, it asks here.

    ``password`` is called at each login. Errors: ConnectionFailedError, TlsError, LoginError, RefusedError;
    StoppedError where the folder is no longer the one that was listed; UsageError for text that no command
    may hold. A use from a second thread is a mistake of the program and raises RuntimeError.
    """

    def wait_for_news(self, folder: str, wake: socket.socket, seconds: float) -> bool:
        """Wait until something has changed in a folder (IDLE, RFC 2177): True; or until ``wake`` can be read
        or ``seconds`` have passed: False. Where the server has no IDLE, a look is worth while after two
        minutes.
        """
        self._save()
        wire = self._at_hand()
        if "IDLE" not in self.capabilities:
            return idle.pause(wake, min(seconds, _WITHOUT_IDLE))
        self._enter(wire, folder)
        try:
            return idle.wait_for_news(wire, wake, seconds)
        except RefusedError:
            return idle.pause(wake, min(seconds, _WITHOUT_IDLE))

    def senders(self, folder: str, uids: Sequence[int]) -> dict[int, str]:
        """Who wrote these messages, with less than ``details``; those of which it tells nothing are read by
        that. What is no longer there is absent.
        """
        found: dict[int, str] = {}
        for batch in uid_batches(uids):
            with contextlib.suppress(RefusedError, CutError):  # then it is found which message is to blame
                found |= self._read(partial(self._senders_in, folder=folder, batch=batch))
        missing = [uid for uid in uids if uid not in found]
        return found | {uid: detail.sender for uid, detail in self.details(folder, missing)}

    def _senders_in(self, wire: Wire, folder: str, batch: list[int]) -> dict[int, str]:
        self._enter(wire, folder)
        return read_senders(wire, batch)

    def found(
        self, folder: str, criteria: bytes, on_progress: Callable[[int, int], None] | None = None
    ) -> Listing | None:
        """The rows that a search finds (``Filter.server_criteria``) in a large folder that nobody listed yet;
        None where its list is known, or as soon read.
        """
        if self.known(folder) is not None:
            return None
        state = self.examine(folder)
        try:
            uids = self._read(partial(self._uids_found, folder=folder, state=state, criteria=criteria))
        except RefusedError:
            return None
        if uids is None:
            return None
        rows, done = FoundRows(state, uids, self._clock), 0
        for batch in rows.batches():
            self._read(partial(self._rows_found, listing=rows.listing, read=partial(rows.read, batch=batch)))
            done += len(batch)
            if on_progress is not None:
                on_progress(done, len(uids))
        return self._read(partial(self._rows_found, listing=rows.listing, read=rows.finish))

    def _uids_found(self, wire: Wire, folder: str, state: FolderState, criteria: bytes) -> set[int] | None:
        self._enter(wire, folder)
        return find_uids(wire, state, criteria, self.capabilities)

    def _rows_found(self, wire: Wire, listing: Listing, read: Callable[[Wire], T]) -> T:
        self._enter_listed(wire, listing.folder, listing)
        return read(wire)

    def part(
        self, folder: str, uid: int, number: str, cancelled: Callable[[], bool] | None = None
    ) -> PartContent:
        """The octets of one part of a message, as far as balt shows such a part; the message stays unread."""

        def read(wire: Wire) -> PartContent:
            self._enter(wire, folder)
            return read_part(wire, uid, number, cancelled)

        return self._read(read)

    # Receipts

    def receipt_uids(self, folder: str, first: int, last: int) -> set[int]:
        """Which messages with UIDs from ``first`` to ``last`` look like receipts, by the server's search."""

        def find(wire: Wire) -> set[int]:
            self._enter(wire, folder)
            return receipt_fetch.find_receipts(wire, first, last, self.capabilities)

        return self._read(find)

    def receipts(self, folder: str, uids: Sequence[int]) -> dict[int, Receipt]:
        """What receipts say, by their small parts alone; each that is still there."""

        def read(wire: Wire) -> dict[int, Receipt]:
            self._enter(wire, folder)
            return receipt_fetch.read_receipts(wire, uids)

        return self._read(read)

    def message_names(self, folder: str, uids: Sequence[int]) -> dict[int, MessageName]:
        """What messages are called, and what they answer or pass on; each that is still there."""

        def read(wire: Wire) -> dict[int, MessageName]:
            self._enter(wire, folder)
            return receipt_fetch.read_names(wire, uids)

        return self._read(read)

    # Acting: in the folder that select() opened, on the line that is there

    def select(self, folder: str) -> FolderState:
        """Open a folder for an act (SELECT). Refused for an account or a folder that is read-only."""
        if self.account.read_only:
            raise RefusedError(
                _("cette BAL est en lecture seule dans la configuration (read_only)."),
                code="READ-ONLY",
                advice=_("Rien n'a été touché."),
                mailbox=self.account.address,
            )
        selected = self._read(lambda wire: self._open(wire, folder, for_acts=True))
        if not selected.writable:
            self._selected = None
            raise refusal("READ-ONLY", mailbox=self.account.address)
        if not selected.state.uidvalidity:
            raise self._stopped(_("ce serveur ne sait pas désigner durablement les messages (UIDVALIDITY)."))
        self._validities[folder] = selected.state.uidvalidity
        return selected.state

    def identities(self, uids: Iterable[int]) -> dict[int, Identity]:
        """What each message of the open folder is now; absent = gone; size -1 = cannot be read."""
        return acts.read_identities(self._line_of_folder(), uids)

    def existing(self, uids: Iterable[int]) -> set[int]:
        """Which of the UIDs the open folder still has."""
        return acts.read_existing(self._line_of_folder(), uids)

    def move(self, uids: Iterable[int], target: str) -> dict[int, int] | None:
        """Move to another folder; the new UIDs where the server told them all, else None."""
        raw = self._raw(target)
        return acts.move(self._line_for_acts(), uids, raw, self.capabilities)

    def copy(self, uids: Iterable[int], target: str) -> dict[int, int] | None:
        """Copy to another folder; the new UIDs where the server told them all, else None."""
        raw = self._raw(target)
        return acts.copy(self._line_for_acts(), uids, raw)

    def mark_deleted(self, uids: Iterable[int]) -> None:
        """Mark for removal."""
        acts.mark_deleted(self._line_for_acts(), uids)

    def unmark_deleted(self, uids: Iterable[int]) -> None:
        """Take the mark for removal away."""
        acts.unmark_deleted(self._line_for_acts(), uids)

    def set_integrated(self, uids: Iterable[int], *, on: bool) -> None:
        """Give messages the keyword ``$Integrated``, or take it away; no other flag is touched."""
        acts.set_keyword(self._line_for_acts(), uids, INTEGRATED_KEYWORD, on=on)

    def expunge(self, uids: Iterable[int]) -> None:
        """Remove for good the marked messages among ``uids``, and no other."""
        acts.expunge(self._line_for_acts(), uids, self.capabilities)

    # Octet for octet: for an archive, and out of it

    def octets(self, uid: int, size: int) -> Iterator[bytes]:
        """The octets of a message of the open folder, in pieces of 1 MiB at most; see ``raw_fetch``."""
        return raw_fetch.read_octets(self._line_of_folder(), uid, size)

    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Several small messages of the open folder, octet for octet, in one answer; see ``raw_fetch``."""
        return raw_fetch.read_whole(self._line_of_folder(), uids)

    def flags_of(self, uids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """The flags and keywords of messages of the open folder, as the server writes them."""
        return raw_fetch.read_flags(self._line_of_folder(), uids)

    def append(
        self, folder: str, octets: Iterable[bytes], size: int, flags: Sequence[str], internaldate: str
    ) -> int | None:
        """Put a message into a folder; its UID where the server told it for the folder that is open."""
        raw = self._raw(folder)
        told = append(self._line_for_acts(), raw, octets, size, flags, internaldate)
        is_open = self.selected is not None and self.selected.state.name == folder
        return told[1] if told and is_open and told[0] == self._validities.get(folder) else None

    # Inside

    def _line_of_folder(self) -> Wire:
        self._own()
        if self.wire is None or self.selected is None:
            raise self._stopped(_("aucun dossier n'est ouvert sur le serveur."))
        return self.wire

    def _line_for_acts(self) -> Wire:
        wire = self._line_of_folder()
        if self.selected is None or not self.selected.writable:
            raise self._stopped(_("le dossier n'est pas ouvert pour être modifié."))
        return wire
