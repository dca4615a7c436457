"""The acts of a session that changes nothing: each is refused, whatever it is about."""
# ruff: noqa: ARG002  # the names of the arguments are those of ImapSession

from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from balt.config import Account
from balt.errors import RefusedError
from balt.i18n import _
from balt.mail.model import FolderState, Identity


class Refusing:
    """What ``ImapSession`` does to a mailbox, and this one never does: RefusedError, code READ-ONLY."""

    account: Account

    def select(self, folder: str) -> FolderState:
        """Refused."""
        self._refuse()

    def identities(self, uids: Iterable[int]) -> dict[int, Identity]:
        """Refused."""
        self._refuse()

    def existing(self, uids: Iterable[int]) -> set[int]:
        """Refused."""
        self._refuse()

    def move(self, uids: Iterable[int], target: str) -> dict[int, int] | None:
        """Refused."""
        self._refuse()

    def copy(self, uids: Iterable[int], target: str) -> dict[int, int] | None:
        """Refused."""
        self._refuse()

    def mark_deleted(self, uids: Iterable[int]) -> None:
        """Refused."""
        self._refuse()

    def unmark_deleted(self, uids: Iterable[int]) -> None:
        """Refused."""
        self._refuse()

    def set_integrated(self, uids: Iterable[int], *, on: bool) -> None:
        """Refused."""
        self._refuse()

    def expunge(self, uids: Iterable[int]) -> None:
        """Refused."""
        self._refuse()

    def octets(self, uid: int, size: int) -> Iterator[bytes]:
        """Refused."""
        self._refuse()

    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Refused."""
        self._refuse()

    def flags_of(self, uids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Refused."""
        self._refuse()

    def append(
        self, folder: str, octets: Iterable[bytes], size: int, flags: Sequence[str], internaldate: str
    ) -> int | None:
        """Refused."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise RefusedError(
            _("cette BAL est lue dans des fichiers : balt n'y change rien."),
            code="READ-ONLY",
            advice=_("Rien n'a été touché. Faites le tri dans le logiciel qui tient ces fichiers."),
            mailbox=self.account.address,
        )
