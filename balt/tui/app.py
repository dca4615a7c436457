"""The app: one header, one footer, three views, and the way between them.

What the first paint does not need is imported where it is used: the first view stands before the others are
read from disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App, ComposeResult, SystemCommand
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from balt.clock import Clock
from balt.config import Config
from balt.crash import Crash, crash_of
from balt.errors import CancelledError
from balt.i18n import _
from balt.secrets import Secrets
from balt.sheets.model import Target
from balt.sheets.text import sheet, sheets
from balt.tui import events, signals
from balt.tui.actions import Action, bindings_for
from balt.tui.conversation import Conversation
from balt.tui.driver import DRIVER
from balt.tui.ending import exit_on_signals
from balt.tui.engine import Engine
from balt.tui.palette import ActionCommands
from balt.tui.passwords import PasswordAsker
from balt.tui.theme import ANSI, DARK, LOOKS, Look
from balt.tui.views.fiches import FichesView
from balt.tui.widgets.footer import FooterBar
from balt.tui.widgets.header import HeaderBar

if TYPE_CHECKING:
    from balt.mailboxes.model import MailboxStatus
    from balt.sheets.model import Evidence
    from balt.tui.dialogs.pager import Writer
    from balt.tui.views.journal import JournalView
    from balt.tui.views.messages import MessagesView


class BaltApp(App[int]):
    """balt on the screen. It knows servers only through the engine."""

    TITLE = "balt"
    CSS_PATH: ClassVar = ["views/messages.tcss"]
    CSS = """
    Screen { background: $background; }
    ContentSwitcher { height: 1fr; }
    Toast { background: $panel; padding: 1 2; }
    CommandPalette SearchIcon { display: none; }
    """
    BINDINGS = bindings_for("app")
    COMMANDS: ClassVar = {ActionCommands}

    def __init__(
        self, config: Config, secrets: Secrets, clock: Clock, *, badge: str, state_dir: Path, ansi: bool
    ) -> None:
        super().__init__(driver_class=DRIVER, ansi_color=ansi)
        self.look: Look = ANSI if ansi else DARK
        self.config = config
        self.clock = clock
        self.badge = badge
        self.crash: Crash | None = None
        self.furnished = False
        self._wanted = "fiches"
        self.evidence: list[Evidence] = []
        self.statuses: dict[str, MailboxStatus] = {}
        self.engine = Engine(config, secrets, clock, state_dir, self.post_message)
        self.conversation = Conversation(self, self.engine)
        self._passwords = secrets.ask = PasswordAsker(self)
        for look in LOOKS.values():
            self.register_theme(look.theme())
        self.theme = "ansi-dark" if ansi else self.look.name

    def compose(self) -> ComposeResult:
        yield HeaderBar(who=self.config.person.name, mailboxes=len(self.config.accounts), badge=self.badge)
        with ContentSwitcher(initial="fiches"):
            yield FichesView(sheets())
        yield FooterBar()

    def on_mount(self) -> None:
        self.animation_level = "none"
        exit_on_signals(self)
        self._turn_to(self.fiches)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        self._passwords.give_up()
        self.engine.stop()

    async def _begin(self) -> None:
        """Once the first view is on screen: bring in the other views, then open the lines to the servers."""
        from balt.tui.views.journal import JournalView
        from balt.tui.views.messages import MessagesView

        switcher = self.screen_stack[0].query_one(ContentSwitcher)
        await switcher.add_content(MessagesView(self.config, self.engine, self.clock))
        await switcher.add_content(JournalView(self.engine.journal))
        self.furnished = True
        self._show_evidence()
        if not self.config.accounts:
            from balt.tui.dialogs.pages import first_page

            self._show_page(_("Aucune BAL pour l'instant"), first_page(self.config.file))
        self.engine.start()
        if self._wanted != "fiches":
            getattr(self, f"action_view_{self._wanted}")()

    @property
    def fiches(self) -> FichesView:
        """View 1."""
        return self.screen_stack[0].query_one("#fiches", FichesView)

    @property
    def messages(self) -> MessagesView:
        """View 3."""
        from balt.tui.views.messages import MessagesView

        return self.screen_stack[0].query_one("#messages", MessagesView)

    @property
    def journal(self) -> JournalView:
        """View 5."""
        from balt.tui.views.journal import JournalView

        return self.screen_stack[0].query_one("#journal", JournalView)

    @property
    def view(self) -> FichesView | MessagesView | JournalView:
        """The view on screen."""
        current = self.screen_stack[0].query_one(ContentSwitcher).current
        if current == "messages":
            return self.messages
        return self.journal if current == "journal" else self.fiches

    # The keys of the app

    def places(self) -> tuple[str, ...]:
        """The places of the table of actions that belong to the view on screen."""
        place = str(self.view.id)
        if place == "messages" and self.messages.folder_pane.has_focus:
            return ("folders", "messages", "app")
        return (place, "app")

    def perform(self, action: Action) -> None:
        """Do an action chosen by its name, where it belongs."""
        owner: object = self if action.place == "app" else self.view
        if action.place == "folders":
            owner = self.messages.folder_pane
        getattr(owner, f"action_{action.name}")()

    def action_view_fiches(self) -> None:
        self._turn_to(self.fiches)

    def action_view_messages(self) -> None:
        if self._is_furnished("messages"):
            self._turn_to(self.messages)
            self.messages.open_first()

    def action_view_journal(self) -> None:
        if self._is_furnished("journal"):
            self._turn_to(self.journal)
            self.journal.reload()
            self.journal.table.focus()

    def action_refresh(self) -> None:
        if self._is_furnished():
            for account in self.engine.accounts:
                self._read_again(account.address)

    def action_mask(self) -> None:
        if not self._is_furnished():
            return
        header = self.screen_stack[0].query_one(HeaderBar)
        header.masked = not header.masked
        self.messages.set_masked(header.masked)

    def action_look(self) -> None:
        names = list(LOOKS)
        if self.look.name not in names:
            self._tell(_("Ici, balt garde les couleurs de votre terminal."))
        else:
            self.look = LOOKS[names[(names.index(self.look.name) + 1) % len(names)]]
            self.theme = self.look.name
        self._restyle()

    def action_help(self) -> None:
        from balt.tui.dialogs.pages import help_page

        place = str(self.view.id)
        more = {"messages": ("folders", "list"), "journal": ("list",)}.get(place, ())
        self._show_page(_("Aide"), help_page((place, *more, "app")))

    def action_palette(self) -> None:
        self.push_screen(CommandPalette(placeholder=_("Chercher une commande…")))

    def action_quit_app(self) -> None:
        if self.conversation.acting:
            self.conversation.leave_after()
            self._tell(_("Un acte est en cours : balt se ferme après le lot en cours."))
        else:
            self.exit(0)

    async def action_quit(self) -> None:
        """Textual's own key, ctrl+q."""
        self.action_quit_app()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None of Textual's own: its screenshot would hold patients' names."""
        return ()

    # What the views ask

    @on(HeaderBar.Chosen)
    def tab_chosen(self, event: HeaderBar.Chosen) -> None:
        getattr(self, f"action_view_{event.view}")()

    @on(signals.Act)
    def act_on_step(self, event: signals.Act) -> None:
        found = next((each for each in self.evidence if each.id == event.step), None)
        if found is None or found.target is None:
            self._tell(_("Rien à ouvrir pour cette étape : la phrase sous son titre dit ce qui manque."))
            return
        self.go_to(found.target)

    def go_to(self, target: Target) -> None:
        """Open the messages that a step is about, already filtered."""
        from balt.tui.views.message_rows import Order

        self._turn_to(self.messages)
        order = Order("size" if target.sort == "size" else "date", target.reverse)
        self.messages.open(target.address, target.folder, target.filter, order)
        if target.partial:
            self._tell(_("Le dossier qui en contient le plus. D'autres dossiers ou BAL en ont aussi."))

    @on(signals.AskRisks)
    def show_risks(self, event: signals.AskRisks) -> None:
        from balt.tui.dialogs.pages import risks_page

        asked = sheet(event.sheet)
        self._show_page(asked.title, risks_page(asked), hue=asked.id)

    @on(signals.AskPreview)
    def ask_preview(self, event: signals.AskPreview) -> None:
        self.engine.read_message(event.address, event.folder, event.uid)

    @on(signals.GoHome)
    def go_home(self) -> None:
        self.action_view_fiches()

    @on(signals.PaneChanged)
    def pane_changed(self) -> None:
        self._refresh_footer()

    @on(signals.Say)
    def say(self, event: signals.Say) -> None:
        self._tell(event.sentence, grave=event.grave)

    # What the workers tell

    @on(events.FoldersRead)
    def folders_read(self, event: events.FoldersRead) -> None:
        self.messages.folders_read(event)
        self._refresh_footer()

    @on(events.StatusTaken)
    def status_taken(self, event: events.StatusTaken) -> None:
        self.statuses[event.status.address] = event.status
        if not event.status.reachable:
            self.messages.unreachable(event.status.address, event.status.error or "")
        self._show_evidence()

    @on(events.ListingRead)
    def listing_read(self, event: events.ListingRead) -> None:
        self.messages.listing_read(event)
        self._refresh_footer()

    @on(events.ListingFailed)
    def listing_failed(self, event: events.ListingFailed) -> None:
        self.messages.listing_failed(event)

    @on(events.DetailsRead)
    def details_read(self, event: events.DetailsRead) -> None:
        self.messages.details_read(event)

    @on(events.Progress)
    def progress(self, event: events.Progress) -> None:
        self.messages.progress(event)

    @on(events.PreviewRead)
    def preview_read(self, event: events.PreviewRead) -> None:
        from balt.tui.dialogs.pages import message_page

        browse = self.messages.browse
        if browse.hides_text or not browse.shows(event.address, event.folder) or len(self.screen_stack) > 1:
            return  # the user has gone elsewhere, or put the mask on, meanwhile
        mail = browse.message(event.uid)
        page = message_page(event.preview, mail.date if mail else None)
        self._show_page(_("Message"), page, hue="entretenir")

    @on(signals.AskPlan)
    def ask_plan(self, event: signals.AskPlan) -> None:
        self.conversation.ask(event.request)

    @on(events.PlanDrafted)
    @on(events.PlanProgress)
    def plan_goes_on(self, event: events.PlanDrafted | events.PlanProgress) -> None:
        self.conversation.goes_on(event)

    @on(events.PlanApplied)
    def plan_applied(self, event: events.PlanApplied) -> None:
        self.conversation.applied(event)
        self._read_again(event.plan.address)

    @on(events.PlanFailed)
    def plan_failed(self, event: events.PlanFailed) -> None:
        if not self.conversation.failed(event) and not isinstance(event.error, CancelledError):
            self._tell(str(event.error), grave=True)

    @on(events.ActsSettled)
    def acts_settled(self, event: events.ActsSettled) -> None:
        for sentence in event.sentences:
            self._tell(_("%(mailbox)s : %(message)s") % {"mailbox": event.address, "message": sentence})

    @on(events.Problem)
    def problem(self, event: events.Problem) -> None:
        self._tell(str(event.error), grave=True)

    # Inside

    def _is_furnished(self, wanted: str = "fiches") -> bool:
        """Whether all views are there; the one that was asked for too early is opened as soon as they are."""
        if not self.furnished:
            self._wanted = wanted
        return self.furnished

    def _read_again(self, address: str) -> None:
        self.engine.refresh(address)
        browse = self.messages.browse
        if browse.address == address:
            self.engine.open_folder(address, browse.folder)
        if self.view is self.journal:
            self.journal.reload()

    def _turn_to(self, view: FichesView | MessagesView | JournalView) -> None:
        stack = self.screen_stack[0]
        stack.query_one(ContentSwitcher).current = view.id
        stack.query_one(HeaderBar).view = str(view.id)
        self._refresh_footer()
        if view is self.fiches:
            view.focus()

    def _refresh_footer(self) -> None:
        renamed = self.messages.renamed() if self.view.id == "messages" else {}
        self.screen_stack[0].query_one(FooterBar).show(self.places(), self.view.why_not, renamed)

    def _show_evidence(self) -> None:
        from balt.sheets.rules import evaluate
        from balt.tui.views.gauge import gauge_of, worst_sign

        statuses = list(self.statuses.values())
        waiting = [a for a in self.engine.accounts if a.address not in self.statuses]
        self.evidence = evaluate(statuses, self.config, self.clock.now()) if statuses or not waiting else []
        gauge = gauge_of(statuses, self.config)
        self.fiches.show(self.evidence, gauge, reading=bool(waiting))
        header = self.screen_stack[0].query_one(HeaderBar)
        header.state = _("lecture…") if waiting else worst_sign(self.evidence)

    def _show_page(self, title: str, page: Writer, *, hue: str = "strong") -> None:
        from balt.tui.dialogs.pager import Pager

        self.push_screen(Pager(title, page, hue=hue))

    def _restyle(self) -> None:
        stack = self.screen_stack[0]
        stack.query_one(HeaderBar).refresh()
        self._refresh_footer()
        self._show_evidence()
        if self.furnished:
            self.messages.restyle()
            self.journal.restyle()

    def _tell(self, sentence: str, *, grave: bool = False) -> None:
        self.notify(sentence, severity="error" if grave else "information", markup=False, timeout=8)

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print local variables, which here are patients' mail: keep places only."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._return_code = 1
        self.crash = crash_of(error)
        self._close_messages_no_wait()
