"""The rules of IDENTIFIER: know one's BAL, depublish the inactive ones, ask for their deletion."""

from balt.i18n import _, ngettext
from balt.mailboxes.model import MailboxStatus
from balt.sheets.limits import age_words
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.scope import Activity, Scope, activity_of
from balt.units import format_age, format_count, format_date, format_since

SHEET = "identifier"
_SHOWN = 2


def no_bal(sheet: str, step: int, scope: Scope) -> Evidence:
    """What every step says when no BAL is known."""
    sentence = _("aucune BAL connue ici : indiquez les vôtres dans la configuration")
    return Evidence(sheet, step, scope.address, StepState.UNKNOWN, (sentence,))


def know(scope: Scope) -> Evidence:
    """I.1: every BAL known, consulted, tied to a situation. Never done before the Annuaire Santé is read
    and situations are recorded; attention when a BAL is not consulted.
    """
    if not scope.bals:
        return no_bal(SHEET, 1, scope)
    inactive = _longest_first(scope.with_activity(Activity.UNREAD))
    state = StepState.ATTENTION if inactive else StepState.UNKNOWN
    if scope.address is None:
        sentences = [
            _counts(scope, len(inactive)),
            _("Annuaire Santé et situations : pas encore lus"),
        ]
    else:
        sentences = [_reading(status, scope) for status in scope.measured]
        sentences.append(_("Annuaire Santé et situation : pas encore lus"))
    sentences += scope.unmeasured()
    since = inactive[0].unread_since if inactive else None
    return Evidence(SHEET, 1, scope.address, state, tuple(sentences), since, _unread_inbox(inactive))


def depublish(scope: Scope) -> Evidence:
    """I.2: attention when a BAL is inactive; otherwise unknown, for the directory is not read yet."""
    if not scope.bals:
        return no_bal(SHEET, 2, scope)
    inactive = _longest_first(scope.with_activity(Activity.UNREAD))
    if not inactive:
        return Evidence(SHEET, 2, scope.address, StepState.UNKNOWN, _none_inactive(scope))
    sentences = []
    for status in inactive[:_SHOWN]:
        if scope.address is None:
            sentences.append(status.address)
        sentences.append(_unread_for(status, scope))
    others = len(inactive) - _SHOWN
    if others > 0:
        text = ngettext("et %(n)s autre BAL inactive", "et %(n)s autres BAL inactives", others)
        sentences.append(text % {"n": format_count(others)})
    sentences.append(_threshold(scope))
    sentences += scope.unmeasured()
    since = inactive[0].unread_since
    target = _unread_inbox(inactive)
    return Evidence(SHEET, 2, scope.address, StepState.ATTENTION, tuple(sentences), since, target)


def delete(scope: Scope) -> Evidence:
    """I.3: waits for step 2 and an archive of the BAL; without an inactive BAL there is nothing to ask."""
    if not scope.bals:
        return no_bal(SHEET, 3, scope)
    if scope.with_activity(Activity.UNREAD):
        sentence = _("attend l'étape 2 et une archive de la BAL")
        return Evidence(SHEET, 3, scope.address, StepState.BLOCKED, (sentence,))
    if scope.address is None:
        sentence = _("aucune BAL inactive connue ici, rien à demander pour l'instant")
    else:
        sentence = _("rien à demander pour l'instant")
    return Evidence(SHEET, 3, scope.address, StepState.UNKNOWN, (sentence, *scope.unmeasured()))


def _longest_first(statuses: list[MailboxStatus]) -> list[MailboxStatus]:
    return sorted(statuses, key=lambda status: (status.unread_since or status.taken_at, status.address))


def _unread_inbox(inactive: list[MailboxStatus]) -> Target | None:
    if not inactive:
        return None
    return Target(inactive[0].address, "INBOX", "is:unread", "date", reverse=True)


def _counts(scope: Scope, inactive: int) -> str:
    total = len(scope.bals)
    unclear = total - inactive - len(scope.with_activity(Activity.READ))
    parts = []
    if inactive:
        text = ngettext("%(n)s non consultée", "%(n)s non consultées", inactive)
        parts.append(text % {"n": format_count(inactive)})
    if unclear:
        parts.append(_("%(n)s à préciser") % {"n": format_count(unclear)})
    if parts:
        return _("%(n)s BAL : %(parts)s") % {"n": format_count(total), "parts": ", ".join(parts)}
    text = ngettext("%(n)s BAL connue ici, consultée", "%(n)s BAL connues ici, toutes consultées", total)
    return text % {"n": format_count(total)}


def _unread_for(status: MailboxStatus, scope: Scope) -> str:
    since = status.unread_since or status.taken_at
    age = format_age((scope.now - since).days)
    unread = status.unread_run
    if not unread:
        return _("rien de lu depuis %(age)s") % {"age": age}
    text = ngettext(
        "rien de lu depuis %(age)s, %(n)s non lu", "rien de lu depuis %(age)s, %(n)s non lus", unread
    )
    return text % {"age": age, "n": format_count(unread)}


def _reading(status: MailboxStatus, scope: Scope) -> str:
    """What the messages of one BAL say of its being read, in a sentence."""
    activity = activity_of(status, scope.thresholds, scope.now)
    if activity is Activity.UNREAD:
        return _unread_for(status, scope)
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


def _none_inactive(scope: Scope) -> tuple[str, ...]:
    read = len(scope.with_activity(Activity.READ))
    unclear = [status.address for status in scope.with_activity(Activity.UNCLEAR)]
    sentences = []
    if scope.address is not None:
        sentences += [_reading(status, scope) for status in scope.measured]
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
    if unclear and scope.address is None:
        sentences.append(_("activité à préciser : %(names)s") % {"names": scope.names(unclear)})
    sentences += scope.unmeasured()
    sentences.append(_("publication à contrôler dans l'Annuaire Santé"))
    return tuple(sentences)


def _threshold(scope: Scope) -> str:
    return _("seuil choisi ici : %(age)s") % {"age": age_words(scope.thresholds.inactive_after_days)}
