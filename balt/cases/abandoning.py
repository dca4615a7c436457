"""What giving a case up ends, and what it leaves as it is: told before, as nobody looks after it any more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from balt.cases.asking import asked_of, made_words
from balt.cases.model import Case, Event, Happened, Reply, watched
from balt.cases.presence import is_over
from balt.cases.replies import Heard, heard_of
from balt.i18n import _
from balt.units import format_date


def abandon_lines(case: Case, cases: Iterable[Case], now: datetime) -> list[str]:
    """A sentence for each thing: what is no longer followed, what was asked of the provider, and an
    auto-reply that goes on answering. ``cases`` are all that are known.
    """
    told = tuple(cases)
    if _others(case, told, now):
        lines = [_("Sa suppression ne sera plus suivie ; sa dépublication le reste.")]
    else:
        lines = [
            _(
                "Plus rien n'en sera suivi : ni l'annuaire, ni la réponse automatique, ni qui écrit encore. "
                "Son histoire reste."
            )
        ]
    lines += _of_request(case, now)
    if (reply := reply_left(case, told, now)) is not None:
        said = _("La réponse automatique reste en service (vue le %s).")
        if reply.by_hand:
            said = _("La réponse automatique posée à la main (le %s) reste en service, dans le webmail.")
        lines.append(said % _day(reply.told, now))
    return lines


def reply_left(case: Case, cases: Iterable[Case], now: datetime) -> Heard | None:
    """What was heard last of the auto-reply that giving this case up leaves in service; None where there is
    none, or where another case of the BAL follows it.
    """
    told = tuple(cases)
    heard = heard_of(told, case, now)
    if heard is None or heard.value is Reply.OFF or _others(case, told, now):
        return None
    return heard


def _of_request(case: Case, now: datetime) -> list[str]:
    """What was asked for and has not come about."""
    asked = asked_of(case)
    if asked.on is None or is_over(case):
        return []
    lines = [
        _("La demande n'est pas reprise (%s) : si elle est partie, dites-le au fournisseur.")
        % made_words(asked, now)
    ]
    if (remind := case.remind_on()) is not None:
        lines.append(_("Le rappel du %s tombe.") % _day(remind, now))
    return lines


def _others(case: Case, cases: Iterable[Case], now: datetime) -> bool:
    """Whether another case of the BAL is looked at once this one is given up."""
    same = [each for each in cases if each.address == case.address]
    given_up = replace(case, events=(*case.events, Event(Happened.ABANDONED, now)))
    return bool(watched(given_up if each == case else each for each in same))


def _day(moment: datetime, now: datetime) -> str:
    return format_date(moment.astimezone(now.tzinfo).date())
