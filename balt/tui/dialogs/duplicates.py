"""See what a BAL holds twice, octet for octet, with what it costs; from there to the plan."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip

from balt.cleanup.plan import Act
from balt.errors import BaltError
from balt.i18n import _, ngettext
from balt.mailboxes.duplicates import Duplicates
from balt.text import plain
from balt.tui.dialogs import duplicate_rows
from balt.tui.dialogs.duplicate_rows import DuplicateRows
from balt.tui.duplicate_jobs import Found
from balt.tui.paint import Line, bar, fit, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_count, format_size

_NAME = 9


@dataclass(frozen=True)
class Wanted:
    """What the user wants done with the surplus ones: to the trash, or archived and removed."""

    act: Act
    found: Found
    meant: tuple[Duplicates, ...]


class DuplicateTable(VirtualTable):
    """The list, on its panel."""

    def ground(self, look: Look) -> Style:
        return look.panel_style


class DuplicatesDialog(ModalScreen[Wanted | None]):
    """Looks first (``find`` is called once, ``stop`` where the user does not wait for it), then lists.
    Nothing is touched here: ``d`` and ``x`` give what a plan is to be made of. ``why_not`` says why an act
    cannot be.
    """

    CSS = """
    DuplicatesDialog { align: center middle; background: $background 60%; }
    DuplicatesDialog > Vertical { width: 120; max-width: 96%; height: auto; padding: 1 2; }
    DuplicatesDialog > Vertical { background: $panel; }
    DuplicatesDialog Painted, DuplicatesDialog DuplicateTable { height: 1; }
    """
    BINDINGS = [
        Binding("escape,q", "leave", show=False),
        Binding("space", "mark", show=False),
        Binding("asterisk", "mark_all", show=False),
        Binding("d", "trash", show=False),
        Binding("x", "remove", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    class Advanced(Message):
        """So far the search is: messages read of a folder, or octets compared where ``folder`` is ""."""

        def __init__(self, folder: str, done: int, total: int) -> None:
            super().__init__()
            self.folder = folder
            self.done = done
            self.total = total

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, DuplicatesDialog.Advanced)

    class Ended(Message):
        """It is over."""

        def __init__(self, outcome: Found | BaltError) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(
        self,
        address: str,
        find: Callable[["DuplicatesDialog"], object],
        stop: Callable[[], object],
        why_not: Callable[[Act], str],
        *,
        masked: bool,
    ) -> None:
        super().__init__()
        self._address = address
        self._find = find
        self._stop = stop
        self._why_not = why_not
        self._masked = masked
        self._progress = ("", 0, 0)
        self._error: BaltError | None = None
        self._refusal = ""
        self.rows: DuplicateRows | None = None
        self._head = Painted(self._painting(self._head_lines))
        self.table = DuplicateTable()
        self._foot = Painted(self._painting(self._foot_lines))

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            yield self.table
            yield self._foot

    def on_mount(self) -> None:
        self.table.focus()
        self.table.on_rest = self._foot.refresh
        self._resize()
        self._find(self)

    def on_resize(self, event: events.Resize) -> None:
        self._resize()

    # The thread of the BAL tells

    def advanced(self, folder: str, done: int, total: int) -> None:
        """How far the search is; may be called from any thread."""
        self.post_message(self.Advanced(folder, done, total))

    def ended(self, outcome: Found | BaltError) -> None:
        """It is over; may be called from any thread."""
        self.post_message(self.Ended(outcome))

    @on(Advanced)
    def _advanced(self, event: Advanced) -> None:
        event.stop()
        self._progress = (event.folder, event.done, event.total)
        self._resize()

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        event.stop()
        if isinstance(event.outcome, BaltError):
            self._error = event.outcome
        else:
            app = self.app
            self.rows = DuplicateRows(event.outcome, lambda: look_of(app), self._masked)
            self.table.show(self.rows)
        self._resize()

    # Keys

    def action_leave(self) -> None:
        if self.rows is None and self._error is None:
            self._stop()
        self.dismiss(None)

    def action_mark(self) -> None:
        if self.rows is not None and len(self.rows):
            self.rows.marked ^= {self.table.cursor}
            self.table.refresh_rows(self.table.cursor)
            self.table.move_to(self.table.cursor + 1)
            self._resize()

    def action_mark_all(self) -> None:
        if self.rows is not None:
            everything = set(range(len(self.rows)))
            self.rows.marked = set() if self.rows.marked == everything else everything
            self.table.refresh()
            self._resize()

    def action_trash(self) -> None:
        self._want(Act.TRASH)

    def action_remove(self) -> None:
        self._want(Act.DELETE)

    def _want(self, act: Act) -> None:
        if self.rows is None or not len(self.rows):
            return
        self._refusal = self._why_not(act)
        if self._refusal:
            self._resize()
            return
        self.dismiss(Wanted(act, self.rows.found, tuple(self.rows.meant)))

    # What is painted

    def _resize(self) -> None:
        if not self.is_attached:
            return
        width = self._width()
        head, foot = len(self._head_lines(width)), len(self._foot_lines(width))
        listed = len(self.rows) if self.rows is not None else 0
        self._head.styles.height, self._foot.styles.height = head, foot
        self.table.display = bool(listed)
        self.table.styles.height = min(max(listed, 1), max(self.size.height - head - foot - 4, 3))
        self._head.refresh()
        self._foot.refresh()

    def _width(self) -> int:
        return max(min(120, self.size.width * 96 // 100) - 4, 20)

    def _painting(self, lines_of: Callable[[int], list[Line]]) -> Callable[[int, Look], list[Strip]]:
        def paint(width: int, look: Look) -> list[Strip]:
            return [strip_of(line, width, look.panel_style) for line in lines_of(width)]

        return paint

    def _head_lines(self, width: int) -> list[Line]:
        look = look_of(self.app)
        rows = self.rows
        title = _("Ce qui est là deux fois, à l'octet près")
        if rows is not None and len(rows):
            title = duplicate_rows.total(rows.meant)
        lines: list[Line] = [
            [(fit(title, width), look.style("strong"))],
            [(fit(plain(self._address), width, middle=True), look.style("muted"))],
            [],
        ]
        if rows is None or not len(rows):
            return lines
        return [*lines, duplicate_rows.head(width - 1, look)]  # beside the bar of the table

    def _foot_lines(self, width: int) -> list[Line]:
        look = look_of(self.app)
        if self._error is not None:
            told = [(self._error.message, "alert"), (self._error.advice, "text")]
            return [*self._sentences(told, width, look), [], self._keys(look)]
        if self.rows is None:
            return [*self._searching(width, look), [], self._keys(look)]
        told = []
        if closed := self.rows.found.closed:
            sentence = ngettext(
                "dossier que le serveur n'ouvre pas : %s", "dossiers non ouverts : %s", len(closed)
            )
            told.append((sentence % ", ".join(map(plain, closed)), "attention"))
        if not len(self.rows):
            told.insert(0, (_("Aucun message en double."), "text"))
            return [*self._sentences(told, width, look), [], self._keys(look)]
        lines: list[Line] = [[]]
        for name, value in self.rows.about(min(self.table.cursor, len(self.rows) - 1)):
            fitted = fit(plain(value), width - _NAME, middle=True)
            lines.append([(fit(name, _NAME), look.style("muted")), (fitted, look.style("text"))])
        told.append((self._refusal, "attention"))
        return [*lines, *self._sentences(told, width, look), [], self._keys(look)]

    def _sentences(self, told: list[tuple[str, str]], width: int, look: Look) -> list[Line]:
        return [[(part, look.style(hue))] for text, hue in told if text for part in wrap(text, width)]

    def _searching(self, width: int, look: Look) -> list[Line]:
        folder, done, total = self._progress
        told = {"folder": folder, "done": format_count(done), "total": format_count(total)}
        sentence = (
            _("%(folder)s : %(done)s messages sur %(total)s") % told if folder else _("Lecture des dossiers…")
        )
        if not folder and total:
            sizes = {"done": format_size(done), "total": format_size(total)}
            sentence = _("%(done)s comparés sur %(total)s") % sizes
        how = _("Les messages de même taille et de même identifiant sont lus en entier et comparés.")
        lines = self._sentences([(how, "muted")], width, look)
        drawn: Line = [*bar(done / max(total, 1), min(width, 40), look, "entretenir")]
        return [*lines, [], drawn, [(fit(sentence, width, middle=True), look.style("muted"))]]

    def _keys(self, look: Look) -> Line:
        keys = [(_("Échap"), _("Fermer"))]
        if self.rows is None and self._error is None:
            keys = [(_("Échap"), _("Arrêter"))]
        elif self.rows is not None and len(self.rows):
            keys = [
                (_("Espace"), _("Choisir")),
                ("d", _("Corbeille")),
                ("x", _("Archiver puis supprimer")),
                *keys,
            ]
        strong, muted = look.style("strong"), look.style("muted")
        return [part for key, words in keys for part in ((key + " ", strong), (words + "   ", muted))]
