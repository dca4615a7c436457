"""What a hostile server may send to fill memory: each is let off in a process of its own.

``python -m tests.mail.bombs NAME`` reads one to its end and prints how it ended and the most memory held.
"""

import itertools
import json
import re
import socket
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from balt.errors import BaltError
from balt.mail.compress import Deflate
from balt.mail.details import detail_in, read_frames_of
from balt.mail.folders import read_folders
from balt.mail.idle import wait_for_news
from balt.mail.line import Line
from balt.mail.preview import read_preview
from balt.mail.quota import read_quota
from balt.mail.wire import Wire

MIB = 1024 * 1024
MOST = 600 * MIB
"""Octets that a bomb sends at most: more than any limit allows."""


def endless(octets: bytes) -> Iterator[bytes]:
    """The same octets again and again, in large pieces."""
    piece = octets * max(1, 65536 // len(octets))
    return itertools.repeat(piece, MOST // len(piece))


def numbered(template: bytes) -> Iterator[bytes]:
    """Lines that are all different: ``template`` holds one ``%d``."""
    for start in range(0, MOST // 64, 1000):
        yield b"".join(template % number for number in range(start, start + 1000))


def fetched(items: bytes) -> bytes:
    return b"* 1 FETCH (UID 1 " + items + b")\r\n"


def deflated(parts: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=-15)
    for part in parts:
        yield packer.compress(part)
    yield packer.flush()


def preview(wire: Wire) -> object:
    return read_preview(wire, 1)


def details(wire: Wire) -> object:
    return {uid: detail_in(frame, uid) for uid, frame in read_frames_of(wire, [1]).items()}


def noop(wire: Wire) -> object:
    return wire.run(b"NOOP")


def capabilities(wire: Wire) -> object:
    return wire.capabilities()


def folders(wire: Wire) -> object:
    return read_folders(wire, frozenset())


def waiting(wire: Wire) -> object:
    ear, _cord = socket.socketpair()
    return wait_for_news(wire, ear, 60)


def inflated(wire: Wire) -> object:
    wire.line.start_deflate(Deflate())
    return details(wire)


BOMBS: dict[str, tuple[Callable[[Wire], object], Callable[[], Iterator[bytes]]]] = {
    "a literal longer than any disk": (
        details,
        lambda: iter([fetched(b"BODY[] {99999999999999999999}\r\n")]),
    ),
    "a literal of half a gigabyte": (
        details,
        lambda: itertools.chain([b"* 1 FETCH (UID 1 ENVELOPE {500000000}\r\n"], endless(b"x")),
    ),
    "literals without end in one response": (
        details,
        lambda: itertools.chain(
            [b"* 1 FETCH (UID 1 X {65536}\r\n"], endless(b"y" * 65536 + b" X {65536}\r\n")
        ),
    ),
    "empty literals without end in one response": (
        details,
        lambda: itertools.chain([b"* 1 FETCH (UID 1 X {0}\r\n"], endless(b"{0}\r\n")),
    ),
    "a line without end": (details, lambda: endless(b"* 1 FETCH (UID 1 ")),
    "text without end around literals": (
        details,
        lambda: itertools.chain(
            [b"* 1 FETCH (UID 1 X {1}\r\n"], endless(b"x" + b" ab" * 300_000 + b" {1}\r\n")
        ),
    ),
    "tiny lines without end": (noop, lambda: endless(b"* \r\n")),
    "a million tiny lines": (noop, lambda: iter([b"* X\r\n" * 1_000_000, b"B1 OK done\r\n"])),
    "lines without end for who keeps none": (details, lambda: endless(b"* 5 EXISTS\r\n")),
    "lists in lists": (preview, lambda: endless(fetched(b"BODYSTRUCTURE " + b"(" * 1_000_000))),
    "capabilities without end": (capabilities, lambda: numbered(b"* CAPABILITY X%d\r\n")),
    "folders without end": (folders, lambda: numbered(b'* LIST () "/" "dossier %d"\r\n')),
    "quotas without end": (read_quota, lambda: numbered(b'* QUOTA "q%d" (STORAGE 1 2)\r\n')),
    "signs of life without end": (
        waiting,
        lambda: itertools.chain([b"+ idling\r\n"], endless(b"* OK Still here\r\n")),
    ),
    "a line without end while waiting": (
        waiting,
        lambda: itertools.chain([b"+ idling\r\n"], endless(b"* OK ")),
    ),
    "a thousandfold in deflate": (inflated, lambda: deflated(endless(b"x"))),
    "lines in deflate": (inflated, lambda: deflated(endless(b"* 5 EXISTS\r\n"))),
    "nothing without end in deflate": (inflated, lambda: endless(b"\x00\x00\x00\xff\xff")),
}


def _send(sock: socket.socket, parts: Iterator[bytes]) -> None:
    with suppress(OSError):
        for part in parts:
            sock.sendall(part)
        sock.shutdown(socket.SHUT_WR)


def main(name: str) -> None:
    """Let one off."""
    read, parts = BOMBS[name]
    ours, theirs = socket.socketpair()
    threading.Thread(target=_send, args=(theirs, parts()), daemon=True).start()
    line = Line(ours, 60.0)
    try:
        ends = str(read(Wire(line)))[:200]
    except BaltError as error:
        ends = str(error)
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    print(json.dumps({"ends": ends, "open": line.is_open, "peak": int(peak[1]) * 1024 if peak else None}))


if __name__ == "__main__":
    main(sys.argv[1])
