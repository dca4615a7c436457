"""View 5, Journal: every act on a BAL, newest first, with the answer of its server."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip

from balt.cleanup import wording
from balt.cleanup.deeds import Entry, Phase
from balt.cleanup.journal import Journal
from balt.errors import BaltError
from balt.i18n import _, ngettext
from balt.text import plain
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.paint import Line, fit, spread, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_count, format_size


class JournalRows:
    """The source of the journal table."""

    def __init__(self, entries: Sequence[Entry], look: Callable[[], Look]) -> None:
        self.entries = entries
        self._look = look

    def __len__(self) -> int:
        return len(self.entries)

    def line(self, row: int, width: int) -> Line:
        look = self._look()
        entry = self.entries[row]
        deed = entry.deed
        answer, hue = answer_of(entry)
        room = columns(width)
        count = format_count(deed.count) if deed.count else ""
        size = format_size(deed.size) if deed.size else ""
        return [
            (" " + fit(time_text(entry), 17), look.style("muted")),
            (fit(wording.phase_words(entry.deed.phase), 12), look.style("muted")),
            (fit(wording.act_words(entry.deed.action), 22), look.style("text")),
            (fit(plain(deed.mailbox), room, middle=True) + " ", look.style("text")),
            (fit(plain(deed.folder), 14, middle=True) if width >= 110 else "", look.style("muted")),
            (fit(count, 7, right=True) if width >= 90 else "", look.style("text")),
            (fit(size, 10, right=True) if width >= 90 else "", look.style("text")),
            ("  " + fit(answer, 10), look.style(hue)),
        ]


class JournalView(Vertical):
    """The journal and the whole of the line under the cursor."""

    BINDINGS = bindings_for("journal")
    DEFAULT_CSS = """
    JournalView { width: 100%; height: 1fr; padding: 1 0 0 0; }
    JournalView #journal-title { height: 1; }
    JournalView #journal-head { height: 2; }
    JournalView #journal-detail { height: 6; }
    """

    def __init__(self, journal: Journal) -> None:
        super().__init__(id="journal")
        self._journal = journal
        self._entries: Sequence[Entry] = ()
        self._problem = ""

    def compose(self) -> ComposeResult:
        yield Painted(self._title, id="journal-title")
        yield Painted(self._head, id="journal-head")
        yield VirtualTable(id="journal-table")
        yield Painted(self._detail, id="journal-detail")

    @property
    def table(self) -> VirtualTable:
        return self.query_one(VirtualTable)

    def why_not(self, name: str) -> str:
        """Why an action of this view is off now, or ""."""
        return "" if self._entries or name == "back" else _("Le journal est vide.")

    def reload(self) -> None:
        """Read the journal again; what cannot be read is said, not hidden."""
        try:
            self._entries = acts_of(self._journal.entries())
            self._problem = ""
        except BaltError as error:
            self._problem = error.message
        app = self.app
        self.table.show(JournalRows(self._entries, lambda: look_of(app)))
        self.restyle()

    def restyle(self) -> None:
        """Draw all again."""
        self.table.refresh()
        for block in self.query(Painted):
            block.refresh()

    def on_virtual_table_moved(self) -> None:
        self.query_one("#journal-detail", Painted).refresh()

    def action_back(self) -> None:
        self.post_message(signals.GoHome())

    def action_next_failure(self) -> None:
        self._to_failure(1)

    def action_previous_failure(self) -> None:
        self._to_failure(-1)

    def action_check(self) -> None:
        try:
            found = self._journal.verify()
        except BaltError as error:
            self.post_message(signals.Say(str(error), grave=True))
            return
        if found.broken is not None:
            sentence = (
                _("La ligne %d du journal ne suit pas la précédente : une ligne a été modifiée ou ôtée.")
                % found.broken
            )
        elif not found.ok:
            sentence = _("Des lignes du journal ont été coupées par un arrêt brutal ; le reste est intact.")
        else:
            sentence = ngettext(
                "%s ligne, intacte.", "%s lignes, la suite est complète.", found.lines
            ) % format_count(found.lines)
        self.post_message(signals.Say(sentence, grave=not found.ok))

    def _to_failure(self, by: int) -> None:
        count = len(self._entries)
        for offset in range(1, count + 1):
            row = (self.table.cursor + by * offset) % count
            if answer_of(self._entries[row])[1] == "alert":
                self.table.move_to(row)
                return
        self.post_message(signals.Say(_("Aucun acte en échec dans le journal.")))

    def _title(self, width: int, look: Look) -> list[Strip]:
        left: Line = [(" " + _("Journal des actes"), look.style("strong"))]
        if self._problem:
            left.append(("  " + self._problem, look.style("alert")))
        elif not self._entries:
            left.append(("  " + _("rien encore : tout acte sur une BAL s'inscrira ici"), look.style("muted")))
        else:
            count = ngettext("%s acte", "%s actes", len(self._entries)) % format_count(len(self._entries))
            left.append(("  " + count, look.style("muted")))
        return [spread(left, [(_("récents d'abord") + " ", look.style("muted"))], width, look.ground_style)]

    def _head(self, width: int, look: Look) -> list[Strip]:
        room = columns(width - 1)
        names = (
            " "
            + fit(_("Quand"), 17)
            + fit(_("Étape"), 12)
            + fit(_("Acte"), 22)
            + fit(_("BAL"), room)
            + " "
            + (fit(_("Dossier"), 14) if width - 1 >= 110 else "")
            + (fit(_("Nombre"), 7, right=True) + fit(_("Taille"), 10, right=True) if width - 1 >= 90 else "")
            + "  "
            + _("Réponse")
        )
        return [
            strip_of([(names, look.style("muted"))], width, look.ground_style),
            strip_of([("─" * width, look.style("rule"))], width, look.ground_style),
        ]

    def _detail(self, width: int, look: Look) -> list[Strip]:
        lines: list[Line] = [[("─" * width, look.style("rule"))]]
        if self._entries:
            entry = self._entries[self.table.cursor]
            lines += [[(" " + text, look.style("text"))] for text in wrap(story(entry), width - 2)]
        return [strip_of(line, width, look.ground_style) for line in lines[:6]]


def acts_of(entries: Sequence[Entry]) -> list[Entry]:
    """One line for each act, newest first: its end, or its beginning while no end is known. The requests that
    it sent in between are in the file and in ``balt journal``.
    """
    shown: dict[str, Entry] = {}
    for entry in entries:
        if entry.deed.phase is Phase.STEP:
            continue
        alone = not entry.deed.plan or entry.deed.phase in (Phase.SEGMENT, Phase.DAMAGED)
        key = f"line {entry.line}" if alone else entry.deed.plan
        shown.pop(key, None)
        shown[key] = entry
    return list(reversed(shown.values()))


def columns(width: int) -> int:
    """The width of the BAL column in a row of ``width`` cells."""
    taken = 18 + 12 + 22 + 1 + 12 + (14 if width >= 110 else 0) + (17 if width >= 90 else 0)
    return max(width - taken, 8)


def time_text(entry: Entry) -> str:
    """The moment, as ISO writes it, to the minute."""
    return entry.time.strftime("%Y-%m-%d %H:%M") if entry.time else "?"


def answer_of(entry: Entry) -> tuple[str, str]:
    """The server's answer and the hue that goes with it."""
    if entry.deed.phase in (Phase.DAMAGED, Phase.INTERRUPTED):
        return plain(entry.deed.answer) or "—", "alert"
    answer = plain(entry.deed.answer)
    if not answer:
        return "…" if entry.deed.phase in (Phase.BEFORE, Phase.STEP) else "—", "muted"
    return answer, "entretenir" if answer.startswith("OK") else "alert"


def story(entry: Entry) -> str:
    """The whole of a line in one paragraph: who, what was asked of the server, what it answered."""
    deed = entry.deed
    parts = [
        f"{time_text(entry)} · {plain(entry.author)}" if entry.author else time_text(entry),
        wording.act_words(entry.deed.action),
    ]
    facts = (
        (_("BAL"), deed.mailbox),
        (_("serveur"), deed.server),
        (_("dossier"), deed.folder),
        (_("vers"), deed.target),
        (_("messages (UID)"), deed.uids),
        (_("demandé"), deed.request),
        (_("répondu"), deed.answer),
        (_("raison"), deed.reason),
        (_("note"), deed.note),
        (_("plan"), deed.plan),
    )
    parts += [f"{name} {plain(value)}" for name, value in facts if value]
    return " · ".join(parts)
