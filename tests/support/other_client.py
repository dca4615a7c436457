"""Another program on the same mailbox: what comes, goes and changes behind balt's back."""

import imaplib
import random
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from balt.config import Account
from tests.support.append import append_all
from tests.support.servers import ImapServer

_FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "\\Deleted", "$Integrated")
_FIRST_DAY = datetime(2020, 1, 1, 8, 0, tzinfo=UTC)


class OtherClient:
    """Changes one folder of a mailbox, by chance from a seed. A context manager: logged in while it lasts."""

    def __init__(self, server: ImapServer, account: Account, folder: str = "Essai", seed: int = 1) -> None:
        self._server = server
        self._account = account
        self.folder = folder
        self.chance = random.Random(seed)

    def __enter__(self) -> Self:
        self._client = self._server.client(self._account)
        self._client.create(self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.logout()

    def add(self, count: int = 1) -> None:
        """New messages of many sizes and dates."""
        append_all(self._client, [self._message() for _ in range(count)], self.folder)

    def remove(self, *uids: int) -> None:
        """Remove these messages for good."""
        client = self._selected()
        client.uid("STORE", _set(uids), "+FLAGS.SILENT", "(\\Deleted)")
        client.uid("EXPUNGE", _set(uids))
        client.unselect()

    def flag(self, *uids: int, flags: str = "\\Flagged", how: str = "+") -> None:
        """Change flags."""
        self._selected().uid("STORE", _set(uids), f"{how}FLAGS.SILENT", f"({flags})")
        self._client.unselect()

    def uids(self) -> list[int]:
        """The messages that are there."""
        found = self._selected().uid("SEARCH", "ALL")[1][0]
        self._client.unselect()
        return [int(uid) for uid in (found or b"").split()]

    def empty(self) -> None:
        """Remove all."""
        if uids := self.uids():
            self.remove(*uids)

    def recreate(self, messages: int) -> None:
        """Another folder of the same name, with other messages, from UID 1 on."""
        before = self._validity()
        while self._validity() == before:  # Dovecot makes it of the second
            assert self._client.delete(self.folder)[0] == "OK"
            assert self._client.create(self.folder)[0] == "OK"
        self.add(messages)

    def something(self) -> str:
        """One change of any kind; which it was."""
        uids = self.uids()
        some = sorted(self.chance.sample(uids, min(len(uids), self.chance.randint(1, 4))))
        what = self.chance.choice(["add", "remove", "flag", "unflag", "turn over"] if some else ["add"])
        if what in {"add", "turn over"}:
            self.add(self.chance.randint(1, 4))
        if what in {"remove", "turn over"}:
            self.remove(*some)
        if what in {"flag", "unflag"}:
            self.flag(*some, flags=self.chance.choice(_FLAGS), how="+" if what == "flag" else "-")
        return what

    def _selected(self) -> imaplib.IMAP4:
        assert self._client.select(self.folder)[0] == "OK"
        return self._client

    def _validity(self) -> int:
        answer = self._client.status(self.folder, "(UIDVALIDITY)")[1][0]
        return int(answer.rsplit(b" ", 1)[1].rstrip(b")"))

    def _message(self) -> tuple[bytes, datetime, tuple[str, ...]]:
        text = b"x" * self.chance.randint(1, 3000)
        raw = b"From: essai@ch-fictif.mssante.fr\r\nSubject: Essai\r\n\r\n" + text + b"\r\n"
        day = _FIRST_DAY + timedelta(minutes=self.chance.randrange(3_000_000))
        return raw, day, tuple(self.chance.sample(_FLAGS, self.chance.randint(0, 2)))


def _set(uids: tuple[int, ...]) -> str:
    return ",".join(map(str, uids))
