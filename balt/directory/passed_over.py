"""What stands in the lines of a table that were passed over: of an address there, nobody can say that it is
not published, nor of a person there that no other BAL is.
"""

from __future__ import annotations

import re

from balt.directory.unreadable import key_of

MOST_KEYS = 10_000
"""Addresses and RPPS numbers remembered; a file with more of them in damaged lines is not read whole."""

_WORD = re.compile(r"[^\s|;,<>\"\0]+")
"""No sign is looked for within it: a line of one long word is read once."""

_RPPS_DIGITS = 11


class PassedOver:
    """The addresses and RPPS numbers of such lines, as ``key_of`` numbers them. ``whole`` is false where what
    was passed over may hold any address: too many of them, a line without end, a file that ends in the middle
    of a line.
    """

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.whole = True

    def line(self, line: str) -> None:
        """Remember the addresses and RPPS numbers of one line (a national identifier ends in one)."""
        for word in _WORD.findall(line):
            if "@" in word[1:-1]:
                self.keys.add(key_of(word))
            elif len(word) in (_RPPS_DIGITS, _RPPS_DIGITS + 1) and word.isdigit():
                self.keys.add(key_of(word[-_RPPS_DIGITS:]))
        if len(self.keys) > MOST_KEYS:
            self.keys.clear()
            self.lost()

    def lost(self) -> None:
        """Something was passed over that nobody has read."""
        self.whole = False
