"""From nothing to a first BAL, and to each further one: the welcome, the form, what follows its saving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from balt.config import Account, load_config
from balt.config.append import append_followed, append_mailbox
from balt.config.model import Person
from balt.errors import BaltError
from balt.i18n import _
from balt.paths import config_file
from balt.sheets.model import Target
from balt.tui.dialogs.add_mailbox import AddMailbox
from balt.tui.dialogs.mailbox_fields import Filled, MailboxFields
from balt.tui.dialogs.pick import Choice, PickDialog

if TYPE_CHECKING:
    from balt.tui.app import BaltApp


class Newcomer:
    """Leads the user through the first contact, on the app's screen."""

    def __init__(self, app: BaltApp) -> None:
        self._app = app
        self._unkept: BaltError | None = None
        """Why the password of the BAL that was just saved could not be kept."""

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
        fields = MailboxFields(address, ask_person=new)
        form = AddMailbox(self._app.secrets, self._app.clock, self._save, fields)
        self._app.push_screen(form, self._saved)

    def follow(self, address: str) -> None:
        """Have the directory asked about a BAL of somebody else, from now on; what was done is told."""
        if not self._app.is_furnished():
            return
        try:
            append_followed(self.file, address)
            self._app.adopt(load_config(self.file))
        except BaltError as error:
            self._app.tell(str(error), grave=True)
            return
        self._app.go_to(Target(address, view="annuaire"))
        said = _("%s est suivie : bloc [[followed]] de la configuration.") % address
        self._app.set_timer(0.1, lambda: self._app.tell(said))  # once the search has made way for the view

    def _save(self, filled: Filled) -> None:
        """Append the BAL to the configuration. Raises ConfigError, LoginError; then nothing has changed."""
        secrets = self._app.secrets
        if filled.remember:
            secrets.require_keyring(filled.account)
        append_mailbox(self.file, filled.account, Person(filled.name, filled.rpps))
        # Only now: the keyring may hold the password that another configuration uses for this address.
        self._unkept = None
        try:
            if filled.remember:
                secrets.remember(filled.account, filled.secret)
            elif filled.secret:
                secrets.give(filled.account, filled.secret)
        except BaltError as error:
            self._unkept = error

    def _saved(self, account: Account | None) -> None:
        if account is None:
            return
        try:
            config = load_config(self.file)
        except BaltError as error:
            self._app.tell(str(error), grave=True)
            return
        self._app.adopt(config)
        said, unkept = _("%s est ajoutée à la configuration.") % account.address, self._unkept
        if unkept is not None:
            reason = f"{unkept.message} {unkept.advice}".strip()
            said = _("%(said)s Son mot de passe n'est pas gardé, balt le demandera. %(reason)s") % {
                "said": said,
                "reason": reason,
            }
        # Once the form has made way for the view.
        self._app.set_timer(0.1, lambda: self._app.tell(said, grave=unkept is not None))
        if account.access == "none":
            self._app.go_to(Target(account.address, view="annuaire"))
        else:
            self._app.go_to(Target(account.address, "INBOX", sort="size"))
