"""Where each part of a message lies, octet for octet, for a message that is to be written anew.

Mail programs read the same octets in different ways as soon as these stray from RFC 2045, 2046 and 5322.
Nothing is guessed here: a message that IMAP servers and mail programs could take apart differently is refused
with a ``Doubt``, and then left as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from balt.mail.tokens import Value

MAX_OCTETS = 100 * 1024 * 1024
MAX_LEVELS = 30
"""Containers within each other; the parser of Python calls itself for each."""
MAX_PARTS = 1000
MAX_DASHES = 100_000
"""Places that look like a boundary and are none."""
MAX_HEADER = 256 * 1024
"""Octets of one header block."""

_FIELD = re.compile(rb"([!-9;-~]+):([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*+)\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_EMPTY_LINE = re.compile(rb"\r?\n")
_TOKEN = rb"[\w!#$%&'*+.^`{|}~-]+"
_TYPE = re.compile(rb"\s*(%s)/(%s)\s*" % (_TOKEN, _TOKEN), re.ASCII)
_PARAMETER = re.compile(
    rb'\s*;\s*(%s)\s*=\s*(?:"((?:[^"\\\r\n]|\\[^\r\n])*+)"|(%s))\s*' % (_TOKEN, _TOKEN), re.ASCII
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_CONTAINER = re.compile(rb"multipart|message", re.IGNORECASE)
_BOUNDARY = re.compile(rb"[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]", re.ASCII)
"""RFC 2046 section 5.1.1: its characters, 70 at most, and no space at its end."""
_REST_OF_LINE = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_ONCE = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})
_MESSAGES = ("message/rfc822", "message/global")
_NO_MESSAGES = frozenset(
    f"message/{kind}"
    for kind in (
        *("delivery-status", "disposition-notification", "global-delivery-status"),
        *("global-disposition-notification", "global-headers", "external-body", "partial", "feedback-report"),
    )
)
"""What IMAP servers tell as a plain part all the same (RFC 2046, 3464, 5965, 6533, 8098)."""
_UNTOLD = "application/octet-stream"
_OPEN = frozenset({b"", b"7bit", b"8bit", b"binary"})
"""Encodings that leave a part as it is: a container may have no other (RFC 2045 section 6.4)."""


class Doubt(StrEnum):
    """Why nobody can be sure how a message is built."""

    SIZE = "size"
    HEADER = "header"
    """A header block that is not made of fields, or does not end."""
    TWICE = "twice"
    """Two types, encodings or dispositions of one part."""
    TYPE = "type"
    BOUNDARY = "boundary"
    """Boundaries that are missing, out of place, or begin alike."""
    END = "end"
    """A container without its last boundary."""
    LEVELS = "levels"
    PARTS = "parts"
    OCTETS = "octets"
    """Octets that servers do not give back as they are."""


class LayoutError(ValueError):
    """The message is refused; ``doubt`` says why."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


@dataclass(frozen=True, slots=True)
class Place:
    """One part. ``number`` is its IMAP part number ("" for a multipart root); ``content_type`` is in lower
    case; ``fields`` are its header fields in order, with lower-case names and unfolded values.

    Its header begins at octet ``header``, its body at ``body``; ``end`` is after its last octet: the line end
    before a boundary belongs to the boundary. ``size`` are the octets of its body as an IMAP server counts
    them, with every line end as two. A message/rfc822 has its inner message as its only child.
    """

    number: str
    content_type: str
    fields: tuple[tuple[str, bytes], ...]
    header: int
    body: int
    end: int
    size: int
    children: tuple["Place", ...] = ()

    def walk(self) -> Iterator["Place"]:
        """This part and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def field(self, name: str) -> bytes:
        """The first field of this lower-case name; b"" where there is none."""
        return next((value for key, value in self.fields if key == name), b"")

    @property
    def encoding(self) -> str:
        """How the body is encoded, in lower case."""
        return _encoding(self.fields).decode("latin-1") or "7bit"


@dataclass(frozen=True, slots=True)
class _Head:
    """A header block; ``boundary`` is that of a multipart, else b""."""

    start: int
    body: int
    fields: tuple[tuple[str, bytes], ...]
    content_type: str
    boundary: bytes


@dataclass(frozen=True, slots=True)
class _Hit:
    """A boundary line: where it begins, the place after it, whose it is, and whether it is the last one."""

    start: int
    after: int
    boundary: bytes
    is_last: bool


def layout_of(octets: bytes) -> Place:
    """The tree of a message; raises LayoutError."""
    if len(octets) > MAX_OCTETS:
        raise LayoutError(Doubt.SIZE)
    if b"\0" in octets:
        raise LayoutError(Doubt.OCTETS)
    return _Reader(octets).part(0, "", 0)


class _Reader:
    """Goes through a message once, from boundary to boundary."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._open: list[bytes] = []  # the boundaries of the containers that the place is in
        self._hit: _Hit | None = None  # what ended the last part; None for the end of the message
        self._parts = 0
        self._dashes = 0

    def part(self, start: int, number: str, level: int, *, is_inner: bool = False) -> Place:
        """The part whose header is at ``start``; ``is_inner`` for the message within a message."""
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise LayoutError(Doubt.PARTS)
        if level > MAX_LEVELS:
            raise LayoutError(Doubt.LEVELS)
        head = self._head(start)
        if is_inner and not head.boundary:
            number = f"{number}.1"
        elif not head.boundary:
            number = number or "1"
        children: tuple[Place, ...] = ()
        if head.boundary:
            children = self._children(head, number, level)
        elif head.content_type in _MESSAGES:
            children = (self.part(head.body, number, level + 1, is_inner=True),)
        else:
            self._hit = self._next(head.body)
        end = max(head.body, self._before_line_end(self._hit.start)) if self._hit else len(self._octets)
        size = end - head.body + self._bare_line_ends(head.body, end)
        return Place(number, head.content_type, head.fields, head.start, head.body, end, size, children)

    def _children(self, head: _Head, number: str, level: int) -> tuple[Place, ...]:
        """The parts of a multipart, its own last boundary and what follows it included."""
        mine = head.boundary
        if any(mine.startswith(each) or each.startswith(mine) for each in self._open):
            raise LayoutError(Doubt.BOUNDARY)
        self._open.append(mine)
        prefix = f"{number}." if number else ""
        children: list[Place] = []
        hit = self._next(head.body)
        while hit is not None and not hit.is_last:
            children.append(self.part(hit.after, f"{prefix}{len(children) + 1}", level + 1))
            hit = self._hit
        if hit is None:
            raise LayoutError(Doubt.END)
        if not children:
            raise LayoutError(Doubt.PARTS)
        self._hit = self._search(hit.after)
        if self._hit is not None and self._hit.boundary == mine:  # once more, after the last one
            raise LayoutError(Doubt.BOUNDARY)
        self._open.pop()
        self._hit = self._expected(self._hit)
        return tuple(children)

    def _next(self, place: int) -> _Hit | None:
        """What ends a part that is no container: the boundary of the innermost one, nothing else."""
        return self._expected(self._search(place))

    def _expected(self, hit: _Hit | None) -> _Hit | None:
        if (hit.boundary if hit else b"") != (self._open[-1] if self._open else b""):
            raise LayoutError(Doubt.END)
        return hit

    def _search(self, place: int) -> _Hit | None:
        """The next line that any open container could take for its boundary; it must be exactly one."""
        if not self._open:
            return None
        pattern = re.compile(b"--(" + b"|".join(map(re.escape, self._open)) + b")")
        while match := pattern.search(self._octets, place):
            start, place = match.start(), match.end()
            before = self._octets[start - 1 : start]
            if before in (b"\n", b""):
                rest = _REST_OF_LINE.match(self._octets, place)
                if rest is None:
                    raise LayoutError(Doubt.BOUNDARY)
                return _Hit(start, rest.end(), match[1], rest[1] is not None)
            self._dashes += 1
            if before == b"\r" or self._dashes > MAX_DASHES:
                raise LayoutError(Doubt.BOUNDARY)
        return None

    def _head(self, start: int) -> _Head:
        fields: list[tuple[str, bytes]] = []
        place = start
        while match := _FIELD.match(self._octets, place):
            fields.append((match[1].decode("ascii").lower(), match[2].strip()))
            place = match.end()
            if place - start > MAX_HEADER:
                raise LayoutError(Doubt.HEADER)
        empty = _EMPTY_LINE.match(self._octets, place)
        found = self._search(start)
        if empty is None or (found is not None and found.start < place):
            raise LayoutError(Doubt.HEADER)
        names = [name for name, _value in fields]
        if any(names.count(name) > 1 for name in _ONCE):
            raise LayoutError(Doubt.TWICE)
        content_type, boundary = _type_of(fields)
        unfolded = tuple((name, _FOLD.sub(b"", value)) for name, value in fields)
        return _Head(start, empty.end(), unfolded, content_type, boundary)

    def _before_line_end(self, place: int) -> int:
        """The place before the line end that ends at ``place``."""
        return place - (2 if self._octets[place - 2 : place] == b"\r\n" else 1)

    def _bare_line_ends(self, start: int, end: int) -> int:
        return self._octets.count(b"\n", start, end) - self._octets.count(b"\r\n", start, end)


def _type_of(fields: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The type of a part and, for a multipart, its boundary; a container must be told without any doubt.
    ``fields`` are as they stand: a boundary that is folded is none.
    """
    value = next((value for name, value in fields if name == "content-type"), b"text/plain")
    match = _TYPE.match(value)
    place = match.end() if match else 0
    boundaries: list[bytes] = []
    while match and (parameter := _PARAMETER.match(value, place)):
        place = parameter.end()
        if parameter[1].lower().startswith(b"boundary"):
            is_plain = parameter[1].lower() == b"boundary"
            boundaries.append((parameter[2] or parameter[3] or b"") if is_plain else b"")
    is_whole = match is not None and value[place:].strip() in (b"", b";")
    content_type = f"{match[1].decode()}/{match[2].decode()}".lower() if match else _UNTOLD
    if not is_whole and _CONTAINER.search(value):
        raise LayoutError(Doubt.TYPE)
    is_multipart = content_type.startswith("multipart/")
    if (is_multipart or content_type in _MESSAGES) and _encoding(fields) not in _OPEN:
        raise LayoutError(Doubt.TYPE)
    if content_type.startswith("message/") and content_type not in (*_MESSAGES, *_NO_MESSAGES):
        raise LayoutError(Doubt.TYPE)  # a message for the parser of Python, a plain part for servers
    if content_type == "multipart/digest":  # its parts are messages where they do not say what they are
        raise LayoutError(Doubt.TYPE)
    if not is_multipart:
        return content_type, b""
    if len(boundaries) != 1 or not _BOUNDARY.fullmatch(boundaries[0]):
        raise LayoutError(Doubt.BOUNDARY)
    return content_type, boundaries[0]


def parameters_of(value: bytes) -> list[Value]:
    """The parameters of a header value, names and values in turn, as a BODYSTRUCTURE has them."""
    found: list[Value] = []
    start = value.find(b";")
    while start >= 0 and (match := _PARAMETER.match(value, start)):
        found += [match[1], match[3] if match[2] is None else _ESCAPED.sub(rb"\1", match[2])]
        start = match.end()
    return found


def _encoding(fields: Sequence[tuple[str, bytes]]) -> bytes:
    value = next((value for name, value in fields if name == "content-transfer-encoding"), b"")
    return value.strip().lower()
