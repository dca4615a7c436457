"""Lists of addresses as ENVELOPE shows them (RFC 5322 section 3.4, RFC 3501 section 7.4.2)."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    rb'"(?P<quoted>(?:[^"\\]|\\.)*)"?'
    rb"|(?P<literal>\[[^\]]*\])"
    rb"|(?P<special>[<>,;:@()])"
    rb"|(?P<space>[ \t\r\n]+)"
    rb'|(?P<atom>[^"<>,;:@() \t\r\n]+)',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Address:
    """One address; a group opens with only a mailbox and closes with neither mailbox nor host."""

    name: bytes | None
    mailbox: bytes | None
    host: bytes | None


def parse_addresses(value: bytes) -> list[Address]:
    """The addresses of a header value; what cannot be read is left out."""
    return _Reader(value).addresses()


class _Reader:
    def __init__(self, value: bytes) -> None:
        self._tokens = _tokens(value)
        self._at = 0

    def _peek(self) -> bytes:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else b""

    def _special(self, text: bytes) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (text, True):
            self._at += 1
            return True
        return False

    def _words(self) -> list[bytes]:
        words: list[bytes] = []
        while self._at < len(self._tokens) and not self._tokens[self._at][1]:
            words.append(self._peek())
            self._at += 1
        return words

    def addresses(self) -> list[Address]:
        found: list[Address] = []
        group = False
        while self._at < len(self._tokens):
            before = self._at
            words = self._words()
            if self._special(b"<"):
                found += self._angle(b" ".join(words) or None)
            elif self._special(b"@"):
                found.append(Address(None, b"".join(words), b"".join(self._words())))
            elif not group and self._special(b":"):
                group = True
                found.append(Address(None, b" ".join(words), None))
            elif words:
                found.append(Address(None, b" ".join(words), b"MISSING_DOMAIN"))
            if group and self._special(b";"):
                group = False
                found.append(Address(None, None, None))
            if self._at == before:
                self._at += 1
        if group:
            found.append(Address(None, None, None))
        return found

    def _angle(self, name: bytes | None) -> list[Address]:
        if self._peek() == b"@":
            while self._at < len(self._tokens) and not self._special(b":"):  # a route, which nobody uses
                self._at += 1
        local = b"".join(self._words())
        host = b"".join(self._words()) if self._special(b"@") else b""
        while self._at < len(self._tokens) and not self._special(b">"):
            self._at += 1
        if not local and not host and name is None:
            return []
        return [Address(name, local or b"MISSING_MAILBOX", host or b"MISSING_DOMAIN")]


def _tokens(value: bytes) -> list[tuple[bytes, bool]]:
    """Words and specials, without spaces and comments."""
    tokens: list[tuple[bytes, bool]] = []
    depth = 0
    for match in _TOKEN.finditer(value):
        special = match["special"]
        if special == b"(":
            depth += 1
        elif special == b")":
            depth = max(depth - 1, 0)
        elif depth or match["space"]:
            continue
        elif special:
            tokens.append((special, True))
        elif match["quoted"] is not None:
            tokens.append((re.sub(rb"\\(.)", rb"\1", match["quoted"]), False))
        else:
            tokens.append((match["atom"] or match["literal"], False))
    return tokens
