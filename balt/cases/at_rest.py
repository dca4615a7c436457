"""Which BAL were noted as deleted, asked before anything is opened: next to nothing is imported for it.

And which may be closed at any moment, for the provider was asked to. That neither is opened any more is no
trouble, and is told as what it is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from balt.errors import BaltError, ClosedError, ConfigError, LoginError, MailServerError, RefusedError
from balt.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from balt.cases.model import Case
    from balt.clock import Clock


def noted_deleted(folder: Path, clock: Clock, wait: float) -> frozenset[str]:
    """The addresses, in lower case, by the cases in ``folder`` (``cases_noted``)."""
    cases = cases_noted(folder, clock, wait)
    if not cases:
        return frozenset()
    from balt.cases.verdicts import deleted_of

    return deleted_of(cases, clock.now())


def cases_noted(folder: Path, clock: Clock, wait: float) -> tuple[Case, ...]:
    """The cases in ``folder``. None where these cannot be read: that is told when they are read next.
    ``wait`` is how many seconds another balt that writes is waited for.
    """
    if not os.path.exists(folder / "cases.json"):  # noqa: PTH110 - never raises
        return ()
    from balt.cases.book import CaseBook

    try:
        return CaseBook(folder, clock, wait=wait).cases()
    except BaltError:
        return ()


def may_be_closed(cases: Iterable[Case], address: str) -> bool:
    """Whether the provider was asked to delete this BAL: that it opens no more is then what is waited for."""
    from balt.cases.model import CaseKind, Happened, open_case

    deletion = open_case(cases, address, CaseKind.DELETION)
    return deletion is not None and deletion.last(Happened.REQUESTED) is not None


def as_awaited(
    error: BaltError, address: str, cases: Iterable[Case], file: Path | None, now: datetime, noting: str
) -> BaltError:
    """The error that opening a BAL ended with; a ClosedError in its place where the BAL was noted as deleted,
    or lets nobody in since that was asked for. ``file`` is the configuration that has it, ``noting`` how its
    deletion is noted. An error that a BAL answered with, or that has nothing to do with it, stays.
    """
    if not isinstance(error, MailServerError | ConfigError) or isinstance(error, RefusedError):
        return error
    known = tuple(cases)
    if (deleted := closed_for_good(address, known, file, now)) is not None:
        return deleted
    if isinstance(error, LoginError) and may_be_closed(known, address):
        return refused(address, noting)
    return error


def refused(address: str, noting: str) -> ClosedError:
    """That a BAL lets nobody in since its deletion was asked for."""
    return ClosedError(
        _("la connexion est refusée ; sa suppression est demandée : c'est ce qui est attendu."),
        advice=_("Si elle n'existe plus, notez-le : %s.") % noting,
        mailbox=address,
    )


def closed_for_good(
    address: str, cases: Iterable[Case], file: Path | None, now: datetime
) -> ClosedError | None:
    """That a BAL was noted as deleted, when, and what is left to do; None of one that was not."""
    from balt.cases.verdicts import departures
    from balt.mailboxes.model import Verdict
    from balt.mailboxes.wording import retire_words
    from balt.text import capital

    departure = departures(cases, now).get(address.lower())
    if departure is None or departure.finding.verdict is not Verdict.DELETED:
        return None
    advice = capital(retire_words(address, file))
    return ClosedError(f"{departure.finding.headline}.", advice=f"{advice}.", mailbox=address)
