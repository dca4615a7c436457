"""Choose one of a few lines: a situation, a question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip

from balt.i18n import _
from balt.text import cell_width, plain
from balt.tui.paint import Line, fit, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable

DIGITS = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: what is given back when it is chosen, what it says, what stands at its right in grey.
    ``digit`` chooses it wherever it stands; 0 for the digit of its place.
    """

    key: str
    text: str
    detail: str = ""
    marked: bool = False
    digit: int = 0


class ChoiceRows:
    """The source of a short list: each line with its own digit, else with that of its place."""

    def __init__(self, choices: Sequence[Choice], look: Callable[[], Look]) -> None:
        self._choices = choices
        self._look = look
        self._side = max((cell_width(plain(each.detail)) for each in choices), default=0) + 3

    def __len__(self) -> int:
        return len(self._choices)

    def line(self, row: int, width: int) -> Line:
        look, choice = self._look(), self._choices[row]
        digit = str(digit_of(choice, row) or " ")
        sign = "✔ " if choice.marked else "  "
        side = min(self._side, width // 2, 36) if choice.detail else 0
        return [
            (f" {digit} ", look.style("muted")),
            (sign, look.style("entretenir")),
            (fit(plain(choice.text), max(width - 5 - side, 0)), look.style("text")),
            (fit(plain(choice.detail), side - 1, right=True) + " " if side else "", look.style("muted")),
        ]


def digit_of(choice: Choice, row: int) -> int:
    """The digit that chooses a line; 0 where none does."""
    return choice.digit or (row + 1 if row < DIGITS else 0)


class ChoiceTable(VirtualTable):
    """The list of a small window, on its panel."""

    def ground(self, look: Look) -> Style:
        return look.panel_style


class PickDialog(ModalScreen[str | None]):
    """Gives the key of the chosen line, or None when the user leaves. A digit chooses at once."""

    CSS = """
    PickDialog { align: center middle; background: $background 60%; }
    PickDialog > Vertical { width: 84; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    """
    BINDINGS = [
        Binding("escape,q", "leave", show=False),
        Binding("enter", "choose", show=False),
        Binding("ctrl+c", "app.quit_app", show=False),
        *(Binding(str(n), f"take({n})", show=False) for n in range(1, DIGITS + 1)),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], hint: str = "", *, leaving: str = "", cursor: int = -1
    ) -> None:
        """``hint`` stands above the lines, one or several; ``leaving`` says what Escape means, where it is
        not the usual. The cursor begins on the line ``cursor``, else on the marked one.
        """
        super().__init__()
        self._cursor = cursor
        self._title = title
        self._choices = choices
        self._hint = hint
        self._leaving = leaving or _("Ne rien changer")
        self._table = ChoiceTable()
        self._head = Painted(self._paint_head)
        self._keys = Painted(self._paint_keys)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            yield self._table
            yield self._keys

    def on_mount(self) -> None:
        app = self.app
        marked = next((i for i, each in enumerate(self._choices) if each.marked), 0)
        begin = self._cursor if self._cursor >= 0 else marked
        self._table.show(ChoiceRows(self._choices, lambda: look_of(app)), begin)
        self._table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """As high as the lines, as far as the screen allows."""
        head = 2 + len(self._hint_lines(min(84, event.size.width * 96 // 100) - 4))
        self._head.styles.height = head
        self._keys.styles.height = 2
        self._table.styles.height = max(min(len(self._choices), event.size.height - head - 6), 1)

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(VirtualTable.Opened)
    def action_choose(self) -> None:
        if self._table.cursor < len(self._choices):
            self.dismiss(self._choices[self._table.cursor].key)

    def action_take(self, number: int) -> None:
        for row, choice in enumerate(self._choices):
            if digit_of(choice, row) == number:
                self.dismiss(choice.key)
                return

    def _hint_lines(self, width: int) -> list[str]:
        told = self._hint.split("\n") if self._hint else []
        return ["", *(part for line in told for part in wrap(line, max(width, 10)))] if told else []

    def _paint_head(self, width: int, look: Look) -> list[Strip]:
        title = fit(plain(self._title), width, middle=True)
        lines: list[Line] = [[(title, look.style("identifier") + Style(bold=True))]]
        lines += [[(text, look.style("muted"))] for text in self._hint_lines(width)]
        return [strip_of(line, width, look.panel_style) for line in [*lines, []]]

    def _paint_keys(self, width: int, look: Look) -> list[Strip]:
        strong, muted = look.style("strong"), look.style("muted")
        line: Line = [(_("Entrée") + " ", strong), (_("Choisir") + "   ", muted)]
        line += [(_("Échap") + " ", strong), (self._leaving, muted)]
        return [strip_of([], width, look.panel_style), strip_of(line, width, look.panel_style)]
