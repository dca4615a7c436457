"""Opening a folder, or all of them at once: first rows, then everything, with pauses in which others go
first.
"""

from collections.abc import Callable, Generator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from balt.clock import Clock
from balt.config import Account, Keep
from balt.errors import RefusedError
from balt.mail.index import MailIndex, index_of
from balt.mail.listing import Listing, SortKey
from balt.mail.model import Folder
from balt.mail.whole import EVERYWHERE, whole
from balt.mailboxes.marked import with_marks
from balt.mailboxes.marks import LocalMarks

FIRST_ROWS = 200
"""Rows that the server is asked to sort while the rest is yet to be listed: a few screens."""


class Listed(Protocol):
    """What opening needs of a session."""

    def folders(self) -> list[Folder]: ...
    def first_rows(self, folder: str, key: SortKey, reverse: bool, count: int) -> Listing | None: ...
    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]: ...


def open_steps(
    session: Listed,
    folder: str,
    order: tuple[SortKey, bool],
    numbers: dict[str, int],
    on_first: Callable[[Listing], object],
    on_progress: Callable[[int, int], object],
    first: Listing | None = None,
) -> Generator[None, None, Listing]:
    """The listing of a folder, or of all (``EVERYWHERE``; ``numbers`` as ``whole`` takes them). ``on_first``
    is given the first rows in ``order`` where the server tells them before the rest, or has told them already
    (``first``). Raises MailServerError.
    """
    if folder == EVERYWHERE:
        return (yield from _everywhere(session, numbers, on_progress))
    first = first or session.first_rows(folder, *order, FIRST_ROWS)
    if first is not None:
        on_first(first)
        yield
    return (yield from _listed(session, folder, on_progress))


def _listed(
    session: Listed, folder: str, on_progress: Callable[[int, int], object]
) -> Generator[None, None, Listing]:
    steps = session.scan_steps(folder)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            listing: Listing = end.value
            return listing
        on_progress(min(done, total), total)
        yield


def _everywhere(
    session: Listed, numbers: dict[str, int], on_progress: Callable[[int, int], object]
) -> Generator[None, None, Listing]:
    """Every folder that the server lets us look at, one after the other: one that it refuses hides no
    other.
    """
    folders = [folder for folder in session.folders() if folder.selectable]
    total = sum(folder.messages or 0 for folder in folders)
    listings: list[Listing] = []
    done = 0
    for folder in folders:

        def progress(part: int, _whole: int, before: int = done) -> None:
            on_progress(min(before + part, total), total)

        try:
            listings.append((yield from _listed(session, folder.name, progress)))
        except RefusedError:
            continue
        done += len(listings[-1])
    return whole(listings, numbers)


def recalled(
    index: MailIndex, folder: str, numbers: dict[str, int], marks: LocalMarks
) -> tuple[Listing, datetime] | None:
    """What the index knows of a folder, or of all, and since when; None where it knows nothing."""
    names = [about.folder for about in index.about()] if folder == EVERYWHERE else [folder]
    stored = [found for name in names if (found := index.load(name)) is not None]
    if not stored:
        return None
    listings = [with_marks(found.listing, marks) for found in stored]
    listing = whole(listings, numbers) if folder == EVERYWHERE else listings[0]
    return listing, min(found.taken_at for found in stored)


def known_to_index(
    data_dir: Path, account: Account, clock: Clock, keep: Keep, folder: str, numbers: dict[str, int]
) -> tuple[Listing, datetime] | None:
    """The same of the index of a BAL, in the folder of data; opened and closed."""
    index = index_of(data_dir, account, clock, keep)
    try:
        return recalled(index, folder, numbers, LocalMarks(data_dir, account))
    finally:
        index.close()
