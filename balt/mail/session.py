"""One connection to one BAL, used by one thread.

Reads reconnect by themselves; acts never do, and nothing is ever sent twice to change a mailbox. A line in
doubt (time-out, cut, answer not understood, cancelled half-way) is closed and never used again.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from balt.clock import Clock
from balt.config import Account
from balt.errors import (
    CancelledError,
    ConnectionFailedError,
    LoginError,
    RefusedError,
    StoppedError,
)
from balt.i18n import _
from balt.mail import acts
from balt.mail.arguments import encode_folder, uid_batches
from balt.mail.client_certificate import require_valid_dates
from balt.mail.connect import open_wire
from balt.mail.dates import DateReader
from balt.mail.details import BATCH, UNREADABLE, read_details
from balt.mail.fetch import LISTING_ITEMS, ListingReader
from balt.mail.folders import read_folders
from balt.mail.line import CutError
from balt.mail.listing import Listing
from balt.mail.login import NeverTwice, TokenRefusedError, log_in
from balt.mail.model import Folder, FolderState, Identity, MessageDetail, Preview, Quota
from balt.mail.opening import open_folder
from balt.mail.preview import read_preview
from balt.mail.quota import by_hand, read_quota
from balt.mail.refusals import refusal
from balt.mail.wire import MIB, Limits, Wire
from balt.text import plain

T = TypeVar("T")
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
_ROW_OCTETS = 4096  # more than any row of sizes and dates needs
_MOST_BREAKS = 50  # to single out a message takes about 8; a server that always breaks is given up


@dataclass(frozen=True, slots=True)
class _Selected:
    state: FolderState
    writable: bool


class ImapSession:
    """The mail room's only door: what balt asks of a mail server, it asks here.

    ``password`` is called at each login. Errors: ConnectionFailedError, TlsError, LoginError, RefusedError;
    StoppedError where the folder is no longer the one that was listed; UsageError for text that no command
    may hold. A use from a second thread is a mistake of the program and raises RuntimeError.
    """

    def __init__(self, account: Account, password: Callable[[], str], clock: Clock) -> None:
        self.account = account
        self.capabilities: frozenset[str] = frozenset()
        self._password = password
        self._clock = clock
        self._wire: Wire | None = None
        self._thread: int | None = None
        self._selected: _Selected | None = None
        self._raw_names: dict[str, bytes] = {}
        self._validities: dict[str, int] = {}
        self._login_refused: LoginError | None = None
        self._opening: Wire | None = None
        self._shut = False
        self._breaks = 0

    # The line

    def open(self) -> None:
        """Connect, protect the line, log in, ask what the server can do."""
        self._own()
        self._drop()
        require_valid_dates(self.account, self._clock.now())
        try:
            self._wire = self._logged_in()
            self._check_not_shut()
        except LoginError as error:
            self._login_refused = error
            raise
        except (RefusedError, CutError) as error:  # neither a refused act nor worth one more try
            raise ConnectionFailedError(error.message, advice=error.advice, mailbox=error.mailbox) from None

    def _logged_in(self) -> Wire:
        """A line with a login. A refused token is replaced once, for it may just have expired."""
        secret = NeverTwice(self._password)
        try:
            return self._line_with_login(secret)
        except TokenRefusedError:
            return self._line_with_login(secret)

    def _line_with_login(self, secret: Callable[[], str]) -> Wire:
        self._check_not_shut()
        wire = self._opening = open_wire(self.account)
        try:
            self._check_not_shut()
            log_in(wire, self.account, wire.capabilities(), secret)
            self.capabilities = wire.capabilities()
        except BaseException:
            wire.line.close()
            raise
        finally:
            self._opening = None
        return wire

    def close(self) -> None:
        """Leave; never raises. From another thread it only cuts the line, which ends a wait there."""
        wire, self._wire = self._wire, None
        self._selected = None
        if wire is None:
            return
        if self._thread == threading.get_ident() and wire.line.is_open:
            wire.line.set_timeout(2)
            with contextlib.suppress(ConnectionFailedError):
                wire.line.send(b"Z LOGOUT\r\n")
        wire.line.close()
        self._thread = None

    def shut(self) -> None:
        """Close for good: whatever is under way ends, and nothing connects again. Never raises."""
        self._shut = True  # first: the thread that is connecting looks at it before and after its login
        if (opening := self._opening) is not None:
            opening.line.close()
        self.close()

    def _check_not_shut(self) -> None:
        if self._shut:
            self.close()
            raise ConnectionFailedError(_("balt se ferme."), mailbox=self.account.address)

    def ensure_open(self) -> None:
        """Connect again when the line is gone. A refused password is tried again only by ``open``. Raises
        ConnectionFailedError once the session is shut.
        """
        self._check_not_shut()
        self._own()
        if self._wire is not None and self._wire.line.looks_alive():
            return
        if self._login_refused is not None:
            raise self._login_refused
        self.open()

    def _drop(self) -> None:
        """Forget the line without a word to the server."""
        if self._wire is not None:
            self._wire.line.close()
        self._wire, self._selected = None, None
        self.capabilities = frozenset()
        self._login_refused = None

    def _own(self) -> None:
        here = threading.get_ident()
        if self._thread is None:
            self._thread = here
        if self._thread != here:
            raise RuntimeError("an ImapSession is used by one thread only")

    # Reading: the line is opened again when needed, and what was cut is asked once more

    def folders(self) -> list[Folder]:
        """INBOX first, then folders with a role, then by name; figures where the server gives them."""
        found = self._read(lambda wire: read_folders(wire, self.capabilities))
        self._raw_names = dict(found.raw_names)
        return found.folders

    def quota(self) -> Quota | None:
        """The fullest storage quota; else the one of the configuration, when all folder sizes are known."""
        self.ensure_open()
        if "QUOTA" in self.capabilities:
            with contextlib.suppress(RefusedError):
                if quota := self._read(read_quota):
                    return quota
        return by_hand(self.account.quota, self.folders()) if self.account.quota else None

    def examine(self, folder: str) -> FolderState:
        """Open a folder for looking only (EXAMINE); it becomes the one that is listed and acted upon."""
        raw = self._raw(folder)
        state = self._read(lambda wire: self._open_folder(wire, folder, raw, for_acts=False)).state
        self._validities[folder] = state.uidvalidity
        return state

    def scan(
        self, folder: str, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Listing:
        """UID, flags, reception date and size of every message. Cancelling closes the line."""
        raw = self._raw(folder)
        return self._read(lambda wire: self._scan(wire, folder, raw, on_progress, cancelled))

    def _scan(
        self,
        wire: Wire,
        folder: str,
        raw: bytes,
        on_progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> Listing:
        state = self._open_folder(wire, folder, raw, for_acts=False).state
        self._validities[folder] = state.uidvalidity
        listing = Listing(folder, state.uidvalidity, state.uidnext)

        def on_rows(count: int) -> None:
            if cancelled is not None and cancelled():
                raise CancelledError(_("lecture interrompue."), mailbox=self.account.address)
            if on_progress is not None:
                on_progress(min(count, state.messages), state.messages)

        if state.messages:
            reader = ListingReader(listing, DateReader(self._clock))
            limits = Limits(total=64 * MIB + state.messages * _ROW_OCTETS)
            with wire.command(b"UID FETCH", b"1:*", LISTING_ITEMS, limits=limits) as answer:
                reader.read(answer, on_rows)
            if reader.nameless or len(listing) < state.messages:
                reader.add_unknown(acts.search(wire, b"ALL"))
        listing.uidnext = listing.uidnext or (listing.uids[-1] + 1 if listing.uids else 1)
        return listing

    def details(
        self, folder: str, uids: Sequence[int], cancelled: Cancelled | None = None
    ) -> Iterator[tuple[int, MessageDetail]]:
        """What the messages are, in the order asked, by batches; each that is still there comes out.

        Between two results the session may be used for something else.
        """
        self._breaks = 0
        for start in range(0, len(uids), BATCH):
            if cancelled is not None and cancelled():
                raise CancelledError(_("lecture interrompue."), mailbox=self.account.address)
            wanted = list(uids[start : start + BATCH])
            found: dict[int, MessageDetail] = {}
            for batch in uid_batches(wanted):
                found |= self._details(folder, batch)
            for uid in dict.fromkeys(wanted):
                if uid in found:
                    yield uid, found[uid]

    def _details(self, folder: str, batch: list[int]) -> dict[int, MessageDetail]:
        """One batch; halved while the server refuses or breaks, down to the one message that it breaks on."""
        self._read(lambda wire: self._enter(wire, folder))  # what fails here is no message's fault
        try:
            found = self._read(lambda wire: self._details_in(wire, folder, batch))
        except (RefusedError, CutError):
            self._breaks += 1
            if self._breaks > _MOST_BREAKS:
                raise
            if len(batch) == 1:
                return {batch[0]: UNREADABLE}
            middle = len(batch) // 2
            return self._details(folder, batch[:middle]) | self._details(folder, batch[middle:])
        if missing := [uid for uid in batch if uid not in found]:
            found |= dict.fromkeys(
                self._read(lambda wire: self._existing_in(wire, folder, missing)), UNREADABLE
            )
        return found

    def _details_in(self, wire: Wire, folder: str, batch: list[int]) -> dict[int, MessageDetail]:
        self._enter(wire, folder)
        return read_details(wire, batch)

    def _existing_in(self, wire: Wire, folder: str, uids: list[int]) -> set[int]:
        self._enter(wire, folder)
        return acts.read_existing(wire, uids)

    def preview(self, folder: str, uid: int) -> Preview:
        """Headers, text and parts of one message, bounded and inert; the message stays unread."""

        def read(wire: Wire) -> Preview:
            self._enter(wire, folder)
            return read_preview(wire, uid)

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
        raw = self._raw(folder)
        selected = self._read(lambda wire: self._open_folder(wire, folder, raw, for_acts=True))
        if not selected.writable:
            self._selected = None
            raise refusal("READ-ONLY", mailbox=self.account.address)
        if not selected.state.uidvalidity:
            raise self._stopped(_("ce serveur ne sait pas désigner durablement les messages (UIDVALIDITY)."))
        self._validities[folder] = selected.state.uidvalidity
        return selected.state

    def identities(self, uids: Iterable[int]) -> dict[int, Identity]:
        """What each message of the open folder is now; absent = gone; size -1 = cannot be read."""
        return acts.read_identities(self._line_at_hand(), uids)

    def existing(self, uids: Iterable[int]) -> set[int]:
        """Which of the UIDs the open folder still has."""
        return acts.read_existing(self._line_at_hand(), uids)

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

    def expunge(self, uids: Iterable[int]) -> None:
        """Remove for good the marked messages among ``uids``, and no other."""
        acts.expunge(self._line_for_acts(), uids, self.capabilities)

    # Inside

    def _read(self, work: Callable[[Wire], T]) -> T:
        self.ensure_open()
        wire = self._line_at_hand(any_folder=True)
        try:
            return work(wire)
        except CutError:
            if self._wire is not wire:  # close() was called meanwhile: that was meant
                raise
            self.ensure_open()
            return work(self._line_at_hand(any_folder=True))

    def _line_at_hand(self, any_folder: bool = False) -> Wire:
        self._own()
        if self._wire is None or not (any_folder or self._selected):
            raise self._stopped(_("aucun dossier n'est ouvert sur le serveur."))
        return self._wire

    def _line_for_acts(self) -> Wire:
        wire = self._line_at_hand()
        if self._selected is None or not self._selected.writable:
            raise self._stopped(_("le dossier n'est pas ouvert pour être modifié."))
        return wire

    def _open_folder(self, wire: Wire, folder: str, raw: bytes, for_acts: bool) -> _Selected:
        self._selected = None
        opened = open_folder(wire, folder, raw, for_acts)
        self._selected = _Selected(opened.state, opened.writable)
        return self._selected

    def _enter(self, wire: Wire, folder: str) -> None:
        """Be in ``folder``, and be sure that it is still the one whose UIDs are known."""
        if self._selected is None or self._selected.state.name != folder:
            self._open_folder(wire, folder, self._raw(folder), for_acts=False)
        validity = self._selected.state.uidvalidity if self._selected else 0
        if self._validities.setdefault(folder, validity) != validity:
            raise self._stopped(
                _("le dossier « %(folder)s » a été recréé sur le serveur.") % {"folder": plain(folder, 100)}
            )

    def _raw(self, folder: str) -> bytes:
        encoded = encode_folder(folder)
        return self._raw_names.get(folder, encoded)

    def _stopped(self, message: str) -> StoppedError:
        return StoppedError(
            message,
            advice=_("Rien n'a été touché. Relisez le dossier puis recommencez."),
            mailbox=self.account.address,
        )
