"""Which BAL were noted as deleted, asked before anything is opened: next to nothing is imported for it.

And which may be closed at any moment, for the provider was asked to.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from balt.errors import BaltError

if TYPE_CHECKING:
    from collections.abc import Iterable

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
