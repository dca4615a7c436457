"""Logging in, by the way that the account names: password, access token, or client certificate.

One try, never repeated; only a refused token is replaced once by a fresh one (by the session).
"""

import re
from collections.abc import Callable

from balt.config import Account
from balt.errors import BaltError, ConnectionFailedError, LoginError, MailServerError, RefusedError
from balt.i18n import N_, _
from balt.mail import sasl
from balt.mail.arguments import checked, quoted
from balt.mail.sasl import NotAcceptedError
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
_CERTIFICATE = (
    N_("le serveur n'ouvre pas cette BAL avec ce certificat."),
    N_(
        "Vérifiez « client_certificate » : en cours de validité, émis par une autorité que l'opérateur "
        "reconnaît, et bien celui de cette BAL."
    ),
)
_TOKEN = (
    N_("le serveur refuse le jeton d'accès : expiré, révoqué, ou celui d'une autre BAL."),
    N_("Vérifiez « username » et ce que donne « token_command ». balt n'insiste pas."),
)
_SCOPE = (
    N_("le jeton d'accès ne donne pas droit à la messagerie (portée insuffisante)."),
    N_("Demandez un jeton dont la portée (scope) comprend IMAP, puis corrigez « token_command »."),
)
_REQUEST = (
    N_("le serveur ne comprend pas la demande de connexion par jeton."),
    N_('Vérifiez « username », et « auth » : "xoauth2" ou "oauthbearer" selon l\'opérateur.'),
)
_SAME = N_("le serveur refuse le jeton d'accès, et « token_command » redonne le même.")
_BY_STATUS = {
    "insufficient_scope": _SCOPE,
    "403": _SCOPE,
    "invalid_request": _REQUEST,
}
"""What a server says of a token (RFC 6750 section 3.1, or as HTTP) when a fresh one would not help."""
_BUSY_STATUS = re.compile(r"5\d\d\Z|429\Z|temporarily_unavailable\Z|server_error\Z")
_BUSY_CODES = ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG")
_ABOUT_THE_ACCOUNT = ("AUTHORIZATIONFAILED", "PRIVACYREQUIRED", "CONTACTADMIN")
_MECHANISM = re.compile(r"AUTH=([A-Z0-9_-]{1,20})\Z")
_MOST_NAMED = 8

Secret = Callable[[], str]


class TokenRefusedError(LoginError):
    """The server did not accept the token; a fresh one may be."""


class NeverTwice:
    """The secrets of one opening. A token that was refused is never sent again: LoginError instead."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret
        self._last = ""

    def __call__(self) -> str:
        secret = self._secret()
        if secret and secret == self._last:
            raise LoginError(
                _(_SAME),
                advice=_("Cette commande doit donner un jeton neuf : reconnectez-vous chez l'opérateur."),
            )
        self._last = secret
        return secret


def log_in(wire: Wire, account: Account, capabilities: frozenset[str], secret: Secret) -> None:
    """Log in with what ``secret`` gives (not called for a certificate).

    Raises LoginError (TokenRefusedError: once more with a fresh token), UsageError for what cannot be sent,
    or ConnectionFailedError when the server could not decide.
    """
    ways = {
        "password": _by_password,
        "xoauth2": _by_xoauth2,
        "oauthbearer": _by_oauthbearer,
        "external": _by_certificate,
    }
    try:
        ways[account.auth](wire, account, capabilities, secret)
    except NotAcceptedError as refusal:
        raise refused(refusal, account) from None
    except BaltError as error:
        error.mailbox = account.address
        raise


def _by_password(wire: Wire, account: Account, capabilities: frozenset[str], secret: Secret) -> None:
    """PLAIN where the server offers it, else LOGIN."""
    user, identity = checked(account.username), checked(account.authorization_identity)
    if "AUTH=PLAIN" in capabilities:
        message = sasl.plain_message(identity, user, secret())
        sasl.authenticate(wire, b"PLAIN", message, at_once="SASL-IR" in capabilities)
    else:
        _require_plain_login(account, capabilities)
        _login(wire, user, checked(secret()))


def _by_xoauth2(wire: Wire, account: Account, capabilities: frozenset[str], secret: Secret) -> None:
    """An error challenge is answered by an empty line; the refusal follows."""
    require_offered("XOAUTH2", account, capabilities)
    message = sasl.xoauth2_message(owner_of(account), secret())
    sasl.authenticate(wire, b"XOAUTH2", message, at_once="SASL-IR" in capabilities, after_error=b"")


def _by_oauthbearer(wire: Wire, account: Account, capabilities: frozenset[str], secret: Secret) -> None:
    """An error challenge is answered by one octet 01 (RFC 7628 section 3.2.3); the refusal follows."""
    require_offered("OAUTHBEARER", account, capabilities)
    message = sasl.oauthbearer_message(owner_of(account), account.host, account.port, secret())
    sasl.authenticate(wire, b"OAUTHBEARER", message, at_once="SASL-IR" in capabilities, after_error=b"AQ==")


def _by_certificate(wire: Wire, account: Account, capabilities: frozenset[str], _secret: Secret) -> None:
    """EXTERNAL. Whose mailbox is meant is always said: left to the server, the certificate of another person
    would open theirs, under the name of this BAL.
    """
    require_offered("EXTERNAL", account, capabilities)
    message = sasl.external_message(owner_of(account))
    sasl.authenticate(wire, b"EXTERNAL", message, at_once="SASL-IR" in capabilities)


def owner_of(account: Account) -> str:
    """Whose mailbox the token or the certificate is to open; the address where nothing else was given."""
    return account.authorization_identity or account.username


def _login(wire: Wire, user: str, secret: str) -> None:
    """LOGIN with quoted strings; literals where a value is not ASCII (RFC 3501 section 6.2.3)."""
    try:
        if user.isascii() and secret.isascii():
            wire.run(b"LOGIN", quoted(user.encode()), quoted(secret.encode()))
            return
        first, second = user.encode(), secret.encode()
        with wire.command(b"LOGIN", b"{%d}" % len(first)) as answer:
            answer.send_more(first + b" {%d}\r\n" % len(second))
            answer.send_more(second + b"\r\n")
            for _response in answer:
                pass
    except RefusedError as error:
        raise NotAcceptedError(error.code) from None


# What is refused before any secret is asked for


def _require_plain_login(account: Account, capabilities: frozenset[str]) -> None:
    if account.authorization_identity:
        raise LoginError(
            _("ce serveur ne permet pas d'ouvrir la BAL d'un autre (il n'offre pas SASL PLAIN)."),
            advice=_('Retirez « authorization_identity » ; essayez username = "{address}*maître".'),
        )
    if "LOGINDISABLED" in capabilities:
        raise LoginError(
            _("ce serveur n'accepte pas d'identifiant et de mot de passe ici."),
            advice=_("Demandez à l'opérateur quel moyen de connexion IMAP il offre."),
        )


def require_offered(mechanism: str, account: Account, capabilities: frozenset[str]) -> None:
    """Raise LoginError, naming what there is instead, where the server does not offer ``mechanism``."""
    if f"AUTH={mechanism}" in capabilities:
        return
    offered = _offered(capabilities)
    names = {"name": mechanism, "offered": ", ".join(offered) or _("aucun autre moyen")}
    if mechanism == "EXTERNAL":
        message = _("ce serveur n'offre pas la connexion par certificat (EXTERNAL) ; il offre : %(offered)s.")
        if account.client_certificate is None:
            advice = _("Aucun certificat ne lui a été présenté : donnez « client_certificate ».")
        else:
            advice = _(
                "Il ne l'offre peut-être qu'à un certificat qu'il accepte : vérifiez « client_certificate » "
                "avec l'opérateur."
            )
        raise LoginError(message % names, advice=advice)
    message = _("ce serveur n'offre pas la connexion par jeton %(name)s ; il offre : %(offered)s.") % names
    other = {"XOAUTH2": "OAUTHBEARER", "OAUTHBEARER": "XOAUTH2"}[mechanism]
    if other in offered:
        advice = _('Utilisez auth = "%s" dans la configuration.') % other.lower()
    else:
        advice = _("Demandez à l'opérateur quel moyen de connexion IMAP il offre, puis corrigez « auth ».")
    raise LoginError(message, advice=advice)


def _offered(capabilities: frozenset[str]) -> list[str]:
    """The mechanisms that the server names, sorted."""
    found = {match[1] for name in capabilities if (match := _MECHANISM.match(name))}
    if "LOGINDISABLED" not in capabilities:
        found.add("LOGIN")
    return sorted(found)[:_MOST_NAMED]


# What a refusal means


def refuses_the_secret(sentence: str) -> bool:
    """Whether these words of an error tell that the server had a password or a token, and would not take it;
    False where the line broke, or the server could not decide.
    """
    tokens = (_TOKEN[0], _SCOPE[0], _REQUEST[0], _SAME)
    return sentence in {_(each) for each in (*(said for said, _advice in _SENTENCES.values()), *tokens)}


def refused(refusal: NotAcceptedError, account: Account) -> MailServerError:
    """The error for a login that the server did not accept, in our words."""
    if refusal.code in _BUSY_CODES or _BUSY_STATUS.match(refusal.status):
        return ConnectionFailedError(
            _("le serveur ne peut pas ouvrir la BAL pour le moment."),
            advice=_("Réessayez plus tard."),
            mailbox=account.address,
        )
    kind: type[LoginError] = LoginError
    if account.auth == "password":
        message, advice = _SENTENCES.get(refusal.code, _SENTENCES[""])
    elif refusal.code in _ABOUT_THE_ACCOUNT:
        message, advice = _SENTENCES[refusal.code]
    elif account.auth == "external":
        message, advice = _CERTIFICATE
    elif refusal.status in _BY_STATUS:
        message, advice = _BY_STATUS[refusal.status]
    else:
        kind, (message, advice) = TokenRefusedError, _TOKEN
    return kind(_(message), advice=_(advice), mailbox=account.address)
