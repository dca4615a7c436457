"""IMAP response data cut into tokens (RFC 3501 section 9): atoms, strings, literals, NIL and lists.

The cutter loops instead of recursing and stops at ``MAX_DEPTH`` lists in each other, so that no mail can
exhaust the stack by the nesting of its parts.
"""

import re
from collections.abc import Sequence
from typing import TypeAlias

Value: TypeAlias = "bytes | list[Value] | None"
"""An atom or a string, NIL, or a list."""

MAX_DEPTH = 128
_TOKEN = re.compile(
    rb"[ \t\r\n]*(?:"
    rb"(?P<open>\()|(?P<close>\))"
    rb'|"(?P<quoted>(?:[^"\\]|\\.)*+)"'
    rb"|(?P<section>(?:BODY|BINARY)(?:\.PEEK|\.SIZE)?\[[^\]]*\](?:<\d+>)?)"
    rb'|(?P<atom>[^\s()"]+)'
    rb")",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


class TokenError(ValueError):
    """The octets are not IMAP response data, or are nested too deep."""


def tokenize(pieces: Sequence[bytes]) -> list[Value]:
    """The tokens of one response: text at even places of ``pieces``, literals between (see ``wire``)."""
    top: list[Value] = []
    stack = [top]
    for index, piece in enumerate(pieces):
        if index % 2:
            stack[-1].append(piece)
        else:
            _cut(piece, stack)
    if len(stack) != 1:
        raise TokenError("unclosed list")
    return top


def _cut(text: bytes, stack: list[list[Value]]) -> None:
    position, end = 0, len(text.rstrip(b" \t\r\n"))
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise TokenError("not a token")
        position = match.end()
        kind = match.lastgroup
        if kind == "open":
            if len(stack) > MAX_DEPTH:
                raise TokenError("nested too deep")
            inner: list[Value] = []
            stack[-1].append(inner)
            stack.append(inner)
        elif kind == "close":
            if len(stack) == 1:
                raise TokenError("unopened list")
            stack.pop()
        else:
            stack[-1].append(_value(match, kind))


def _value(match: re.Match[bytes], kind: str | None) -> bytes | None:
    value: bytes = match[kind or 0]
    if kind == "quoted":
        return _ESCAPED.sub(rb"\1", value) if b"\\" in value else value
    return None if kind == "atom" and value.upper() == b"NIL" else value
