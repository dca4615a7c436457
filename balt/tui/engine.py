"""The link between the screens and the workers: each BAL has one thread, which owns its one connection.

Nothing here waits: a request goes to the thread of its BAL, and the answer comes back as a message. The
rooms that touch a server are imported inside the jobs, after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from textual.message import Message

from balt.clock import Clock
from balt.config import Account, Config
from balt.errors import BaltError, CancelledError, LoginError
from balt.secrets import SecretSource
from balt.tui import events
from balt.tui.acts import Acts
from balt.tui.documents import Documents
from balt.tui.duplicate_jobs import DuplicateJobs
from balt.tui.export_jobs import ExportJobs
from balt.tui.mark_jobs import MarkJobs
from balt.tui.receipts import Receipts
from balt.tui.urgency import IDLE, LATER, OPEN, SOON, URGENT

if TYPE_CHECKING:
    from balt.cleanup.journal import Journal
    from balt.mail.listing import Listing, SortKey
    from balt.mail.model import MessageDetail
    from balt.mail.sessions import MailSession
    from balt.mailboxes.head_start import HeadStart
    from balt.mailboxes.marks import LocalMarks
    from balt.mailboxes.worker import Cancelled, MailboxWorker, Ticket

T = TypeVar("T")
OrderOf: TypeAlias = "tuple[SortKey, bool]"
"""A sort key, and whether it is reversed."""


class Engine:
    """Starts the workers, hands them their jobs, and posts what they answer."""

    def __init__(
        self,
        config: Config,
        secrets: SecretSource,
        clock: Clock,
        state_dir: Path,
        post: Callable[[Message], object],
        data_dir: Path | None = None,
        head_start: HeadStart | None = None,
    ) -> None:
        self.config = config
        self._state_dir = state_dir
        self._data_dir = data_dir or state_dir
        self._clock = clock
        self._secrets = secrets
        self._post = post
        self._workers: dict[str, MailboxWorker] = {}
        self._begun: set[str] = set()
        self._heads = {head_start.account.address: head_start} if head_start is not None else {}
        self.receipts = Receipts(self._submit_steps, post)
        self.acts = Acts(self.submit, post, clock, self._journal, self.receipts.book)
        self.marking = MarkJobs(self.submit, clock, lambda: self.acts.journal, self._marks)
        self.duplicates = DuplicateJobs(self.submit)
        self.exporting = ExportJobs(
            self.submit,
            clock,
            lambda: self.acts.journal,
            state_dir,
            (self._data_dir / "documents").absolute(),
        )
        self.documents = Documents(self.submit, lambda address: self.config.account(address).discreet)
        self._numbers: dict[str, dict[str, int]] = {}
        self.recalling = False
        self.at_rest: frozenset[str] = frozenset()

    @property
    def accounts(self) -> list[Account]:
        """The BAL that can be read, over IMAP or from files."""
        return [account for account in self.config.accounts if account.access != "none"]

    @property
    def idle(self) -> bool:
        """Whether no job waits or runs."""
        return all(worker.idle for worker in self._workers.values())

    def prepare(self) -> None:
        """Make what takes jobs for every BAL that has none yet; nothing connects before ``start``, but for
        the BAL that has a head start.
        """
        from balt.mailboxes.head_start import remembering
        from balt.mailboxes.worker import MailboxWorker

        make_session = remembering(self._data_dir, self.config.index.keep)
        for account in self.accounts:
            address = account.address
            if address in self._workers:
                continue
            if (head := self._heads.get(address)) is not None:
                self._workers[address], self._numbers[address] = head.worker, head.numbers
            else:
                self._workers[address] = MailboxWorker(
                    account, self._secrets, self._clock, make_session=make_session
                )

    def start(self) -> None:
        """Begin to read every BAL that is not read yet. What was asked for since ``prepare`` goes first."""
        self.prepare()
        for account in self.accounts:
            if account.address in self._begun:
                continue
            self._begun.add(account.address)
            worker = self._workers[account.address]
            if self.rests(account.address):
                self._no_figures(account)
            else:
                if account.access == "imap":
                    self.acts.settle(account.address)
                self.refresh(account.address)
            worker.all_asked()
            worker.begin()

    def adopt(self, config: Config) -> None:
        """Go on with a configuration that has further BAL, and read them."""
        self.config = config
        self.start()

    def stop(self) -> None:
        """Close every line, all at once: never waits much longer than half a second."""
        ends = [Thread(target=worker.stop, args=(0.5,), daemon=True) for worker in self._workers.values()]
        for end in ends:
            end.start()
        for end in ends:
            end.join(1.0)

    def refresh(self, address: str) -> None:
        """Read the folders and take the figures of a BAL; the figures alone, unasked, of one at rest."""
        if self.rests(address):
            if self.config.account(address).opens_unasked:
                self._take_figures(address)
            return
        self.read_folders(address)
        self._take_figures(address)
        self.receipts.forget(address)

    def rests(self, address: str) -> bool:
        """Whether a BAL was noted as deleted (``at_rest``, in lower case): it is read only where one asks."""
        return address.lower() in self.at_rest

    def read_folders(self, address: str) -> None:
        """Read the folders and the quota of a BAL."""

        def folders(session: MailSession, _cancelled: Cancelled) -> events.FoldersRead:
            return events.FoldersRead(address, session.folders(), session.quota())

        self.submit(address, folders, self._post, self._problem, SOON, "folders")

    def _take_figures(self, address: str) -> None:
        account = self.config.account(address)

        def figures(session: MailSession) -> Generator[None, None, events.StatusTaken]:
            from balt.mailboxes.activity import status_steps

            status = yield from status_steps(session, account, self.config.thresholds, self._clock)
            if "STATUS=SIZE" not in session.capabilities:  # now that all is listed, the sizes are known
                self._post(events.FoldersRead(address, session.folders(), status.quota))
            return events.StatusTaken(status)

        failed = partial(self._no_figures, account)
        self._workers[address].submit_steps(figures, self._post, failed, priority=LATER, key="figures")

    # A folder

    def open_folder(self, address: str, folder: str, order: OrderOf = ("size", False)) -> None:
        """Read sizes and dates of a whole folder, or of all (``EVERYWHERE``); its first rows first, where
        the server can tell them.
        """

        def progress(done: int, total: int) -> None:
            self._post(events.Progress(address, folder, done, total))

        def first(listing: Listing) -> None:
            self._post(events.ListingRead(address, listing))

        def job(session: MailSession) -> Generator[None, None, events.ListingRead]:
            from balt.mailboxes.opening import open_steps

            numbers = self._numbers.setdefault(address, {})
            head = self._heads.get(address)
            rows = head.take_first(folder, order) if head is not None else None
            listing = yield from open_steps(session, folder, order, numbers, first, progress, rows)
            return events.ListingRead(address, listing)

        def failed(error: BaltError) -> None:
            self._post(events.ListingFailed(address, folder, error))

        self._workers[address].submit_steps(job, self._post, failed, priority=OPEN, key="open")

    def recall_folder(self, address: str, folder: str) -> None:
        """Tell what the index knows of a folder; ``recalling`` is true while it may know something."""
        account = self.config.account(address)
        self.recalling = account.access == "imap"
        if self.recalling:
            work = partial(self._recall, account, folder)
            Thread(target=work, name="balt index", daemon=True).start()

    def _recall(self, account: Account, folder: str) -> None:
        from balt.mailboxes.head_start import FOLDER
        from balt.mailboxes.opening import known_to_index

        head = self._heads.get(account.address) if account.address not in self._begun else None
        if head is not None and folder == FOLDER:
            found = head.recalled()
        else:
            numbers = self._numbers.setdefault(account.address, {})
            found = known_to_index(
                self._data_dir, account, self._clock, self.config.index.keep, folder, numbers
            )
        if found is not None:
            self._post(events.ListingRead(account.address, *found))
        else:
            self.recalling = False

    def watch(self, address: str, folder: str) -> None:
        """From now on hear what happens in this folder, and in no other."""
        from balt.mail.whole import EVERYWHERE

        for other, worker in self._workers.items():
            if other != address:
                worker.watch(None)
        self.receipts.read(address)
        heard = "INBOX" if folder == EVERYWHERE else folder
        if self.config.account(address).access == "imap":
            self._workers[address].watch(
                heard, lambda _heard: self._post(events.FolderChanged(address, folder))
            )

    def read_details(self, address: str, listing: Listing, keys: Sequence[int], *, background: bool) -> None:
        """Read senders, subjects and parts of some messages of a listing."""

        def job(session: MailSession, cancelled: Cancelled) -> dict[int, MessageDetail]:
            found: dict[int, MessageDetail] = {}
            for folder, uids in listing.split(keys).items():
                read = dict(session.details(folder, uids, cancelled))
                # under another UIDVALIDITY they are other messages
                if session.validity(folder) == listing.part_of(folder).uidvalidity:
                    found |= {listing.key_of(folder, uid): detail for uid, detail in read.items()}
            return found

        def done(found: dict[int, MessageDetail]) -> None:
            self._post(events.DetailsRead(address, listing, keys, found, background=background))

        self._details(address, listing, job, done, background=background)

    def read_senders(self, address: str, listing: Listing, keys: Sequence[int]) -> None:
        """Read who wrote some messages of a listing, and nothing else; the listing then knows."""

        def job(session: MailSession, _cancelled: Cancelled) -> set[int]:
            told: set[int] = set()
            for folder, uids in listing.split(keys).items():
                senders, part = session.senders(folder, uids), listing.part_of(folder)
                if session.validity(folder) == part.uidvalidity:
                    part.learn_senders(senders)
                    known = {listing.key_of(folder, uid): sender for uid, sender in senders.items()}
                    listing.learn_senders(known)
                    told |= known.keys()
            return told

        def done(told: set[int]) -> None:
            self._post(events.DetailsRead(address, listing, keys, {}, background=True, senders=told))

        self._details(address, listing, job, done, background=True)

    def read_ahead(self, address: str, listing: Listing, keys: Sequence[int]) -> None:
        """Have what tells the details of these messages of one folder at hand, unread as yet."""

        def job(session: MailSession, _cancelled: Cancelled) -> None:
            if session.validity(listing.folder) == listing.uidvalidity:
                session.read_ahead(listing.folder, keys, listing.details)

        def done(_nothing: None) -> None:
            self._post(events.DetailsRead(address, listing, keys, {}, background=True))

        self._details(address, listing, job, done, background=True)

    def _details(
        self,
        address: str,
        listing: Listing,
        job: Callable[[MailSession, Cancelled], T],
        done: Callable[[T], object],
        *,
        background: bool,
    ) -> None:
        def failed(error: BaltError) -> None:
            self._post(events.ListingFailed(address, listing.folder, error))

        key, priority = ("rest", IDLE) if background else ("visible", URGENT)
        self.submit(address, job, done, failed, priority, key)

    def read_attachments(self, address: str, listing: Listing, limit: int) -> None:
        """Find the largest attachments of a listing."""

        def job(session: MailSession) -> Generator[None, None, events.AttachmentsRead]:
            from balt.mailboxes.largest import largest_attachments

            folders = list(listing.folders)
            parts = [listing.part_of(each) for each in folders]

            def is_same(folder: str) -> bool:
                return session.validity(folder) == listing.part_of(folder).uidvalidity

            steps = largest_attachments(session, parts, limit, session.structures)
            while True:
                try:
                    progress = next(steps)
                except StopIteration as end:
                    found = end.value if all(map(is_same, folders)) else None  # else it is listed anew
                    return events.AttachmentsRead(address, listing, found, end.value.structures_read)
                self._post(events.AttachmentsRead(address, listing, None, progress.looked_at))
                yield

        def failed(error: BaltError) -> None:
            self._post(events.ListingFailed(address, listing.folder, error))

        self._workers[address].submit_steps(job, self._post, failed, priority=SOON, key="attachments")

    def read_message(self, address: str, folder: str, uidvalidity: int, uid: int) -> None:
        """Read one message, without marking it as read; refused to a discreet access."""
        if self.config.account(address).discreet:
            return

        def job(session: MailSession, _cancelled: Cancelled) -> events.PreviewRead | None:
            preview = session.preview(folder, uid)
            same = session.validity(folder) == uidvalidity
            return events.PreviewRead(address, folder, uidvalidity, uid, preview) if same else None

        def done(read: events.PreviewRead | None) -> None:
            if read is not None:
                self._post(read)

        self.submit(address, job, done, self._problem, URGENT, "preview")

    def submit(
        self,
        address: str,
        job: Callable[[MailSession, Cancelled], T],
        on_done: Callable[[T], object],
        on_error: Callable[[BaltError], object],
        priority: int,
        key: str,
    ) -> Ticket:
        """Hand a job to the thread of a BAL, from which the answer comes."""
        worker = self._workers[address]
        return worker.submit(job, on_done, on_error, priority=priority, key=key)

    def _submit_steps(
        self,
        address: str,
        job: Callable[[MailSession], Generator[None, None, T]],
        on_done: Callable[[T], object],
        on_error: Callable[[BaltError], object],
        priority: int,
        key: str,
    ) -> Ticket:
        return self._workers[address].submit_steps(job, on_done, on_error, priority=priority, key=key)

    @property
    def archives(self) -> str:
        """Where messages are archived from the app: the configured folder, else one of balt's own."""
        return str(self.config.archive.folder or (self._data_dir / "archives").absolute())

    def _journal(self) -> Journal:
        from balt.cleanup.journal import Journal

        return Journal(self._state_dir / "journal.jsonl", self._clock, self.config.person.name)

    def _marks(self, address: str) -> LocalMarks:
        from balt.mailboxes.marks import LocalMarks

        return LocalMarks(self._data_dir, self.config.account(address))

    def _no_figures(self, account: Account, error: BaltError | None = None) -> None:
        if isinstance(error, CancelledError):
            return
        from balt.mailboxes.activity import unreachable
        from balt.mailboxes.wording import rest_words

        if error is None or self.rests(account.address):
            error = BaltError(rest_words())
        refused = isinstance(error, LoginError)
        self._post(events.StatusTaken(unreachable(account, error, self._clock), refused=refused))

    def _problem(self, error: BaltError) -> None:
        self._post(events.Problem(error))
