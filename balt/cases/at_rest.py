"""Which BAL were noted as deleted, asked before anything is opened: next to nothing is imported for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from balt.errors import BaltError

if TYPE_CHECKING:
    from balt.clock import Clock


def noted_deleted(folder: Path, clock: Clock, wait: float) -> frozenset[str]:
    """The addresses, in lower case, by the cases in ``folder``. None where these cannot be read: that is told
    when they are read next. ``wait`` is how many seconds another balt that writes is waited for.
    """
    if not os.path.exists(folder / "cases.json"):  # noqa: PTH110 - never raises
        return frozenset()
    from balt.cases.book import CaseBook
    from balt.cases.verdicts import deleted_of

    try:
        return deleted_of(CaseBook(folder, clock, wait=wait).cases(), clock.now())
    except BaltError:
        return frozenset()
