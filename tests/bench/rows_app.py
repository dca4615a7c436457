"""Lists of any length without a server: balt's own table, and a bare one to compare it with.

    python -m tests.bench.rows_app balt|bare COUNT

Both show the same columns. Balt's has the block below that tells of the row under the cursor, as view 3 has;
the bare one is what Textual gives by itself: a scrolling view that draws its lines, one colour per line.
"""

import sys

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from balt.tui.driver import DRIVER
from balt.tui.paint import Line, fit, strip_of
from balt.tui.spans import ExactScreen
from balt.tui.theme import DARK, Look
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable

PEOPLE = ("camille.exemple@medecin.mssante.fr", "zoe.fictif@bio-fictive.mssante.fr", "essai@chu.mssante.fr")
SUBJECTS = ("Compte rendu de consultation", "Résultats de biologie", "Échographie abdominale")


class Rows:
    """Made up as they are asked for."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def texts(self, row: int) -> tuple[str, str, str, str]:
        """Size, date, sender, subject."""
        day = f"20{10 + row % 17}-{row % 12 + 1:02}-{row % 28 + 1:02}"
        return f"{(row * 37) % 9000 / 10:.1f} Mo", day, PEOPLE[row % 3], f"{SUBJECTS[row % 3]} ({row + 1})"

    def line(self, row: int, width: int) -> Line:
        size, date, sender, subject = self.texts(row)
        main = DARK.style("strong" if row % 5 == 0 else "text")
        return [
            ("   ", DARK.style("entretenir")),
            (fit(size, 8, right=True) + " ", DARK.style("strong")),
            (fit(date, 12), DARK.style("muted")),
            (fit(sender, 30, middle=True) + " ", main),
            (fit(subject, max(width - 54, 4)), main),
        ]


class RowsApp(App[None]):
    """Balt's table over rows that cost nothing."""

    look: Look = DARK
    CSS = "#below { height: 5; }"

    def __init__(self, count: int) -> None:
        super().__init__(driver_class=DRIVER)
        self._rows = Rows(count)

    def get_default_screen(self) -> ExactScreen:
        return ExactScreen()

    def compose(self) -> ComposeResult:
        yield VirtualTable()
        yield Painted(self._below, id="below")

    def on_mount(self) -> None:
        table = self.query_one(VirtualTable)
        table.on_rest = self.query_one(Painted).refresh
        table.show(self._rows)
        table.focus()

    def _below(self, width: int, look: Look) -> list[Strip]:
        names = ("Taille", "Date", "De", "Objet")
        texts = self._rows.texts(self.query_one(VirtualTable).cursor)
        rule: Line = [("─" * width, look.style("rule"))]
        lines: list[Line] = [
            [(" " + fit(name, 9), look.style("muted")), (text, look.style("text"))]
            for name, text in zip(names, texts, strict=True)
        ]
        return [strip_of(line, width, look.ground_style) for line in (rule, *lines)]


class BareTable(ScrollView, can_focus=True):
    """The least that shows rows and a cursor."""

    BINDINGS = [("j", "move(1)"), ("pagedown", "move(39)"), ("G", "end"), ("g", "home")]

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows
        self._cursor = 0

    def on_mount(self) -> None:
        self.virtual_size = Size(100, len(self._rows))
        self.focus()

    def action_move(self, by: int) -> None:
        old, self._cursor = self._cursor, min(max(self._cursor + by, 0), len(self._rows) - 1)
        top = self.scroll_offset.y
        if not top <= self._cursor < top + self.size.height:
            self.scroll_to(y=self._cursor - self.size.height // 2, animate=False)
        self.refresh(*(Region(0, row - top, self.size.width, 1) for row in (old, self._cursor)))

    def action_end(self) -> None:
        self.action_move(len(self._rows))

    def action_home(self) -> None:
        self.action_move(-len(self._rows))

    def render_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        text = "  ".join(self._rows.texts(row)) if row < len(self._rows) else ""
        style = Style(color="white", bgcolor="blue" if row == self._cursor else "black")
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)


class BareApp(App[None]):
    """The bare table alone."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._rows = Rows(count)

    def compose(self) -> ComposeResult:
        yield BareTable(self._rows)


if __name__ == "__main__":
    (RowsApp if sys.argv[1] == "balt" else BareApp)(int(sys.argv[2])).run()
