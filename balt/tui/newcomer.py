"""From nothing to a first BAL, and to each further one: the welcome, the form, what follows its saving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from balt.config import Account, load_config
from balt.config.append import append_mailbox
from balt.config.model import Person
from balt.errors import BaltError, ConfigError
from balt.i18n import _
from balt.paths import config_file
from balt.sheets.model import Target
from balt.text import fold, plain
from balt.tui.dialogs.add_mailbox import AddMailbox
from balt.tui.dialogs.mailbox_fields import Filled
from balt.tui.dialogs.pick import Choice, PickDialog

if TYPE_CHECKING:
    from balt.tui.app import BaltApp


class Newcomer:
    """Leads the user through the first contact, on the app's screen."""

    def __init__(self, app: BaltApp) -> None:
        self._app = app

    @property
    def file(self) -> Path:
        """Where the configuration is, or will be."""
        return self._app.config.file or config_file()

    def welcome(self) -> None:
        """No BAL is configured: offer the demo, or a first BAL."""
        from balt.tui.app import WANTS_DEMO

        choices = [
            Choice("add", _("Ajouter ma première BAL"), _("avec son adresse")),
            Choice("demo", _("Essayer le cabinet de démonstration"), _("rien à configurer")),
        ]
        hint = _(
            "balt aide à bien tenir ses BAL MSSanté : savoir lesquelles on a, faire de la place sans rien "
            "perdre, dire laquelle utiliser. Rien n'est envoyé ni modifié sans votre accord."
        )

        def chosen(key: str | None) -> None:
            if key == "demo":
                self._app.exit(WANTS_DEMO)
            elif key == "add":
                self.ask()
            else:
                self._app.tell(_("Quand vous voudrez : + ajoute une BAL, ? montre les touches."))

        dialog = PickDialog(_("Bienvenue dans balt"), choices, hint, leaving=_("Plus tard"))
        self._app.push_screen(dialog, chosen)

    def ask(self, address: str = "") -> None:
        """Open the form; what it gives is saved already."""
        if not self._app.is_furnished():
            return
        new = not self.file.exists()
        form = AddMailbox(self._app.secrets, self._app.clock, self._save, address=address, ask_person=new)
        self._app.push_screen(form, self._saved)

    def _save(self, filled: Filled) -> None:
        """Append the BAL to the configuration. Raises ConfigError, LoginError; then nothing has changed."""
        if filled.remember:
            self._refuse_known(filled.account)  # or the keyring would lose the password of that BAL
            self._app.secrets.remember(filled.account, filled.secret)
        append_mailbox(self.file, filled.account, Person(filled.name, filled.rpps))
        if filled.secret and not filled.remember:
            self._app.secrets.give(filled.account, filled.secret)

    def _refuse_known(self, account: Account) -> None:
        """Raise what ``append_mailbox`` would, before anything is kept elsewhere."""
        known = load_config(self.file).accounts if self.file.exists() else ()
        if any(fold(each.address) == fold(account.address) for each in known):
            sentence = _("l'adresse %s est déjà celle d'une BAL de ce fichier.") % plain(account.address)
            raise ConfigError(sentence, advice=_("Rien n'a été ajouté."))

    def _saved(self, account: Account | None) -> None:
        if account is None:
            return
        try:
            config = load_config(self.file)
        except BaltError as error:
            self._app.tell(str(error), grave=True)
            return
        self._app.adopt(config)
        said = _("%s est ajoutée à la configuration.") % account.address
        self._app.set_timer(0.1, lambda: self._app.tell(said))  # once the form has made way for the view
        if account.access == "none":
            self._app.go_to(Target(account.address, view="annuaire"))
        else:
            self._app.go_to(Target(account.address, "INBOX"))
