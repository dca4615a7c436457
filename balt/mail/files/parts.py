"""The parts of a message in a file, and their octets without their encoding, piece by piece.

What is not clean base64 is refused, never guessed at: a document is taken as it was sent, or not at all.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from balt.mail.files.mime import Node, first, read_structure
from balt.mail.files.octets import Extent
from balt.mail.headers import decode_header
from balt.mail.structure import Part, parse_structure

_PIECE = 1024 * 1024
_SPACES = b" \t\r\n"
_IDENTITY = frozenset(("", "7bit", "8bit", "binary"))
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class DamagedError(Exception):
    """The encoding of a part is not what it says, or is none that is known."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds octets: ``part`` is what is said of it, ``start`` and ``end`` where they lie, still
    encoded. ``embedded``: it belongs to the page beside it (multipart/related, with a Content-ID).
    """

    part: Part
    start: int
    end: int
    embedded: bool = False

    @property
    def size(self) -> int:
        """Octets, still encoded."""
        return max(self.end - self.start, 0)


@dataclass(frozen=True, slots=True)
class Parts:
    """The leaves of a message in their order, those of the messages in it too; ``code`` is the type of its
    documents that its header gives (X-MSS-CODECDA), "" where there is none.
    """

    leaves: tuple[Leaf, ...]
    code: str = ""


def parts_of(message: Extent) -> Parts:
    """The parts of a message; raises StructureError, and OSError as reading does."""
    found = read_structure(message)
    root = parse_structure(found.body)
    nodes = {id(part): node for part, node in zip(root.walk(), found.root.walk(), strict=True)}
    leaves = tuple(_leaves(root, nodes, related=False))
    return Parts(leaves, decode_header(first(found.fields, "x-mss-codecda"))[:100].strip())


def _leaves(part: Part, nodes: dict[int, Node], *, related: bool) -> Iterator[Leaf]:
    node = nodes[id(part)]
    if not part.children:
        embedded = related and bool(first(node.fields, "content-id")) and part.disposition != "attachment"
        yield Leaf(part, node.start, node.end, embedded)
        return
    related = part.content_type == "multipart/related"
    for child in part.children:
        yield from _leaves(child, nodes, related=related)


def encoded_octets(message: Extent, leaf: Leaf) -> Iterator[bytes]:
    """The octets of a part as they stand in the mail. Raises OSError."""
    place = leaf.start
    while place < leaf.end:
        piece = message.read(place, min(_PIECE, leaf.end - place))
        if not piece:
            raise OSError("cut")
        yield piece
        place += len(piece)


def decoded_octets(message: Extent, leaf: Leaf) -> Iterator[bytes]:
    """The octets of a part without their encoding. Raises DamagedError, and OSError as reading does."""
    encoding = leaf.part.encoding
    pieces = encoded_octets(message, leaf)
    if encoding == "base64":
        return _from_base64(pieces)
    lines = _unquoted(_whole_lines(pieces)) if message.quoted else _whole_lines(pieces)
    if encoding == "quoted-printable":
        return (quopri.decodestring(piece) for piece in lines)
    if encoding in _IDENTITY:
        return lines
    raise DamagedError


def _from_base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    ended = False
    for piece in pieces:
        held += piece.translate(None, _SPACES)
        if ended and held:
            raise DamagedError
        whole = len(held) // 4 * 4
        clean, held = held[:whole], held[whole:]
        if not clean:
            continue
        ended = clean.endswith(b"=")
        try:
            yield binascii.a2b_base64(clean, strict_mode=True)
        except binascii.Error:
            raise DamagedError from None
    if held:
        raise DamagedError


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same octets, cut behind line ends only."""
    held: list[bytes] = []
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            yield b"".join((*held, piece[:end]))
            held = []
        if piece[end:]:
            held.append(piece[end:])
    if held:
        yield b"".join(held)


def _unquoted(lines: Iterator[bytes]) -> Iterator[bytes]:
    return (_QUOTED_FROM.sub(rb"\1", piece) for piece in lines)
