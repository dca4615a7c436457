"""A plan that lightens: of chosen messages those that carry something to take out, with what goes of each.

Structures are read, bodies never. The messages were chosen and guarded as for a removal: what is flagged,
unread or not yet in the business software stays whole.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Protocol

from balt.cleanup.detach.choose import Choice, Left, choose
from balt.cleanup.plan import Act, CleanupPlan, FolderPart
from balt.cleanup.ports import PlanningSession
from balt.cleanup.prepare import Choice as Messages
from balt.cleanup.prepare import Terms, make_plan
from balt.cleanup.uids import batches
from balt.clock import Clock
from balt.mail.detail_store import DetailStore
from balt.mail.details import UNREADABLE, detail_of
from balt.mail.fetch import read_row
from balt.mail.frames import response_in
from balt.mail.model import Folder
from balt.mail.structure import StructureError, parse_structure

_BATCH = 200


class PlanningSource(PlanningSession, Protocol):
    """What the planning needs from a session."""

    def read_ahead(self, folder: str, uids: Sequence[int], into: DetailStore) -> None: ...


@dataclass(frozen=True, slots=True)
class Detaching:
    """The plan, and how many messages are left alone, or lose only a part of their attachments, and why."""

    plan: CleanupPlan
    left: Mapping[Left, int]

    @property
    def parts(self) -> int:
        """How many attachments go."""
        return sum(len(message.detach) for message in self.plan.messages)


def plan_detach(
    session: PlanningSource,
    choices: Iterable[Messages],
    larger: int,
    folders: Sequence[Folder],
    clock: Clock,
    terms: Terms,
    also: frozenset[Left] = frozenset(),
) -> Detaching:
    """The plan that takes the attachments of at least ``larger`` octets out of the chosen messages, once they
    are archived in ``terms.archive``; ``also`` as in ``choose``. Nothing is touched. Raises as ``make_plan``
    does.
    """
    plan = make_plan(session, choices, Act.DELETE, folders, clock, terms)
    name = PurePath(plan.archive).name
    left: Counter[Left] = Counter()
    parts = [_lighter(part, session, larger, name, also, left) for part in plan.parts]
    kept = tuple(part for part in parts if part.messages or len(parts) == 1)
    return Detaching(replace(plan, act=Act.DETACH, parts=kept or tuple(parts[:1])), left)


def _lighter(
    part: FolderPart,
    session: PlanningSource,
    larger: int,
    archive: str,
    also: frozenset[Left],
    left: Counter[Left],
) -> FolderPart:
    messages = []
    for batch in batches(part.messages, _BATCH):
        found = _Choices(larger, archive, also)
        session.read_ahead(part.folder, [message.uid for message in batch], found)
        for message in batch:
            choice = found.choices.get(message.uid, Choice(left=frozenset({Left.UNSURE})))
            left.update(choice.left)
            if choice.parts:
                messages.append(replace(message, detach=choice.parts, frees=min(choice.frees, message.size)))
    return replace(part, messages=tuple(messages))


class _Choices(DetailStore):
    """Takes the server's answers as they come, and keeps only what may go of each message."""

    def __init__(self, larger: int, archive: str, also: frozenset[Left]) -> None:
        super().__init__()
        self.choices: dict[int, Choice] = {}
        self._larger = larger
        self._archive = archive
        self._also = also

    def add_frames(self, frames: Mapping[int, bytes]) -> None:
        for uid, frame in frames.items():
            self.choices[uid] = self._choice(uid, frame)

    def _choice(self, uid: int, frame: bytes) -> Choice:
        row = read_row(response_in(frame))
        detail = detail_of(row) if row is not None and row.uid == uid and row.readable else UNREADABLE
        try:
            root = parse_structure(row.items.get(b"BODYSTRUCTURE")) if row and detail.readable else None
        except StructureError:
            root = None
        return choose(root, self._larger, self._archive, has_cda=detail.has_cda, also=self._also)
