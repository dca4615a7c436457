"""View 4, Situations: the preferred BAL of each situation d'exercice and kind of prescription, what to hand
out for it, and the supports that bear it.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip

from balt.clock import Clock
from balt.config import Config
from balt.errors import BaltError
from balt.i18n import _, language, ngettext
from balt.mailboxes.practice import Practice
from balt.mailboxes.preferences import GRAVE, Warned, homonyms
from balt.publish.fields import Language
from balt.publish.handouts import Handout, Kind
from balt.publish.templates import templates_folder
from balt.sheets.value import why_no_situation
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.paint import Line, fit, spread, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.usual import USUAL_FOLDER
from balt.tui.views.situation_keys import SituationKeys
from balt.tui.views.situation_out import (
    Making,
    Occasion,
    OutRow,
    OutRows,
    handout_label,
    is_slow,
    label_of,
    out_rows,
    preview,
)
from balt.tui.views.situation_rows import (
    Cell,
    Matrix,
    MatrixTable,
    SituationRow,
    served_by,
    situation_rows,
)
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_count

_LOW = 30
_OF_A_ROW = ("choose", "turn", "tracker", "copy", "save", "read", "code", "tongue", "remove")
_OF_A_BAL = ("copy", "save", "read", "code", "tracker")
_OF_A_HANDOUT = ("save", "read")


class HandoutMade(Message):
    """A hand-out was drawn, in a thread of its own."""


class SituationsView(SituationKeys, Vertical):
    """The matrix; under it the list of what to hand out and the preview of its line under the cursor."""

    BINDINGS = bindings_for("situations")
    DEFAULT_CSS = """
    SituationsView { width: 100%; height: 1fr; padding: 1 0 0 0; }
    SituationsView.low { padding: 0; }
    SituationsView #situations-title { height: 2; }
    SituationsView.low #situations-title { height: 1; }
    SituationsView #situations-head { height: 2; }
    SituationsView #situations-sum { height: 5; }
    SituationsView.low #situations-sum { height: 3; }
    SituationsView #situations-table { height: auto; max-height: 40%; min-height: 1; }
    SituationsView #situations-low { height: 1fr; }
    SituationsView #situations-left { width: 37; height: 1fr; }
    SituationsView.wide #situations-left { width: 54; }
    SituationsView.empty #situations-left { display: none; }
    SituationsView #situations-out-title { height: 2; }
    SituationsView.low #situations-out-title { height: 1; }
    SituationsView #situations-list { height: 1fr; }
    SituationsView #situations-preview { width: 1fr; height: 1fr; margin: 0 1 1 2; background: $panel; }
    SituationsView.low #situations-preview { margin: 0 0 0 1; }
    """

    def __init__(self, config: Callable[[], Config], clock: Clock, folder: str = USUAL_FOLDER) -> None:
        """``folder`` is proposed for what is saved, until another one is chosen."""
        super().__init__(id="situations")
        self._config = config
        self._clock = clock
        self.practice: Practice | None = None
        self.matrix = Matrix(lambda: look_of(self.app))
        self.offered: list[OutRow] = []
        self._making = Making()
        self._homonyms: tuple[Warned, ...] = ()
        self._tongue = "en" if language() == "en" else "fr"
        self.chosen_folder = folder

    def compose(self) -> ComposeResult:
        yield Painted(self._title, id="situations-title")
        yield Painted(self._head, id="situations-head")
        yield MatrixTable(id="situations-table")
        yield Painted(self._sum, id="situations-sum")
        with Horizontal(id="situations-low"):
            with Vertical(id="situations-left"):
                yield Painted(self._out_title, id="situations-out-title")
                yield VirtualTable(id="situations-list")
            yield Painted(self._preview, id="situations-preview")

    # What is under the cursors

    @property
    def table(self) -> VirtualTable:
        """The matrix."""
        return self.query_one("#situations-table", VirtualTable)

    @property
    def offers(self) -> VirtualTable:
        """What to hand out."""
        return self.query_one("#situations-list", VirtualTable)

    @property
    def row(self) -> SituationRow | None:
        """The situation under the cursor."""
        cursor, rows = self.table.cursor, self.matrix.rows
        return rows[cursor] if 0 <= cursor < len(rows) else None

    @property
    def cell(self) -> Cell | None:
        """The cell under the cursor."""
        row = self.row
        return None if row is None else row.cells[min(self.matrix.column, len(row.cells) - 1)]

    @property
    def out(self) -> OutRow | None:
        """The line of the list under the cursor."""
        cursor = self.offers.cursor
        return self.offered[cursor] if 0 <= cursor < len(self.offered) else None

    @property
    def tongue(self) -> str:
        """The language of what is handed out."""
        return self._tongue

    def occasion(self) -> Occasion | None:
        """For what things are handed out: the cell under the cursor, once it has a BAL; None too while the
        templates that the configuration names are not there.
        """
        row, cell, practice = self.row, self.cell, self.practice
        folder, trouble = self._templates()
        if row is None or cell is None or practice is None or not cell.address or trouble:
            return None
        from balt.cases.contacts import contact_of

        config = self._config()
        day: date = self._clock.now().astimezone().date()
        provider = contact_of(cell.address, config.providers)
        tongue: Language = "en" if self._tongue == "en" else "fr"
        return Occasion(practice, row.situation, cell.address, tongue, day, folder, provider)

    def _templates(self) -> tuple[Path | None, str]:
        """The folder of the user's own templates, and why it cannot be used, or ""."""
        try:
            return templates_folder(self._config()), ""
        except BaltError as error:
            return None, str(error)

    def _why_no_occasion(self) -> str:
        """What keeps the cell under the cursor from being handed out: its BAL first, then the templates."""
        cell = self.cell
        trouble = self._templates()[1] if cell is not None and cell.address else ""
        return trouble or _("Choisissez d'abord la BAL privilégiée de cette situation (Entrée).")

    def handout(self, kind: Kind | None = None) -> Handout | BaltError | None:
        """What is under the cursor of the list, or the one of this kind; None where there is nothing."""
        occasion, out = self.occasion(), self.out
        kind = kind or (out.kind if out is not None else None)
        return None if occasion is None or kind is None else self._making.of(kind, occasion)

    def _soon(self, kind: Kind, occasion: Occasion) -> Handout | BaltError | None:
        """A hand-out; None for one that is being drawn, which is shown once it is there."""
        if not is_slow(kind):
            return self._making.of(kind, occasion)
        found = self._making.known(kind, occasion)
        if found is None and self._making.begin(kind, occasion):

            def draw() -> None:
                self._making.of(kind, occasion)
                self.post_message(HandoutMade())

            self.run_worker(draw, thread=True, group="handouts")
        return found

    @on(HandoutMade)
    def handout_made(self) -> None:
        self.restyle()

    # What the app tells

    def show(self, practice: Practice) -> None:
        """Show the situations as they are now; the cursors stay where they are."""
        here = self.row.situation.id if self.row else ""
        self.practice = practice
        self._homonyms = homonyms(practice)
        self.matrix.rows = situation_rows(practice)
        self.matrix.kinds = practice.book.kinds
        self.matrix.column = min(self.matrix.column, len(practice.book.kinds))
        places = [i for i, row in enumerate(self.matrix.rows) if row.situation.id == here]
        self.table.show(self.matrix, places[0] if places else 0)
        self.table.styles.height = max(len(self.matrix.rows), 1)
        self.set_class(not self.matrix.rows, "empty")
        self.renew()

    def renew(self) -> None:
        """Show what belongs to the cell under the cursor."""
        if self.practice is not None:
            row, cell, app = self.row, self.cell, self.app
            kind = cell.kind.id if cell is not None and cell.kind is not None else ""
            self.offered = out_rows(row.situation if row else None, kind, self.practice)
            self.offers.show(OutRows(self.offered, lambda: look_of(app)), self.offers.cursor)
        self.restyle()

    def restyle(self) -> None:
        """Draw all again."""
        for part in (self.table, self.offers, *self.query(Painted)):
            part.refresh()

    def why_not(self, name: str) -> str:
        """Why an action of this view is off now, or ""."""
        if name in _OF_A_ROW and self.row is None:
            return _("Aucune situation pour l'instant : a en ajoute une.")
        if name in _OF_A_BAL and self.occasion() is None:
            return self._why_no_occasion()
        if name in _OF_A_HANDOUT and self.out is not None and self.out.kind is None:
            return _("Rien n'est préparé pour un support à vous : y copie l'adresse.")
        if name == "choose" and not (self.practice and self.practice.mailboxes):
            return _("Aucune BAL connue ici.")
        if name == "remove" and self.row is not None and self.row.situation.origin is not None:
            return _("Cette situation vient de l'Annuaire Santé : elle ne s'ôte pas ici.")
        return ""

    def on_resize(self) -> None:
        self.set_class(self.app.size.height < _LOW, "low")
        self.set_class(self.app.size.width >= 120, "wide")

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        if event.table is self.table:
            self.renew()
        else:
            self.restyle()
        self.post_message(signals.PaneChanged())

    # Painting

    def _title(self, width: int, look: Look) -> list[Strip]:
        left: Line = [(" " + _("BAL privilégiée par situation d'exercice"), _heading(look))]
        return [spread(left, [], width, look.ground_style)]

    def _head(self, width: int, look: Look) -> list[Strip]:
        line = self.matrix.head(width - 1, look)
        rule: Line = [("─" * width, look.style("rule"))]
        return [strip_of(each, width, look.ground_style) for each in (line, rule)]

    def _sum(self, width: int, look: Look) -> list[Strip]:
        """The one sentence that decides step 1 of VALORISER, and what is doubtful under the cursor."""
        blank: list[Line] = [] if self.has_class("low") else [[]]
        lines = [*blank, self._verdict(width, look), *self._doubts(width, look)]
        if not blank:
            lines = [lines[0], *(lines[1:2] or [[]]), [("─" * width, look.style("rule"))]]
        return [strip_of(line, width, look.ground_style) for line in lines]

    def _verdict(self, width: int, look: Look) -> Line:
        rows = self.matrix.rows
        left = [row.label for row in rows if not row.preferred and row.situation.active]
        troubled = [row.label for row in rows if any(each.doubt in GRAVE for each in row.warned)]
        if not rows:
            return []
        if left:
            text = ngettext(
                "%(n)s situation sans BAL privilégiée : %(names)s",
                "%(n)s situations sans BAL privilégiée : %(names)s",
                len(left),
            ) % {"n": format_count(len(left)), "names": ", ".join(left)}
        elif troubled:
            text = ngettext(
                "%(n)s choix ne tient plus : %(names)s",
                "%(n)s choix ne tiennent plus : %(names)s",
                len(troubled),
            ) % {"n": format_count(len(troubled)), "names": ", ".join(troubled)}
        else:
            done = _("Chaque situation a sa BAL privilégiée.")
            return [(" ✔ ", look.style("entretenir")), (done, look.style("text"))]
        return [(" ▲ ", look.style("attention")), (fit(text, width - 4), look.style("attention"))]

    def _doubts(self, width: int, look: Look) -> list[Line]:
        """What speaks against the choices of this situation, else how it is served; then homonyms."""
        row = self.row
        if row is None:
            return []
        warned = [*row.warned, *self._homonyms]
        lines: list[Line] = [
            [
                (
                    "   " + fit(each.sentence, width - 4),
                    look.style("attention" if each.doubt in GRAVE else "text"),
                )
            ]
            for each in warned[:2]
        ]
        if warned:
            return lines
        place = ", ".join(part for part in (row.label, row.situation.town) if part)
        text = _("%(place)s : %(remark)s") % {"place": place, "remark": served_by(row)}
        return [[("   " + fit(text, width - 4), look.style("muted"))]]

    def _out_title(self, width: int, look: Look) -> list[Strip]:
        return [strip_of([(" " + _("À diffuser"), _heading(look))], width, look.ground_style)]

    def _preview(self, width: int, look: Look) -> list[Strip]:
        """The panel at the right, to its foot."""
        strips = self._shown(width, look)
        height = self.query_one("#situations-preview").size.height
        return strips + [Strip.blank(width, look.panel_style)] * max(height - len(strips), 0)

    def _shown(self, width: int, look: Look) -> list[Strip]:
        """What is handed out; or, where there is nothing yet, how to begin."""
        base = look.panel_style
        occasion, out = self.occasion(), self.out
        if occasion is None or out is None:
            lines = wrap(self._advice(), width - 4)
            return [strip_of([("  " + text, look.style("muted"))], width, base) for text in ["", *lines]]
        height = self.query_one("#situations-preview").size.height
        if out.kind is None:
            text = [label_of(out), "", occasion.address]
            return [strip_of([("  " + each, look.style("text"))], width, base) for each in text]
        title = handout_label(out.kind)
        words = _("%(what)s, en français") if self._tongue == "fr" else _("%(what)s, en anglais")
        title = words % {"what": title}
        body, code = self._soon(out.kind, occasion), self._soon("qr_mail", occasion)
        if body is None:
            return [strip_of([("  " + title, look.style("muted"))], width, base)]
        blocks = "" if code is None or isinstance(code, BaltError) else code.text
        return preview(title, body, occasion.address, blocks, (width, height), look)

    def _advice(self) -> str:
        practice, cell = self.practice, self.cell
        if cell is not None and cell.address and (trouble := self._templates()[1]):
            return trouble
        if self.matrix.rows:
            return _("Entrée choisit la BAL à préférer ; ce qui la fait connaître paraîtra ici.")
        if practice is not None and practice.directory.answers:
            why = why_no_situation(practice)
            return _("Aucune situation d'exercice (a en ajoute une) : %s.") % why
        return _(
            "Les situations viennent de l'Annuaire Santé (numéro RPPS et source dans la configuration) ; "
            "a en ajoute une à la main."
        )


def _heading(look: Look) -> Style:
    return look.style("valoriser") + Style(bold=True)
