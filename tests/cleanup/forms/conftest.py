"""Archives of messages made for the tests of their other forms."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from balt.cleanup.archive.check import reading
from balt.cleanup.archive.layout import Namer
from balt.cleanup.archive.record import Record, encode
from balt.cleanup.forms.export import Exported, Form, export
from balt.cleanup.forms.source import ArchiveSource, contents_of
from tests.cleanup.fake import CLOCK

ADDRESS = "camille.exemple@medecin.mssante.fr"
RECEIVED = "05-Mar-2024 14:32:00 +0100"
SECONDS = 1_709_645_520
HEAD = b"From: labo@bio-fictive.mssante.fr\r\nSubject: TESTPATIENT\r\n\r\n"


class Archive:
    """An archive on the disk, made without a server."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.records: list[Record] = []
        place.mkdir(mode=0o700)
        (place / "manifest.jsonl").touch()

    def put(
        self,
        octets: bytes,
        folder: str = "INBOX",
        *,
        flags: tuple[str, ...] = (),
        received: str = RECEIVED,
        account: str = ADDRESS,
    ) -> Record:
        """One more message in it."""
        digest = hashlib.sha256(octets).hexdigest()
        file = Namer(CLOCK).path(received, digest)
        record = Record(
            account=account,
            server="imap.example:993",
            user=account,
            folder=folder,
            uidvalidity=7,
            uid=len(self.records) + 1,
            sha256=digest,
            size=len(octets),
            announced=len(octets),
            internaldate=received,
            message_id="",
            flags=flags,
            file=file,
            archived="2026-11-22T09:30:00+00:00",
        )
        path = self.place / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        with (self.place / "manifest.jsonl").open("ab") as manifest:
            manifest.write(encode(record))
        self.records.append(record)
        return record

    def share(self, record: Record, received: str) -> None:
        """Another message with the content of one that is there, and its file."""
        twin = replace(record, uid=99, internaldate=received)
        with (self.place / "manifest.jsonl").open("ab") as manifest:
            manifest.write(encode(twin))

    def path(self, record: Record) -> Path:
        return self.place / record.file

    def export(self, form: Form, target: Path, cancelled: Callable[[], bool] = lambda: False) -> Exported:
        """What ``balt archive export`` does."""
        with reading(self.place, CLOCK) as root:
            contents = contents_of(root)
            source = ArchiveSource(root)
            return export(source, contents, form, target, CLOCK, lambda _done, _total: None, cancelled)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty archive."""
    return Archive(tmp_path / "archive")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the copy goes; nothing is there yet."""
    return tmp_path / "copy"


def tree(place: Path) -> Mapping[str, bytes]:
    """All files of a folder."""
    return {
        path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()
    }
