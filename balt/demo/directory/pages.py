"""Marks of further pages, opaque to whoever follows them (domain 2.6).

One that begins with ``u`` holds what it needs, sealed; one that begins with ``d`` names what the server
keeps, and drops in the end. A mark that is of no use is said to be too old or corrupted.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass

from balt.demo.directory.search import Pairs

_MOST_KEPT = 500
_SEAL = 12


class ExpiredPageError(Exception):
    """The mark is of no use: too old, or not ours."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a search goes on."""

    kind: str
    pairs: Pairs
    offset: int


class Marks:
    """Makes and reads marks; safe from several threads."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def sealed(self, page: Page) -> str:
        """A mark that holds the page itself."""
        packed = zlib.compress(json.dumps([page.kind, page.pairs, page.offset]).encode())
        return "u" + base64.urlsafe_b64encode(self._seal(packed) + packed).decode("ascii").rstrip("=")

    def kept(self, page: Page) -> str:
        """A mark of a page that is kept here; the oldest ones go first."""
        mark = "d" + secrets.token_urlsafe(24)
        with self._lock:
            self._kept[mark] = page
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return mark

    def forget(self) -> None:
        """Drop every page that is kept, as time does."""
        with self._lock:
            self._kept.clear()

    def read(self, mark: str) -> Page:
        """Raises ExpiredPageError."""
        if mark.startswith("d"):
            with self._lock:
                page = self._kept.get(mark)
            if page is None:
                raise ExpiredPageError
            return page
        try:
            raw = base64.b64decode(mark[1:] + "=" * (-len(mark[1:]) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise ExpiredPageError from None
        if mark[:1] != "u" or not hmac.compare_digest(raw[:_SEAL], self._seal(raw[_SEAL:])):
            raise ExpiredPageError
        kind, pairs, offset = json.loads(zlib.decompress(raw[_SEAL:]))
        return Page(kind, tuple((name, value) for name, value in pairs), offset)

    def _seal(self, packed: bytes) -> bytes:
        return hmac.new(self._secret, packed, hashlib.sha256).digest()[:_SEAL]
