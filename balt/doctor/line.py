"""The port, the protection and the greeting of a server, looked at one after the other before any login."""

import ssl
from contextlib import closing
from datetime import UTC, datetime

from balt.clock import Clock
from balt.config import Account
from balt.doctor.model import Check, Result
from balt.doctor.steps import check, failed
from balt.errors import BaltError, ConfigError, TlsError
from balt.i18n import _, ngettext
from balt.mail.connect import connected, open_wire, patience_of, protect
from balt.mail.line import Line
from balt.mail.tls import tls_context
from balt.text import plain
from balt.units import format_date

SOON = 30
"""Days before its end at which a certificate is worth a warning: a local choice."""


def look_at_port(account: Account) -> Check:
    """Whether something listens there; nothing is said to it."""
    try:
        connected(account).close()
    except BaltError as error:
        return failed("connect", error)
    return check("connect", Result.OK, _("le serveur répond sur le port %d.") % account.port)


def look_at_certificate(account: Account, clock: Clock) -> Check:
    """The certificate that a server presents at once (implicit TLS)."""
    try:
        context = tls_context(account)
        with closing(Line(connected(account), patience_of(account), account.address)) as line:
            protect(line, context, account)
            return _certificate(line, clock)
    except BaltError as error:
        return failed("tls", error, _port_advice(account))


def look_at_greeting(account: Account, clock: Clock) -> list[Check]:
    """How the server greets and what it offers before the login; with STARTTLS, its certificate too."""
    try:
        wire = open_wire(account)
    except (TlsError, ConfigError) as error:
        # With TLS 1.3 a server that wants a client certificate says so only when it should greet.
        step = "greeting" if account.security == "tls" else "tls"
        return [failed(step, error, _port_advice(account))]
    except BaltError as error:
        return [failed("greeting", error, _greeting_advice(account))]
    with closing(wire.line):
        found = []
        if account.security == "starttls":
            found.append(_certificate(wire.line, clock))
        if account.security == "none":
            found.append(check("tls", Result.SKIPPED, _("aucune : le serveur est cet ordinateur.")))
        try:
            found.append(_offer(wire.capabilities(), account))
        except BaltError as error:
            found.append(failed("greeting", error))
    return found


def _certificate(line: Line, clock: Clock) -> Check:
    """Whose certificate it is, who vouches for it and until when. It has been verified by now."""
    sock = line.sock
    if not isinstance(sock, ssl.SSLSocket):
        return check("tls", Result.SKIPPED, _("aucune."))
    facts = sock.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(facts.get("notAfter"))), UTC)
    days = (ends - clock.now()).days
    sentence = _(
        "%(version)s ; certificat de %(subject)s, délivré par %(issuer)s, jusqu'au %(day)s (%(left)s)."
    )
    words = {
        "version": plain(sock.version() or "TLS", 20),
        "subject": _first_name(facts.get("subjectAltName")) or _name(facts.get("subject")) or _("(sans nom)"),
        "issuer": _name(facts.get("issuer")) or _("(sans nom)"),
        "day": format_date(ends.astimezone(clock.now().tzinfo).date()),
        "left": ngettext("%d jour", "%d jours", abs(days)) % days,
    }
    if days < SOON:
        advice = _("Prévenez l'opérateur : après cette date, plus aucun logiciel sérieux ne se connectera.")
        return check("tls", Result.WARNING, sentence % words, advice)
    return check("tls", Result.OK, sentence % words)


def _name(parts: object) -> str:
    """The common name of a subject or an issuer, else its organisation, as ``getpeercert`` gives them."""
    names = {
        str(key): str(value) for group in (parts if isinstance(parts, tuple) else ()) for key, value in group
    }
    return plain(names.get("commonName") or names.get("organizationName") or "", 80)


def _first_name(names: object) -> str:
    """The first host that a certificate is for: some name it nowhere else."""
    hosts = [value for _kind, value in names] if isinstance(names, tuple) else []
    return plain(str(hosts[0]), 80) if hosts else ""


def _offer(capabilities: frozenset[str], account: Account) -> Check:
    """Whether the server takes the way of logging in that the account has."""
    ways = {name.removeprefix("AUTH=") for name in capabilities if name.startswith("AUTH=")}
    if "LOGINDISABLED" not in capabilities:
        ways.add("LOGIN")
    told = plain(", ".join(sorted(ways)), 200) or _("aucun")
    sentence = _("c'est un serveur IMAP ; moyens de connexion offerts : %s.") % told
    wanted = {"password": ("PLAIN", "LOGIN"), "xoauth2": ("XOAUTH2",), "oauthbearer": ("OAUTHBEARER",)}
    if ways.intersection(wanted.get(account.auth, ())) or account.auth == "external":
        return check("greeting", Result.OK, sentence)
    tokens = [way for way in ("XOAUTH2", "OAUTHBEARER") if way in ways]
    if account.auth == "password" and tokens:
        advice = _(
            'Ce serveur veut un jeton (Pro Santé Connect) : auth = "%s" et « token_command », si votre '
            "opérateur vous en donne le moyen."
        )
        return check("greeting", Result.WARNING, sentence, advice % tokens[0].lower())
    advice = _("Demandez à l'opérateur quel moyen de connexion IMAP il offre, et réglez « auth ».")
    return check("greeting", Result.WARNING, sentence, advice)


def _port_advice(account: Account) -> str:
    """What is most often wrong: the port of one kind of protection with the other kind."""
    if account.security == "tls" and account.port == 143:
        return _('Le port 143 va d\'ordinaire avec security = "starttls".')
    if account.security == "starttls" and account.port == 993:
        return _('Le port 993 va d\'ordinaire avec security = "tls".')
    return ""


def _greeting_advice(account: Account) -> str:
    """A server that waits for TLS says nothing to one who waits for its greeting."""
    if account.security == "tls":
        return _port_advice(account)
    return _port_advice(account) or _('Ce port attend peut-être security = "tls".')
