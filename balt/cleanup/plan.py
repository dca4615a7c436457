"""What a clean-up would do, decided before anything is touched. Pure: no server, no clock, no file.

A plan names each message by its identity, so that the act can refuse whatever has changed meanwhile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import uuid4

from balt.cleanup.detach.parts import Chosen
from balt.cleanup.uids import MAX_UID
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.model import Flag, Identity, Message
from balt.text import plain

MAX_REASON = 500


class Act(StrEnum):
    """What is done to the messages of a plan."""

    TRASH = "trash"
    EMPTY_TRASH = "empty_trash"
    DELETE = "delete"
    """For good, from whatever folder."""
    KEEP = "keep"
    """Archived, and left on the server."""
    DETACH = "detach"
    """Archived, and left on the server without some of its attachments."""
    UNDO = "undo"
    """Out of the trash, back where they were."""

    @property
    def removes(self) -> bool:
        """Whether it removes messages for good: then, and only then, it frees something."""
        return self in (Act.EMPTY_TRASH, Act.DELETE)

    @property
    def moves(self) -> bool:
        """Whether it takes messages to another folder."""
        return self in (Act.TRASH, Act.UNDO)


class Guard(StrEnum):
    """Why a message is kept unless the user insists. What is not known is always kept."""

    FLAGGED = "flagged"
    UNREAD = "unread"
    UNKNOWN_DATE = "unknown_date"
    FAILED = "failed"
    DOCUMENT = "document"
    UNREADABLE = "unreadable"


NO_REASON_NEEDED = frozenset({Guard.UNREAD})
"""Unread messages enter by plain inclusion; every other guard asks for a reason, which the journal keeps."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages, and their octets (an unknown size counts for nothing)."""

    messages: int = 0
    size: int = 0

    def plus(self, size: int | None) -> "Tally":
        """This tally with one more message of ``size`` octets."""
        return Tally(self.messages + 1, self.size + (size or 0))

    def with_(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.messages + other.messages, self.size + other.size)


@dataclass(frozen=True, slots=True)
class Twin:
    """The message with the very same octets that stays, where one is removed for being there twice."""

    folder: str
    uidvalidity: int
    uid: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One message as it was when the plan was made.

    ``internaldate`` is the server's raw text, ``message_id`` a digest, ``date`` the reception date or None
    when unknown. ``guards`` are those that the user overrode for this very message; ``filed`` tells that it
    holds a document, and is in the plan because it was marked integrated. With a ``twin`` it is touched only
    while that one is there. ``detach`` are the attachments that are taken out of it, and ``frees`` the octets
    that it is shorter by then, about.
    """

    uid: int
    size: int
    internaldate: str
    message_id: str
    date: datetime | None = None
    guards: frozenset[Guard] = frozenset()
    filed: bool = False
    twin: Twin | None = None
    detach: tuple[Chosen, ...] = ()
    frees: int = 0

    def is_same(self, found: Identity) -> bool:
        """Whether the server's message is still the one that was planned."""
        return (found.uid, found.size, found.internaldate, found.message_id) == (
            self.uid,
            self.size,
            self.internaldate,
            self.message_id,
        )

    def new_guards(self, flags: Flag) -> frozenset[Guard]:
        """The guards that flags set since the plan raise: somebody wants this message looked at."""
        raised = guards_of_flags(flags)
        if self.filed and Flag.INTEGRATED not in flags:
            raised |= {Guard.DOCUMENT}
        return raised - self.guards


@dataclass(frozen=True, slots=True)
class Selection:
    """The messages that may be touched, and those left out.

    A message with two guards counts under each of them in ``left_out``, once in ``kept``.
    """

    chosen: tuple[Message, ...]
    left_out: Mapping[Guard, Tally]
    kept: Tally


@dataclass(frozen=True)
class FolderPart:
    """The planned messages of one folder, by rising UID; ValueError when they are not."""

    folder: str
    uidvalidity: int
    messages: tuple[PlannedMessage, ...]

    def __post_init__(self) -> None:
        uids = [message.uid for message in self.messages]
        if uids != sorted(set(uids)) or (uids and not 0 < uids[0] <= uids[-1] <= MAX_UID):
            raise ValueError("uids")
        if not self.folder:
            raise ValueError("folder")

    @cached_property
    def size(self) -> int:
        """Their octets."""
        return sum(message.size for message in self.messages)


@dataclass(frozen=True)
class CleanupPlan:
    """One act on chosen messages of one BAL, bound to its server and user, and to each folder's UIDVALIDITY.

    The folders are dealt with in the order of ``parts``. ``server`` is ``host:port``; ``target`` is where a
    move goes, else "". ``archive`` is the absolute path of the folder where each message is archived first,
    else "". ``reason`` is why guards were overridden; ``undoes`` is the id of the act that an ``UNDO`` takes
    back, else "". Raises ValueError when its parts contradict each other.
    """

    id: str
    act: Act
    server: str
    user: str
    address: str
    target: str
    parts: tuple[FolderPart, ...]
    created: datetime
    archive: str = ""
    left_out: Mapping[Guard, Tally] = field(default_factory=dict)
    kept: Tally = Tally()
    reason: str = ""
    undoes: str = ""

    def __post_init__(self) -> None:
        folders = [part.folder for part in self.parts]
        if len(folders) != len(set(folders)) or self.target in folders or self.act.moves != bool(self.target):
            raise ValueError("folder")
        if self.act in (Act.KEEP, Act.DETACH) and not self.archive:
            raise ValueError("archive")
        if any(bool(message.detach) is not (self.act is Act.DETACH) for message in self.messages):
            raise ValueError("detach")
        if (self.act is Act.UNDO) != bool(self.undoes):
            raise ValueError("undoes")
        if set(self.overridden) - NO_REASON_NEEDED and not self.reason:
            raise ValueError("reason")
        if self.created.tzinfo is None:
            raise ValueError("created")

    @cached_property
    def messages(self) -> tuple[PlannedMessage, ...]:
        """Those of every folder, in order; their UIDs are only unique within a folder."""
        return tuple(message for part in self.parts for message in part.messages)

    @property
    def count(self) -> int:
        """How many messages the act touches."""
        return len(self.messages)

    @cached_property
    def size(self) -> int:
        """Their octets."""
        return sum(message.size for message in self.messages)

    @cached_property
    def oldest(self) -> datetime | None:
        """The oldest reception date; None when none is known."""
        return min((message.date for message in self.messages if message.date), default=None)

    @cached_property
    def newest(self) -> datetime | None:
        """The newest reception date; None when none is known."""
        return max((message.date for message in self.messages if message.date), default=None)

    @cached_property
    def largest(self) -> int:
        """The octets of the largest message; 0 for an empty plan."""
        return max((message.size for message in self.messages), default=0)

    @property
    def frees(self) -> int:
        """The octets that the act gives back: a move to the trash frees nothing."""
        if self.act is Act.DETACH:
            return sum(message.frees for message in self.messages)
        return self.size if self.act.removes else 0

    @cached_property
    def overridden(self) -> Mapping[Guard, Tally]:
        """The guards that the user overrode, with the messages that entered so."""
        tallies: dict[Guard, Tally] = {}
        for message in self.messages:
            for guard in message.guards:
                tallies[guard] = tallies.get(guard, Tally()).plus(message.size)
        return tallies


def new_id(moment: datetime) -> str:
    """What a new plan, or another act of the journal, is called: its moment, and what no other has."""
    return f"{moment:%Y%m%d-%H%M%S}-{uuid4().hex[:8]}"


def guards_of_flags(flags: Flag) -> frozenset[Guard]:
    """The guards that flags alone raise."""
    guards = set()
    if Flag.FLAGGED in flags:
        guards.add(Guard.FLAGGED)
    if Flag.SEEN not in flags:
        guards.add(Guard.UNREAD)
    return frozenset(guards)


def guards_of(message: Message) -> frozenset[Guard]:
    """Why this message must be kept; empty when nothing speaks against touching it.

    A message whose structure is not known, or could not be understood, is guarded: it may hold a document.
    """
    guards = set(guards_of_flags(message.flags))
    if message.date is None:
        guards.add(Guard.UNKNOWN_DATE)
    detail = message.detail
    if detail is None or not detail.readable or message.size is None:
        guards.add(Guard.UNREADABLE)
    if detail is not None and detail.failed:
        guards.add(Guard.FAILED)
    if detail is not None and detail.holds_document and Flag.INTEGRATED not in message.flags:
        guards.add(Guard.DOCUMENT)
    return frozenset(guards)


def select(messages: Iterable[Message], include: frozenset[Guard] = frozenset()) -> Selection:
    """Part the messages: those whose every guard is in ``include`` are chosen, the others left out.

    A message of unknown size is never chosen: nothing could tell at the act that it is still the same.
    """
    chosen: list[Message] = []
    left_out: dict[Guard, Tally] = {}
    kept = Tally()
    for message in messages:
        against = guards_of(message) - include
        if message.size is None:
            against |= {Guard.UNREADABLE}
        if not against:
            chosen.append(message)
            continue
        kept = kept.plus(message.size)
        for guard in against:
            left_out[guard] = left_out.get(guard, Tally()).plus(message.size)
    return Selection(tuple(chosen), left_out, kept)


def planned(message: Message, identity: Identity) -> PlannedMessage:
    """The message as a plan names it."""
    return PlannedMessage(
        uid=message.uid,
        size=identity.size,
        internaldate=identity.internaldate,
        message_id=identity.message_id,
        date=message.date,
        guards=guards_of(message),
        filed=bool(message.detail and message.detail.holds_document and Flag.INTEGRATED in message.flags),
    )


def checked_reason(reason: str, chosen: Iterable[Message]) -> str:
    """The reason, safe to show and to keep; raises UsageError when one is needed and none was given."""
    text = plain(reason, MAX_REASON).strip()
    overridden = {guard for message in chosen for guard in guards_of(message)}
    if overridden - NO_REASON_NEEDED and not text:
        raise UsageError(
            _("Des messages protégés entrent dans ce plan sans qu'une raison soit donnée."),
            advice=_("Donnez la raison : le journal la garde. Sinon, retirez ces messages du plan."),
        )
    return text
