"""A BAL as a whole: what its server says, what the directory publishes, what its holder answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from balt.config import Account
from balt.directory.model import BalKind, DirectoryEntry, Origin, PracticeSituation
from balt.mail.model import FolderRole, Quota
from balt.mailboxes.holders import Holder
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.order import is_fresh
from balt.mailboxes.saturation import Forecast
from balt.mailboxes.way_out import WayOut


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """The figures of one BAL. A figure is None when it could not be measured; sizes are octets.

    ``messages``, ``unseen`` and ``size`` cover every folder. ``last_seen`` is the reception date of the
    newest message that carries ``\\Seen``: a lower bound, for IMAP keeps no date of reading; ``seen_in`` is
    what its folder is for. ``unread_since`` is the reception date of the oldest message received after it;
    all of these, of which there are ``unread_run``, are unread. All of them cover the folders into which
    received mail comes (``reading``): ``unlooked`` of them could not be looked at, and ``gone`` messages were
    taken out while others waited; either leaves ``unread_since`` unknown. ``old_*`` and ``large_*`` leave out
    the trash and the drafts; ``large_*`` count messages above the threshold that carry an attachment;
    ``*_folder`` holds most of them, and ``*_spread`` says that others hold some too. ``trash_documents``
    counts the messages of the trash that may hold a document and are not marked as integrated into the
    business software; ``large_documents`` those of the large ones, ``old_documents`` those of the old ones as
    far as it is known: what ``old_unknown`` of these hold was not looked at yet.
    ``saturation`` is a forecast: when the quota will be reached, or why that cannot be said.
    """

    address: str
    reachable: bool
    taken_at: datetime
    error: str | None = None
    messages: int | None = None
    unseen: int | None = None
    size: int | None = None
    quota: Quota | None = None
    trash_folder: str | None = None
    trash_messages: int | None = None
    trash_size: int | None = None
    trash_documents: int | None = None
    last_received: datetime | None = None
    last_sent: datetime | None = None
    last_seen: datetime | None = None
    unread_since: datetime | None = None
    unread_run: int | None = None
    seen_in: FolderRole | None = None
    unlooked: int = 0
    gone: int = 0
    old_messages: int | None = None
    old_size: int | None = None
    old_folder: str | None = None
    old_spread: bool = False
    old_documents: int = 0
    old_unknown: int = 0
    large_messages: int | None = None
    large_size: int | None = None
    large_folder: str | None = None
    large_spread: bool = False
    large_documents: int | None = None
    saturation: Forecast | None = None
    verdict: str | None = None

    @property
    def saturation_date(self) -> datetime | None:
        """When the BAL will be full, where it can be foretold."""
        return None if self.saturation is None else self.saturation.date

    def to_json(self) -> dict[str, object]:
        """The status as ``balt status --json`` prints it; dates are RFC 3339 with offset."""
        trash = None
        if self.trash_messages is not None:
            trash = {"messages": self.trash_messages, "size": self.trash_size}
        quota = None
        if self.quota is not None:
            quota = {"used": self.quota.used, "limit": self.quota.limit}
        return {
            "address": self.address,
            "reachable": self.reachable,
            "error": self.error,
            "messages": self.messages,
            "unseen": self.unseen,
            "size": self.size,
            "quota": quota,
            "trash": trash,
            "last_received": rfc3339(self.last_received),
            "last_sent": rfc3339(self.last_sent),
            "last_seen": rfc3339(self.last_seen),
            "last_seen_in": None if self.seen_in is None else self.seen_in.value,
            "saturation_date": rfc3339(self.saturation_date),
            "saturation": None if self.saturation is None else self.saturation.to_json(),
            "verdict": self.verdict,
        }


class Verdict(StrEnum):
    """What is to be thought of a BAL: an opinion of balt, always with its evidence.

    ``ACTIVE``: read, and published or not meant to be. ``WATCH``: something about it presses (nearly full,
    read long ago). ``INACTIVE``: nobody reads it, and it is not known to be published. ``GHOST``: published,
    and nobody reads it. ``UNLISTED``: it receives mail, and the directory does not know it. ``LEAVING``: on
    its way out of the directory. ``TO_DELETE``: out of the directory, its deletion is next. ``DELETED``: it
    is no more, as its holder noted. ``UNKNOWN``: what is known does not decide.
    """

    ACTIVE = "active"
    WATCH = "watch"
    INACTIVE = "inactive"
    GHOST = "ghost"
    UNLISTED = "unlisted"
    LEAVING = "leaving"
    TO_DELETE = "to_delete"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class Publication(StrEnum):
    """Whether the directory publishes a BAL; ``UNKNOWN`` while no source was read that could tell."""

    PUBLISHED = "published"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Question(StrEnum):
    """What only the holder can say, or must say where nothing can be measured (no IMAP).

    ``CONSULTED`` "yes" or "no"; ``QUOTA`` the percentage in use, "0" to "100"; ``TRASH``, ``OLD`` and
    ``LARGE`` "yes" when that step of ENTRETENIR is done, else "no". Where no source of the directory can be
    asked: ``LISTED`` "yes" or "no" as the Annuaire Santé shows the BAL on its site, and ``ALL``, of ``WHOLE``
    instead of a BAL, "yes" when the holder found no other BAL of theirs there.
    """

    CONSULTED = "consulted"
    QUOTA = "quota"
    TRASH = "trash"
    OLD = "old"
    LARGE = "large"
    LISTED = "listed"
    ALL = "all"


WHOLE = "*"
"""What stands for the whole practice where an answer names its BAL."""


FRESH_DAYS = 90
"""A local choice: after a quarter, what a person said of a BAL is asked again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of a BAL, when (aware) and who; ``note`` is theirs. It ages: see ``is_fresh``."""

    question: Question
    value: str
    given_at: datetime
    author: str = ""
    note: str = ""

    def is_fresh(self, now: datetime) -> bool:
        """Whether the answer still counts; an older one is shown with its date and asked again."""
        return is_fresh(self.given_at, now, FRESH_DAYS)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and what it rests on: ``headline`` in a few words, ``reasons`` one sentence each."""

    verdict: Verdict
    headline: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """What is followed of a BAL on its way out: the verdict that it makes, and what happened, a dated
    sentence each, oldest first; ``steps`` are those of the way, each with its sign; ``way_out`` has the dates
    that the sheets judge by. ``kind`` is the type of the BAL as it was published last, ``holders`` whose it
    was then; ``extraction`` is the day of the latest extraction that was looked at for it; ``unseen``
    tells that nothing has ever shown the BAL.
    """

    finding: Finding
    story: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    way_out: WayOut | None = None
    kind: BalKind = BalKind.UNKNOWN
    extraction: datetime | None = None
    holders: tuple[Holder, ...] = ()
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One BAL, known from the directory, from an account of the configuration, or from both.

    ``entries`` are what the sources publish under this address (several for several situations or sources).
    ``situations`` are those it serves. ``answers`` holds the latest answer to each question. ``story`` is
    what happened since it is on its way out and ``steps`` how far it is, as ``Departure`` has them.
    ``operator`` is what its operator's
    latest statistic says. ``vanished`` is since when the extraction no longer has one that no account opens
    and no source shows, None for all others. ``absent_from`` are the sources that would show
    it, and do not. ``former`` is whose it was by its case, where nothing else tells: ``kind`` then is the
    type that it had. ``followed``: it is somebody else's, and the directory is asked about it, nothing more.
    """

    address: str
    kind: BalKind
    publication: Publication
    finding: Finding
    account: Account | None = None
    status: MailboxStatus | None = None
    entries: tuple[DirectoryEntry, ...] = ()
    situations: tuple[PracticeSituation, ...] = ()
    answers: tuple[Answer, ...] = ()
    story: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    operator: OperatorFigure | None = None
    way_out: WayOut | None = None
    vanished: datetime | None = None
    absent_from: tuple[Origin, ...] = ()
    former: tuple[Holder, ...] = ()
    followed: bool = False

    def answer(self, question: Question) -> Answer | None:
        """The latest answer to a question, fresh or not."""
        return next((each for each in self.answers if each.question is question), None)

    @property
    def deleted(self) -> bool:
        """Whether the BAL is no more: no rule counts it, and its row tells its story."""
        return self.finding.verdict is Verdict.DELETED

    @property
    def rests(self) -> bool:
        """Whether it was noted as deleted, and did not answer since: it may be published still."""
        noted = self.way_out is not None and self.way_out.deleted is not None
        return noted and not has_outlived(self.account, self.status, self.way_out)

    @property
    def counts(self) -> bool:
        """Whether sheets and views count it: it is not deleted, nor known from a past directory only. One on
        its way out that has vanished counts: its auto-reply and its deletion are still to be looked after.
        """
        return not self.deleted and (self.vanished is None or self.way_out is not None)

    @property
    def measured(self) -> MailboxStatus | None:
        """The figures of a BAL that answered."""
        return self.status if self.status is not None and self.status.reachable else None


def has_outlived(account: Account | None, status: MailboxStatus | None, way: WayOut | None) -> bool:
    """Whether a BAL that was noted as deleted gave figures after that: its server opens it still."""
    if account is None or account.access != "imap" or status is None or not status.reachable:
        return False
    return way is not None and way.deleted is not None and status.taken_at > way.deleted


def rfc3339(moment: datetime | None) -> str | None:
    """A moment as RFC 3339 writes it, to the second, with its offset; None stays None."""
    return None if moment is None else moment.isoformat(timespec="seconds")
