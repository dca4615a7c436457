"""A window of lines to read: help, risks and contacts, a message. Scrolls; Escape or ``q`` closes."""

from collections.abc import Callable, Sequence

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.geometry import Region, Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from balt.i18n import _
from balt.text import shorten
from balt.tui.paint import Line, spread, strip_of, width_of
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted

Writer = Callable[[int, Look], Sequence[Line]]
"""Given the width in cells and the look, the lines of the window."""


class Pages(ScrollView, can_focus=True):
    """Lines on a panel, scrolled by the usual keys."""

    DEFAULT_CSS = "Pages { height: 1fr; background: $panel; scrollbar-size-vertical: 1; overflow-x: hidden; }"
    BINDINGS = [
        Binding("j,down", "scroll_down", show=False),
        Binding("k,up", "scroll_up", show=False),
        Binding("space,pagedown,ctrl+f", "page_down", show=False),
        Binding("pageup,ctrl+b", "page_up", show=False),
        Binding("g,home", "scroll_home", show=False),
        Binding("G,end", "scroll_end", show=False),
    ]

    def __init__(self, write: Writer) -> None:
        super().__init__()
        self._write = write
        self._lines: Sequence[Line] = ()

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out(event.size.width)

    def rewrite(self, write: Writer) -> None:
        """Show other lines."""
        self._write = write
        self._lay_out(self.size.width)

    def _lay_out(self, width: int) -> None:
        self._lines = self._write(width, look_of(self.app))
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        base = look_of(self.app).panel_style
        row = self.scroll_offset.y + y
        if row >= len(self._lines):
            return Strip.blank(self.size.width, base)
        return strip_of(self._lines[row], self.size.width, base)


class Pager(ModalScreen[None]):
    """A titled window of lines."""

    DEFAULT_CSS = """
    Pager { align: center middle; background: $background 60%; }
    Pager > Vertical { width: 96; max-width: 96%; background: $panel; padding: 1 2; }
    Pager Painted { height: 2; }
    """
    BINDINGS = [
        Binding("escape,q,question_mark,p,r", "close", show=False),
        Binding("ctrl+c", "app.quit_app", show=False),
    ]

    def __init__(self, title: str, write: Writer, *, hue: str = "strong") -> None:
        super().__init__()
        self._title = title
        self._hue = hue
        self._write = write
        self._pages = Pages(write)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Painted(self._head)
            yield self._pages

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size)

    def _fit(self, screen: Size) -> None:
        """As high as what there is to read, and never higher than most of the screen."""
        width = min(96, screen.width * 96 // 100) - 4
        wanted = len(self._write(width - 1, look_of(self.app))) + 4
        self.query_one(Vertical).styles.height = min(wanted, screen.height * 85 // 100)

    @property
    def text_width(self) -> int:
        """The cells of a line."""
        return self._pages.size.width

    def rewrite(self, write: Writer) -> None:
        """Show other lines, in a window as high as they need."""
        self._write = write
        if self.is_mounted:
            self._pages.rewrite(write)
            self._fit(self.size)

    def bring_into_view(self, line: int) -> None:
        """Scroll so far that a line can be read."""
        self._pages.scroll_to_region(Region(0, line, 1, 1), animate=False)

    def hints(self) -> Sequence[tuple[str, str]]:
        """The keys that the head of the window tells of, and what each does."""
        return ((_("Échap"), _("Fermer")),)

    def _head(self, width: int, look: Look) -> list[Strip]:
        keys: Line = []
        for key, does in self.hints():
            gap = "   " if keys else ""
            keys += [(gap + key, look.style("strong")), (" " + does, look.style("muted"))]
        words = shorten(self._title, max(width - width_of(keys) - 2, 1))
        title: Line = [(words, look.style(self._hue) + Style(bold=True))]
        return [spread(title, keys, width, look.panel_style), Strip.blank(width, look.panel_style)]

    def action_close(self) -> None:
        self.dismiss(None)
