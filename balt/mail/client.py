"""imapclient on a ``Line``: the greeting is read by it, within the line's limits and deadlines.

Only ``_create_IMAP4`` of imapclient is private among what is used (checked with 3.0.1 to 4.1). The commands
that follow go over the same line by ``wire``: imapclient holds whole answers in memory, knows no deadline and
lets line ends through.
"""

import imaplib
import re
from typing import Any

import imapclient
from imapclient.exceptions import IMAPClientError

from balt.errors import ConnectionFailedError, MailServerError
from balt.i18n import _
from balt.mail.line import Line

_LIMIT = 1024 * 1024
_PREAUTH = re.compile(rb"\* PREAUTH\b", re.IGNORECASE)
_BYE = re.compile(rb"\* BYE\b", re.IGNORECASE)
_OK = re.compile(rb"\* OK\b", re.IGNORECASE)


class _Connection(imaplib.IMAP4):
    """imaplib with its reading and writing done by a ``Line``."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.greeting = b""
        super().__init__()

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:  # noqa: ARG002 - the line has its own
        self.host, self.port = host, port
        self.sock = self._line.sock

    def read(self, size: int) -> bytes:
        if size > _LIMIT:
            raise self._line.protocol_error()
        return self._line.read(size)

    def readline(self) -> bytes:
        text, _tail, oversize = self._line.readline(_LIMIT)
        if oversize:
            raise self._line.protocol_error()
        if not self.greeting:
            self.greeting = text
            _check_greeting(text, self._line)
        return text

    def send(self, data: Any) -> None:
        self._line.send(bytes(data))

    def shutdown(self) -> None:
        self._line.close()


class Client(imapclient.IMAPClient):  # type: ignore[misc]
    """An IMAPClient whose connection is the given line; made only when the greeting is one of IMAP."""

    def __init__(self, line: Line, host: str, mailbox: str) -> None:
        self._line = line
        try:
            super().__init__(host, ssl=False)
        except MailServerError:
            raise
        except (imaplib.IMAP4.error, IMAPClientError, ValueError, UnicodeError, MemoryError):
            line.close()
            raise not_imap(mailbox) from None

    def _create_IMAP4(self) -> _Connection:  # noqa: N802 - imapclient's name
        return _Connection(self._line)


def not_imap(mailbox: str) -> ConnectionFailedError:
    """The error for a server that speaks, but not IMAP."""
    return ConnectionFailedError(
        _("ce serveur répond, mais ce n'est pas un serveur de messagerie IMAP."),
        advice=_("Vérifiez « host », « port » (993 d'ordinaire) et « security » dans la configuration."),
        mailbox=mailbox,
    )


def _check_greeting(text: bytes, line: Line) -> None:
    """Only a greeting that asks for a login is accepted (PREAUTH would skip the protection of the line)."""
    if _OK.match(text):
        return
    line.close()
    if _BYE.match(text):
        raise ConnectionFailedError(
            _("le serveur de messagerie refuse les connexions pour le moment."),
            advice=_("Il est peut-être en maintenance ou trop sollicité. Réessayez plus tard."),
            mailbox=line.mailbox,
        )
    if _PREAUTH.match(text):
        raise ConnectionFailedError(
            _("le serveur ouvre une session sans demander de mot de passe : ce n'est pas normal."),
            advice=_("Par sécurité, balt s'est arrêté. Prévenez l'opérateur de la messagerie."),
            mailbox=line.mailbox,
        )
    raise not_imap(line.mailbox)
