"""The marks "intégré au logiciel métier" that balt keeps itself, where the server cannot keep its keyword.

One small file per BAL (``store``). A mark names a message by folder, UIDVALIDITY and UID: with another
UIDVALIDITY these UIDs name other messages (RFC 3501 section 2.3.1.1), and the marks of that folder mean
nothing any more. Only the person sets a mark; nothing that a server or a message says ever does.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from balt.config import Account
from balt.errors import StoppedError
from balt.mail.arguments import MAX_UID
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store

Runs = tuple[tuple[int, int], ...]
"""UIDs in rising order as runs: first and last of each."""
_SET = re.compile(r"\d{1,10}(?::\d{1,10})?(?:,\d{1,10}(?::\d{1,10})?)*")


@dataclass(frozen=True, slots=True)
class FolderMarks:
    """The marked messages of a folder while it has this UIDVALIDITY."""

    uidvalidity: int
    runs: Runs


Book = Mapping[str, FolderMarks]
"""By the server's name of the folder."""


class LocalMarks:
    """The marks that balt keeps of one BAL, in its data folder. Used by one thread."""

    def __init__(self, data_dir: Path, account: Account, wait: float = LOCK_SECONDS) -> None:
        self._store = Store(marks_path(data_dir, account), _SHAPE, wait)
        self._seen: tuple[int, ...] = ()
        self._book: Book = {}

    def runs(self, folder: str, uidvalidity: int) -> Runs:
        """The marked messages of a folder as it is now. None where the file cannot be read: what is not known
        to be integrated is kept.
        """
        found = self._read().get(folder)
        return found.runs if found is not None and found.uidvalidity == uidvalidity else ()

    def any_in(self, folder: str) -> bool:
        """Whether there may be marks in a folder."""
        return folder in self._read()

    def change(
        self, folder: str, uidvalidity: int, *, add: Iterable[int] = (), remove: Iterable[int] = ()
    ) -> None:
        """Mark messages of a folder, or take their marks away; those that it had under another UIDVALIDITY
        are dropped. Raises StoppedError when that cannot be written: nothing is changed then.
        """
        added, removed = set(add), set(remove)

        def alter(book: Book) -> Book:
            known = book.get(folder)
            before = known.runs if known is not None and known.uidvalidity == uidvalidity else ()
            uids = (_uids_of(before) | added) - removed
            others = {name: marks for name, marks in book.items() if name != folder}
            return others | {folder: FolderMarks(uidvalidity, runs_of(uids))} if uids else others

        self._store.change(alter)
        self._seen = ()

    def _read(self) -> Book:
        """What the file holds; read again only when it has changed."""
        try:
            found = self._store.path.stat()
            seen: tuple[int, ...] = (found.st_mtime_ns, found.st_size, found.st_ino)
            if seen != self._seen:
                self._book, self._seen = self._store.read(), seen
        except (OSError, StoppedError):
            self._book, self._seen = {}, ()
        return self._book


def marks_path(data_dir: Path, account: Account) -> Path:
    """Where the marks of a BAL are; the name of the file tells nobody's name."""
    told = (account.access, account.address, account.host, account.port, account.username)
    place = (*told, account.authorization_identity, str(account.path or ""))
    return data_dir / "marks" / f"{sha256(repr(place).encode()).hexdigest()[:32]}.json"


def runs_of(uids: Collection[int]) -> Runs:
    """UIDs as runs."""
    runs: list[tuple[int, int]] = []
    for uid in sorted(uids):
        if runs and uid == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], uid)
        else:
            runs.append((uid, uid))
    return tuple(runs)


def is_in(uid: int, runs: Runs) -> bool:
    """Whether a UID is in one of the runs."""
    place = bisect_right(runs, (uid, MAX_UID))
    return place > 0 and uid <= runs[place - 1][1]


def _uids_of(runs: Runs) -> set[int]:
    return {uid for first, last in runs for uid in range(first, last + 1)}


def _encode(book: Book) -> Mapping[str, object]:
    return {
        "folders": [
            {"folder": name, "uidvalidity": marks.uidvalidity, "uids": _written(marks.runs)}
            for name, marks in book.items()
        ]
    }


def _decode(document: Mapping[str, object]) -> Book:
    folders = document["folders"]
    if not isinstance(folders, list) or not all(isinstance(row, dict) for row in folders):
        raise TypeError(folders)
    book: dict[str, FolderMarks] = {}
    for row in folders:
        name, uidvalidity = row["folder"], row["uidvalidity"]
        if not isinstance(name, str) or type(uidvalidity) is not int or name in book:
            raise TypeError(name)
        book[name] = FolderMarks(uidvalidity, _runs(row["uids"]))
    return book


def _written(runs: Runs) -> str:
    """As IMAP writes a set (RFC 3501 section 9): ``1:3,7``."""
    return ",".join(f"{first}:{last}" if first != last else f"{first}" for first, last in runs)


def _runs(value: object) -> Runs:
    if not isinstance(value, str) or not _SET.fullmatch(value):
        raise TypeError(value)
    runs: list[tuple[int, int]] = []
    before = 0
    for run in value.split(","):
        start, _colon, end = run.partition(":")
        first, last = int(start), int(end or start)
        if not before < first <= last <= MAX_UID:
            raise ValueError(run)
        runs.append((first, last))
        before = last
    return tuple(runs)


_SHAPE: Shape[Book] = Shape("balt integrated marks", 1, {}, _decode, _encode)
