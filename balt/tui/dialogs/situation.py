"""Write down a situation d'exercice that the directory does not know."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

from balt.i18n import _
from balt.mailboxes.wording import mode_label
from balt.tui import signals
from balt.tui.paint import Line, strip_of
from balt.tui.theme import Look
from balt.tui.widgets.form import Field, choice_field, text_field
from balt.tui.widgets.painted import Painted


class NewSituation(ModalScreen[signals.AddSituation | None]):
    """Gives the situation, or None when the user gives up."""

    CSS = """
    NewSituation { align: center middle; background: $background 60%; }
    NewSituation > Vertical { width: 70; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    NewSituation .title { text-style: bold; color: $primary; margin: 0 0 1 0; }
    NewSituation #keys { height: 1; margin: 1 0 0 0; }
    """
    BINDINGS = [
        # First in line: what is typed right after Enter must already go to the next line.
        Binding("enter", "go_on", show=False, priority=True),
        Binding("escape", "give_up", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def compose(self) -> ComposeResult:
        modes = [("", _("non précisé")), *((code, mode_label(code)) for code in ("L", "S", "B"))]
        with Vertical():
            yield Static(Content(_("Nouvelle situation d'exercice")), classes="title")
            yield text_field("structure", _("Structure"), hint=_("Cabinet des Lilas"))
            yield text_field("town", _("Ville"))
            yield choice_field("mode", _("Mode d'exercice"), modes)
            yield Painted(self._paint_keys, id="keys")

    def action_go_on(self) -> None:
        """Enter: the next line; on the last one it saves."""
        last = self._field("mode").entry
        if last.has_focus:
            last.call_later(self.action_save)  # after the letters that still wait for a line
        else:
            self.focus_next()

    def action_save(self) -> None:
        structure, town, mode = (self._field(name).value for name in ("structure", "town", "mode"))
        if not structure:
            self.notify(_("Il manque le nom de la structure ou du cabinet."), markup=False)
            self._field("structure").entry.focus()
            return
        self.dismiss(signals.AddSituation(structure, town, mode))

    def action_give_up(self) -> None:
        self.dismiss(None)

    def _paint_keys(self, width: int, look: Look) -> list[Strip]:
        strong, muted = look.style("strong"), look.style("muted")
        keys = [
            (_("Entrée"), _("Ligne suivante, puis enregistrer")),
            ("↑ ↓", _("Se déplacer")),
            ("← →", _("Choisir")),
            (_("Échap"), _("Renoncer")),
        ]
        line: Line = [each for key, does in keys for each in ((key, strong), (f" {does}   ", muted))]
        return [strip_of(line, width, look.panel_style)]

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)
