"""The frame of the app: one header, one footer, five views, the way between them, and what any of them uses.

What the first paint does not need is imported where it is used: the first view stands before the others are
read from disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import App, ComposeResult, SystemCommand
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from balt.clock import Clock
from balt.config import Config
from balt.crash import Crash, crash_of
from balt.i18n import _
from balt.sheets.text import sheet, sheets
from balt.tui import signals
from balt.tui.action import Action
from balt.tui.actions import bindings_for
from balt.tui.driver import DRIVER
from balt.tui.ending import exit_on_signals
from balt.tui.palette import ActionCommands
from balt.tui.spans import ExactScreen
from balt.tui.theme import ANSI, DARK, LOOKS, Look
from balt.tui.views.fiches import FichesView
from balt.tui.widgets.footer import FooterBar
from balt.tui.widgets.header import HeaderBar

if TYPE_CHECKING:
    from balt.tui.dialogs.pager import Writer
    from balt.tui.views.annuaire import AnnuaireView
    from balt.tui.views.journal import JournalView
    from balt.tui.views.messages import MessagesView
    from balt.tui.views.situations import SituationsView

    View = FichesView | AnnuaireView | MessagesView | SituationsView | JournalView

NOTICE_SECONDS = 8.0
"""How long a notice stays at the corner of the screen."""
IN_LISTS = {
    "annuaire": ("list",),
    "messages": ("folders", "list"),
    "situations": ("list",),
    "journal": ("list",),
}
"""The further places whose keys count in a view, for its help."""


class Shell(App[int]):
    """The frame, without anything to show yet."""

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

    def __init__(self, config: Config, clock: Clock, *, badge: str, ansi: bool) -> None:
        super().__init__(driver_class=DRIVER, ansi_color=ansi)
        self.look: Look = ANSI if ansi else DARK
        self.config = config
        self.clock = clock
        self.badge = badge
        self.crash: Crash | None = None
        self.furnished = False
        self.ready: set[str] = set()
        self._wanted = "fiches"
        for look in LOOKS.values():
            self.register_theme(look.theme())
        self.theme = "ansi-dark" if ansi else self.look.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours of ours that the styles name, for Textual's theme of 16 colours, which lacks them."""
        names = {"muted": ANSI.muted, "empty": ANSI.empty, "selected": ANSI.selected}
        names["selected-text"] = ANSI.selected_text
        return {name: f"ansi_{color}" for name, color in names.items()}

    def get_default_screen(self) -> ExactScreen:
        return ExactScreen()

    def compose(self) -> ComposeResult:
        yield HeaderBar(who=self.config.person.name, mailboxes=len(self.config.accounts), badge=self.badge)
        with ContentSwitcher(initial="fiches"):
            yield FichesView(sheets())
        yield FooterBar()

    def on_mount(self) -> None:
        self.animation_level = "none"
        exit_on_signals(self)
        self.turn_to(self.fiches)
        self.call_after_refresh(self.begin)

    async def begin(self) -> None:
        """Called once the first view is on screen."""

    # The views

    @property
    def header(self) -> HeaderBar:
        return self.screen_stack[0].query_one(HeaderBar)

    @property
    def fiches(self) -> FichesView:
        """View 1."""
        return self.screen_stack[0].query_one("#fiches", FichesView)

    @property
    def annuaire(self) -> AnnuaireView:
        """View 2."""
        from balt.tui.views.annuaire import AnnuaireView

        return self.screen_stack[0].query_one("#annuaire", AnnuaireView)

    @property
    def messages(self) -> MessagesView:
        """View 3."""
        from balt.tui.views.messages import MessagesView

        return self.screen_stack[0].query_one("#messages", MessagesView)

    @property
    def situations(self) -> SituationsView:
        """View 4."""
        from balt.tui.views.situations import SituationsView

        return self.screen_stack[0].query_one("#situations", SituationsView)

    @property
    def journal(self) -> JournalView:
        """View 5."""
        from balt.tui.views.journal import JournalView

        return self.screen_stack[0].query_one("#journal", JournalView)

    @property
    def view(self) -> View:
        """The view on screen."""
        current = self.screen_stack[0].query_one(ContentSwitcher).current or "fiches"
        view: View = getattr(self, current)
        return view

    def turn_to(self, view: View) -> None:
        """Bring a view on screen."""
        stack = self.screen_stack[0]
        stack.query_one(ContentSwitcher).current = view.id
        self.header.view = str(view.id)
        self.refresh_footer()
        if isinstance(view, FichesView):
            view.focus()

    def action_view_fiches(self) -> None:
        self.turn_to(self.fiches)

    def action_view_annuaire(self) -> None:
        if self.is_furnished("annuaire"):
            self.turn_to(self.annuaire)
            self.annuaire.table.focus()

    def action_view_messages(self) -> None:
        if self.is_furnished("messages"):
            self.turn_to(self.messages)
            self.messages.open_first()

    def action_view_situations(self) -> None:
        if self.is_furnished("situations"):
            self.turn_to(self.situations)
            self.situations.table.focus()

    def action_view_journal(self) -> None:
        if self.is_furnished("journal"):
            self.turn_to(self.journal)
            self.journal.reload()
            self.journal.table.focus()

    def is_furnished(self, wanted: str = "fiches") -> bool:
        """Whether a view, or for "fiches" all of them, is there; one that was asked for too early is opened
        as soon as it is.
        """
        there = self.furnished or wanted in self.ready
        if not there:
            self._wanted = wanted
        return there

    def open_wanted(self) -> None:
        """Open the view that was asked for before it was there."""
        wanted = self._wanted
        if wanted != "fiches" and (self.furnished or wanted in self.ready):
            self._wanted = "fiches"
            getattr(self, f"action_view_{wanted}")()

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
        self.call_next(getattr(owner, f"action_{action.name}"))  # which waits for those that take a while

    def action_mask(self) -> None:
        if not self.is_furnished("messages"):
            return
        self.header.masked = not self.header.masked
        self.messages.set_masked(self.header.masked)

    def action_look(self) -> None:
        names = list(LOOKS)
        if self.look.name not in names:
            self.tell(_("Ici, balt garde les couleurs de votre terminal."))
        else:
            self.look = LOOKS[names[(names.index(self.look.name) + 1) % len(names)]]
            self.theme = self.look.name
        self.restyle()

    def action_help(self) -> None:
        from balt.tui.dialogs.pages import help_page

        place = str(self.view.id)
        self.show_page(_("Aide"), help_page((place, *IN_LISTS.get(place, ()), "app")))

    def action_palette(self) -> None:
        self.push_screen(CommandPalette(placeholder=_("Chercher une commande…")))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of Textual's own: its screenshot would hold patients' names."""
        return ()

    # What any view asks

    @on(HeaderBar.Chosen)
    def tab_chosen(self, event: HeaderBar.Chosen) -> None:
        getattr(self, f"action_view_{event.view}")()

    @on(signals.AskRisks)
    def show_risks(self, event: signals.AskRisks) -> None:
        from balt.tui.dialogs.pages import risks_page

        asked = sheet(event.sheet)
        self.show_page(asked.title, risks_page(asked), hue=asked.id)

    @on(signals.GoHome)
    def go_home(self) -> None:
        self.action_view_fiches()

    @on(signals.PaneChanged)
    def pane_changed(self) -> None:
        self.refresh_footer()

    @on(signals.Say)
    def say(self, event: signals.Say) -> None:
        self.tell(event.sentence, grave=event.grave)

    # For all

    def refresh_footer(self) -> None:
        """Show the keys that count now."""
        if not self.screen_stack:
            return  # the app is being left: a late notice of a list finds no screen any more
        renamed = self.messages.renamed() if self.view.id == "messages" else {}
        self.screen_stack[0].query_one(FooterBar).show(self.places(), self.view.why_not, renamed)

    def show_page(self, title: str, page: Writer, *, hue: str = "strong") -> None:
        """Open a window to read."""
        from balt.tui.dialogs.pager import Pager

        self.push_screen(Pager(title, page, hue=hue))

    def restyle(self) -> None:
        """Draw all again in the look that was chosen."""
        self.header.refresh()
        self.refresh_footer()
        if self.furnished:
            for view in (self.annuaire, self.messages, self.situations, self.journal):
                view.restyle()

    def tell(self, sentence: str, *, grave: bool = False) -> None:
        """A notice at the corner of the screen."""
        self.notify(
            sentence, severity="error" if grave else "information", markup=False, timeout=NOTICE_SECONDS
        )

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print local variables, which here are patients' mail: keep places only."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._return_code = 1
        self.crash = crash_of(error)
        self._close_messages_no_wait()
