"""What a case makes of its BAL: on its way out of the directory, or to be deleted; this outranks what its
messages say. And the story of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from balt.cases import words
from balt.cases.model import Case, CaseKind, Happened
from balt.cases.steps import Known, StepState, is_gone, steps_of
from balt.cases.way_out import way_out_of
from balt.i18n import _
from balt.mailboxes.model import Departure, Finding, Verdict
from balt.units import format_date


def departures(cases: Iterable[Case], now: datetime) -> Mapping[str, Departure]:
    """The verdicts that follow from cases, by address, each with its story; none for a BAL whose case was
    abandoned. The latest case of each kind counts.
    """
    latest: dict[str, dict[CaseKind, Case]] = {}
    for case in cases:
        known = latest.setdefault(case.address, {})
        known[case.kind] = case
        if case.kind is CaseKind.DEPUBLICATION and _is_past(known.get(CaseKind.DELETION), case):
            del known[CaseKind.DELETION]
    found = {address: _finding(kinds, now) for address, kinds in latest.items()}
    return {
        address: Departure(
            finding,
            _story(latest[address].values(), now),
            _steps(latest[address], now),
            way_out_of(latest[address]),
        )
        for address, finding in found.items()
        if finding is not None
    }


def _is_past(deletion: Case | None, leaving: Case) -> bool:
    """Whether a BAL that was deleted is there again, and on its way out once more."""
    deleted = deletion.last(Happened.DELETED) if deletion is not None else None
    return deleted is not None and leaving.opened > deleted.at


def _steps(kinds: Mapping[CaseKind, Case], now: datetime) -> tuple[str, ...]:
    """The steps of the case that is under way, each with its sign."""
    deletion = kinds.get(CaseKind.DELETION)
    if deletion is None or deletion.events[-1].what is Happened.ABANDONED:
        deletion = kinds[CaseKind.DEPUBLICATION]
    steps = steps_of(deletion, Known(), now)
    return tuple(f"{words.SIGNS[each.state]} {words.step_line(each)}" for each in steps)


def _story(cases: Iterable[Case], now: datetime) -> tuple[str, ...]:
    """What happened, a dated line each, oldest first."""
    events = sorted((event for case in cases for event in case.events), key=lambda each: each.at)
    return tuple(
        f"{format_date(each.at.astimezone(now.tzinfo).date())} · {words.event_line(each)}" for each in events
    )


def _finding(kinds: Mapping[CaseKind, Case], now: datetime) -> Finding | None:
    deletion, leaving = kinds.get(CaseKind.DELETION), kinds.get(CaseKind.DEPUBLICATION)
    if deletion is not None and deletion.events[-1].what is not Happened.ABANDONED:
        if (deleted := deletion.last(Happened.DELETED)) is not None:
            day = format_date(deleted.at.astimezone(now.tzinfo).date())
            return Finding(Verdict.DELETED, _("supprimée le %s") % day)
        if not deletion.is_open:
            return None
        return Finding(Verdict.TO_DELETE, _headline(deletion), _reasons(deletion, now))
    if leaving is None or leaving.events[-1].what is Happened.ABANDONED:
        return None
    if is_gone(leaving):
        return Finding(Verdict.TO_DELETE, _("hors de l'annuaire, à supprimer"), _reasons(leaving, now))
    return Finding(Verdict.LEAVING, _headline(leaving), _reasons(leaving, now))


def _headline(case: Case) -> str:
    """Where the request stands."""
    asked = case.last(Happened.REQUESTED)
    if asked is None:
        return _("demande à écrire")
    return _("demandée le %s") % format_date(asked.at.date())


def _reasons(case: Case, now: datetime) -> tuple[str, ...]:
    """What is still to be done, in the order of the steps."""
    return tuple(each.said for each in steps_of(case, Known(), now) if each.state is not StepState.DONE)
