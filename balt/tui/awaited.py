"""A BAL whose deletion was asked for lets nobody in any more: that is what is waited for, and no mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from balt.errors import LoginError
from balt.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from balt.errors import BaltError
    from balt.mailboxes.model import MailboxStatus
    from balt.tui.events import StatusTaken
    from balt.tui.ledger import Ledger


def as_awaited(error: BaltError, address: str, ledger: Ledger, now: datetime) -> BaltError:
    """The error of work on the BAL of this ``address``; where that could not be opened, and its cases wait
    for it, told as such. One that has answered, though it was noted as deleted, fails as any other.
    """
    from balt.cases import at_rest

    if answered(address, ledger) and not isinstance(error, LoginError):
        return error
    return at_rest.as_awaited(error, address, ledger.cases_noted(), ledger.config.file, now, _noting())


def status_of(event: StatusTaken, ledger: Ledger) -> MailboxStatus:
    """The figures that came, with the reason for there being none told in the same way."""
    from balt.cases.at_rest import may_be_closed, refused

    status = event.status
    if not event.refused or not may_be_closed(ledger.cases_noted(), status.address):
        return status
    error = refused(status.address, _noting())
    return replace(status, error=f"{error.message} {error.advice}")


def answered(address: str, ledger: Ledger) -> bool:
    """Whether a BAL could be opened when its figures were asked for last."""
    key = address.lower()
    return any(each.reachable for each in ledger.statuses.values() if each.address.lower() == key)


def _noting() -> str:
    return _("vue 2, d, 7")
