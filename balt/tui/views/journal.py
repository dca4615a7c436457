"""View 5, Journal: every act on a BAL, newest first, with the answer of its server; a search among them."""

from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.events import DescendantFocus
from textual.strip import Strip
from textual.widgets import Input

from balt.cleanup.chain import Verification
from balt.cleanup.chronicle import Told, acts_of, matching
from balt.cleanup.deeds import Entry
from balt.cleanup.journal import Journal
from balt.cleanup.journal_words import remarks, verdict
from balt.clock import Clock
from balt.config import JournalSettings
from balt.errors import BaltError
from balt.i18n import _, ngettext
from balt.text import plain
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.apart import apart
from balt.tui.dialogs.pager import Pager
from balt.tui.paint import Line, spread, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.views.filter_line import Proposals
from balt.tui.views.journal_rows import JournalRows, head_text, page_of, story
from balt.tui.views.journal_undo import JournalUndo
from balt.tui.views.message_widgets import FilterInput
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_count

_ALWAYS = frozenset({"back", "check"})


class JournalFilter(FilterInput):
    """The search while it is typed: plain words, for which nothing is proposed."""

    @property
    def offered(self) -> Proposals:
        return Proposals(self.cursor_position, self.cursor_position)


class JournalView(JournalUndo):
    """The journal and what it says of the act under the cursor. The file is never read or written in the
    thread of the screen: thousands of lines take a while, and another balt may be writing.
    """

    BINDINGS = bindings_for("journal")
    DEFAULT_CSS = """
    JournalView { width: 100%; height: 1fr; padding: 1 0 0 0; }
    JournalView #journal-title { height: 1; }
    JournalView #journal-notice { height: 1; display: none; }
    JournalView.noticed #journal-notice { display: block; }
    JournalView #journal-filter { display: none; height: 1; border: none; padding: 0 1; }
    JournalView #journal-filter { background: $background; }
    JournalView #journal-filter-line { height: 1; display: none; }
    JournalView.filtered #journal-filter-line { display: block; }
    JournalView.filtering #journal-filter { display: block; }
    JournalView.filtering #journal-filter-line { display: none; }
    JournalView #journal-head { height: 2; }
    JournalView #journal-detail { height: 6; }
    """

    def __init__(self, journal: Journal, clock: Clock, settings: JournalSettings) -> None:
        super().__init__(id="journal")
        self._journal = journal
        self._clock = clock
        self._settings = settings
        self._entries: Sequence[Entry] = ()
        self._acts: Sequence[Told] = ()
        self._shown: Sequence[Told] = ()
        self._found: Verification | None = None
        self._problem = ""
        self._filter = ""

    def compose(self) -> ComposeResult:
        yield Painted(self._title, id="journal-title")
        yield Painted(self._notice, id="journal-notice")
        yield JournalFilter(id="journal-filter", compact=True, select_on_focus=False)
        yield Painted(self._filter_line, id="journal-filter-line")
        yield Painted(self._head, id="journal-head")
        yield VirtualTable(id="journal-table")
        yield Painted(self._detail, id="journal-detail")

    @property
    def table(self) -> VirtualTable:
        return self.query_one(VirtualTable)

    @property
    def current(self) -> Told | None:
        """The act under the cursor."""
        row = self.table.cursor
        return self._shown[row] if row < len(self._shown) else None

    @property
    def entry_meant(self) -> Entry | None:
        """The last line of the act under the cursor."""
        return self.current.last if self.current else None

    def why_not(self, name: str) -> str:
        """Why an action of this view is off now, or ""."""
        if name in _ALWAYS or self._shown:
            return ""
        if self._acts:
            return "" if name == "filter" else _("Le filtre ne laisse aucun acte : Échap l'efface.")
        return _("Lecture du journal…") if self._found is None else _("Le journal est vide.")

    @work(group="journal", exclusive=True)
    async def reload(self) -> None:
        """Read the journal again; what cannot be read is said, not hidden."""
        await self._read()

    def restyle(self) -> None:
        """Draw all again."""
        self.table.refresh()
        for block in self.query(Painted):
            block.refresh()

    # What the user does

    @on(VirtualTable.Opened)
    def action_open(self) -> None:
        if not self._refuses("open") and (act := self.current):
            self.app.push_screen(Pager(_("Un acte au journal"), page_of(act)))

    def action_filter(self) -> None:
        if self._refuses("filter"):
            return
        self.add_class("filtering")
        line = self.query_one(JournalFilter)
        line.value = self._filter
        line.cursor_position = len(line.value)
        line.focus()

    def action_back(self) -> None:
        if self._filter:
            self._search("")
        else:
            self.post_message(signals.GoHome())

    def action_next_failure(self) -> None:
        self._to_failure(1)

    def action_previous_failure(self) -> None:
        self._to_failure(-1)

    @work(group="journal", exclusive=True)
    async def action_check(self) -> None:
        await self._read()
        if self._problem or self._found is None:
            self.post_message(signals.Say(self._problem, grave=True))
        else:
            self.post_message(signals.Say(verdict(self._found), grave=not self._found.ok))

    def action_export(self) -> None:
        if not self._refuses("export"):
            lines = [entry for act in self._shown for entry in act.entries] if self._filter else self._entries
            self._export(sorted(lines, key=lambda entry: entry.line))

    @on(Input.Changed)
    def filter_changed(self, event: Input.Changed) -> None:
        if self.has_class("filtering") and event.value != self._filter:
            self._search(event.value)

    @on(Input.Submitted)
    @on(FilterInput.Left)
    def filter_done(self, event: Input.Submitted | FilterInput.Left) -> None:
        if isinstance(event, FilterInput.Left):
            self._search("")
        self.remove_class("filtering")
        self.table.focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if not isinstance(event.widget, FilterInput):
            self.remove_class("filtering")

    def on_virtual_table_moved(self) -> None:
        self.query_one("#journal-detail", Painted).refresh()

    # Beside the screen

    def on_mount(self) -> None:
        self._tidy()

    @work(group="journal-tidy")
    async def _tidy(self) -> None:
        """At the start of the app, remove what is kept no longer."""

        def tidying() -> str:
            from balt.cleanup.retention import tidy

            return tidy(self._journal, self._settings.keep_months, self._clock).doubt

        try:
            if doubt := await apart(tidying):
                self.post_message(signals.Say(doubt, grave=True))
        except BaltError as error:
            self.post_message(signals.Say(str(error), grave=True))

    async def _read(self) -> None:
        def reading() -> tuple[list[Entry], Verification, list[Told]]:
            entries, found = self._journal.read()
            return entries, found, acts_of(entries)

        try:
            self._entries, self._found, self._acts = await apart(reading)
            self._problem = ""
        except BaltError as error:
            self._problem = error.message
        self.set_class(bool(self._problem or (self._found and remarks(self._found))), "noticed")
        self._rearrange()
        self.post_message(signals.PaneChanged())

    @work(group="journal-export", description="")
    async def _export(self, lines: Sequence[Entry]) -> None:
        def exporting() -> str:
            from balt.cleanup.journal_csv import export

            return str(export(lines, self._journal.folder, self._clock))

        try:
            path = plain(await apart(exporting), 500)
        except BaltError as error:
            self.post_message(signals.Say(str(error), grave=True))
            return
        sentence = ngettext("%(n)s ligne dans %(file)s", "%(n)s lignes dans %(file)s", len(lines))
        self.post_message(signals.Say(sentence % {"n": format_count(len(lines)), "file": path}))

    # Inside

    def _refuses(self, name: str) -> bool:
        reason = self.why_not(name)
        if reason:
            self.post_message(signals.Say(reason))
        return bool(reason)

    def _search(self, text: str) -> None:
        self._filter = text
        self.set_class(bool(text), "filtered")
        self._rearrange()
        self.post_message(signals.PaneChanged())

    def _rearrange(self) -> None:
        """Filter again and show; the cursor stays on its act, or at the top, where what is new comes."""
        under = self.current if self.table.cursor else None
        self._shown = matching(self._acts, self._filter) if self._filter else self._acts
        rows = (row for row, act in enumerate(self._shown) if under and _is_same(act, under))
        app = self.app
        self.table.show(JournalRows(self._shown, lambda: look_of(app)), next(rows, 0))
        self.restyle()

    def _to_failure(self, by: int) -> None:
        count = len(self._shown)
        for offset in range(1, count + 1):
            row = (self.table.cursor + by * offset) % count
            if self._shown[row].failed:
                self.table.move_to(row)
                return
        self.post_message(signals.Say(_("Aucun acte en échec dans le journal.")))

    def _title(self, width: int, look: Look) -> list[Strip]:
        muted, total = look.style("muted"), len(self._acts)
        left: Line = [(" " + _("Journal des actes"), look.style("strong"))]
        if self._filter:
            both = {"shown": format_count(len(self._shown)), "all": format_count(total)}
            left.append(("  " + _("%(shown)s sur %(all)s") % both, muted))
        elif total:
            left.append(("  " + ngettext("%s acte", "%s actes", total) % format_count(total), muted))
        elif self._found is not None:
            left.append(("  " + _("rien encore : tout acte sur une BAL s'inscrira ici"), muted))
        elif not self._problem:
            left.append(("  " + _("lecture…"), look.style("attention")))
        return [spread(left, [(_("récents d'abord") + " ", muted)], width, look.ground_style)]

    def _notice(self, width: int, look: Look) -> list[Strip]:
        """What is wrong with the journal, or is no longer in it."""
        found = self._found
        wrong = bool(self._problem) or (found is not None and not found.ok)
        said = [self._problem] if self._problem else remarks(found) if found else []
        sign, hue = (" ▲ ", "alert") if wrong else ("   ", "muted")
        return [strip_of([(sign + "  ".join(said), look.style(hue))], width, look.ground_style)]

    def _filter_line(self, width: int, look: Look) -> list[Strip]:
        """The search that is on, and how to leave it."""
        line: Line = [(" / ", look.style("strong")), (plain(self._filter), look.style("text"))]
        hint: Line = [(" " + _("Échap : tout montrer") + " ", look.style("muted"))]
        return [spread(line, hint, width, look.ground_style)]

    def _head(self, width: int, look: Look) -> list[Strip]:
        return [
            strip_of([(head_text(width - 1), look.style("muted"))], width, look.ground_style),
            strip_of([("─" * width, look.style("rule"))], width, look.ground_style),
        ]

    def _detail(self, width: int, look: Look) -> list[Strip]:
        lines: list[Line] = [[("─" * width, look.style("rule"))]]
        act = self.current
        if act is not None:
            lines += [[(" " + text, look.style("text"))] for text in wrap(story(act), width - 2)]
        elif self._filter:
            hint = _(
                "Aucun acte ne répond à cette recherche. On cherche par mots : acte, BAL, dossier, plan, "
                "réponse, 2026-11 ; in:dossier, is:failed, is:open ; un - devant un terme le retourne."
            )
            lines += [[(" " + text, look.style("muted"))] for text in wrap(hint, width - 2)]
        return [strip_of(line, width, look.ground_style) for line in lines[:6]]


def _is_same(act: Told, other: Told) -> bool:
    """Whether it is the same act, which may have got further lines since."""
    return act.entries[0].hash == other.entries[0].hash and act.entries[0].line == other.entries[0].line
