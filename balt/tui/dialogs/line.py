"""Ask for one line of text."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from balt.i18n import _
from balt.text import plain


class LineDialog(ModalScreen[str | None]):
    """Gives the line, or None when the user gives up; an empty one is taken where it is ``optional``."""

    CSS = """
    LineDialog { align: center middle; background: $background 60%; }
    LineDialog > Vertical { width: 76; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    LineDialog Input { margin: 1 0; border: none; height: 1; padding: 0 1; background: $empty; }
    """
    BINDINGS = [
        Binding("escape", "give_up", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def __init__(
        self, title: str, hint: str, longest: int = 200, *, value: str = "", optional: bool = False
    ) -> None:
        """``value`` stands in the line at first."""
        super().__init__()
        self._value = value
        self._title = title
        self._hint = hint
        self._longest = longest
        self._optional = optional

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(plain(self._title)))
            yield Static(Content(self._hint))
            yield Input(self._value, max_length=self._longest, compact=True, select_on_focus=False)
            yield Static(Content(_("Entrée : enregistrer · Échap : ne rien changer")))

    @on(Input.Submitted)
    def give(self, event: Input.Submitted) -> None:
        if event.value.strip() or self._optional:
            self.dismiss(event.value.strip())

    def action_give_up(self) -> None:
        self.dismiss(None)
