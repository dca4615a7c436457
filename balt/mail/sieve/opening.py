"""Opening ManageSieve: address, greeting, protection. No secret goes out before this is done.

RFC 5804 has one way to protect the line, STARTTLS (section 2.2). As with IMAP, what was said before is
forgotten, and octets that follow the OK on the unprotected line end the attempt.
"""

import socket
from dataclasses import dataclass, replace

from balt.config import Account
from balt.errors import MailServerError, RefusedError, TlsError
from balt.i18n import _
from balt.mail.connect import injected, is_loopback_name, patience_of, protect, unprotected
from balt.mail.line import CutError, Line
from balt.mail.sieve.wire import Reply, SieveWire
from balt.mail.tls import tls_context, tls_error
from balt.text import plain

_GREETING = 64 * 1024


class NotOfferedError(MailServerError):
    """The server has no ManageSieve, or none that can be reached: then there is the webmail."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a server says that it can do (RFC 5804 section 1.7), names as it is used to compare them."""

    extensions: frozenset[str] = frozenset()
    mechanisms: frozenset[str] = frozenset()
    starttls: bool = False
    checks: bool = False


def place_of(account: Account) -> Account:
    """The account as ManageSieve knows it: same person, same secrets, its own host and port."""
    return replace(account, host=account.sieve_host or account.host, port=account.sieve_port)


def open_wire(place: Account) -> tuple[SieveWire, Offers]:
    """A line on which a login may be sent, and what the server offers there. ``place`` is of ``place_of``.

    Raises NotOfferedError where nothing answers, ConfigError, ConnectionFailedError or TlsError.
    """
    context = None if place.security == "none" else tls_context(place)
    line = Line(_connected(place), patience_of(place), place.address)
    try:
        if context is None and not (is_loopback_name(place.host) and line.is_loopback):
            raise unprotected(place)
        wire = SieveWire(line, place.address)
        line.begin(_GREETING)
        offers = offers_of(wire.answer())
        if context is not None:
            _start_tls(wire, offers, place)
            protect(line, context, place)
            line.begin(_GREETING)
            offers = _offers_under_tls(wire, place)
    except BaseException:
        line.close()
        raise
    line.set_timeout(place.timeout)
    return wire, offers


def offers_of(reply: Reply) -> Offers:
    """What capability lines say; those that this version does not know are left alone."""
    told: dict[bytes, str] = {}
    for row in reply.rows:
        value = row[1].value if len(row) > 1 and row[1].text else b""
        told[row[0].value.upper()] = value.decode("ascii", "replace")
    return Offers(
        extensions=frozenset(told.get(b"SIEVE", "").lower().split()),
        mechanisms=frozenset(told.get(b"SASL", "").upper().split()),
        starttls=b"STARTTLS" in told,
        checks=b"VERSION" in told,  # CHECKSCRIPT came with it (RFC 5804 section 1.7)
    )


def _connected(place: Account) -> socket.socket:
    try:
        sock = socket.create_connection((place.host, place.port), timeout=patience_of(place))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    except (OSError, OverflowError, ValueError):  # ValueError: a name that no server can have
        raise NotOfferedError(
            _("le serveur %(host)s ne répond pas sur le port %(port)d (ManageSieve).")
            % {"host": plain(place.host), "port": place.port},
            advice=_("Si l'opérateur en indique d'autres : « sieve_host » et « sieve_port »."),
            mailbox=place.address,
        ) from None


def _offers_under_tls(wire: SieveWire, place: Account) -> Offers:
    """What the server says again by itself after TLS; with TLS 1.3 it says only now that it wants a client
    certificate.
    """
    try:
        return offers_of(wire.answer())
    except CutError:
        if wire.line.tls_failure is not None:
            raise tls_error(wire.line.tls_failure, place) from None
        raise


def _start_tls(wire: SieveWire, offers: Offers, place: Account) -> None:
    try:
        if not offers.starttls:
            raise RefusedError("")
        wire.run(b"STARTTLS")
    except RefusedError:
        raise TlsError(
            _("ce serveur ne protège pas la connexion à ses scripts (STARTTLS)."),
            advice=_("Rien n'a été envoyé. Prévenez l'opérateur : c'est à lui de corriger."),
            mailbox=place.address,
        ) from None
    if wire.line.has_unread():
        raise injected(place)
