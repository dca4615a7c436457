"""A BAL whose deletion was asked for lets nobody in any more: that is what is waited for, and no mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from balt.errors import BaltError, LoginError
from balt.i18n import _

if TYPE_CHECKING:
    from balt.mailboxes.model import MailboxStatus
    from balt.tui.events import StatusTaken
    from balt.tui.ledger import Ledger


def as_awaited(error: BaltError, address: str, ledger: Ledger) -> BaltError:
    """The error; a refused sign-in told as what is waited for, where the provider was asked to delete the
    BAL of this ``address``.
    """
    awaited = isinstance(error, LoginError) and ledger.may_be_closed(address)
    return _awaited(address) if awaited else error


def status_of(event: StatusTaken, ledger: Ledger) -> MailboxStatus:
    """The figures that came, with the reason for there being none told in the same way."""
    status = event.status
    if not event.refused or not ledger.may_be_closed(status.address):
        return status
    error = _awaited(status.address)
    return replace(status, error=f"{error.message} {error.advice}")


def _awaited(address: str) -> BaltError:
    return BaltError(
        _("la connexion est refusée ; sa suppression est demandée : c'est ce qui est attendu."),
        advice=_("Si elle n'existe plus, notez-le : vue 2, d, 7."),
        mailbox=address,
    )
