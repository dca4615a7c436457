"""The octets of an mbox, in its "mboxrd" variant, which can be undone: reading back gives the very octets.

Each message stands behind a line ``From balt-ended@localhost Tue Mar  5 13:32:00 2024`` (UTC, RFC 4155) and
before an empty line; of its own lines those that are ``From `` behind any number of ``>`` get one more ``>``.
Line ends stay as they are; balt's own lines end in LF. A message that lacks its last line end gets one, and
its sender is ``balt-noend@localhost``.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

_ENDED = b"balt-ended@localhost"
_NO_END = b"balt-noend@localhost"  # as long as the other: one is written over the other
_TO_QUOTE = re.compile(rb"^(?=>*From )", re.MULTILINE)
_QUOTED = re.compile(rb">+From ")
_DAYS = (b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun")
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


def from_line(seconds: int, *, ended: bool) -> bytes:
    """The line before a message received at ``seconds`` since 1970 UTC; ``ended`` tells whether the message
    has its last line end. Both are of one length.
    """
    when = datetime.fromtimestamp(seconds, UTC)
    return b"From %s %s %s %2d %02d:%02d:%02d %04d\n" % (
        _ENDED if ended else _NO_END,
        _DAYS[when.weekday()],
        _MONTHS[when.month - 1],
        *(when.day, when.hour, when.minute, when.second, when.year),
    )


def quoted(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The octets of a message as they stand in the file; a line is held back until it has its end."""
    held = b""
    for piece in pieces:
        held += piece
        end = held.rfind(b"\n") + 1
        if end:
            yield _TO_QUOTE.sub(b">", held[:end])
            held = held[end:]
    if held:
        yield _TO_QUOTE.sub(b">", held)


def after(*, ended: bool) -> bytes:
    """What follows a message."""
    return b"\n" if ended else b"\n\n"


def unquoted(lines: Iterable[bytes]) -> Iterator[bytes | None]:
    """The octets of the messages whose lines (with their ends) a file has; None behind each message.

    ValueError for a file that ``from_line``, ``quoted`` and ``after`` did not make.
    """
    held: list[bytes] = []
    inside = ended = False
    for line in lines:
        if line.startswith(b"From "):
            if inside:
                yield from _last(held, ended)
            held, inside, ended = [], True, not line.startswith(b"From " + _NO_END)
            continue
        if not inside:
            raise ValueError("before the first message")
        held.append(line[1:] if _QUOTED.match(line) else line)
        if len(held) > 2:
            yield held.pop(0)
    if inside:
        yield from _last(held, ended)


def _last(held: list[bytes], ended: bool) -> Iterator[bytes | None]:
    """The end of a message: what ``after`` added is not its own."""
    if len(held) < 2 - ended or held.pop() != b"\n" or not (ended or held[-1].endswith(b"\n")):
        raise ValueError("end of a message")
    yield from held if ended else [*held[:-1], held[-1][:-1]]
    yield None
