"""The first rule of IDENTIFIER, know one's BAL; and the sentences that say how balt knows."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from balt.directory.model import FRESH_DAYS, Origin
from balt.i18n import _, ngettext
from balt.mailboxes.model import Answer, Mailbox, MailboxStatus, Publication, Question
from balt.mailboxes.own_number import number_warning
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


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The BAL of the first step: those that nobody reads and nothing is done about; of which this is not
    known; on their way out, and of these those that the directory still shows; without a situation.
    """

    forgotten: list[Mailbox]
    unclear: list[Mailbox]
    leaving: list[Mailbox]
    still: list[Mailbox]
    loose: list[Mailbox]


def know(scope: Scope) -> Evidence:
    """I.1: every BAL known, consulted, tied to a situation. Never done before the Annuaire Santé is read;
    attention when a BAL is not consulted and nothing is done about it. One that is on its way out needs
    neither reader nor situation once the directory no longer has it; of one that left it by itself it is to
    be known whether it is still there.
    """
    if not scope.bals and not scope.adrift:
        none, warning = no_bal(SHEET, 1, scope), _number_warning(scope)
        return replace(none, sentences=(*none.sentences, warning)) if warning else none
    kinds = _kinds(scope)
    sentences = _counted_words(kinds, scope) if scope.address is None else [*uses(scope), *_tied(scope)]
    sentences += [*_sources(scope), *adrift_words(scope)]
    known = not kinds.forgotten
    sentences += scope.unmeasured(Question.CONSULTED, besides=kinds.leaving, decides=known)
    since = None if known else unread_since(kinds.forgotten[0])
    pressing = (*kinds.forgotten, *kinds.unclear, *kinds.loose, *kinds.still, *scope.bals, *scope.adrift)
    target = Target(pressing[0].address, view="annuaire")
    return Evidence(SHEET, 1, scope.address, _known(kinds, scope), tuple(sentences), since, target)


def _kinds(scope: Scope) -> _Kinds:
    leaving = [bal for bal in scope.bals if bal.way_out is not None]
    staying = [bal for bal in scope.bals if bal.way_out is None]
    idle = [bal for bal in scope.adrift if is_idle(bal, scope)]
    unread = [bal for bal in scope.with_use(Activity.UNREAD) if bal.way_out is None]
    loose = [bal for bal in staying if not any(each.active for each in bal.situations)]
    return _Kinds(
        forgotten=longest_first([*unread, *idle]),
        unclear=[bal for bal in scope.with_use(Activity.UNCLEAR) if bal.way_out is None],
        leaving=leaving,
        still=[bal for bal in leaving if scope.publication(bal) is Publication.PUBLISHED],
        loose=loose if scope.directory_known else [],
    )


def _known(kinds: _Kinds, scope: Scope) -> StepState:
    if kinds.forgotten:
        return StepState.ATTENTION
    if not scope.directory_known:
        return StepState.UNKNOWN
    if kinds.unclear or kinds.loose or kinds.still:
        return StepState.TODO
    return StepState.DONE if scope.is_certain and not scope.adrift else StepState.UNKNOWN


def is_idle(bal: Mailbox, scope: Scope) -> bool:
    """Whether the holder said lately that nobody reads this BAL."""
    return scope.says(bal, Question.CONSULTED, "no")


def adrift_words(scope: Scope) -> list[str]:
    """The BAL that left the directory without anybody here having asked for it, and may exist still. While
    its sources do not settle that, they have left the extraction only.
    """
    found = [bal for bal in scope.adrift if not is_idle(bal, scope)]
    if not found:
        return []
    text = ngettext(
        "%(names)s n'est plus dans l'annuaire, sans compte ni dossier ici : existe-t-elle encore ?",
        "%(names)s ne sont plus dans l'annuaire, sans compte ni dossier ici : existent-elles encore ?",
        len(found),
    )
    if any(scope.publication(bal) is not Publication.ABSENT for bal in found):
        text = ngettext(
            "%(names)s n'est plus dans l'extraction, sans compte ni dossier ici : existe-t-elle encore ?",
            "%(names)s ne sont plus dans l'extraction, sans compte ni dossier ici : existent-elles encore ?",
            len(found),
        )
    return [text % {"names": scope.names([bal.address for bal in found])}]


def unread_since(bal: Mailbox) -> datetime | None:
    """Since when its messages are unread; None where they do not tell."""
    return bal.status.unread_since if bal.status is not None else None


def longest_first(bals: list[Mailbox]) -> list[Mailbox]:
    """Those of which it is known since when first, the longest before the others."""
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(bals, key=lambda bal: (unread_since(bal) or latest, bal.address))


def _counted_words(kinds: _Kinds, scope: Scope) -> list[str]:
    """How many BAL the practice has, and how many of each kind."""
    parts = []
    if kinds.forgotten:
        text = ngettext("%(n)s non consultée", "%(n)s non consultées", len(kinds.forgotten))
        parts.append(text % {"n": format_count(len(kinds.forgotten))})
    if kinds.unclear:
        parts.append(_("%(n)s à préciser") % {"n": format_count(len(kinds.unclear))})
    if kinds.leaving:
        parts.append(_("%(n)s sur le départ") % {"n": format_count(len(kinds.leaving))})
    total = len({bal.address for bal in (*scope.bals, *kinds.forgotten)})
    if not total:
        return []
    if parts:
        said = _("%(n)s BAL : %(parts)s") % {"n": format_count(total), "parts": ", ".join(parts)}
    else:
        text = ngettext("%(n)s BAL connue ici, consultée", "%(n)s BAL connues ici, toutes consultées", total)
        said = text % {"n": format_count(total)}
    if not kinds.loose:
        return [said]
    loose = len(kinds.loose)
    text = ngettext("%(n)s sans situation d'exercice", "%(n)s sans situation d'exercice", loose)
    return [_("%(first)s · %(second)s") % {"first": said, "second": text % {"n": format_count(loose)}}]


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
    if warning := _number_warning(scope):
        said.append(warning)
    elif not scope.practice.person.rpps and looked is None:
        said.append(_("sans votre numéro RPPS, balt ne peut pas connaître toutes vos BAL"))
    return [*said, directory.problem] if directory.problem else said


def _number_warning(scope: Scope) -> str:
    """What looks wrong in the holder's number; that it is somebody else's, once for the practice."""
    answers = scope.practice.directory.answers if scope.address is None else ()
    return number_warning(scope.practice.person, answers)


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
