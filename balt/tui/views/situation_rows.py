"""The matrix of view 4: a situation d'exercice a line, the BAL by default and one column a kind of
prescription, with a cursor on one cell.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.style import Style
from textual.strip import Strip

from balt.directory.model import PracticeSituation
from balt.i18n import _, ngettext
from balt.mailboxes.model import Mailbox
from balt.mailboxes.practice import Practice
from balt.mailboxes.preferences import GRAVE, Doubt, Judge, Warned
from balt.mailboxes.prescriptions import PrescriptionKind
from balt.mailboxes.wording import situation_label
from balt.text import cell_width, shorten, shorten_middle
from balt.tui.paint import Line, fit, selected_strip, strip_of
from balt.tui.theme import Look, look_of
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_count

_LEAST_KIND, _MOST_KIND = 13, 26
_LEAST_NAME, _MOST_NAME = 22, 40
_LEAST_DEFAULT, _MOST_DEFAULT = 18, 38
_LEAST_SIDE, _LEAST_SIDES = 4, 12


@dataclass(frozen=True, slots=True)
class Cell:
    """The BAL preferred for one kind (None: by default). ``own`` is false where it is that of the situation;
    ``warned`` what is doubtful in a choice of its own, the gravest first.
    """

    kind: PrescriptionKind | None
    address: str
    own: bool
    warned: tuple[Warned, ...] = ()

    @property
    def troubled(self) -> bool:
        """Whether the choice does not hold."""
        return any(each.doubt in GRAVE or each.doubt is Doubt.ENDED for each in self.warned)


@dataclass(frozen=True, slots=True)
class SituationRow:
    """One situation, the BAL that serve it, and its cells: by default, then each kind."""

    situation: PracticeSituation
    label: str
    serving: tuple[Mailbox, ...]
    cells: tuple[Cell, ...]

    @property
    def preferred(self) -> str:
        """The BAL by default, "" for none."""
        return self.cells[0].address

    @property
    def warned(self) -> tuple[Warned, ...]:
        """What is doubtful in any of its cells."""
        return tuple(each for cell in self.cells for each in cell.warned)

    @property
    def is_open(self) -> bool:
        """Whether something is to be chosen here, or chosen again."""
        return not self.preferred or any(cell.troubled for cell in self.cells)


def situation_rows(practice: Practice) -> list[SituationRow]:
    """The situations in activity, then those that ended but still have a preferred BAL."""
    kept = [each for each in practice.situations if each.active or each.id in practice.preferred]
    kept.sort(key=lambda each: not each.active)
    same = Counter(situation_label(each) for each in kept)
    judge = Judge(practice)
    return [_row(each, practice, judge, twins=same[situation_label(each)] > 1) for each in kept]


def _row(situation: PracticeSituation, practice: Practice, judge: Judge, *, twins: bool) -> SituationRow:
    label = situation_label(situation)
    if twins and situation.town:
        label = f"{label}, {situation.town}"
    cells = [_cell(situation, kind, practice, judge) for kind in (None, *practice.book.kinds)]
    return SituationRow(situation, label, judge.serving(situation), tuple(cells))


def _cell(
    situation: PracticeSituation, kind: PrescriptionKind | None, practice: Practice, judge: Judge
) -> Cell:
    own = kind is None or (situation.id, kind.id) in practice.book.overrides
    address = practice.preferred_for(situation.id, kind.id if kind else "")
    bal = practice.mailbox(address) if address else None
    shown = bal.address if bal is not None else address
    return Cell(kind, shown, own, judge.cell(situation, kind) if own else ())


def served_by(row: SituationRow) -> str:
    """How many BAL serve a situation, in words."""
    count = len(row.serving)
    if not count:
        return _("aucune BAL rattachée")
    text = ngettext("%(n)s BAL rattachée", "%(n)s BAL rattachées", count)
    return text % {"n": format_count(count)}


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths in cells: the situation, the BAL by default, each kind; and which kinds are in view, for
    a narrow screen shows some of them, the one under the cursor always.
    """

    name: int
    default: int
    kind: int
    first: int
    last: int


def columns(width: int, rows: Sequence[SituationRow], kinds: int, column: int) -> Columns:
    """The columns of a matrix in ``width`` cells; ``column`` (0: by default) is under the cursor."""
    longest = max((cell_width(row.label) for row in rows), default=0) + 2
    spare = width - 3 - _LEAST_DEFAULT - 2 * _LEAST_KIND  # two kinds stay in view
    name = min(max(longest, _LEAST_NAME), _MOST_NAME, max(spare, _LEAST_NAME))
    rest = max(width - name - 3, _LEAST_DEFAULT)
    seen = min((rest - _LEAST_DEFAULT) // _LEAST_KIND, kinds)
    default = min(rest - seen * _LEAST_KIND, _MOST_DEFAULT)
    kind = min((rest - default) // seen, _MOST_KIND) if seen else 0
    first = min(max(column - seen, 0), kinds - seen)
    return Columns(name, default, kind, first, first + seen)


class Matrix:
    """The source of the table: what it shows, and which column is under the cursor."""

    def __init__(self, look: Callable[[], Look]) -> None:
        self.rows: list[SituationRow] = []
        self.kinds: tuple[PrescriptionKind, ...] = ()
        self.column = 0
        self._look = look

    def __len__(self) -> int:
        return len(self.rows)

    def columns(self, width: int) -> Columns:
        """The columns as they stand."""
        return columns(width, self.rows, len(self.kinds), self.column)

    def line(self, row: int, width: int, cursor: int | None = None) -> Line:
        """A situation; ``cursor`` is the column whose cell is lit, None for none."""
        look, each, wide = self._look(), self.rows[row], self.columns(width)
        hue = "text" if each.situation.active else "muted"
        name = look.style("strong") if cursor is not None else look.style(hue)
        line: Line = [(" " + fit(each.label, wide.name - 1) + " ", name)]
        for number, cell in enumerate(each.cells):
            if number and not wide.first < number <= wide.last:
                continue
            room = wide.kind if number else wide.default
            text, style = _words(cell, each, room - 1, look)
            if number == cursor and not cell.own and cell.address:
                text += " " + short_address(cell.address, room - 3)
            lit = look.badge("valoriser") if number == cursor else style
            line += [(fit(text, room - 1), lit), (" ", look.style("text"))]
        return line

    def head(self, width: int, look: Look) -> Line:
        """The headings; arrows tell of columns beside those in view."""
        wide = self.columns(width)
        line: Line = [(" " + fit(_("Situation"), wide.name), look.style("muted"))]
        line.append((fit(_("Par défaut"), wide.default), self._heading(0, look)))
        for number in range(wide.first + 1, wide.last + 1):
            label = self.kinds[number - 1].short
            if number == wide.first + 1 and wide.first:
                label = "‹ " + label
            if number == wide.last and wide.last < len(self.kinds):
                label = fit(label, min(cell_width(label), wide.kind - 3)) + " ›"
            line.append((fit(label, wide.kind - 1) + " ", self._heading(number, look)))
        return line

    def _heading(self, number: int, look: Look) -> Style:
        return look.style("valoriser" if number == self.column else "muted")


def _words(cell: Cell, row: SituationRow, room: int, look: Look) -> tuple[str, Style]:
    """What stands in a cell, and its colour."""
    if not cell.own:
        return "·", look.style("muted")
    if not cell.address:
        return _("○ à choisir"), look.style("attention" if row.situation.active else "muted")
    if cell.troubled:
        return "▲ " + short_address(cell.address, room - 2), look.style("attention")
    if cell.kind is None:
        return "✔ " + short_address(cell.address, room - 2), look.style("text")
    return short_address(cell.address, room), look.style("text")


def short_address(address: str, room: int) -> str:
    """An address in ``room`` cells: what stands before the @ is kept whole as long as it fits; where it does
    not, the beginning of both sides is, for each tells one address from the next.
    """
    local, _at, domain = address.partition("@")
    if cell_width(address) > room and cell_width(local) + 2 <= room:
        return shorten(address, room)
    if cell_width(address) <= room or not domain or room < _LEAST_SIDES:
        return shorten_middle(address, max(room, 1))
    side = max(room // 4, _LEAST_SIDE)
    return f"{shorten(local, room - side - 1)}@{shorten(domain, side)}"


class MatrixTable(VirtualTable):
    """The table of a matrix: of the line under the cursor, one cell is lit."""

    def render_line(self, y: int) -> Strip:
        row, source = self.scroll_offset.y + y, self.source
        if row != self.cursor or row >= len(source) or not isinstance(source, Matrix):
            return super().render_line(y)
        look, width = look_of(self.app), self.room
        base = self.ground(look)
        line = source.line(row, width, source.column)
        if self.has_focus:
            return strip_of(line, width, base)
        return selected_strip(source.line(row, width), width, look, base, here=False)
