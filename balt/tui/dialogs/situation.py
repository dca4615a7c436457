"""Write down a situation d'exercice that the directory does not know."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from balt.i18n import _
from balt.mailboxes.wording import mode_label
from balt.tui import signals
from balt.tui.widgets.form import ChoiceLine, Field, choice_field, text_field


class NewSituation(ModalScreen[signals.AddSituation | None]):
    """Gives the situation, or None when the user gives up."""

    CSS = """
    NewSituation { align: center middle; background: $background 60%; }
    NewSituation > Vertical { width: 70; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    NewSituation .gap { margin: 1 0 0 0; }
    """
    BINDINGS = [
        Binding("escape", "give_up", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def compose(self) -> ComposeResult:
        modes = [("", _("non précisé")), *((code, mode_label(code)) for code in ("L", "S", "B"))]
        with Vertical():
            yield Static(Content(_("Nouvelle situation d'exercice")))
            yield Static("", classes="gap")
            yield text_field("structure", _("Structure"), hint=_("Cabinet des Lilas"))
            yield text_field("town", _("Ville"))
            yield choice_field("mode", _("Mode d'exercice"), modes)
            yield Static(
                Content(_("Entrée : enregistrer · ↑ ↓ : changer de ligne · Échap : renoncer")), classes="gap"
            )

    @on(Input.Submitted)
    @on(ChoiceLine.Submitted)
    def submitted(self) -> None:
        self.action_save()

    def action_save(self) -> None:
        structure, town, mode = (self._field(name).value for name in ("structure", "town", "mode"))
        if not structure:
            self._field("structure").entry.focus()
            return
        self.dismiss(signals.AddSituation(structure, town, mode))

    def action_give_up(self) -> None:
        self.dismiss(None)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)
