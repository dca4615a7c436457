"""The few errors of balt: each says what happened and what to do next, in the user's language.

A message never holds a secret, a subject, a patient's name or a raw server line.
"""

from balt.i18n import _


class BaltError(Exception):
    """What happened (``message``), to which BAL (``mailbox``), and what to do next (``advice``)."""

    exit_code = 1

    def __init__(self, message: str, *, advice: str = "", mailbox: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.mailbox = mailbox

    def __str__(self) -> str:
        head = self.message
        if self.mailbox:
            head = _("%(mailbox)s : %(message)s") % {"mailbox": self.mailbox, "message": self.message}
        return f"{head} {self.advice}".rstrip()


class UsageError(BaltError):
    """Wrong use of a command, a filter or the configuration."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration cannot be used; the message names file, line and key."""


class MailServerError(BaltError):
    """A mail server could not be reached, or refused what was asked."""

    exit_code = 3


class ConnectionFailedError(MailServerError):
    """No answer, a cut, or a time-out. Worth trying again."""


class TlsError(MailServerError):
    """The server's certificate or the protected line cannot be trusted."""


class LoginError(MailServerError):
    """The server refused the user name or the password. Never tried again by itself."""


class ClosedError(LoginError):
    """A BAL lets nobody in any more, as is to be expected: it was noted as deleted, or that was asked for."""


class RefusedError(MailServerError):
    """The server answered NO or BAD to a command; ``code`` is its response code (OVERQUOTA…), if any."""

    def __init__(self, message: str, *, code: str = "", advice: str = "", mailbox: str = "") -> None:
        super().__init__(message, advice=advice, mailbox=mailbox)
        self.code = code


class DirectoryError(BaltError):
    """The Annuaire Santé could not be asked, or what it gave cannot be used. ``again`` says that the same
    question may succeed later (busy, cut, out of service); a wrong key or a wrong question never does.
    """

    exit_code = 3

    def __init__(self, message: str, *, advice: str = "", again: bool = False) -> None:
        super().__init__(message, advice=advice)
        self.again = again


class CancelledError(BaltError):
    """The user cancelled; what was asked is not finished."""

    exit_code = 130


class StoppedError(BaltError):
    """Stopped before harm: what was asked no longer fits what is there."""

    exit_code = 4
