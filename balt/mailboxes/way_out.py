"""How far a BAL is on its way out of the directory, as the rules of the sheets need it: dates, no sentences.

Filled from the cases (``balt.cases.way_out``), which know the events behind each date.
"""

from dataclasses import dataclass
from datetime import datetime

from balt.mailboxes.order import SKEW


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a provider: when it was written (``on``; None: not yet), or put into the drafts of the BAL
    (``draft``); when it left, as the holder says; when the provider answered; and when the holder is to be
    reminded, of sending it or of asking again. ``former`` tells that it names a BAL that is no longer the one
    that takes over: it is to be written again since another one was named, and the reminder is of that day.
    """

    on: datetime | None = None
    sent: datetime | None = None
    answered: datetime | None = None
    remind_on: datetime | None = None
    draft: bool = False
    former: bool = False

    @property
    def is_unsent(self) -> bool:
        """Whether it was written, and nothing tells that it left: an answer does."""
        return self.on is not None and self.sent is None and self.answered is None

    def is_late(self, now: datetime) -> bool:
        """Whether the day of the reminder has come, or cannot be told."""
        return self.is_ahead(now) or (self.remind_on is not None and self.remind_on <= now)

    def is_ahead(self, now: datetime) -> bool:
        """Whether a clock that was wrong has dated it: what is waited for would never be late."""
        dated = (self.on, self.sent, self.answered)
        return any(each is not None and each > now + SKEW for each in dated)


@dataclass(frozen=True, slots=True)
class AutoReply:
    """The auto-reply of a BAL that leaves: how it ``stands`` (a ``balt.cases.model.Reply``), and so whether
    it answers (``active``), as the server said or (``by_hand``) as the holder did; ``since`` when it stands
    so, ``told`` when that was last said; ``former`` that another BAL has been named to take over since then.
    """

    stands: str
    active: bool
    by_hand: bool
    since: datetime
    told: datetime
    former: bool = False


@dataclass(frozen=True, slots=True)
class WayOut:
    """One BAL on its way out. ``opened`` is when that began; ``replacement`` the BAL that takes over ("" for
    none yet), ``circle`` that who writes to that one is sent back here, from one BAL to the next, ``doubt``
    what else was seen to speak against it (a ``balt.cases.doubts.Doubt``), "" for nothing. ``gone`` is since
    when no source of the directory shows it; ``back`` that a source shows it again, and that nothing was
    asked of the provider since; ``recovered`` when its content was found safe, or said not to be kept;
    ``deletion`` what was asked once that held, None before; ``deleted`` when the BAL was said to be no more.
    All aware.
    """

    opened: datetime
    replacement: str = ""
    circle: bool = False
    doubt: str = ""
    reply: AutoReply | None = None
    depublication: Asked = Asked()
    gone: datetime | None = None
    back: bool = False
    recovered: datetime | None = None
    deletion: Asked | None = None
    deleted: datetime | None = None


def is_leaving(way: WayOut | None) -> bool:
    """Whether a BAL is on its way out, and not noted as deleted: one that is there then counts again."""
    return way is not None and way.deleted is None
