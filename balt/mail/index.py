"""What is known of the messages of a BAL from one day to the next: their figures, and no name.

Listings are kept as they are in memory (``index_schema``): a million rows are read in a blink, and only the
pieces that changed are written. Beside them, for messages whose structure was read: part number, type,
encoded size and encoding of each attachment, never its name. What the server told of sender, subject and
structure is kept only where the configuration says ``keep = "texts"``.
"""

import contextlib
import hashlib
import json
import sys
import zlib
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import lt
from pathlib import Path
from typing import Any

from balt.clock import Clock
from balt.config import Account, Keep
from balt.mail import index_schema as schema
from balt.mail.arguments import MAX_UID
from balt.mail.frames import MOST_KEPT
from balt.mail.index_file import Db, IndexFile, files_of, remove
from balt.mail.listing import Listing
from balt.mail.model import Attachment

_SWAPS = sys.byteorder != "little"
_MOST = 2**63 - 1
_SAMPLED = 61
"""One UID in so many is looked at."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A listing as it was when it was last saved; every message that the folder had then has its row."""

    listing: Listing
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class FolderAbout:
    """What the index holds of a folder."""

    folder: str
    messages: int
    taken_at: datetime


def index_path(folder: Path, account: Account) -> Path:
    """Where the index of a BAL stands in balt's data folder; the name of the file tells nobody's name."""
    told = (account.address, account.host, account.port, account.username, account.authorization_identity)
    return folder / "index" / f"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}.sqlite"


def index_of(folder: Path, account: Account, clock: Clock, keep: Keep) -> "MailIndex":
    """The index of a BAL, not yet open. One that somebody else than its holder reads never keeps texts."""
    return MailIndex(index_path(folder, account), clock, kept_of(account, keep))


def kept_of(account: Account, keep: Keep) -> Keep:
    """What is kept of this BAL where the configuration says ``keep``."""
    return Keep.FIGURES if keep is Keep.TEXTS and account.discreet else keep


def clear(folder: Path, account: Account) -> bool:
    """Remove the index of a BAL from balt's data folder; whether there was one. Raises OSError."""
    return remove(index_path(folder, account))


def octets_of(path: Path) -> int:
    """Octets that an index takes on the disk; 0 where there is none."""
    found = 0
    for each in files_of(path):
        with contextlib.suppress(OSError):
            found += each.lstat().st_size
    return found


class MailIndex:
    """The index of one BAL; used by one thread at a time. Never raises: where the file cannot be used, it
    knows nothing and keeps nothing. With ``Keep.NOTHING`` it removes what earlier settings left.
    """

    def __init__(self, path: Path, clock: Clock, keep: Keep) -> None:
        self._file = IndexFile(path, keep)
        self._clock = clock
        self._keep = keep

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._file.close()

    # Listings

    def load(self, folder: str) -> Stored | None:
        """The folder as it was when it was last saved; None where nothing is known of it."""
        return self._file.read(lambda db: _stored(db, folder), None)

    def save(self, listing: Listing) -> None:
        """Keep a folder as it is listed, and nothing of the messages that it no longer has. A listing that is
        not whole, or whose server cannot name messages durably (UIDVALIDITY 0), is not kept.
        """
        if listing.uidvalidity and listing.is_whole:
            listing.settle_facts()
            self._file.write(lambda db: self._save(db, listing))

    def keep_only(self, folders: Collection[str]) -> None:
        """Forget the folders that are not among ``folders``."""
        wanted = set(folders)
        known: list[tuple[int, str]] = self._file.read(
            lambda db: db.execute("SELECT id, name FROM folders").fetchall(), []
        )
        if gone := [number for number, name in known if name not in wanted]:
            self._file.write(lambda db: _forget(db, gone))

    def about(self) -> list[FolderAbout]:
        """What is known of each folder, by name."""
        return self._file.read(_about, [])

    def _save(self, db: Db, listing: Listing) -> None:
        number = _folder(db, listing.folder, listing.uidvalidity)
        if _save_pieces(db, number, listing):
            _forget_vanished(db, number, listing)
        taken_at = self._clock.now().isoformat(timespec="seconds")
        values = (listing.uidvalidity, listing.uidnext, listing.modseq, len(listing), taken_at)
        db.execute(
            "UPDATE folders SET uidvalidity = ?, uidnext = ?, modseq = ?, messages = ?, taken_at = ?, crc = ?"
            " WHERE id = ?",
            (*values, schema.seal(listing.folder, *values), number),
        )

    # What was read of messages

    def attachments(
        self, folder: str, uidvalidity: int, uids: Sequence[int]
    ) -> dict[int, tuple[Attachment, ...]]:
        """The attachments of those messages whose structure is known, without their names; the folder has to
        be the one of this UIDVALIDITY.
        """

        def ask(db: Db) -> dict[int, tuple[Attachment, ...]]:
            rows = _by_message(db, "uid, crc, found", "attachments", (folder, uidvalidity), uids)
            return {int(uid): _attachments(uid, crc, found) for uid, crc, found in rows}

        return self._file.read(ask, {})

    def save_attachments(
        self, folder: str, uidvalidity: int, found: Mapping[int, tuple[Attachment, ...]]
    ) -> None:
        """Keep the attachments of messages; that a message has none is worth knowing too."""
        rows = [(uid, _told(each)) for uid, each in found.items() if all(map(_is_nameless, each))]
        statement = "INSERT OR REPLACE INTO attachments VALUES (?, ?, ?, ?)"
        self._keep_rows(
            folder, uidvalidity, statement, [(uid, schema.seal(uid, told), told) for uid, told in rows]
        )

    def texts(self, folder: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, bytes]:
        """What the server told of messages, where it was kept; of the folder of this UIDVALIDITY."""
        if self._keep is not Keep.TEXTS:
            return {}

        def ask(db: Db) -> dict[int, bytes]:
            rows = _by_message(db, "uid, frame", "texts", (folder, uidvalidity), uids)
            return {int(uid): _inflated(frame) for uid, frame in rows}

        return self._file.read(ask, {})

    def save_texts(self, folder: str, uidvalidity: int, frames: Mapping[int, bytes]) -> None:
        """Keep what the server told of messages (``frames``), where that is allowed."""
        if self._keep is Keep.TEXTS:
            rows = [(uid, zlib.compress(frame)) for uid, frame in frames.items() if frame]
            self._keep_rows(folder, uidvalidity, "INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", rows)

    def _keep_rows(
        self, folder: str, uidvalidity: int, statement: str, rows: Sequence[tuple[object, ...]]
    ) -> None:
        def change(db: Db) -> None:
            number = _folder(db, folder, uidvalidity)
            db.executemany(statement, [(number, *row) for row in rows])

        if rows and uidvalidity:
            self._file.write(change)


def _folder(db: Db, name: str, uidvalidity: int) -> int:
    """The number of a folder; what is known of it goes first where that was of another UIDVALIDITY."""
    row = db.execute("SELECT id, uidvalidity FROM folders WHERE name = ?", (name,)).fetchone()
    if row is not None:
        if row[1] == uidvalidity:
            return int(row[0])
        _forget(db, [row[0]])
    values = (uidvalidity, 0, 0, 0, "")
    made = db.execute(
        "INSERT INTO folders (name, uidvalidity, uidnext, modseq, messages, taken_at, crc)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, *values, schema.seal(name, *values)),
    )
    return int(made.lastrowid or 0)


def _forget(db: Db, numbers: Sequence[int]) -> None:
    keys = [(number,) for number in numbers]
    for table in schema.BY_FOLDER:
        db.executemany(f"DELETE FROM {table} WHERE folder = ?", keys)  # noqa: S608 - names of our own
    db.executemany("DELETE FROM folders WHERE id = ?", keys)


def _save_pieces(db: Db, folder: int, listing: Listing) -> bool:
    """Write the pieces that changed; whether the messages are no longer the same."""
    asked = "SELECT number, name, crc FROM pieces WHERE folder = ?"
    known = {(number, name): crc for number, name, crc in db.execute(asked, (folder,))}
    changed = False
    for number, start in enumerate(range(0, len(listing), schema.PIECE)):
        for name, column in zip(schema.COLUMNS, listing.columns(), strict=True):
            content = _octets(column[start : start + schema.PIECE])
            crc = zlib.crc32(content)
            if known.pop((number, name), None) != crc:
                row = (folder, number, name, crc, content)
                db.execute("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?, ?)", row)
                changed |= name == "uids"
    if known:
        gone = [(folder, *key) for key in known]
        db.executemany("DELETE FROM pieces WHERE folder = ? AND number = ? AND name = ?", gone)
    return changed or bool(known)


def _forget_vanished(db: Db, folder: int, listing: Listing) -> None:
    for table in schema.BY_MESSAGE:
        rows = db.execute(f"SELECT uid FROM {table} WHERE folder = ?", (folder,))  # noqa: S608
        gone = [(folder, uid) for (uid,) in rows if listing.index_of(uid) is None]
        db.executemany(f"DELETE FROM {table} WHERE folder = ? AND uid = ?", gone)  # noqa: S608


def _stored(db: Db, folder: str) -> Stored | None:
    """The listing of a folder; raises ValueError where what is there does not add up."""
    row = db.execute(
        "SELECT id, uidvalidity, uidnext, modseq, messages, taken_at, crc FROM folders WHERE name = ?",
        (folder,),
    ).fetchone()
    if row is None:
        return None
    number, *values, crc = row
    uidvalidity, uidnext, modseq, messages, taken_at = values
    _check(crc == schema.seal(folder, *values))
    if not taken_at:
        return None
    listing = Listing(folder, _whole(uidvalidity), _whole(uidnext))
    listing.modseq = _whole(modseq)
    for piece, start in enumerate(range(0, _whole(messages, MAX_UID), schema.PIECE)):
        rows = min(messages - start, schema.PIECE)
        for name, column in zip(schema.COLUMNS, listing.columns(), strict=True):
            _extend(column, db, (number, piece, name), rows)
        _check_order(listing.uids, start)
    listing.expected = len(listing)
    return Stored(listing, _moment(taken_at))


def _extend(column: "array[int]", db: Db, key: tuple[int, int, str], rows: int) -> None:
    """Add one piece to a column; raises ValueError where it is missing, damaged or of another length."""
    row = db.execute(
        "SELECT crc, content FROM pieces"
        " WHERE folder = ? AND number = ? AND name = ? AND length(content) = ?",
        (*key, rows * column.itemsize),
    ).fetchone()
    _check(row is not None and isinstance(row[1], bytes) and zlib.crc32(row[1]) == row[0])
    if _SWAPS:
        piece: array[int] = array(column.typecode, row[1])
        piece.byteswap()
        column.extend(piece)
    else:
        column.frombytes(row[1])


def _octets(column: "array[int]") -> bytes:
    """The numbers of a column, little-endian; the column is the caller's own."""
    if _SWAPS:
        column.byteswap()
    return column.tobytes()


def _check_order(uids: "array[int]", start: int) -> None:
    """That the UIDs from a row on are UIDs in ascending order, by a sample: ``crc`` has found what is
    damaged, and looking at each of a million would take longer than reading them.
    """
    rows = sorted({*range(max(start - 1, 0), len(uids), _SAMPLED), len(uids) - 1})
    sample = [uids[row] for row in rows]
    _check(sample[0] >= 1 and sample[-1] <= MAX_UID and all(map(lt, sample, sample[1:])))


def _about(db: Db) -> list[FolderAbout]:
    rows = db.execute("SELECT name, messages, taken_at FROM folders WHERE taken_at != '' ORDER BY name")
    return [FolderAbout(str(name), _whole(messages), _moment(taken_at)) for name, messages, taken_at in rows]


def _by_message(
    db: Db, columns: str, table: str, folder: tuple[str, int], uids: Sequence[int]
) -> list[tuple[Any, ...]]:
    """The rows of a table that belong to ``uids`` of the folder with this name and UIDVALIDITY."""
    row = db.execute("SELECT id FROM folders WHERE name = ? AND uidvalidity = ?", folder).fetchone()
    found: list[tuple[Any, ...]] = []
    for lot in schema.in_lots(uids) if row is not None else []:
        marks = ",".join("?" * len(lot))
        asked = f"SELECT {columns} FROM {table} WHERE folder = ? AND uid IN ({marks})"  # noqa: S608
        found += db.execute(asked, (row[0], *lot)).fetchall()
    return found


def _is_nameless(attachment: Attachment) -> bool:
    """Whether nothing but the name tells of a person: a sender may write anything where the type is."""
    return (
        attachment.content_type in schema.TYPES
        and attachment.encoding in schema.ENCODINGS
        and schema.PART.fullmatch(attachment.part) is not None
    )


def _told(attachments: Sequence[Attachment]) -> str:
    rows = [[each.part, each.content_type, each.encoded_size, each.encoding] for each in attachments]
    return json.dumps(rows, separators=(",", ":"))


def _attachments(uid: int, crc: object, found: object) -> tuple[Attachment, ...]:
    _check(isinstance(found, str) and crc == schema.seal(uid, found))
    rows = json.loads(str(found))
    made = tuple(Attachment(part, "", kind, _whole(size), encoding) for part, kind, size, encoding in rows)
    _check(all(map(_is_nameless, made)))
    return made


def _inflated(frame: object) -> bytes:
    """A frame as it came; raises ValueError for one that is damaged, or longer than any that is kept."""
    if not isinstance(frame, bytes):
        raise ValueError("frame")
    reader = zlib.decompressobj()
    try:
        octets = reader.decompress(frame, MOST_KEPT)
    except zlib.error as error:
        raise ValueError("frame") from error
    _check(reader.eof)
    return octets


def _moment(text: object) -> datetime:
    found = datetime.fromisoformat(str(text))
    _check(found.tzinfo is not None)
    return found


def _whole(value: object, most: int = _MOST) -> int:
    if not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError("number")
    return value


def _check(fits: bool) -> None:
    if not fits:
        raise ValueError("index")
