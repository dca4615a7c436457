"""On which line of a TOML file each key stands: tomllib does not tell, and an error must.

Reads only files that tomllib has accepted, so it needs to find the ends of values, not to check them.
"""

import re

KeyPath = tuple[str | int, ...]
"""Where a value stands: table names, numbers in arrays of tables, key; ``("mailbox", 0, "host")``."""

_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_PART = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([A-Za-z0-9_-]+))\s*')


def key_lines(source: str) -> dict[KeyPath, int]:
    """The line (from 1) of every table header and every key; keys of inline tables are left out."""
    lines = source.replace("\r\n", "\n").split("\n")
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if (header := _HEADER.match(line)) and line.lstrip().startswith("["):
            table = _table(header[1] == "[[", _parts(header[2])[0], counts)
            found.setdefault(table, number)
            continue
        keys, end = _parts(line)
        for depth in range(1, len(keys) + 1):
            found.setdefault((*table, *keys[:depth]), number)
        number += _value_lines(lines, number - 1, line.find("=", end) + 1)
    return found


def _table(in_array: bool, names: list[str], counts: dict[KeyPath, int]) -> KeyPath:
    path: KeyPath = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if not in_array:
        return path
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


def _parts(text: str) -> tuple[list[str], int]:
    """The names of a dotted key, and where it ends."""
    names: list[str] = []
    position = 0
    while match := _PART.match(text, position):
        names.append(next(group for group in match.groups() if group is not None))
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return names, position


def _value_lines(lines: list[str], first: int, column: int) -> int:
    """How many lines after the first one a value goes on: for arrays and multi-line strings."""
    text = "\n".join(lines[first:])[column:]
    position = depth = 0
    while position < len(text):
        char = text[position]
        if text.startswith(('"""', "'''"), position):
            position = _string_end(text, position + 3, text[position : position + 3])
        elif char in "\"'":
            position = _string_end(text, position + 1, char)
        elif char == "#":
            position = _line_end(text, position)
        elif char == "\n" and depth == 0:
            break
        else:
            depth += (char in "[{") - (char in "]}")
            position += 1
    return text.count("\n", 0, position)


def _string_end(text: str, position: int, quote: str) -> int:
    while position < len(text):
        if text[position] == "\\" and quote[0] == '"':
            position += 2
        elif text.startswith(quote, position):
            position += len(quote)
            while len(quote) == 3 and text[position : position + 1] == quote[0]:
                position += 1
            return position
        else:
            position += 1
    return position


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
