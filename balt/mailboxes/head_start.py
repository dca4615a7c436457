"""The first BAL, opened while the screen is still being built: servers take their time meanwhile.

What the index knows of its inbox is read at once; where it knows nothing, the line is opened and the server
is asked for the first rows. Nothing else is listed before the screen stands; nobody is asked for a password.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from balt.clock import Clock
from balt.config import Account, Keep
from balt.errors import BaltError
from balt.mailboxes.worker import Cancelled, MailboxWorker, SessionMaker
from balt.secrets import SecretSource

if TYPE_CHECKING:
    from balt.mail.listing import Listing, SortKey
    from balt.mail.sessions import MailSession

FOLDER = "INBOX"
ORDER: "tuple[SortKey, bool]" = ("size", False)
"""What view 3 shows when it is first opened."""
SCREEN = 60
"""Rows whose senders and subjects are had at once: those of a tall terminal."""


class HeadStart:
    """Begins with one BAL; ``worker`` is its thread, ``numbers`` those of its folders in a list of all."""

    def __init__(
        self, account: Account, secrets: SecretSource, clock: Clock, data_dir: Path, keep: Keep
    ) -> None:
        self.account = account
        self.numbers: dict[str, int] = {}
        self.worker = MailboxWorker(
            account, secrets, clock, make_session=remembering(data_dir, keep), early=True
        )
        self._clock = clock
        self._data_dir = data_dir
        self._keep = keep
        self._recalling = Thread(target=self._begin, name="balt head start", daemon=True)
        self._recalled: tuple[Listing, datetime] | None = None
        self._first: Listing | None = None

    def begin(self) -> None:
        """Begin; returns at once."""
        self._recalling.start()

    def recalled(self) -> "tuple[Listing, datetime] | None":
        """What the index knows of the inbox, and since when; waits for it."""
        self._recalling.join()
        return self._recalled

    def take_first(self, folder: str, order: "tuple[SortKey, bool]") -> "Listing | None":
        """The first rows, once, where these are the ones that are wanted. For the thread of the worker: by
        then they have come.
        """
        first, self._first = self._first, None
        return first if (folder, order) == (FOLDER, ORDER) else None

    def _begin(self) -> None:
        from balt.mailboxes.opening import known_to_index

        self._recalled = known_to_index(
            self._data_dir, self.account, self._clock, self._keep, FOLDER, self.numbers
        )
        if self._recalled is None:
            self.worker.submit(self._read_first, self._keep_first, _without_telling)
            self.worker.begin()

    def _read_first(self, session: "MailSession", _cancelled: Cancelled) -> "Listing | None":
        from balt.mailboxes.opening import FIRST_ROWS

        first = session.first_rows(FOLDER, *ORDER, FIRST_ROWS)
        if first is not None:
            screen = [first.uids[row] for row in first.order(*ORDER)[:SCREEN]]
            session.read_ahead(FOLDER, screen, first.details)
        return first

    def _keep_first(self, first: "Listing | None") -> None:
        self._first = first


def head_start(
    accounts: Sequence[Account], secrets: SecretSource, clock: Clock, data_dir: Path, keep: Keep
) -> HeadStart | None:
    """One for the BAL that view 3 shows first, already begun; None where that is not read over IMAP, or where
    its password may have to be asked of the person.
    """
    first = next((account for account in accounts if account.access != "none"), None)
    if first is None or first.access != "imap" or not _opens_by_itself(first):
        return None
    begun = HeadStart(first, secrets, clock, data_dir, keep)
    begun.begin()
    return begun


def _opens_by_itself(account: Account) -> bool:
    """Whether nobody has to be asked for its password, nor the system's keyring, which may ask."""
    if account.auth == "external":
        return True
    return bool(account.password_command or account.password_env or account.token_command)


def remembering(data_dir: Path, keep: Keep) -> SessionMaker:
    """Makes sessions that remember what they list in the index of their BAL, and know its marks."""

    def make(account: Account, password: Callable[[], str], clock: Clock) -> "MailSession":
        from balt.mail.index import index_of
        from balt.mail.sessions import open_session
        from balt.mailboxes.marked import marked
        from balt.mailboxes.marks import LocalMarks

        session = open_session(account, password, clock, index_of(data_dir, account, clock, keep))
        return marked(session, LocalMarks(data_dir, account))

    return make


def _without_telling(_error: BaltError) -> None:
    """What the screen asks next meets the same error, and tells it."""
