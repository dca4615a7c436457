"""Where a request to a provider stands: written, sent, answered. Cases, verdicts and sheets all say it so.

balt sends nothing: that a request has left, it knows by the holder's word, or by the provider's answer.
"""

from datetime import datetime

from balt.cases.model import Case, CaseKind, Channel, Event, Happened
from balt.cases.presence import back_in, last_absent, left_before
from balt.i18n import _
from balt.mailboxes.way_out import Asked
from balt.units import format_date

NOTHING = Asked()
"""No request."""


def asked_of(case: Case) -> Asked:
    """The request of a case, as it counts now: a depublication that was asked for before the directory showed
    the BAL again has come about, and been undone since.
    """
    asked = case.last(Happened.REQUESTED)
    returned = left_before(case) if case.kind is CaseKind.DEPUBLICATION else None
    if asked is None or (returned is not None and asked.at <= returned):
        return NOTHING
    sent, answered = (_about(asked, case.last(what)) for what in (Happened.SENT, Happened.ANSWERED))
    former = case.replacement_when(asked) not in ("", case.replacement)
    remind, named = case.remind_on(), case.last(Happened.REPLACED)
    if former and remind is not None and named is not None:
        remind = named.at  # it sends people to the wrong place since then: no provider is waited for
    draft = asked.value == Channel.DRAFT
    return Asked(asked.at, sent, answered, remind, draft=draft, former=former)


def asked_again(case: Case, leaving: Case | None) -> Asked:
    """What was asked of the provider since the directory shows the BAL of ``case`` again; ``leaving`` is the
    depublication before a deletion.
    """
    if case.kind is CaseKind.DEPUBLICATION:
        return asked_of(case)
    if leaving is None:
        return NOTHING
    asked, left = asked_of(leaving), last_absent(leaving)
    if asked.on is None:
        return NOTHING
    if left is None:  # of what stands in two cases the order is known to the second
        again = asked.on.replace(microsecond=0) > case.opened.replace(microsecond=0)
    else:
        again = asked.on > left
    return asked if again else NOTHING


def is_to_ask_again(case: Case, leaving: Case | None) -> bool:
    """Whether the directory shows a BAL again, and nothing was asked of the provider since."""
    return bool(back_in(case)) and asked_again(case, leaving).on is None


def made_words(asked: Asked, now: datetime) -> str:
    """What was done of a request, as it follows "demande"; "" where there is none."""
    if asked.sent is not None:
        return _("envoyée le %s, selon le titulaire") % _day(asked.sent, now)
    if asked.on is None:
        return ""
    said = _("mise dans les brouillons le %s") if asked.draft else _("écrite le %s")
    return said % _day(asked.on, now)


def asked_words(asked: Asked, now: datetime) -> str:
    """The same, with what is left to do of one that is only written, or names another BAL by now."""
    made = made_words(asked, now)
    if asked.former:
        return _("%s, mais elle nomme l'ancienne BAL de remplacement : à récrire") % made
    if asked.is_ahead(now):
        return _("%s ; une date notée est à venir : notez-le de nouveau") % made
    if not asked.is_unsent:
        return made
    if asked.is_late(now):
        return _("%s, à envoyer ; si elle est partie, notez-le") % made
    return _("%s, à envoyer") % made


def _about(asked: Event, later: Event | None) -> datetime | None:
    """When something happened to this request, and not to one before it."""
    return later.at if later is not None and later.at >= asked.at else None


def _day(moment: datetime, now: datetime) -> str:
    return format_date(moment.astimezone(now.tzinfo).date())
