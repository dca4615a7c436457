"""The one place that the key may go to: scheme, host, port and path of the API's base address.

A page's ``next`` link is written by the server, and a redirection by whoever stands in between. A link is
never followed as it is written: it must name this very place, and what is asked is put together again from
the base address and the link's path and query. (httpx strips only ``Authorization`` from a redirected one:
a key in any other header would go wherever a link leads.)
"""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from balt.errors import DirectoryError
from balt.i18n import _

_PORTS = {"http": 80, "https": 443}
_LONGEST = 16_000
_UNSAFE = re.compile(r"[^!-~]|[\\<>\"`{}^|]")
"""White space, control characters, anything but ASCII, and what clients read in different ways."""

_STEP = re.compile(r"(?!\.\.?$)[A-Za-z0-9_.-]+")
"""A step of a path below the base address, as the API writes them: ``_page``, a resource, an id. Anything
encoded, and a ``;``, is read by some servers as a step up (``..;``, overlong or fullwidth dots).
"""

_CONTROL = re.compile(r"%(?:[01][0-9a-f]|7f)", re.IGNORECASE)

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


class Gate:
    """Knows the base address of the API and lets nothing else through."""

    def __init__(self, base_url: str) -> None:
        """Raises DirectoryError for an address that a key may not be sent to."""
        parts = _split(base_url)
        if parts is None or parts.query or parts.fragment or not _is_protected(parts):
            raise DirectoryError(
                _("l'adresse de l'API de l'Annuaire Santé ne convient pas."),
                advice=_(
                    "Rien n'a été envoyé. Dans [directory], « base_url » doit commencer par https:// ; "
                    "sans cette clé, balt emploie l'adresse officielle."
                ),
            )
        self.scheme = parts.scheme
        self.host = parts.hostname or ""
        self.port = parts.port or _PORTS[parts.scheme]
        self.prefix = parts.path.rstrip("/")
        shown = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == _PORTS[self.scheme]
        self._origin = f"{self.scheme}://{shown}" + ("" if usual else f":{self.port}")

    def search(self, resource: str, parameters: Iterable[tuple[str, str]]) -> str:
        """The address of a search."""
        return f"{self._origin}{self.prefix}/{resource}?{urlencode(list(parameters))}"

    def next_page(self, link: object, current: str) -> str:
        """The address of the page that a ``next`` link found at ``current`` names.

        Raises DirectoryError when it leads anywhere but into the API.
        """
        if isinstance(link, str) and 0 < len(link) <= _LONGEST and not _UNSAFE.search(link):
            try:
                parts = _split(urljoin(current, link))
            except ValueError:
                parts = None
            if parts is not None and self._holds(parts):
                return f"{self._origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        raise DirectoryError(
            _("la suite de la réponse de l'Annuaire Santé mène ailleurs que l'annuaire."),
            advice=_(
                "Rien n'a été envoyé là-bas. Vérifiez « base_url » dans [directory] ; si elle est juste, "
                "prévenez le service de l'annuaire."
            ),
        )

    def admits(self, scheme: str, host: str, port: int | None, path: str) -> bool:
        """Whether a request with these parts may carry the key."""
        return (
            (scheme, host.strip("[]").lower(), port or _PORTS.get(scheme))
            == (self.scheme, self.host, self.port)
        ) and self._inside(path.partition("?")[0])

    def _holds(self, parts: SplitResult) -> bool:
        if parts.fragment or _CONTROL.search(parts.query):
            return False
        return self.admits(parts.scheme, parts.hostname or "", parts.port, parts.path)

    def _inside(self, path: str) -> bool:
        if not path.startswith(self.prefix + "/"):
            return False
        return all(map(_STEP.fullmatch, path[len(self.prefix) + 1 :].split("/")))


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    """The parts of an http address without user name and without tricks; None for any other."""
    if _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    written = parts.netloc.removesuffix(f":{port}") if port is not None else parts.netloc
    if parts.scheme not in _PORTS or port == 0 or not _HOST.fullmatch(written):
        return None
    return parts


def _is_protected(parts: SplitResult) -> bool:
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
