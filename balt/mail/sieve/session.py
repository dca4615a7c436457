"""The scripts of one BAL on its server: listed, read, checked, put, made active, deleted.

Nothing is ever sent twice to change something: a line that breaks is an error, and the caller looks again.
"""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from balt.config import Account
from balt.errors import ConnectionFailedError, UsageError
from balt.i18n import _
from balt.mail.login import NeverTwice, TokenRefusedError
from balt.mail.sieve.login import log_in
from balt.mail.sieve.opening import NotOfferedError, Offers, offers_of, open_wire, place_of
from balt.mail.sieve.wire import SieveWire

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_NAME = 512


@dataclass(frozen=True, slots=True)
class Scripts:
    """The names of the scripts on a server, in its order, and the one in service (None: none)."""

    names: tuple[str, ...] = ()
    active: str | None = None


class SieveSession:
    """ManageSieve for one account; ``password`` is asked at the login. Use it in a ``with`` block.

    Errors: NotOfferedError; those of the login and of the line; RefusedError.
    """

    def __init__(self, account: Account, password: Callable[[], str]) -> None:
        self.account = account
        self.place = place_of(account)
        self._secret = NeverTwice(password)
        self._wire: SieveWire | None = None
        self._aborted = False
        self._offers = Offers()

    def __enter__(self) -> Self:
        if self.account.access != "imap" or not self.account.sieve:
            raise NotOfferedError(
                _("la configuration ne donne pas accès aux scripts de cette BAL."),
                mailbox=self.account.address,
            )
        try:
            self._open()
        except TokenRefusedError:  # it may just have expired
            self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        wire, self._wire = self._wire, None
        if wire is None:
            return
        if wire.line.is_open:
            wire.line.set_timeout(2)
            with contextlib.suppress(ConnectionFailedError):
                wire.line.send(b"LOGOUT\r\n")
        wire.line.close()

    def abort(self) -> None:
        """End the line from any thread: what waits for an answer on it gets ConnectionFailedError."""
        self._aborted = True
        if (wire := self._wire) is not None:
            wire.line.close()

    @property
    def extensions(self) -> frozenset[str]:
        """What scripts may ``require`` on this server, in lower case."""
        return self._offers.extensions

    def scripts(self) -> Scripts:
        """Every script, and which is in service."""
        names: list[str] = []
        active: str | None = None
        for row in self._at_hand().run(b"LISTSCRIPTS").rows:
            name = row[0].value.decode("utf-8", "surrogateescape")
            names.append(name)
            if len(row) > 1 and not row[1].text and row[1].value.upper() == b"ACTIVE":
                active = name
        return Scripts(tuple(names), active)

    def script(self, name: str) -> bytes:
        """The octets of a script."""
        wire = self._at_hand()
        rows = wire.run(b"GETSCRIPT", _octets(name)).rows
        if len(rows) != 1 or not rows[0][0].text:
            raise wire.line.protocol_error()
        return rows[0][0].value

    def check(self, script: bytes) -> None:
        """Ask whether the server would take a script, where it can be asked. Changes nothing."""
        if self._offers.checks:
            self._at_hand().run(b"CHECKSCRIPT", script)

    def warns(self, script: bytes) -> bool:
        """Whether the server would take a script, but warns of it (RFC 5804 section 1.3); False also where it
        cannot be asked. Changes nothing. RefusedError where it would not take it.
        """
        return self._offers.checks and self._at_hand().run(b"CHECKSCRIPT", script).code == "WARNINGS"

    def need_space(self, name: str, size: int) -> None:
        """RefusedError where a script of ``size`` octets has no room. Changes nothing."""
        self._at_hand().run(b"HAVESPACE", _checked(name), numbers=(size,))

    def put(self, name: str, script: bytes) -> None:
        """Store a script under a name, in place of the one of that name; which is in service stays so."""
        self._at_hand().run(b"PUTSCRIPT", _checked(name), script)

    def activate(self, name: str) -> None:
        """Put a script into service, in place of the one that is; "" for none (RFC 5804 section 2.8)."""
        self._at_hand().run(b"SETACTIVE", _octets(name))

    def delete(self, name: str) -> None:
        """Delete a script; the server refuses it for the one in service."""
        self._at_hand().run(b"DELETESCRIPT", _octets(name))

    def _open(self) -> None:
        wire, offers = open_wire(self.place)
        self._wire = wire
        try:
            if self._aborted:
                raise ConnectionFailedError(_("balt se ferme."), mailbox=self.account.address)
            log_in(wire, self.place, offers.mechanisms, self._secret)
            self._offers = offers_of(wire.run(b"CAPABILITY"))
        except BaseException:
            self._wire = None
            wire.line.close()
            raise

    def _at_hand(self) -> SieveWire:
        if self._wire is None:
            raise ConnectionFailedError(_("balt se ferme."), mailbox=self.account.address)
        return self._wire


def _octets(name: str) -> bytes:
    """A name that the server gave, as it gave it."""
    return name.encode("utf-8", "surrogateescape")


def _checked(name: str) -> bytes:
    """A name that balt gives (RFC 5804 section 1.6)."""
    if not name or len(name) > _LONGEST_NAME or _CONTROLS.search(name):
        raise UsageError(_("ce nom de script contient un caractère interdit, ou est trop long."))
    return _octets(name)
