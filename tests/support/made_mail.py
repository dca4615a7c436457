"""Made-up BAL whose future is known: what came, what goes when, and so when a limit will be reached.

Days count from now: what came before is negative. What is removed has its day when it comes, whoever removes
it, so that the same mail tells the present listings and the future.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from balt.mail.listing import Listing
from balt.mailboxes.saturation import Inflow, inflow_steps

DAY = 86_400
YEAR = 365.25
MONTH = YEAR / 12
"""Days."""
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MIB = 1024**2
YEARS_AHEAD = 6

Pace = Callable[[float], float]
"""How much comes on a day, beside an ordinary one."""
Fate = Callable[[float, random.Random], float]
"""The day on which what came on a day is removed."""


def steady(_day: float) -> float:
    """The same all the time."""
    return 1.0


def stays(_day: float, _chooser: random.Random) -> float:
    """Nothing is removed."""
    return math.inf


def seasons(day: float) -> float:
    """Hardly anything in August, half of it in July, more in winter."""
    month = (day + 326) % YEAR / MONTH
    return {6: 0.5, 7: 0.1, 0: 1.3, 1: 1.3, 10: 1.2, 11: 1.2}.get(int(month), 1.0)


def growing(part: float) -> Pace:
    """More every year by this part."""
    return lambda day: float((1 + part) ** (day / YEAR))


def stopped(days: float) -> Pace:
    """Nothing comes any more since so many days."""
    return lambda day: 1.0 if day < -days else 0.0


def after(days: float) -> Fate:
    """The server or the holder removes all that is so old."""
    return lambda day, _chooser: day + days


def purge_every(days: float, older_than: float, kept: float = 0.0) -> Fate:
    """At fixed days, all that is older goes, but for a part; the last time was 100 days ago."""

    def fate(day: float, chooser: random.Random) -> float:
        if chooser.random() < kept:
            return math.inf
        return math.ceil((day + older_than + 100) / days) * days - 100

    return fate


def purge_once(days_ago: float, older_than: float, kept: float = 0.0) -> Fate:
    """One clean-up in the past."""

    def fate(day: float, chooser: random.Random) -> float:
        goes = day + older_than < -days_ago and chooser.random() >= kept
        return -days_ago if goes else math.inf

    return fate


def soon(part: float) -> Fate:
    """A part of what comes is thrown away within weeks."""
    return lambda day, chooser: day + chooser.expovariate(1 / 20) if chooser.random() < part else math.inf


@dataclass(frozen=True)
class Batch:
    """Mail brought from elsewhere: ``octets`` in 200 messages, dated between two days."""

    octets: int
    first: float
    last: float


@dataclass(frozen=True)
class Habits:
    """How a BAL is used since ``years``: ``monthly`` messages of ``size`` octets on average, whose logarithm
    has the standard deviation ``spread``; ``filed`` and ``sent`` are parts of them. ``renumbered``: the
    server was changed, and numbers what it got from 1 on. ``highest`` is the highest pace.
    """

    pace: Pace = steady
    fate: Fate = stays
    years: float = 6
    monthly: int = 120
    size: int = 300_000
    spread: float = 1.2
    filed: float = 0.2
    sent: float = 0.2
    batches: tuple[Batch, ...] = ()
    renumbered: bool = False
    highest: float = 1.5


@dataclass(frozen=True)
class Mail:
    """One message: when it comes and goes, and where it is kept."""

    comes: float
    goes: float
    size: int
    folder: str


class MadeMailbox:
    """All the mail that a BAL has had and will have; the same for one seed."""

    def __init__(self, habits: Habits, seed: int) -> None:
        self._habits = habits
        mails = list(_mails(habits, random.Random(seed)))
        self._mails = sorted(mails, key=lambda mail: mail.comes)
        self.used = sum(mail.size for mail in self._mails if mail.comes <= 0 < mail.goes)

    def inflow(self) -> Inflow:
        """What balt finds now."""
        folders = {name: Listing(name, 1, 1) for name in ("INBOX", "Laboratoires", "Envoyés")}
        numbers = dict.fromkeys(folders, 0)
        for mail in self._mails:
            if mail.comes > 0:
                break
            there = mail.goes > 0
            if self._habits.renumbered and not there:
                continue
            through = ("Envoyés",) if mail.folder == "Envoyés" else dict.fromkeys(("INBOX", mail.folder))
            for folder in through:
                numbers[folder] += 1
                folders[folder].uidnext = numbers[folder] + 1
            if there:
                listing = folders[mail.folder]
                listing.uids.append(numbers[mail.folder])
                listing.sizes.append(mail.size)
                listing.dates.append(int(NOW.timestamp() + mail.comes * DAY))
        steps = inflow_steps(folders.values(), NOW, folders["INBOX"], [folders["Envoyés"]])
        while True:
            try:
                next(steps)
            except StopIteration as end:
                inflow: Inflow = end.value
                return inflow

    def room_for(self, months: float) -> int:
        """The octets that will have come after so many months, removed or not."""
        return sum(mail.size for mail in self._mails if 0 < mail.comes <= months * MONTH)

    def months_until_full(self, limit: int) -> float:
        """When ``limit`` is reached, in months; infinite when it is not within six years."""
        changes = [(mail.comes, mail.size) for mail in self._mails if mail.comes > 0]
        changes += [(mail.goes, -mail.size) for mail in self._mails if 0 < mail.goes < math.inf]
        level = self.used
        for day, octets in sorted(changes):
            level += octets
            if level >= limit:
                return day / MONTH
        return math.inf


def _mails(habits: Habits, chooser: random.Random) -> Iterator[Mail]:
    middle = math.log(habits.size) - habits.spread**2 / 2
    days = (habits.years + YEARS_AHEAD) * 365.25
    for _ in range(round(days / MONTH * habits.monthly * habits.highest)):
        day = chooser.random() * days - habits.years * 365.25
        if chooser.random() * habits.highest > habits.pace(day):
            continue
        drawn = chooser.random() - habits.sent
        folder = "Envoyés" if drawn < 0 else "Laboratoires" if drawn < habits.filed else "INBOX"
        size = int(chooser.lognormvariate(middle, habits.spread))
        yield Mail(day, habits.fate(day, chooser), size, folder)
    for batch in habits.batches:
        for _ in range(200):
            yield Mail(chooser.uniform(batch.first, batch.last), math.inf, batch.octets // 200, "INBOX")
