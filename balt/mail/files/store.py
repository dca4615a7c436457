"""A folder of mail in files, whatever keeps it: what is in it now, and how to open one message."""

from array import array
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from balt.mail.fetch import flags_of
from balt.mail.files.octets import Extent
from balt.mail.files.places import Check
from balt.mail.model import INTEGRATED_KEYWORD, Flag


class Gone(Exception):  # noqa: N818  # an answer, not a mistake
    """The message is no longer there."""


MAX_MESSAGES = 500_000
"""Messages of one folder: each costs memory, and a file may hold one in ten octets. A BAL of 100 messages a
day has so many after thirteen years.
"""


class TooManyError(OSError):
    """The folder has more than ``MAX_MESSAGES``."""


class Entries:
    """The messages of a folder in their order, as columns; ``rows`` names them as long as they are there, and
    tells the row of each.

    Sizes are octets, dates seconds since 1970 UTC or UNKNOWN_DATE.
    """

    def __init__(self) -> None:
        self.rows: dict[bytes, int] = {}
        self.sizes = array("q")
        self.dates = array("q")
        self.flags = array("H")
        self._again: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, key: bytes, size: int, date: int, flags: Flag) -> bytes:
        """One more message; its key, with a number where others before it had the same. Raises TooManyError
        where there are as many as there may be.
        """
        if len(self.rows) >= MAX_MESSAGES:
            raise TooManyError
        unique = key
        if key in self.rows:
            number = self._again[key] = self._again.get(key, 1) + 1
            unique = b"%s\0%d" % (key, number)
        self.rows[unique] = len(self.rows)
        self.sizes.append(size)
        self.dates.append(date)
        self.flags.append(int(flags))
        return unique

    def unseen(self) -> int:
        """How many were not read."""
        return sum(1 for flags in self.flags if not flags & Flag.SEEN)


class Store(Protocol):
    """What each layout gives."""

    def look(self, check: Check) -> Entries:
        """What is there now; raises OSError where the folder cannot be read."""
        ...

    def open(self, key: bytes) -> AbstractContextManager[Extent]:
        """A message of the last ``look``; raises Gone, and OSError where it cannot be read."""
        ...


_LETTERS = {
    "S": b"\\Seen", "R": b"\\Answered", "F": b"\\Flagged", "T": b"\\Deleted", "D": b"\\Draft"
}  # fmt: skip
_MOZILLA = ((0x1, b"\\Seen"), (0x2, b"\\Answered"), (0x4, b"\\Flagged"), (0x8, b"\\Deleted"))


def maildir_flags(letters: str, keywords: dict[str, bytes]) -> Flag:
    """The flags of the letters at the end of a Maildir name; small letters are keywords (Dovecot)."""
    return flags_of([found for each in letters if (found := _LETTERS.get(each) or keywords.get(each))])


def header_flags(fields: list[tuple[str, bytes]]) -> Flag:
    """The flags that mail programs write into the headers of an mbox (RFC 4155 leaves them to usage):
    ``Status``, ``X-Status``, ``X-Keywords``, ``X-Mozilla-Status``.
    """
    return flags_of(list(dict.fromkeys(_header_words(fields))))


def _header_words(fields: list[tuple[str, bytes]]) -> Iterator[bytes]:
    for name, value in fields:
        if name == "status" and b"R" in value:
            yield b"\\Seen"
        elif name == "x-status":
            letters = {b"A": b"\\Answered", b"F": b"\\Flagged", b"D": b"\\Deleted", b"T": b"\\Draft"}
            yield from (word for letter, word in letters.items() if letter in value)
        elif name in ("x-keywords", "x-mozilla-keys"):
            if INTEGRATED_KEYWORD.lower().encode() in value.lower().split():
                yield INTEGRATED_KEYWORD.encode()
        elif name == "x-mozilla-status":
            try:
                bits = int(value[:8], 16)
            except ValueError:
                continue
            yield from (word for bit, word in _MOZILLA if bits & bit)
