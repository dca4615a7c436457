"""Logging in: SASL PLAIN (RFC 4616) where the server offers it, else LOGIN. One try, never repeated."""

import base64
from collections.abc import Callable

from balt.config import Account
from balt.errors import ConfigError, ConnectionFailedError, LoginError, MailServerError, RefusedError
from balt.i18n import N_, _
from balt.mail.arguments import checked, quoted
from balt.mail.wire import Wire

_SENTENCES = {
    "AUTHORIZATIONFAILED": (
        N_("ce compte n'a pas le droit d'ouvrir cette BAL."),
        N_("Vérifiez « username » et « authorization_identity », ou demandez ce droit à l'administrateur."),
    ),
    "EXPIRED": (
        N_("le mot de passe de cette BAL a expiré."),
        N_("Changez-le chez l'opérateur, puis donnez le nouveau à balt."),
    ),
    "PRIVACYREQUIRED": (
        N_("le serveur n'accepte le mot de passe que sur une connexion protégée."),
        N_('Utilisez security = "tls" et port = 993.'),
    ),
    "CONTACTADMIN": (
        N_("le serveur demande de joindre l'administrateur avant d'ouvrir cette BAL."),
        N_("Le compte est peut-être suspendu : contactez l'opérateur."),
    ),
    "": (
        N_("identifiant ou mot de passe refusé."),
        N_("Vérifiez « username » et le mot de passe. balt n'essaie pas une seconde fois de lui-même."),
    ),
}
_NOT_THE_PASSWORD = ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG")


def log_in(wire: Wire, account: Account, capabilities: frozenset[str], password: Callable[[], str]) -> None:
    """Log in; raises LoginError, or ConnectionFailedError when the server could not decide."""
    require_known_auth(account)
    user, identity = checked(account.username or account.address), checked(account.authorization_identity)
    if "AUTH=PLAIN" not in capabilities:
        _require_plain_login(account, capabilities)
    secret = checked(password())
    try:
        if "AUTH=PLAIN" in capabilities:
            _sasl_plain(wire, identity, user, secret, "SASL-IR" in capabilities)
        else:
            _login(wire, user, secret)
    except RefusedError as error:
        raise _refused(error.code, account) from None


def require_known_auth(account: Account) -> None:
    """Raise ConfigError for a way of logging in that this balt does not know yet."""
    if account.auth != "password":
        raise ConfigError(
            _("cette version de balt ne sait pas encore se connecter par « %(auth)s ».")
            % {"auth": account.auth},
            advice=_('Utilisez auth = "password", ou une version plus récente.'),
            mailbox=account.address,
        )


def _require_plain_login(account: Account, capabilities: frozenset[str]) -> None:
    if account.authorization_identity:
        raise LoginError(
            _("ce serveur ne permet pas d'ouvrir la BAL d'un autre (il n'offre pas SASL PLAIN)."),
            advice=_('Retirez « authorization_identity » ; essayez username = "{address}*maître".'),
            mailbox=account.address,
        )
    if "LOGINDISABLED" in capabilities:
        raise LoginError(
            _("ce serveur n'accepte pas d'identifiant et de mot de passe ici."),
            advice=_("Demandez à l'opérateur quel moyen de connexion IMAP il offre."),
            mailbox=account.address,
        )


def _sasl_plain(wire: Wire, identity: str, user: str, secret: str, at_once: bool) -> None:
    response = base64.b64encode(f"{identity}\0{user}\0{secret}".encode())
    parts = (b"AUTHENTICATE", b"PLAIN", response) if at_once else (b"AUTHENTICATE", b"PLAIN")
    with wire.command(*parts) as answer:
        if not at_once:
            answer.send_more(response + b"\r\n")
        for _response in answer:
            pass


def _login(wire: Wire, user: str, secret: str) -> None:
    """LOGIN with quoted strings; literals where a value is not ASCII (RFC 3501 section 6.2.3)."""
    if user.isascii() and secret.isascii():
        wire.run(b"LOGIN", quoted(user.encode()), quoted(secret.encode()))
        return
    first, second = user.encode(), secret.encode()
    with wire.command(b"LOGIN", b"{%d}" % len(first)) as answer:
        answer.send_more(first + b" {%d}\r\n" % len(second))
        answer.send_more(second + b"\r\n")
        for _response in answer:
            pass


def _refused(code: str, account: Account) -> MailServerError:
    if code in _NOT_THE_PASSWORD:
        return ConnectionFailedError(
            _("le serveur ne peut pas ouvrir la BAL pour le moment."),
            advice=_("Réessayez plus tard."),
            mailbox=account.address,
        )
    message, advice = _SENTENCES.get(code, _SENTENCES[""])
    return LoginError(_(message), advice=_(advice), mailbox=account.address)
