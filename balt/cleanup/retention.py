"""How long the journal and the plans of finished acts are kept.

SC.MSS/CONF.17-18 recommends six months of traces at least: a shorter time cannot be configured, and without a
setting nothing is ever removed. Whole months go at once, so that the file is written anew once a month.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from balt.cleanup.deeds import Entry, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.plan_file import plan_path
from balt.clock import Clock
from balt.errors import StoppedError

PLAN_DAYS = 90
"""How long an act can be undone: after that its plan, which undoing needs, is removed."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was removed: lines of the journal, and plans."""

    lines: int
    plans: int


def tidy(journal: Journal, keep_months: int, clock: Clock) -> Tidied:
    """Remove what is kept no longer; ``keep_months`` 0 keeps every line. Raises StoppedError when the journal
    cannot be read or written: it is then as it was.
    """
    plans = clear_plans(journal, journal.folder, clock)
    return Tidied(prune(journal, keep_months, clock), plans)


def clear_plans(journal: Journal, folder: Path, clock: Clock) -> int:
    """Remove the plans of acts that ended ``PLAN_DAYS`` ago or earlier; how many. One that is not in the
    journal, or of which an end is not known, stays.
    """
    if not _names(folder):
        return 0
    limit = clock.now() - timedelta(days=PLAN_DAYS)
    entries = journal.entries()
    young = {entry.deed.plan for entry in entries if entry.time is None or entry.time >= limit}
    told = {entry.deed.plan for entry in entries}
    removed = 0
    for name in (_names(folder) & told) - young - open_acts(entries):
        with suppress(OSError, StoppedError):
            path = plan_path(folder, name)
            if path.stat().st_mtime < limit.timestamp():  # else it has just been written to be applied again
                path.unlink()
                removed += 1
    return removed


def prune(journal: Journal, keep_months: int, clock: Clock) -> int:
    """Remove the lines of more than ``keep_months`` whole months ago; how many that were.

    The lines of an act go together or not at all. Those of an act whose end is not known stay, and those of
    one whose plan is still there, since it may be undone, a line that only a later version can read, and all
    that was written after the first that stays.
    """
    if not keep_months:
        return 0
    limit = months_before(clock.now(), keep_months)
    plans = _names(journal.folder)

    def oldest(entries: Sequence[Entry]) -> int:
        stays = [_is_unknown(each) or (each.time is not None and each.time >= limit) for each in entries]
        end = stays.index(True) if True in stays else len(entries)
        held = plans | open_acts(entries) | {entry.deed.plan for entry in entries[end:]}
        held.discard("")  # of lines that belong to no act
        return next((i for i, each in enumerate(entries[:end]) if each.deed.plan in held), end)

    return journal.shorten(oldest)


def months_before(moment: datetime, months: int) -> datetime:
    """The beginning of the month that came so many months before."""
    month = moment.year * 12 + moment.month - 1 - months
    first = moment.replace(year=max(month // 12, 1), month=month % 12 + 1, day=1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)


def open_acts(entries: Sequence[Entry]) -> set[str]:
    """The plans of acts that were begun and whose end is not known, in one of their folders at least."""
    opened: dict[tuple[str, str], Phase] = {}
    for entry in entries:
        deed = entry.deed
        if deed.phase in (Phase.BEFORE, Phase.AFTER, Phase.SETTLED):
            opened[deed.plan, deed.folder] = deed.phase
    return {plan for (plan, _folder), phase in opened.items() if phase is Phase.BEFORE}


def _is_unknown(entry: Entry) -> bool:
    """Whether a line is whole and says something, unlike one that a crash cut short, but not to this balt."""
    return entry.deed.phase is Phase.DAMAGED and entry.hash != ""


def _names(folder: Path) -> set[str]:
    """The plans that balt has kept."""
    with suppress(OSError):
        return {path.stem for path in (folder / "plans").glob("*.json")}
    return set()
