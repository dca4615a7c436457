"""A list of any length: only the lines on screen exist, and a cursor move repaints two of them.

Textual's own tables build every row before the first paint; this one asks a ``RowSource`` for a row when
the row is drawn. Scrolling goes by half pages when the cursor crosses the edge, since Textual repaints the
whole pane for each scrolled line. A held key moves the cursor at each repeat, and what shows it is brought up
to date once the keys that have come are all done.
"""

from collections.abc import Callable
from typing import Protocol

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from balt.tui.actions import bindings_for
from balt.tui.paint import Line, selected_strip, strip_of
from balt.tui.theme import Look, look_of


class RowSource(Protocol):
    """What a virtual table shows."""

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def line(self, row: int, width: int) -> Line:
        """The row as coloured pieces, at most ``width`` cells wide."""
        ...


class NoRows:
    """An empty source."""

    def __len__(self) -> int:
        return 0

    def line(self, row: int, width: int) -> Line:
        raise IndexError(row)


class VirtualTable(ScrollView, can_focus=True):
    """Shows a ``RowSource``; owns the cursor. Posts ``Moved`` when the cursor rests on another row."""

    BINDINGS = bindings_for("list")
    DEFAULT_CSS = """
    VirtualTable { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """

    class Moved(Message):
        """The cursor rests on ``row`` (−1: no row). Late ones of one table replace each other."""

        def __init__(self, table: "VirtualTable", row: int) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> "VirtualTable":
            return self.table

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, VirtualTable.Moved) and message.table is self.table

    class Opened(Message):
        """The row under the cursor was clicked twice."""

        def __init__(self, table: "VirtualTable") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "VirtualTable":
            return self.table

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.source: RowSource = NoRows()
        self.cursor = 0
        self.on_rest: Callable[[], object] = _nothing  # called as the cursor rests, before that is painted
        self._rested = 0  # where it was shown last

    def show(self, source: RowSource, cursor: int = 0) -> None:
        """Show another source, or the same one changed, with the cursor on ``cursor``."""
        self.source = source
        self.virtual_size = Size(self.room, len(source))
        self.cursor = self._rested = min(max(cursor, 0), max(len(source) - 1, 0))
        self._keep_in_view()
        self.refresh()
        self._tell()

    @property
    def room(self) -> int:
        """The cells of a row, the scroll bar left out."""
        return self.scrollable_content_region.width

    @property
    def visible_rows(self) -> range:
        """The rows that are on screen."""
        top = self.scroll_offset.y
        return range(top, min(top + self.size.height, len(self.source)))

    def move_to(self, row: int) -> None:
        """Put the cursor on ``row`` (or the nearest there is)."""
        self.cursor = min(max(row, 0), max(len(self.source) - 1, 0))
        self.check_idle()

    def on_idle(self) -> None:
        """No key is waiting: show where the cursor rests, repainting no more than needed. This comes before
        Textual looks for what has to be repainted.
        """
        if self.cursor == self._rested:
            return
        old, self._rested = self._rested, self.cursor
        if not self._keep_in_view():
            self.refresh_rows(old, self.cursor)
        self._tell()

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of this list means, here and now: Textual would pass it up to the app first, view by
        view, which a held key does not have the time for.
        """
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                return

    def refresh_rows(self, *rows: int) -> None:
        """Repaint these rows, where they are on screen."""
        visible = self.visible_rows
        regions = [Region(0, row - visible.start, self.room, 1) for row in rows if row in visible]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        look = look_of(self.app)
        base = self.ground(look)
        width = self.room
        row = self.scroll_offset.y + y
        if row >= len(self.source):
            return Strip.blank(width, base)
        line = self.source.line(row, width)
        if row == self.cursor:
            return selected_strip(line, width, look, base, here=self.has_focus)
        return strip_of(line, width, base)

    def ground(self, look: Look) -> Style:
        """The colours under the rows."""
        return look.ground_style

    def on_resize(self) -> None:
        self.virtual_size = Size(self.room, len(self.source))
        self._keep_in_view()
        self._tell()

    def on_focus(self) -> None:
        self.refresh_rows(self.cursor)

    def on_blur(self) -> None:
        self.refresh_rows(self.cursor)

    def on_click(self, event: events.Click) -> None:
        row = self.scroll_offset.y + event.y
        if row < len(self.source):
            self.move_to(row)
            if event.chain == 2:
                self.post_message(self.Opened(self))

    def action_cursor_down(self) -> None:
        self.move_to(self.cursor + 1)

    def action_cursor_up(self) -> None:
        self.move_to(self.cursor - 1)

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(len(self.source) - 1)

    def action_page_down(self) -> None:
        self.move_to(self.cursor + max(self.size.height - 1, 1))

    def action_page_up(self) -> None:
        self.move_to(self.cursor - max(self.size.height - 1, 1))

    def action_half_down(self) -> None:
        self.move_to(self.cursor + max(self.size.height // 2, 1))

    def action_half_up(self) -> None:
        self.move_to(self.cursor - max(self.size.height // 2, 1))

    def _keep_in_view(self) -> bool:
        """Scroll by half a page when the cursor has left the screen; True when that moved the view."""
        height = self.size.height
        top = self.scroll_offset.y
        if height <= 0:
            return False
        last = max(len(self.source) - height, 0)
        if top <= self.cursor < top + height and top <= last:
            return False
        target = min(max(self.cursor - height // 2, 0), last)
        self.scroll_to(y=target, animate=False, immediate=True, force=True)
        return True

    def _tell(self) -> None:
        self.on_rest()
        self.post_message(self.Moved(self, self.cursor if len(self.source) else -1))


def _nothing() -> None:
    """Nobody follows the cursor."""
