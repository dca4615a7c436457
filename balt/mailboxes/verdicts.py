"""What is to be thought of a BAL, and the evidence for it.

The verdicts, the most pressing first. ``TO_DELETE`` and ``LEAVING`` outrank all others; they follow from
what was asked of the provider (``cases``), and are given to ``join``. Then ``GHOST`` and ``INACTIVE`` (nobody
reads it), ``WATCH`` (full, or soon: it will receive nothing), ``UNLISTED``, ``WATCH`` (mail waits),
``ACTIVE``; ``UNKNOWN`` where nothing of this is known. The directory never says that a BAL is not used
(domain 10): only its messages, its operator's statistics or its holder do. The holder's fresh answer
outranks all, for a mailbox that the business software reads may look unread; the messages outrank the
operator's figure, unless it shows something later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from balt.config import Account, Thresholds
from balt.i18n import _, ngettext
from balt.mailboxes.model import (
    Answer,
    Finding,
    Mailbox,
    MailboxStatus,
    Publication,
    Question,
    Verdict,
)
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.operator.judging import (
    activity_by,
    fullness_of,
    knows_later,
    received_on,
    source_words,
    use_words,
)
from balt.mailboxes.saturation_words import saturation_sentence
from balt.mailboxes.usage import Activity, activity_of, pressing
from balt.mailboxes.use_words import messages_words, unread_words
from balt.mailboxes.way_out import is_leaving
from balt.mailboxes.wording import question_text, verdict_label
from balt.units import format_date, format_percent, format_size

_STEPS = (Question.TRASH, Question.OLD, Question.LARGE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a verdict rests on. ``account`` is None for a BAL known from the directory only; ``listed`` are
    the sentences that say how ``publication`` is known; ``operator`` is the operator's latest figure.
    ``leaving`` tells that it is on its way out: whether it is read is asked no more.
    """

    account: Account | None = None
    status: MailboxStatus | None = None
    publication: Publication = Publication.UNKNOWN
    listed: Sequence[str] = ()
    answers: Sequence[Answer] = ()
    operator: OperatorFigure | None = None
    leaving: bool = False

    @property
    def measured(self) -> MailboxStatus | None:
        """The figures of a BAL that answered."""
        return self.status if self.status is not None and self.status.reachable else None

    def answer(self, question: Question) -> Answer | None:
        """The latest answer to a question."""
        found = [each for each in self.answers if each.question is question]
        return max(found, key=lambda each: each.given_at, default=None)


@dataclass(frozen=True, slots=True)
class _Use:
    """Whether a BAL is read, and the sentences that say so, the deciding one first; ``late`` tells that mail
    waits, ``ask`` that the holder should say, ``by_operator`` that the operator's figure decides.
    """

    activity: Activity
    said: tuple[str, ...]
    late: bool = False
    ask: bool = False
    by_operator: bool = False


@dataclass(frozen=True, slots=True)
class _Room:
    """How full a BAL is, or will soon be, against local thresholds; ``said`` is "" when there is room."""

    pressing: bool = False
    said: str = ""


def judge(facts: Facts, thresholds: Thresholds, now: datetime) -> Finding:
    """The verdict on one BAL. Pure: the same facts give the same finding."""
    use = _use(facts, thresholds, now)
    room = _room(facts, thresholds, now)
    verdict, headline = _decide(facts, use, room, thresholds, now)
    reasons = [*_with_publication(verdict, facts, use.said[0]), *use.said[1:]]
    if room.said:
        reasons.append(room.said)
    reasons += facts.listed
    if verdict in (Verdict.GHOST, Verdict.INACTIVE) and not _fresh(facts, Question.CONSULTED, now):
        reasons.append(_threshold(thresholds))
    if use.ask and not facts.leaving:
        reasons.append(_("à répondre : %s") % question_text(Question.CONSULTED))
    return Finding(verdict, headline, tuple(reasons))


def questions_due(mailbox: Mailbox, thresholds: Thresholds, now: datetime) -> tuple[Question, ...]:
    """What is to be asked of the holder now: what nothing can measure, where no fresh answer stands. Whether
    a BAL is consulted is not asked where its messages tell, unless an answer that has aged said otherwise.
    """
    facts = _facts_of(mailbox)
    wanted = [Question.CONSULTED] if _use(facts, thresholds, now).ask and not facts.leaving else []
    measured = mailbox.measured
    by_hand = mailbox.account is not None and mailbox.account.access != "imap"
    if by_hand or (mailbox.account is not None and measured is not None):
        counted = fullness_of(mailbox.operator, now.date())
        if counted is None and (measured is None or measured.quota is None):
            wanted.append(Question.QUOTA)
        if by_hand:
            wanted += _STEPS
    return tuple(each for each in wanted if (said := mailbox.answer(each)) is None or not said.is_fresh(now))


def _decide(
    facts: Facts, use: _Use, room: _Room, thresholds: Thresholds, now: datetime
) -> tuple[Verdict, str]:
    """The verdict and its headline."""
    if use.activity is Activity.UNREAD:
        verdict = Verdict.GHOST if facts.publication is Publication.PUBLISHED else Verdict.INACTIVE
        return verdict, verdict_label(verdict)
    if room.pressing:
        return Verdict.WATCH, _("saturation")
    if facts.publication is Publication.ABSENT and (
        use.activity is Activity.READ or _receives(facts, thresholds, now)
    ):
        return Verdict.UNLISTED, verdict_label(Verdict.UNLISTED)
    if use.late:
        return Verdict.WATCH, _("courrier en attente")
    if use.activity is Activity.READ:
        return Verdict.ACTIVE, verdict_label(Verdict.ACTIVE)
    return Verdict.UNKNOWN, verdict_label(Verdict.UNKNOWN)


def _receives(facts: Facts, thresholds: Thresholds, now: datetime) -> bool:
    status, counted = facts.measured, received_on(facts.operator, now.date())
    if counted is not None and (now.date() - counted).days < thresholds.inactive_after_days:
        return True
    if status is None or status.last_received is None:
        return False
    return (now - status.last_received).days < thresholds.inactive_after_days


def _use(facts: Facts, thresholds: Thresholds, now: datetime) -> _Use:
    """Whether the BAL is read: the holder's fresh word, else its messages, else its operator's figure."""
    inferred = _with_operator(_inferred(facts, thresholds, now), facts, thresholds, now)
    said = facts.answer(Question.CONSULTED)
    if said is None:
        return inferred
    meant = Activity.READ if said.value == "yes" else Activity.UNREAD
    doubt = () if inferred.activity is meant else inferred.said
    if said.is_fresh(now):
        return _Use(meant, (_as_said(said, now), *doubt))
    sentence = _as_said(said, now, again=bool(doubt))
    return replace(inferred, said=(*inferred.said, sentence), ask=inferred.ask or bool(doubt))


def _inferred(facts: Facts, thresholds: Thresholds, now: datetime) -> _Use:
    """What the messages tell, or why they tell nothing."""
    status = facts.measured
    if status is None or facts.account is None or facts.account.access != "imap":
        waiting = facts.account is not None and facts.account.access == "imap" and facts.status is None
        return _Use(Activity.UNCLEAR, (_why_unmeasured(facts),), ask=not waiting)
    activity = activity_of(status, thresholds, now)
    late = pressing(status, thresholds, now)
    said = unread_words(status, now) if late else messages_words(status, activity, now)
    return _Use(activity, (said,), late, ask=activity is Activity.UNCLEAR)


def _with_operator(inferred: _Use, facts: Facts, thresholds: Thresholds, now: datetime) -> _Use:
    """What is inferred, or what the operator's figure says where it knows later than the messages. It waits
    for the messages of a BAL that was not read yet.
    """
    figure, of_imap = facts.operator, facts.account is not None and facts.account.access == "imap"
    if figure is None or (of_imap and facts.status is None):
        return inferred
    counted = activity_by(figure, thresholds, now.date())
    said = use_words(figure, counted, now.date())
    if counted is Activity.UNCLEAR:
        heard = (said,) if said and inferred.activity is Activity.UNCLEAR else ()
        return replace(inferred, said=(*inferred.said, *heard))
    messages = facts.measured if of_imap else None
    if counted is inferred.activity or not (messages is None or knows_later(figure, messages, now)):
        return inferred
    return _Use(counted, (said, *inferred.said), inferred.late, by_operator=True)


def _why_unmeasured(facts: Facts) -> str:
    if facts.account is None:
        return _("aucun compte connu ici")
    if facts.account.access == "none":
        return _("sans accès IMAP : rien ne peut y être mesuré")
    if facts.status is None:
        return _("pas encore relevée")
    if not facts.status.reachable:
        return _("n'a pas répondu : %s") % (facts.status.error or _("raison inconnue"))
    return _("des fichiers exportés ne disent pas si la BAL est lue")


def _as_said(answer: Answer, now: datetime, *, again: bool = False) -> str:
    """The holder's answer in a sentence, with its date; ``again`` when it is too old to count."""
    yes = answer.value == "yes"
    words = _("consultée, selon vous, le %s") if yes else _("non consultée, selon vous, le %s")
    said = words % _day(answer.given_at, now)
    return _("%s : réponse ancienne, à redonner") % said if again else said


def _room(facts: Facts, thresholds: Thresholds, now: datetime) -> _Room:
    """How full the BAL is: as measured, else as the holder said lately, else as its operator counted."""
    status = facts.measured
    if status is not None and status.quota is not None and status.quota.limit > 0:
        quota = status.quota
        figures = {"used": format_size(quota.used), "limit": format_size(quota.limit)}
        said = _("%(used)s sur %(limit)s") % figures
        room = _fullness(quota.used * 100 // quota.limit, said, thresholds)
        if status.saturation is None or not status.saturation.is_near(now):
            return room
        soon = saturation_sentence(status.saturation, now)
        return _Room(True, f"{room.said} · {soon}" if room.said else soon)
    answer, figure = facts.answer(Question.QUOTA), facts.operator
    counted = fullness_of(figure, now.date())
    if figure is not None and counted is not None and (answer is None or not answer.is_fresh(now)):
        return _fullness(counted, source_words(figure), thresholds)
    if answer is None:
        return _Room()
    day = {"day": _day(answer.given_at, now)}
    if answer.is_fresh(now):
        return _fullness(int(answer.value), _("selon vous, le %(day)s") % day, thresholds)
    figures = {"percent": format_percent(int(answer.value), 100), **day}
    return _Room(
        said=_("remplie à %(percent)s, selon vous, le %(day)s : réponse ancienne, à redonner") % figures
    )


def _fullness(percent: int, source: str, thresholds: Thresholds) -> _Room:
    limit = thresholds.quota_alert if percent >= thresholds.quota_alert else thresholds.quota_warning
    if percent < limit:
        return _Room()
    words = {
        "percent": format_percent(percent, 100),
        "source": source,
        "limit": format_percent(limit, 100),
    }
    return _Room(True, _("remplie à %(percent)s (%(source)s) ; seuil choisi ici : %(limit)s") % words)


def _with_publication(verdict: Verdict, facts: Facts, said: str) -> tuple[str, ...]:
    """The deciding sentence, with what the directory adds to it where both together decide."""
    if verdict is Verdict.GHOST:
        return (_("publiée, et %s") % said,)
    if verdict is Verdict.UNLISTED:
        return (_("en service, et absente de l'annuaire"), said)
    if verdict is Verdict.UNKNOWN and facts.publication is Publication.PUBLISHED:
        return (_("publiée, %s") % said,)
    return (said,)


def _threshold(thresholds: Thresholds) -> str:
    return _("seuil choisi ici : %(age)s") % {"age": _age_words(thresholds.inactive_after_days)}


def _age_words(days: int) -> str:
    """A threshold in days as it was meant: "1 an" for 365, "90 jours" for 90."""
    if days and days % 365 == 0:
        return ngettext("%d an", "%d ans", days // 365) % (days // 365)
    return ngettext("%d jour", "%d jours", days) % days


def _fresh(facts: Facts, question: Question, now: datetime) -> bool:
    answer = facts.answer(question)
    return answer is not None and answer.is_fresh(now)


def _day(moment: datetime, now: datetime) -> str:
    return format_date(moment.astimezone(now.tzinfo).date())


def latest(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The latest answer to each question."""
    found: dict[Question, Answer] = {}
    for each in sorted(answers, key=lambda answer: answer.given_at):
        found[each.question] = each
    return tuple(found.values())


def use_of(mailbox: Mailbox, thresholds: Thresholds, now: datetime) -> Activity:
    """Whether a BAL is read: as the holder said lately, else as its messages or its operator tell."""
    return _use(_facts_of(mailbox), thresholds, now).activity


def use_said(mailbox: Mailbox, thresholds: Thresholds, now: datetime) -> str:
    """The sentence that decides whether a BAL is read."""
    return _use(_facts_of(mailbox), thresholds, now).said[0]


def operator_says(mailbox: Mailbox, thresholds: Thresholds, now: datetime) -> str:
    """The sentence of the operator's figure, where it decides whether a BAL is read; "" elsewhere."""
    use = _use(_facts_of(mailbox), thresholds, now)
    return use.said[0] if use.by_operator else ""


def _facts_of(mailbox: Mailbox) -> Facts:
    return Facts(
        mailbox.account,
        mailbox.status,
        mailbox.publication,
        answers=mailbox.answers,
        operator=mailbox.operator,
        leaving=is_leaving(mailbox.way_out),
    )
