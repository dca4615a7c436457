"""A server of scripts in memory, which can be made to fail or to be cut at any request."""

from collections.abc import Callable

from balt.errors import ConnectionFailedError, RefusedError
from balt.mail.sieve.session import Scripts

EXTENSIONS = frozenset({"vacation", "include", "date", "relational", "fileinto"})


class KilledError(BaseException):
    """The process ends here: no ``except`` of the program may do anything more."""


class ScriptServer:
    """What a ManageSieve server does, by the book. ``before`` and ``after`` are called around each request
    that changes something.
    """

    def __init__(self, extensions: frozenset[str] = EXTENSIONS) -> None:
        self.extensions = extensions
        self.stored: dict[str, bytes] = {}
        self.active: str | None = None
        self.before: Callable[[str], None] = lambda _request: None
        self.after: Callable[[str], None] = lambda _request: None
        self.requests: list[str] = []
        self.refuses: set[str] = set()
        self.hidden: bytes | None = None

    def scripts(self) -> Scripts:
        return Scripts(tuple(self.stored), self.active)

    def script(self, name: str) -> bytes:
        if name not in self.stored:
            raise RefusedError("gone", code="NONEXISTENT")
        return self.stored[name]

    def check(self, script: bytes) -> None:
        if "CHECKSCRIPT" in self.refuses or not script:
            raise RefusedError("wrong")

    def warns(self, script: bytes) -> bool:
        self.check(script)
        return not any(f'"{name}"'.encode() in script for name in self.stored)

    def need_space(self, name: str, size: int) -> None:
        if "HAVESPACE" in self.refuses or not name or size < 1:
            raise RefusedError("full", code="QUOTA")

    def put(self, name: str, script: bytes) -> None:
        def change() -> None:
            self.stored[name] = script

        self._do("PUTSCRIPT", change)

    def activate(self, name: str) -> None:
        def change() -> None:
            if name and name not in self.stored:
                raise RefusedError("gone", code="NONEXISTENT")
            if self.hidden is not None:  # as Pigeonhole rescues a file in the place of the link
                self.stored["dovecot.orig"], self.hidden = self.hidden, None
            self.active = name or None

        self._do("SETACTIVE", change)

    def delete(self, name: str) -> None:
        def change() -> None:
            if name == self.active:
                raise RefusedError("active", code="ACTIVE")
            del self.stored[name]

        self._do("DELETESCRIPT", change)

    def _do(self, request: str, change: Callable[[], None]) -> None:
        self.requests.append(request)
        self.before(request)
        if request in self.refuses:
            raise RefusedError("no")
        change()
        self.after(request)


def cut(_request: str) -> None:
    """The line breaks."""
    raise ConnectionFailedError("cut")
