"""What stands in the lines of a table that were passed over: of an address there, nobody can say that it is
not published.
"""

from __future__ import annotations

import re

from balt.directory.unreadable import key_of

MOST_KEYS = 10_000
"""Addresses remembered; a file with more of them in damaged lines is not read whole."""

_WORD = re.compile(
    r"[^\s|;,<>\"\0]+"
)  # no sign is looked for within it: a line of one long word is read once


class PassedOver:
    """The addresses of such lines, as ``key_of`` numbers them. ``whole`` is false where what was passed over
    may hold any address: too many of them, a line without end, a file that ends in the middle of a line.
    """

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.whole = True

    def line(self, line: str) -> None:
        """Remember the addresses of one line."""
        self.keys.update(key_of(each) for each in _WORD.findall(line) if "@" in each[1:-1])
        if len(self.keys) > MOST_KEYS:
            self.keys.clear()
            self.lost()

    def lost(self) -> None:
        """Something was passed over that nobody has read."""
        self.whole = False
