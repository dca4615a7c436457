"""The scrolling lines under the list of BAL."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from balt.i18n import ngettext
from balt.text import cell_width
from balt.tui.dialogs.pager import Writer
from balt.tui.paint import Line, strip_of
from balt.tui.theme import Look, look_of


class DetailPane(ScrollView, can_focus=True):
    """Shows what ``write`` gives; call ``renew`` when that changed."""

    DEFAULT_CSS = """
    DetailPane { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """
    BINDINGS = [
        Binding("j,down", "scroll_down", show=False),
        Binding("k,up", "scroll_up", show=False),
        Binding("space,pagedown,ctrl+f", "page_down", show=False),
        Binding("pageup,ctrl+b", "page_up", show=False),
        Binding("g,home", "scroll_home", show=False),
        Binding("G,end", "scroll_end", show=False),
    ]

    def __init__(self, write: Writer, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._write = write
        self._lines: Sequence[Line] = ()

    @property
    def hidden_lines(self) -> int:
        """How many lines stand below the last one on screen."""
        return max(len(self._lines) - self.scroll_offset.y - self.size.height, 0)

    def rule_above(self, width: int, look: Look) -> Strip:
        """What parts it from what stands above: says where the keys go, and how many lines stand below."""
        here, hidden = self.has_focus, self.hidden_lines
        words = ngettext("%d ligne de plus", "%d lignes de plus", hidden) % hidden
        hint = f" {words}" + ("" if here else " · Tab") + " " if hidden else ""
        style, end = look.style("identifier" if here else "rule"), "━" if here else "─"
        bar = end * max(width - cell_width(hint) - 1, 0)
        line: Line = [(bar, style), (hint, look.style("text" if here else "muted")), (end, style)]
        return strip_of(line, width, look.ground_style)

    def renew(self, *, top: bool = False) -> None:
        """Write the lines again; ``top`` begins again at the first one."""
        width = self.scrollable_content_region.width
        self._lines = self._write(max(width, 20), look_of(self.app)) if self.is_mounted else ()
        self.virtual_size = Size(width, len(self._lines))
        if top:
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.refresh()

    def on_resize(self) -> None:
        self.renew()

    def render_line(self, y: int) -> Strip:
        base = look_of(self.app).ground_style
        row = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if row >= len(self._lines):
            return Strip.blank(width, base)
        return strip_of(self._lines[row], width, base)
