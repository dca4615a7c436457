"""What is done of a case, what is to do, and why: each step from evidence, in the order of the sheet.

IDENTIFIER asks to depublish first, with an auto-reply, then to recover what the BAL holds, and only then for
its deletion.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from balt.cases.model import SOURCES, Case, CaseKind, Happened, Reply
from balt.cases.writers import Writers
from balt.directory.model import Origin
from balt.i18n import _, ngettext
from balt.mailboxes.model import Publication
from balt.units import format_count, format_date


class StepState(StrEnum):
    """As the steps of the sheets have it."""

    DONE = "done"
    TODO = "todo"
    ATTENTION = "attention"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class StepName(StrEnum):
    """The steps of both kinds of case."""

    REPLACEMENT = "replacement"
    AUTO_REPLY = "autoreply"
    RECOVERY = "recovery"
    REQUEST = "request"
    GONE = "gone"
    WRITERS = "writers"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step: its state, the sentence that says why, and since when (aware) where that is known."""

    name: StepName
    state: StepState
    said: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was just looked at, beside what the case tells: whether the replacement is published; who still
    writes, None where that was not looked at; how many messages of a BAL to be deleted its archive has not.
    """

    replacement: Publication = Publication.UNKNOWN
    writers: Writers | None = None
    missing: int = 0


def steps_of(case: Case, known: Known, now: datetime) -> tuple[CaseStep, ...]:
    """The steps of a case. Pure."""
    if case.kind is CaseKind.DELETION:
        return (_recovery(case, known), _request(case, now), _deleted(case))
    steps = [_replacement(case, known), _auto_reply(case), _request(case, now), _gone(case)]
    return (*steps, *([writers_step(known.writers)] if known.writers is not None else []))


def _replacement(case: Case, known: Known) -> CaseStep:
    name, chosen = StepName.REPLACEMENT, case.last(Happened.OPENED, Happened.REPLACED)
    if not case.replacement:
        return CaseStep(name, StepState.TODO, _("aucune BAL de remplacement : --to ADRESSE"))
    since = chosen.at if chosen is not None else None
    if known.replacement is Publication.ABSENT:
        said = _("%s la remplace, mais n'est pas publiée dans l'annuaire") % case.replacement
        return CaseStep(name, StepState.ATTENTION, said, since)
    return CaseStep(name, StepState.DONE, _("%s la remplace") % case.replacement, since)


def _auto_reply(case: Case) -> CaseStep:
    name, last = StepName.AUTO_REPLY, case.last(Happened.AUTO_REPLY)
    if last is None:
        said = _("à installer : balt autoreply %(bal)s install --to %(to)s")
        return CaseStep(name, StepState.TODO, said % {"bal": case.address, "to": case.replacement})
    since = case.since(Happened.AUTO_REPLY, last.value)
    if last.value == Reply.OFF:
        return CaseStep(name, StepState.ATTENTION, _("hors service : à réinstaller"), since)
    said = _("en service") if last.value == Reply.ACTIVE else _("en service, selon le titulaire")
    return CaseStep(name, StepState.DONE, said, since)


def _recovery(case: Case, known: Known) -> CaseStep:
    kept = case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP)
    if kept is None:
        said = _("à récupérer d'abord : une archive vérifiée de toute la BAL, ou la parole du titulaire")
        return CaseStep(StepName.RECOVERY, StepState.TODO, said)
    if known.missing:
        said = ngettext(
            "%s message arrivé depuis n'est pas dans l'archive",
            "%s messages arrivés depuis ne sont pas dans l'archive",
            known.missing,
        )
        return CaseStep(StepName.RECOVERY, StepState.ATTENTION, said % format_count(known.missing), kept.at)
    if kept.what is Happened.KEPT:
        said = _("toute la BAL est dans une archive vérifiée")
    else:
        said = _("rien à garder, selon le titulaire : %s") % kept.note
    return CaseStep(StepName.RECOVERY, StepState.DONE, said, kept.at)


def _request(case: Case, now: datetime) -> CaseStep:
    name, asked = StepName.REQUEST, case.last(Happened.REQUESTED)
    if asked is None:
        if case.kind is CaseKind.DELETION and case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP) is None:
            return CaseStep(name, StepState.BLOCKED, _("pas avant que la BAL soit récupérée"))
        return CaseStep(name, StepState.TODO, _("à écrire : balt case request %s") % case.address)
    answered = case.last(Happened.ANSWERED)
    remind = case.remind_on()
    if not _is_over(case) and remind is not None and remind <= now:
        days = (now - asked.at).days
        said = ngettext("envoyée il y a %d jour, à relancer", "envoyée il y a %d jours, à relancer", days)
        return CaseStep(name, StepState.ATTENTION, said % days, asked.at)
    if answered is not None and answered.at >= asked.at:
        said = _("réponse du fournisseur le %s") % format_date(answered.at.date())
        return CaseStep(name, StepState.DONE, said, answered.at)
    return CaseStep(name, StepState.DONE, _("écrite le %s") % format_date(asked.at.date()), asked.at)


def _is_over(case: Case) -> bool:
    """Whether what was asked for has come about."""
    if case.kind is CaseKind.DELETION:
        return case.last(Happened.DELETED) is not None
    return is_gone(case)


def is_gone(case: Case) -> bool:
    """Whether no source of the directory that was read shows the BAL, and one at least would."""
    said = [case.published(origin) for origin in SOURCES]
    return Publication.PUBLISHED not in said and Publication.ABSENT in said


def _gone(case: Case) -> CaseStep:
    name = StepName.GONE
    said = {origin: case.published(origin) for origin in SOURCES}
    shown = [origin for origin, each in said.items() if each is Publication.PUBLISHED]
    absent = [origin for origin, each in said.items() if each is Publication.ABSENT]
    if not shown and not absent:
        return CaseStep(name, StepState.UNKNOWN, _("annuaire pas encore lu"))
    if not shown:
        moments = [case.since(SOURCES[origin], Publication.ABSENT) for origin in absent]
        since = max((each for each in moments if each is not None), default=None)
        return CaseStep(name, StepState.DONE, _("absente : %s") % _names(absent), since)
    if absent:
        words = {"shown": _names(shown), "absent": _names(absent)}
        return CaseStep(name, StepState.TODO, _("encore dans : %(shown)s ; absente : %(absent)s") % words)
    state = StepState.TODO if case.last(Happened.REQUESTED) is not None else StepState.BLOCKED
    return CaseStep(name, state, _("encore publiée : %s") % _names(shown))


def _names(origins: list[Origin]) -> str:
    return ", ".join(_("API") if each is Origin.API else _("extraction") for each in origins)


def writers_step(writers: Writers) -> CaseStep:
    """Whether anybody still writes."""
    if not writers.recent:
        said = ngettext(
            "personne n'a écrit depuis %d jour", "personne n'a écrit depuis %d jours", writers.days
        )
        return CaseStep(StepName.WRITERS, StepState.DONE, said % writers.days)
    said = ngettext(
        "%(people)s correspondant écrit encore ; messages en %(days)d j : %(recent)s, avant : %(before)s",
        "%(people)s correspondants écrivent encore ; messages en %(days)d j : %(recent)s, avant : %(before)s",
        len(writers.still),
    )
    words = {
        "people": format_count(len(writers.still)),
        "recent": format_count(writers.recent),
        "before": format_count(writers.before),
        "days": writers.days,
    }
    return CaseStep(StepName.WRITERS, StepState.TODO, said % words)


def _deleted(case: Case) -> CaseStep:
    deleted = case.last(Happened.DELETED)
    if deleted is not None:
        return CaseStep(StepName.DELETED, StepState.DONE, _("supprimée, selon le titulaire"), deleted.at)
    asked = case.last(Happened.REQUESTED) is not None
    state = StepState.TODO if asked else StepState.BLOCKED
    said = _("en attente du fournisseur") if asked else _("pas encore demandée")
    return CaseStep(StepName.DELETED, state, said)
