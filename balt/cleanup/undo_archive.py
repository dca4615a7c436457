"""Taking a removal back: its messages are put into the mailbox again, from the archive that it made first.

So is an act that took attachments out: the originals come back, and then their lighter messages go.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from balt.cleanup.account import quota_of
from balt.cleanup.archive.check import reading
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.restore import APPEND, Chosen, Restored, Restoring, chosen_records
from balt.cleanup.deeds import Deed, Phase, uids_of
from balt.cleanup.detach.reattach import LighterOnes, with_flags_of
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, Guard, PlannedMessage, new_id
from balt.cleanup.ports import Advance, Cancelled, OnAdvance, Progress
from balt.cleanup.result import ApplyResult, Skipped, SkipReason, skipped_in
from balt.cleanup.run import answer_of
from balt.cleanup.uids import to_ranges
from balt.cleanup.undo import Undoing, apply_undo, plan_of_act, plan_undo
from balt.cleanup.undoable import ENDS, Undoable
from balt.clock import Clock
from balt.errors import BaltError
from balt.i18n import _
from balt.mail.sessions import MailSession

Place = tuple[str, int, int]
"""Where a message was: its folder, the UIDVALIDITY of that, its UID."""


@dataclass(frozen=True)
class Restoration(Undoing):
    """What putting the messages of a removal back from its archive would do; ``records`` are theirs, by
    folder. ``whole`` numbers them from 1: where they go they will get UIDs that nobody knows yet.
    ``copies``, by folder, how many messages of the same content (SHA-256) the removal took there.
    """

    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    copies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def places(self) -> list[tuple[str, int, int]]:
        return [(name, len(some), sum(each.size for each in some)) for name, some in self.records.items()]


def plan_taking_back(
    session: MailSession,
    journal: Journal,
    act: Undoable,
    clock: Clock,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Undoing:
    """What takes an act back, out of the trash or out of its archive; as ``plan_undo``."""
    if act.action in (Act.EMPTY_TRASH, Act.DELETE, Act.DETACH):
        return plan_restoration(session, journal, act, clock)
    return plan_undo(session, journal, act, clock, on_progress, cancelled)


def take_back(
    undoing: Undoing,
    session: MailSession,
    journal: Journal,
    clock: Clock,
    on_progress: OnAdvance | None = None,
    cancelled: Cancelled | None = None,
) -> ApplyResult:
    """Do what ``plan_taking_back`` said, and return the true account of it."""
    if isinstance(undoing, Restoration):
        return _Restoring(undoing, session, journal, on_progress, cancelled).through(clock)
    return apply_undo(undoing, session, journal, on_progress, cancelled)


def plan_restoration(session: MailSession, journal: Journal, act: Undoable, clock: Clock) -> Restoration:
    """What can be put back from the archive of a removal; nothing is touched.

    Raises StoppedError for an act that cannot be undone or is of another mailbox, and where the archive is
    not there; MailServerError as the session does.
    """
    plan = plan_of_act(session, journal, act)
    removed, back = _removed_and_back([entry.deed for entry in journal.entries()], act.id)
    with reading(Path(plan.archive), clock) as root:
        records = [each for each in chosen_records(root, Chosen(act.mailbox)) if _place(each) in removed]
    taken = [each for each in records if (each.server, each.user) == (act.server, act.user)]
    mine = [each for each in taken if _place(each) not in back]
    folders = session.folders()
    there = {folder.name for folder in folders if folder.selectable}
    homes: dict[str, list[Record]] = {part.folder: [] for part in plan.parts}
    for record in mine:
        homes.setdefault(record.folder, []).append(record)
    going = {name: tuple(some) for name, some in homes.items() if some and name in there}
    return Restoration(
        act=act,
        plans=(),
        whole=_shown(plan, going, next(iter(going or homes)), clock),
        missing=len(removed - back) - len(mine),
        homeless={name: len(some) for name, some in homes.items() if some and name not in there},
        labels={folder.name: folder.label for folder in folders},
        records=going,
        copies={name: Counter(each.sha256 for each in taken if each.folder == name) for name in going},
    )


def _removed_and_back(deeds: Iterable[Deed], act: str) -> tuple[set[Place], set[Place]]:
    """The messages that the act has removed, and those that were put back since."""
    removed: set[Place] = set()
    back: set[Place] = set()
    for deed in deeds:
        if deed.phase not in ENDS or act not in (deed.plan, deed.note):
            continue
        places = {(deed.folder, deed.uidvalidity, uid) for uid in uids_of(deed)}
        if deed.plan == act:
            removed |= places
        elif deed.action == Act.UNDO:
            back |= places
    return removed, back


def _place(record: Record) -> Place:
    return (record.folder, record.uidvalidity, record.uid)


def _shown(
    plan: CleanupPlan, going: Mapping[str, Sequence[Record]], target: str, clock: Clock
) -> CleanupPlan:
    """All of it as one plan, to be shown."""
    dates = {
        (part.folder, part.uidvalidity, message.uid): message.date
        for part in plan.parts
        for message in part.messages
    }
    records = [record for some in going.values() for record in some]
    messages = tuple(
        PlannedMessage(
            number,
            record.size,
            record.internaldate,
            record.message_id,
            dates.get(_place(record)),
            frozenset(Guard),
        )
        for number, record in enumerate(records, start=1)
    )
    created = clock.now()
    return CleanupPlan(
        id=new_id(created),
        act=Act.UNDO,
        server=plan.server,
        user=plan.user,
        address=plan.address,
        target=target,
        parts=(FolderPart(plan.archive, 0, messages),),
        created=created,
        archive=plan.archive,
        reason=_("annulation de %s") % plan.id,
        undoes=plan.id,
    )


class _Restoring:
    """Puts the messages back, folder by folder; each is read again from the server before it counts."""

    def __init__(
        self,
        undoing: Restoration,
        session: MailSession,
        journal: Journal,
        on_progress: OnAdvance | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._undoing = undoing
        self._session = session
        self._journal = journal
        self._on_progress = on_progress
        self._cancelled = cancelled or (lambda: False)
        self._account = Restored()
        self._skipped: list[Skipped] = []
        self._back = 0
        self._size = 0

    def through(self, clock: Clock) -> ApplyResult:
        """All of it; raises a BaltError only while nothing was added."""
        undoing, account, session = self._undoing, self._account, self._session
        place = Path(undoing.whole.archive)
        with (
            reading(place, clock) as root,
            mailbox_lock(self._journal.folder, session.account, undoing.whole.id),
        ):
            session.ensure_open()
            before = quota_of(session)
            restoring = Restoring(root, session, self._journal, undoing.whole.id)
            self._lighter = LighterOnes(session, self._journal, undoing.whole)
            for folder, records in undoing.records.items():
                try:
                    self._folder(restoring, folder, records)
                except BaltError as error:
                    if not account.added:
                        raise
                    account.stopped = error
                if account.stopped is not None:
                    break
            after = None if account.stopped else quota_of(session)
        return ApplyResult(
            earlier=self._back - account.added,
            moved=account.added,
            moved_size=account.size,
            skipped=tuple(self._skipped),
            quota_before=before,
            quota_after=after,
            remaining=undoing.count - self._back - len(self._skipped),
            stopped=account.stopped,
        )

    def _folder(self, restoring: Restoring, folder: str, records: Sequence[Record]) -> None:
        account = self._account
        lighter = self._lighter.of(folder, records)
        restoring.lighter = {each.source: lighter[each.uid].uid for each in records if each.uid in lighter}
        records = [with_flags_of(each, lighter.get(each.uid)) for each in records]
        absent = restoring.missing(folder, records, self._undoing.copies[folder])
        account.remaining = len(absent)
        if absent:
            restoring.add(folder, absent, account, self._advance, self._cancelled)
        waiting = {_place(each) for each in absent[len(absent) - account.remaining :]}
        failed = {
            **dict.fromkeys(account.damaged, SkipReason.DAMAGED),
            **dict.fromkeys(account.refused, SkipReason.REFUSED),
            **dict.fromkeys(account.unverified, SkipReason.UNVERIFIED),
        }
        skipped = {each.uid: failed[each.file] for each in records if each.file in failed}
        self._skipped += skipped_in(folder, skipped)
        back = [each for each in records if _place(each) not in waiting and each.file not in failed]
        self._lighter.remove(folder, [(each, lighter[each.uid]) for each in back if each.uid in lighter])
        self._told(back)

    def _advance(self, account: Restored) -> None:
        whole = self._undoing.whole
        if self._on_progress:
            done = account.added + len(account.damaged) + len(account.refused) + len(account.unverified)
            self._on_progress(Advance(self._back + done, whole.count, self._size + account.size, whole.size))

    def _told(self, back: Sequence[Record]) -> None:
        """Write which messages are back, by the UIDs that they had; one line for each folder that they had,
        which names the act that is taken back.
        """
        self._back += len(back)
        owner = self._undoing.whole
        stopped = self._account.stopped
        for folder, validity in dict.fromkeys((each.folder, each.uidvalidity) for each in back):
            some = [each for each in back if (each.folder, each.uidvalidity) == (folder, validity)]
            self._journal.append(
                Deed(
                    Phase.AFTER,
                    action=Act.UNDO.value,
                    mailbox=owner.address,
                    server=owner.server,
                    user=owner.user,
                    plan=owner.id,
                    folder=folder,
                    uidvalidity=validity,
                    uids=to_ranges(each.uid for each in some),
                    count=len(some),
                    size=sum(each.size for each in some),
                    request=APPEND,
                    answer=answer_of(stopped) if stopped else "OK",
                    note=owner.undoes,
                )
            )
