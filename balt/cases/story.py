"""The story of a BAL on its way out: what happened in its cases, in that order, a line each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from balt.cases.model import SOURCES, Case, Event, Happened, Seen
from balt.cases.words import event_line, kind_words, source_line, told_of
from balt.i18n import _
from balt.units import format_date

_OF_ITS_CASE = (
    Happened.OPENED,
    Happened.REQUESTED,
    Happened.SENT,
    Happened.ANSWERED,
    Happened.TAKEN_BACK,
    Happened.CLOSED,
    Happened.ABANDONED,
)
"""What says nothing by itself where both cases of a BAL have a part in the story."""


@dataclass(frozen=True, slots=True)
class _Told:
    """An event, its case and its day."""

    event: Event
    case: Case
    day: date


def story_of(cases: Iterable[Case], now: datetime) -> tuple[tuple[date, str], ...]:
    """What happened, by day and line, oldest first; what both cases tell of one day is told once. Pure."""
    told = tuple(cases)
    events = [
        _Told(event, case, event.at.astimezone(now.tzinfo).date())
        for case in told
        for event in told_of(case, now)
        if not _goes_without_saying(event, case)
    ]
    several = len({case.kind for case in told}) > 1
    events.sort(key=_place)
    return tuple((group[0].day, _line(group, several=several)) for group in _sources_together(_once(events)))


def story_lines(cases: Iterable[Case], now: datetime) -> tuple[str, ...]:
    """The same, each line with its day."""
    return tuple(f"{format_date(day)} · {line}" for day, line in story_of(cases, now))


def _goes_without_saying(event: Event, case: Case) -> bool:
    """The type of a BAL that did not change, and an archive that is where it was just put."""
    first = next(each for each in case.events if each.what is event.what) is event
    return first and (
        event.what is Happened.KIND or (event.what is Happened.ARCHIVE and event.value == Seen.THERE)
    )


def _place(told: _Told) -> tuple[datetime, bool, datetime]:
    """By the second, nothing before its case was opened; what the end of a BAL closes comes after that."""
    at = max(told.event.at, told.case.opened)
    return at.replace(microsecond=0), told.event.what is Happened.CLOSED, at


def _once(events: Iterable[_Told]) -> Iterator[_Told]:
    """Without what the other case has told of the same day: as often as the one that tells it more often."""
    emitted: Counter[tuple[date, Happened, str]] = Counter()
    by_case: Counter[tuple[int, tuple[date, Happened, str]]] = Counter()
    for each in events:
        if each.event.what in _OF_ITS_CASE:
            yield each
            continue
        said = (each.day, each.event.what, event_line(each.event))
        by_case[id(each.case), said] += 1
        if by_case[id(each.case), said] > emitted[said]:
            emitted[said] += 1
            yield each


def _sources_together(events: Iterable[_Told]) -> list[list[_Told]]:
    """Each event by itself, but for the sources of the directory that say the same on one day."""
    groups: list[list[_Told]] = []
    for each in events:
        last = groups[-1][0] if groups else None
        if last is not None and _alike(last, each):
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _alike(one: _Told, other: _Told) -> bool:
    both = one.event.what in SOURCES.values() and other.event.what in SOURCES.values()
    return both and (one.day, one.event.value) == (other.day, other.event.value)


def _line(group: list[_Told], *, several: bool) -> str:
    event, case = group[0].event, group[0].case
    if event.what in SOURCES.values():
        said = {each.event.what: each.event for each in group}
        return source_line([said[what] for what in SOURCES.values() if what in said])
    line = event_line(event)
    if several and event.what in _OF_ITS_CASE:
        return _("%(case)s : %(said)s") % {"case": kind_words(case.kind), "said": line}
    return line
