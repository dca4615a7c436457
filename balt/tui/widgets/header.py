"""The header: which views there are, who, how many BAL, and whether it is a demonstration."""

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from balt.i18n import N_, _, ngettext
from balt.text import shorten
from balt.tui.paint import Line, spread, width_of
from balt.tui.theme import look_of

TABS = (
    ("fiches", "1", N_("Fiches")),
    ("annuaire", "2", N_("Annuaire")),
    ("messages", "3", N_("Messages")),
    ("situations", "4", N_("Situations")),
    ("journal", "5", N_("Journal")),
)
NARROW = 100
_HUES = {"annuaire": "identifier", "messages": "entretenir", "situations": "valoriser"}


class HeaderBar(Widget):
    """One line, the same in every view."""

    DEFAULT_CSS = "HeaderBar { dock: top; height: 1; background: $panel; }"

    view = reactive("fiches")
    state = reactive("")
    alarm = reactive("")
    masked = reactive(False)
    mailboxes = reactive(0)

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, who: str, mailboxes: int, badge: str) -> None:
        super().__init__()
        self._who = who
        self.set_reactive(HeaderBar.mailboxes, mailboxes)
        self._badge = badge
        self._spans: list[tuple[int, int, str]] = []

    def render_line(self, y: int) -> Strip:
        look = look_of(self.app)
        base = look.panel_style
        gap = "" if self.size.width < NARROW else "  "
        line: Line = [(" balt ", look.style("strong"))]
        self._spans = []
        for view, key, name in TABS:
            label = f" {key} {_(name)} "
            start = width_of(line)
            style = look.badge(_HUES.get(view, "strong")) if view == self.view else look.style("muted")
            line += [(gap, base), (label, style)]
            self._spans.append((start, width_of(line), view))
        return spread(line, self._right(self.size.width - width_of(line) - 1), self.size.width, base)

    def _right(self, room: int) -> Line:
        """The signs, and before them as much of who it is as there is room for."""
        look = look_of(self.app)
        gap: Line = [] if self.size.width < NARROW else [(" ", look.panel_style)]
        badges: Line = []
        if self.masked:
            badges += [(" " + _("MASQUÉ") + " ", look.badge("valoriser")), *gap]
        if self._badge:
            badges += [(f" {self._badge} ", look.badge("attention")), *gap]
        line: Line = []
        if self.state and width_of(badges) + len(self.state) + 2 <= room:
            line = [(self.state + "  ", look.style("attention"))]
        if self.alarm and width_of(badges) + width_of(line) + len(self.alarm) + 2 <= room:
            line.append((self.alarm + "  ", look.style("attention")))
        count = ngettext("%d BAL", "%d BAL", self.mailboxes) % self.mailboxes
        left = room - width_of(badges) - width_of(line) - len(count) - 2
        if left >= 0:
            who = f"{shorten(self._who, left - 3)} · {count}" if self._who and left >= 15 else count
            line.append((who + "  ", look.style("muted")))
        return [*line, *badges]

    def on_click(self, event: events.Click) -> None:
        for start, end, view in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(view))
