"""A line on which octets arrive cut in chosen places, without a thread or a socket."""

import socket
from collections.abc import Iterable
from itertools import pairwise
from typing import cast

from balt.mail.line import Line
from balt.mail.wire import Wire

LONGEST_CHUNK = 65_536


class _Arriving:
    """What a line needs of a socket: the next chunk at each reading, then the end."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)

    def recv(self, _most: int) -> bytes:
        return next(self._chunks, b"")

    def recv_into(self, room: memoryview) -> int:
        chunk = self.recv(len(room))
        room[: len(chunk)] = chunk
        return len(chunk)

    def gettimeout(self) -> float | None:
        return None

    def settimeout(self, _seconds: float) -> None: ...
    def sendall(self, _octets: bytes) -> None: ...
    def shutdown(self, _how: int) -> None: ...
    def close(self) -> None: ...


def wire_cut_at(octets: bytes, places: Iterable[int]) -> Wire:
    """A wire on which ``octets`` come in chunks that end at ``places``; the first command has the tag B1."""
    inside = {place for place in places if 0 < place < len(octets)}
    ends = sorted({0, *inside, len(octets), *range(0, len(octets), LONGEST_CHUNK)})
    chunks = (octets[start:end] for start, end in pairwise(ends))
    return Wire(Line(cast(socket.socket, _Arriving(chunks)), 5.0, "essai@medecin.mssante.fr"))
