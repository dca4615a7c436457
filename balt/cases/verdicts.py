"""What a case makes of its BAL: on its way out of the directory, or to be deleted; this outranks what its
messages say. And the story of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from balt.cases import words
from balt.cases.asking import asked_again, asked_of, asked_words, is_to_ask_again
from balt.cases.model import Case, CaseKind, Happened, extraction_known, holders_known, kind_known, latest_of
from balt.cases.presence import back_in, is_gone, never_shown
from balt.cases.steps import CaseStep, Known, StepState, steps_of
from balt.cases.story import story_lines
from balt.cases.way_out import by_bal, ways_of
from balt.i18n import _
from balt.mailboxes.model import Departure, Finding, Verdict
from balt.mailboxes.way_out import Asked, WayOut
from balt.units import format_date


def departures(cases: Iterable[Case], now: datetime) -> Mapping[str, Departure]:
    """The verdicts that follow from cases, by address, each with its story; none for a BAL whose case was
    abandoned. The latest case of each kind counts.
    """
    of_bal = by_bal(cases)
    ways = ways_of((case for told in of_bal.values() for case in told), now)
    found = {address: _departure(told, ways, now) for address, told in of_bal.items()}
    return {address: each for address, each in found.items() if each is not None}


def _departure(told: tuple[Case, ...], ways: Mapping[str, WayOut], now: datetime) -> Departure | None:
    """The same, of the cases of one BAL; ``ways`` is how far each is on its way out."""
    latest = latest_of(told)
    kinds = {kind: case for kind, case in latest.items() if not case.is_abandoned}
    case = kinds.get(CaseKind.DELETION, kinds.get(CaseKind.DEPUBLICATION))
    if case is None:
        return None
    steps = steps_of(case, Known(cases=told, ways=ways), now)
    finding = _finding(case, kinds.get(CaseKind.DEPUBLICATION), steps, now)
    lines = tuple(f"{words.SIGNS[each.state]} {words.step_line(each)}" for each in steps)
    story, way = story_lines(latest.values(), now), ways.get(case.address)
    kind, extraction = kind_known(told, case.address), extraction_known(told)
    holders, unseen = holders_known(told, case.address), never_shown(told, case.address)
    return Departure(finding, story, lines, way, kind, extraction, holders, unseen)


def deleted_of(cases: Iterable[Case], now: datetime) -> frozenset[str]:
    """The addresses, in lower case, of the BAL that were noted as deleted."""
    found = departures(cases, now)
    return frozenset(key for key, each in found.items() if each.finding.verdict is Verdict.DELETED)


def _finding(case: Case, leaving: Case | None, steps: Iterable[CaseStep], now: datetime) -> Finding:
    """The verdict by the case that comes last in the order of the sheet; ``leaving`` is the depublication."""
    if (deleted := case.last(Happened.DELETED)) is not None:
        return Finding(Verdict.DELETED, _("supprimée le %s") % format_date(_local(deleted.at, now)))
    reasons = tuple(words.step_line(each) for each in steps if each.state is not StepState.DONE)
    if is_to_ask_again(case, leaving):
        return Finding(Verdict.LEAVING, _("de nouveau publiée, à dépublier"), reasons)
    if back_in(case):
        return Finding(Verdict.LEAVING, _headline(asked_again(case, leaving), now), reasons)
    if case.kind is CaseKind.DELETION:
        return Finding(Verdict.TO_DELETE, _headline(asked_of(case), now), reasons)
    if is_gone(case):
        return Finding(Verdict.TO_DELETE, _("hors de l'annuaire, à supprimer"), reasons)
    return Finding(Verdict.LEAVING, _headline(asked_of(case), now), reasons)


def _headline(asked: Asked, now: datetime) -> str:
    """Where the request stands."""
    if asked.on is None:
        return _("demande à écrire")
    if asked.former:
        return _("demande à récrire")
    if asked.answered is not None:
        return _("réponse du fournisseur le %s") % format_date(_local(asked.answered, now))
    return _("demande %s") % asked_words(asked, now)


def _local(moment: datetime, now: datetime) -> date:
    return moment.astimezone(now.tzinfo).date()
