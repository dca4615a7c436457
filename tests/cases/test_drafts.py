"""A request put into the drafts: what was asked of the server is in the journal, also where it refused."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cases.drafts import save_draft
from balt.cleanup.journal import Journal
from balt.clock import FixedClock
from balt.config import Account
from balt.errors import ConnectionFailedError, RefusedError, StoppedError
from balt.mail.model import Folder, FolderRole, FolderState

CLOCK = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
DRAFTS = Folder("Drafts", "Brouillons", FolderRole.DRAFTS)
LETTER = b"Subject: Demande\r\n\r\nBonjour\r\n"


class Server:
    """A BAL whose drafts take a message, or do not."""

    def __init__(self, *folders: Folder, read_only: bool = False, fails: Exception | None = None) -> None:
        self.account = Account("c.exemple@ch-fictif.mssante.fr", host="imap.exemple.fr", read_only=read_only)
        self.kept: list[bytes] = []
        self._folders, self._fails = folders, fails

    def folders(self) -> Sequence[Folder]:
        return self._folders

    def select(self, folder: str) -> FolderState:
        return FolderState(folder, 1, 1, 0)

    def append(
        self, folder: str, octets: Iterable[bytes], size: int, flags: Sequence[str], internaldate: str
    ) -> int | None:
        if self._fails is not None:
            raise self._fails
        self.kept.append(b"".join(octets))
        return None


def deeds(folder: Path) -> list[str]:
    """What the journal tells of it, by the answer of the server; the file need not be there."""
    file = folder / "journal.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [str(json.loads(line).get("answer", "")) for line in lines if '"APPEND"' in line]


def saved(server: Server, folder: Path) -> Folder:
    return save_draft(server, LETTER, Journal(folder / "journal.jsonl", CLOCK, ""))


def test_it_is_in_the_journal_before_and_after(tmp_path: Path) -> None:
    server = Server(DRAFTS)
    assert saved(server, tmp_path) == DRAFTS
    assert server.kept == [LETTER]
    assert deeds(tmp_path) == ["", "OK"]
    assert "Demande" not in (tmp_path / "journal.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("fails", [RefusedError("plein"), ConnectionFailedError("coupé")])
def test_what_the_server_refuses_or_leaves_open_is_told_and_not_tried_again(
    tmp_path: Path, fails: Exception
) -> None:
    server = Server(DRAFTS, fails=fails)
    with pytest.raises(type(fails)):
        saved(server, tmp_path)
    begun, ended = deeds(tmp_path)
    assert (begun, ended not in ("", "OK"), server.kept) == ("", True, [])


@pytest.mark.parametrize(
    "server",
    [Server(Folder("INBOX", "Réception", FolderRole.INBOX)), Server(DRAFTS, read_only=True)],
)
def test_without_drafts_or_where_nothing_may_be_written_nothing_is_begun(
    tmp_path: Path, server: Server
) -> None:
    with pytest.raises(StoppedError):
        saved(server, tmp_path)
    assert deeds(tmp_path) == []
