"""A fixed block of lines that its owner paints."""

from collections.abc import Callable
from typing import Self

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from balt.tui.spans import changed_spans
from balt.tui.theme import Look, look_of

Painter = Callable[[int, Look], list[Strip]]
"""Given the width in cells and the look, the strips to show, top first."""


class Painted(Widget):
    """Shows what ``paint`` returns; call ``refresh`` when that would change.

    However often it is called, ``paint`` is asked once it is quiet, and only the cells that changed go to
    the terminal.
    """

    DEFAULT_CSS = "Painted { height: auto; }"

    def __init__(self, paint: Painter, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._paint = paint
        self._strips: list[Strip] = []
        self._drawn_for: tuple[Size, Look] | None = None
        self._stale = False

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        if self._drawn_for is None or regions or not repaint or layout or recompose:
            if not regions:
                self._drawn_for = None
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        self._stale = True
        self.check_idle()
        return self

    def on_idle(self) -> None:
        """Comes before Textual looks for what has to be repainted."""
        if not self._stale:
            return
        self._stale = False
        old = self._strips if self._drawn_for == self._wanted() else []
        self._draw()
        if len(old) != len(self._strips):
            super().refresh()
            return
        regions = [
            Region(start, y, end - start, 1)
            for y, (before, after) in enumerate(zip(old, self._strips, strict=True))
            for start, end in changed_spans(before, after)
        ]
        if regions:
            super().refresh(*regions)

    def render_line(self, y: int) -> Strip:
        if self._drawn_for != self._wanted():
            self._draw()
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, look_of(self.app).ground_style)

    def _wanted(self) -> tuple[Size, Look]:
        return self.size, look_of(self.app)

    def _draw(self) -> None:
        self._drawn_for = size, look = self._wanted()
        self._strips = self._paint(size.width, look)
