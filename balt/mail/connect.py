"""Opening the line: address, greeting, protection. No secret goes out before this is done.

Implicit TLS is the rule (RFC 8314). With STARTTLS, what the server said before is forgotten, and octets that
follow its OK on the unprotected line end the attempt: they would be taken for protected ones
(CVE-2021-33515).
"""

import ipaddress
import socket
import ssl

from balt.config import Account
from balt.errors import ConfigError, ConnectionFailedError, RefusedError, TlsError
from balt.i18n import _
from balt.mail.client import Client
from balt.mail.line import CutError, Line
from balt.mail.tls import tls_context, tls_error
from balt.mail.wire import LIMITS, Wire
from balt.text import plain


def open_wire(account: Account) -> Wire:
    """A line on which a login may be sent: protected, or to this very machine with ``security = "none"``.

    Raises ConfigError, ConnectionFailedError or TlsError.
    """
    if not account.host:
        raise ConfigError(
            _("aucun serveur n'est indiqué pour cette BAL."),
            advice=_("Ajoutez « host » dans la configuration."),
            mailbox=account.address,
        )
    context = None if account.security == "none" else tls_context(account)
    patience = patience_of(account)
    line = Line(connected(account), patience, account.address)
    try:
        if account.security == "none" and not (is_loopback_name(account.host) and line.is_loopback):
            raise unprotected(account)
        if context is not None and account.security == "tls":
            protect(line, context, account)
        line.begin(LIMITS.total)
        _greet(line, account)
        wire = Wire(line, account.address)
        if context is not None and account.security == "starttls":
            _start_tls(wire, context, account)
    except BaseException:
        line.close()
        raise
    line.set_timeout(account.timeout)
    return wire


def patience_of(account: Account) -> float:
    """Seconds that connecting may take, each step: a sixth of the account's time-out."""
    return account.timeout / 6


def connected(account: Account) -> socket.socket:
    """A bare connection, on which nothing was said yet. Raises ConnectionFailedError."""
    where = {"host": plain(account.host), "port": account.port}
    try:
        sock = socket.create_connection((account.host, account.port), timeout=patience_of(account))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    except (socket.gaierror, UnicodeError):
        message = _("le serveur « %(host)s » est introuvable.") % where
        advice = _("Vérifiez « host » dans la configuration et la connexion au réseau.")
    except ConnectionRefusedError:
        message = _("le serveur %(host)s refuse la connexion sur le port %(port)d.") % where
        advice = _("Vérifiez « port » dans la configuration (993 d'ordinaire) ou réessayez plus tard.")
    except TimeoutError:
        message = _("le serveur %(host)s ne répond pas sur le port %(port)d.") % where
        advice = _("Vérifiez la connexion au réseau, un pare-feu éventuel, « host » et « port ».")
    except (OSError, OverflowError, ValueError):  # ValueError: a name that no server can have
        message = _("le serveur %(host)s ne peut pas être joint sur le port %(port)d.") % where
        advice = _("Vérifiez la connexion au réseau puis réessayez.")
    raise ConnectionFailedError(message, advice=advice, mailbox=account.address)


def protect(line: Line, context: ssl.SSLContext, account: Account) -> None:
    """TLS on an open line. Raises ConnectionFailedError or TlsError."""
    try:
        line.start_tls(context, account.host)
    except TimeoutError:
        raise ConnectionFailedError(
            _("le serveur %(host)s ne répond pas à la demande de connexion protégée.")
            % {"host": plain(account.host)},
            advice=_('Vérifiez « port » et « security » : 993 avec "tls", 143 avec "starttls".'),
            mailbox=account.address,
        ) from None
    except (OSError, ValueError) as error:
        raise tls_error(error, account) from None


def _greet(line: Line, account: Account) -> None:
    """Read the greeting. With TLS 1.3 a server says only now that it wants a client certificate."""
    try:
        Client(line, account.host, account.address)
    except CutError:
        if line.tls_failure is not None:
            raise tls_error(line.tls_failure, account) from None
        raise


def _start_tls(wire: Wire, context: ssl.SSLContext, account: Account) -> None:
    if "STARTTLS" not in wire.capabilities():
        raise TlsError(
            _("ce serveur ne propose pas de protéger la connexion (STARTTLS)."),
            advice=_('Rien n\'a été envoyé. Essayez security = "tls" et port = 993.'),
            mailbox=account.address,
        )
    try:
        wire.run(b"STARTTLS")
    except RefusedError:
        raise TlsError(
            _("le serveur a refusé de protéger la connexion (STARTTLS)."),
            advice=_('Rien n\'a été envoyé. Essayez security = "tls" et port = 993.'),
            mailbox=account.address,
        ) from None
    if wire.line.has_unread():
        raise injected(account)
    protect(wire.line, context, account)


def injected(account: Account) -> TlsError:
    """The error where octets follow the OK to STARTTLS on the line that is not protected yet."""
    return TlsError(
        _("des données suspectes ont été ajoutées à la réponse du serveur avant la protection."),
        advice=_("La connexion a été fermée. N'utilisez pas ce réseau et prévenez l'opérateur."),
        mailbox=account.address,
    )


def is_loopback_name(host: str) -> bool:
    """Whether a host of the configuration is this machine by its name or number."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def unprotected(account: Account) -> ConfigError:
    """The error for a line to another machine that nothing would protect."""
    return ConfigError(
        _('security = "none" n\'est permis que vers cet ordinateur.'),
        advice=_('Rien n\'a été envoyé. Utilisez "tls" (port 993) ou "starttls" (port 143).'),
        mailbox=account.address,
    )
