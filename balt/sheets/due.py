"""What is due this month: answers to give again, reminders, a BAL that fills up, steps to do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from balt.i18n import _
from balt.mailboxes import supports
from balt.mailboxes.model import FRESH_DAYS, WHOLE, Mailbox, Publication, Question
from balt.mailboxes.practice import Practice
from balt.mailboxes.verdicts import questions_due
from balt.mailboxes.way_out import Asked, WayOut
from balt.mailboxes.wording import question_text
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.scope import practice_scope
from balt.sheets.text import step
from balt.sheets.tidy import QUESTIONS, answers_for

AHEAD_DAYS = 31
"""How far one looks ahead."""
_OPEN = (StepState.ATTENTION, StepState.TODO)


class DueKind(StrEnum):
    """An answer or tick that ages out; a request to send, or a provider to ask again; an auto-reply or a
    support of which only a person can say that it still stands; a BAL that will be full; a step to do.
    """

    ANSWER = "answer"
    REMINDER = "reminder"
    AUTO_REPLY = "autoreply"
    SUPPORT = "support"
    SATURATION = "saturation"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing: when (aware; None for what has no date, and waits), of which BAL ("" for the practice), a
    sentence, and where it is done.
    """

    kind: DueKind
    on: datetime | None
    address: str
    said: str
    target: Target | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether its day has passed."""
        return self.on is not None and self.on <= now


def due(practice: Practice, evidence: Sequence[Evidence]) -> list[Due]:
    """All that is due until ``AHEAD_DAYS`` from now: first what is late or dated, by date; then what was
    never answered; then the steps that can be done, the pressing ones first. ``evidence`` is that of the
    practice.
    """
    until = practice.now + timedelta(days=AHEAD_DAYS)
    dated = [each for each in _dated(practice) if each.on is not None and each.on <= until]
    dated.sort(key=lambda each: (each.on or until, each.address, each.kind))
    open_steps = [each for each in evidence if each.address is None and each.state in _OPEN]
    open_steps.sort(key=lambda each: _OPEN.index(each.state))
    return [*dated, *_unanswered(practice), *(_step(each) for each in open_steps)]


def _dated(practice: Practice) -> Iterator[Due]:
    scope = practice_scope(practice)
    for bal in (*scope.bals, *scope.vanished):
        yield from _answers(bal, practice)
        yield from _leaving(bal, practice.now)
        yield from _filling(bal)
    for followed in practice.others:  # nothing of the BAL is asked; what was asked for it is one's own to do
        yield from _leaving(followed, practice.now)
    for answer in practice.said:
        on = answer.given_at + timedelta(days=FRESH_DAYS)
        yield Due(DueKind.ANSWER, on, WHOLE, _("à redire : %s") % question_text(answer.question))
    for carried in practice.supports.carried:
        on = carried.noted + timedelta(days=supports.FRESH_DAYS)
        label = next((each.label for each in practice.supports.supports if each.id == carried.support), "")
        said = _("à revoir : %(support)s porte cette adresse") % {"support": label or carried.support}
        yield Due(DueKind.SUPPORT, on, carried.address, said, Target("", view="situations"))


def _answers(bal: Mailbox, practice: Practice) -> Iterator[Due]:
    """The answers that still decide something."""
    wanted = questions_due(replace(bal, answers=()), practice.thresholds, practice.now)
    for answer in bal.answers:
        listed = answer.question is Question.LISTED and bal.publication is Publication.UNKNOWN
        chore = answer.question in QUESTIONS.values() and answers_for(bal, answer.question)
        denies = answer.question is Question.CONSULTED and answer.value == "no"
        if answer.question in wanted or listed or chore or denies:
            on = answer.given_at + timedelta(days=FRESH_DAYS)
            said = _("à redire : %s") % question_text(answer.question)
            yield Due(DueKind.ANSWER, on, bal.address, said, _there(bal))


def _unanswered(practice: Practice) -> Iterator[Due]:
    """What only the holder can say, and never did."""
    scope = practice_scope(practice)
    for bal in (*scope.bals, *scope.vanished):
        for question in questions_due(bal, practice.thresholds, practice.now):
            if bal.answer(question) is None:
                said = _("à répondre : %s") % question_text(question)
                yield Due(DueKind.ANSWER, None, bal.address, said, _there(bal))


def _leaving(bal: Mailbox, now: datetime) -> Iterator[Due]:
    way = bal.way_out
    if way is None:
        return
    for asked, what in _asked(way, now):
        if asked.remind_on is not None:
            on = now if asked.is_ahead(now) else asked.remind_on
            yield Due(DueKind.REMINDER, on, bal.address, what, _there(bal))
    if way.reply is not None and way.reply.active:
        on = way.reply.told + timedelta(days=FRESH_DAYS)
        yield Due(DueKind.AUTO_REPLY, on, bal.address, _("réponse automatique à vérifier"), _there(bal))


def _asked(way: WayOut, now: datetime) -> Iterable[tuple[Asked, str]]:
    """The requests that wait for the holder or for a provider, and what is to be done about each."""
    if way.gone is None:
        yield way.depublication, _("dépublication : %s") % _to_do(way.depublication, now)
    if way.deletion is not None and way.deleted is None:
        yield way.deletion, _("suppression : %s") % _to_do(way.deletion, now)


def _to_do(asked: Asked, now: datetime) -> str:
    if asked.former:
        return _("demande à récrire")
    if asked.is_ahead(now):
        return _("une date notée est à venir : notez-le de nouveau")
    return _("demande à envoyer") if asked.is_unsent else _("fournisseur à relancer")


def _filling(bal: Mailbox) -> Iterator[Due]:
    status = bal.measured
    if status is not None and status.saturation_date is not None:
        target = Target(bal.address, "INBOX", sort="size")
        yield Due(DueKind.SATURATION, status.saturation_date, bal.address, _("BAL saturée"), target)


def _step(evidence: Evidence) -> Due:
    words = {"step": step(evidence.id).title, "said": " · ".join(evidence.sentences[:2])}
    return Due(DueKind.STEP, None, "", _("%(step)s : %(said)s") % words, evidence.target)


def _there(bal: Mailbox) -> Target:
    return Target(bal.address, view="annuaire")
