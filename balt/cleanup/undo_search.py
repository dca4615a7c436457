"""Looking in the trash for the messages that an act brought there."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from balt.cleanup.arrivals import Mark, whole_mark
from balt.cleanup.deeds import Deed, figure_of, uids_of
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, PlannedMessage
from balt.cleanup.plan_file import load_plan, plan_path
from balt.cleanup.ports import Cancelled, Progress, Session
from balt.cleanup.run import COPY, MOVE
from balt.cleanup.uids import batches
from balt.cleanup.undoable import ENDS
from balt.errors import CancelledError, RefusedError, StoppedError, UsageError
from balt.i18n import _
from balt.mail.model import FolderState, Identity

MAX_SPAN = 1_000_000
"""The most UIDs of the trash that are looked through."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message to find: as it was, where it was, and the first UID that it can have in the trash."""

    message: PlannedMessage
    folder: str
    since: int

    @property
    def mark(self) -> Mark:
        return whole_mark(self.message)


def wanted_of(
    session: Session, deeds: Sequence[Deed], part: FolderPart, validity: int, is_open: bool
) -> list[Wanted]:
    """The messages of a folder that the act took to this trash."""
    since: dict[int, int] = {}
    left: set[int] = set()
    for deed in deeds:
        if (deed.folder, deed.uidvalidity) != (part.folder, part.uidvalidity):
            continue
        if deed.phase in ENDS:
            left.update(uids_of(deed))
        elif _asks_to_move(deed) and figure_of(deed, "target_uidvalidity") == validity:
            for uid in uids_of(deed):
                since.setdefault(uid, figure_of(deed, "since"))
    if is_open and (doubtful := since.keys() - left):
        left |= doubtful - _still_there(session, part, doubtful)
    return [
        Wanted(message, part.folder, since[message.uid])
        for message in part.messages
        if since.get(message.uid) and message.uid in left
    ]


def _asks_to_move(deed: Deed) -> bool:
    return deed.request in (MOVE, COPY) and not deed.answer


def made_anew(deeds: Iterable[Deed], validity: int) -> bool:
    """Whether the act brought its messages to another folder of that name."""
    return any(figure_of(deed, "target_uidvalidity") != validity for deed in deeds if _asks_to_move(deed))


def _still_there(session: Session, part: FolderPart, uids: Iterable[int]) -> set[int]:
    """Those that have not left their folder; all of them where the server cannot say."""
    asked = sorted(uids)
    try:
        if session.examine(part.folder).uidvalidity != part.uidvalidity:
            return set(asked)
    except RefusedError:
        return set(asked)
    return {uid for batch in batches(asked) for uid in session.existing(batch)}


def put_back(journal: Journal, deeds: Iterable[Deed], act: str) -> Counter[tuple[str, Mark]]:
    """What was put back already, by folder: if it is in the trash again, another act brought it there."""
    done: Counter[tuple[str, Mark]] = Counter()
    back: dict[str, set[int]] = {}
    for deed in deeds:
        if (deed.action, deed.note) == (Act.UNDO, act) and deed.phase in ENDS:
            back.setdefault(deed.plan, set()).update(uids_of(deed))
    for name, uids in back.items():
        with suppress(UsageError):
            plan = load_plan(plan_path(journal.folder, name))
            done.update((plan.target, whole_mark(each)) for each in plan.messages if each.uid in uids)
    return done


def without(wanted: Iterable[Wanted], done: Counter[tuple[str, Mark]]) -> list[Wanted]:
    rest: list[Wanted] = []
    for each in wanted:
        if done[each.folder, each.mark] > 0:
            done[each.folder, each.mark] -= 1
        else:
            rest.append(each)
    return rest


def found_in(
    session: Session,
    wanted: Sequence[Wanted],
    state: FolderState,
    on_progress: Progress | None,
    cancelled: Cancelled | None,
) -> dict[Mark, list[Identity]]:
    """What is now in the trash and looks like one of the messages, by rising UID. The trash is open."""
    marks = {each.mark for each in wanted}
    found: dict[Mark, list[Identity]] = {mark: [] for mark in marks}
    uids = range(min((each.since for each in wanted), default=state.uidnext), state.uidnext)
    if len(uids) > MAX_SPAN:
        raise StoppedError(
            _("trop de messages sont passés par la corbeille depuis cet acte."),
            advice=_("Rien n'a été fait. Remettez ses messages à leur place depuis votre messagerie."),
            mailbox=session.account.address,
        )
    done = 0
    for batch in batches(uids):
        if cancelled and cancelled():
            raise CancelledError(_("Le plan n'a pas été fait."), advice=_("Rien n'a été touché."))
        there = session.identities(batch)
        for uid in sorted(there):
            if (mark := whole_mark(there[uid])) in marks:
                found[mark].append(there[uid])
        done += len(batch)
        if on_progress:
            on_progress(done, len(uids))
    return found


def starts_of(deeds: Iterable[Deed], plan: CleanupPlan, validity: int) -> list[int]:
    """From which UIDs on the moves of every act brought something to this trash, rising: what one move has
    brought came before the next one began.
    """
    place = (plan.server, plan.user, plan.target, validity)
    return sorted(
        figure_of(deed, "since")
        for deed in deeds
        if _asks_to_move(deed)
        and (deed.server, deed.user, deed.target, figure_of(deed, "target_uidvalidity")) == place
    )


def paired(
    wanted: Iterable[Wanted], found: Mapping[Mark, Sequence[Identity]], starts: Sequence[int]
) -> tuple[list[tuple[Wanted, Identity]], int]:
    """Each message with what it is in the trash, and how many cannot be told from others there.

    Equal ones arrived in the order in which they were moved. Where still more are there than the act
    brought, or fewer and they came from several folders, nobody can say which is which.
    """
    equal: dict[Mark, list[Wanted]] = {}
    for each in wanted:
        equal.setdefault(each.mark, []).append(each)
    pairs: list[tuple[Wanted, Identity]] = []
    unsure = 0
    for mark, group in equal.items():
        group.sort(key=lambda each: each.since)
        there = [identity for identity in found[mark] if identity.uid >= group[0].since]
        if len(there) > len(group):
            later = bisect_right(starts, group[-1].since)
            there = [each for each in there if later == len(starts) or each.uid < starts[later]]
        several = len({each.folder for each in group}) > 1
        some = list(zip(group, there, strict=False))
        too_early = any(identity.uid < each.since for each, identity in some)
        if too_early or len(there) > len(group) or (several and len(there) < len(group)):
            unsure += len(some)
        else:
            pairs += some
    return pairs, unsure
