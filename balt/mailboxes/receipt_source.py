"""What reading receipts needs of a session; nothing of the mail room is imported for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from balt.errors import RefusedError

if TYPE_CHECKING:
    from balt.mail.listing import Listing
    from balt.mail.model import Folder, MessageDetail
    from balt.mail.receipts import MessageName, Receipt

_MOST_REFUSED = 50  # to single out a message takes about 8


class ReceiptSource(Protocol):
    """What reading receipts needs of a session; see ``MailSession``."""

    def folders(self) -> list[Folder]: ...
    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Listing]: ...
    def details(
        self, folder: str, uids: Sequence[int], cancelled: Callable[[], bool] | None = None
    ) -> Iterator[tuple[int, MessageDetail]]: ...
    def receipt_uids(self, folder: str, first: int, last: int) -> set[int]: ...
    def receipts(self, folder: str, uids: Sequence[int]) -> dict[int, Receipt]: ...
    def message_names(self, folder: str, uids: Sequence[int]) -> dict[int, MessageName]: ...


def told_by(session: ReceiptSource, folder: str, uids: list[int]) -> dict[int, Receipt]:
    """What receipts say; one that the server refuses to tell of hides no other."""
    found: dict[int, Receipt] = {}
    refused, todo = 0, [uids]
    while todo:
        some = todo.pop()
        try:
            found |= session.receipts(folder, some)
        except RefusedError:
            refused += 1
            if refused > _MOST_REFUSED:
                raise
            middle = len(some) // 2
            todo += [some[:middle], some[middle:]] if middle else []
    return found
