"""What is done to the mail of a BAL, in its thread: plans made and carried out, what a crash left settled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from textual.message import Message

from balt.clock import Clock
from balt.errors import BaltError, MailServerError, RefusedError
from balt.tui import events
from balt.tui.urgency import SOON, URGENT

if TYPE_CHECKING:
    from balt.cleanup.journal import Journal
    from balt.cleanup.plan import CleanupPlan
    from balt.cleanup.ports import Advance
    from balt.mail.sessions import MailSession
    from balt.mailboxes.integration import ReceiptBook
    from balt.mailboxes.worker import Cancelled, Ticket
    from balt.tui.requests import CleanupRequest


class Submit(Protocol):
    """Hands a job to the thread of a BAL, as ``MailboxWorker.submit`` takes it."""

    def __call__(
        self,
        address: str,
        job: Callable[[MailSession, Cancelled], Any],
        on_done: Callable[[Any], object],
        on_error: Callable[[BaltError], object],
        priority: int,
        key: str,
        /,
    ) -> Ticket: ...


class Acts:
    """Every act goes through here as a plan, and into the journal."""

    def __init__(
        self,
        submit: Submit,
        post: Callable[[Message], object],
        clock: Clock,
        open_journal: Callable[[], Journal],
        receipts: Callable[[str], ReceiptBook],
    ) -> None:
        self._submit = submit
        self._post = post
        self._clock = clock
        self._open_journal = open_journal
        self._receipts = receipts
        self._act: Ticket | None = None
        self._draft: Ticket | None = None

    @cached_property
    def journal(self) -> Journal:
        """The journal of every act."""
        return self._open_journal()

    def draft(self, request: CleanupRequest) -> None:
        """Make the plan of a request, from what the server says now; nothing is touched."""

        def job(session: MailSession, cancelled: Cancelled) -> events.PlanDrafted:
            from balt.cleanup.prepare import Terms, plan_empty_trash, plan_trash

            terms = Terms(
                include=request.include,
                reason=request.reason,
                receipts=self._receipts(request.address),
                cancelled=cancelled,
            )
            listing, folders = request.listing, request.folders
            if listing is None:
                plan = plan_empty_trash(session, folders, self._clock, terms)
            else:
                plan = plan_trash(session, listing, request.uids, folders, self._clock, terms)
            return events.PlanDrafted(request, plan)

        def failed(error: BaltError) -> None:
            self._post(events.PlanFailed(request.address, error, request=request))

        self._draft = self._submit(request.address, job, self._post, failed, URGENT, "draft")

    def cancel_draft(self) -> None:
        """The plan that is being made is no longer wanted."""
        if self._draft is not None:
            self._draft.cancel()

    def apply(self, plan: CleanupPlan) -> None:
        """Carry out a confirmed plan."""

        def progress(advance: Advance) -> None:
            self._post(events.PlanProgress(plan.id, advance))

        def job(session: MailSession, cancelled: Cancelled) -> events.PlanApplied:
            from balt.cleanup.apply import apply_plan

            return events.PlanApplied(plan, apply_plan(plan, session, self.journal, progress, cancelled))

        def failed(error: BaltError) -> None:
            self._post(events.PlanFailed(plan.address, error, plan_id=plan.id))

        self._act = self._submit(plan.address, job, self._post, failed, URGENT, "act")

    def cancel_act(self) -> None:
        """Stop the act that is going on, between two batches."""
        if self._act is not None:
            self._act.cancel()

    def settle(self, address: str) -> None:
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
                self._post(events.Problem(error))

        self._submit(address, job, done, failed, SOON, "settle")
