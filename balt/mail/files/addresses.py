"""Address headers (RFC 5322 section 3.4) as the address lists of an ENVELOPE, in one pass over the octets.

It never raises and never recurses: nested comments and unclosed quotes only end where the header ends.
"""

import re

from balt.mail.tokens import Value

MAX_ADDRESSES = 100
"""Addresses read of one header: it may name thousands."""

_LONGEST = 65_536
_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"?|[^\s"(),:;<>]+|[(),:;<>]|\s+', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def parse_addresses(header: bytes) -> list[Value]:
    """The addresses of a header value: lists of name, route, mailbox and host."""
    reader = _Reader()
    text = header[:_LONGEST]
    place = 0
    while place < len(text) and len(reader.found) < MAX_ADDRESSES:
        match = _TOKEN.match(text, place)
        if match is None:  # no octet is left out by the pattern
            break
        place = match.end()
        if match[0] == b"(":
            end = _after_comment(text, place)
            reader.comment = reader.comment or text[place : end - 1].strip()
            place = end
        else:
            reader.take(match)
    reader.finish()
    return reader.found


def _after_comment(text: bytes, place: int) -> int:
    depth = 1
    for match in re.compile(rb"\\.|[()]", re.DOTALL).finditer(text, place):
        depth += (match[0] == b"(") - (match[0] == b")")
        if depth == 0:
            return match.end()
    return len(text) + 1


class _Reader:
    """One address at a time, put together from words."""

    def __init__(self) -> None:
        self.found: list[Value] = []
        self.comment = b""
        self._words: list[bytes] = []
        self._angle: list[bytes] | None = None
        self._closed = False

    def take(self, match: "re.Match[bytes]") -> None:
        """The next token."""
        token = match[0]
        if token in (b",", b";"):
            self.finish()
        elif token == b":":
            if self._angle is not None:
                self._angle.clear()  # the end of a route
            else:
                self._words.clear()  # the name of a group
        elif token == b"<":
            self._angle = self._angle if self._closed else []
        elif token == b">":
            self._closed = True
        elif self._angle is not None and not self._closed:
            self._angle.append(_unquoted(match).strip())
        elif self._angle is None:
            self._words.append(_unquoted(match))

    def finish(self) -> None:
        """The end of an address."""
        if self._angle is not None:
            address, name = b"".join(self._angle), b"".join(self._words)
        else:
            address, name = b"".join(word for word in self._words if not word.isspace()), self.comment
        mailbox, _at, host = address.rpartition(b"@")
        if not mailbox:
            mailbox, host = host, b""
        name = b" ".join(name.split())
        if mailbox or name:
            self.found.append([name or None, None, mailbox or None, host or None])
        self._words, self._angle, self._closed, self.comment = [], None, False, b""


def _unquoted(match: "re.Match[bytes]") -> bytes:
    return match[0] if match[1] is None else _ESCAPED.sub(rb"\1", match[1])
