"""Repainting only what changed leaves on the terminal what a whole repaint would show."""

from typing import Any

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from balt.tui.paint import Line, fit, strip_of
from balt.tui.sgr import Minimiser
from balt.tui.spans import ExactScreen, changed_spans
from balt.tui.theme import CONTRAST, DARK, Look
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable

WIDTH, HEIGHT = 50, 14
WORDS = ["Objet", "néphro…", "  ", "資料", "e\u0301", "12", "·"]
STYLES = [Style(color="red"), Style(bold=True), Style(bgcolor="blue")]

lines = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(STYLES)), min_size=1, max_size=6).map(
    lambda pieces: Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(20, STYLES[0])
)


def shown(strip: Strip) -> list[object]:
    """What a terminal shows of a line, cell by cell."""
    return [(segment.text, segment.style) for cell in range(20) for segment in strip.crop(cell, cell + 1)]


@given(lines, lines)
def test_the_spans_that_changed_make_the_new_line_of_the_old_one(old: Strip, new: Strip) -> None:
    cells = [(old.crop(cell, cell + 1)) for cell in range(20)]
    for start, end in changed_spans(old, new):
        cells[start:end] = [new.crop(cell, cell + 1) for cell in range(start, end)]
    assert shown(Strip.join(cells)) == shown(new)


def test_a_line_that_did_not_change_has_no_spans() -> None:
    assert changed_spans(Strip([Segment("De")]), Strip([Segment("De")])) == []
    assert changed_spans(Strip([Segment("De")]), Strip([Segment("D"), Segment("e")])) == []


def test_changes_far_from_each_other_are_two_spans() -> None:
    old, new = Strip([Segment("1 Zoé FICTIF 1")]), Strip([Segment("2 Zoé FICTIF 2")])
    assert changed_spans(old, new) == [(0, 1), (13, 14)]


class Rows:
    def __len__(self) -> int:
        return 300

    def line(self, row: int, width: int) -> Line:
        return [(f"{row:>4} ", DARK.style("muted")), (f"Échographie {row % 7}", DARK.style("text"))]


class Host(App[None]):
    """A pane, a list and a block below; what a terminal would be sent goes to a terminal's model."""

    look: Look = DARK
    CSS = "#pane { width: 12; background: $panel; } Painted { height: 2; } Horizontal { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.terminal = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.terminal)
        self._minimiser = Minimiser()
        self.paintings = 0

    def get_default_screen(self) -> ExactScreen:
        return ExactScreen()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("Réception", id="pane", markup=False)
            yield VirtualTable()
        yield Painted(self._below)

    def on_mount(self) -> None:
        table = self.query_one(VirtualTable)
        table.on_rest = self.query_one(Painted).refresh
        table.show(Rows())
        table.focus()

    def _below(self, width: int, look: Look) -> list[Strip]:
        self.paintings += 1
        row = self.query_one(VirtualTable).cursor
        texts = (f"Objet  資料 {row}", f"Type   document {row % 3}, Zoé FICTIF {row}")
        return [
            strip_of([(fit(text, width), look.style("text"))], width, look.ground_style) for text in texts
        ]

    def _display(self, screen: Screen[object], renderable: Any) -> None:
        if renderable is not None:
            self._stream.feed(self._minimiser.feed(renderable.render_segments(self.console)))
        super()._display(screen, renderable)

    def as_a_whole(self) -> list[str]:
        """What a whole repaint would show."""
        whole = pyte.Screen(WIDTH, HEIGHT)
        strips = self.screen._compositor.render_strips()
        for y, strip in enumerate(strips):
            pyte.Stream(whole).feed(f"\x1b[{y + 1};1H" + strip.render(self.console))
        return seen(whole)


def seen(terminal: pyte.Screen) -> list[str]:
    """What each cell shows: its character and its ground, and its ink where there is any."""
    cells = (terminal.buffer[y][x] for y in range(HEIGHT) for x in range(WIDTH))
    return [f"{cell.data} {cell.bg} {cell.fg if cell.data.strip() else ''}" for cell in cells]


async def test_after_every_key_the_terminal_shows_what_a_whole_repaint_would() -> None:
    app = Host()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        for key in ["j", "j", *["down"] * 14, "G", "k", "pageup", "g", "ctrl+d", "tab"]:
            await pilot.press(key)
            await pilot.pause()
            assert seen(app.terminal) == app.as_a_whole(), key


async def test_a_pane_that_changes_its_size_or_its_text_is_painted_where_it_is() -> None:
    app = Host()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.press("j")
        pane = app.query_one(Static)
        pane.update("資料")
        await pilot.pause()
        assert seen(app.terminal) == app.as_a_whole()
        pane.styles.width = 20
        await pilot.pause()
        assert seen(app.terminal) == app.as_a_whole()
        app.query_one(Painted).display = False
        await pilot.press("j")
        await pilot.pause()
        app.query_one(Painted).display = True
        await pilot.pause()
        assert seen(app.terminal) == app.as_a_whole()


async def test_a_block_is_painted_once_however_often_it_is_asked_and_anew_in_another_look() -> None:
    app = Host()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        block = app.query_one(Painted)
        app.paintings = 0
        for _again in range(3):
            block.refresh()
        await pilot.pause()
        assert app.paintings == 1
        app.look = CONTRAST
        for widget in (block, app.query_one(VirtualTable)):
            widget.refresh()
        await pilot.pause()
        assert seen(app.terminal) == app.as_a_whole()
