"""Choose how to look at a BAL: seven ways, a digit each; the key that opened it goes to the next one."""

from textual.binding import Binding

from balt.i18n import _
from balt.mailboxes.grouping import Way
from balt.mailboxes.grouping_words import way_name
from balt.tui.dialogs.pick import Choice, PickDialog

MESSAGES, ATTACHMENTS, DUPLICATES = "messages", "attachments", "duplicates"


class WaysDialog(PickDialog):
    """Gives "messages", "attachments", "duplicates" or a value of ``Way``; None when the user leaves."""

    BINDINGS = [Binding("w", "next", show=False)]

    def __init__(self, present: str) -> None:
        told = {
            MESSAGES: (_("messages"), _("la liste")),
            ATTACHMENTS: (_("pièces jointes"), _("les plus grosses")),
            Way.SENDER: (way_name(Way.SENDER), _("qui remplit la BAL")),
            Way.YEAR: (way_name(Way.YEAR), _("depuis quand")),
            Way.FOLDER: (way_name(Way.FOLDER), _("tous les dossiers")),
            Way.KIND: (way_name(Way.KIND), _("documents, accusés, avis…")),
            DUPLICATES: (_("en double"), _("deux fois les mêmes octets")),
        }
        choices = [Choice(key, text, detail, key == present) for key, (text, detail) in told.items()]
        super().__init__(_("Vue"), choices, _("w passe à la suivante."))

    def action_next(self) -> None:
        self._table.move_to((self._table.cursor + 1) % len(self._table.source))
