"""A mailbox in memory, as the figures and the search see a session."""

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime, timedelta

from balt.errors import RefusedError
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole, MessageDetail, Quota

NO_FLAG = Flag(0)
Cancelled = Callable[[], bool]


class FakeMail:
    """Folders in memory, in the order in which they got their first message.

    ``asked`` remembers which details were read; ``gone`` are UIDs that are no longer there when they are
    asked for; ``refused`` are folders that the server does not open.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._listings: dict[str, Listing] = {}
        self._known: dict[tuple[str, int], MessageDetail] = {}
        self.roles: dict[str, FolderRole] = {}
        self.asked: list[tuple[str, list[int]]] = []
        self.gone: set[int] = set()
        self.refused: set[str] = set()

    def add(
        self,
        folder: str,
        uid: int,
        *,
        size: int = 1000,
        age: int | None = 10,
        flags: Flag = NO_FLAG,
        detail: MessageDetail | None = None,
    ) -> None:
        """Put a message in; ``age`` in days, None for an unknown date."""
        listing = self._listings.setdefault(folder, Listing(folder, 1, 1))
        listing.uidnext = uid + 1
        listing.uids.append(uid)
        listing.sizes.append(size)
        when = UNKNOWN_DATE if age is None else int((self._now - timedelta(days=age)).timestamp())
        listing.dates.append(when)
        listing.flags.append(int(flags))
        self._known[folder, uid] = detail or MessageDetail(sender=f"s{uid}@ch-fictif.mssante.fr")

    def folders(self) -> list[Folder]:
        """Those with messages, and one that only holds others."""
        found = [Folder(name, name, self.roles.get(name, FolderRole.OTHER)) for name in self._listings]
        return [*found, Folder("Groupe", "Groupe", FolderRole.OTHER, selectable=False)]

    def quota(self) -> Quota | None:
        """None: this server has no quota."""
        return None

    def scan(
        self,
        folder: str,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Cancelled | None = None,
    ) -> Listing:
        """The columns of a folder."""
        if folder in self.refused:
            raise RefusedError("le serveur refuse d'ouvrir ce dossier.")
        listing = self._listings[folder]
        if on_progress:
            on_progress(len(listing), len(listing))
        return listing

    def found(
        self, folder: str, criteria: bytes, on_progress: Callable[[int, int], None] | None = None
    ) -> Listing | None:
        """None: the whole list is there as soon."""
        return None

    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]:
        """The same, after a pause."""
        yield 0, len(self._listings[folder])
        return self.scan(folder)

    def details(
        self, folder: str, uids: Sequence[int], cancelled: Cancelled | None = None
    ) -> Iterator[tuple[int, MessageDetail]]:
        """What is known of those that are still there."""
        self.asked.append((folder, list(uids)))
        return ((uid, self._known[folder, uid]) for uid in uids if uid not in self.gone)
