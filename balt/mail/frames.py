"""FETCH responses as the octets they came in, cut off the line whole and read later, or never.

A frame ends where the wire says so: literals are passed over by their length, so that no text a sender chose
can end it, begin another one, or name another message: the UID is read at its very start.
"""

import re
from collections.abc import Iterator, Sequence

from balt.mail.arguments import uid_set
from balt.mail.fetch import read_row
from balt.mail.wire import MIB, Limits, Response, Wire

_START = re.compile(rb"\* \d{1,10} FETCH \(UID (\d{1,10}) ", re.IGNORECASE)
_LITERAL = re.compile(rb"~?\{(\d{1,20})\+?\}\r?\n")
_BRACE = ord("}")
_HEADER_ROOM = 26
"""Octets that the longest literal header takes."""
_LONGEST = MIB
"""Octets of text, and of literals, in one answer: beyond them it is read away."""
MOST_KEPT = 256 * 1024
"""Octets of one message's answer that are worth keeping: an honest one has a few hundred."""


def read_frames(wire: Wire, uids: Sequence[int], items: bytes) -> Iterator[tuple[int, bytes]]:
    """The answers to ``items`` for ascending ``uids`` of the open folder, as they come: UID and octets.

    What is beyond the limits comes as no octets at all; an answer that names none of these UIDs is left out:
    the caller sees who is missing.
    """
    wanted = set(uids)
    frames = _Frames()
    with wire.command(b"UID FETCH", uid_set(uids), items, limits=_limits(len(uids))) as answer:
        while True:
            while answer.consume(frames.take):
                for uid, frame in frames.found:
                    if uid in wanted:
                        yield uid, frame if len(frame) <= MOST_KEPT else b""
                frames.found.clear()
            response = answer.next()
            if response is None:
                return
            uid = _uid_of(response)
            if uid in wanted:
                frame = _joined(response)
                yield uid, frame if len(frame) <= MOST_KEPT else b""


def _limits(messages: int) -> Limits:
    return Limits(line=_LONGEST, literal=_LONGEST, total=min(4 * MIB + messages * 64 * 1024, 128 * MIB))


class _Frames:
    """Cuts buffers into the FETCH responses that are whole in them and name their UID first."""

    def __init__(self) -> None:
        self.found: list[tuple[int, bytes]] = []

    def take(self, buffer: bytes, position: int) -> int:
        """Cut from ``position`` on; where the last whole response ends."""
        begins, keep = _START.match, self.found.append
        while (start := begins(buffer, position)) is not None:
            end = _frame_end(buffer, start.end())
            if end < 0:
                break
            keep((int(start[1]), buffer[position:end]))
            position = end
        return position


def _frame_end(buffer: bytes, position: int) -> int:
    """Where the FETCH response ends that goes on at ``position``; −1 when it is not all there."""
    while (end := buffer.find(b"\n", position) + 1) > 0:
        if buffer[end - 3] != _BRACE and buffer[end - 2] != _BRACE:  # most lines announce no literal
            return end
        literal = _literal_at(buffer, position, end)
        if literal is None:
            return end
        position = end + literal
        if literal > _LONGEST or position > len(buffer):
            return -1
    return -1


def response_in(frame: bytes) -> Response:
    """A frame as the wire would have given it: text, literal, text…"""
    pieces: list[bytes] = []
    position = text_from = 0
    while (end := frame.find(b"\n", position) + 1) > 0:
        literal = _literal_at(frame, position, end)
        if literal is None:
            break
        pieces.append(frame[text_from : frame.rindex(b"{", position, end)].removesuffix(b"~"))
        pieces.append(frame[end : end + literal])
        position = text_from = end + literal
    pieces.append(frame[text_from:])
    return Response(tuple(pieces))


def _literal_at(buffer: bytes, start: int, end: int) -> int | None:
    """The length of the literal that the line ending at ``end`` announces; None for none."""
    if b"}" not in buffer[max(end - 3, start) : end]:
        return None
    found = _LITERAL.search(buffer, max(end - _HEADER_ROOM, start), end)
    return int(found[1]) if found and found.end() == end else None


def _uid_of(response: Response) -> int:
    """The UID that a response names, wherever in it; 0 for none."""
    row = read_row(response)
    return row.uid or 0 if row else 0


def _joined(response: Response) -> bytes:
    """A response as one frame; nothing of one that was damaged can be trusted."""
    if response.damaged:
        return b""
    frame = response.head
    for literal, text in zip(response.pieces[1::2], response.pieces[2::2], strict=True):
        frame += b"{%d}\r\n" % len(literal) + literal + text
    return frame
