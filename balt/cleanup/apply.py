"""Applying a plan: journal, check, act, verify, batch by batch; nothing outside the plan is touched.

Only UID commands name messages, and only ``UID EXPUNGE`` removes them (RFC 4315 section 2.1): a plain EXPUNGE
or a CLOSE would also take what another client has marked.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import Act, CleanupPlan, Guard, PlannedMessage
from balt.cleanup.plan_file import save_plan
from balt.cleanup.ports import Cancelled, Progress, Session, server_of
from balt.cleanup.result import ApplyResult, SkipReason, skipped_in
from balt.cleanup.run import COPY, EXPUNGE, MARK, MOVE, Run, answer_of
from balt.cleanup.settle import settle_open
from balt.cleanup.uids import BATCH, batches
from balt.errors import (
    BaltError,
    CancelledError,
    ConnectionFailedError,
    LoginError,
    MailServerError,
    RefusedError,
    StoppedError,
)
from balt.i18n import _
from balt.mail.model import Flag, Identity, Quota

MAX_CUTS = 3
"""Cuts of the line that one batch survives before the act stops."""


def apply_plan(
    plan: CleanupPlan,
    session: Session,
    journal: Journal,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    *,
    batch_size: int = BATCH,
) -> ApplyResult:
    """Do what the plan says, ``batch_size`` messages at a time, and return the true account of it.

    Raises a BaltError only while nothing has been touched: StoppedError for a plan of another mailbox or a
    folder made anew, RefusedError for a server that cannot remove exactly these messages, MailServerError
    when it cannot be reached. Once the work has begun, whatever happens is told in the result (``stopped``).
    """
    _check_owner(plan, session)
    if not plan.count:
        return ApplyResult()
    with mailbox_lock(journal.folder, session.account):
        with suppress(RefusedError):  # an older act in a folder that cannot be opened stays open
            settle_open(journal, session)
        save_plan(plan, journal.folder)
        run = Run(plan, session, journal)
        run.note(Phase.BEFORE, plan.messages, reason=plan.reason)
        before = _begin(run)
        stopped = _work(run, batches(plan.messages, batch_size), on_progress, cancelled)
        return _finish(run, before, stopped)


def _check_owner(plan: CleanupPlan, session: Session) -> None:
    owner = session.account
    if (plan.server, plan.user, plan.address) != (server_of(owner), owner.username, owner.address):
        raise StoppedError(
            _("ce plan a été fait pour une autre BAL, un autre serveur ou un autre utilisateur."),
            advice=_("Rien n'a été fait. Refaites le plan pour cette BAL."),
            mailbox=owner.address,
        )
    if owner.read_only:
        raise StoppedError(
            _("cette BAL est en lecture seule dans la configuration de balt."),
            advice=_("Rien n'a été fait."),
            mailbox=owner.address,
        )


def _begin(run: Run) -> Quota | None:
    """Open the folders; when that fails nothing was touched, and the journal says so."""
    try:
        run.session.ensure_open()
        before = _quota(run.session)
        run.open()
    except BaltError as error:
        run.note(Phase.AFTER, (), answer=answer_of(error), figures={"remaining": run.plan.count})
        raise
    return before


def _work(
    run: Run,
    work: Iterable[Sequence[PlannedMessage]],
    on_progress: Progress | None,
    cancelled: Cancelled | None,
) -> BaltError | None:
    """Every batch in turn; what stopped the act, or None."""
    try:
        for batch in work:
            if cancelled and cancelled():
                return CancelledError(_("Arrêté à votre demande."), advice=_("Le reste n'a pas été touché."))
            _batch(run, batch, cancelled)
            if on_progress:
                on_progress(len(run.done) + len(run.skipped), run.plan.count)
    except BaltError as error:
        return error
    return None


def _batch(run: Run, batch: Sequence[PlannedMessage], cancelled: Cancelled | None) -> None:
    """One batch; after a cut, what is left of it is looked at again and never repeated blindly. When the user
    wants to stop, nothing more is begun after a cut.
    """
    cuts = 0
    while True:
        try:
            if cuts:
                run.resume()
            _once(run, [message for message in batch if run.is_open(message)])
            return
        except ConnectionFailedError:
            cuts += 1
            if cuts > MAX_CUTS or (cancelled and cancelled()):
                raise


def _once(run: Run, messages: Sequence[PlannedMessage]) -> None:
    if not messages:
        return
    found = run.session.identities([message.uid for message in messages])
    fit: list[PlannedMessage] = []
    for message in messages:
        if reason := _objection(message, found.get(message.uid)):
            run.skip([message.uid], reason)
        else:
            fit.append(message)
    run.unmark(run.skipped)
    if not fit:
        return
    if run.plan.act is Act.EMPTY_TRASH:
        _remove(run, fit, found)
    elif "MOVE" in run.session.capabilities:
        _move(run, fit)
    else:
        _copy(run, fit, found)


def _objection(message: PlannedMessage, found: Identity | None) -> SkipReason | None:
    """Why a planned message must be left alone now, or None."""
    if found is None:
        return SkipReason.GONE
    if not message.is_same(found):
        return SkipReason.CHANGED
    raised = message.new_guards(found.flags)
    if Guard.FLAGGED in raised:
        return SkipReason.FLAGGED
    return SkipReason.UNREAD if raised else None


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


def _copy(run: Run, messages: Sequence[PlannedMessage], found: Mapping[int, Identity]) -> None:
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
    if safe := [message for message in messages if message.uid in run.verified]:
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
    if refused.code != "OVERQUOTA":
        return refused
    return RefusedError(
        _("la BAL est pleine : le serveur refuse de mettre ces messages à la corbeille."),
        code=refused.code,
        advice=_(
            "Rien n'est perdu : ils sont restés à leur place. Videz d'abord la corbeille, puis recommencez ; "
            "si elle est déjà vide, demandez à votre opérateur d'augmenter l'espace."
        ),
        mailbox=plan.address,
    )


def _finish(run: Run, before: Quota | None, stopped: BaltError | None) -> ApplyResult:
    """Settle what is still open, close the journal's account, and return it."""
    known = _close(run, stopped)
    after = _quota(run.session) if known else None
    result = _account(run, before, after, stopped)
    figures = {f"skipped_{reason}": count for reason, count in result.skipped_by_reason.items()}
    figures |= {"moved": result.moved, "deleted": result.deleted, "freed": result.freed}
    figures["remaining"] = result.remaining
    for name, quota in (("quota_before", before), ("quota_after", after)):
        if quota:
            figures |= {name: quota.used, f"{name}_limit": quota.limit}
    try:
        run.note(
            Phase.AFTER if known else Phase.INTERRUPTED,
            list(run.done.values()),
            answer=answer_of(stopped) if stopped else "OK",
            figures={name: value for name, value in figures.items() if value},
        )
    except BaltError as error:
        return _account(run, before, after, stopped or error)
    return result


def _close(run: Run, stopped: BaltError | None) -> bool:
    """Learn what became of what was asked, take back marks; whether all is known now.

    When the server cannot be asked any more, the act stays open in the journal until the next start. After a
    refused login it is not asked again: a second failure could lock the account.
    """
    known = True
    if stopped and (run.asked or run.marks):
        try:
            _catch_up(run, stopped)
        except BaltError:
            known = run.recreated
    run.skip(run.asked, SkipReason.UNKNOWN)
    return known


def _catch_up(run: Run, stopped: BaltError) -> None:
    if isinstance(stopped, LoginError):
        raise stopped
    if not run.recreated:
        try:
            run.resume()
        except StoppedError:
            if not run.recreated:
                raise
    if run.recreated:
        run.abandon()
    else:
        run.unmark(run.marks)


def _account(run: Run, before: Quota | None, after: Quota | None, stopped: BaltError | None) -> ApplyResult:
    size = sum(message.size for message in run.done.values())
    trash = run.plan.act is Act.TRASH
    return ApplyResult(
        moved=len(run.done) if trash else 0,
        moved_size=size if trash else 0,
        deleted=0 if trash else len(run.done),
        freed=0 if trash else size,
        skipped=skipped_in(run.plan.folder, run.skipped),
        quota_before=before,
        quota_after=after,
        remaining=sum(1 for message in run.plan.messages if run.is_open(message)),
        stopped=stopped,
    )


def _quota(session: Session) -> Quota | None:
    """The quota, where the server tells it; never a reason to stop."""
    try:
        return session.quota()
    except MailServerError:
        return None
