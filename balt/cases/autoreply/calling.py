"""Whether a script that the server lists can be called by another one (``include``, RFC 6609).

Pigeonhole lists the operator's own default script (``sieve_default_name``) among those of the person, hands
it out, and does not find it when it is called: mail would silently go unsorted. Of a script that calls,
without ``:optional``, one that is not there, it warns (RFC 5804 section 1.3, WARNINGS).
"""

import secrets
from typing import Protocol

from balt.cases.autoreply.sieve_text import quoted
from balt.errors import RefusedError
from balt.mail.sieve.session import Scripts


class Session(Protocol):
    """What is asked of a server that manages scripts."""

    @property
    def extensions(self) -> frozenset[str]: ...
    def scripts(self) -> Scripts: ...
    def script(self, name: str) -> bytes: ...
    def check(self, script: bytes) -> None: ...
    def warns(self, script: bytes) -> bool: ...
    def need_space(self, name: str, size: int) -> None: ...
    def put(self, name: str, script: bytes) -> None: ...
    def activate(self, name: str) -> None: ...
    def delete(self, name: str) -> None: ...


def is_missed(session: Session, name: str) -> bool:
    """Whether the server says that a script cannot be found where another one would call it."""
    try:
        return session.warns(f'require "include";\r\ninclude :personal {quoted(name)};\r\n'.encode())
    except RefusedError:
        return True


def is_found(session: Session, name: str) -> bool:
    """Whether the server finds it there. One that says nothing of a name that nobody has cannot tell."""
    return not is_missed(session, name) and is_missed(session, f"balt-{secrets.token_hex(8)}")
