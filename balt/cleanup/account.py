"""The true account of an act: what is settled when it ends, what the journal and the user are told."""

from collections.abc import Sequence

from balt.cleanup.deeds import Phase
from balt.cleanup.plan import Act
from balt.cleanup.ports import Session
from balt.cleanup.result import ApplyResult, SkipReason, skipped_in
from balt.cleanup.run import Run, answer_of
from balt.errors import BaltError, LoginError, MailServerError, StoppedError
from balt.mail.model import Quota


def finish(run: Run, before: Quota | None, stopped: BaltError | None) -> ApplyResult:
    """Settle what is still open, close the journal's account of a part, and return it."""
    known = _close(run, stopped)
    after = quota_of(run.session) if known else None
    result = account_of(run, before, after, stopped)
    figures = {f"skipped_{reason}": count for reason, count in result.skipped_by_reason.items()}
    figures |= {name: getattr(result, name) for name in _COUNTS}
    figures["remaining"] = result.remaining
    for name, quota in (("quota_before", before), ("quota_after", after)):
        if quota:
            figures |= {name: quota.used, f"{name}_limit": quota.limit}
    try:
        run.note(
            Phase.AFTER if known else Phase.INTERRUPTED,
            run.taken,
            answer=answer_of(stopped) if stopped else "OK",
            figures={name: value for name, value in figures.items() if value},
        )
    except BaltError as error:
        return account_of(run, before, after, stopped or error)
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


def account_of(
    run: Run, before: Quota | None = None, after: Quota | None = None, stopped: BaltError | None = None
) -> ApplyResult:
    """What became of the messages of one part."""
    act, count = run.plan.act, len(run.done)
    size = sum(message.size for message in run.done.values())
    return ApplyResult(
        archived=len(run.archived),
        archived_size=sum(message.size for message in run.archived.values()),
        kept=count if act is Act.KEEP else 0,
        earlier=len(run.earlier),
        moved=count if act.moves else 0,
        moved_size=size if act.moves else 0,
        deleted=count if act.removes else 0,
        detached=count if act is Act.DETACH else 0,
        freed=size if act.removes else sum(run.freed.get(uid, 0) for uid in run.done),
        skipped=skipped_in(run.part.folder, run.skipped),
        quota_before=before,
        quota_after=after,
        remaining=sum(1 for message in run.part.messages if run.is_open(message)),
        stopped=stopped,
    )


def whole_of(accounts: Sequence[ApplyResult], unbegun: int) -> ApplyResult:
    """The account of several parts; ``unbegun`` messages are in parts that were not begun."""
    if not accounts:
        return ApplyResult(remaining=unbegun)
    return ApplyResult(
        **{name: sum(getattr(each, name) for each in accounts) for name in _COUNTS},
        skipped=tuple(skipped for each in accounts for skipped in each.skipped),
        quota_before=accounts[0].quota_before,
        quota_after=next((each.quota_after for each in reversed(accounts) if each.quota_after), None),
        remaining=unbegun + sum(each.remaining for each in accounts),
        stopped=accounts[-1].stopped,
    )


_COUNTS = (
    *("archived", "archived_size", "kept", "earlier", "moved", "moved_size"),
    *("deleted", "detached", "freed"),
)


def quota_of(session: Session) -> Quota | None:
    """The quota, where the server tells it; never a reason to stop."""
    try:
        return session.quota()
    except MailServerError:
        return None
