"""On which line of a TOML file each key stands.

``tomllib`` gives values without places. This scanner only follows the shape of a text that ``tomllib`` has
already accepted (TOML 1.0), so it checks nothing.
"""

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = {
    '"""': re.compile(r'"""(?:[^\\]|\\.)*?"""\"{0,2}', re.DOTALL),
    "'''": re.compile(r"'''.*?''''{0,2}", re.DOTALL),
    '"': re.compile(r'"(?:[^"\\]|\\.)*"'),
    "'": re.compile(r"'[^']*'"),
}
_SCALAR = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) where each key is given; the n-th ``[[table]]`` is at ``("table", n)``."""
    return _Scanner(text.replace("\r\n", "\n")).lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [match.end() for match in re.finditer("\n", text)]
        self._counts: dict[Path, int] = {}
        self.lines: dict[Path, int] = {}
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Go past what ``pattern`` matches here, and return it."""
        match = pattern.match(self._text, self._at)
        if match is None:
            self._at += 1
            return ""
        self._at = match.end()
        return match[0]

    def _mark(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, at) + 1)

    def _header(self) -> Path:
        start = self._at
        several = self._text.startswith("[[", start)
        self._at += 2 if several else 1
        path: Path = ()
        *parents, last = self._key()
        for name in parents:
            self._mark((*path, name), start)
            path = self._latest((*path, name))
        path = (*path, last)
        self._mark(path, start)
        if several:
            count = self._counts.get(path, 0)
            self._counts[path] = count + 1
            path = (*path, count)
            self._mark(path, start)
        else:
            path = self._latest(path)
        self._at += 2 if several else 1
        return path

    def _latest(self, path: Path) -> Path:
        """The table that a name in a header means: the last one so far of an array of tables."""
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _key(self) -> list[str]:
        """A key with its dots, from its first character; stops at what follows it."""
        names = []
        while True:
            self._skip(_SPACE)
            quote = self._text[self._at]
            if quote in "\"'":
                names.append(str(tomllib.loads("k=" + self._skip(_STRINGS[quote]))["k"]))
            else:
                names.append(self._skip(_BARE_KEY))
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return names
            self._at += 1

    def _pair(self, table: Path) -> None:
        start = self._at
        path = table
        for name in self._key():
            path = (*path, name)
            self._mark(path, start)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in "\"'":
            triple = opening * 3
            self._skip(_STRINGS[triple if self._text.startswith(triple, self._at) else opening])
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == "]":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._mark((*path, index), self._at)
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == "}":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._pair(path)
