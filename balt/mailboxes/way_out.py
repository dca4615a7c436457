"""How far a BAL is on its way out of the directory, as the rules of the sheets need it: dates, no sentences.

Filled from the cases (``balt.cases.way_out``), which know the events behind each date.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a provider: when (None: not yet), when they answered, when to ask again."""

    on: datetime | None = None
    answered: datetime | None = None
    remind_on: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the provider is to be asked again."""
        return self.remind_on is not None and self.remind_on <= now


@dataclass(frozen=True, slots=True)
class AutoReply:
    """The auto-reply of a BAL that leaves: whether it answers, as the server said or (``by_hand``) as the
    holder did; ``since`` when it stands so, ``told`` when that was last said. One that was ``changed`` by
    another program is not active: nobody knows what it says; nor is one that sends people ``elsewhere`` than
    to the replacement. ``watched`` tells that a case is open, so that it is looked at again.
    """

    active: bool
    by_hand: bool
    since: datetime
    told: datetime
    changed: bool = False
    elsewhere: bool = False
    watched: bool = True


@dataclass(frozen=True, slots=True)
class WayOut:
    """One BAL on its way out. ``opened`` is when that began; ``replacement`` the BAL that takes over ("" for
    none yet). ``gone`` is since when no source of the directory shows it; ``recovered`` when its content was
    found safe, or said not to be kept; ``deletion`` what was asked once that held, None before; ``deleted``
    when the BAL was said to be no more. All aware.
    """

    opened: datetime
    replacement: str = ""
    reply: AutoReply | None = None
    depublication: Asked = Asked()
    gone: datetime | None = None
    recovered: datetime | None = None
    deletion: Asked | None = None
    deleted: datetime | None = None
