"""The narrative text of a CDA (its own small markup: paragraphs, lists, tables) as lines of plain text.

Runs in the worker process. What comes out is bounded: ``Enough`` is raised where the bound is reached.
"""

import re
from contextlib import suppress

from balt.mail.documents.kinds import MOST_CHARACTERS, MOST_LINES
from balt.text import cell_width

_TABLE_WIDTH = 70
"""Cells: what fits a window on a terminal of 80. A wider table is told row by row."""
_MOST_CELLS = 50
_DEEPEST = 6
_BLOCKS = frozenset({"paragraph", "br", "item", "caption", "list", "table", "footnote"})
_BULLET = "• "
_SPACES = re.compile(r"\s+")


class Enough(Exception):  # noqa: N818 - not an error: what is there is shown
    """There is as much text as is ever shown."""


class Layout:
    """Takes the tags and the text as they come; ``lines`` are what they make, once ``finish`` was called."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.headings: list[int] = []
        self._characters = 0
        self._inline: list[str] = []
        self._lists = 0
        self._bullet = False
        self._tables = 0
        self._rows: list[list[str]] = []
        self._has_head = False

    def heading(self, text: str) -> None:
        """A title, on a line of its own after an empty one."""
        self.finish()
        if words := " ".join(text.split()):
            if self.lines:
                self._add("")
            self.headings.append(len(self.lines))
            self._add(words)

    def start(self, tag: str) -> None:
        """A tag opens."""
        if self._tables:
            self._start_in_table(tag)
            return
        if tag in _BLOCKS:
            self._flush()
        if tag == "list":
            self._lists += 1
        elif tag == "item":
            self._bullet = True
        elif tag == "table":
            self._tables, self._rows, self._has_head = 1, [], False
        elif tag == "renderMultiMedia":
            self.data(" [image] ")

    def _start_in_table(self, tag: str) -> None:
        if tag == "table":
            self._tables += 1
        elif tag == "thead" and not self._rows:
            self._has_head = True
        elif self._tables > 1:  # a table in a cell: its texts are those of the cell
            self._inline.append(" ")
        elif tag == "tr":
            if len(self._rows) >= MOST_LINES:
                raise Enough
            self._rows.append([])
            self._inline.clear()
        elif tag in ("td", "th"):
            self._inline.clear()
        elif tag in _BLOCKS:
            self._inline.append(" ")

    def end(self, tag: str) -> None:
        """A tag closes."""
        if self._tables:
            self._end_in_table(tag)
            return
        if tag in _BLOCKS:
            self._flush()
        if tag == "list":
            self._lists = max(self._lists - 1, 0)

    def _end_in_table(self, tag: str) -> None:
        if tag == "table":
            self._tables -= 1
            if not self._tables:
                self._inline.clear()
                self._add_table()
        elif tag in ("td", "th") and self._tables == 1 and self._rows and len(self._rows[-1]) < _MOST_CELLS:
            self._rows[-1].append(self._taken())

    def data(self, text: str) -> None:
        """Text between two tags."""
        room = MOST_CHARACTERS - self._characters
        words = _SPACES.sub(" ", text)[: room + 1]
        self._characters += len(words)
        self._inline.append(words[:room])
        if len(words) > room:
            raise Enough

    def finish(self) -> None:
        """The text ends here, whatever is still open."""
        if self._tables:
            self._end_in_table("td")
            self._tables = 0
            self._inline.clear()
            self._add_table()
        self._flush()
        self._lists = 0

    def close(self) -> None:
        """The document ends here, as far as it is read: what is there is shown, up to the bound."""
        with suppress(Enough):
            self.finish()

    def _taken(self) -> str:
        text = " ".join("".join(self._inline).split())
        self._inline.clear()
        return text

    def _flush(self) -> None:
        text = self._taken()
        if not text:
            return
        indent = "  " * (min(self._lists, _DEEPEST) - 1) if self._lists else ""
        lead = _BULLET if self._bullet else "  " if self._lists else ""
        self._bullet = False
        self._add(indent + lead + text)

    def _add(self, line: str) -> None:
        if len(self.lines) >= MOST_LINES:
            raise Enough
        self.lines.append(line)

    def _add_table(self) -> None:
        rows, self._rows = [row for row in self._rows if any(row)], []
        for line in table_lines(rows, has_head=self._has_head):
            self._add(line)


def table_lines(rows: list[list[str]], *, has_head: bool) -> list[str]:
    """A table in columns where it fits, else row by row, each value after the name of its column."""
    if not rows:
        return []
    count = max(map(len, rows))
    widths = [max((cell_width(row[i]) for row in rows if i < len(row)), default=0) for i in range(count)]
    if sum(widths) + 2 * (count - 1) <= _TABLE_WIDTH:
        lines = ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]
        if has_head and len(rows) > 1:
            lines.insert(1, "  ".join("─" * width for width in widths))
        return lines
    head = rows[0] if has_head else []
    lines = []
    for row in rows[1:] if head else rows:
        for i, cell in enumerate(row):
            name = head[i] if i < len(head) else ""
            if cell:
                lines.append((_BULLET if i == 0 else "  ") + (f"{name} : {cell}" if name else cell))
    return lines


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_width(text))
