"""Search the whole Annuaire Santé as one types: who, where, under which RPPS number, at which address."""

import itertools
from collections.abc import Set as AbstractSet

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input

from balt.directory.model import DirectoryAnswer
from balt.i18n import _, ngettext
from balt.mailboxes.directory_reader import no_source
from balt.text import capital, cell_width, plain
from balt.tui import signals
from balt.tui.dialogs.pager import Pager
from balt.tui.dialogs.search_directory_rows import Result, ResultRows, head, result_lines, results_of
from balt.tui.paint import Line, fit, spread, strip_of, width_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.views.annuaire_pane import DetailPane
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_count

SHORTEST = 2
"""How many characters a text must have to be searched while it is typed; Enter searches any."""


class SearchDirectory(ModalScreen[str | None]):
    """A text, its results, the detail of the one under the cursor. Posts ``DirectorySearch`` and is given the
    answers by ``show``. Gives the address of a BAL of the user's own that was opened, else None.
    """

    CSS = """
    SearchDirectory { background: $background; }
    SearchDirectory > Vertical { width: 100%; height: 100%; background: $background; }
    #search-line { width: 100%; border: none; height: 1; padding: 0 1; background: $panel; }
    #search-title, #search-state, #search-rule, #search-keys { height: 1; }
    #search-notes { height: 1; display: none; }
    SearchDirectory.noted #search-notes { display: block; }
    #search-head { height: 2; }
    #search-table { height: 1fr; }
    #search-detail { height: 8; }
    SearchDirectory.tall #search-detail { height: 10; }
    """
    BINDINGS = [
        Binding("escape", "close", show=False),
        Binding("q", "close", show=False),
        Binding("down", "to_results", show=False),
        Binding("slash", "to_line", show=False),
        Binding("enter", "open", show=False),
        Binding("y", "copy", show=False),
        Binding("plus", "follow", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]
    QUIET_SECONDS = 0.15
    """How long nothing must have been typed before the text is searched."""

    _numbers = itertools.count(1)

    def __init__(
        self,
        own: AbstractSet[str] = frozenset(),
        followed: AbstractSet[str] = frozenset(),
        *,
        has_source: bool = True,
    ) -> None:
        super().__init__()
        self._own = own
        self._followed = followed
        self._has_source = has_source
        self._number = 0
        self._asked = ""
        self._waiting = False
        self._error = ""
        self._notes: tuple[str, ...] = ()
        self._whole = True
        self._results: list[Result] | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Painted(self._paint_title, id="search-title")
            yield Input(
                compact=True,
                id="search-line",
                max_length=200,
                placeholder=_("nom, RPPS, FINESS, adresse, commune ou spécialité"),
            )
            yield Painted(self._paint_state, id="search-state")
            yield Painted(self._paint_notes, id="search-notes")
            yield Painted(self._paint_head, id="search-head")
            yield VirtualTable(id="search-table")
            yield Painted(self._paint_rule, id="search-rule")
            yield DetailPane(self._detail, id="search-detail")
            yield Painted(self._paint_keys, id="search-keys")

    def on_mount(self) -> None:
        self.watch(self.query_one(DetailPane), "scroll_y", self._scrolled, init=False)
        self.query_one(Input).focus()

    def _scrolled(self) -> None:
        """The rule says how many lines stand below."""
        self._rule.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= 32, "tall")

    @property
    def table(self) -> VirtualTable:
        return self.query_one("#search-table", VirtualTable)

    @property
    def _rule(self) -> Painted:
        return self.query_one("#search-rule", Painted)

    @property
    def current(self) -> Result | None:
        """The result under the cursor."""
        found = self._results or []
        return found[self.table.cursor] if self.table.cursor < len(found) else None

    def show(self, answer: DirectoryAnswer | None, error: str, number: int, *, more: bool = False) -> None:
        """The answer to search ``number``, or why there is none; ``more`` while a source is still asked. Late
        answers, to a text that was changed meanwhile, are left aside.
        """
        if number != self._number or not self.is_mounted:
            return
        under = self.current if self.table.has_focus else None  # while typing, the best one stays first
        self._waiting, self._error = more, error
        self._notes = answer.notes if answer is not None else ()
        self._whole = answer is None or answer.whole
        if answer is not None or not self._results:
            self._results = results_of(answer) if answer is not None else None
        self.set_class(bool(self._notes), "noted")
        self._fill(under)

    # What the user does

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        if self._timer is not None:
            self._timer.stop()
        if event.value.strip() != self._asked:
            self._timer = self.set_timer(self.QUIET_SECONDS, self._search_typed)

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        if event.value.strip() != self._asked or (self._error and not self._waiting):
            self._search(event.value.strip())
        self.action_to_results()

    def action_to_results(self) -> None:
        if self.query_one(Input).has_focus and self._results:
            self.table.focus()

    def action_to_line(self) -> None:
        self.query_one(Input).focus()

    @on(VirtualTable.Opened)
    def action_open(self) -> None:
        result = self.current
        if result is None:
            self.action_to_line()
        elif result.address and result.address.lower() in self._own | self._followed:
            self.dismiss(result.address)
        else:
            results, own = self._results or [], self._own

            def write(width: int, look: Look) -> list[Line]:
                return [*result_lines(result, results, own, width, look), *self._note_lines(width, look)]

            self.app.push_screen(Pager(_("Dans l'Annuaire Santé"), write, hue="identifier"))

    def action_copy(self) -> None:
        result = self.current
        if result is not None and result.address:
            self.app.copy_to_clipboard(plain(result.address))
            self.post_message(signals.Say(_("Adresse copiée : %s") % plain(result.address)))
        else:
            self.post_message(signals.Say(_("Aucune adresse à copier ici.")))

    def action_follow(self) -> None:
        """Have a BAL of somebody else followed: each extraction then tells whether it is there."""
        result = self.current
        if result is None or not result.address:
            self.post_message(signals.Say(_("Aucune adresse à suivre ici.")))
        elif result.address.lower() in self._own:
            self.post_message(signals.Say(_("Elle est déjà dans vos BAL : balt la suit.")))
        elif result.address.lower() in self._followed:
            self.post_message(signals.Say(_("Elle est déjà suivie.")))
        else:
            self.app.post_message(signals.Follow(result.address))
            self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)

    @on(VirtualTable.Moved)
    def moved(self) -> None:
        self._renew()

    def on_descendant_focus(self) -> None:
        self.query_one("#search-keys", Painted).refresh()
        self._rule.refresh()

    # Inside

    def _search_typed(self) -> None:
        text = self.query_one(Input).value.strip()
        if len(text) >= SHORTEST or not text:
            self._search(text)

    def _search(self, text: str) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._asked = text
        self._number = next(self._numbers)
        self._error = ""
        self._waiting = bool(text)
        if text:
            self.post_message(signals.DirectorySearch(text, self._number))
        else:
            self._results, self._notes = None, ()
            self.remove_class("noted")
            self._fill(None)
        self._repaint()

    def _fill(self, under: Result | None) -> None:
        """Show the results; the cursor stays on who it was, where the answer still names them."""
        app = self.app
        found = self._results or []
        same = [
            i
            for i, each in enumerate(found)
            if under is not None
            and (each.rpps, each.address, each.name) == (under.rpps, under.address, under.name)
        ]
        self.table.show(ResultRows(found, self._own, lambda: look_of(app)), same[0] if same else 0)
        if not found and self.table.has_focus:
            self.action_to_line()
        self._renew()
        self._repaint()

    def _renew(self) -> None:
        self.query_one(DetailPane).renew(top=True)
        self._rule.refresh()

    def _repaint(self) -> None:
        for block in self.query(Painted):
            block.refresh()

    # What is drawn

    def _paint_title(self, width: int, look: Look) -> list[Strip]:
        title = _("Chercher dans l'Annuaire Santé")
        line: Line = [(" " + title, look.style("identifier") + Style(bold=True))]
        close: Line = [(_("Échap") + " ", look.style("strong")), (_("Fermer") + " ", look.style("muted"))]
        return [spread(line, close, width, look.ground_style)]

    def _paint_state(self, width: int, look: Look) -> list[Strip]:
        words, hue = self._state()
        return [strip_of([(" " + fit(words, width - 2), look.style(hue))], width, look.ground_style)]

    def _state(self) -> tuple[str, str]:
        """In a few words: how many results, or that there is nothing yet to show."""
        if self._error:
            return _("La recherche n'a pas abouti : l'explication est ci-dessous."), "alert"
        if not self._asked:
            return _("Tapez au moins deux caractères."), "muted"
        if self._results is None:
            return _("recherche…"), "attention"
        count = ngettext("%s résultat", "%s résultats", len(self._results)) % format_count(len(self._results))
        homonyms = len({each.rpps for each in self._results if each.homonym and each.rpps})
        if homonyms:
            words = _("%(count)s · %(n)s homonymes (≠) : comparez RPPS, profession et commune")
            count = words % {"count": count, "n": format_count(homonyms)}
        return (_("%s · recherche…") % count, "attention") if self._waiting else (count, "muted")

    def _paint_notes(self, width: int, look: Look) -> list[Strip]:
        line: Line = [(" ▲ " + fit(self._noted, width - 4), look.style("attention"))]
        return [strip_of(line, width, look.ground_style)]

    def _paint_head(self, width: int, look: Look) -> list[Strip]:
        return [
            strip_of([(head(width - 1), look.style("muted"))], width, look.ground_style),
            strip_of([("─" * width, look.style("rule"))], width, look.ground_style),
        ]

    def _paint_rule(self, width: int, look: Look) -> list[Strip]:
        return [self.query_one(DetailPane).rule_above(width, look)]

    def _detail(self, width: int, look: Look) -> list[Line]:
        result = self.current
        if result is not None and not self._error:
            lines = result_lines(result, self._results or [], self._own, width - 2, look)
        else:
            words, hue = self._advice()
            lines = [[(part, look.style(hue))] for said in words for part in wrap(plain(said), width - 2)]
        if cell_width(self._noted) > self.size.width - 4:  # cut above
            lines += self._note_lines(width - 2, look)
        return [[(" ", look.style("text")), *line] for line in lines]

    @property
    def _noted(self) -> str:
        """What the sources wish to have said of their answer."""
        return plain(" ".join(self._notes))

    def _note_lines(self, width: int, look: Look) -> list[Line]:
        """The same, whole."""
        style = look.style("attention")
        return [
            [("  " if i else "▲ ", style), (part, style)]
            for note in self._notes
            for i, part in enumerate(wrap(plain(note), width - 2))
        ]

    def _advice(self) -> tuple[list[str], str]:
        """What to do where there is no result to show."""
        if self._error:
            return [capital(self._error)], "alert"
        if not self._has_source and self._results is None:
            return [capital(str(no_source()))], "attention"
        if not self._asked:
            return [
                _("Par exemple : exemple camille, ou 10999990012, ou cardiologue lilas."),
                _("Une extraction répond sans réseau ; l'API dit ce qui est publié aujourd'hui."),
            ], "text"
        if self._waiting or self._results is None:
            return [_("recherche…")], "muted"
        none = _("Aucun résultat pour « %s ».")
        if not self._whole:
            none = _("Aucun résultat pour « %s » dans ce qui a pu être lu.")
        return [
            none % self._asked,
            _("Essayez le nom seul, un autre mot ou le RPPS ; une BAL en liste rouge n'est pas publiée."),
        ], "text"

    def _paint_keys(self, width: int, look: Look) -> list[Strip]:
        strong, text = look.style("strong"), look.style("text")
        typing = self.query_one(Input).has_focus
        keys = [(_("Entrée"), _("Résultats") if typing else _("Détail"))]
        keys += [] if typing else [("/", _("Chercher")), ("y", _("Copier l'adresse")), ("+", _("Suivre"))]
        keys += [("Tab", _("Zone suivante")), (_("Échap"), _("Fermer"))]
        line: Line = []
        for key, words in keys:
            if width_of(line) + len(key) + len(words) + 3 <= width:
                line += [(f" {key}", strong), (f" {words} ", text)]
        return [strip_of(line, width, look.panel_style)]
