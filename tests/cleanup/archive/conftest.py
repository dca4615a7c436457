"""What the tests of the archive start from: mailboxes on real servers, and archives on a real disk."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cleanup.archive import open_archive
from balt.cleanup.archive.intake import SMALL
from balt.cleanup.plan import FolderPart, PlannedMessage
from balt.cleanup.ports import Kept
from balt.mail.line import CutError
from balt.mail.model import Identity
from balt.mail.refusals import gone
from balt.mail.session import ImapSession
from tests.cleanup.fake import CLOCK, Owner
from tests.support.servers import ImapServer

LARGE = SMALL + 50_000
"""Octets of a message that is read by pieces."""
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


class Mails:
    """A session on a folder with these messages; it counts how often each was read, and can go wrong."""

    def __init__(self, octets_of: dict[int, bytes]) -> None:
        self.octets_of = octets_of
        self.dates = dict.fromkeys(octets_of, "05-Mar-2024 14:32:00 +0100")
        self.readings: Counter[int] = Counter()
        self.uidvalidity = 7
        self.flip: set[int] = set()
        self.gone: set[int] = set()
        self.cut_at = 0

    def archive(
        self,
        place: Path,
        *,
        sizes: Mapping[int, int] | None = None,
        twice: bool = False,
        tls: bool = True,
        cancelled: Callable[[], bool] | None = None,
        owner: Owner | None = None,
    ) -> Mapping[int, Kept]:
        """Archive all of them."""
        announced = sizes or {uid: len(octets) for uid, octets in self.octets_of.items()}
        found = {uid: Identity(uid, announced[uid], self.dates[uid], "") for uid in self.octets_of}
        messages = tuple(PlannedMessage(uid, each.size, each.internaldate, "") for uid, each in found.items())
        part = FolderPart("INBOX", self.uidvalidity, messages)
        with open_archive(place, owner or Owner(), CLOCK, twice=twice, tls=tls) as keeper:
            return keeper.keep(self, part, messages, found, cancelled)

    def octets(self, uid: int, size: int) -> Iterator[bytes]:
        if uid == self.cut_at:
            raise CutError("cut")
        whole = self._read(uid)
        for start in range(0, len(whole), 100_000):
            yield whole[start : start + 100_000]

    def whole_messages(self, uids: Sequence[int]) -> dict[int, bytes]:
        return {uid: self._read(uid) for uid in uids if uid not in self.gone}

    def flags_of(self, uids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        return dict.fromkeys(uids, ("\\Seen",))

    def _read(self, uid: int) -> bytes:
        if uid in self.gone:
            raise gone("")
        self.readings[uid] += 1
        octets = self.octets_of[uid]
        if uid in self.flip and self.readings[uid] % 2 == 0:
            return octets[:-1] + b"?"
        return octets
