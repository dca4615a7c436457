"""Which situation and which BAL ``balt publish`` is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from balt.cli.situations import kind_named, own_mailbox
from balt.directory.model import PracticeSituation
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Mailbox
from balt.mailboxes.practice import Practice
from balt.mailboxes.wording import situation_label
from balt.text import fold, plain


@dataclass(frozen=True, slots=True)
class Chosen:
    """A BAL, and the situation that it is handed out for; None for none in particular."""

    situation: PracticeSituation | None
    mailbox: Mailbox


def one_choice(practice: Practice, situation: str, address: str, kind: str = "") -> Chosen:
    """The situation that ``situation`` begins, with ``address``, else its preferred BAL for the ``kind`` of
    prescription; an address alone brings the situation that it serves, where there is but one.

    Raises UsageError when that does not single out one, or when no BAL is preferred there.
    """
    if address and not situation:
        mailbox = own_mailbox(practice, address)
        return Chosen(_served(practice, mailbox), mailbox)
    chosen = _situation(practice, situation)
    if not address and chosen is not None:
        prescription = kind_named(practice.book.kinds, kind).id if kind else ""
        address = practice.preferred_for(chosen.id, prescription)
    if not address:
        raise UsageError(
            _("aucune BAL privilégiée n'est choisie pour cette situation."),
            advice=_("Choisissez-la dans l'application (vue 4), ou nommez une BAL."),
        )
    return Chosen(chosen, own_mailbox(practice, address))


def every_choice(practice: Practice) -> list[Chosen]:
    """Each situation in activity with its preferred BAL, then with those of a kind of prescription that has
    another; what was chosen and is no longer known here is left out.
    """
    found = []
    for situation in practice.situations:
        if not situation.active:
            continue
        kinds = ["", *(kind.id for kind in practice.book.kinds)]
        addresses = dict.fromkeys(practice.preferred_for(situation.id, kind) for kind in kinds)
        mailboxes = [practice.mailbox(address) for address in addresses if address]
        found += [Chosen(situation, mailbox) for mailbox in mailboxes if mailbox is not None]
    return found


def _served(practice: Practice, mailbox: Mailbox) -> PracticeSituation | None:
    """The situation where this BAL is preferred, else the one that it serves; None for none or several."""
    active = [each for each in practice.situations if each.active]
    served = {each.id for each in mailbox.situations}
    preferred = [each for each in active if practice.preferred.get(each.id) == mailbox.address.lower()]
    found = preferred or [each for each in active if each.id in served]
    return found[0] if len(found) == 1 else None


def _situation(practice: Practice, name: str) -> PracticeSituation | None:
    """The one that begins so; without a name the only one that has a preferred BAL, if any."""
    active = [each for each in practice.situations if each.active]
    if name:
        wanted = fold(name)
        exact = [each for each in active if wanted in (fold(each.structure), fold(situation_label(each)))]
        found = exact or [each for each in active if fold(situation_label(each)).startswith(wanted)]
    else:
        found = [each for each in active if each.id in practice.preferred]
    if len(found) == 1:
        return found[0]
    if not name and not found:
        return None
    if found:
        message = _("plusieurs situations conviennent.")
    else:
        message = _("aucune situation ne s'appelle « %s ».") % plain(name, 80)
    raise UsageError(message, advice=_names(found or active))


def _names(situations: Sequence[PracticeSituation]) -> str:
    if not situations:
        return _("Aucune situation n'est enregistrée.")
    return _("Précisez --situation : %s.") % ", ".join(situation_label(each) for each in situations)
