"""A fixed block of lines that its owner paints."""

from collections.abc import Callable

from textual.strip import Strip
from textual.widget import Widget

from balt.tui.theme import Look, look_of

Painter = Callable[[int, Look], list[Strip]]
"""Given the width in cells and the look, the strips to show, top first."""


class Painted(Widget):
    """Shows what ``paint`` returns; call ``refresh`` when that would change."""

    DEFAULT_CSS = "Painted { height: auto; }"

    def __init__(self, paint: Painter, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._paint = paint

    def render_line(self, y: int) -> Strip:
        look = look_of(self.app)
        strips = self._paint(self.size.width, look)
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, look.ground_style)
