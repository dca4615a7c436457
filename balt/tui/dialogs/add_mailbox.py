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
from balt.doctor.discovery import Candidate, Discovery
from balt.doctor.model import Check
from balt.doctor.presets import preset_for
from balt.errors import BaltError, UsageError
from balt.i18n import _
from balt.secrets import Secrets
from balt.text import capital
from balt.tui.dialogs.errand import Errand
from balt.tui.dialogs.mailbox_fields import FIELDS, Filled, MailboxFields
from balt.tui.dialogs.mailbox_notes import MailboxNotes
from balt.tui.dialogs.refusals import Refusals
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

    def __init__(self, secrets: Secrets, clock: Clock, save: Save, fields: MailboxFields) -> None:
        super().__init__()
        self._secrets = secrets
        self._clock = clock
        self._save = save
        self._fields = fields
        self._notes = MailboxNotes()
        self._errand: Errand | None = None
        self._tried: Trial | None = None
        self._proved: Trial | None = None
        self._insisted: Trial | None = None
        self._refusals = Refusals()
        self._offer: tuple[str, Candidate] | None = None

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
            self._offer = None
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
        shown = [self._fields[name].entry for name in FIELDS if self._fields.shows(name)]
        if isinstance(here, Button):
            here.press()
        elif here is shown[-1]:
            self.start_trial()
        elif here in shown:  # by their own order: one that has just come has no place on the screen yet
            self.set_focus(shown[shown.index(here) + 1])

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
            self._notes.say(capital(preset.refused), "✘ ")
        else:
            self._notes.say(f"{preset.operator}. {preset.hint}" if preset.operator else preset.hint)

    # Looking for the server

    @on(Button.Pressed, "#discover")
    def start_discovery(self) -> None:
        address = self._fields["address"].value
        if "@" not in address:
            self._refuse(UsageError(_("il manque l'adresse de la BAL.")))
            return
        if self._offer is not None and self._offer[0] == address:
            # An Enter from before the offer was on screen agrees to nothing; the keys were led away by then.
            if self.focused is self.query_one("#discover"):
                self._take(self._offer[1])
            return
        before = self._fields.server

        def look(errand: Errand) -> None:
            from balt.doctor import discovery

            errand.tell(self._discovered, address, before, discovery.discover(address))

        self._drop_trial()
        self._notes.say(_("Recherche dans le DNS du domaine…"))
        self._send(look)

    def _discovered(self, address: str, before: tuple[str, str, str], found: Discovery) -> None:
        """What the DNS answered. It counts as long as the lines say what they said when it was asked."""
        if address != self._fields["address"].value or self._fields.account_access != "imap":
            return
        if not found.candidates:
            guesses = ", ".join(preset_for(address).hosts)
            self._notes.say(found.sentence, "▲ ")
            if guesses:
                text = _("Noms souvent employés, à essayer si votre opérateur ne dit rien : %s.") % guesses
                self._notes.also(text)
            return
        best = found.candidates[0]
        if self._fields.server != before:
            self._notes.say(_("Le domaine annonce le serveur %s.") % best.host)
            self._notes.also(_("Vous avez changé les lignes du serveur entre-temps : elles restent à vous."))
        elif best.needs_confirmation:
            self._offer = (address, best)
            self._notes.say(_("Le domaine annonce le serveur %s.") % best.host, "▲ ")
            text = _(
                "Ce nom est hors du domaine de votre adresse, et rien ne le prouve : il n'est pas repris. "
                "Demandez à votre opérateur si c'est le sien ; s'il le confirme, écrivez-le, ou choisissez "
                "encore « Chercher le serveur », qui le reprendra."
            )
            self._notes.also(text)
            self._leave_search()
        else:
            self._take(best)

    def _take(self, server: Candidate) -> None:
        self._offer = None
        self._drop_trial()
        self._fields.take_server(server.host, server.port, server.security)
        if server.needs_confirmation:
            text = _("Serveur repris à votre demande : %s. Il est hors du domaine de votre adresse.")
            self._notes.say(text % server.host, "▲ ")
        else:
            self._notes.say(_("Le domaine annonce le serveur %s.") % server.host, "✔ ")
        self._leave_search()

    def _leave_search(self) -> None:
        """Go to the server's line; but whoever went to another line meanwhile stays there. At once: an Enter
        that waits already must not find the button here.
        """
        if self.focused is self.query_one("#discover"):
            self.set_focus(self._fields["host"].entry)

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
        handed: list[str] = []

        def secret() -> str:
            found = self._refusals.require_new(account, typed or self._secrets.password(account))
            handed.append(found)
            return found

        self._drop_trial()
        if typed:
            try:
                self._refusals.require_new(account, typed)
            except BaltError as error:
                self._refuse(error)
                self._fields.focus_for("login")
                return

        def attempt(errand: Errand) -> None:
            from balt.doctor.trying import try_account

            def heard(check: Check) -> None:
                self._refusals.note(account, handed, check)  # also where nobody listens any more
                errand.tell(self._notes.add, check)

            try_account(account, secret, self._clock, on_step=heard, cancelled=errand.stopped)
            errand.tell(self._trial_over, account, typed)

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
            if doubt := self._fields.doubt_number():
                self._notes.also(capital(doubt), "▲ ")
            self.query_one("#save", Button).focus()
            return
        if failure.id == "login" and not typed:
            self._secrets.forget(account)
        if "ca_file" in failure.advice:
            self._notes.also(_("Dans ce formulaire, « ca_file » est la ligne « Autorité (PEM) »."))
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
        """Save at once what was tried; what was not, or failed, or looks wrong, when asked a second time."""
        try:
            filled = self._fields.filled()
        except BaltError as error:
            self._refuse(error)
            return
        refused = self._refusals.knows(filled.account, filled.secret)
        if not self._is_sure(filled.account, refused=refused):
            return
        if refused:  # balt will ask for the right one, and send this one no more
            filled = replace(filled, secret="", remember=False)
        try:
            self._save(filled)
        except BaltError as error:
            self._refuse(error)
            return
        self.dismiss(filled.account)

    def _is_sure(self, account: Account, *, refused: bool) -> bool:
        """Whether nothing stands against saving, or the user was told what does and insists."""
        now = self._now()
        tried = account.access == "none" or now in (self._proved, self._insisted)
        doubt = self._fields.doubt_number()
        if tried and not doubt:
            return True
        self._insisted = now
        if tried:
            text = _("Entrée encore : enregistrer quand même.")
        else:
            text = _("Pas encore essayée avec succès. Entrée encore : enregistrer quand même.")
        self._notes.say(text, "▲ ")
        if refused:
            self._notes.also(_("Le mot de passe refusé n'est pas gardé : balt le demandera."), "▲ ")
        if doubt:
            self._notes.also(capital(doubt), "▲ ")
        return False

    @on(Button.Pressed, "#leave")
    def action_give_up(self) -> None:
        self.dismiss(None)

    # What is said under the form

    def _refuse(self, error: BaltError) -> None:
        self._notes.clear()
        self._notes.say(capital(f"{error.message} {error.advice}".strip()), "✘ ")

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
