"""What reading receipts needs of a session; nothing of the mail room is imported for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from balt.mail.listing import Listing
    from balt.mail.model import Folder, MessageDetail
    from balt.mail.receipts import MessageName, Receipt


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
