"""What the API said of a BAL is kept no longer than its terms allow (domain 2.1: purged at 30 days).

An absence is not among it: nothing of the directory is in it, and since when a BAL has left is what the
practice itself found, on the day on which it could be answered for.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from balt.cases.doubts import NO_DOUBT
from balt.cases.holders import without_api
from balt.cases.model import Case, Event, Happened
from balt.cases.presence import absent_on, gone_from
from balt.directory.model import FRESH_DAYS, Origin
from balt.mailboxes.model import Publication


def without_aged(cases: Iterable[Case], now: datetime) -> tuple[Case, ...]:
    """The cases without what the API published ``FRESH_DAYS`` days ago or earlier; equal ones where there is
    none. Of a BAL that has left, the day since when the API does not show it stays; of one that came back,
    the day of the last look that did not, as long as it is known that the API shows it. Pure.
    """
    return tuple(_without_replacement(_without_aged(_without_holders(each, now), now), now) for each in cases)


def _without_replacement(case: Case, now: datetime) -> Case:
    """Without what says that the directory showed the replacement, nor what had been seen before that: it
    must not count again.
    """
    aged = [
        place
        for place, each in enumerate(case.events)
        if each.what is Happened.REPLACEMENT and each.value == NO_DOUBT and (now - each.at).days >= FRESH_DAYS
    ]
    if not aged:
        return case
    kept = (
        each
        for place, each in enumerate(case.events)
        if each.what is not Happened.REPLACEMENT or place > aged[-1]
    )
    return replace(case, events=tuple(kept))


def _without_holders(case: Case, now: datetime) -> Case:
    """Without those whom the API alone named, and without a look that named nobody else."""
    events = tuple(
        replace(each, holders=without_api(each.holders))
        if each.what is Happened.HOLDERS and (now - each.at).days >= FRESH_DAYS
        else each
        for each in case.events
    )
    return replace(
        case, events=tuple(each for each in events if each.what is not Happened.HOLDERS or each.holders)
    )


def _without_aged(case: Case, now: datetime) -> Case:
    shown = case.last(Happened.API)
    is_shown = shown is not None and shown.value == Publication.PUBLISHED
    forgotten = is_shown and shown is not None and _is_aged(shown, now)
    left = None if forgotten else absent_on(case, Origin.API) if is_shown else gone_from(case, Origin.API)
    events = tuple(
        each
        for each in case.events
        if (not _is_aged(each, now) or _is_leaving(each, left)) and not (forgotten and _is_absent(each))
    )
    return case if len(events) == len(case.events) else replace(case, events=events)


def _is_leaving(event: Event, left: datetime | None) -> bool:
    """Whether this is the look that is kept. An absence is: nothing of the directory is in it."""
    return event.what is Happened.API and event.value == Publication.ABSENT and event.at == left


def _is_absent(event: Event) -> bool:
    """Whether the extraction did not show the BAL: beside an API that did, this proved nothing, nor does it
    once what the API showed is forgotten.
    """
    return event.what is Happened.EXTRACTION and event.value == Publication.ABSENT


def _is_aged(event: Event, now: datetime) -> bool:
    """A type is the API's too where no extraction gave it."""
    of_the_api = event.what is Happened.API or (
        event.what is Happened.KIND and event.note != Origin.EXTRACTION
    )
    return of_the_api and (now - event.at).days >= FRESH_DAYS
