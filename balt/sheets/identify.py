"""The rules of IDENTIFIER: know one's BAL, depublish the inactive ones, ask for their deletion."""

from datetime import UTC, datetime

from balt.directory.model import FRESH_DAYS, Origin
from balt.i18n import _, ngettext
from balt.mailboxes.model import Answer, Mailbox, MailboxStatus, Publication, Question
from balt.mailboxes.usage import Activity, activity_of
from balt.mailboxes.verdicts import operator_says
from balt.mailboxes.wording import situation_label
from balt.sheets.limits import age_words
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.scope import Scope, figures_of
from balt.units import format_age, format_count, format_date, format_since

SHEET = "identifier"
_SHOWN = 2


def no_bal(sheet: str, step: int, scope: Scope) -> Evidence:
    """What every step says when no BAL is known."""
    sentence = _("aucune BAL connue ici : ajoutez la première (touche + dans l'application)")
    return Evidence(sheet, step, scope.address, StepState.UNKNOWN, (sentence,))


def know(scope: Scope) -> Evidence:
    """I.1: every BAL known, consulted, tied to a situation. Never done before the Annuaire Santé is read;
    attention when a BAL is not consulted.
    """
    if not scope.bals:
        return no_bal(SHEET, 1, scope)
    unread = _longest_first(scope.with_use(Activity.UNREAD))
    unclear = scope.with_use(Activity.UNCLEAR)
    loose = [bal for bal in scope.bals if not bal.situations] if scope.directory_read else []
    if unread:
        state = StepState.ATTENTION
    elif not scope.directory_read:
        state = StepState.UNKNOWN
    elif unclear or loose:
        state = StepState.TODO
    else:
        certain = scope.knows_all and not scope.practice.directory.problem
        state = StepState.DONE if certain else StepState.UNKNOWN
    if scope.address is None:
        sentences = [_counts(scope, len(unread), len(loose)), *_sources(scope)]
    else:
        sentences = [*_uses(scope), *_tied(scope), *_sources(scope)]
    sentences += scope.unmeasured(Question.CONSULTED)
    since = _since(unread[0]) if unread else None
    target = next((Target(bal.address, view="annuaire") for bal in (*unread, *unclear, *loose)), None)
    if target is None:
        target = Target(scope.bals[0].address, view="annuaire")
    return Evidence(SHEET, 1, scope.address, state, tuple(sentences), since, target)


def depublish(scope: Scope) -> Evidence:
    """I.2: attention while a BAL that nobody reads is published, or may be; done when every BAL is read, or
    is out of the directory.
    """
    if not scope.bals:
        return no_bal(SHEET, 2, scope)
    unread = _longest_first(scope.with_use(Activity.UNREAD))
    standing = [bal for bal in unread if bal.publication is not Publication.ABSENT]
    if not standing:
        return _nothing_to_depublish(scope, unread)
    sentences = []
    for bal in standing[:_SHOWN]:
        if scope.address is None:
            sentences.append(bal.address)
        sentences.append(_unread_for(bal, scope))
    others = len(standing) - _SHOWN
    if others > 0:
        text = ngettext("et %(n)s autre BAL inactive", "et %(n)s autres BAL inactives", others)
        sentences.append(text % {"n": format_count(others)})
    sentences.append(_threshold(scope))
    sentences += scope.unmeasured(Question.CONSULTED)
    target = Target(standing[0].address, view="annuaire")
    return Evidence(
        SHEET, 2, scope.address, StepState.ATTENTION, tuple(sentences), _since(standing[0]), target
    )


def delete(scope: Scope) -> Evidence:
    """I.3: waits for step 2 and an archive of the BAL (the sheet: recover the messages first); done
    when there is no inactive BAL left.
    """
    if not scope.bals:
        return no_bal(SHEET, 3, scope)
    unread = scope.with_use(Activity.UNREAD)
    if unread:
        standing = [bal for bal in unread if bal.publication is not Publication.ABSENT]
        if standing:
            sentence = _("attend l'étape 2 et une archive de la BAL")
        else:
            sentence = _("attend une archive de %(names)s") % {
                "names": scope.names([bal.address for bal in unread])
            }
        return Evidence(SHEET, 3, scope.address, StepState.BLOCKED, (sentence,))
    settled = scope.knows_all and len(scope.with_use(Activity.READ)) == len(scope.bals)
    if scope.address is not None:
        sentence = _("rien à demander pour l'instant")
    elif settled:
        sentence = _("aucune BAL inactive, rien à demander")
    else:
        sentence = _("aucune BAL inactive connue ici, rien à demander pour l'instant")
    state = StepState.DONE if settled else StepState.UNKNOWN
    return Evidence(SHEET, 3, scope.address, state, (sentence, *scope.unmeasured(Question.CONSULTED)))


def _nothing_to_depublish(scope: Scope, gone: list[Mailbox]) -> Evidence:
    """No BAL that nobody reads is known to be published: done only when this is certain of each."""
    sure = len(scope.with_use(Activity.READ)) + len(gone) == len(scope.bals)
    certain = sure and scope.knows_all and not scope.practice.directory.problem
    state = StepState.DONE if certain else StepState.UNKNOWN
    return Evidence(SHEET, 2, scope.address, state, _none_inactive(scope, gone))


def _since(bal: Mailbox) -> datetime | None:
    return bal.status.unread_since if bal.status is not None else None


def _longest_first(bals: list[Mailbox]) -> list[Mailbox]:
    """Those of which it is known since when first, the longest before the others."""
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(bals, key=lambda bal: (_since(bal) or latest, bal.address))


def _counts(scope: Scope, unread: int, loose: int) -> str:
    total = len(scope.bals)
    unclear = total - unread - len(scope.with_use(Activity.READ))
    parts = []
    if unread:
        text = ngettext("%(n)s non consultée", "%(n)s non consultées", unread)
        parts.append(text % {"n": format_count(unread)})
    if unclear:
        parts.append(_("%(n)s à préciser") % {"n": format_count(unclear)})
    if parts:
        said = _("%(n)s BAL : %(parts)s") % {"n": format_count(total), "parts": ", ".join(parts)}
    else:
        text = ngettext("%(n)s BAL connue ici, consultée", "%(n)s BAL connues ici, toutes consultées", total)
        said = text % {"n": format_count(total)}
    if not loose:
        return said
    text = ngettext("%(n)s sans situation d'exercice", "%(n)s sans situation d'exercice", loose)
    return _("%(first)s · %(second)s") % {"first": said, "second": text % {"n": format_count(loose)}}


def _sources(scope: Scope) -> list[str]:
    """What was read of the directory, and when."""
    directory = scope.practice.directory
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
    if not scope.practice.person.rpps:
        said.append(_("sans votre numéro RPPS, balt ne peut pas connaître toutes vos BAL"))
    return [*said, directory.problem] if directory.problem else said


def _uses(scope: Scope) -> list[str]:
    """What is known of each BAL being read, in a sentence."""
    return [
        _use(bal, scope)
        for bal in scope.bals
        if figures_of(bal) or fresh_answer(bal, scope) or _counted(bal, scope)
    ]


def _tied(scope: Scope) -> list[str]:
    """The situations that a BAL serves."""
    labels = [situation_label(situation) for bal in scope.bals for situation in bal.situations]
    if labels:
        return [_("situation d'exercice : %s") % ", ".join(dict.fromkeys(labels))]
    return [_("aucune situation d'exercice rattachée")] if scope.directory_read else []


def fresh_answer(bal: Mailbox, scope: Scope) -> Answer | None:
    """What the holder said lately of reading this BAL."""
    answer = bal.answer(Question.CONSULTED)
    return answer if answer is not None and answer.is_fresh(scope.now) else None


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


def _unread_for(bal: Mailbox, scope: Scope) -> str:
    status = figures_of(bal)
    if status is None or status.unread_since is None or _counted(bal, scope):
        return _use(bal, scope)
    since = status.unread_since
    age = format_age((scope.now - since).days)
    unread = status.unread_run
    if not unread:
        return _("rien de lu depuis %(age)s") % {"age": age}
    text = ngettext(
        "rien de lu depuis %(age)s, %(n)s non lu", "rien de lu depuis %(age)s, %(n)s non lus", unread
    )
    return text % {"age": age, "n": format_count(unread)}


def _reading(bal: Mailbox, status: MailboxStatus, scope: Scope) -> str:
    """What the messages of one BAL say of its being read, in a sentence."""
    activity = activity_of(status, scope.thresholds, scope.now)
    if activity is Activity.UNREAD:
        return _unread_for(bal, scope)
    if status.messages == 0:
        return _("vide : rien n'y montre qu'elle est consultée")
    if status.last_seen is None:
        return _("aucun message lu : rien ne montre qu'elle est consultée")
    day = status.last_seen.astimezone(scope.now.tzinfo).date()
    if activity is Activity.READ:
        return _("consultée : un message reçu le %(day)s est lu") % {"day": format_date(day)}
    return _("à préciser : le dernier message lu a été reçu %(when)s") % {
        "when": format_since(status.last_seen, scope.now)
    }


def _none_inactive(scope: Scope, gone: list[Mailbox]) -> tuple[str, ...]:
    read = len(scope.with_use(Activity.READ))
    unclear = [bal.address for bal in scope.with_use(Activity.UNCLEAR) if figures_of(bal)]
    sentences = []
    if scope.address is not None:
        sentences += _uses(scope)
    elif read:
        if read == len(scope.bals):
            text = ngettext(
                "la BAL connue ici n'est pas inactive",
                "aucune des %(n)s BAL connues ici n'est inactive",
                read,
            )
        else:
            text = ngettext("%(n)s BAL n'est pas inactive", "%(n)s BAL ne sont pas inactives", read)
        sentences.append(text % {"n": format_count(read)})
    if gone:
        sentences.append(
            _("inactive et absente de l'annuaire : %(names)s")
            % {"names": scope.names([bal.address for bal in gone])}
        )
    if unclear and scope.address is None:
        sentences.append(_("activité à préciser : %(names)s") % {"names": scope.names(unclear)})
    sentences += scope.unmeasured(Question.CONSULTED)
    if not scope.knows_all:
        sentences.append(_("publication à contrôler dans l'Annuaire Santé"))
    return tuple(sentences)


def _threshold(scope: Scope) -> str:
    return _("seuil choisi ici : %(age)s") % {"age": age_words(scope.thresholds.inactive_after_days)}
