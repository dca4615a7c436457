"""Ask for a password: shown as dots, kept in memory only."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from balt.i18n import _
from balt.tui.widgets.secret import SecretInput


class PasswordDialog(ModalScreen[str | None]):
    """Gives the password, or None when the user gives up."""

    CSS = """
    PasswordDialog { align: center middle; background: $background 60%; }
    PasswordDialog > Vertical { width: 70; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    PasswordDialog Input { margin: 1 0; border: none; height: 1; padding: 0 1; background: $empty; }
    """
    BINDINGS = [
        Binding("escape", "give_up", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(_("Mot de passe de la BAL")))
            yield Static(Content(self._address))
            yield SecretInput()
            yield Static(Content(_("Entrée : se connecter · Échap : ne pas lire cette BAL maintenant")))

    @on(Input.Submitted)
    def give(self, event: Input.Submitted) -> None:
        self.dismiss(event.value or None)

    def action_give_up(self) -> None:
        self.dismiss(None)
