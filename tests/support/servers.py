"""One face for the servers that every IMAP test runs against: the demo's own server, and Dovecot."""

import imaplib
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from balt.config import Account
from tests.support.append import append_all
from tests.support.dovecot import PASSWORD, Dovecot

if TYPE_CHECKING:  # most tests do without the demo
    from balt.demo import DemoServer


class ImapServer(Protocol):
    """What a test needs of a server. ``password`` opens every account."""

    name: str
    password: str

    def account(self, *, storage: int | None = None, **overrides: Any) -> Account:
        """An account on a mailbox of its own, empty; ``storage`` is its quota in octets.

        ``overrides`` are fields of ``Account``.
        """
        ...

    def client(self, account: Account) -> imaplib.IMAP4:
        """A second client on the same mailbox, logged in."""
        ...

    def append(
        self,
        account: Account,
        raw: bytes,
        folder: str = "INBOX",
        date: datetime | None = None,
        flags: Iterable[str] = (),
    ) -> int:
        """Put one message into a folder (made when missing); its UID."""
        ...


class _OverImap:
    """What both servers do in the same way, by IMAP."""

    password: str

    def client(self, account: Account) -> imaplib.IMAP4:
        connection = imaplib.IMAP4("127.0.0.1", self._plain_port(), timeout=20)
        connection.login(account.username, self.password)
        return connection

    def append(
        self,
        account: Account,
        raw: bytes,
        folder: str = "INBOX",
        date: datetime | None = None,
        flags: Iterable[str] = (),
    ) -> int:
        with self.client(account) as connection:
            return append_all(connection, [(raw, date, tuple(flags))], folder)[0]

    def _plain_port(self) -> int:
        raise AssertionError("each server says its own")


class DovecotServer(_OverImap):
    """Dovecot behind the common face; ``dovecot`` is the server itself, for ``doveadm`` and the like."""

    name = "dovecot"

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot
        self.password = dovecot.password

    def account(self, *, storage: int | None = None, **overrides: Any) -> Account:
        return self.dovecot.account(self.dovecot.new_user(f"{storage}B" if storage else None), **overrides)

    def _plain_port(self) -> int:
        return self.dovecot.port


class DemoImapServer(_OverImap):
    """The demo's server behind the common face; ``demo`` is the server itself."""

    name = "demo"
    password = PASSWORD

    def __init__(self, demo: "DemoServer") -> None:
        self.demo = demo
        self._numbers = itertools.count(1)

    def account(self, *, storage: int | None = None, **overrides: Any) -> Account:
        address = f"essai-{next(self._numbers)}@medecin.mssante.fr"
        self.demo.add_account(address, self.password, storage)
        values: dict[str, Any] = {
            "address": address,
            "username": address,
            "host": self.demo.host,
            "port": self.demo.port,
            "security": "none",
            "timeout": 20.0,
        }
        return Account(**(values | overrides))

    def _plain_port(self) -> int:
        return self.demo.port
