"""Where the extraction of all BAL is downloaded from (domain 3.1), and which hosts may give it.

Nothing secret is sent there. A redirection is followed all the same only to a host named here: what comes
back becomes the directory.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from balt.directory.gate import Gate, is_loopback
from balt.errors import ConfigError, DirectoryError
from balt.i18n import _
from balt.text import plain

DATA_GOUV = "https://www.data.gouv.fr/api/1/datasets/r/afe01105-d9a1-41fe-921f-e40ea48b2ba6"
"""The stable address of the file on data.gouv.fr; it redirects to where the file is that day."""

DATA_GOUV_HOSTS = frozenset(("www.data.gouv.fr", "static.data.gouv.fr", "object.files.data.gouv.fr"))

ANS_SERVICE = (
    "https://service.annuaire.sante.fr/annuaire-sante-webservices/V300/services/extraction/"
    "Extraction_Correspondance_MSSante"
)
"""The ANS's own service; its certificate is of the IGC-Santé, which no system trusts by itself."""


@dataclass(frozen=True, slots=True)
class Source:
    """An address, the hosts that a redirection may lead to, and the only authority to trust there, if any."""

    url: str
    hosts: frozenset[str]
    ca_file: Path | None = None

    @property
    def host(self) -> str:
        """The host of the address."""
        return urlsplit(self.url).hostname or ""

    def context(self) -> ssl.SSLContext | None:
        """Whom to trust; None for the usual authorities. Raises ConfigError."""
        if self.ca_file is None:
            return None
        try:
            context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(self.ca_file))
        except (OSError, ssl.SSLError):
            raise ConfigError(
                _("le fichier donné par « %(key)s » ne peut pas être utilisé : %(path)s.")
                % {"key": "update_ca_file", "path": plain(str(self.ca_file))},
                advice=_(
                    "Il doit exister, être lisible et au format PEM. Une chaîne .p7b se convertit ainsi : "
                    "openssl pkcs7 -inform DER -print_certs -in CHAINE.p7b -out CHAINE.pem."
                ),
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # whoever gives the intermediate one trusts it
        return context

    def redirected(self, current: str, link: str) -> str:
        """The address that a redirection found at ``current`` names. Raises DirectoryError where it leads to
        a host that is not known, or off the protected line.
        """
        try:
            target = urljoin(current, link)
            parts, before = urlsplit(target), urlsplit(current)
            host = parts.hostname or ""
            same = (parts.scheme, host, parts.port) == (before.scheme, before.hostname, before.port)
        except ValueError:
            raise _leads_away() from None
        protected = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
        allowed = same or (host in self.hosts and protected)
        if not allowed or "@" in parts.netloc or not target.isascii() or not target.isprintable():
            raise _leads_away()
        return parts._replace(fragment="").geturl()


def source_of(url: str, ca_file: Path | None) -> Source:
    """Where to download from: the address of the configuration, else the ANS's service where an authority is
    given for it, else data.gouv.fr.
    """
    if url:
        return Source(url, frozenset((urlsplit(url).hostname or "",)), ca_file)
    if ca_file is not None:
        return Source(ANS_SERVICE, frozenset((urlsplit(ANS_SERVICE).hostname or "",)), ca_file)
    return Source(DATA_GOUV, DATA_GOUV_HOSTS)


def gate_of(url: str) -> Gate:
    """The place that an address names, for the line to reach that one and no other. Raises DirectoryError."""
    parts = urlsplit(url)
    return Gate(f"{parts.scheme}://{parts.netloc}")


def _leads_away() -> DirectoryError:
    return DirectoryError(
        _("le téléchargement de l'annuaire mène vers un serveur que balt ne connaît pas ; il s'arrête là."),
        advice=_(
            "Vérifiez « update_url » dans [directory] et si ce réseau demande de s'identifier, ou importez "
            "un fichier : balt directory import FICHIER."
        ),
    )
