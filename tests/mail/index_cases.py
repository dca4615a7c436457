"""Listings and places for the tests of the index."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from balt.clock import FixedClock
from balt.config import Account, Keep
from balt.mail.index import MailIndex
from balt.mail.index_file import files_of
from balt.mail.listing import Listing
from balt.mail.model import Attachment

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CLOCK = FixedClock(NOW)
ACCOUNT = Account("camille.exemple@medecin.mssante.fr", host="imap.example", username="camille.exemple")
PDF = Attachment("2", "EXEMPLE Camille.pdf", "application/pdf", 4096, "base64")

MessageRow = tuple[int, int, int, int, int]
"""UID, size, date, flags, facts."""


def listing(
    rows: Sequence[MessageRow], folder: str = "INBOX", uidvalidity: int = 7, modseq: int = 0
) -> Listing:
    """A whole listing with these rows."""
    made = Listing(folder, uidvalidity, max((row[0] for row in rows), default=0) + 1)
    made.modseq = modseq
    for row in rows:
        for column, value in zip(made.columns(), row, strict=True):
            column.append(value)
    made.expected = len(made)
    return made


def some(uids: Sequence[int], **more: object) -> Listing:
    """A listing of messages with these UIDs."""
    return listing([(uid, uid * 1000, 1_700_000_000 + uid, uid % 4, 1) for uid in uids], **more)  # type: ignore[arg-type]


def state(found: Listing) -> tuple[object, ...]:
    """All that the index is to give back of a listing."""
    figures = (found.folder, found.uidvalidity, found.uidnext, found.modseq, found.expected)
    return (*figures, *(column.tolist() for column in found.columns()))


def loaded(path: Path, folder: str = "INBOX", keep: Keep = Keep.FIGURES) -> Listing | None:
    """What an index opened anew knows of a folder."""
    index = MailIndex(path, CLOCK, keep)
    stored = index.load(folder)
    index.close()
    return stored.listing if stored else None


def saved(path: Path, *listings: Listing, keep: Keep = Keep.FIGURES) -> None:
    """Save and close."""
    index = MailIndex(path, CLOCK, keep)
    for each in listings:
        index.save(each)
    index.close()


def octets_in(path: Path) -> bytes:
    """All that is on the disk of an index."""
    return b"".join(each.read_bytes() for each in files_of(path) if each.exists())


def rights(path: Path) -> dict[str, int]:
    """The permission bits of the files of an index, by the end of their names."""
    found = [each for each in files_of(path) if each.exists()]
    return {each.name.removeprefix(path.name): each.stat().st_mode & 0o777 for each in found}
