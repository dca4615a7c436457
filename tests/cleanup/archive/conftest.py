"""What the tests of the archive start from: mailboxes on real servers, and archives on a real disk."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cleanup.archive import open_archive
from balt.cleanup.plan import FolderPart, PlannedMessage
from balt.cleanup.ports import Kept
from balt.config import Account
from balt.mail.session import ImapSession
from tests.cleanup.fake import CLOCK
from tests.support.servers import ImapServer

DATE = datetime(2024, 3, 5, 13, 32, tzinfo=UTC)


def raw(name: str, size: int = 2_000) -> bytes:
    """A message with a name that must never be seen on the disk outside of its own file."""
    head = (
        f"From: labo@bio-fictive.mssante.fr\r\nTo: camille.exemple@medecin.mssante.fr\r\n"
        f"Subject: TESTPATIENT {name}\r\nMessage-ID: <{name}@bio-fictive.mssante.fr>\r\n"
        f"Date: Tue, 05 Mar 2024 13:32:00 +0000\r\n\r\n"
    ).encode()
    return head + (name[:1].encode() * 70 + b"\r\n") * ((size - len(head)) // 72)


def sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


@contextmanager
def opened(account: Account) -> Iterator[ImapSession]:
    """A session on a BAL."""
    session = ImapSession(account, lambda: "pass", CLOCK)
    try:
        session.ensure_open()
        yield session
    finally:
        session.close()


def archive(
    session: ImapSession,
    place: Path,
    uids: Sequence[int],
    folder: str = "INBOX",
    *,
    twice: bool = False,
    tls: bool = True,
    cancelled: Callable[[], bool] | None = None,
) -> Mapping[int, Kept]:
    """Archive messages of a folder, as an act does."""
    state = session.select(folder)
    found = session.identities(uids)
    messages = tuple(
        PlannedMessage(uid, found[uid].size, found[uid].internaldate, found[uid].message_id)
        for uid in sorted(found)
    )
    part = FolderPart(folder, state.uidvalidity, messages)
    with open_archive(place, session.account, CLOCK, twice=twice, tls=tls) as keeper:
        return keeper.keep(session, part, messages, found, cancelled)


class Mailbox:
    """A fresh mailbox on a server, filled by another client."""

    def __init__(self, server: ImapServer) -> None:
        self.server = server
        self.account = server.account()

    def put(
        self,
        *names: str,
        folder: str = "INBOX",
        size: int = 2_000,
        flags: tuple[str, ...] = ("\\Seen",),
        date: datetime = DATE,
    ) -> list[int]:
        return [self.server.append(self.account, raw(name, size), folder, date, flags) for name in names]


@pytest.fixture
def mailbox(imap_server: ImapServer) -> Mailbox:
    """A fresh mailbox, on each of the servers."""
    return Mailbox(imap_server)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where an archive may be; it is not there yet."""
    return tmp_path / "archive"


def lines(place: Path) -> list[dict[str, object]]:
    """The lines of the manifest."""
    text = (place / "manifest.jsonl").read_text("ascii")
    return [json.loads(line) for line in text.splitlines()]


def mails(place: Path) -> list[str]:
    """The paths of the messages in an archive."""
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*.eml"))
