"""The structure of a message in a file, told as a server tells it: ENVELOPE and BODYSTRUCTURE (RFC 3501).

Nothing is decoded, and no more than a window of the file is in memory. What is beyond the bounds raises
StructureError: the message is then shown as unreadable. Boundaries are looked for as Dovecot does: the start
of a line decides, the innermost first, the longest of those that fit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from balt.mail.details import raw_header_fields
from balt.mail.files.addresses import parse_addresses
from balt.mail.files.octets import Extent, bare_line_ends, end_of_header
from balt.mail.structure import StructureError
from balt.mail.tokens import Value

MAX_LEVELS = 50
MAX_PARTS = 2000
MAX_HEADER = 1024 * 1024
"""Octets of the headers of all parts together."""

MAX_DASHES = 500_000
"""Lines that begin with ``--`` as boundaries do: each is compared with every boundary that is open."""

MAX_MESSAGE = 256 * 1024 * 1024
_WINDOW = 1024 * 1024
_LONGEST_BOUNDARY = 200
_MAX_PARAMETERS = 200
_MESSAGES = (b"rfc822", b"global")
_ENCODED = (b"base64", b"quoted-printable")
_NAME = re.compile(r"[!-9;-~]+")
_TYPE = re.compile(rb"\s*([\w!#$&^.+-]{1,100})\s*/\s*([\w!#$&^.+-]{1,100})", re.ASCII)
_WORD = re.compile(rb"\s*([\w!#$&^.+-]{1,100})", re.ASCII)
_PARAMETER = re.compile(rb';\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^;\s"]*))', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)

Fields = list[tuple[str, bytes]]


@dataclass(slots=True)
class Node:
    """One part: where its body lies in the message, and what its headers say of it."""

    kind: bytes
    subtype: bytes
    fields: Fields
    params: list[Value]
    start: int = 0
    end: int = 0
    size: int = 0
    is_message: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def encoding(self) -> bytes:
        """How the body is encoded, in lower case."""
        match = _WORD.match(first(self.fields, "content-transfer-encoding"))
        return match[1].lower() if match else b"7bit"

    @property
    def is_closed_message(self) -> bool:
        """Whether it is a message that is encoded, against RFC 2046: it is not looked into."""
        return self.kind == b"message" and self.subtype in _MESSAGES and not self.is_message

    @property
    def boundary(self) -> bytes:
        """What separates the parts of a multipart; b"" where nothing does."""
        if self.kind != b"multipart":
            return b""
        return parameter(self.params, b"boundary")[:_LONGEST_BOUNDARY].rstrip()

    def walk(self) -> Iterator["Node"]:
        """This part and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Structure:
    """A message as a server tells it; ``root`` says where its parts lie."""

    envelope: Value
    body: Value
    fields: Fields
    root: Node


def read_structure(message: Extent) -> Structure:
    """The structure of a message; raises StructureError, and OSError as reading does."""
    if message.size > MAX_MESSAGE:
        raise StructureError("size")
    root = _Walker(message).walk()
    if not any(_NAME.fullmatch(name) for name, _value in root.fields):
        raise StructureError("no header")
    return Structure(envelope_of(root.fields), _body(root), root.fields, root)


def envelope_of(fields: Fields) -> Value:
    """The ENVELOPE of header fields, as far as balt reads it."""
    addresses: list[Value] = [
        parse_addresses(first(fields, name)) for name in ("from", "sender", "reply-to", "to", "cc")
    ]
    return [first(fields, "date") or None, first(fields, "subject") or None, *addresses]


def first(fields: Fields, wanted: str) -> bytes:
    """The first field of that name; b"" where there is none."""
    return next((value for name, value in fields if name == wanted), b"")


class _Walker:
    """Goes through a message once, from boundary to boundary."""

    def __init__(self, message: Extent) -> None:
        self._message = message
        self._open: list[Node] = []  # the containers that the place is in, outermost first
        self._leaf: Node | None = None
        self._parts = 0
        self._headers = 0  # octets
        self._dashes = 0
        self._ends = _LineEnds(message)
        self._patterns: dict[tuple[bytes, ...], re.Pattern[bytes]] = {}

    def walk(self) -> Node:
        """The tree of the parts."""
        root, place = self._begin(0, (b"text", b"plain"))
        while hit := self._next_boundary(place):
            end, place, owner, is_last = hit
            self._close(owner + 1, end)
            if is_last:
                self._open.pop()
                continue
            digest = self._open[owner].subtype == b"digest"
            place = self._begin(place, (b"message", b"rfc822") if digest else (b"text", b"plain"))[1]
        self._close(0, self._message.size)
        return root

    def _begin(self, place: int, default: tuple[bytes, bytes]) -> tuple[Node, int]:
        """The part whose header is at ``place``, and where to go on; a message in it is begun too."""
        part, place = self._node(place, default)
        node = part
        while node.is_message:
            self._enter(node)
            node, place = self._node(place, (b"text", b"plain"))
        if node.kind == b"multipart":
            self._enter(node)
        else:
            self._leaf = node
        return part, place

    def _node(self, place: int, default: tuple[bytes, bytes]) -> tuple[Node, int]:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise StructureError("parts")
        header, place = self._header(place)
        self._headers += len(header)
        if self._headers > MAX_HEADER:
            raise StructureError("header")
        fields = raw_header_fields(header)
        node = _node_of(fields, default)
        node.start = place
        node.size = -self._ends.bare_before(place)
        if self._open:
            self._open[-1].children.append(node)
        return node, place

    def _enter(self, node: Node) -> None:
        self._open.append(node)
        if len(self._open) > MAX_LEVELS:
            raise StructureError("levels")
        if node.kind == b"multipart" and not node.boundary:
            raise StructureError("boundary")

    def _close(self, level: int, end: int) -> None:
        """The leaf, and the containers from ``level`` inwards, end here."""
        ending = [*self._open[level:], *([self._leaf] if self._leaf else [])]
        del self._open[level:]
        self._leaf = None
        for node in reversed(ending):
            node.end = max(node.start, end)
            node.size += node.end - node.start + self._ends.bare_before(node.end)

    def _header(self, place: int) -> tuple[bytes, int]:
        """The header block at ``place`` and the place after it; a boundary in it ends it too."""
        window = 8192
        while True:
            octets = self._message.read(place, window)
            end = end_of_header(octets)
            if end is not None or len(octets) < window:
                break
            if window >= MAX_HEADER:
                raise StructureError("header")
            window = min(window * 8, MAX_HEADER)
        header = octets if end is None else octets[:end]
        if (pattern := self._pattern()) and (match := pattern.search(b"\n" + header)):
            return header[: match.start()], place + match.start()
        return header, place + len(header)

    def _next_boundary(self, place: int) -> tuple[int, int, int, bool] | None:
        """Where the part ends, where the next one begins, which open container it belongs to, and whether it
        was the last one; None where the message ends before.
        """
        pattern = self._pattern()
        if pattern is None:
            return None
        before = b"\n"  # ``place`` is the start of a line
        while octets := self._message.read(place, _WINDOW):
            text = before + octets
            match = pattern.search(text)
            self._dashes += text.count(b"\n--", 0, match.end() if match else len(text))
            if self._dashes > MAX_DASHES:
                raise StructureError("dashes")
            if match:
                return self._hit(match, place - len(before))
            kept = min(len(text), _LONGEST_BOUNDARY + 8)
            place, before = place + len(octets), text[-kept:]
        return None

    def _hit(self, match: "re.Match[bytes]", base: int) -> tuple[int, int, int, bool]:
        end = base + match.start()
        if end > 0 and self._message.read(end - 1, 1) == b"\r":
            end -= 1
        name = match[1]
        owner = max(level for level, node in enumerate(self._open) if node.boundary == name)
        after = base + match.end()
        is_last = self._message.read(after, 2) == b"--"
        return max(0, end), self._after_line(after), owner, is_last

    def _after_line(self, place: int) -> int:
        while octets := self._message.read(place, 4096):
            end = octets.find(b"\n")
            if end >= 0:
                return place + end + 1
            place += len(octets)
        return place

    def _pattern(self) -> "re.Pattern[bytes] | None":
        """What finds the boundaries that are open: the longest one first."""
        names = tuple(dict.fromkeys(filter(None, (node.boundary for node in reversed(self._open)))))
        if not names:
            return None
        if names not in self._patterns:
            longest_first = sorted(names, key=len, reverse=True)
            self._patterns[names] = re.compile(rb"\n--(%s)" % b"|".join(map(re.escape, longest_first)))
        return self._patterns[names]


class _LineEnds:
    """Counts, once, the line ends without CR: each of them is one octet more on the wire."""

    def __init__(self, message: Extent) -> None:
        self._message = message
        self._place = 0
        self._bare = 0

    def bare_before(self, place: int) -> int:
        """How many there are before ``place``; the places that are asked for never go back."""
        while self._place < place:
            octets = self._message.read(self._place, min(_WINDOW, place - self._place))
            if not octets:
                break
            before = self._message.read(self._place - 1, 1) if self._place else b""
            self._bare += bare_line_ends(octets, before)
            self._place += len(octets)
        return self._bare


def _node_of(fields: Fields, default: tuple[bytes, bytes]) -> Node:
    value = first(fields, "content-type")
    match = _TYPE.match(value)
    kind, subtype = (match[1].lower(), match[2].lower()) if match else default
    if value and match is None:  # RFC 2045 section 5.2: a type that is not understood; Dovecot says the same
        kind, subtype = b"application", b"octet-stream"
    node = Node(kind, subtype, fields, _parameters(value))
    node.is_message = kind == b"message" and subtype in _MESSAGES and node.encoding not in _ENCODED
    return node


def _parameters(value: bytes) -> list[Value]:
    """Names and values in turn, as BODYSTRUCTURE has them."""
    found: list[Value] = []
    for match in _PARAMETER.finditer(value):
        quoted = match[2]
        found += [match[1], match[3] if quoted is None else _ESCAPED.sub(rb"\1", quoted)]
        if len(found) >= 2 * _MAX_PARAMETERS:
            break
    return found


def parameter(params: list[Value], wanted: bytes) -> bytes:
    """The first parameter of that name; b"" where there is none."""
    for name, value in zip(params[::2], params[1::2], strict=True):
        if isinstance(name, bytes) and isinstance(value, bytes) and name.lower() == wanted:
            return value
    return b""


def _body(node: Node) -> Value:
    """The part as a BODYSTRUCTURE token; its depth is bounded by ``MAX_LEVELS``."""
    disposition = _disposition(first(node.fields, "content-disposition"))
    if node.kind == b"multipart":
        node.children = node.children or [Node(b"text", b"plain", [], [], node.end, node.end)]
        return [*(_body(child) for child in node.children), node.subtype, list(node.params), disposition]
    size = b"%d" % node.size
    told: list[Value] = [node.kind, node.subtype, list(node.params), None, None, node.encoding, size]
    if node.kind == b"text":
        told += [b"0"]
    elif node.is_message:
        told += [None, _body(node.children[0]), b"0"]
    elif node.is_closed_message:
        return told  # its disposition would stand where that of an open message has its body
    return [*told, None, disposition]


def _disposition(value: bytes) -> Value:
    match = _WORD.match(value)
    return [match[1], list(_parameters(value[match.end() :]))] if match else None
