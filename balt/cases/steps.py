"""What is done of a case, what is to do, and why: each step from evidence, in the order of the sheet.

IDENTIFIER asks to depublish first, with an auto-reply, then to recover what the BAL holds, and only then for
its deletion.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from balt.cases.model import (
    REPLACING,
    SOURCES,
    Case,
    CaseKind,
    Channel,
    Event,
    Happened,
    Reply,
    Seen,
    names_former,
    reply_heard,
)
from balt.cases.writers import Writers
from balt.directory.model import Origin
from balt.i18n import _, ngettext
from balt.mailboxes.model import FRESH_DAYS, Publication
from balt.mailboxes.order import is_fresh
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
    """What is known beside what the case tells: whether the replacement is published; who still writes, None
    where that was not looked at; how many messages of a BAL to be deleted its archive has not; and the
    depublication that a deletion comes after.
    """

    replacement: Publication = Publication.UNKNOWN
    writers: Writers | None = None
    missing: int = 0
    leaving: Case | None = None


def steps_of(case: Case, known: Known, now: datetime) -> tuple[CaseStep, ...]:
    """The steps of a case. Before a deletion come those of the sheet that it rests on: out of the directory,
    with an auto-reply. Pure.
    """
    writers = [writers_step(known.writers)] if known.writers is not None else []
    if case.kind is CaseKind.DEPUBLICATION:
        replacement, reply = _replacement(case, known), _auto_reply(case, None, now)
        return (replacement, reply, _request(case, now), _gone(case, now), *writers)
    last = (_recovery(case, known, now), _request(case, now), _deleted(case, now))
    if case.last(Happened.DELETED) is not None:
        return last
    return (_gone(case, now), _auto_reply(case, known.leaving, now), *writers, *last)


def _replacement(case: Case, known: Known) -> CaseStep:
    name, chosen = StepName.REPLACEMENT, case.last(*REPLACING)
    if not case.replacement:
        return CaseStep(name, StepState.TODO, _("aucune BAL de remplacement"))
    since = chosen.at if chosen is not None else None
    if known.replacement is Publication.ABSENT:
        said = _("%s la remplace, mais n'est pas publiée dans l'annuaire") % case.replacement
        return CaseStep(name, StepState.ATTENTION, said, since)
    return CaseStep(name, StepState.DONE, _("%s la remplace") % case.replacement, since)


def _auto_reply(case: Case, leaving: Case | None, now: datetime) -> CaseStep:
    """How it stands by what was heard last, in this case or in the depublication before it."""
    name, heard = StepName.AUTO_REPLY, reply_heard(case, leaving)
    if heard is None:
        return CaseStep(name, StepState.TODO, _("à installer"))
    of, last = heard
    since, day = of.since(Happened.AUTO_REPLY, last.value), _day(last.at, now)
    if names_former(heard, case.replacement):
        return _former_reply(case, last, day)
    match last.value:
        case Reply.OFF:
            return CaseStep(name, StepState.ATTENTION, _("hors service : à réinstaller"), since)
        case Reply.CHANGED:
            said = _("un autre programme a changé son texte (vu le %s) : à revoir")
            return CaseStep(name, StepState.ATTENTION, said % day, since)
        case Reply.ELSEWHERE:
            said = _("en service (vu le %s), mais elle nomme une autre BAL que le dossier : à réinstaller")
            return CaseStep(name, StepState.ATTENTION, said % day, since)
        case Reply.SCRIPT:
            said = _("en service (vu le %s), mais votre propre script n'est plus comme il était : à revoir")
            return CaseStep(name, StepState.ATTENTION, said % day, since)
        case Reply.BY_HAND if not is_fresh(last.at, now, FRESH_DAYS):
            return CaseStep(name, StepState.TODO, _("à vérifier : notée le %s") % day, since)
        case Reply.BY_HAND:
            return CaseStep(name, StepState.DONE, _("en service, selon le titulaire le %s") % day, since)
    if not is_fresh(last.at, now, FRESH_DAYS):
        said = _("à vérifier : vue en service le %s pour la dernière fois")
        return CaseStep(name, StepState.TODO, said % day, since)
    return CaseStep(name, StepState.DONE, _("en service (vu le %s)") % day, since)


def _former_reply(case: Case, last: Event, day: str) -> CaseStep:
    """It was heard of on a ``day`` on which another BAL was to replace this one."""
    said = _("en service (vu le %s), mais elle nomme l'ancienne BAL de remplacement : à réinstaller")
    if last.value == Reply.BY_HAND:
        said = _("notée le %s, elle nomme l'ancienne BAL de remplacement : à refaire")
    replaced = case.last(*REPLACING)
    since = replaced.at if replaced is not None else None
    return CaseStep(StepName.AUTO_REPLY, StepState.ATTENTION, said % day, since)


def _recovery(case: Case, known: Known, now: datetime) -> CaseStep:
    kept = case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP)
    if kept is None:
        said = _("à récupérer d'abord : une archive vérifiée de toute la BAL, ou la parole du titulaire")
        return CaseStep(StepName.RECOVERY, StepState.TODO, said)
    there = case.last(Happened.ARCHIVE)
    if kept.what is Happened.KEPT and there is not None and there.value == Seen.GONE:
        words = {"place": kept.value, "day": _day(there.at, now)}
        said = _("l'archive n'est plus dans %(place)s (vu le %(day)s)") % words
        return CaseStep(StepName.RECOVERY, StepState.ATTENTION, said, there.at)
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
        if is_back(case):
            return CaseStep(name, StepState.BLOCKED, _("pas avant sa sortie de l'annuaire"))
        return CaseStep(name, StepState.TODO, _("à écrire"))
    if not is_over(case) and case.replacement_when(asked) not in ("", case.replacement):
        said = _("%s, mais elle nomme l'ancienne BAL de remplacement : à récrire")
        return CaseStep(name, StepState.ATTENTION, said % asked_words(case, now), asked.at)
    answered = case.last(Happened.ANSWERED)
    remind = case.remind_on()
    if not is_over(case) and remind is not None and remind <= now:
        sent = case.last(Happened.SENT)
        days = (now - max(asked.at, sent.at if sent is not None else asked.at)).days
        words = {"written": asked_words(case, now), "n": days}
        said = ngettext(
            "%(written)s, il y a %(n)d jour : à relancer",
            "%(written)s, il y a %(n)d jours : à relancer",
            days,
        )
        return CaseStep(name, StepState.ATTENTION, said % words, asked.at)
    if answered is not None and answered.at >= asked.at:
        said = _("réponse du fournisseur le %s") % _day(answered.at, now)
        return CaseStep(name, StepState.DONE, said, answered.at)
    return CaseStep(name, StepState.DONE, asked_words(case, now), asked.at)


def asked_words(case: Case, now: datetime) -> str:
    """What was done of a request that was made out; that it was sent, balt knows by the holder only."""
    asked, sent = case.last(Happened.REQUESTED), case.last(Happened.SENT)
    if asked is None:
        return ""
    if sent is not None and sent.at >= asked.at:
        return _("envoyée le %s, selon le titulaire") % _day(sent.at, now)
    said = _("écrite le %s")
    if asked.value == Channel.DRAFT:
        said = _("mise dans les brouillons le %s")
    return said % _day(asked.at, now)


def is_over(case: Case) -> bool:
    """Whether what was asked for has come about."""
    if case.kind is CaseKind.DELETION:
        return case.last(Happened.DELETED) is not None
    return is_gone(case)


def is_gone(case: Case) -> bool:
    """Whether no source of the directory that was read shows the BAL, and one at least would."""
    said = [case.published(origin) for origin in SOURCES]
    return Publication.PUBLISHED not in said and Publication.ABSENT in said


def _shown(case: Case) -> list[Origin]:
    """The sources that showed the BAL when they were looked at last."""
    return [origin for origin in SOURCES if case.published(origin) is Publication.PUBLISHED]


def is_back(case: Case) -> bool:
    """Whether a source of the directory shows a BAL that is to be deleted: it had left."""
    return case.kind is CaseKind.DELETION and bool(_shown(case))


def _gone(case: Case, now: datetime) -> CaseStep:
    name, shown = StepName.GONE, _shown(case)
    absent = [origin for origin in SOURCES if case.published(origin) is Publication.ABSENT]
    if not shown and not absent:
        return CaseStep(name, StepState.UNKNOWN, _("annuaire pas encore lu"))
    if not shown:
        moments = [case.since(SOURCES[origin], Publication.ABSENT) for origin in absent]
        since = max((each for each in moments if each is not None), default=None)
        return CaseStep(name, StepState.DONE, _("absente : %s") % _seen(absent, case, now), since)
    if case.kind is CaseKind.DELETION:
        said = _("de nouveau publiée : %s ; sa dépublication est à redemander")
        return CaseStep(name, StepState.ATTENTION, said % _seen(shown, case, now))
    if absent:
        words = {"shown": _seen(shown, case, now), "absent": _seen(absent, case, now)}
        return CaseStep(name, StepState.TODO, _("encore dans : %(shown)s ; absente : %(absent)s") % words)
    state = StepState.TODO if case.last(Happened.REQUESTED) is not None else StepState.BLOCKED
    return CaseStep(name, state, _("encore publiée : %s") % _seen(shown, case, now))


def _seen(origins: list[Origin], case: Case, now: datetime) -> str:
    """These sources, each with the day on which it was looked at last; once where that is the same day."""
    days = {}
    for origin in origins:
        looked = case.last(SOURCES[origin])
        name = _("API") if origin is Origin.API else _("extraction")
        days[name] = _day(looked.at, now) if looked is not None else ""
    if len(set(days.values())) == 1:
        return _("%(sources)s (vu le %(day)s)") % {"sources": ", ".join(days), "day": days.popitem()[1]}
    return ", ".join(_("%(sources)s (vu le %(day)s)") % {"sources": name, "day": days[name]} for name in days)


def _day(moment: datetime, now: datetime) -> str:
    return format_date(moment.astimezone(now.tzinfo).date())


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


def _deleted(case: Case, now: datetime) -> CaseStep:
    name, deleted = StepName.DELETED, case.last(Happened.DELETED)
    if deleted is not None:
        return CaseStep(name, StepState.DONE, _("supprimée, selon le titulaire"), deleted.at)
    if case.last(Happened.REQUESTED) is None:
        return CaseStep(name, StepState.BLOCKED, _("pas encore demandée"))
    seen = case.last(Happened.MAILBOX)
    if seen is None:
        return CaseStep(name, StepState.TODO, _("en attente du fournisseur"))
    day = _day(seen.at, now)
    if seen.value == Seen.THERE:
        said = _("en attente du fournisseur : la BAL répond encore (vu le %s)") % day
        return CaseStep(name, StepState.TODO, said)
    said = _("la BAL n'a pas répondu le %s : si elle n'existe plus, notez-le") % day
    return CaseStep(name, StepState.ATTENTION, said, case.since(Happened.MAILBOX, seen.value))
