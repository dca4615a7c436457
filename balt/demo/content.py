"""The octets of messages: kept, or made on demand from a seed, and always the same.

A message of 18 Mo is a few pieces: its headers and texts, and attached files that are only made, block by
block, for whoever downloads them. Sizes are known without making anything.
"""

import binascii
import random
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Protocol

RAW_LINE = 57
CODED_LINE = 78
CHUNK = CODED_LINE * 1024
_BLOCK = RAW_LINE * 1024

Wrapping = Callable[[int], tuple[bytes, bytes]]
"""The first and last octets of a file of so many octets in all; what lies between is noise."""


def coded_size(raw: int) -> int:
    """Octets of ``raw`` octets in base64, lines of 76, without the last end of line."""
    full, rest = divmod(raw, RAW_LINE)
    coded = full * CODED_LINE + ((rest + 2) // 3 * 4 + 2 if rest else 0)
    return max(coded - 2, 0)


def raw_size(coded: int) -> int:
    """The most octets whose base64 takes no more than ``coded`` octets."""
    full, rest = divmod(coded + 2, CODED_LINE)
    return full * RAW_LINE + max(rest - 2, 0) // 4 * 3


class AttachedFile:
    """A file in base64, made block by block: a wrapping around repeatable noise."""

    def __init__(self, wrapping: Wrapping, size: int, seed: int) -> None:
        """``size`` is that of the decoded file, in octets."""
        self._wrapping = wrapping
        self._raw_size = size
        self._seed = seed
        self.size = coded_size(size)

    @cached_property
    def _ends(self) -> tuple[bytes, bytes]:
        return self._wrapping(self._raw_size)

    def _noise(self, start: int, end: int) -> bytes:
        first = start // _BLOCK
        blocks = (
            random.Random(self._seed * 65_537 + number).randbytes(_BLOCK)
            for number in range(first, -(-end // _BLOCK))
        )
        return b"".join(blocks)[start - first * _BLOCK : end - first * _BLOCK]

    def raw(self, start: int, end: int) -> bytes:
        """Octets ``start`` to ``end`` of the decoded file."""
        head, tail = self._ends
        end = min(end, self._raw_size)
        after = self._raw_size - len(tail)
        pieces = [head[start:end]]
        if start < after and end > len(head):
            pieces.append(self._noise(max(start - len(head), 0), min(end, after) - len(head)))
        if end > after:
            pieces.append(tail[max(start - after, 0) : end - after])
        return b"".join(pieces)

    def octets(self, start: int, end: int) -> bytes:
        """Octets ``start`` to ``end`` of the base64 text."""
        first, last = start // CODED_LINE, -(-min(end, self.size) // CODED_LINE)
        coded = binascii.b2a_base64(self.raw(first * RAW_LINE, last * RAW_LINE), newline=False)
        width = CODED_LINE - 2
        text = b"\r\n".join([coded[i : i + width] for i in range(0, len(coded), width)]) + b"\r\n"
        return text[start - first * CODED_LINE : min(end, self.size) - first * CODED_LINE]


Piece = bytes | AttachedFile


class Outline:
    """A whole message as pieces; ``flat`` is the message without its attached files, enough to parse it."""

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self.pieces = pieces
        self.size = sum(len(p) if isinstance(p, bytes) else p.size for p in pieces)
        self.flat = b"".join(p for p in pieces if isinstance(p, bytes))
        self._gaps: list[tuple[int, int]] = []
        position = 0
        for piece in pieces:
            if isinstance(piece, bytes):
                position += len(piece)
            else:
                self._gaps.append((position, piece.size))

    def start(self, flat: int) -> int:
        """Where what begins at ``flat`` begins in the whole message."""
        return flat + sum(size for position, size in self._gaps if position < flat)

    def end(self, flat: int) -> int:
        """Where what ends at ``flat`` ends in the whole message."""
        return flat + sum(size for position, size in self._gaps if position <= flat)

    def octets(self, start: int, end: int) -> Iterator[bytes]:
        """Octets ``start`` to ``end`` of the whole message, in chunks."""
        position = 0
        for piece in self.pieces:
            size = len(piece) if isinstance(piece, bytes) else piece.size
            low, high = max(start - position, 0), min(end - position, size)
            position += size
            if isinstance(piece, bytes):
                if low < high:
                    yield piece[low:high]
                continue
            while low < high:
                stop = min(high, low + CHUNK)
                yield piece.octets(low, stop)
                low = stop


class Source(Protocol):
    """Where the octets of a message come from."""

    @property
    def size(self) -> int:
        """Octets of the whole message."""
        ...

    def outline(self) -> Outline:
        """The pieces of the message, made again at each call."""
        ...


class StoredSource:
    """A message kept as it was received."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @property
    def size(self) -> int:
        return len(self._raw)

    def outline(self) -> Outline:
        return Outline((self._raw,))


def canonical(raw: bytes) -> bytes:
    """``raw`` with CRLF at the end of each line and without NUL (RFC 3501 has no way to send one)."""
    if b"\n" in raw.replace(b"\r\n", b""):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return raw.replace(b"\0", b"\x80")
