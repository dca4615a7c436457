"""A Maildir (with Maildir++ folders): a file for each message, its reception date and flags in the name.

Letters are those of the Maildir specification; keywords get small letters, which ``dovecot-keywords``
explains (as Dovecot writes it, 26 for each folder). The file's own date is the reception date; where that is
not known, 1970. ``\\Recent`` and ``\\Deleted`` are not kept: a program could remove a message marked so.
"""

import hashlib
import os
from collections.abc import Iterator

from balt.cleanup.archive.failures import disk_lies
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.tree import Folder
from balt.cleanup.forms.names import INBOX, Names, levels_of, maildir_name
from balt.cleanup.forms.writing import sync_file, write_all
from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.files.octets import bare_line_ends
from balt.mail.raw_fetch import is_flag

_LETTERS = {"\\draft": "D", "\\flagged": "F", "\\answered": "R", "\\seen": "S"}
_INFO = ":2," if os.name == "posix" else "!2,"  # Windows has no names with a colon
_MOST_KEYWORDS = 26
_KEYWORDS = "dovecot-keywords"


class MaildirTree:
    """The Maildir of one BAL, inside ``root``; OSError as the system does."""

    def __init__(self, root: Folder, dates: DateReader) -> None:
        self._root = root
        self._dates = dates
        self._names = Names()
        self._made: set[str] = set()
        self._number = 0
        self.folder(INBOX).close()  # always there: it is what makes the folder a Maildir

    def folder(self, name: str) -> "MaildirFolder":
        """One folder of the BAL, to be filled and closed before the next one."""
        self._number += 1
        levels = levels_of(name, "/.")
        if levels == (INBOX,):
            return MaildirFolder(self._root, self._dates, self._number)
        inside = self._root.child(maildir_name(self._names.of(name, levels)), create=True)
        os.close(inside.create("maildirfolder"))  # Courier: a folder, and no Maildir of its own
        return MaildirFolder(inside, self._dates, self._number, owned=True)


class MaildirFolder:
    """One folder; ``finish`` writes its keywords and has all its names on the disk."""

    def __init__(self, folder: Folder, dates: DateReader, number: int, *, owned: bool = False) -> None:
        self._folder = folder
        self._dates = dates
        self._number = number
        self._count = 0
        self._keywords: dict[str, str] = {}
        self._new, self._tmp, self._cur = (folder.child(each, create=True) for each in ("new", "tmp", "cur"))
        self._opened = [self._new, self._tmp, self._cur, *([folder] if owned else [])]

    def close(self) -> None:
        """Let it go; never raises."""
        for each in self._opened:
            each.close()

    def add(self, record: Record, pieces: Iterator[bytes]) -> None:
        """One more message, on the disk and read again; UnfitError as ``pieces``, StoppedError where the disk
        gives back something else.
        """
        self._count += 1
        name = f"{self._number}.{self._count}"
        received = self._dates.seconds(record.internaldate.encode("latin-1", "replace"))
        received = 0 if received == UNKNOWN_DATE else received
        handle = self._tmp.create(name)
        try:
            bare, before = 0, b""
            for piece in pieces:
                write_all(handle, piece)
                bare += bare_line_ends(piece, before)
                before = piece[-1:]
            sync_file(handle, self._tmp.path / name, received)
        except BaseException:
            self._tmp.remove(name)
            raise
        finally:
            os.close(handle)
        if self._tmp.digest(name) != (record.sha256, record.size):
            raise disk_lies()
        self._tmp.move(name, self._cur, self._name(record, received, record.size + bare))

    def _name(self, record: Record, received: int, on_the_wire: int) -> str:
        base = f"{received}.M{self._count % 1_000_000:06d}P{self._number}Q{self._count}"
        unique = hashlib.sha256(f"{record.source!r} {record.sha256}".encode("utf-8", "surrogatepass"))
        sizes = f"S={record.size},W={on_the_wire}"
        return f"{base}_{unique.hexdigest()[:12]}.balt,{sizes}{_INFO}{self._letters(record.flags)}"

    def _letters(self, flags: tuple[str, ...]) -> str:
        known = {_LETTERS[flag.lower()] for flag in flags if flag.lower() in _LETTERS}
        for flag in flags:
            if flag.startswith("\\") or not is_flag(flag):
                continue
            if flag not in self._keywords and len(self._keywords) < _MOST_KEYWORDS:
                self._keywords[flag] = chr(ord("a") + len(self._keywords))
            known.add(self._keywords.get(flag, ""))
        return "".join(sorted(known))

    def finish(self) -> None:
        """All of it on the disk."""
        if self._keywords:
            handle = self._folder.create(_KEYWORDS)
            try:
                lines = (f"{place} {word}\n" for place, word in enumerate(self._keywords))
                write_all(handle, "".join(lines).encode("latin-1"))
                os.fsync(handle)
            finally:
                os.close(handle)
        for each in (self._tmp, self._cur, self._folder):
            each.sync()
