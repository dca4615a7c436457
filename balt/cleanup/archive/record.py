"""One line of the manifest: where a message comes from, and what its file holds."""

import json
import re
from dataclasses import dataclass, fields
from typing import Any

from balt.cleanup.archive.layout import is_path
from balt.cleanup.ports import Owner, server_of

MAX_LINE = 64 * 1024
"""Octets: a longer line is none of balt's."""
_MAX_NUMBER = 1 << 63
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEXTS = ("account", "server", "user", "folder", "sha256", "internaldate", "message_id", "file", "archived")
_NUMBERS = ("uidvalidity", "uid", "size", "announced", "reads")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a message was: the BAL by its server and user, the folder by its UIDVALIDITY, the UID."""

    server: str
    user: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Record:
    """A message that is in the archive.

    ``account`` is the address of its BAL; ``size`` the octets of its file, ``announced`` those that the
    server had said (RFC822.SIZE); ``internaldate`` the server's raw text; ``message_id`` a digest, as in a
    plan; ``reads`` how many times the server gave the same octets; ``archived`` when (RFC 3339).
    """

    account: str
    server: str
    user: str
    folder: str
    uidvalidity: int
    uid: int
    sha256: str
    size: int
    announced: int
    internaldate: str
    message_id: str
    flags: tuple[str, ...]
    file: str
    archived: str
    reads: int = 1

    @property
    def source(self) -> Source:
        """Where the message was."""
        return Source(self.server, self.user, self.folder, self.uidvalidity, self.uid)


_FIELDS = tuple(field.name for field in fields(Record))
_ENCODER = json.JSONEncoder(separators=(",", ":"))


def source_of(owner: Owner, folder: str, uidvalidity: int, uid: int) -> Source:
    """Where a message of an open mailbox is."""
    return Source(server_of(owner), owner.username, folder, uidvalidity, uid)


def encode(record: Record) -> bytes:
    """The line, with its end; all but ASCII is escaped: it cannot drive the terminal that shows it."""
    content = {name: getattr(record, name) for name in _FIELDS}
    return _ENCODER.encode(content).encode("ascii") + b"\n"


def decode(raw: bytes) -> Record:
    """The record of a line without its end; ValueError for anything that balt would not have written.

    A key that this version does not know is left alone; one that comes twice is refused.
    """
    if len(raw) > MAX_LINE:
        raise ValueError("length")
    try:
        content = json.loads(raw.decode("ascii"), object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("nested") from error
    if not isinstance(content, dict):
        raise ValueError("object")
    flags = content.get("flags")
    if not isinstance(flags, list):
        raise ValueError("flags")
    values: dict[str, Any] = {name: _text(content.get(name)) for name in _TEXTS}
    values |= {name: _number(content.get(name)) for name in _NUMBERS}
    record = Record(**values, flags=tuple(_text(flag) for flag in flags))
    if not _SHA256.fullmatch(record.sha256) or not is_path(record.file, record.sha256):
        raise ValueError("file")
    return record


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("twice")
    return content


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("text")
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < _MAX_NUMBER:
        raise ValueError("number")
    return value
