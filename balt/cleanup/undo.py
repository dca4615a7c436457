"""Taking an act back: its messages are looked for in the trash, and those that are surely its own go home.

Which those are is told by the journal (the UIDs that it moved, and from which UID on they arrived) and by the
plan (their identities). Of messages that cannot be told apart, none is moved where the count does not settle
it. The way back is a plan like any other: journaled, verified, and limited to what it names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Protocol

from balt.cleanup.account import whole_of
from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, Guard, PlannedMessage, new_id
from balt.cleanup.plan_file import load_plan, plan_path
from balt.cleanup.ports import Advance, Cancelled, OnAdvance, PlanningSession, Progress, Session
from balt.cleanup.result import ApplyResult
from balt.cleanup.undo_search import (
    Wanted,
    found_in,
    made_anew,
    paired,
    put_back,
    starts_of,
    wanted_of,
    without,
)
from balt.cleanup.undoable import Undoable
from balt.clock import Clock
from balt.errors import BaltError, RefusedError, StoppedError, UsageError
from balt.i18n import _
from balt.mail.model import Folder, FolderState, Identity


class UndoingSession(Session, Protocol):
    """A session that can also tell which folders there are."""

    def folders(self) -> list[Folder]: ...


@dataclass(frozen=True)
class Undoing:
    """What taking an act back would do: a plan for each folder that messages go back to, and ``whole`` for
    showing them as one: its ``target`` is the first of these folders. ``whole`` is never carried out.

    ``missing`` are no longer in the trash, or not in the archive; ``unsure`` cannot be told from others
    there; those of ``homeless`` came from a folder that is no longer there. All of these stay where they are.
    ``labels`` are the folders as they are shown.
    """

    act: Undoable
    plans: tuple[CleanupPlan, ...]
    whole: CleanupPlan
    missing: int = 0
    unsure: int = 0
    homeless: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many messages go back."""
        return self.whole.count

    @property
    def size(self) -> int:
        """Their octets."""
        return self.whole.size

    @property
    def places(self) -> list[tuple[str, int, int]]:
        """The folders that messages go back to, how many go there, and their octets."""
        return [(plan.target, plan.count, plan.size) for plan in self.plans]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the act is left out."""
        return not (self.missing or self.unsure or self.homeless)


def plan_undo(
    session: UndoingSession,
    journal: Journal,
    act: Undoable,
    clock: Clock,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Undoing:
    """What can be put back now; nothing is touched. ``on_progress`` counts UIDs of the trash.

    Raises StoppedError for an act that cannot be undone or is of another mailbox, and where the trash is gone
    or was made anew; CancelledError; MailServerError as the session does.
    """
    plan = plan_of_act(session, journal, act)
    every = [entry.deed for entry in journal.entries()]
    deeds = [deed for deed in every if deed.plan == act.id]
    state = _trash_of(session, plan)
    wanted = [
        each
        for part in plan.parts
        for each in wanted_of(session, deeds, part, state.uidvalidity, act.is_open)
    ]
    if not wanted and made_anew(deeds, state.uidvalidity):
        raise _no_longer_there(plan, _("la corbeille a été recréée sur le serveur depuis cet acte"))
    wanted = without(wanted, put_back(journal, every, act.id))
    folders = session.folders()
    state = _trash_of(session, plan)
    found = found_in(session, wanted, state, on_progress, cancelled)
    pairs, unsure = paired(wanted, found, starts_of(every, plan, state.uidvalidity))
    homes: dict[str, list[PlannedMessage]] = {part.folder: [] for part in plan.parts}
    for each, identity in pairs:
        homes[each.folder].append(_as_found(each, identity))
    there = {folder.name for folder in folders if folder.selectable}
    going = {name: messages for name, messages in homes.items() if messages and name in there}
    created = clock.now()
    return Undoing(
        act=act,
        plans=tuple(_back(plan, name, some, state.uidvalidity, created) for name, some in going.items()),
        whole=_back(plan, next(iter(going or homes)), chain(*going.values()), state.uidvalidity, created),
        missing=len(wanted) - len(pairs) - unsure,
        unsure=unsure,
        homeless={name: len(some) for name, some in homes.items() if some and name not in there},
        labels={folder.name: folder.label for folder in folders},
    )


def apply_undo(
    undoing: Undoing,
    session: PlanningSession,
    journal: Journal,
    on_progress: OnAdvance | None = None,
    cancelled: Cancelled | None = None,
) -> ApplyResult:
    """Put the messages back, folder by folder, and return the true account of it; as ``apply_plan``."""
    accounts: list[ApplyResult] = []
    before = Advance(0, undoing.count, 0, undoing.size)
    for plan in undoing.plans:

        def advanced(advance: Advance, so_far: Advance = before) -> None:
            if on_progress:
                on_progress(_further(so_far, advance.messages, advance.octets))

        try:
            accounts.append(apply_plan(plan, session, journal, advanced, cancelled))
        except BaltError as error:
            if not accounts:
                raise
            accounts.append(ApplyResult(remaining=plan.count, stopped=error))
        if accounts[-1].stopped:
            break
        before = _further(before, plan.count, plan.size)
    return whole_of(accounts, sum(plan.count for plan in undoing.plans[len(accounts) :]))


def _further(advance: Advance, messages: int, octets: int) -> Advance:
    return Advance(
        advance.messages + messages, advance.of_messages, advance.octets + octets, advance.of_octets
    )


def plan_of_act(session: Session, journal: Journal, act: Undoable) -> CleanupPlan:
    """The plan of the act, which must be of this mailbox."""
    if not act.can:
        raise act.refusal()
    owner = session.account
    if not act.is_of(owner):
        raise StoppedError(
            _("cet acte a été fait sur une autre BAL, un autre serveur ou un autre utilisateur."),
            advice=_("Rien n'a été fait."),
            mailbox=owner.address,
        )
    if owner.read_only:
        raise StoppedError(
            _("cette BAL est en lecture seule dans la configuration de balt."),
            advice=_("Rien n'a été fait."),
            mailbox=owner.address,
        )
    try:
        plan = load_plan(plan_path(journal.folder, act.id))
    except UsageError as error:
        raise StoppedError(error.message, advice=_("Rien n'a été fait."), mailbox=owner.address) from error
    if (plan.act, plan.server, plan.user) != (act.action, act.server, act.user):
        raise StoppedError(
            _("le plan de cet acte n'est plus celui que le journal raconte."),
            advice=_("Rien n'a été fait."),
            mailbox=owner.address,
        )
    return plan


def _trash_of(session: Session, plan: CleanupPlan) -> FolderState:
    """The folder that the messages went to, opened without touching anything."""
    try:
        return session.examine(plan.target)
    except RefusedError as refused:
        if refused.code != "NONEXISTENT":  # any other refusal says nothing of it
            raise
        raise _no_longer_there(plan, _("la corbeille où ils étaient n'existe plus")) from refused


def _no_longer_there(plan: CleanupPlan, why: str) -> StoppedError:
    return StoppedError(
        _("les messages de cet acte ne peuvent plus être retrouvés : %s.") % why,
        advice=_("Rien n'a été fait."),
        mailbox=plan.address,
    )


def _back(
    plan: CleanupPlan, folder: str, messages: Iterable[PlannedMessage], validity: int, created: datetime
) -> CleanupPlan:
    """The plan that takes these messages of the trash to a folder."""
    ordered = tuple(sorted(messages, key=lambda each: each.uid))
    return CleanupPlan(
        id=new_id(created),
        act=Act.UNDO,
        server=plan.server,
        user=plan.user,
        address=plan.address,
        target=folder,
        parts=(FolderPart(plan.target, validity, ordered),),
        created=created,
        reason=_("annulation de %s") % plan.id,
        undoes=plan.id,
    )


def _as_found(each: Wanted, identity: Identity) -> PlannedMessage:
    """The message as it is in the trash. No guard keeps it there: unread or flagged, it goes home."""
    return PlannedMessage(
        uid=identity.uid,
        size=identity.size,
        internaldate=identity.internaldate,
        message_id=identity.message_id,
        date=each.message.date,
        guards=frozenset(Guard),
    )
