"""The mailboxes of the fault runs: eight messages of which four are planned, copied for each run.

What the server holds is read from its Maildir on the disk, and not through IMAP: a second opinion that takes
a few milliseconds.
"""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.dovecot import Dovecot

if TYPE_CHECKING:
    from tests.faults.letters import Letters

SOURCE = "Cabinet"
"""The folder that is dealt with where it is not the trash: INBOX could not be deleted and made anew."""
TRASH = "Trash"
PATIENT = "TESTPATIENT-CANARI"
"""In every subject and body: it may be nowhere but in archived messages."""
PASSWORD = "mot-de-passe-canari-7f3a"
FIRST, PLANNED = 2, (3, 4, 7, 9)
MARKED, FREE_TO_MARK = 8, 10
"""The message that another client has marked ``\\Deleted``, and one that it may yet mark."""
_FILLERS = (1, 6)
"""UIDs of messages that are gone, so that UIDs and sequence numbers differ."""
_TWIN = (4, 9)
_START = datetime(2019, 2, 1, 10, 0, tzinfo=UTC)
_LINE = re.compile(r"(\d+) [^:]*:(.+)")

Key = tuple[str, str]
"""A message as it stands in a folder: the hash of its octets, and its flags and keywords as in Maildir."""


def original(number: int) -> int:
    """The number of the message that this one is alike, mostly its own."""
    return _TWIN[0] if number in _TWIN else number


def raw(number: int, body: str = "a") -> bytes:
    """A message as a server hands it out; ``body`` changes its text and nothing that identifies it."""
    number = original(number)
    text = "\r\n".join(f"{PATIENT} {number} {body * 40} {line}" for line in range(number % 3 + 3))
    return (
        f"From: labo@bio-fictive.mssante.fr\r\nTo: dr@medecin.mssante.fr\r\nSubject: {PATIENT} {number}\r\n"
        f"Date: Fri, 01 Feb 2019 10:00:00 +0000\r\nMessage-ID: <m{number}@fictif.test>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def hash_of(octets: bytes) -> str:
    """SHA-256 of a message's octets."""
    return hashlib.sha256(octets).hexdigest()


def date_of(number: int) -> datetime:
    """When a message was received; the twins at the same moment."""
    return _START + timedelta(days=original(number))


def fill(server: Dovecot, user: str, source: str, letters: "Letters") -> None:
    """Make the mailbox: ten messages in the source folder, of which two leave, and a few elsewhere."""
    made = [(octets, date, flags.split()) for _, octets, date, flags in letters.messages()]
    server.deliver_all(user, made, source)
    for folder, number in (("INBOX", 20), ("INBOX", 21), ("Sent", 22), (SOURCE, 23), (TRASH, 24)):
        if folder != source:
            server.deliver(user, letters.raw(number, "a"), folder, date_of(number), ["\\Seen", "\\Flagged"])
    with server.client(user) as client:
        client.select(source)
        client.uid("STORE", ",".join(map(str, _FILLERS)), "+FLAGS", "(\\Deleted)")
        client.uid("EXPUNGE", ",".join(map(str, _FILLERS)))


@dataclass(frozen=True)
class State:
    """What the server holds: for each folder, how often each message stands in it."""

    folders: dict[str, Counter[Key]]

    def count(self, hashed: str, folder: str | None = None) -> int:
        """How often a message is on the server, or in one folder of it."""
        places = self.folders if folder is None else [folder]
        return sum(
            times
            for place in places
            for (found, _), times in self.folders.get(place, Counter()).items()
            if found == hashed
        )

    def hashes(self, folder: str) -> Counter[str]:
        """The messages of a folder without their flags."""
        found: Counter[str] = Counter()
        for (hashed, _), times in self.folders.get(folder, Counter()).items():
            found[hashed] += times
        return found


@dataclass(frozen=True)
class _File:
    """A message on the disk, as the server hands it out."""

    octets: bytes
    flags: str
    date: datetime


class Mailbox:
    """One user's mail on the disk of the server; ``name`` tells messages apart by their octets."""

    def __init__(self, server: Dovecot, user: str, name: Callable[[bytes], str] = hash_of) -> None:
        self.user = user
        self._root = server.maildir(user)
        self._name = name

    def state(self) -> State:
        """All that is there now."""
        names = ["INBOX", *(path.name[1:] for path in self._root.glob(".[!.]*") if path.is_dir())]
        return State({name: Counter(map(self._key, self._files(name).values())) for name in names})

    def by_uid(self, folder: str) -> dict[int, Key]:
        """The messages of a folder by UID, in the order of their sequence numbers."""
        return {uid: self._key(file) for uid, file in self._by_uid(folder).items()}

    def octets(self, folder: str) -> list[bytes]:
        """The messages of a folder in that order."""
        return [file.octets for file in self._by_uid(folder).values()]

    def dates(self, folder: str) -> list[tuple[str, datetime]]:
        """What each message of a folder is called, and when it was received (INTERNALDATE)."""
        return [(self._name(file.octets), file.date) for file in self._files(folder).values()]

    def validity(self, folder: str) -> str:
        """The folder's UIDVALIDITY as the server keeps it; "" when the folder is not there."""
        listed = self._path(folder) / "dovecot-uidlist"
        match = re.match(r"3 V(\d+)", listed.read_text("utf-8")) if listed.exists() else None
        return match[1] if match else ""

    def _key(self, file: _File) -> Key:
        return self._name(file.octets), file.flags

    def _by_uid(self, folder: str) -> dict[int, _File]:
        files = self._files(folder)
        found: dict[int, _File] = {}
        listed = self._path(folder) / "dovecot-uidlist"
        for line in listed.read_text("utf-8").splitlines()[1:] if listed.exists() else ():
            match = _LINE.match(line)
            if match and (file := files.get(match[2].partition(":")[0])):
                found[int(match[1])] = file
        return dict(sorted(found.items()))

    def _files(self, folder: str) -> dict[str, _File]:
        found: dict[str, _File] = {}
        for place in ("new", "cur"):
            for path in _listed(self._path(folder) / place):
                name, _, flags = path.name.partition(":2,")
                for _attempt in range(3):  # the server renames a file when a flag changes
                    try:
                        octets, changed = path.read_bytes(), path.stat().st_mtime
                    except FileNotFoundError:
                        again = [other for other in _listed(path.parent) if other.name.startswith(name)]
                        if not again:
                            break
                        path, flags = again[0], again[0].name.partition(":2,")[2]
                        continue
                    as_served = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                    told = "".join(sorted(c for c in flags if c.isalpha()))
                    found[name] = _File(as_served, told, datetime.fromtimestamp(changed, UTC))
                    break
        return found

    def _path(self, folder: str) -> Path:
        return self._root if folder == "INBOX" else self._root / f".{folder}"


def _listed(folder: Path) -> Iterable[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def copy_mailbox(server: Dovecot, template: str, user: str) -> None:
    """A new user with the same mail, the same UIDs and the same UIDVALIDITY."""
    home = server.folder / "mail" / user
    shutil.copytree(
        server.maildir(template), home / "Maildir", ignore=shutil.ignore_patterns("dovecot.index*", "tmp")
    )
    for place in (home / "Maildir", *(home / "Maildir").glob(".[!.]*")):
        if place.is_dir():
            (place / "tmp").mkdir(mode=0o700, exist_ok=True)
    server.own(home)


def remove_mailbox(server: Dovecot, user: str) -> None:
    """Take the user's mail off the disk."""
    shutil.rmtree(server.folder / "mail" / user, ignore_errors=True)
