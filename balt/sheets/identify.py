"""The first rule of IDENTIFIER, know one's BAL; and the sentences that say how balt knows."""

from dataclasses import dataclass
from datetime import UTC, datetime

from balt.directory.model import FRESH_DAYS, Origin
from balt.i18n import _, ngettext
from balt.mailboxes.model import Answer, Mailbox, MailboxStatus, Publication, Question
from balt.mailboxes.usage import Activity, activity_of
from balt.mailboxes.use_words import messages_words, unread_words
from balt.mailboxes.verdicts import operator_says
from balt.mailboxes.wording import situation_label
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.scope import Scope, figures_of
from balt.units import format_count, format_date

SHEET = "identifier"


def no_bal(sheet: str, step: int, scope: Scope) -> Evidence:
    """What every step says when no BAL is known."""
    sentence = _("aucune BAL connue ici : ajoutez la première (touche + dans l'application)")
    return Evidence(sheet, step, scope.address, StepState.UNKNOWN, (sentence,))


def know(scope: Scope) -> Evidence:
    """I.1: every BAL known, consulted, tied to a situation. Never done before the Annuaire Santé is read;
    attention when a BAL is not consulted and nothing is done about it. One that is on its way out needs
    neither reader nor situation once the directory no longer has it.
    """
    if not scope.bals:
        return no_bal(SHEET, 1, scope)
    unread = longest_first(scope.with_use(Activity.UNREAD))
    leaving = [bal for bal in scope.bals if bal.way_out is not None]
    staying = [bal for bal in scope.bals if bal.way_out is None]
    still = [bal for bal in leaving if scope.publication(bal) is Publication.PUBLISHED]
    forgotten = [bal for bal in unread if bal.way_out is None]
    unclear = [bal for bal in scope.with_use(Activity.UNCLEAR) if bal.way_out is None]
    loose = (
        [bal for bal in staying if not any(each.active for each in bal.situations)]
        if scope.directory_known
        else []
    )
    if forgotten:
        state = StepState.ATTENTION
    elif not scope.directory_known:
        state = StepState.UNKNOWN
    elif unclear or loose or still:
        state = StepState.TODO
    else:
        state = StepState.DONE if scope.is_certain else StepState.UNKNOWN
    if scope.address is None:
        counts = _Counts(len(scope.bals), len(forgotten), len(unclear), len(leaving), len(loose))
        sentences = [_counted_words(counts), *_sources(scope)]
    else:
        sentences = [*uses(scope), *_tied(scope), *_sources(scope)]
    sentences += scope.unmeasured(Question.CONSULTED)
    since = unread_since(forgotten[0]) if forgotten else None
    first = next(iter((*forgotten, *unclear, *loose, *still, *scope.bals)))
    target = Target(first.address, view="annuaire")
    return Evidence(SHEET, 1, scope.address, state, tuple(sentences), since, target)


def unread_since(bal: Mailbox) -> datetime | None:
    """Since when its messages are unread; None where they do not tell."""
    return bal.status.unread_since if bal.status is not None else None


def longest_first(bals: list[Mailbox]) -> list[Mailbox]:
    """Those of which it is known since when first, the longest before the others."""
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(bals, key=lambda bal: (unread_since(bal) or latest, bal.address))


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many BAL of the practice: all, not consulted, not known to be, on their way out, without a
    situation.
    """

    total: int
    unread: int
    unclear: int
    leaving: int
    loose: int


def _counted_words(counts: _Counts) -> str:
    parts = []
    if counts.unread:
        text = ngettext("%(n)s non consultée", "%(n)s non consultées", counts.unread)
        parts.append(text % {"n": format_count(counts.unread)})
    if counts.unclear:
        parts.append(_("%(n)s à préciser") % {"n": format_count(counts.unclear)})
    if counts.leaving:
        parts.append(_("%(n)s sur le départ") % {"n": format_count(counts.leaving)})
    total = {"n": format_count(counts.total)}
    if parts:
        said = _("%(n)s BAL : %(parts)s") % {**total, "parts": ", ".join(parts)}
    else:
        said = (
            ngettext(
                "%(n)s BAL connue ici, consultée", "%(n)s BAL connues ici, toutes consultées", counts.total
            )
            % total
        )
    if not counts.loose:
        return said
    text = ngettext("%(n)s sans situation d'exercice", "%(n)s sans situation d'exercice", counts.loose)
    return _("%(first)s · %(second)s") % {"first": said, "second": text % {"n": format_count(counts.loose)}}


def _sources(scope: Scope) -> list[str]:
    """What was read of the directory, and when."""
    directory = scope.practice.directory
    looked = scope.looked_up
    if looked is not None and not scope.directory_read:
        words = {"name": looked.author or _("vous"), "day": day_of(looked.given_at, scope)}
        return [_("Annuaire Santé : toutes vos BAL y ont été cherchées par %(name)s, le %(day)s") % words]
    if not directory.sources:
        return [_("Annuaire Santé : aucune source (balt directory import FICHIER, ou une clé de l'API)")]
    if not directory.answers:
        return [directory.problem or _("Annuaire Santé : pas encore lu")]
    names = {Origin.API: _("API du %s"), Origin.EXTRACTION: _("extraction du %s")}
    read = [
        names[answer.origin] % format_date(answer.taken_at.astimezone(scope.now.tzinfo).date())
        for answer in directory.answers
    ]
    said = [_("Annuaire Santé : %s") % ", ".join(read)]
    if not scope.directory_read:
        said.append(_("lu il y a plus de %d jours : trop ancien pour conclure") % FRESH_DAYS)
    if not scope.practice.person.rpps and looked is None:
        said.append(_("sans votre numéro RPPS, balt ne peut pas connaître toutes vos BAL"))
    return [*said, directory.problem] if directory.problem else said


def uses(scope: Scope) -> list[str]:
    """What is known of each BAL being read, in a sentence."""
    return [
        _use(bal, scope)
        for bal in scope.bals
        if figures_of(bal) or fresh_answer(bal, scope) or _counted(bal, scope)
    ]


def _tied(scope: Scope) -> list[str]:
    """The situations that a BAL serves."""
    labels = [
        situation_label(situation) for bal in scope.bals for situation in bal.situations if situation.active
    ]
    if labels:
        return [_("situation d'exercice : %s") % ", ".join(dict.fromkeys(labels))]
    return [_("aucune situation d'exercice rattachée")] if scope.directory_read else []


def fresh_answer(bal: Mailbox, scope: Scope) -> Answer | None:
    """What the holder said lately of reading this BAL."""
    return scope.answer(bal, Question.CONSULTED)


def day_of(moment: datetime, scope: Scope) -> str:
    """A moment as its day, where the judgement is made."""
    return format_date(moment.astimezone(scope.now.tzinfo).date())


def _counted(bal: Mailbox, scope: Scope) -> str:
    """What the operator's figure says, where it decides whether this BAL is read."""
    return operator_says(bal, scope.thresholds, scope.now)


def _use(bal: Mailbox, scope: Scope) -> str:
    answer = fresh_answer(bal, scope)
    if answer is not None:
        day = format_date(answer.given_at.astimezone(scope.now.tzinfo).date())
        if answer.value == "yes":
            return _("consultée d'après vous (réponse du %s)") % day
        return _("non consultée d'après vous (réponse du %s)") % day
    if counted := _counted(bal, scope):
        return counted
    return _reading(bal, bal.status, scope) if bal.status is not None else ""


def unread_for(bal: Mailbox, scope: Scope) -> str:
    """For how long nobody has read a BAL, or how that is known."""
    status = figures_of(bal)
    if status is None or status.unread_since is None or _counted(bal, scope):
        return _use(bal, scope)
    return unread_words(status, scope.now)


def _reading(bal: Mailbox, status: MailboxStatus, scope: Scope) -> str:
    """What the messages of one BAL say of its being read, in a sentence."""
    activity = activity_of(status, scope.thresholds, scope.now)
    if activity is Activity.UNREAD:
        return unread_for(bal, scope)
    said = messages_words(status, activity, scope.now)
    asked = activity is Activity.UNCLEAR and status.last_seen is not None
    return _("à préciser : %s") % said if asked else said
