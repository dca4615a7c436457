"""How long the journal and the plans of finished acts are kept.

SC.MSS/CONF.17-18 recommends six months of traces at least: a shorter time cannot be configured, and without a
setting nothing is ever removed. Whole months go at once, so that the file is written anew once a month.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from balt.cleanup.deeds import Deed, Entry, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.plan_file import plan_path
from balt.cleanup.witness import PROOF, doubted_since, times_of
from balt.clock import Clock
from balt.errors import StoppedError
from balt.i18n import _
from balt.units import format_date

PLAN_DAYS = 90
"""How long an act can be undone: after that its plan, which undoing needs, is removed."""


CLOCK = "clock"
"""The act of a line that tells that nothing was removed, the clock not being believed yet."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was removed: lines of the journal, and plans. ``doubt`` is what to tell the person, once, where
    nothing was, because of the clock.
    """

    lines: int
    plans: int
    doubt: str = ""


def tidy(journal: Journal, keep_months: int, clock: Clock) -> Tidied:
    """Remove what is kept no longer; ``keep_months`` 0 keeps every line. Nothing while the clock may have
    leapt (``witness``): the journal then says so. Raises StoppedError when the journal cannot be read or
    written: it is then as it was.
    """
    if not keep_months and not _old_plans(journal.folder, clock.now()):
        return Tidied(0, 0)
    entries = journal.entries()
    if doubted := doubted_since(times_of(entries), clock.now()):
        return Tidied(0, 0, _held(journal, entries, keep_months, clock.now(), doubted))
    plans = clear_plans(journal, journal.folder, clock)
    return Tidied(prune(journal, keep_months, clock), plans)


def _held(
    journal: Journal,
    entries: Sequence[Entry],
    keep_months: int,
    now: datetime,
    doubted: tuple[datetime | None, datetime],
) -> str:
    """Say, once for each silence, that nothing is removed for now; "" where nothing would be."""
    last, begun = doubted
    limit = months_before(now, keep_months)
    is_due = keep_months and any(each.time < limit for each in entries if each.time)
    told = any(
        each.deed.action == CLOCK for each in entries if each.time is not None and begun <= each.time <= now
    )
    if last is None or told or not (is_due or _old_plans(journal.folder, now)):
        return ""
    journal.append(Deed(Phase.STEP, CLOCK, figures={"last": int(last.timestamp())}))
    return doubt_words(last, begun) + " " + _("Rien d'ancien n'est ôté du journal d'ici là.")


def doubt_words(last: datetime, begun: datetime) -> str:
    """What speaks against the clock."""
    sentence = _(
        "balt n'a rien noté du %(last)s au %(begun)s : une absence, ou une horloge fausse ? Vérifiez la date "
        "de cet ordinateur. Sans correction, balt la croira le %(then)s."
    )
    then = begun + PROOF
    return sentence % {
        "last": format_date(last.date()),
        "begun": format_date(begun.date()),
        "then": format_date(then.date()),
    }


def clear_plans(journal: Journal, folder: Path, clock: Clock) -> int:
    """Remove the plans of acts that ended ``PLAN_DAYS`` ago or earlier; how many. One that is not in the
    journal, or of which an end is not known, stays.
    """
    old = _old_plans(folder, clock.now())
    if not old:
        return 0
    limit = clock.now() - timedelta(days=PLAN_DAYS)
    entries = journal.entries()
    young = {entry.deed.plan for entry in entries if entry.time is None or entry.time >= limit}
    told = {entry.deed.plan for entry in entries}
    removed = 0
    for name in (old & told) - young - open_acts(entries):
        with suppress(OSError, StoppedError):
            plan_path(folder, name).unlink()
            removed += 1
    return removed


def _old_plans(folder: Path, now: datetime) -> set[str]:
    """The plans that were written ``PLAN_DAYS`` ago or earlier; one may have been written again since, to be
    applied again.
    """
    limit = (now - timedelta(days=PLAN_DAYS)).timestamp()
    found = set()
    for name in _names(folder):
        with suppress(OSError, StoppedError):
            if plan_path(folder, name).stat().st_mtime < limit:
                found.add(name)
    return found


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
