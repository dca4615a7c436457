"""Whether the directory shows the BAL of a case, by what was noted of each source; and one that came back."""

from collections.abc import Callable
from datetime import datetime

from balt.cases.model import SOURCES, Case, CaseKind
from balt.directory.model import Origin
from balt.mailboxes.model import Publication


def is_gone(case: Case) -> bool:
    """Whether no source of the directory that was read shows the BAL, and one at least would."""
    return not shown_in(case) and bool(absent_from(case))


def shown_in(case: Case) -> list[Origin]:
    """The sources that showed the BAL when they were looked at last."""
    return [origin for origin in SOURCES if case.published(origin) is Publication.PUBLISHED]


def absent_from(case: Case) -> list[Origin]:
    """The sources that did not show the BAL when they were looked at last."""
    return [origin for origin in SOURCES if case.published(origin) is Publication.ABSENT]


def back_in(case: Case) -> list[Origin]:
    """The sources that show the BAL again: they had not before. One that is to be deleted had left them."""
    to_delete = case.kind is CaseKind.DELETION
    return [origin for origin in shown_in(case) if to_delete or absent_on(case, origin) is not None]


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
    source = SOURCES[origin]
    for each in reversed(case.events):
        if each.what is source and each.value == Publication.ABSENT:
            return each.at
    return None
