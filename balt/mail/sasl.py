"""SASL: what each mechanism says, and the exchange that carries it (RFC 3501 section 6.2.2, RFC 4959).

Sources: PLAIN RFC 4616, EXTERNAL RFC 4422 appendix A, OAUTHBEARER RFC 7628, XOAUTH2 as Google publishes it. A
secret stands only in the message; no error raised here holds it, nor a word of the server.
"""

import base64
import binascii
import json
import re

from balt.errors import LoginError, RefusedError, UsageError
from balt.i18n import _
from balt.mail.arguments import MAX_COMMAND, checked
from balt.mail.wire import Wire

LONGEST_TOKEN = 16_384
_TOKEN = re.compile(r"[!#-\[\]-z|~]+\Z")
"""Visible ASCII (RFC 6749 appendix A.12) but for quotes, backslashes and braces: those of a JSON answer."""
_LONGEST_CHALLENGE = 8192
_STATUS = re.compile(r"[a-z0-9_]{1,40}\Z")
_SEPARATOR = "\x01"


class NotAcceptedError(Exception):
    """The server said no. ``code`` is its response code; ``status`` what the error challenge of a token
    mechanism says ("invalid_token", "401"…); both "" where it told nothing.
    """

    def __init__(self, code: str, status: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def authenticate(
    wire: Wire, mechanism: bytes, message: bytes, *, at_once: bool, after_error: bytes | None = None
) -> None:
    """Run AUTHENTICATE; raises NotAcceptedError, and ConnectionFailedError for a line that breaks.

    With ``at_once`` the message goes in the command itself, where it is short enough for one. ``after_error``
    is the answer to an error challenge, where the mechanism has such a thing.
    """
    encoded = base64.b64encode(message)
    at_once = at_once and len(encoded) < MAX_COMMAND
    parts = (b"AUTHENTICATE", mechanism, encoded or b"=") if at_once else (b"AUTHENTICATE", mechanism)
    status = ""
    try:
        with wire.command(*parts) as answer:
            if not at_once:
                answer.send_more(encoded + b"\r\n")
            if after_error is not None:
                status = challenge_status(answer.send_more(after_error + b"\r\n"))
            for _response in answer:
                pass
    except RefusedError as error:
        raise NotAcceptedError(error.code, status) from None


def plain_message(identity: str, user: str, password: str) -> bytes:
    """PLAIN (RFC 4616 section 2)."""
    return "\0".join((checked(identity), checked(user), checked(password))).encode()


def external_message(identity: str) -> bytes:
    """EXTERNAL: the identity to act as, empty for the one of the certificate (RFC 4422 appendix A)."""
    return checked(identity).encode()


def xoauth2_message(user: str, token: str) -> bytes:
    """XOAUTH2."""
    return _joined(f"user={user}", _bearer(token))


def oauthbearer_message(user: str, host: str, port: int, token: str) -> bytes:
    """OAUTHBEARER (RFC 7628 section 3.1); in the name, "," and "=" are written otherwise (RFC 5801)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    return _joined(f"n,a={name},", f"host={host}", f"port={port}", _bearer(token))


def challenge_status(challenge: bytes) -> str:
    """The "status" of an error challenge (RFC 7628 section 3.2.2); "" when there is none to be read."""
    if not 0 < len(challenge) <= _LONGEST_CHALLENGE:
        return ""
    try:
        told = json.loads(base64.b64decode(challenge, validate=True))
    except (binascii.Error, ValueError, RecursionError):  # the server may say anything
        return ""
    status = str(told.get("status", "")).lower() if isinstance(told, dict) else ""
    return status if _STATUS.match(status) else ""


def _joined(*fields: str) -> bytes:
    for field in fields:
        if _SEPARATOR in checked(field):
            raise UsageError(_("un texte destiné au serveur contient un caractère invalide."))
    return (_SEPARATOR.join(fields) + 2 * _SEPARATOR).encode()


def _bearer(token: str) -> str:
    """The token as it goes out; LoginError when what the command printed is none."""
    if len(token) > LONGEST_TOKEN:
        problem = _("ce que donne « token_command » est trop long pour un jeton d'accès.")
    elif not _TOKEN.match(token):
        problem = _("ce que donne « token_command » n'est pas un jeton d'accès.")
    else:
        return f"auth=Bearer {token}"
    advice = _("Sa première ligne doit être le jeton seul : ni espace, ni guillemets, ni le mot Bearer.")
    raise LoginError(problem, advice=advice)
