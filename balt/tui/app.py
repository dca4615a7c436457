"""The app: one header, one footer, three views, and the way between them.

What the first paint does not need is imported where it is used: the first view stands before the others are
read from disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App, ComposeResult, SystemCommand
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from balt.clock import Clock
from balt.config import Account, Config
from balt.crash import Crash, crash_of
from balt.i18n import _, ngettext
from balt.secrets import Secrets
from balt.sheets.model import Target
from balt.sheets.text import sheet, sheets
from balt.tui import events, signals
from balt.tui.actions import Action, bindings_for
from balt.tui.driver import DRIVER
from balt.tui.ending import exit_on_signals
from balt.tui.engine import Engine
from balt.tui.palette import ActionCommands
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
        self.evidence: list[Evidence] = []
        self.statuses: dict[str, MailboxStatus] = {}
        secrets.ask = self._ask_password
        self.engine = Engine(config, secrets, clock, state_dir, self.post_message)
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
            self._say_how_to_begin()
        self.engine.start()

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
        if not self.furnished:
            self.call_later(self.action_view_messages)
            return
        self._turn_to(self.messages)
        self.messages.open_first()

    def action_view_journal(self) -> None:
        if not self.furnished:
            self.call_later(self.action_view_journal)
            return
        self._turn_to(self.journal)
        self.journal.reload()
        self.journal.table.focus()

    def action_refresh(self) -> None:
        for account in self.engine.accounts:
            self.engine.refresh(account.address)
        browse = self.messages.browse
        if browse.folder:
            self.engine.open_folder(browse.address, browse.folder)
        if self.view is self.journal:
            self.journal.reload()

    def action_mask(self) -> None:
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
        self.exit(0)

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

        mail = self.messages.browse.message(event.uid)
        page = message_page(event.preview, mail.date if mail else None)
        self._show_page(_("Message"), page, hue="entretenir")

    @on(events.PlanDrafted)
    def plan_drafted(self, event: events.PlanDrafted) -> None:
        from balt.tui.dialogs.confirm import ConfirmDialog

        if event.request is not self.engine.drafting:
            return  # the user has left it meanwhile
        if isinstance(self.screen, ConfirmDialog):
            self.screen.redrafted(event.request, event.plan)
        elif len(self.screen_stack) == 1:
            self.push_screen(ConfirmDialog(event.request, event.plan, self.engine))

    @on(events.PlanProgress)
    @on(events.PlanApplied)
    @on(events.PlanFailed)
    def plan_went_on(self, event: events.PlanProgress | events.PlanApplied | events.PlanFailed) -> None:
        from balt.tui.dialogs.confirm import ConfirmDialog

        if isinstance(self.screen, ConfirmDialog):
            self.screen.told(event)
        elif isinstance(event, events.PlanFailed):
            self._tell(str(event.error), grave=True)
        if not isinstance(event, events.PlanProgress):
            self.action_refresh()

    @on(events.Settled)
    def settled(self, event: events.Settled) -> None:
        sentence = ngettext(
            "%(mailbox)s : un acte interrompu a trouvé sa fin ; le journal la dit.",
            "%(mailbox)s : %(n)d actes interrompus ont trouvé leur fin ; le journal la dit.",
            event.acts,
        )
        self._tell(sentence % {"mailbox": event.address, "n": event.acts})

    @on(events.Problem)
    def problem(self, event: events.Problem) -> None:
        self._tell(str(event.error), grave=True)

    # Inside

    def _turn_to(self, view: FichesView | MessagesView | JournalView) -> None:
        self.engine.cancel_draft()
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

    def _say_how_to_begin(self) -> None:
        from balt.paths import config_file
        from balt.tui.dialogs.pages import first_page

        self._show_page(_("Aucune BAL pour l'instant"), first_page(self.config.file or config_file()))

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

    def _ask_password(self, account: Account) -> str | None:
        """Called in the thread of a worker: ask on the screen and wait for the answer."""
        answer: Future[str | None] = Future()

        def ask() -> None:
            from balt.tui.dialogs.password import PasswordDialog

            self.push_screen(PasswordDialog(account.address), answer.set_result)

        self.call_from_thread(ask)
        return answer.result()

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print local variables, which here are patients' mail: keep places only."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._return_code = 1
        self.crash = crash_of(error)
        self._close_messages_no_wait()
