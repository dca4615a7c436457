"""A BAL whose deletion was asked for lets nobody in any more: that is what is waited for, and no mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from balt.errors import BaltError, LoginError, MailServerError
from balt.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from balt.mailboxes.model import MailboxStatus
    from balt.tui.events import StatusTaken
    from balt.tui.ledger import Ledger


def as_awaited(error: BaltError, address: str, ledger: Ledger, now: datetime) -> BaltError:
    """The error; where the BAL of this ``address`` was noted as deleted, that in the place of its server's
    silence; a refused sign-in told as what is waited for, where the provider was asked to delete it.
    """
    from balt.cases.at_rest import closed_for_good

    if isinstance(error, MailServerError):
        closed = closed_for_good(address, ledger.cases_noted(), ledger.config.file, now)
        if closed is not None:
            return closed
    refused = isinstance(error, LoginError)
    return _awaited(address) if refused and _may_be_closed(address, ledger) else error


def status_of(event: StatusTaken, ledger: Ledger) -> MailboxStatus:
    """The figures that came, with the reason for there being none told in the same way."""
    status = event.status
    if not event.refused or not _may_be_closed(status.address, ledger):
        return status
    error = _awaited(status.address)
    return replace(status, error=f"{error.message} {error.advice}")


def _may_be_closed(address: str, ledger: Ledger) -> bool:
    from balt.cases.at_rest import may_be_closed

    return may_be_closed(ledger.cases_noted(), address)


def _awaited(address: str) -> BaltError:
    return BaltError(
        _("la connexion est refusée ; sa suppression est demandée : c'est ce qui est attendu."),
        advice=_("Si elle n'existe plus, notez-le : vue 2, d, 7."),
        mailbox=address,
    )
