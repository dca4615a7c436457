"""The header: which views there are, who, how many BAL, and whether it is a demonstration."""

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from balt.i18n import _, ngettext
from balt.text import shorten
from balt.tui.paint import Line, spread, width_of
from balt.tui.theme import look_of

TABS = (("fiches", "1", "Fiches"), ("messages", "3", "Messages"), ("journal", "5", "Journal"))
_HUES = {"fiches": "strong", "messages": "entretenir", "journal": "strong"}


class HeaderBar(Widget):
    """One line, the same in every view."""

    DEFAULT_CSS = "HeaderBar { dock: top; height: 1; background: $panel; }"

    view = reactive("fiches")
    state = reactive("")
    masked = reactive(False)

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, who: str, mailboxes: int, badge: str) -> None:
        super().__init__()
        self._who = who
        self._mailboxes = mailboxes
        self._badge = badge
        self._spans: list[tuple[int, int, str]] = []

    def render_line(self, y: int) -> Strip:
        look = look_of(self.app)
        base = look.panel_style
        line: Line = [(" balt ", look.style("strong"))]
        self._spans = []
        for view, key, name in TABS:
            label = f" {key} {_(name)} "
            start = width_of(line)
            style = look.badge(_HUES[view]) if view == self.view else look.style("muted")
            line += [(" " if self.size.width < 100 else "  ", base), (label, style)]
            self._spans.append((start, width_of(line), view))
        return spread(line, self._right(width_of(line)), self.size.width, base)

    def _right(self, taken: int) -> Line:
        look = look_of(self.app)
        count = ngettext("%d BAL", "%d BAL", self._mailboxes) % self._mailboxes
        line: Line = []
        if self.masked:
            line += [(" " + _("MASQUÉ") + " ", look.badge("valoriser")), (" ", look.panel_style)]
        if self.state:
            line += [(self.state + " ", look.style("attention")), (" ", look.panel_style)]
        if self._badge:
            badge: Line = [(f" {self._badge} ", look.badge("attention")), (" ", look.panel_style)]
        else:
            badge = []
        room = self.size.width - taken - width_of(line) - width_of(badge) - len(count) - 6
        who = f"{shorten(self._who, room)} · {count}" if self._who and room >= 12 else count
        return [*line, (who + "  ", look.style("muted")), *badge]

    def on_click(self, event: events.Click) -> None:
        for start, end, view in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(view))
