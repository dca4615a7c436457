"""Whether the directory shows the BAL of a case, by what was noted of each source; and one that came back.

While no source can tell, as its holder saw it (sheet IDENTIFIER: the directory, or the operator).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from balt.cases.model import SOURCES, UNSEEN, Case, CaseKind, Event, Happened
from balt.directory.model import FRESH_DAYS, Origin
from balt.mailboxes.model import Publication


def is_gone(case: Case) -> bool:
    """Whether no source of the directory that was read shows the BAL, and one at least would; where none
    tells, whether its holder saw that it is not there.
    """
    if (word := holders_word(case)) is not None:
        return word.value == Publication.ABSENT
    return not shown_in(case) and bool(absent_from(case))


def is_over(case: Case) -> bool:
    """Whether what was asked for has come about."""
    if case.kind is CaseKind.DELETION:
        return case.last(Happened.DELETED) is not None
    return is_gone(case)


def never_shown(cases: Iterable[Case], address: str) -> bool:
    """Whether a BAL has cases, and nothing has ever shown it, neither before they were opened nor since: that
    the directory does not list it tells nothing then, for there may be no such BAL.
    """
    told = [each for each in cases if each.address == address.lower()]
    return bool(told) and all(_is_unseen(each) for each in told)


def _is_unseen(case: Case) -> bool:
    listed = (*SOURCES.values(), Happened.LISTED)
    shown = any(each.what in listed and each.value == Publication.PUBLISHED for each in case.counted)
    return case.events[0].ref == UNSEEN and not shown


def holders_word(case: Case) -> Event | None:
    """What the holder saw last, where no source of the directory tells; else None."""
    if any(case.published(origin) is not Publication.UNKNOWN for origin in SOURCES):
        return None
    seen = case.looks(Happened.LISTED)
    return seen[-1] if seen else None


def shown_in(case: Case) -> list[Origin]:
    """The sources that showed the BAL when they were looked at last."""
    shown = [origin for origin in SOURCES if case.published(origin) is Publication.PUBLISHED]
    return [] if shown == [Origin.EXTRACTION] and outdated(case) else shown


def outdated(case: Case) -> bool:
    """Whether the extraction that was looked at last was made so long before the API did not show the BAL
    that it decides nothing beside it (domain 2.1: what is older than ``FRESH_DAYS`` days).
    """
    api, extraction = (case.looks(SOURCES[each]) for each in (Origin.API, Origin.EXTRACTION))
    if not api or not extraction or api[-1].value != Publication.ABSENT:
        return False
    return api[-1].dated - extraction[-1].dated >= timedelta(days=FRESH_DAYS)


def absent_from(case: Case) -> list[Origin]:
    """The sources that did not show the BAL when they were looked at last."""
    return [origin for origin in SOURCES if case.published(origin) is Publication.ABSENT]


def back_in(case: Case) -> list[Origin]:
    """The sources that show the BAL again: they had not before. One that is to be deleted had left them. A
    file that is older than the absence, be it the API's, shows nothing again.
    """
    to_delete = case.kind is CaseKind.DELETION
    absent = [
        look for each in SOURCES.values() for look in case.looks(each) if look.value == Publication.ABSENT
    ]
    left = max((look.dated for look in absent), default=None)
    return [
        origin
        for origin in shown_in(case)
        if (to_delete or absent_on(case, origin) is not None)
        and (left is None or case.looks(SOURCES[origin])[-1].dated > left)
    ]


def left_before(case: Case) -> datetime | None:
    """When a source last did not show a BAL that it shows again; None of one that is not back, or of which no
    source had said so in this case.
    """
    return _latest(case, back_in(case), absent_on)


def last_absent(case: Case) -> datetime | None:
    """When a source last did not show it, be it shown since; None where none ever said so."""
    return _latest(case, list(SOURCES), absent_on)


def gone_since(case: Case) -> datetime | None:
    """Since when no source shows the BAL, each for itself; None while one does, or nothing was read."""
    if (word := holders_word(case)) is not None:
        return word.dated if word.value == Publication.ABSENT else None
    return _latest(case, absent_from(case), gone_from) if is_gone(case) else None


def _latest(
    case: Case, origins: list[Origin], moment: Callable[[Case, Origin], datetime | None]
) -> datetime | None:
    moments = [moment(case, each) for each in origins]
    return max((each for each in moments if each is not None), default=None)


def gone_from(case: Case, origin: Origin) -> datetime | None:
    """Since when a source has not shown it, without a break; None where it shows it."""
    return case.since(SOURCES[origin], Publication.ABSENT)


def absent_on(case: Case, origin: Origin) -> datetime | None:
    """When a source was looked at last without showing it, be it shown since; None where it always was."""
    found = [each for each in case.looks(SOURCES[origin]) if each.value == Publication.ABSENT]
    return found[-1].at if found else None
