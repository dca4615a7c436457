"""The form of a BAL: its address, how it is read, a trial that explains what fails, and saving."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Button, Input, Static

from balt.clock import Clock
from balt.config import Account
from balt.doctor.discovery import Discovery
from balt.doctor.model import Check
from balt.doctor.presets import preset_for
from balt.errors import BaltError, UsageError
from balt.i18n import _
from balt.secrets import Secrets
from balt.tui.dialogs.errand import Errand
from balt.tui.dialogs.mailbox_fields import FIELDS, Filled, MailboxFields
from balt.tui.dialogs.mailbox_notes import MailboxNotes
from balt.tui.paint import Line, strip_of
from balt.tui.theme import Look
from balt.tui.widgets.form import ChoiceLine
from balt.tui.widgets.painted import Painted

Save = Callable[[Filled], None]
"""Keeps the BAL; raises BaltError, and then nothing has changed."""

_SETTLING_SECONDS = 0.5

Trial = tuple[Account, str]
"""What a trial is about: the account, wherever its password will be kept, and what was typed as one."""


class AddMailbox(ModalScreen[Account | None]):
    """Gives the account once it is saved; None when the user gives up."""

    CSS = """
    AddMailbox { align: center middle; background: $background 60%; }
    AddMailbox > Vertical { width: 90; max-width: 100%; height: 100%; max-height: 34; background: $panel;
                            padding: 0 1; }
    AddMailbox #form { height: auto; }
    AddMailbox .title { text-style: bold; color: $primary; margin: 0 0 1 0; }
    AddMailbox Field.hidden { display: none; }
    AddMailbox #buttons { height: 1; margin: 1 0 0 0; }
    AddMailbox Button { margin: 0 2 0 0; background: $empty; color: $text; border: none; }
    AddMailbox Button:focus { background: $primary; color: $background; text-style: bold; }
    AddMailbox MailboxNotes { height: 1fr; margin: 1 0 0 0; background: $panel; }
    AddMailbox #keys { height: 1; }
    """
    BINDINGS = [
        # First in line: what is typed right after Enter must already go to the next line.
        Binding("enter", "go_on", show=False, priority=True),
        Binding("escape", "give_up", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("pagedown", "scroll_notes(1)", show=False),
        Binding("pageup", "scroll_notes(-1)", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def __init__(
        self, secrets: Secrets, clock: Clock, save: Save, *, address: str = "", ask_person: bool = False
    ) -> None:
        super().__init__()
        self._secrets = secrets
        self._clock = clock
        self._save = save
        self._fields = MailboxFields(address, ask_person=ask_person)
        self._notes = MailboxNotes()
        self._errand: Errand | None = None
        self._tried: Trial | None = None
        self._proved: Trial | None = None
        self._insisted: Trial | None = None

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(_("Ajouter une BAL")), classes="title")
            with Vertical(id="form"):
                yield from self._fields.compose()
            with Horizontal(id="buttons"):
                yield Button(_("Chercher le serveur"), id="discover", compact=True)
                yield Button(_("Essayer"), id="try", compact=True)
                yield Button(_("Enregistrer"), id="save", compact=True)
                yield Button(_("Renoncer"), id="leave", compact=True)
            yield self._notes
            yield Painted(self._paint_keys, id="keys")

    def on_mount(self) -> None:
        self._fields.propose(preset_for(self._fields["address"].value))
        self._arrange()
        self._advise()
        shown = [name for name in FIELDS if self._fields.shows(name)]
        first = next((name for name in shown if not self._fields[name].value), shown[-1])
        self._fields[first].entry.focus()

    def on_unmount(self) -> None:
        self._stop_errand()

    # Filling in

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    def changed(self, event: Input.Changed | ChoiceLine.Changed) -> None:
        if event.control is self._fields["address"].entry:
            self._fields.propose(preset_for(self._fields["address"].value))
            self._advise()
        if event.control is self._fields["access"].entry:
            self._fields.chosen_by_hand()
        self._arrange()
        self._doubt_trial()

    async def action_go_on(self) -> None:
        """Enter: the next line; a trial on the last one; a button does what it says."""
        await self._settle()
        here = self.focused
        if isinstance(here, Button):
            here.press()
        elif here is self._fields[[name for name in FIELDS if self._fields.shows(name)][-1]].entry:
            self.start_trial()
        else:
            self.focus_next()

    async def _settle(self) -> None:
        """Wait until what was typed before this key is on its line, and its notice has climbed from there to
        this form: only then is it known which line comes next. Later keys wait meanwhile.
        """
        here = self.focused
        if here is None:
            return
        for node in (here, *here.ancestors_with_self):
            done = asyncio.Event()
            if node.call_later(done.set):
                with suppress(TimeoutError):  # one that is being removed answers no more
                    await asyncio.wait_for(done.wait(), _SETTLING_SECONDS)
            if node is self:
                return

    def action_scroll_notes(self, by: int) -> None:
        """The trial may tell more than there is room for."""
        if by > 0:
            self._notes.scroll_page_down(animate=False)
        else:
            self._notes.scroll_page_up(animate=False)

    def _arrange(self) -> None:
        self._fields.arrange()
        self.query_one("#discover", Button).display = self._fields.account_access == "imap"

    def _advise(self) -> None:
        """What the domain of the address tells."""
        if "@" not in self._fields["address"].value:
            text = _("L'adresse suffit pour commencer : son domaine dit souvent qui la tient.")
            self._notes.say(text)
            return
        preset = preset_for(self._fields["address"].value)
        if preset.refused:
            self._notes.say(_sentence(preset.refused), "✘ ")
        else:
            self._notes.say(f"{preset.operator}. {preset.hint}" if preset.operator else preset.hint)

    # Looking for the server

    @on(Button.Pressed, "#discover")
    def start_discovery(self) -> None:
        address = self._fields["address"].value
        if "@" not in address:
            self._refuse(UsageError(_("il manque l'adresse de la BAL.")))
            return

        def look(errand: Errand) -> None:
            from balt.doctor import discovery

            errand.tell(self._discovered, address, discovery.discover(address))

        self._drop_trial()
        self._notes.say(_("Recherche dans le DNS du domaine…"))
        self._send(look)

    def _discovered(self, address: str, found: Discovery) -> None:
        if address != self._fields["address"].value:
            return
        if not found.candidates:
            guesses = ", ".join(preset_for(address).hosts)
            self._notes.say(found.sentence, "▲ ")
            if guesses:
                text = _("Noms souvent employés, à essayer si votre opérateur ne dit rien : %s.") % guesses
                self._notes.also(text)
            return
        best = found.candidates[0]
        self._fields.take_server(best.host, best.port, best.security)
        self._notes.say(_("Le domaine annonce le serveur %s.") % best.host, "✔ ")
        if best.needs_confirmation:
            text = _(
                "Ce nom est hors du domaine de votre adresse : n'essayez que si votre opérateur le confirme."
            )
            self._notes.also(text, "▲ ")
        self._fields["host"].entry.focus()

    # Trying

    @on(Button.Pressed, "#try")
    def start_trial(self) -> None:
        try:
            account = self._fields.account()
        except BaltError as error:
            self._drop_trial()
            self._refuse(error)
            return
        about = self._now()
        if about == self._tried and self._errand is not None and self._errand.running:
            return  # under way already: a second login at once could lock the account
        typed = self._fields.secret

        def secret() -> str:
            return typed or self._secrets.password(account)

        def attempt(errand: Errand) -> None:
            from balt.doctor.trying import try_account

            def heard(check: Check) -> None:
                errand.tell(self._notes.add, check)

            try_account(account, secret, self._clock, on_step=heard, cancelled=errand.stopped)
            errand.tell(self._trial_over, account, typed)

        self._drop_trial()
        self._tried = about
        self._notes.say(_("Essai en cours…"))
        self._send(attempt)

    def _trial_over(self, account: Account, typed: str) -> None:
        if self._now() != self._tried:  # a letter came since, and its notice did not yet
            self._doubt_trial()
            return
        failure = self._notes.conclude()
        if failure is None:
            self._proved = self._tried
            self._notes.say(_("Tout va bien : Entrée l'enregistre."), "✔ ")
            self.query_one("#save", Button).focus()
            return
        if failure.id == "login" and not typed:
            self._secrets.forget(account)
        self._fields.focus_for(failure.id)

    def _now(self) -> Trial | None:
        """What a trial would be about as the form stands; None while its lines do not add up."""
        try:
            return replace(self._fields.account(), keyring=False), self._fields.secret
        except BaltError:
            return None

    def _doubt_trial(self) -> None:
        """A line changed: what was tried, or is being tried, is no longer what the form says. A failure stays
        on screen: it tells what to change.
        """
        if self._tried is None or self._now() == self._tried:
            return
        running = self._errand is not None and self._errand.running
        if running or self._proved is not None:
            self._drop_trial()
            self._notes.say(_("Une ligne a changé depuis l'essai : essayez encore."), "▲ ")
        self._tried = None

    def _drop_trial(self) -> None:
        """Nothing of an earlier trial counts any more, and one that is under way goes no further."""
        self._stop_errand()
        self._tried = self._proved = None
        self._notes.clear()

    def _send(self, work: Callable[[Errand], None]) -> None:
        self._stop_errand()
        self._errand = Errand(self, work)
        self._errand.start(self._refuse)

    def _stop_errand(self) -> None:
        if self._errand is not None:
            self._errand.stop()

    # Saving

    @on(Button.Pressed, "#save")
    def save(self) -> None:
        """Save at once what was tried; what was not, or failed, when asked a second time."""
        try:
            filled = self._fields.filled()
        except BaltError as error:
            self._refuse(error)
            return
        now = self._now()
        if filled.account.access != "none" and now not in (self._proved, self._insisted):
            self._insisted = now
            text = _("Pas encore essayée avec succès. Entrée encore : enregistrer quand même.")
            self._notes.say(text, "▲ ")
            return
        try:
            self._save(filled)
        except BaltError as error:
            self._refuse(error)
            return
        self.dismiss(filled.account)

    @on(Button.Pressed, "#leave")
    def action_give_up(self) -> None:
        self.dismiss(None)

    # What is said under the form

    def _refuse(self, error: BaltError) -> None:
        self._notes.clear()
        self._notes.say(_sentence(f"{error.message} {error.advice}".strip()), "✘ ")

    def _paint_keys(self, width: int, look: Look) -> list[Strip]:
        strong, muted = look.style("strong"), look.style("muted")
        keys = [
            (_("Entrée"), _("Ligne suivante")),
            ("↑ ↓", _("Se déplacer")),
            ("← →", _("Choisir")),
            (_("Échap"), _("Renoncer")),
        ]
        line: Line = [each for key, does in keys for each in ((key, strong), (f" {does}   ", muted))]
        return [strip_of(line, width, look.panel_style)]


def _sentence(text: str) -> str:
    """An error's words as a sentence of their own; a word that is a name or an address keeps its case."""
    first = text.split(" ", 1)[0]
    return text if "." in first or "@" in first else text[:1].upper() + text[1:]
