"""What is to be done about an auto-reply, in the same words for cases and for the sheets."""

from datetime import datetime
from typing import NamedTuple

from balt.cases.model import Reply
from balt.i18n import _
from balt.mailboxes.model import FRESH_DAYS
from balt.mailboxes.order import is_fresh
from balt.mailboxes.way_out import AutoReply
from balt.units import format_date


class Trouble(NamedTuple):
    """What is wrong, as it follows "réponse automatique"; whether it presses."""

    said: str
    presses: bool = True


def trouble_of(reply: AutoReply, now: datetime) -> Trouble | None:
    """What is to be done about an auto-reply; None of one that is known to be in service. Pure."""
    day = format_date(reply.told.astimezone(now.tzinfo).date())
    if reply.former:
        said = _("en service (vu le %s), mais elle nomme l'ancienne BAL de remplacement : à réinstaller")
        noted = _("notée le %s, elle nomme l'ancienne BAL de remplacement : à refaire")
        return Trouble((noted if reply.by_hand else said) % day)
    match Reply(reply.stands):
        case Reply.OFF:
            return Trouble(_("hors service : à réinstaller"))
        case Reply.CHANGED:
            said = _("en service avec un texte qu'un autre programme a changé (vu le %s) : à revoir")
            return Trouble(said % day)
        case Reply.ELSEWHERE:
            said = _("en service (vu le %s), mais elle nomme une autre BAL que le dossier : à réinstaller")
            return Trouble(said % day)
    if not is_fresh(reply.told, now, FRESH_DAYS):
        said = _("à vérifier : vue en service le %s pour la dernière fois")
        noted = _("à vérifier : notée le %s")
        return Trouble((noted if reply.by_hand else said) % day, presses=False)
    return None
