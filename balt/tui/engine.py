"""The link between the screens and the workers: each BAL has one thread, which owns its one connection.

Nothing here waits: a request goes to the thread of its BAL, and the answer comes back as a message. The
rooms that touch a server are imported inside the jobs, after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from balt.clock import Clock
from balt.config import Account, Config
from balt.errors import BaltError, CancelledError, MailServerError, RefusedError
from balt.secrets import SecretSource
from balt.tui import events

if TYPE_CHECKING:
    from balt.cleanup.journal import Journal
    from balt.cleanup.plan import CleanupPlan
    from balt.mail.model import MessageDetail
    from balt.mail.sessions import MailSession
    from balt.mailboxes.worker import Cancelled, MailboxWorker, Ticket
    from balt.tui.requests import CleanupRequest

T = TypeVar("T")

URGENT, SOON, LATER, IDLE = 0, 1, 5, 9


class Engine:
    """Starts the workers, hands them their jobs, and posts what they answer."""

    def __init__(
        self,
        config: Config,
        secrets: SecretSource,
        clock: Clock,
        state_dir: Path,
        post: Callable[[Message], object],
    ) -> None:
        self.config = config
        self._state_dir = state_dir
        self._clock = clock
        self._secrets = secrets
        self._post = post
        self._workers: dict[str, MailboxWorker] = {}
        self._act: Ticket | None = None
        self._draft: Ticket | None = None
        self._figures: set[str] = set()

    @cached_property
    def journal(self) -> Journal:
        """The journal of every act."""
        from balt.cleanup.journal import Journal

        return Journal(self._state_dir / "journal.jsonl", self._clock, self.config.person.name)

    @property
    def accounts(self) -> list[Account]:
        """The BAL that can be read, over IMAP or from files."""
        return [account for account in self.config.accounts if account.access != "none"]

    @property
    def idle(self) -> bool:
        """Whether no job waits or runs."""
        return all(worker.idle for worker in self._workers.values())

    def start(self) -> None:
        """Begin to read every BAL that is not read yet."""
        from balt.mailboxes.worker import MailboxWorker

        for account in self.accounts:
            if account.address in self._workers:
                continue
            worker = MailboxWorker(account, self._secrets, self._clock)
            self._workers[account.address] = worker
            worker.start()
            if account.access == "imap":
                self._settle(account.address)
            self.refresh(account.address)

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
        """Read the folders and take the figures of a BAL."""

        def folders(session: MailSession, _cancelled: Cancelled) -> events.FoldersRead:
            return events.FoldersRead(address, session.folders(), session.quota())

        self._submit(address, folders, self._post, self._problem, SOON, "folders")
        self._take_figures(address)

    def _take_figures(self, address: str) -> None:
        account = self.config.account(address)

        def figures(session: MailSession, cancelled: Cancelled) -> events.StatusTaken:
            from balt.mailboxes.activity import take_status

            status = take_status(session, account, self.config.thresholds, self._clock, cancelled)
            self._figures.discard(address)
            return events.StatusTaken(status)

        self._figures.add(address)
        self._submit(address, figures, self._post, partial(self._no_figures, account), LATER, "figures")

    def _make_way(self, address: str) -> None:
        """What the user asks for does not wait for figures: they are given up, and taken again behind it."""
        if address in self._figures:
            self._take_figures(address)

    def open_folder(self, address: str, folder: str) -> None:
        """Read sizes and dates of a whole folder."""

        def progress(done: int, total: int) -> None:
            self._post(events.Progress(address, folder, done, total))

        def job(session: MailSession, cancelled: Cancelled) -> events.ListingRead:
            return events.ListingRead(address, session.scan(folder, progress, cancelled))

        def failed(error: BaltError) -> None:
            self._post(events.ListingFailed(address, folder, error))

        self._submit(address, job, self._post, failed, URGENT, "open")
        self._make_way(address)

    def read_details(
        self, address: str, folder: str, uidvalidity: int, uids: Sequence[int], *, background: bool
    ) -> None:
        """Read senders, subjects and parts of some messages."""

        def job(session: MailSession, cancelled: Cancelled) -> dict[int, MessageDetail]:
            return dict(session.details(folder, uids, cancelled))

        def done(found: dict[int, MessageDetail]) -> None:
            self._post(events.DetailsRead(address, folder, uidvalidity, found, background=background))

        def failed(error: BaltError) -> None:
            self._post(events.ListingFailed(address, folder, error))

        key, priority = ("rest", IDLE) if background else ("visible", URGENT)
        self._submit(address, job, done, failed, priority, key)

    def read_message(self, address: str, folder: str, uid: int) -> None:
        """Read one message, without marking it as read; refused to a discreet access."""
        if self.config.account(address).discreet:
            return

        def job(session: MailSession, _cancelled: Cancelled) -> events.PreviewRead:
            return events.PreviewRead(address, folder, uid, session.preview(folder, uid))

        self._submit(address, job, self._post, self._problem, URGENT, "preview")

    def draft(self, request: CleanupRequest) -> None:
        """Make the plan of a request, from what the server says now; nothing is touched."""

        def job(session: MailSession, cancelled: Cancelled) -> events.PlanDrafted:
            from balt.cleanup.prepare import plan_empty_trash, plan_trash

            if request.listing is None:
                plan = plan_empty_trash(
                    session,
                    request.folders,
                    self._clock,
                    include=request.include,
                    reason=request.reason,
                    cancelled=cancelled,
                )
            else:
                plan = plan_trash(
                    session,
                    request.listing,
                    request.uids,
                    request.folders,
                    self._clock,
                    include=request.include,
                    reason=request.reason,
                    cancelled=cancelled,
                )
            return events.PlanDrafted(request, plan)

        def failed(error: BaltError) -> None:
            self._post(events.PlanFailed(request.address, error, request=request))

        self._draft = self._submit(request.address, job, self._post, failed, URGENT, "draft")
        self._make_way(request.address)

    def cancel_draft(self) -> None:
        """The plan that is being made is no longer wanted."""
        if self._draft is not None:
            self._draft.cancel()

    def apply(self, plan: CleanupPlan) -> None:
        """Carry out a confirmed plan."""

        def progress(done: int, total: int) -> None:
            self._post(events.PlanProgress(plan.id, done, total))

        def job(session: MailSession, cancelled: Cancelled) -> events.PlanApplied:
            from balt.cleanup.apply import apply_plan

            return events.PlanApplied(plan, apply_plan(plan, session, self.journal, progress, cancelled))

        def failed(error: BaltError) -> None:
            self._post(events.PlanFailed(plan.address, error, plan_id=plan.id))

        self._act = self._submit(plan.address, job, self._post, failed, URGENT, "act")
        self._make_way(plan.address)

    def cancel_act(self) -> None:
        """Stop the act that is going on, between two batches."""
        if self._act is not None:
            self._act.cancel()

    def _settle(self, address: str) -> None:
        """Ask the server about acts that a crash left without their end."""

        def job(session: MailSession, _cancelled: Cancelled) -> list[str]:
            from balt.cleanup.settle import settle

            return [settled.sentence for settled in settle(self.journal, session)]

        def done(sentences: list[str]) -> None:
            if sentences:
                self._post(events.ActsSettled(address, sentences))

        def failed(error: BaltError) -> None:
            silent = isinstance(error, MailServerError) and not isinstance(error, RefusedError)
            if not silent:  # an unreachable server is told by the reading of its folders
                self._problem(error)

        self._submit(address, job, done, failed, SOON, "settle")

    def _submit(
        self,
        address: str,
        job: Callable[[MailSession, Cancelled], T],
        on_done: Callable[[T], object],
        on_error: Callable[[BaltError], object],
        priority: int,
        key: str,
    ) -> Ticket:
        worker = self._workers[address]
        return worker.submit(job, on_done, on_error, priority=priority, key=key)

    def _no_figures(self, account: Account, error: BaltError) -> None:
        self._figures.discard(account.address)
        if isinstance(error, CancelledError):
            return
        from balt.mailboxes.activity import unreachable

        self._post(events.StatusTaken(unreachable(account, error, self._clock)))

    def _problem(self, error: BaltError) -> None:
        self._post(events.Problem(error))
