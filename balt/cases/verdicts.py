"""What a case makes of its BAL: on its way out of the directory, or to be deleted; this outranks what its
messages say. And the story of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from balt.cases import words
from balt.cases.model import Case, CaseKind, Happened, kind_known, latest_of
from balt.cases.steps import Known, StepState, asked_words, is_back, is_gone, steps_of
from balt.cases.way_out import way_out_of
from balt.i18n import _
from balt.mailboxes.model import Departure, Finding, Verdict
from balt.units import format_date


def departures(cases: Iterable[Case], now: datetime) -> Mapping[str, Departure]:
    """The verdicts that follow from cases, by address, each with its story; none for a BAL whose case was
    abandoned. The latest case of each kind counts.
    """
    of_bal: dict[str, list[Case]] = {}
    for case in cases:
        of_bal.setdefault(case.address, []).append(case)
    latest = {address: latest_of(told) for address, told in of_bal.items()}
    found = {address: _finding(kinds, now) for address, kinds in latest.items()}
    return {
        address: Departure(
            finding,
            _story(latest[address].values(), now),
            _steps(latest[address], now),
            way_out_of(latest[address]),
            kind_known(of_bal[address], address),
        )
        for address, finding in found.items()
        if finding is not None
    }


def deleted_of(cases: Iterable[Case], now: datetime) -> frozenset[str]:
    """The addresses, in lower case, of the BAL that were noted as deleted."""
    found = departures(cases, now)
    return frozenset(key for key, each in found.items() if each.finding.verdict is Verdict.DELETED)


def _known(kinds: Mapping[CaseKind, Case]) -> Known:
    leaving = kinds.get(CaseKind.DEPUBLICATION)
    return Known(leaving=leaving if leaving is not None and not _is_abandoned(leaving) else None)


def _is_abandoned(case: Case) -> bool:
    return case.events[-1].what is Happened.ABANDONED


def _steps(kinds: Mapping[CaseKind, Case], now: datetime) -> tuple[str, ...]:
    """The steps of the case that is under way, each with its sign."""
    deletion = kinds.get(CaseKind.DELETION)
    if deletion is None or _is_abandoned(deletion):
        deletion = kinds[CaseKind.DEPUBLICATION]
    steps = steps_of(deletion, _known(kinds), now)
    return tuple(f"{words.SIGNS[each.state]} {words.step_line(each)}" for each in steps)


def _story(cases: Iterable[Case], now: datetime) -> tuple[str, ...]:
    """What happened, a dated line each, oldest first."""
    lines = [
        (each.at, f"{format_date(each.at.astimezone(now.tzinfo).date())} · {words.event_line(each)}")
        for case in cases
        for each in words.told_of(case, now)
    ]
    return tuple(dict.fromkeys(line for _at, line in sorted(lines, key=lambda each: each[0])))


def _finding(kinds: Mapping[CaseKind, Case], now: datetime) -> Finding | None:
    deletion, leaving = kinds.get(CaseKind.DELETION), kinds.get(CaseKind.DEPUBLICATION)
    if deletion is not None and not _is_abandoned(deletion):
        if (deleted := deletion.last(Happened.DELETED)) is not None:
            day = format_date(deleted.at.astimezone(now.tzinfo).date())
            return Finding(Verdict.DELETED, _("supprimée le %s") % day)
        if not deletion.is_open:
            return None
        reasons = _reasons(deletion, _known(kinds), now)
        if is_back(deletion):
            return Finding(Verdict.LEAVING, _("de nouveau publiée, à dépublier"), reasons)
        return Finding(Verdict.TO_DELETE, _headline(deletion, now), reasons)
    if leaving is None or _is_abandoned(leaving):
        return None
    reasons = _reasons(leaving, Known(), now)
    if is_gone(leaving):
        return Finding(Verdict.TO_DELETE, _("hors de l'annuaire, à supprimer"), reasons)
    return Finding(Verdict.LEAVING, _headline(leaving, now), reasons)


def _headline(case: Case, now: datetime) -> str:
    """Where the request stands."""
    if case.last(Happened.REQUESTED) is None:
        return _("demande à écrire")
    return _("demande %s") % asked_words(case, now)


def _reasons(case: Case, known: Known, now: datetime) -> tuple[str, ...]:
    """What is still to be done, in the order of the steps."""
    return tuple(
        words.step_line(each) for each in steps_of(case, known, now) if each.state is not StepState.DONE
    )
