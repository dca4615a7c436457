"""The MIME tree of a message (RFC 2045, 2046), with where each part begins and ends."""

import re
from dataclasses import dataclass, field

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:[ \t]?(.*?)\r?\n(?![ \t])", re.DOTALL)
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_TYPE = re.compile(rb"[ \t]*([^\s/;]+)[ \t]*/[ \t]*([^\s;]+)")
_PARAMETER = re.compile(rb';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s;]*))', re.DOTALL)
_REST_OF_LINE = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_MAX_DEPTH = 60

Parameters = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Part:
    """One part; positions are in the octets that were parsed. ``fields`` holds raw unfolded values."""

    header_start: int
    body_start: int
    body_end: int
    fields: list[tuple[bytes, bytes]]
    type: bytes = b"text"
    subtype: bytes = b"plain"
    parameters: Parameters = field(default_factory=list)
    children: "list[Part]" = field(default_factory=list)
    lines: int = 0

    @property
    def is_multipart(self) -> bool:
        return self.type == b"multipart"

    @property
    def is_message(self) -> bool:
        return self.type == b"message" and self.subtype == b"rfc822"

    def get(self, name: bytes) -> bytes | None:
        """The value of the last field called ``name`` (in small letters)."""
        values = self.all(name)
        return values[-1] if values else None

    def all(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.fields if key == name]


def parse_message(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Part:
    """The tree of the message in ``data``; whatever the octets are, there is a tree."""
    return _parse(data, start, len(data) if end is None else end, b"text/plain", depth)


def header_end(data: bytes, start: int, end: int) -> int:
    """Where the body begins: after the first empty line, or at ``end``."""
    if data.startswith(b"\r\n", start, end):
        return start + 2
    blank = data.find(b"\r\n\r\n", start, end)
    return end if blank < 0 else blank + 4


def read_fields(header: bytes) -> list[tuple[bytes, bytes]]:
    """Names in small letters and unfolded values, in order."""
    return [
        (match[1].lower(), _FOLD.sub(b"", match[2]).rstrip())
        for match in _FIELD.finditer(header + b"\r\n\r\n")
    ]


def read_value(value: bytes) -> tuple[bytes, Parameters]:
    """A value such as ``attachment; filename="a.pdf"``: its first word and its parameters."""
    first = value.partition(b";")[0].strip()
    parameters = [
        (match[1].lower(), match[3] if match[2] is None else re.sub(rb"\\(.)", rb"\1", match[2]))
        for match in _PARAMETER.finditer(value)
    ]
    return first, parameters


def _parse(data: bytes, start: int, end: int, default: bytes, depth: int) -> Part:
    body = header_end(data, start, end)
    part = Part(start, body, end, read_fields(data[start:body]))
    value = part.get(b"content-type")
    match = _TYPE.match(value if value is not None else default)
    if match:
        part.type, part.subtype = match[1].lower(), match[2].lower()
        part.parameters = read_value(value)[1] if value is not None else []
    elif value is not None:
        part.type, part.subtype = b"application", b"octet-stream"
    if depth < _MAX_DEPTH:
        _parse_children(data, part, depth + 1)
    elif part.is_multipart or part.is_message:
        part.type, part.subtype = b"application", b"octet-stream"
    part.lines = data.count(b"\n", part.body_start, part.body_end)
    return part


def _parse_children(data: bytes, part: Part, depth: int) -> None:
    if part.is_message:
        part.children.append(parse_message(data, part.body_start, part.body_end, depth))
    elif part.is_multipart:
        default = b"message/rfc822" if part.subtype == b"digest" else b"text/plain"
        boundary = dict(part.parameters).get(b"boundary", b"")
        if boundary:
            for start, end in _split(data, part.body_start, part.body_end, boundary):
                part.children.append(_parse(data, start, end, default, depth))


def _split(data: bytes, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """The ranges between the lines of ``boundary``; a missing last line ends with the body."""
    delimiter = b"--" + boundary
    ranges: list[tuple[int, int]] = []
    begin, position = -1, start
    while (found := data.find(delimiter, position, end)) >= 0:
        position = found + len(delimiter)
        rest = _REST_OF_LINE.match(data, position, end)
        if rest is None or (found > 0 and data[found - 1 : found] != b"\n"):
            continue
        before = found - (2 if data[max(found - 2, 0) : found] == b"\r\n" else 1)
        if begin >= 0:
            ranges.append((begin, max(before, begin)))
        if rest[1]:
            return ranges
        begin = position = rest.end()
    if begin >= 0:
        ranges.append((begin, end))
    return ranges
