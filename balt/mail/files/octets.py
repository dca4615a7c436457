"""Files of others, opened to be read and nothing else; messages as runs of octets in them.

No link is followed (but the one that the configuration itself names), and only regular files are opened: to
open a FIFO waits for ever, to open a device may do something.
"""

import os
import stat
from io import FileIO
from pathlib import Path
from typing import IO

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a file may have become a FIFO since it was listed
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class NotAFileError(OSError):
    """What was to be opened is no regular file."""


class Extent:
    """Some octets of an open file, from ``start`` to ``end``: a message. Places count from its first octet.

    ``quoted`` says that lines of it beginning with ``From `` were written ``>From `` (mbox).
    """

    def __init__(self, file: "FileIO | IO[bytes]", start: int, end: int, quoted: bool = False) -> None:
        self._file = file
        self._start = start
        self.size = max(0, end - start)
        self.quoted = quoted

    def read(self, place: int, length: int) -> bytes:
        """At most ``length`` octets from ``place``; fewer at the end, or when the file was cut meanwhile."""
        place = max(0, place)
        length = min(length, self.size - place)
        if length <= 0:
            return b""
        self._file.seek(self._start + place)
        return self._file.read(length)


def open_file(path: Path) -> FileIO:
    """A regular file, open for reading. Raises OSError; FileNotFoundError when it is gone."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise NotAFileError
    file = FileIO(os.open(path, _FLAGS), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise NotAFileError
    return file


def is_folder(path: Path) -> bool:
    """Whether a folder, and not a link to one, is there."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def whole(file: FileIO) -> Extent:
    """All of an open file."""
    return Extent(file, 0, os.fstat(file.fileno()).st_size)


def head_of(extent: Extent, most: int) -> bytes:
    """The header block of a message with its blank line; ``most`` octets of it where it is longer."""
    window = 8192
    while True:
        octets = extent.read(0, min(window, most))
        end = end_of_header(octets)
        if end is not None:
            return octets[:end]
        if window >= most or len(octets) >= extent.size or len(octets) < window:
            return octets
        window *= 8


def end_of_header(octets: bytes) -> int | None:
    """The place after the first blank line; None where there is none."""
    if octets[:1] == b"\n":
        return 1
    if octets[:2] == b"\r\n":
        return 2
    found = [place + len(mark) for mark in (b"\n\n", b"\n\r\n") if (place := octets.find(mark)) >= 0]
    return min(found, default=None)


def bare_line_ends(octets: bytes, before: bytes = b"") -> int:
    """How many line ends of ``octets`` lack their CR; ``before`` is the octet that precedes them.

    Mail travels with CRLF (RFC 5322): each of these adds an octet to the size that a server tells.
    """
    bare = octets.count(b"\n") - octets.count(b"\r\n")
    return bare - 1 if before == b"\r" and octets[:1] == b"\n" else bare
