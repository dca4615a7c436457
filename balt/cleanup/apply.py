"""Applying a plan: journal, check, act, verify, batch by batch; nothing outside the plan is touched.

Only UID commands name messages, and only ``UID EXPUNGE`` removes them (RFC 4315 section 2.1): a plain EXPUNGE
or a CLOSE would also take what another client has marked.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from balt.cleanup.account import account_of, finish, quota_of, whole_of
from balt.cleanup.deeds import Phase
from balt.cleanup.detach.act import Detaching
from balt.cleanup.failed_since import FailuresSince
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.past import past_of
from balt.cleanup.plan import Act, CleanupPlan, Guard, PlannedMessage
from balt.cleanup.plan_file import save_plan
from balt.cleanup.ports import Advance, Cancelled, Keeper, OnAdvance, PlanningSession, Session, server_of
from balt.cleanup.result import ApplyResult, SkipReason
from balt.cleanup.run import ARCHIVE, COPY, EXPUNGE, MARK, MOVE, Run, answer_of
from balt.cleanup.settle import settle_open
from balt.cleanup.twins import with_their_twin
from balt.cleanup.uids import BATCH, batches, batches_of_octets
from balt.errors import (
    BaltError,
    CancelledError,
    ConnectionFailedError,
    RefusedError,
    StoppedError,
)
from balt.i18n import _
from balt.mail.model import Flag, Identity, Quota
from balt.mailboxes.integration import ReceiptBook

MAX_CUTS = 3
"""Cuts of the line that one batch survives before the act stops."""
BATCH_OCTETS = 32 * 1024 * 1024
"""Octets archived before what they were is removed, about: the shorter, the less changes meanwhile."""


def apply_plan(
    plan: CleanupPlan,
    session: PlanningSession,
    journal: Journal,
    on_progress: OnAdvance | None = None,
    cancelled: Cancelled | None = None,
    *,
    keeper: Keeper | None = None,
    receipts: ReceiptBook | None = None,
    batch_size: int = BATCH,
) -> ApplyResult:
    """Do what the plan says, ``batch_size`` messages at a time, and return the true account of it.

    ``keeper`` is the open archive of a plan that has one: a message is removed only after it says that it is
    verified there. ``receipts`` are those known of this mailbox: they are brought up to date, and what failed
    since the plan was made stays. Applied again after an interruption, the same plan goes on where it was.

    Raises a BaltError only while nothing has been touched: StoppedError for a plan of another mailbox, a
    receipt that cannot be read or a folder made anew, RefusedError for a server that cannot remove exactly
    these messages, MailServerError when it cannot be reached. Once the work has begun, whatever happens is
    told in the result (``stopped``).
    """
    _check_owner(plan, session)
    if not plan.count:
        return ApplyResult()
    if bool(plan.archive) != (keeper is not None):
        raise ValueError("keeper")
    with mailbox_lock(journal.folder, session.account, plan.id):
        with suppress(RefusedError):  # an older act in a folder that cannot be opened stays open
            settle_open(journal, session)
        save_plan(plan, journal.folder)
        failures = FailuresSince(plan, session, receipts or ReceiptBook(), cancelled)
        work = _Work(plan, session, journal, keeper, on_progress, cancelled, batch_size, failures)
        return work.through()


def _check_owner(plan: CleanupPlan, session: Session) -> None:
    owner = session.account
    if (plan.server, plan.user, plan.address) != (server_of(owner), owner.username, owner.address):
        raise StoppedError(
            _("ce plan a été fait pour une autre BAL, un autre serveur ou un autre utilisateur."),
            advice=_("Rien n'a été fait. Refaites le plan pour cette BAL."),
            mailbox=owner.address,
        )
    if owner.read_only and plan.act is not Act.KEEP:
        raise StoppedError(
            _("cette BAL est en lecture seule dans la configuration de balt."),
            advice=_("Rien n'a été fait."),
            mailbox=owner.address,
        )


class _Work:
    """The folders of a plan, one after the other; what stops one stops those after it."""

    def __init__(
        self,
        plan: CleanupPlan,
        session: Session,
        journal: Journal,
        keeper: Keeper | None,
        on_progress: OnAdvance | None,
        cancelled: Cancelled | None,
        batch_size: int,
        failures: FailuresSince,
    ) -> None:
        self._session = session
        self._keeper = keeper
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._batch_size = batch_size
        self._failures = failures
        self._messages = self._octets = 0
        self._plan = plan
        self._detaching: Detaching | None = None
        past = past_of(journal, plan)
        self._runs = [Run(plan, part, session, journal, past) for part in plan.parts if part.messages]

    def through(self) -> ApplyResult:
        """All of it; raises only while nothing was touched."""
        accounts: list[ApplyResult] = []
        for run in self._runs:
            try:
                before = _begin(run, self._failures)
            except BaltError as error:
                if not accounts:
                    raise
                accounts.append(account_of(run, stopped=error))
                break
            stopped = self._part(run)
            accounts.append(finish(run, before, stopped))
            if accounts[-1].stopped:
                break
        begun = len(accounts)
        return whole_of(accounts, unbegun=sum(len(run.part.messages) for run in self._runs[begun:]))

    def _part(self, run: Run) -> BaltError | None:
        """Every batch in turn; what stopped it, or None."""
        try:
            if run.plan.act is Act.DETACH and self._keeper:
                self._detaching = Detaching(run, self._keeper, lambda some: _fit(run, some), _remove)
            for batch in self._batches(run):
                if self._wants_to_stop():
                    advice = _("Le reste n'a pas été touché.")
                    return CancelledError(_("Arrêté à votre demande."), advice=advice)
                self._batch(run, batch)
                if self._on_progress:
                    self._on_progress(self._advance(run, batch))
        except BaltError as error:
            return error
        return None

    def _batches(self, run: Run) -> Iterator[list[PlannedMessage]]:
        if not self._keeper:
            return batches(run.part.messages, self._batch_size)
        return batches_of_octets(run.part.messages, self._batch_size, BATCH_OCTETS)

    def _wants_to_stop(self) -> bool:
        return self._cancelled is not None and self._cancelled()

    def _advance(self, run: Run, batch: Sequence[PlannedMessage]) -> Advance:
        dealt = [message for message in batch if not run.is_open(message)]
        self._messages += len(dealt)
        self._octets += sum(message.size for message in dealt)
        return Advance(self._messages, self._plan.count, self._octets, self._plan.size)

    def _batch(self, run: Run, batch: Sequence[PlannedMessage]) -> None:
        """One batch; after a cut, what is left of it is looked at again and never repeated blindly. When the
        user wants to stop, nothing more is begun after a cut.
        """
        cuts = 0
        while True:
            try:
                if cuts:
                    run.resume()
                self._once(run, [message for message in batch if run.is_open(message)])
                return
            except ConnectionFailedError:
                cuts += 1
                if cuts > MAX_CUTS or self._wants_to_stop():
                    raise

    def _once(self, run: Run, messages: Sequence[PlannedMessage]) -> None:
        if self._detaching:
            self._lighten(run, self._detaching, messages)
            return
        fit, found = self._safe(run, with_their_twin(run, messages))
        if not fit:
            return
        if run.plan.act is Act.KEEP:
            run.done.update((message.uid, message) for message in fit)
        elif run.plan.act.removes:
            _remove(run, fit, found)
        elif "MOVE" in run.session.capabilities:
            _move(run, fit)
        else:
            _copy(run, fit)

    def _lighten(self, run: Run, detaching: Detaching, messages: Sequence[PlannedMessage]) -> None:
        detaching.begin()
        fit, _found = self._safe(run, [message for message in messages if run.is_open(message)])
        detaching.clear_away([message for message in messages if message.uid in run.skipped])
        if fit:
            detaching.lighten(fit)

    def _safe(
        self, run: Run, messages: Sequence[PlannedMessage]
    ) -> tuple[list[PlannedMessage], Mapping[int, Identity]]:
        """Those that may be dealt with: as planned, and archived where the plan says so."""
        fit, found = _fit(run, messages)
        if fit and self._keeper:
            self._archive(run, self._keeper, fit, found)
            # Reading took its time: whoever flagged a message meanwhile wants it kept.
            fit, found = _fit(run, [message for message in fit if message.uid in run.archived])
        return fit, found

    def _archive(
        self,
        run: Run,
        keeper: Keeper,
        messages: Sequence[PlannedMessage],
        found: Mapping[int, Identity],
    ) -> None:
        """Only what the archive vouches for goes on."""
        kept = keeper.keep(self._session, run.part, messages, found, self._cancelled)
        safe = [message for message in messages if message.uid in kept]
        run.archived.update((message.uid, message) for message in safe)
        run.kept.update(kept)
        run.note(Phase.STEP, safe, request=ARCHIVE, answer="OK")
        run.skip((message.uid for message in messages if message.uid not in kept), SkipReason.UNARCHIVED)


def _begin(run: Run, failures: FailuresSince) -> Quota | None:
    """Write that the part begins, and open its folders; when that fails nothing of it was touched, and the
    journal says so.
    """
    run.note(Phase.BEFORE, run.part.messages, reason=run.plan.reason)
    try:
        run.session.ensure_open()
        before = quota_of(run.session)
        run.prepare()
        run.failed = failures.among(run.part)
        run.enter()
    except BaltError as error:
        run.note(Phase.AFTER, (), answer=answer_of(error), figures={"remaining": len(run.part.messages)})
        raise
    return before


def _fit(run: Run, messages: Sequence[PlannedMessage]) -> tuple[list[PlannedMessage], Mapping[int, Identity]]:
    """Those that are still what the plan says, and what the server says of them now."""
    if not messages:
        return [], {}
    found = run.session.identities([message.uid for message in messages])
    fit: list[PlannedMessage] = []
    gone: list[PlannedMessage] = []
    for message in messages:
        reason = _objection(message, found.get(message.uid), run.plan.act)
        if reason is SkipReason.GONE:
            gone.append(message)
        elif reason or message.uid in run.failed:
            run.skip([message.uid], reason or SkipReason.FAILED)
        else:
            fit.append(message)
    run.missing(gone)
    run.unmark(run.skipped)
    return fit, found


def _objection(message: PlannedMessage, found: Identity | None, act: Act) -> SkipReason | None:
    """Why a planned message must be left alone now, or None. Archiving alone takes nothing away: no guard
    stands against it.
    """
    if found is None:
        return SkipReason.GONE
    if not message.is_same(found):
        return SkipReason.CHANGED
    raised = frozenset[Guard]() if act is Act.KEEP else message.new_guards(found.flags)
    if Guard.FLAGGED in raised:
        return SkipReason.FLAGGED
    if Guard.UNREAD in raised:
        return SkipReason.UNREAD
    return SkipReason.UNMARKED if raised else None


def _move(run: Run, messages: Sequence[PlannedMessage]) -> None:
    """UID MOVE (RFC 6851), believed only for messages that have left, and that are known to have arrived."""
    uids = [message.uid for message in messages]
    run.asked.update((message.uid, message) for message in messages)
    try:
        copies = run.ask(MOVE, messages, lambda: run.session.move(uids, run.plan.target))
    except RefusedError as refused:
        run.reconcile(messages)
        raise _explained(refused, run.plan) from refused
    run.moved(copies, uids)
    run.skip(run.reconcile(messages), SkipReason.LEFT)


def _copy(run: Run, messages: Sequence[PlannedMessage]) -> None:
    """Where the server has no MOVE: copy, find every copy whole in the trash, and only then remove."""
    run.recall(messages)
    todo = [message for message in messages if message.uid not in run.verified]
    if todo:
        uids = [message.uid for message in todo]
        run.remember_copy(todo)
        try:
            copies = run.ask(COPY, todo, lambda: run.session.copy(uids, run.plan.target))
        except RefusedError as refused:
            raise _explained(refused, run.plan) from refused
        run.verify_copies(todo, copies)
    run.skip((message.uid for message in todo if message.uid not in run.verified), SkipReason.UNVERIFIED)
    # Copying took its time: whoever flagged a message meanwhile wants it kept.
    safe, found = _fit(run, [message for message in messages if message.uid in run.verified])
    if safe:
        _remove(run, safe, found)


def _remove(run: Run, messages: Sequence[PlannedMessage], found: Mapping[int, Identity]) -> None:
    """Mark and expunge exactly these messages; a mark that outlives the request is taken back."""
    uids = [message.uid for message in messages]
    fresh = [message for message in messages if Flag.DELETED not in found[message.uid].flags]
    if fresh:
        run.marks.update(message.uid for message in fresh)
        run.ask(MARK, fresh, lambda: run.session.mark_deleted([message.uid for message in fresh]))
    run.asked.update((message.uid, message) for message in messages)
    run.ask(EXPUNGE, messages, lambda: run.session.expunge(uids))
    left = run.reconcile(messages)
    run.unmark(left)
    run.skip(left, SkipReason.LEFT)


def _explained(refused: RefusedError, plan: CleanupPlan) -> RefusedError:
    """A refusal of the move, with what can be done instead."""
    if refused.code != "OVERQUOTA" or plan.act is not Act.TRASH:
        return refused
    return RefusedError(
        _("la BAL est pleine : le serveur refuse de mettre ces messages à la corbeille."),
        code=refused.code,
        advice=_(
            "Rien n'est perdu : ils sont restés à leur place. Videz la corbeille, puis recommencez ; ou "
            "archivez ces messages et supprimez-les sans passer par elle (--then delete --archive DOSSIER)."
        ),
        mailbox=plan.address,
    )
