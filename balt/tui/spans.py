"""Repainting the cells that changed, and no others.

``changed_spans`` tells which cells of a line differ from those that are on screen. ``ExactScreen`` keeps to
them: Textual's own screen starts each line where the widget starts, and asks every widget between the first
and the last line that changed for all its lines.
"""

import re

from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

Span = tuple[int, int, int]
"""A line, its first cell, and the cell after its last."""

NEAR = 9
"""Cells in common that are painted anew all the same: a move of the cursor costs as many octets."""

_NARROW = re.compile(r"[ -~\xa0-\xac\xae-\u024f\u2010-\u2026\u2500-\u25ff]*")
"""Text of which each character surely takes one cell."""


def changed_spans(old: Strip, new: Strip) -> list[tuple[int, int]]:
    """Where two lines differ: cells ``start`` (inclusive) to ``end`` (exclusive), from left to right.

    A line with a character that may take no cell, or two, is one span: it must not be cut in its middle.
    """
    if old == new:
        return []
    before, after = _cells(old), _cells(new)
    if before is None or after is None or len(before) != len(after):
        return [(0, max(old.cell_length, new.cell_length))]
    spans: list[tuple[int, int]] = []
    for place, (was, now) in enumerate(zip(before, after, strict=True)):
        if was == now:
            continue
        if spans and place - spans[-1][1] < NEAR:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return spans


def _cells(strip: Strip) -> list[tuple[str, Style | None]] | None:
    """What each cell shows; None where a character may not take one cell."""
    cells: list[tuple[str, Style | None]] = []
    for text, style, _control in strip:
        if not _NARROW.fullmatch(text):
            return None
        cells += [(character, style) for character in text]
    return cells


class ExactUpdate(CompositorUpdate):
    """Pieces of lines to write, each at its place: (line, cell, what it shows)."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        self._pieces = pieces

    def render_segments(self, console: Console) -> str:
        written: list[str] = []
        for y, x, strip in self._pieces:
            written += (Control.move_to(x, y).segment.text, strip.render(console))
        return "".join(written)


class ExactCompositor(Compositor):
    """Asks the widgets for the lines that changed, and writes of them the cells that changed."""

    def render_partial_update(self) -> ExactUpdate | None:  # type: ignore[override]
        whole = self.size.region
        dirty = [region.intersection(whole) for region in self._dirty_regions]
        self._dirty_regions.clear()
        wanted: list[Span] = list(self._regions_to_spans(region for region in dirty if region))
        pieces: list[tuple[int, int, Strip]] = []
        for widget, (region, clip) in self.visible_widgets.items():  # those in front come first
            if not wanted:
                break
            shown = region.intersection(clip)
            inside = [span for span in wanted if shown.overlaps(_region(span))]
            if not inside:
                continue
            top, bottom = inside[0][0], inside[-1][0]
            lines = widget.render_lines(Region(shown.x, top, shown.width, bottom - top + 1) - region.offset)
            rest = [span for span in wanted if span not in inside]
            for y, start, end in inside:
                first, last = max(start, shown.x), min(end, shown.right)
                pieces.append((y, first, lines[y - top].crop(first - shown.x, last - shown.x)))
                rest += [(y, *part) for part in ((start, first), (last, end)) if part[0] < part[1]]
            wanted = sorted(rest)
        pieces.sort(key=lambda piece: piece[:2])
        return ExactUpdate(pieces) if pieces else None


def _region(span: Span) -> Region:
    y, start, end = span
    return Region(start, y, end - start, 1)


class ExactScreen(Screen[None]):
    """A screen that repaints the cells that changed, and no others."""

    def __init__(self) -> None:
        super().__init__(id="_default")  # as Textual's own
        self._compositor = ExactCompositor()
