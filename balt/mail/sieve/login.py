"""Logging in to ManageSieve (RFC 5804 section 2.1), by the same ways and words as to IMAP."""

import base64

from balt.config import Account
from balt.errors import BaltError, LoginError
from balt.i18n import _
from balt.mail import sasl
from balt.mail.login import Secret, owner_of, refused, require_offered
from balt.mail.sasl import NotAcceptedError
from balt.mail.sieve.wire import Refusal, SieveWire, string

_CODES = {"ENCRYPT-NEEDED": "PRIVACYREQUIRED", "TRYLATER": "UNAVAILABLE", "TRANSITION-NEEDED": "CONTACTADMIN"}
"""Response codes of RFC 5804 section 1.3, as IMAP calls the same (RFC 5530)."""


def log_in(wire: SieveWire, account: Account, mechanisms: frozenset[str], secret: Secret) -> None:
    """Log in with what ``secret`` gives. One try; errors as those of ``balt.mail.login``. ``account`` has the
    host and the port of ManageSieve.
    """
    try:
        if account.auth == "password":
            _by_password(wire, account, mechanisms, secret)
        else:
            _by_other_means(wire, account, mechanisms, secret)
    except NotAcceptedError as refusal:
        raise refused(refusal, account) from None
    except BaltError as error:
        error.mailbox = account.address
        raise


def _by_password(wire: SieveWire, account: Account, mechanisms: frozenset[str], secret: Secret) -> None:
    if "PLAIN" not in mechanisms:
        raise LoginError(
            _("ce serveur n'accepte pas d'identifiant et de mot de passe pour ses scripts (SASL PLAIN)."),
            advice=_("Demandez à l'opérateur quel moyen de connexion ManageSieve il offre."),
        )
    message = sasl.plain_message(account.authorization_identity, account.username, secret())
    _authenticate(wire, b"PLAIN", message)


def _by_other_means(wire: SieveWire, account: Account, mechanisms: frozenset[str], secret: Secret) -> None:
    """Tokens, and the certificate that was presented with TLS."""
    name = account.auth.upper()
    require_offered(name, account, frozenset({"LOGINDISABLED", *(f"AUTH={each}" for each in mechanisms)}))
    owner = owner_of(account)
    if account.auth == "external":
        _authenticate(wire, b"EXTERNAL", sasl.external_message(owner))
    elif account.auth == "xoauth2":
        _authenticate(wire, b"XOAUTH2", sasl.xoauth2_message(owner, secret()), after_error=b"")
    else:
        message = sasl.oauthbearer_message(owner, account.host, account.port, secret())
        _authenticate(wire, b"OAUTHBEARER", message, after_error=b"AQ==")


def _authenticate(
    wire: SieveWire, mechanism: bytes, message: bytes, after_error: bytes | None = None
) -> None:
    """The message goes in the command itself; a challenge after it is an error of a token mechanism, or is
    answered by "*", which ends the attempt.
    """
    wire.send(b"AUTHENTICATE", string(mechanism), string(base64.b64encode(message)))
    status = ""
    for _challenge in range(2):
        row = wire.row()
        end = wire.end_of(row)
        if isinstance(end, Refusal):
            raise NotAcceptedError(_CODES.get(end.code, end.code), status)
        if end is not None:
            return
        status = sasl.challenge_status(row[0].value)
        wire.line.send(string(b"*" if after_error is None else after_error) + b"\r\n")
    raise wire.line.protocol_error()
