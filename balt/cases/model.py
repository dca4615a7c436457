"""What takes weeks and is followed: a BAL on its way out of the directory, then its deletion.

A case is the list of what happened to it, oldest first; all that is said of it follows from that list.
Nothing of the mail is in it: addresses of colleagues and patients who still write are looked up each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from balt.cases.holders import together
from balt.directory.model import BalKind, Origin
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import Publication

REMIND_DAYS = 14
"""A local choice: how long a provider is waited for before balt says to ask again."""
SEND_DAYS = 7
"""A local choice: how long a request may lie here, written and not known to be sent, before that presses."""


_UNDATED = datetime.min.replace(tzinfo=UTC)


class CaseKind(StrEnum):
    """What the provider is asked for."""

    DEPUBLICATION = "depublication"
    DELETION = "deletion"


class Happened(StrEnum):
    """What an event is. Its value: of ``OPENED`` and ``REPLACED`` the address that replaces the BAL; of
    ``REQUESTED`` a ``Channel``; of ``AUTO_REPLY`` a ``Reply``; of ``API`` and ``EXTRACTION`` a
    ``Publication``; of ``KEPT`` the folder of the archive; of ``KIND`` the type of the BAL as published.
    ``TAKEN_BACK`` takes back what was told by mistake, its value being the ``mark`` of that event.
    ``HOLDERS`` is whose BAL it is as published, in the ``holders`` of the event; ``LISTED`` a ``Publication``
    as the holder saw it.
    ``SENT`` is the holder's word that the request has left, ``ANSWERED`` the provider's answer,
    ``NOTHING_TO_KEEP`` the holder's word, each in the note;
    ``DELETED`` that the BAL is no more. ``ARCHIVE`` and ``MAILBOX`` are what was seen of the archive and of a
    BAL that is to be deleted, each a ``Seen``. ``REPLACEMENT`` is what was found of the BAL that replaces
    this one (its address in the note): a ``doubts.Doubt``, or that there is none. ``USE`` is whether the
    messages of the BAL show that it is read: a ``usage.Activity``.
    """

    OPENED = "opened"
    REPLACED = "replaced"
    REPLACEMENT = "replacement"
    AUTO_REPLY = "autoreply"
    REQUESTED = "requested"
    SENT = "sent"
    ANSWERED = "answered"
    API = "api"
    EXTRACTION = "extraction"
    KEPT = "kept"
    NOTHING_TO_KEEP = "nothing_to_keep"
    DELETED = "deleted"
    CLOSED = "closed"
    ABANDONED = "abandoned"
    KIND = "kind"
    HOLDERS = "holders"
    LISTED = "listed"
    ARCHIVE = "archive"
    MAILBOX = "mailbox"
    USE = "use"
    TAKEN_BACK = "taken_back"


class Channel(StrEnum):
    """How a request was made out."""

    TEXT = "text"
    EML = "eml"
    DRAFT = "draft"


class Reply(StrEnum):
    """How the auto-reply stands: in service by ManageSieve, in service by the holder's word, or not; changed
    by another program, which then decides what it says; in service while the holder's own script, which was
    there before, no longer does its work (``SCRIPT``); in service, but naming another BAL than the case does
    (``ELSEWHERE``).
    """

    ACTIVE = "active"
    BY_HAND = "by_hand"
    OFF = "off"
    CHANGED = "changed"
    SCRIPT = "script"
    ELSEWHERE = "elsewhere"


ANSWERING = (Reply.ACTIVE, Reply.BY_HAND, Reply.SCRIPT)
"""While it stands so, who writes is told where to write."""


class Seen(StrEnum):
    """What a look found: the thing was there, or it was not (a BAL: it did not answer), or it is for another
    computer to say (an archive).
    """

    THERE = "there"
    GONE = "gone"
    ELSEWHERE = "elsewhere"


UNSEEN = "unseen"
"""That a case was opened, said twice, of a BAL that nothing here had ever shown."""

SOURCES = {Origin.API: Happened.API, Origin.EXTRACTION: Happened.EXTRACTION}
"""What is noted when a source of the directory says something new."""

REPLACING = (Happened.OPENED, Happened.REPLACED)
"""What names the BAL that replaces this one."""

ENDS = (Happened.CLOSED, Happened.ABANDONED, Happened.DELETED)
"""What ends a case: nothing is told to it any more. A BAL that is no more has no case left: its deletion ends
both. Of a depublication that was closed, what is looked at is still noted (``watched``).
"""

LOOKS = (
    Happened.API,
    Happened.EXTRACTION,
    Happened.LISTED,
    Happened.KIND,
    Happened.HOLDERS,
    Happened.AUTO_REPLY,
    Happened.REPLACEMENT,
    Happened.ARCHIVE,
    Happened.MAILBOX,
    Happened.USE,
)
"""What is looked at again and again: told where it is news, and dated anew where it is not."""


class Look(NamedTuple):
    """What a look has found: one of ``LOOKS``, its value, and where that comes from where it matters; ``of``
    as an ``Event`` has it.
    """

    what: Happened
    value: str
    note: str = ""
    holders: tuple[Holder, ...] = ()
    of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, when (aware) and who told it; ``note`` is a line of theirs. ``ref`` is what
    it can be known again by: of ``REQUESTED`` the letter (``letters.letter_ref``), of ``KEPT`` the computer
    that holds the archive (``computer``); of ``OPENED`` it is ``UNSEEN`` where nothing had ever shown
    the BAL. ``of`` (aware) is the day of what was looked at, where that is not the moment of the look: an
    extraction may be weeks old.
    """

    what: Happened
    at: datetime
    value: str = ""
    author: str = ""
    note: str = ""
    ref: str = ""
    holders: tuple[Holder, ...] = ()
    of: datetime | None = None

    @property
    def dated(self) -> datetime:
        """The day of what it tells."""
        return self.of or self.at

    @property
    def mark(self) -> str:
        """What tells this event of a case from its others."""
        return f"{self.what.value} {self.at.astimezone(UTC).isoformat()}"


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for one BAL (``address`` in lower case), and what happened since. ``events`` is never
    empty; the first one opened the case.
    """

    kind: CaseKind
    address: str
    events: tuple[Event, ...]

    @property
    def opened(self) -> datetime:
        """When it was opened."""
        return self.events[0].at

    @property
    def end(self) -> Event | None:
        """What ended it; None while it is followed."""
        return self.last(*ENDS)

    @property
    def is_open(self) -> bool:
        """Whether it is still followed."""
        return self.end is None

    @property
    def is_abandoned(self) -> bool:
        """Whether it was given up before its end."""
        return self.end is not None and self.end.what is Happened.ABANDONED

    @property
    def replacement(self) -> str:
        """The BAL that replaces this one; "" where none was named."""
        found = self.last(*REPLACING)
        return found.value if found is not None else ""

    def replacement_when(self, event: Event) -> str:
        """The BAL that was to replace this one when an event of this case was told; "" for none. Told in the
        order of events: clocks may have been apart.
        """
        told = self.events[: self.events.index(event)]
        return next((each.value for each in reversed(told) if each.what in REPLACING), "")

    @property
    def counted(self) -> tuple[Event, ...]:
        """The events that count: without what was taken back since."""
        back = {each.value for each in self.events if each.what is Happened.TAKEN_BACK}
        return tuple(each for each in self.events if each.mark not in back) if back else self.events

    def last(self, *what: Happened) -> Event | None:
        """The latest event of one of these kinds that counts."""
        return next((each for each in reversed(self.counted) if each.what in what), None)

    def since(self, what: Happened, value: str) -> datetime | None:
        """Since when the latest events of a kind have had this value without a break."""
        found: datetime | None = None
        for each in reversed(self.looks(what)):
            if each.value != value:
                break
            found = each.at
        return found

    def looks(self, what: Happened) -> list[Event]:
        """The events of a kind that count, in the order of what was looked at: one who looked later may have
        had an older extraction at hand.
        """
        told = [each for each in self.counted if each.what is what]
        return sorted(told, key=lambda each: each.of or _UNDATED)

    def published(self, origin: Origin) -> Publication:
        """What a source said last."""
        told = self.looks(SOURCES[origin])
        return Publication(told[-1].value) if told else Publication.UNKNOWN

    def remind_on(self) -> datetime | None:
        """When the holder is to be reminded: ``SEND_DAYS`` after the request was written that it is to be
        sent, ``REMIND_DAYS`` after it was, or was answered, that the provider is to be asked again. None
        where nothing was written.
        """
        asked = self.last(Happened.REQUESTED)
        if asked is None or not self.is_open:
            return None
        later = self.last(Happened.SENT, Happened.ANSWERED)
        if later is None or later.at < asked.at:
            return asked.at + timedelta(days=SEND_DAYS)
        return later.at + timedelta(days=REMIND_DAYS)


def open_cases(cases: Iterable[Case], address: str) -> tuple[Case, ...]:
    """The cases of a BAL that are still followed, at most one of each kind, the oldest first."""
    key = address.lower()
    found = [each for each in cases if each.is_open and each.address == key]
    return tuple(sorted(found, key=lambda each: each.opened))


def open_case(cases: Iterable[Case], address: str, kind: CaseKind) -> Case | None:
    """The case of this kind of a BAL that is still followed."""
    return next((each for each in open_cases(cases, address) if each.kind is kind), None)


def watched(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases that are looked at again, in their order: those that are followed; and where none is, the
    depublication that was closed. The auto-reply of a BAL stays as long as the BAL does, and the directory
    may show it again; once it is noted as deleted there is nothing left to look at.
    """
    told, of_bal = tuple(cases), dict[str, list[Case]]()
    for case in told:
        of_bal.setdefault(case.address, []).append(case)
    found = {id(each) for same in of_bal.values() for each in _watched(same)}
    return tuple(each for each in told if id(each) in found)


def to_look_up(cases: Iterable[Case]) -> tuple[str, ...]:
    """The BAL that the directory is asked about for the cases that are watched: their own, and those that
    people are sent to.
    """
    following = watched(cases)
    named = (each.replacement for each in following if each.replacement)
    return tuple(dict.fromkeys((*(each.address for each in following), *named)))


def _watched(told: list[Case]) -> list[Case]:
    """The same, of the cases of one BAL."""
    followed = [each for each in told if each.is_open]
    if followed:
        return followed
    latest = latest_of(told)
    leaving, deletion = latest.get(CaseKind.DEPUBLICATION), latest.get(CaseKind.DELETION)
    deleted = deletion is not None and deletion.last(Happened.DELETED) is not None
    return [] if leaving is None or leaving.is_abandoned or deleted else [leaving]


def latest_of(cases: Iterable[Case]) -> dict[CaseKind, Case]:
    """Of the cases of one BAL, the oldest first, the latest of each kind. The deletion of one that is there
    again, and on its way out once more, is past.
    """
    found: dict[CaseKind, Case] = {}
    for case in cases:
        found[case.kind] = case
        deletion = found.get(CaseKind.DELETION)
        deleted = deletion.last(Happened.DELETED) if deletion is not None else None
        if case.kind is CaseKind.DEPUBLICATION and deleted is not None and case.opened > deleted.at:
            del found[CaseKind.DELETION]
    return found


def leaving_before(cases: Iterable[Case], case: Case) -> Case | None:
    """The depublication that a deletion comes after, open or closed; None of one that was abandoned."""
    found = [each for each in cases if each.address == case.address and each.kind is CaseKind.DEPUBLICATION]
    if case.kind is not CaseKind.DELETION or not found:
        return None
    return None if found[-1].is_abandoned else found[-1]


def replacement_before(cases: Iterable[Case], address: str) -> str:
    """The BAL that was to replace this one by its last depublication, open or closed; "" for none."""
    key = address.lower()
    found = [each for each in cases if each.address == key and each.kind is CaseKind.DEPUBLICATION]
    return found[-1].replacement if found else ""


def holders_known(cases: Iterable[Case], address: str) -> tuple[Holder, ...]:
    """Whose BAL it is, or was, by what its cases know, what was heard last first. The address of one that was
    deleted may since have been given to another: only what came after counts.
    """
    told = [each for each in cases if each.address == address.lower()]
    ended = [place for place, each in enumerate(told) if each.last(Happened.DELETED) is not None]
    if ended and ended[-1] + 1 < len(told):
        told = told[ended[-1] + 1 :]
    heard = [each for case in told for each in case.events if each.what is Happened.HOLDERS]
    heard.sort(key=lambda each: each.at, reverse=True)
    return together(*(each.holders for each in heard))


def extraction_known(cases: Iterable[Case]) -> datetime | None:
    """The day of the latest extraction that was looked at for the BAL of these cases; None where none was."""
    return max((look.dated for case in cases for look in case.looks(Happened.EXTRACTION)), default=None)


def kind_known(cases: Iterable[Case], address: str) -> BalKind:
    """The type of a BAL as it was published last, as far as its cases know: one that has left has none any
    more.
    """
    told = [each.last(Happened.KIND) for each in cases if each.address == address.lower()]
    known = [each for each in told if each is not None]
    return BalKind(max(known, key=lambda each: each.at).value) if known else BalKind.UNKNOWN
