"""A session on a BAL whose messages also bear the marks that balt keeps itself (``marks``).

Where a listing or an identity comes out, a message that is marked here has ``Flag.INTEGRATED``, as if its
server had said so: no reader of flags needs to know where a mark is kept. What the session remembers of the
server, and compares with it, stays as the server told it.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from balt.mail.listing import Listing, SortKey
from balt.mail.model import Flag, Identity
from balt.mailboxes.marks import LocalMarks, Runs, is_in

if TYPE_CHECKING:
    from balt.mail.sessions import MailSession

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def marked(session: "MailSession", marks: LocalMarks) -> "MailSession":
    """The same session, with the marks of its BAL."""
    return cast("MailSession", _MarkedSession(session, marks))


def with_marks(listing: Listing, marks: LocalMarks) -> Listing:
    """A listing of one folder, with the marks that balt keeps of it."""
    return listing.with_flag(Flag.INTEGRATED, marks.runs(listing.folder, listing.uidvalidity))


class _MarkedSession:
    """What is not here is asked of the session itself."""

    def __init__(self, session: "MailSession", marks: LocalMarks) -> None:
        self._session = session
        self._marks = marks
        self._shown: dict[str, tuple[Listing, Runs, Listing]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def known(self, folder: str) -> Listing | None:
        """As the session does."""
        found = self._session.known(folder)
        return self._with_marks(found) if found is not None else None

    def scan(
        self, folder: str, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Listing:
        """As the session does."""
        return self._with_marks(self._session.scan(folder, on_progress, cancelled))

    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]:
        """As the session does: the same listing comes again while nothing has changed, marks included."""
        listing = yield from self._session.scan_steps(folder)
        return self._with_marks(listing)

    def first_rows(self, folder: str, key: SortKey, reverse: bool, count: int) -> Listing | None:
        """As the session does."""
        found = self._session.first_rows(folder, key, reverse, count)
        return with_marks(found, self._marks) if found is not None else None

    def found(self, folder: str, criteria: bytes, on_progress: Progress | None = None) -> Listing | None:
        """As the session does; None where the server would be asked for a mark that it does not know."""
        if b"KEYWORD" in criteria and self._marks.any_in(folder):
            return None
        found = self._session.found(folder, criteria, on_progress)
        return with_marks(found, self._marks) if found is not None else None

    def follow_marks(self, folder: str, uidvalidity: int, pairs: Mapping[int, int]) -> None:
        """The marks of the messages that are named first go to those that are named second."""
        runs = self._marks.runs(folder, uidvalidity)
        moved = {old: new for old, new in pairs.items() if is_in(old, runs)}
        if moved:
            self._marks.change(folder, uidvalidity, add=moved.values(), remove=moved)

    def identities(self, uids: Iterable[int]) -> dict[int, Identity]:
        """As the session does, of the folder that it has open."""
        found = self._session.identities(uids)
        selected = getattr(self._session, "selected", None)  # files have none: they refuse this
        if selected is None:
            return found
        runs = self._marks.runs(selected.state.name, selected.state.uidvalidity)
        return {uid: _integrated(each) if is_in(uid, runs) else each for uid, each in found.items()}

    def _with_marks(self, listing: Listing) -> Listing:
        runs = self._marks.runs(listing.folder, listing.uidvalidity)
        shown = self._shown.get(listing.folder)
        if shown is None or shown[0] is not listing or shown[1] != runs:
            shown = (listing, runs, listing.with_flag(Flag.INTEGRATED, runs))
            self._shown[listing.folder] = shown
        return shown[2]


def _integrated(found: Identity) -> Identity:
    return replace(found, flags=found.flags | Flag.INTEGRATED)
