"""Mail servers that differ in what they offer: balt does the same on all of them, slower on the poorest."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from balt.config import Account
from balt.demo import DemoServer
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.servers import DemoImapServer, DovecotServer, ImapServer

EXCHANGE_LACKS = (
    *("SORT", "SORT=DISPLAY", "ESORT", "ESEARCH", "CONTEXT=SEARCH", "CONDSTORE", "QRESYNC", "QUOTA"),
    *("STATUS=SIZE", "SPECIAL-USE", "LIST-STATUS", "LIST-EXTENDED", "COMPRESS=DEFLATE"),
)
HIDDEN = {
    "full": (),
    "condstore": ("QRESYNC",),
    "flags": ("QRESYNC", "CONDSTORE"),
    "exchange": EXCHANGE_LACKS,
}
"""Profiles of Dovecot: what each leaves out."""
PROFILES = (*HIDDEN, "demo")


@dataclass(frozen=True)
class Profile:
    """A server of some profile; ``lacks`` are the extensions that it does not offer."""

    name: str
    server: ImapServer
    lacks: tuple[str, ...]

    def record(self, account: Account) -> Callable[[], list[bytes]]:
        """From the next login of this account on, keep its commands; the result tells those so far, without
        their tags.
        """
        if isinstance(self.server, DovecotServer):
            sent = self.server.dovecot.record(account.username)
            return lambda: [_without_tag(line) for line in sent().splitlines()]
        assert isinstance(self.server, DemoImapServer)
        demo = self.server.demo
        before = len(demo.commands)
        return lambda: [line.encode() for line in list(demo.commands)[before:]]


def start(name: str, running: ExitStack) -> Profile:
    """Start the server of a profile; it runs until ``running`` ends."""
    if name == "demo":
        demo = running.enter_context(DemoServer(password=PASSWORD))
        return Profile(name, DemoImapServer(demo), ("QRESYNC",))
    hidden = HIDDEN[name]
    dovecot = running.enter_context(Dovecot(hide=hidden))
    return Profile(name, DovecotServer(dovecot), hidden)


def started() -> Iterator[Callable[[str], Profile]]:
    """Profiles by name, each started when it is first asked for."""
    with ExitStack() as running:
        known: dict[str, Profile] = {}

        def profile(name: str) -> Profile:
            if name not in known:
                known[name] = start(name, running)
            return known[name]

        yield profile


def _without_tag(line: bytes) -> bytes:
    return re.sub(rb"^\S+ (?=[A-Z])", b"", line)
