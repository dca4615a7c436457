"""Who still writes to a BAL that is on its way out: whom to warn, and whether they become fewer.

Looked up each time and never kept: an address may be a patient's.
"""

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from balt.i18n import _
from balt.mail.dates import moment
from balt.mail.facts import read_facts
from balt.mail.folder_roles import roles_held
from balt.mail.listing import Listing
from balt.mail.model import FolderRole, Kind
from balt.mailboxes.activity import MailSource, learn_facts

LEAST_DAYS = 30
MOST_DAYS = 90
"""The stretch of time that is counted: since the case was opened, within these."""
_OTHER_ROLES = (FolderRole.SENT, FolderRole.DRAFTS, FolderRole.JUNK)
_BY_MACHINES = (Kind.RECEIPT, Kind.BOUNCE, Kind.AUTOREPLY, Kind.NOTIFICATION)
"""Kinds that need no warning: nobody wrote them, or to many at once. What brings a document is none of them,
whoever sends it.
"""
_MAIL_SYSTEMS = ("mailer-daemon", "postmaster")
_NO_REPLY = ("noreply", "no-reply", "ne-pas-repondre", "nepasrepondre")

_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_PATIENT = re.compile(r"@(?:[^@]*\.)?patient\.mssante\.fr$", re.I)


class Trend(StrEnum):
    """What has become of what somebody sends: as much, more, less, nothing any more."""

    STEADY = "steady"
    RISING = "rising"
    FALLING = "falling"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Writer:
    """One address (without case), how many messages came from it in the last stretch of time and in the one
    before, and the latest one (aware). ``patient`` tells that one of them came through Mon espace santé.
    """

    address: str
    recent: int
    before: int
    latest: datetime
    patient: bool = False

    @property
    def is_patient(self) -> bool:
        """Whether it is a patient's, by its domain or by the header ``X-MSS-MES``."""
        return self.patient or _PATIENT.search(self.address) is not None

    @property
    def trend(self) -> Trend:
        """Whether it writes less."""
        return trend_of(self.recent, self.before)


@dataclass(frozen=True, slots=True)
class Writers:
    """Those who wrote in the last two stretches of ``days`` days, the most recent messages first."""

    days: int
    people: tuple[Writer, ...]

    @property
    def recent(self) -> int:
        """Messages of the last stretch."""
        return sum(each.recent for each in self.people)

    @property
    def before(self) -> int:
        """Messages of the one before."""
        return sum(each.before for each in self.people)

    @property
    def trend(self) -> Trend:
        """Whether the mail becomes less."""
        return trend_of(self.recent, self.before)

    @property
    def still(self) -> tuple[Writer, ...]:
        """Those who have written in the last stretch: whom to warn."""
        return tuple(each for each in self.people if each.recent)

    @property
    def to_copy(self) -> tuple[str, ...]:
        """The addresses of ``still`` that may leave balt: no patient's, and nothing but an address, as they
        come from mail that anybody may have sent.
        """
        found = (each.address for each in self.still if not each.is_patient)
        return tuple(each for each in found if _ADDRESS.fullmatch(each))


class Source(MailSource, Protocol):
    """What is asked of a session."""

    def senders(self, folder: str, uids: Sequence[int]) -> dict[int, str]: ...


def trend_of(recent: int, before: int) -> Trend:
    """What two counts say; a quarter or a single message more or less is chance."""
    if not recent:
        return Trend.ENDED if before else Trend.STEADY
    if abs(recent - before) < 2:
        return Trend.STEADY
    if recent * 4 > before * 5:
        return Trend.RISING
    return Trend.FALLING if recent * 4 < before * 3 else Trend.STEADY


def days_of(opened: datetime, now: datetime) -> int:
    """The stretch of time to count for a case."""
    return max(LEAST_DAYS, min((now - opened).days, MOST_DAYS))


def read_writers(session: Source, days: int, now: datetime, own: Collection[str] = ()) -> Writers:
    """Who wrote to the BAL; nothing is marked as read. ``own`` are the addresses of the holder, who need no
    warning. Raises MailServerError as the session does.
    """
    middle, first = now - timedelta(days=days), now - timedelta(days=2 * days)
    mine = {each.casefold() for each in own}
    folders = session.folders()
    held = roles_held(folders)
    found: list[tuple[str, datetime]] = []
    patients: set[str] = set()
    services: set[str] = set()
    for folder in folders:
        if not folder.selectable or held[folder.name] in _OTHER_ROLES or folder.gathers:
            continue
        for sender, date, kind in _received(session, session.scan(folder.name), first, now):
            if kind not in _BY_MACHINES and sender.casefold() not in mine:
                found.append((sender, date))
                patients |= {sender.casefold()} if kind is Kind.PATIENT else set()
                services |= {sender.casefold()} if kind is Kind.DOCUMENT else set()
    return Writers(days, counted(found, middle, patients, services))


def _received(
    session: Source, listing: Listing, first: datetime, last: datetime
) -> Iterator[tuple[str, datetime, Kind | None]]:
    """Sender, date and kind of each message received between two moments; structures are read where they are
    not known yet. The kind is None where a message went away meanwhile.
    """
    start, end = first.timestamp(), last.timestamp()
    rows = array("I", (row for row, date in enumerate(listing.dates) if start < date <= end))
    for _pause in learn_facts(session, listing, rows):
        pass
    senders = session.senders(listing.folder, [listing.uids[row] for row in rows]) if rows else {}
    for row in rows:
        sender, date = senders.get(listing.uids[row]), moment(listing.dates[row])
        facts = read_facts(listing.facts[row])
        if sender and date is not None:
            yield sender, date, facts.kind if facts is not None else None


def counted(
    found: Iterable[tuple[str, datetime]],
    middle: datetime,
    patients: Collection[str] = (),
    services: Collection[str] = (),
) -> tuple[Writer, ...]:
    """The senders of messages, by address without case; programs that answer by themselves are left out.
    ``patients`` are those known to write through Mon espace santé; ``services`` those who bring documents,
    who are to be warned even where they read no answers.
    """
    recent: Counter[str] = Counter()
    before: Counter[str] = Counter()
    latest: dict[str, datetime] = {}
    for sender, date in found:
        address = sender.casefold()
        local = address.partition("@")[0]
        if local in _MAIL_SYSTEMS or (local in _NO_REPLY and address not in services):
            continue
        (recent if date > middle else before)[address] += 1
        latest[address] = max(date, latest.get(address, date))
    people = [
        Writer(each, recent[each], before[each], date, each in patients) for each, date in latest.items()
    ]
    return tuple(sorted(people, key=lambda each: (-each.recent, -each.before, each.address)))


def without_patients(writers: Writers) -> Writers:
    """For all that is shown, printed or kept: a patient's address bears their INS, and is not told."""
    unnamed = _("adresse de patient")
    people = tuple(
        replace(each, address=unnamed, patient=True) if each.is_patient else each for each in writers.people
    )
    return replace(writers, people=people)


def without_names(writers: Writers) -> Writers:
    """The numbers only, as discreet access has them."""
    people = tuple(
        replace(each, address=_("correspondant %d") % number)
        for number, each in enumerate(writers.people, start=1)
    )
    return replace(writers, people=people)
