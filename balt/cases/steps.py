"""What is done of a case, what is to do, and why: each step from evidence, in the order of the sheet.

IDENTIFIER asks to depublish first, with an auto-reply, then to recover what the BAL holds, and only then for
its deletion.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from balt.cases.asking import asked_again, asked_of, asked_words, is_to_ask_again, made_words
from balt.cases.autoreply.reply import is_plain_address
from balt.cases.doubts import OPEN, Doubt, doubt_noted, why
from balt.cases.model import REPLACING, SOURCES, Case, CaseKind, Event, Happened, Reply, Seen, leaving_before
from balt.cases.outliving import answered_since
from balt.cases.presence import (
    absent_from,
    back_in,
    gone_since,
    holders_word,
    is_gone,
    is_over,
    never_shown,
    outdated,
    shown_in,
)
from balt.cases.replies import Heard, heard_of
from balt.cases.reply_words import trouble_of
from balt.cases.way_out import auto_reply_of, ways_of
from balt.cases.writers import Writers
from balt.directory.model import Origin
from balt.i18n import _, ngettext
from balt.mailboxes.model import FRESH_DAYS, Publication
from balt.mailboxes.way_out import WayOut
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
    """One step: its state, the sentence that says why, and since when (aware) where that is known; ``reply``
    is how the auto-reply stands, of the step that is about it.
    """

    name: StepName
    state: StepState
    said: str
    since: datetime | None = None
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside what the case tells: who still writes, None where that was not looked at; how many
    messages of a BAL to be deleted its archive has not; all ``cases``, or at least those of the BAL, the
    oldest first; and how far each BAL is on its way out, by address (``ways``).
    """

    writers: Writers | None = None
    missing: int = 0
    cases: tuple[Case, ...] = ()
    ways: Mapping[str, WayOut] = field(default_factory=dict)

    @classmethod
    def of(cls, cases: Iterable[Case], now: datetime) -> "Known":
        """What all cases tell."""
        told = tuple(cases)
        return cls(cases=told, ways=ways_of(told, now))


def steps_of(case: Case, known: Known, now: datetime) -> tuple[CaseStep, ...]:
    """The steps of a case. Before a deletion come those of the sheet that it rests on: out of the directory,
    with an auto-reply. Pure.
    """
    writers = [writers_step(known.writers)] if known.writers is not None else []
    leaving, reply = (
        leaving_before(known.cases, case),
        _auto_reply(case, heard_of(known.cases, case, now), now),
    )
    request, gone = _request(case, now), _gone(case, leaving, now)
    if case.kind is CaseKind.DEPUBLICATION:
        return (_replacement(case, known), reply, request, gone, *writers)
    last = (_recovery(case, known, now), request, _deleted(case, now))
    if case.last(Happened.DELETED) is not None:
        return last
    replaced = [_replacement(case, known)] if _against(case, known) else []
    return (*replaced, gone, reply, *writers, *last)


def _replacement(case: Case, known: Known) -> CaseStep:
    name, chosen = StepName.REPLACEMENT, case.last(*REPLACING)
    if not case.replacement:
        return CaseStep(name, StepState.TODO, _("aucune BAL de remplacement"))
    since = chosen.at if chosen is not None else None
    if against := _against(case, known):
        words = {"bal": case.replacement, "why": why(against)}
        return CaseStep(name, StepState.ATTENTION, _("%(bal)s la remplace, mais %(why)s") % words, since)
    doubt = doubt_noted(case, known.ways)
    if doubt is Doubt.UNMEASURED:
        said = _("%s la remplace ; on ne sait pas si elle est consultée")
        return CaseStep(name, StepState.UNKNOWN, said % case.replacement, since)
    said = _("%s la remplace")
    if doubt is Doubt.UNCLEAR:
        said = _("%s la remplace ; à préciser : est-elle consultée ?")
    return CaseStep(name, StepState.DONE, said % case.replacement, since)


def _against(case: Case, known: Known) -> Doubt | None:
    """Why nobody should be sent to the replacement; None for no reason, or for none yet."""
    doubt = doubt_noted(case, known.ways) if case.replacement else None
    return None if doubt in OPEN else doubt


def _auto_reply(case: Case, heard: Heard | None, now: datetime) -> CaseStep:
    """How it stands by what was heard last, in any case of the BAL."""
    if heard is None:
        said = _("à installer") if is_plain_address(case.address) else _("à poser à la main")
        return CaseStep(StepName.AUTO_REPLY, StepState.TODO, said)
    state, said = _reply_words(heard, now)
    return CaseStep(StepName.AUTO_REPLY, state, said, heard.since, heard.stands)


def _reply_words(heard: Heard, now: datetime) -> tuple[StepState, str]:
    day, reply = _day(heard.told, now), auto_reply_of(heard)
    if heard.stands is Reply.SCRIPT:
        said = _("en service (vu le %s), mais votre propre script est à revoir")
        return StepState.ATTENTION, said % day
    if (trouble := trouble_of(reply, now)) is not None:
        return StepState.ATTENTION if trouble.presses else StepState.TODO, trouble.said
    said = _("en service, selon le titulaire le %s") if reply.by_hand else _("en service (vu le %s)")
    return StepState.DONE, said % day


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
    if kept.what is Happened.KEPT and there is not None and there.value == Seen.ELSEWHERE:
        said = _("toute la BAL est dans une archive vérifiée, sur l'autre poste")
    elif kept.what is Happened.KEPT:
        said = _("toute la BAL est dans une archive vérifiée")
    else:
        said = _("rien à garder, selon le titulaire : %s") % kept.note
    return CaseStep(StepName.RECOVERY, StepState.DONE, said, kept.at)


def _request(case: Case, now: datetime) -> CaseStep:
    name, asked = StepName.REQUEST, asked_of(case)
    if asked.on is None:
        return _to_write(case)
    if is_over(case):
        said = made_words(asked, now)
        if asked.answered is not None:
            said = _answer_words(case, asked.answered, now)
        return CaseStep(name, StepState.DONE, said, asked.on)
    said, since = asked_words(asked, now), asked.on
    if asked.former:
        return CaseStep(name, StepState.ATTENTION, said, since)
    if asked.is_ahead(now):
        return CaseStep(name, StepState.ATTENTION, said)
    if asked.is_unsent:
        state = StepState.ATTENTION if asked.is_late(now) else StepState.TODO
        return CaseStep(name, state, said, since)
    if asked.answered is not None:
        said, since = _answer_words(case, asked.answered, now), asked.answered
    if not asked.is_late(now):
        return CaseStep(name, StepState.DONE, said, since)
    days = (now - (asked.answered or asked.sent or asked.on)).days
    late = ngettext(
        "%(written)s, il y a %(n)d jour : à relancer", "%(written)s, il y a %(n)d jours : à relancer", days
    )
    return CaseStep(name, StepState.ATTENTION, late % {"written": said, "n": days}, since)


def _answer_words(case: Case, day: datetime, now: datetime) -> str:
    """What the provider said, in the holder's words where there are any."""
    said, answered = _("réponse du fournisseur le %s") % _day(day, now), case.last(Happened.ANSWERED)
    if answered is None or not answered.note:
        return said
    return _("%(answer)s (« %(note)s »)") % {"answer": said, "note": answered.note}


def _to_write(case: Case) -> CaseStep:
    """The request of a case that has none that counts."""
    name = StepName.REQUEST
    if case.kind is CaseKind.DELETION:
        if case.last(Happened.KEPT, Happened.NOTHING_TO_KEEP) is None:
            return CaseStep(name, StepState.BLOCKED, _("pas avant que la BAL soit récupérée"))
        if back_in(case):
            return CaseStep(name, StepState.BLOCKED, _("pas avant sa sortie de l'annuaire"))
    elif is_gone(case):
        return CaseStep(name, StepState.DONE, _("plus rien à demander"))
    elif back_in(case):
        again, anew = _("à écrire de nouveau"), _("à écrire, dans un nouveau dossier")
        return CaseStep(name, StepState.TODO, again if case.is_open else anew)
    return CaseStep(name, StepState.TODO, _("à écrire"))


def _gone(case: Case, leaving: Case | None, now: datetime) -> CaseStep:
    name, shown, absent = StepName.GONE, shown_in(case), absent_from(case)
    if (word := holders_word(case)) is not None:
        return _told_gone(word, now)
    if not shown and not absent:
        said = _("l'annuaire lu ici n'en dit rien : regardez-le, et dites-le")
        if never_shown((case,), case.address):
            said = _("jamais vue dans l'annuaire : vérifiez l'adresse, ou dites qu'elle n'y est pas")
        return CaseStep(name, StepState.UNKNOWN, said)
    if not shown:
        said = _("absente : %s") % _seen(absent, case, now)
        if outdated(case):
            old = _seen([Origin.EXTRACTION], case, now)
            said = _("%(gone)s ; %(old)s la montre encore, trop ancienne") % {"gone": said, "old": old}
        return CaseStep(name, StepState.DONE, said, gone_since(case))
    if is_to_ask_again(case, leaving):
        said = _("de nouveau publiée : %s ; sa dépublication est à redemander")
        return CaseStep(name, StepState.ATTENTION, said % _seen(back_in(case), case, now))
    asked = asked_again(case, leaving)
    state = StepState.BLOCKED if asked.on is None or asked.is_unsent else StepState.TODO
    words = {"shown": _seen(shown, case, now), "absent": _seen(absent, case, now)}
    if back_in(case):
        words |= {"shown": _seen(back_in(case), case, now), "asked": made_words(asked, now)}
        said = _("de nouveau publiée : %(shown)s ; nouvelle demande %(asked)s")
    elif absent:
        said = _("encore dans : %(shown)s ; absente : %(absent)s")
        state = StepState.TODO
    else:
        said = _("encore publiée : %(shown)s")
    return CaseStep(name, state, said % words)


def _told_gone(word: Event, now: datetime) -> CaseStep:
    """By what the holder saw, which ages as all that they say."""
    name, day = StepName.GONE, _day(word.dated, now)
    if word.value != Publication.ABSENT:
        return CaseStep(name, StepState.TODO, _("encore publiée, selon vous, le %s") % day)
    if (now - word.dated).days >= FRESH_DAYS:
        return CaseStep(name, StepState.TODO, _("absente, selon vous, le %s : à redire") % day, word.dated)
    return CaseStep(name, StepState.DONE, _("absente, selon vous, le %s") % day, word.dated)


def _seen(origins: list[Origin], case: Case, now: datetime) -> str:
    """These sources, each with its own day: that of an extraction may be long before the look."""
    said = []
    for origin in origins:
        looks = case.looks(SOURCES[origin])
        text = _("API du %s") if origin is Origin.API else _("extraction du %s")
        if origin is Origin.EXTRACTION and looks and looks[-1].of is None:
            text = _("extraction vue le %s")
        said.append(text % (_day(looks[-1].dated, now) if looks else "?"))
    return ", ".join(said)


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
    if deleted is not None and (answered := answered_since(case)) is not None:
        said = _("notée supprimée le %(day)s, et pourtant elle répond (vu le %(seen)s)")
        words = {"day": _day(deleted.at, now), "seen": _day(answered.at, now)}
        return CaseStep(name, StepState.ATTENTION, said % words, case.since(Happened.MAILBOX, answered.value))
    if deleted is not None:
        return CaseStep(name, StepState.DONE, _("supprimée, selon le titulaire"), deleted.at)
    asked, seen = asked_of(case), case.last(Happened.MAILBOX)
    if asked.on is None:
        return CaseStep(name, StepState.BLOCKED, _("pas encore demandée"))
    if asked.is_unsent and (seen is None or seen.value == Seen.THERE):
        return CaseStep(name, StepState.BLOCKED, _("demande pas encore envoyée"))
    if seen is None:
        return CaseStep(name, StepState.TODO, _("en attente du fournisseur"))
    day = _day(seen.at, now)
    if seen.value == Seen.THERE:
        said = _("en attente du fournisseur : la BAL répond encore (vu le %s)") % day
        return CaseStep(name, StepState.TODO, said)
    said = _("la BAL n'a pas répondu le %s : si elle n'existe plus, notez-le") % day
    return CaseStep(name, StepState.ATTENTION, said, case.since(Happened.MAILBOX, seen.value))
