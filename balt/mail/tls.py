"""The protected line: certificates always verified, TLS 1.2 at least, and errors that say what is wrong."""

import ssl

from balt.config import Account
from balt.errors import ConfigError, TlsError
from balt.i18n import N_, _
from balt.mail.client_certificate import load_client_certificate
from balt.text import plain

# Verification results of OpenSSL (x509_vfy.h)
_EXPIRED, _NOT_YET_VALID = 10, 9
_WRONG_NAME = (62, 64)
_UNKNOWN_AUTHORITY = (2, 18, 19, 20, 21, 27)
_RENEW = N_("Demandez-en un nouveau, puis changez « client_certificate ».")
_ALERTS = {
    "ALERT_CERTIFICATE_EXPIRED": (N_("le serveur refuse votre certificat : il a expiré."), _RENEW),
    "ALERT_CERTIFICATE_REVOKED": (N_("le serveur refuse votre certificat : il a été révoqué."), _RENEW),
    "ALERT_UNKNOWN_CA": (
        N_("le serveur refuse votre certificat : il ne connaît pas l'autorité qui l'a émis."),
        N_("Vérifiez avec l'opérateur quel certificat donner par « client_certificate »."),
    ),
    "CERTIFICATE": (
        N_("le serveur refuse votre certificat."),
        N_("Vérifiez avec l'opérateur quel certificat donner par « client_certificate »."),
    ),
    "ALERT_ACCESS_DENIED": (
        N_("le serveur ne laisse pas entrer avec ce certificat."),
        N_("Demandez à l'opérateur si ce certificat a droit à cette messagerie."),
    ),
}


def tls_context(account: Account) -> ssl.SSLContext:
    """The TLS settings for an account. With ``ca_file``, that authority alone is trusted.

    Raises ConfigError when a certificate or key file cannot be used.
    """
    try:
        cafile = str(account.ca_file) if account.ca_file else None
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=cafile)
    except (OSError, ssl.SSLError):
        raise ConfigError(
            _("le fichier donné par « %(key)s » ne peut pas être utilisé : %(path)s.")
            % {"key": "ca_file", "path": plain(str(account.ca_file))},
            advice=_("Il doit exister, être lisible, au format PEM et sans mot de passe."),
            mailbox=account.address,
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_client_certificate(context, account)
    return context


def tls_error(error: Exception, account: Account) -> TlsError:
    """What a failed TLS handshake means, in words for the user."""
    host = plain(account.host)
    if isinstance(error, ssl.SSLCertVerificationError):
        message, advice = _certificate(error.verify_code, host)
    else:
        reason = getattr(error, "reason", None) or ""
        found = _own_certificate(reason) if account.client_certificate else None
        message, advice = found or _handshake(reason, host)
    return TlsError(message, advice=advice, mailbox=account.address)


def _certificate(code: int, host: str) -> tuple[str, str]:
    operator = _("Rien n'a été envoyé. Prévenez l'opérateur : c'est à lui de corriger.")
    if code == _EXPIRED:
        return (_("le certificat du serveur %(host)s a expiré.") % {"host": host}, operator)
    if code == _NOT_YET_VALID:
        return (
            _("le certificat du serveur %(host)s n'est pas encore valable.") % {"host": host},
            _("Vérifiez la date et l'heure de cet ordinateur, puis prévenez l'opérateur."),
        )
    if code in _WRONG_NAME:
        return (
            _("le certificat présenté n'est pas au nom du serveur %(host)s.") % {"host": host},
            _("Rien n'a été envoyé. Vérifiez « host » dans la configuration, puis prévenez l'opérateur."),
        )
    if code in _UNKNOWN_AUTHORITY:
        return (
            _("le certificat du serveur %(host)s vient d'une autorité inconnue de cet ordinateur.")
            % {"host": host},
            _(
                "Si l'opérateur emploie l'IGC-Santé ou sa propre autorité, donnez-en le fichier par "
                "« ca_file » dans la configuration."
            ),
        )
    return (_("le certificat du serveur %(host)s ne peut pas être vérifié.") % {"host": host}, operator)


def _own_certificate(reason: str) -> tuple[str, str] | None:
    """What the server's alert (RFC 8446 section 6.2) says of the certificate that was presented to it."""
    for part, (message, advice) in _ALERTS.items():
        if part in reason:
            return _(message), _(advice)
    return None


def _handshake(reason: str, host: str) -> tuple[str, str]:
    if "PROTOCOL_VERSION" in reason or "UNSUPPORTED_PROTOCOL" in reason or "NO_PROTOCOLS" in reason:
        return (
            _("le serveur %(host)s n'offre pas TLS 1.2 ou plus récent.") % {"host": host},
            _("Rien n'a été envoyé. Prévenez l'opérateur : sa protection est trop ancienne."),
        )
    if "WRONG_VERSION_NUMBER" in reason or "HTTP_REQUEST" in reason:
        return (
            _("le serveur %(host)s ne parle pas TLS sur ce port.") % {"host": host},
            _('Vérifiez « port » et « security » : 993 avec "tls", 143 avec "starttls".'),
        )
    if "CERTIFICATE_REQUIRED" in reason or "HANDSHAKE_FAILURE" in reason or "BAD_CERTIFICATE" in reason:
        return (
            _("le serveur %(host)s a refusé la connexion protégée ; il demande peut-être un certificat.")
            % {"host": host},
            _("Donnez « client_certificate » et « client_key » dans la configuration s'il en faut un."),
        )
    return (
        _("la connexion protégée avec le serveur %(host)s n'a pas pu être établie.") % {"host": host},
        _("Vérifiez « host », « port » et « security », puis réessayez."),
    )
