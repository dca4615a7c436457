"""The note that stands where an attachment was: a small text that mail programs show and list.

As Thunderbird does when it detaches: a text part, shown inline, named after what it replaces. In both
languages, because nobody knows who will read it.
"""

import quopri
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from balt.mail.structure import Part

MARK = "x-balt-detached"
"""A parameter of the note's type: it tells in a BODYSTRUCTURE that the part is a note."""
SUFFIX = " (détachée).txt"
_MAX_NAME = 120
_MAX_QUOTED = 600
"""Octets of an encoded name: a header line may have 998 (RFC 5322 section 2.1.1)."""
_NOT_PLAIN = re.compile(r"[^ !#-\[\]-~]")
_TEXT = """\
Pièce jointe détachée de ce message par balt.
Attachment detached from this message by balt.

Nom / Name: {name}
Type: {content_type}
Taille / Size: {size} octets / bytes ({encoded_size} dans le message / in the message)
SHA-256: {sha256}
Archive: {archive}
Archivée le / Archived: {archived}

La pièce est dans cette archive, avec le message entier. Le reste du message n'a pas changé.
The attachment is in that archive, with the whole message. The rest of the message is unchanged.
"""
_HEADER = """\
Content-Type: text/plain; charset=utf-8; {mark}=1;
 name="{ascii_name}"
Content-Transfer-Encoding: quoted-printable
Content-Disposition: inline;
 filename*=UTF-8''{quoted_name}
X-Balt-Detached: part={number}; sha256={sha256};
 message={message}

"""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out: IMAP part number, claimed name (safe to show), type, octets once decoded and as it
    travels, SHA-256 (hex) of the decoded octets.
    """

    number: str
    name: str
    content_type: str
    size: int
    encoded_size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the whole message is: the archive's name, when it was archived (RFC 3339), the SHA-256 (hex) of
    the message.
    """

    archive: str
    archived: str
    message: str


def note_of(removed: Removed, kept: Kept, line_end: bytes = b"\r\n") -> bytes:
    """The whole part, header included, without the line end before the boundary. The same for the same."""
    name = _short(removed.name or removed.content_type) + SUFFIX
    header = _HEADER.format(
        mark=MARK,
        ascii_name=_ascii(name),
        quoted_name=quote(name, safe=""),
        number=removed.number,
        sha256=removed.sha256,
        message=kept.message,
    )
    text = _TEXT.format(
        name=removed.name or "-",
        content_type=removed.content_type,
        size=removed.size,
        encoded_size=removed.encoded_size,
        sha256=removed.sha256,
        archive=kept.archive,
        archived=kept.archived,
    )
    body = quopri.encodestring(text.encode("utf-8"))
    return (header.encode("ascii") + body).rstrip(b"\n").replace(b"\n", line_end)


def note_size(part: Part, archive: str) -> int:
    """About the octets of the note for a part that a structure tells of."""
    decoded = part.size * 57 // 78 if part.encoding == "base64" else part.size
    removed = Removed(part.number, part.filename, part.content_type, decoded, part.size, "0" * 64)
    return len(note_of(removed, Kept(archive, "2026-01-01T00:00:00+00:00", "0" * 64)))


def is_note(part: Part) -> bool:
    """Whether a part is a note of an earlier time."""
    return part.content_type == "text/plain" and MARK in part.params


def _short(name: str) -> str:
    name = name[:_MAX_NAME]
    while len(quote(name, safe="")) > _MAX_QUOTED:
        name = name[:-1]
    return name


def _ascii(name: str) -> str:
    """For programs that know no other: without accents, and without what would end the quotes."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return _NOT_PLAIN.sub("_", bare)
