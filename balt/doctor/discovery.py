"""Looking for the IMAP server of a domain where the domain announces it: DNS SRV (RFC 6186, RFC 2782).

Asked only when the user wants it. Nothing in the DNS is signed here: a server outside the domain of the
address is never used before the user has agreed to its name (RFC 6186, section 6).
"""

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from balt.config import Security
from balt.i18n import _
from balt.text import plain

if TYPE_CHECKING:  # dnspython takes a while to import, and most runs never ask
    from dns.resolver import Resolver

SECONDS = 3.0
"""For all the questions together."""
_MOST = 8  # servers to propose: nobody reads more
_SERVICES: tuple[tuple[str, Security], ...] = (("_imaps._tcp", "tls"), ("_imap._tcp", "starttls"))
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A server that the DNS announces. ``needs_confirmation``: its name is outside the domain."""

    host: str
    port: int
    security: Security
    priority: int
    weight: int
    needs_confirmation: bool


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, the best first, and a sentence for the user when nothing was."""

    domain: str
    candidates: tuple[Candidate, ...]
    sentence: str = ""


def discover(address: str, *, resolver: "Resolver | None" = None, seconds: float = SECONDS) -> Discovery:
    """The IMAP servers that the domain of ``address`` announces; asks the DNS, for ``seconds`` at most.

    Never raises for an answer's sake. Implicit TLS first (RFC 8314), then by priority and weight.
    """
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    shown = plain(domain, 254)
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if not _HOST.fullmatch(ascii_domain):
        return Discovery(shown, (), _("« %s » n'est pas un nom de domaine.") % shown)
    found: list[Candidate] = []
    silent = False
    deadline = time.monotonic() + seconds
    for service, security in _SERVICES:
        answer = _ask(service, security, ascii_domain, resolver, deadline - time.monotonic())
        silent = silent or answer is None
        found += answer or ()
    found.sort(key=lambda one: (one.security != "tls", one.priority, -one.weight, one.host, one.port))
    if found:
        return Discovery(shown, tuple(dict.fromkeys(found))[:_MOST])
    if silent:
        return Discovery(shown, (), _("le DNS n'a pas donné de réponse utilisable pour %s.") % shown)
    return Discovery(shown, (), _("%s n'annonce pas de serveur IMAP dans le DNS.") % shown)


def _ask(
    service: str, security: Security, domain: str, resolver: "Resolver | None", seconds: float
) -> list[Candidate] | None:
    """What one question brings; None where no answer could be had or read."""
    import dns.exception
    import dns.resolver

    if seconds <= 0:
        return None
    try:
        asking = resolver or dns.resolver.Resolver()
        answer = asking.resolve(f"{service}.{domain}.", "SRV", lifetime=seconds, search=False)
        records = [(str(one.target), one.port, one.priority, one.weight) for one in answer]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    found = []
    for target, port, priority, weight in records:
        host = target.rstrip(".").lower()  # "." alone says that the service is not offered
        if _HOST.fullmatch(host) and port:
            outside = host != domain and not host.endswith(f".{domain}")
            found.append(Candidate(host, port, security, priority, weight, outside))
    return found
