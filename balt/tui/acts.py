"""What is done to the mail of a BAL, in its thread: plans made and carried out, what a crash left settled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

from textual.message import Message

from balt.clock import Clock
from balt.errors import BaltError, CancelledError, MailServerError, RefusedError
from balt.i18n import _
from balt.tui import events
from balt.tui.urgency import SOON, URGENT

_LOOK_SECONDS = 0.2

if TYPE_CHECKING:
    from balt.cleanup.freeing import Wish
    from balt.cleanup.journal import Journal
    from balt.cleanup.plan import CleanupPlan
    from balt.cleanup.ports import Advance
    from balt.cleanup.prepare import Choice, Terms
    from balt.cleanup.undo import Undoing
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


class Pause:
    """Lets a thread wait between two batches until the user wants to go on."""

    def __init__(self) -> None:
        self._may_go = Event()
        self._may_go.set()

    def begin(self) -> None:
        """Whoever asks from now on waits."""
        self._may_go.clear()

    def end(self) -> None:
        """Go on."""
        self._may_go.set()

    def wait_while_paused(self, cancelled: Cancelled) -> None:
        """Return at once, or when the pause ends or all is cancelled."""
        while not self._may_go.wait(_LOOK_SECONDS) and not cancelled():
            pass


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
        self._pause = Pause()

    @cached_property
    def journal(self) -> Journal:
        """The journal of every act."""
        return self._open_journal()

    def draft(self, request: CleanupRequest) -> None:
        """Make the plan of a request, from what the server says now; nothing is touched."""

        def progress(done: int, total: int) -> None:
            self._post(events.DraftProgress(request, done, total))

        def job(session: MailSession, cancelled: Cancelled) -> events.PlanDrafted:
            from balt.cleanup.keeping import warnings_of
            from balt.cleanup.plan import Act
            from balt.cleanup.prepare import Choice, Terms, make_plan, plan_empty_trash
            from balt.cleanup.twins import with_twins

            if request.act is Act.UNDO:
                return _undoing(session, self.journal, request, self._clock, progress, cancelled)
            terms = Terms(
                include=request.include,
                reason=request.reason,
                archive=request.archive,
                receipts=self._receipts(request.address),
                on_progress=progress,
                cancelled=cancelled,
            )
            if request.wish is not None:
                return _room(session, request, request.wish, self._clock, terms)
            if request.whole:
                return _rest(session, request, self._clock, terms)
            if request.is_whole_trash:
                plan = plan_empty_trash(session, request.folders, self._clock, terms)
            else:
                choices = [Choice(listing, uids) for listing, uids in request.choices]
                if request.act is Act.DETACH:
                    return _lighter(session, request, choices, self._clock, terms)
                plan = make_plan(session, choices, request.act, request.folders, self._clock, terms)
            if request.duplicates:
                plan = with_twins(plan, request.duplicates)
            return events.PlanDrafted(request, plan, warnings=warnings_of(plan))

        def failed(error: BaltError) -> None:
            self._post(events.PlanFailed(request.address, error, request=request))

        self._draft = self._submit(request.address, job, self._post, failed, URGENT, "draft")

    def cancel_draft(self) -> None:
        """The plan that is being made is no longer wanted."""
        if self._draft is not None:
            self._draft.cancel()

    def apply(self, plan: CleanupPlan, undoing: Undoing | None = None) -> None:
        """Carry out a confirmed plan, or what ``undoing`` says, of which it is the whole."""

        def progress(advance: Advance) -> None:
            self._post(events.PlanProgress(plan.id, advance))

        def job(session: MailSession, cancelled: Cancelled) -> events.PlanApplied:
            from balt.cleanup.apply import apply_plan
            from balt.cleanup.keeping import keeper_of
            from balt.cleanup.undo_archive import take_back

            def wants_to_stop() -> bool:
                self._pause.wait_while_paused(cancelled)
                return cancelled()

            if undoing is not None:
                result = take_back(undoing, session, self.journal, self._clock, progress, wants_to_stop)
                return events.PlanApplied(plan, result)
            with keeper_of(plan, session.account, self._clock) as keeper:
                result = apply_plan(
                    plan,
                    session,
                    self.journal,
                    progress,
                    wants_to_stop,
                    keeper=keeper,
                    receipts=self._receipts(plan.address),
                )
            return events.PlanApplied(plan, result)

        def failed(error: BaltError) -> None:
            self._post(events.PlanFailed(plan.address, error, plan_id=plan.id))

        self._pause.end()
        self._act = self._submit(plan.address, job, self._post, failed, URGENT, "act")

    def pause_act(self, *, paused: bool) -> None:
        """Have the act that is going on wait after its batch, or go on."""
        if paused:
            self._pause.begin()
        else:
            self._pause.end()

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


def _undoing(
    session: MailSession,
    journal: Journal,
    request: CleanupRequest,
    clock: Clock,
    progress: Callable[[int, int], None],
    cancelled: Cancelled,
) -> events.PlanDrafted:
    """What takes back the act that is asked for."""
    from balt.cleanup.undo_archive import plan_taking_back
    from balt.cleanup.undoable import act_to_undo

    act = act_to_undo(journal, session.account, request.undoes)
    undoing = plan_taking_back(session, journal, act, clock, progress, cancelled)
    return events.PlanDrafted(request, undoing.whole, undoing=undoing)


def _lighter(
    session: MailSession, request: CleanupRequest, choices: list[Choice], clock: Clock, terms: Terms
) -> events.PlanDrafted:
    """The plan that takes attachments out, and why others stay."""
    from balt.cleanup.detach.planning import plan_detach
    from balt.cleanup.keeping import warnings_of

    found = plan_detach(session, choices, request.larger, request.folders, clock, terms, request.also)
    return events.PlanDrafted(request, found.plan, left=found.left, warnings=warnings_of(found.plan))


def _rest(session: MailSession, request: CleanupRequest, clock: Clock, terms: Terms) -> events.PlanDrafted:
    """The plan about each message of a BAL, as its server has them now, that is not whole in its archive."""
    from balt.cleanup.archive.check import held_whole
    from balt.cleanup.archive.record import source_of
    from balt.cleanup.keeping import warnings_of
    from balt.cleanup.prepare import Choice, make_plan
    from balt.mailboxes.listings import listings_of

    held = held_whole(Path(request.archive), clock, partial(_read_again, terms))
    choices, there = list[Choice](), 0
    for _folder, listing in listings_of(session, session.account, None):
        source = partial(source_of, session.account, listing.folder, listing.uidvalidity)
        uids = [uid for uid in listing.uids if source(uid) not in held]
        there += len(listing.uids) - len(uids)
        if uids:
            choices.append(Choice(listing, uids))
    plan = make_plan(session, choices, request.act, request.folders, clock, terms)
    return events.PlanDrafted(request, plan, warnings=warnings_of(plan), held=there)


def _read_again(terms: Terms, done: int, total: int) -> None:
    """So many files of an archive were read again, on the way to a plan that nobody may want any more."""
    if terms.cancelled is not None and terms.cancelled():
        raise CancelledError(_("Le plan n'a pas été fait."), advice=_("Rien n'a été touché."))
    if terms.on_progress is not None and (done % 50 == 0 or done == total):
        terms.on_progress(done, total)


def _room(
    session: MailSession, request: CleanupRequest, wish: Wish, clock: Clock, terms: Terms
) -> events.PlanDrafted:
    """The plan that makes the room wished for, and what is missing to it."""
    from balt.cleanup.freeing import make_room
    from balt.cleanup.keeping import warnings_of
    from balt.mailboxes.listings import listings_of

    places = list(listings_of(session, session.account, None))
    room = make_room(session, places, wish, session.quota(), request.act, clock, terms)
    return events.PlanDrafted(request, room.plan, room=room, warnings=warnings_of(room.plan))
