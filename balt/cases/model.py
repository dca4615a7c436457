"""What takes weeks and is followed: a BAL on its way out of the directory, then its deletion.

A case is the list of what happened to it, oldest first; all that is said of it follows from that list.
Nothing of the mail is in it: addresses of colleagues and patients who still write are looked up each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from balt.directory.model import BalKind, Origin
from balt.mailboxes.model import Publication

REMIND_DAYS = 14
"""A local choice: how long a provider is waited for before balt says to ask again."""


class CaseKind(StrEnum):
    """What the provider is asked for."""

    DEPUBLICATION = "depublication"
    DELETION = "deletion"


class Happened(StrEnum):
    """What an event is. Its value: of ``OPENED`` and ``REPLACED`` the address that replaces the BAL; of
    ``REQUESTED`` a ``Channel``; of ``AUTO_REPLY`` a ``Reply``; of ``API`` and ``EXTRACTION`` a
    ``Publication``; of ``KEPT`` the folder of the archive; of ``KIND`` the type of the BAL as published.
    ``ANSWERED`` is the provider's answer, ``NOTHING_TO_KEEP`` the holder's word, each in the note;
    ``DELETED`` that the BAL is no more.
    """

    OPENED = "opened"
    REPLACED = "replaced"
    AUTO_REPLY = "autoreply"
    REQUESTED = "requested"
    ANSWERED = "answered"
    API = "api"
    EXTRACTION = "extraction"
    KEPT = "kept"
    NOTHING_TO_KEEP = "nothing_to_keep"
    DELETED = "deleted"
    CLOSED = "closed"
    ABANDONED = "abandoned"
    KIND = "kind"


class Channel(StrEnum):
    """How a request was made out."""

    TEXT = "text"
    EML = "eml"
    DRAFT = "draft"


class Reply(StrEnum):
    """How the auto-reply stands: in service by ManageSieve, in service by the holder's word, or not."""

    ACTIVE = "active"
    BY_HAND = "by_hand"
    OFF = "off"


SOURCES = {Origin.API: Happened.API, Origin.EXTRACTION: Happened.EXTRACTION}
"""What is noted when a source of the directory says something new."""

ENDS = (Happened.CLOSED, Happened.ABANDONED)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, when (aware) and who told it; ``note`` is a line of theirs."""

    what: Happened
    at: datetime
    value: str = ""
    author: str = ""
    note: str = ""


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
    def is_open(self) -> bool:
        """Whether it is still followed."""
        return self.events[-1].what not in ENDS

    @property
    def replacement(self) -> str:
        """The BAL that replaces this one; "" where none was named."""
        found = self.last(Happened.OPENED, Happened.REPLACED)
        return found.value if found is not None else ""

    def last(self, *what: Happened) -> Event | None:
        """The latest event of one of these kinds."""
        return next((each for each in reversed(self.events) if each.what in what), None)

    def since(self, what: Happened, value: str) -> datetime | None:
        """Since when the latest events of a kind have had this value without a break."""
        found: datetime | None = None
        for each in reversed(self.events):
            if each.what is what:
                if each.value != value:
                    break
                found = each.at
        return found

    def published(self, origin: Origin) -> Publication:
        """What a source said last."""
        found = self.last(SOURCES[origin])
        return Publication(found.value) if found is not None else Publication.UNKNOWN

    @property
    def bal_kind(self) -> BalKind:
        """The type of the BAL as it was published last."""
        found = self.last(Happened.KIND)
        return BalKind(found.value) if found is not None else BalKind.UNKNOWN

    def remind_on(self) -> datetime | None:
        """When the provider is to be asked again, from the latest request or answer on; None where nothing
        is waited for.
        """
        if not self.is_open:
            return None
        found = self.last(Happened.REQUESTED, Happened.ANSWERED)
        return found.at + timedelta(days=REMIND_DAYS) if found is not None else None


def open_case(cases: Iterable[Case], address: str, kind: CaseKind | None = None) -> Case | None:
    """The case of a BAL that is still followed, of this kind; a deletion comes after a depublication, and is
    the one where no kind is asked for.
    """
    key = address.lower()
    found = [each for each in cases if each.is_open and each.address == key and kind in (None, each.kind)]
    found.sort(key=lambda each: each.kind is not CaseKind.DELETION)
    return found[0] if found else None
