"""The footer: the keys that matter here, from the table of actions; what cannot be done now is greyed."""

from collections.abc import Callable, Mapping

from textual.strip import Strip
from textual.widget import Widget

from balt.i18n import _
from balt.tui.action import Action
from balt.tui.actions import in_place
from balt.tui.paint import Line, strip_of, width_of
from balt.tui.theme import Look, look_of


class FooterBar(Widget):
    """One line; keys that do not fit are left to ``?``, which always has its place."""

    DEFAULT_CSS = "FooterBar { dock: bottom; height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._places: tuple[str, ...] = ("fiches", "app")
        self._why_not: Callable[[str], str] = lambda _name: ""
        self._renamed: Mapping[str, str] = {}

    def show(
        self,
        places: tuple[str, ...],
        why_not: Callable[[str], str],
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """Show the actions of these places; ``why_not`` gives the reason an action is off, or "". Those in
        ``renamed`` (by id) come first, under what they mean here, and even where they have no place else.
        """
        self._places = places
        self._why_not = why_not
        self._renamed = renamed or {}
        self.refresh()

    def render_line(self, y: int) -> Strip:
        look = look_of(self.app)
        renamed = self._renamed
        shown = [each for each in in_place(*self._places) if each.footer or each.id in renamed]
        shown.sort(key=lambda action: action.id not in renamed)
        pieces = [self._piece(action, look) for action in shown]
        always = [self._piece(action, look) for action in in_place("app") if action.id == "app.help"]
        room = self.size.width - sum(width_of(piece) for piece in always)
        line: Line = []
        for piece in pieces:
            if piece in always:
                continue
            if width_of(line) + width_of(piece) > room:
                break
            line += piece
        for piece in always:
            line += piece
        return strip_of(line, self.size.width, look.panel_style)

    def _piece(self, action: Action, look: Look) -> Line:
        off = bool(self._why_not(action.name))
        return [
            (" " + action.key_words, look.style("muted" if off else "strong")),
            (
                " " + self._renamed.get(action.id, _(action.label)) + " ",
                look.style("muted" if off else "text"),
            ),
        ]
