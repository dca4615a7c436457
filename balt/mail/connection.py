"""The line of one BAL to its server: opened, protected, logged in, opened again, shut.

Reads reconnect by themselves; acts never do, and nothing is ever sent twice to change a mailbox. A line in
doubt (time-out, cut, answer not understood, cancelled half-way) is closed and never used again.
"""

import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from balt.clock import Clock
from balt.config import Account
from balt.errors import ConnectionFailedError, LoginError, RefusedError
from balt.i18n import _
from balt.mail import compress
from balt.mail.client_certificate import require_valid_dates
from balt.mail.connect import open_wire
from balt.mail.line import CutError
from balt.mail.login import NeverTwice, TokenRefusedError, log_in
from balt.mail.wire import Wire

T = TypeVar("T")


class Connection:
    """One line, used by one thread; ``shut`` alone may come from another.

    ``password`` is called at each login. Errors: ConnectionFailedError, TlsError, LoginError. A use from a
    second thread is a mistake of the program and raises RuntimeError.
    """

    def __init__(self, account: Account, password: Callable[[], str], clock: Clock) -> None:
        self.account = account
        self.capabilities: frozenset[str] = frozenset()
        self.resyncs = False
        self._password = password
        self._clock = clock
        self._wire: Wire | None = None
        self._thread: int | None = None
        self._login_refused: LoginError | None = None
        self._opening: Wire | None = None
        self._shut = False

    @property
    def wire(self) -> Wire | None:
        """The line that is there, if any."""
        return self._wire

    @property
    def is_open(self) -> bool:
        """Whether there is a line that the other side has not closed."""
        return self._wire is not None and self._wire.line.is_open

    def open(self) -> None:
        """Connect, protect the line, log in, ask what the server can do."""
        self._own()
        self._drop()
        require_valid_dates(self.account, self._clock.now())
        try:
            self._wire = self._logged_in()
            self._check_not_shut()
        except LoginError as error:
            self._login_refused = error
            raise
        except (RefusedError, CutError) as error:  # neither a refused act nor worth one more try
            raise ConnectionFailedError(error.message, advice=error.advice, mailbox=error.mailbox) from None

    def close(self) -> None:
        """Leave; never raises. From another thread it only cuts the line, which ends a wait there."""
        wire, self._wire = self._wire, None
        if wire is None:
            return
        if self._is_mine() and wire.line.is_open:
            wire.line.set_timeout(2)
            with contextlib.suppress(ConnectionFailedError):
                wire.line.send(b"Z LOGOUT\r\n")
        wire.line.close()
        self._thread = None

    def shut(self) -> None:
        """Close for good: whatever is under way ends, and nothing connects again. Never raises."""
        self._shut = True  # first: the thread that is connecting looks at it before and after its login
        if (opening := self._opening) is not None:
            opening.line.close()
        self.close()

    def ensure_open(self) -> None:
        """Connect again when the line is gone. A refused password is tried again only by ``open``. Raises
        ConnectionFailedError once the connection is shut.
        """
        self._check_not_shut()
        self._own()
        if self._wire is not None and self._wire.line.looks_alive():
            return
        if self._login_refused is not None:
            raise self._login_refused
        self.open()

    def _read(self, work: Callable[[Wire], T]) -> T:
        """Do ``work``, which changes nothing: once more on a new line when this one was cut."""
        self.ensure_open()
        wire = self._at_hand()
        try:
            return work(wire)
        except CutError:
            if self._wire is not wire:  # close() was called meanwhile: that was meant
                raise
            self.ensure_open()
            return work(self._at_hand())

    def _at_hand(self) -> Wire:
        """The line that is there; never a new one."""
        self._own()
        if self._wire is None:
            raise ConnectionFailedError(_("balt se ferme."), mailbox=self.account.address)
        return self._wire

    def _own(self) -> None:
        """Be the one thread that uses this connection."""
        here = threading.get_ident()
        if self._thread is None:
            self._thread = here
        if self._thread != here:
            raise RuntimeError("an ImapSession is used by one thread only")

    def _is_mine(self) -> bool:
        """Whether this thread is the one that uses the connection."""
        return self._thread == threading.get_ident()

    def _logged_in(self) -> Wire:
        """A line with a login. A refused token is replaced once, for it may just have expired."""
        secret = NeverTwice(self._password)
        try:
            return self._line_with_login(secret)
        except TokenRefusedError:
            return self._line_with_login(secret)

    def _line_with_login(self, secret: Callable[[], str]) -> Wire:
        self._check_not_shut()
        wire = self._opening = open_wire(self.account)
        try:
            self._check_not_shut()
            log_in(wire, self.account, wire.capabilities(), secret)
            self.capabilities = wire.capabilities()
            compress.start(wire, self.capabilities)
            self.resyncs = _resyncs(wire, self.capabilities)
        except BaseException:
            wire.line.close()
            raise
        finally:
            self._opening = None
        return wire

    def _drop(self) -> None:
        """Forget the line without a word to the server."""
        if self._wire is not None:
            self._wire.line.close()
        self._wire = None
        self.capabilities = frozenset()
        self._login_refused = None

    def _check_not_shut(self) -> None:
        if self._shut:
            self.close()
            raise ConnectionFailedError(_("balt se ferme."), mailbox=self.account.address)


def _resyncs(wire: Wire, capabilities: frozenset[str]) -> bool:
    """Turn QRESYNC on (RFC 7162 section 3.2.3), else CONDSTORE: until then Dovecot tells no HIGHESTMODSEQ.
    Whether the server says that QRESYNC is on.
    """
    wanted = next((name for name in (b"QRESYNC", b"CONDSTORE") if name.decode() in capabilities), None)
    if wanted is None or "ENABLE" not in capabilities:
        return False
    try:
        told = wire.run(b"ENABLE", wanted)
    except RefusedError:
        return False
    return any(b"QRESYNC" in response.head.upper().split() for response in told)
