"""Ticks by hand: only where nothing can be measured, each with its date, its author and a note.

A tick is the holder's answer to a question (``mailboxes.notebook``), and ages as every answer does. It never
turns a step green that can be measured: there, the evidence decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import FRESH_DAYS, WHOLE, Answer, Mailbox, Publication, Question
from balt.mailboxes.practice import Practice
from balt.mailboxes.usage import Activity
from balt.sheets.rules import RULES
from balt.sheets.scope import Scope, is_measurable, practice_scope
from balt.sheets.tidy import QUESTIONS, answers_for

GREEN = {Question.LISTED: "no"}
"""The answer that a tick stands for, where it is not "yes": a BAL is out of the directory."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What a tick answers: ``question``, of the BAL ``address`` (``WHOLE`` for the practice)."""

    step: str
    address: str
    question: Question

    @property
    def value(self) -> str:
        """The answer that makes the step green."""
        return GREEN.get(self.question, "yes")


@dataclass(frozen=True, slots=True)
class Given:
    """A tick that was given, with its answer; ``ends`` is when it is asked again."""

    tick: Tick
    answer: Answer

    @property
    def ends(self) -> datetime:
        """From this moment on it no longer counts."""
        return self.answer.given_at + timedelta(days=FRESH_DAYS)

    @property
    def green(self) -> bool:
        """Whether it says that the step is done."""
        return self.answer.value == self.tick.value


def tick_of(practice: Practice, step: str, address: str | None) -> Tick:
    """What a tick of this step would answer, for one BAL or (None) the practice. Raises UsageError where the
    evidence decides, saying so; for an unknown step or BAL too.
    """
    if step not in RULES:
        raise UsageError(
            _("l'étape « %s » n'existe pas.") % step, advice=_("Les étapes : %s.") % ", ".join(RULES)
        )
    scope = practice_scope(practice)
    if address is None:
        reason = _not_whole(scope, step)
        if reason:
            raise UsageError(reason)
        return Tick(step, WHOLE, Question.ALL)
    known = (*scope.bals, *scope.vanished)
    bal = next((each for each in known if each.address.lower() == address.lower()), None)
    if bal is None:
        raise UsageError(_("cette BAL n'est pas connue ici."), mailbox=address)
    question = _question(step)
    reason = _refused(scope, step, bal, question)
    if question is None or reason:
        raise UsageError(reason, mailbox=bal.address)
    return Tick(step, bal.address, question)


def tickable(practice: Practice, step: str) -> list[Mailbox]:
    """The BAL whose tick of this step would count."""
    scope, question = practice_scope(practice), _question(step)
    return [bal for bal in scope.bals if question is not None and not _refused(scope, step, bal, question)]


def given(practice: Practice) -> list[Given]:
    """Every tick that stands or has aged, in the sheets' order."""
    return list(_given(practice))


def _given(practice: Practice) -> Iterator[Given]:
    for step in RULES:
        question = _question(step)
        if step == "identifier.1":
            whole = Tick(step, WHOLE, Question.ALL)
            yield from (Given(whole, each) for each in practice.said if each.question is Question.ALL)
        scope = practice_scope(practice)
        for bal in (*scope.bals, *scope.vanished):
            answer = bal.answer(question) if question is not None else None
            if question is not None and answer is not None:
                yield Given(Tick(step, bal.address, question), answer)


def _question(step: str) -> Question | None:
    """What a tick of a step answers of one BAL; None where it is followed otherwise."""
    first = {"identifier.1": Question.CONSULTED, "identifier.2": Question.LISTED}
    return {**first, **QUESTIONS}.get(step)


def _not_whole(scope: Scope, step: str) -> str:
    """Why a step cannot be ticked for the practice at once; "" where it can."""
    if step != "identifier.1":
        return _("cette étape se coche BAL par BAL, là où rien ne peut être mesuré.")
    if scope.directory_read and scope.practice.person.rpps:
        return _("l'Annuaire Santé vient d'être lu : il dit lui-même quelles BAL y sont.")
    if scope.practice.directory.problem:
        return _("la lecture de l'Annuaire Santé a échoué : d'ici à ce qu'elle aboutisse, rien n'est sûr.")
    return ""


def _refused(scope: Scope, step: str, bal: Mailbox, question: Question | None) -> str:
    """Why a tick of this BAL would count for nothing; "" where it counts."""
    if question is None:
        return {
            "identifier.3": _("la suppression se suit dans son dossier : d dans la vue 2, ou balt case."),
            "valoriser.1": _("la BAL privilégiée se choisit dans la vue 4 ou par balt situations."),
            "valoriser.2": _("chaque support se note dans la vue 4 ou par balt supports."),
        }[step]
    if question is Question.CONSULTED:
        read = bal in scope.with_use(Activity.READ) and scope.answer(bal, question) is None
        return _("ses messages montrent déjà qu'elle est consultée.") if read else ""
    if question is Question.LISTED:
        if bal.publication is not Publication.UNKNOWN:
            return _(
                "l'Annuaire Santé dit lui-même si elle est publiée ; la réponse automatique se note dans son "
                "dossier : d dans la vue 2, ou balt case."
            )
        return ""
    if answers_for(bal, question):
        return ""
    if is_measurable(bal) and bal.measured is None:
        return _("cette BAL se relève par IMAP : ses messages décideront, quand elle aura répondu.")
    return _("cette étape se mesure dans cette BAL : elle devient verte quand il n'y reste rien à faire.")
