"""Reading a BAL on a server: its folders, their listings, what messages are. Nothing here changes anything.

What was listed once is only refreshed (``refreshing``), and remembered from one day to the next by the index.
"""

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from balt.clock import Clock
from balt.config import Account
from balt.errors import CancelledError, ConnectionFailedError, RefusedError, StoppedError
from balt.i18n import _
from balt.mail import acts
from balt.mail.arguments import encode_folder, uid_batches
from balt.mail.connection import Connection
from balt.mail.detail_store import DetailStore
from balt.mail.details import BATCH, UNREADABLE, detail_in, read_frames_of
from balt.mail.first_rows import read_first_rows
from balt.mail.folders import read_folders
from balt.mail.line import CutError
from balt.mail.listing import Listing, SortKey
from balt.mail.model import Attachment, Folder, FolderState, MessageDetail, Preview, Quota
from balt.mail.opening import Since, open_folder
from balt.mail.preview import read_preview
from balt.mail.quota import by_hand, read_quota
from balt.mail.refreshing import Changes, refreshed
from balt.mail.scanning import FolderScan
from balt.mail.wire import Wire
from balt.text import plain

if TYPE_CHECKING:
    from balt.mail.index import MailIndex

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
_MOST_BREAKS = 50  # to single out a message takes about 8; a server that always breaks is given up
_FRAMES = 5_000  # messages in one command where nothing is read of them yet


@dataclass(frozen=True, slots=True)
class Selected:
    """The folder that is open, and on which line: another line has none."""

    wire: Wire
    state: FolderState
    writable: bool


class Reading(Connection):
    """The reading half of an ``ImapSession``. ``index`` remembers listings; without it each day begins anew.

    Errors: those of ``Connection``; RefusedError; StoppedError where the folder is no longer the one that was
    listed; UsageError for text that no command may hold.
    """

    def __init__(
        self,
        account: Account,
        password: Callable[[], str],
        clock: Clock,
        index: "MailIndex | None" = None,
    ) -> None:
        super().__init__(account, password, clock)
        self._index = index
        self._selected: Selected | None = None
        self._raw_names: dict[str, bytes] = {}
        self._validities: dict[str, int] = {}
        self._known: dict[str, Listing] = {}
        self._unsaved: set[str] = set()
        self._breaks = 0
        self._tells_first = True

    def close(self) -> None:
        """Leave; never raises."""
        if self._is_mine():
            self._save()
        super().close()

    # Folders

    def folders(self) -> list[Folder]:
        """INBOX first, then folders with a role, then by name; figures where the server gives them, else
        sizes of what is listed already.
        """
        found = self._read(lambda wire: read_folders(wire, self.capabilities))
        self._raw_names = dict(found.raw_names)
        if self._index is not None:
            self._index.keep_only([folder.name for folder in found.folders])
        return [self._with_size(folder) for folder in found.folders]

    def _with_size(self, folder: Folder) -> Folder:
        known = self._known.get(folder.name)
        if folder.size is not None or known is None or folder.messages != len(known):
            return folder
        return replace(folder, size=known.total_size())

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
        state = self._read(lambda wire: self._open(wire, folder, for_acts=False)).state
        self._validities[folder] = state.uidvalidity
        return state

    # Listings

    def known(self, folder: str) -> Listing | None:
        """The last listing of a folder, from this session or from the index; nothing is asked of the
        server.
        """
        if folder not in self._known and self._index is not None and (stored := self._index.load(folder)):
            self._known[folder] = stored.listing
        return self._known.get(folder)

    def validity(self, folder: str) -> int:
        """The UIDVALIDITY that a folder was found to have in this session; 0 before it was looked at."""
        return self._validities.get(folder, 0)

    def scan(
        self, folder: str, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Listing:
        """UID, flags, reception date and size of every message. ``cancelled`` is asked between two pieces."""
        steps = self.scan_steps(folder)
        while True:
            if cancelled is not None and cancelled():
                raise CancelledError(_("lecture interrompue."), mailbox=self.account.address)
            try:
                done, total = next(steps)
            except StopIteration as end:
                listing: Listing = end.value
                return listing
            if on_progress is not None:
                on_progress(min(done, total), total)

    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]:
        """The same, piece by piece: messages read and in all at each pause, when the session may be used for
        something else. The same listing comes again while nothing has changed.
        """
        known = self.known(folder)
        state, listing = self._read(lambda wire: self._refreshed(wire, folder, known))
        if listing is None:
            scan = FolderScan(state, self._clock)
            yield 0, state.messages
            for piece in scan.pieces():
                self._read(partial(self._scan_piece, folder=folder, scan=scan, piece=piece))
                yield len(scan.listing), state.messages
            listing = self._read(lambda wire: self._finished(wire, folder, scan))
            if known is not None and _continues(listing, known):
                listing.inherit(known)
        if listing is not known:
            self._known[folder] = listing
            self._unsaved.add(folder)
        return listing

    def first_rows(self, folder: str, key: SortKey, reverse: bool, count: int) -> Listing | None:
        """At least the first ``count`` rows of a folder in an order, as the server tells them while its whole
        list is yet to be read; None where that would be no quicker, or the list is known.
        """
        if self.known(folder) is not None:
            return None
        self.ensure_open()
        if not self._tells_first:
            return None
        return self._read(lambda wire: self._first_rows(wire, folder, (key, reverse), count))

    def _first_rows(self, wire: Wire, folder: str, order: tuple[SortKey, bool], count: int) -> Listing | None:
        state = self._open(wire, folder, for_acts=False).state
        try:
            found = read_first_rows(wire, state, folder, order, count, self.capabilities, self._clock)
        except ConnectionFailedError:
            if self.wire is not wire:  # close() was called meanwhile: that was meant
                raise
            self._tells_first = False  # it reads every message first, and is silent for longer than we wait
            return None
        if found is not None:
            self._validities[folder] = state.uidvalidity
        return found

    def _refreshed(
        self, wire: Wire, folder: str, known: Listing | None
    ) -> tuple[FolderState, Listing | None]:
        """Open the folder; what is known of it brought up to date, None where it has to be listed."""
        state, changes = self._opened(wire, folder, known)
        self._validities[folder] = state.uidvalidity
        if known is None or not known.uidvalidity or known.uidvalidity != state.uidvalidity:
            return state, None
        told = changes if state.modseq else None
        return state, refreshed(wire, known, state, told, self.capabilities, self._clock)

    def _opened(self, wire: Wire, folder: str, known: Listing | None) -> tuple[FolderState, Changes | None]:
        """Open the folder; what is told then (QRESYNC) of the changes since ``known``."""
        if known is None or not known.uidvalidity or not known.modseq or not self.resyncs:
            return self._open(wire, folder, for_acts=False).state, None
        changes, since = Changes(known), Since(known.uidvalidity, known.modseq)
        try:
            return self._open(
                wire, folder, for_acts=False, since=since, on_change=changes.take
            ).state, changes
        except RefusedError:
            state = self._open(wire, folder, for_acts=False).state
            self.resyncs = False  # the folder can be opened: it is the question that is refused
            return state, None

    def _scan_piece(self, wire: Wire, folder: str, scan: FolderScan, piece: tuple[int, int]) -> None:
        self._enter_listed(wire, folder, scan.listing)
        scan.read(wire, piece)

    def _finished(self, wire: Wire, folder: str, scan: FolderScan) -> Listing:
        self._enter_listed(wire, folder, scan.listing)
        return scan.finish(wire)

    def _save(self) -> None:
        """Let the index keep what it does not hold yet, and close its file; never raises."""
        if self._index is not None:
            for folder in self._unsaved & self._known.keys():
                self._index.save(self._known[folder])
            self._index.close()
        self._unsaved.clear()

    # What messages are

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
            wanted = list(dict.fromkeys(uids[start : start + BATCH]))
            found = self._remembered(folder, wanted)
            for batch in uid_batches(uid for uid in wanted if uid not in found):
                found |= self._details(folder, batch)
            self._learn(folder, found)
            for uid in wanted:
                if uid in found:
                    yield uid, found[uid]

    def structures(self, folder: str, uids: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
        """The attachments, without their names, of those messages whose structure the index knows."""
        known = self._known.get(folder)
        if self._index is None or known is None or known.uidvalidity != self._validities.get(folder):
            return {}
        return self._index.attachments(folder, known.uidvalidity, uids)

    def read_ahead(self, folder: str, uids: Sequence[int], into: DetailStore) -> None:
        """Have what tells the details of these messages at hand, as octets that are read when they are
        looked at. What the server passes over is not there.
        """
        for batch in uid_batches(uids, most=_FRAMES):
            into.add_frames(self._read(partial(self._frames_in, folder=folder, batch=batch)))

    def _details(self, folder: str, batch: list[int]) -> dict[int, MessageDetail]:
        """One batch; halved while the server refuses or breaks, down to the one message that it breaks on."""
        self._read(lambda wire: self._enter(wire, folder))  # what fails here is no message's fault
        try:
            frames = self._read(lambda wire: self._frames_in(wire, folder, batch))
        except (RefusedError, CutError):
            self._breaks += 1
            if self._breaks > _MOST_BREAKS:
                raise
            if len(batch) == 1:
                return {batch[0]: UNREADABLE}
            middle = len(batch) // 2
            return self._details(folder, batch[:middle]) | self._details(folder, batch[middle:])
        found = {uid: detail_in(frame, uid) for uid, frame in frames.items()}
        if self._index is not None:
            self._index.save_texts(folder, self._validities[folder], frames)
        if missing := [uid for uid in batch if uid not in found]:
            found |= dict.fromkeys(
                self._read(lambda wire: self._existing_in(wire, folder, missing)), UNREADABLE
            )
        return found

    def _remembered(self, folder: str, uids: Sequence[int]) -> dict[int, MessageDetail]:
        """The details that the index was allowed to keep, of the folder as it is known to be now."""
        known = self._known.get(folder)
        if self._index is None or known is None or known.uidvalidity != self._validities.get(folder):
            return {}
        texts = self._index.texts(folder, known.uidvalidity, uids)
        return {uid: detail_in(frame, uid) for uid, frame in texts.items()}

    def _learn(self, folder: str, found: dict[int, MessageDetail]) -> None:
        """Keep the facts in the listing and, without any name, in the index."""
        known = self._known.get(folder)
        if known is not None and known.uidvalidity == self._validities.get(folder):
            known.learn(found)
            self._unsaved.add(folder)
            if self._index is not None:
                structures = {uid: each.attachments for uid, each in found.items() if each.readable}
                self._index.save_attachments(folder, known.uidvalidity, structures)

    def _frames_in(self, wire: Wire, folder: str, batch: list[int]) -> dict[int, bytes]:
        self._enter(wire, folder)
        return read_frames_of(wire, batch)

    def _existing_in(self, wire: Wire, folder: str, uids: list[int]) -> set[int]:
        self._enter(wire, folder)
        return acts.read_existing(wire, uids)

    def preview(self, folder: str, uid: int) -> Preview:
        """Headers, text and parts of one message, bounded and inert; the message stays unread."""

        def read(wire: Wire) -> Preview:
            self._enter(wire, folder)
            return read_preview(wire, uid)

        return self._read(read)

    # Inside

    def _open(
        self,
        wire: Wire,
        folder: str,
        *,
        for_acts: bool,
        since: Since | None = None,
        on_change: Callable[..., object] | None = None,
    ) -> Selected:
        self._selected = None
        opened = open_folder(wire, folder, self._raw(folder), for_acts, since, on_change)
        self._selected = Selected(wire, opened.state, opened.writable)
        return self._selected

    @property
    def selected(self) -> Selected | None:
        """The folder that is open on the line that is there."""
        selected = self._selected
        return selected if selected is not None and selected.wire is self.wire else None

    def _enter(self, wire: Wire, folder: str) -> None:
        """Be in ``folder``, and be sure that it is still the one whose UIDs are known."""
        selected = self.selected
        if selected is None or selected.state.name != folder:
            selected = self._open(wire, folder, for_acts=False)
        validity = selected.state.uidvalidity
        if self._validities.setdefault(folder, validity) != validity:
            raise self._recreated(folder)

    def _enter_listed(self, wire: Wire, folder: str, listing: Listing) -> None:
        """Be in ``folder``, and be sure that it is the one that ``listing`` began with: at a pause somebody
        else may have found another one there, and taken it for good.
        """
        self._enter(wire, folder)
        if self._validities[folder] != listing.uidvalidity:
            raise self._recreated(folder)

    def _recreated(self, folder: str) -> StoppedError:
        return self._stopped(
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


def _continues(listing: Listing, known: Listing) -> bool:
    """Whether UIDs mean in ``listing`` what they meant in ``known``: without UIDVALIDITY nobody knows, and
    where UIDNEXT or HIGHESTMODSEQ went back (a server restored from an older copy) they were given again.
    """
    went_back = listing.uidnext < known.uidnext or 0 < listing.modseq < known.modseq
    return 0 != known.uidvalidity == listing.uidvalidity and not went_back
