"""The stream of one direction of an IMAP line, cut into commands or responses."""

import re

_LITERAL = re.compile(rb"\{(\d{1,9})\+?\}\r?\n\Z")
_WAITING = re.compile(rb"\{\d{1,9}\}\r?\n\Z")
_VERB = re.compile(rb"(\S+) ((?:UID )?[A-Za-z=]+)", re.IGNORECASE)
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')


class Splitter:
    """Gives whole commands or responses, their literals included, as the octets come in."""

    def __init__(self) -> None:
        self._rest = b""
        self._checked = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The units that are whole now."""
        self._rest += data
        units: list[bytes] = []
        while (end := self._end()) >= 0:
            units.append(self._rest[:end])
            self._rest = self._rest[end:]
            self._checked = 0
        return units

    @property
    def waits(self) -> bool:
        """Whether a literal was announced whose sender waits to be told to go on (RFC 3501 section 4.3)."""
        is_last = self._checked == len(self._rest) - 1 and self._rest.endswith(b"\n")
        return is_last and _WAITING.search(self._rest) is not None

    def _end(self) -> int:
        """Where the first unit ends, -1 while it is not whole."""
        while True:
            newline = self._rest.find(b"\n", self._checked)
            if newline < 0:
                return -1
            literal = _LITERAL.search(self._rest, max(newline - 16, 0), newline + 1)
            if literal is None:
                return newline + 1
            self._checked = newline + 1 + int(literal[1])
            if self._checked > len(self._rest):
                self._checked = max(newline, 0)
                return -1


def tag_of(unit: bytes) -> bytes:
    """The tag of a command or of the end of an answer; ``*`` or ``+`` for others."""
    return unit.split(b" ", 1)[0]


def verb_of(command: bytes) -> bytes:
    """The command's name in upper case, with UID before it where it names messages so."""
    found = _VERB.match(command)
    return found[2].upper() if found else b""


def quoted_word(command: bytes) -> str:
    """The first quoted word, as text."""
    found = _QUOTED.search(command)
    return found[1].decode("latin-1") if found else ""


def set_of(text: bytes, largest: int) -> set[int]:
    """The numbers of a set such as ``1:3,7,9:*``; ``*`` stands for ``largest``."""
    numbers: set[int] = set()
    for part in text.split(b","):
        ends = [largest if end == b"*" else int(end) for end in part.split(b":")]
        numbers |= set(range(min(ends), max(ends) + 1))
    return numbers
