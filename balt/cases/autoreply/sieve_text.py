"""The little of the Sieve language (RFC 5228 section 8.1) that it takes to live beside somebody's script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    rb"""
    (?P<blank> [ \t\r\n]+ | \#[^\n]*(?:\n|\Z) | /\*.*?\*/ )
  | (?P<lines> [tT][eE][xX][tT]:[ \t]*(?:\#[^\n]*)?\r?\n (?: .*?\n )?? \.\r?(?:\n|\Z) )
  | (?P<string> "(?:[^"\\]|\\.)*" )
  | (?P<word> :?[A-Za-z_][A-Za-z0-9_]* | [0-9]+[KMGkmg]? )
  | (?P<sign> [\[\](){},;] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


class Token(NamedTuple):
    """``kind`` is ``"word"``, ``"string"``, ``"lines"`` or ``"sign"``; ``value`` of a string is what it
    means, and of a word in lower case; ``end`` is the place after it.
    """

    kind: str
    value: bytes
    end: int


@dataclass(frozen=True, slots=True)
class Head:
    """What a script says that it needs, and the place after the last of these commands. ``used`` is the same
    and every command and test of the script: what ``ihave`` asks for need not be said (RFC 5463 section 4).
    In lower case.
    """

    required: frozenset[str]
    used: frozenset[str]
    end: int


def head_of(script: bytes) -> Head:
    """The ``require`` commands that a script begins with. ValueError for what is no Sieve."""
    tokens = tokens_of(script)
    required: set[str] = set()
    end = at = 0
    while at < len(tokens) and tokens[at][:2] == ("word", b"require"):
        stop = next((i for i in range(at, len(tokens)) if tokens[i][:2] == ("sign", b";")), None)
        if stop is None:
            raise ValueError("require")
        required |= {
            each.value.decode("latin-1").lower() for each in tokens[at:stop] if each.kind == "string"
        }
        end, at = tokens[stop].end, stop + 1
    words = {each.value.decode("ascii") for each in tokens if each.kind == "word"}
    return Head(frozenset(required), frozenset(required | words), end)


def quoted(text: str) -> str:
    """``text`` as a Sieve string (RFC 5228 section 2.4.2)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tokens_of(script: bytes) -> list[Token]:
    """All that a script is made of, without its comments. ValueError for what is no Sieve."""
    return list(_tokens(script))


def _tokens(script: bytes) -> Iterator[Token]:
    position = 0
    while position < len(script):
        found = _TOKEN.match(script, position)
        if found is None or found.lastgroup is None:
            raise ValueError(position)
        position = found.end()
        value = found[0]
        if found.lastgroup == "string":
            value = _ESCAPED.sub(rb"\1", value[1:-1])
        elif found.lastgroup == "word":
            value = value.lower()
        if found.lastgroup != "blank":
            yield Token(found.lastgroup, value, position)
