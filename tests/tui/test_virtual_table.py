"""The virtual table: cursor, scrolling, what is repainted."""

from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Key
from textual.pilot import Pilot
from textual.strip import Strip

from balt.tui.paint import Line
from balt.tui.theme import DARK, Look
from balt.tui.widgets.virtual_table import VirtualTable


class Numbers:
    """A million rows that cost nothing; counts what is drawn."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.drawn: list[int] = []

    def __len__(self) -> int:
        return self.count

    def line(self, row: int, width: int) -> Line:
        self.drawn.append(row)
        return [(f"row {row}", Style())]


class Host(App[None]):
    look: Look = DARK

    def compose(self) -> ComposeResult:
        yield VirtualTable(id="t")


async def shown(pilot: Pilot[None], rows: Numbers) -> VirtualTable:
    """The table with these rows and the keys; what was drawn for it is forgotten."""
    table = pilot.app.query_one(VirtualTable)
    table.focus()
    table.show(rows)
    await pilot.pause()
    rows.drawn.clear()
    return table


async def test_a_million_rows_draw_only_what_is_on_screen() -> None:
    rows = Numbers(1_000_000)
    async with Host().run_test(size=(40, 12)) as pilot:
        pilot.app.query_one(VirtualTable).show(rows)
        await pilot.pause()
        assert set(rows.drawn) <= set(range(12))


async def test_a_move_repaints_the_line_left_and_the_line_reached() -> None:
    rows = Numbers(1000)
    async with Host().run_test(size=(40, 12)) as pilot:
        await shown(pilot, rows)
        await pilot.press("j")
        await pilot.pause()
        assert set(rows.drawn) == {0, 1}


async def test_keys_that_come_together_are_shown_once_and_told_once() -> None:
    rows = Numbers(1_000_000)
    async with Host().run_test(size=(40, 12)) as pilot:
        table = await shown(pilot, rows)
        rests: list[int] = []
        table.on_rest = lambda: rests.append(table.cursor)
        for _repeat in range(9):
            pilot.app.post_message(Key("j", "j"))
        await pilot.pause()
        assert table.cursor == 9
        assert rests == [9]
        assert set(rows.drawn) == {0, 9}


class Beside(App[None]):
    """Two tables side by side, and whose cursor it was told of."""

    look: Look = DARK

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield VirtualTable(id="folders")
        yield VirtualTable(id="messages")

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        self.told.append(event.table.id)


async def test_of_two_tables_that_move_at_once_both_tell() -> None:
    app = Beside()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        app.told.clear()
        for table in app.query(VirtualTable):
            table.show(Numbers(3))
        app.query_one("#folders", VirtualTable).show(Numbers(4))
        await pilot.pause()
        assert set(app.told) == {"folders", "messages"}


async def test_keys_that_come_together_scroll_once() -> None:
    rows = Numbers(1_000_000)
    async with Host().run_test(size=(40, 12)) as pilot:
        table = await shown(pilot, rows)
        for _repeat in range(200):
            pilot.app.post_message(Key("j", "j"))
        await pilot.pause()
        assert table.cursor == 200
        assert set(rows.drawn) <= {0, *table.visible_rows}


async def test_what_the_list_does_not_know_is_left_to_the_others() -> None:
    class Outer(Host):
        BINDINGS = [("x", "note")]
        noted = 0

        def action_note(self) -> None:
            self.noted += 1

    async with Outer().run_test(size=(40, 12)) as pilot:
        pilot.app.query_one(VirtualTable).focus()
        await pilot.press("x")
        assert isinstance(pilot.app, Outer)
        assert pilot.app.noted == 1


async def test_crossing_the_edge_scrolls_by_half_a_page() -> None:
    async with Host().run_test(size=(40, 12)) as pilot:
        table = pilot.app.query_one(VirtualTable)
        table.focus()
        table.show(Numbers(1000))
        await pilot.pause()
        await pilot.press(*["down"] * 12)
        assert table.cursor == 12
        assert table.visible_rows.start == 6


async def test_first_last_and_pages() -> None:
    async with Host().run_test(size=(40, 12)) as pilot:
        table = pilot.app.query_one(VirtualTable)
        table.focus()
        table.show(Numbers(1000))
        await pilot.pause()
        await pilot.press("G")
        assert table.cursor == 999
        assert table.visible_rows.stop == 1000
        await pilot.press("g")
        assert table.cursor == 0
        await pilot.press("pagedown")
        assert table.cursor == 11
        await pilot.press("ctrl+d")
        assert table.cursor == 17
        await pilot.press("k", "k")
        assert table.cursor == 15


async def test_an_empty_list_is_no_trouble() -> None:
    async with Host().run_test(size=(40, 12)) as pilot:
        table = pilot.app.query_one(VirtualTable)
        table.focus()
        table.show(Numbers(0))
        await pilot.press("j", "G", "pageup")
        assert table.cursor == 0
        assert isinstance(table.render_line(0), Strip)


async def test_a_shorter_source_brings_the_cursor_back_inside() -> None:
    async with Host().run_test(size=(40, 12)) as pilot:
        table = pilot.app.query_one(VirtualTable)
        table.show(Numbers(1000), cursor=900)
        await pilot.pause()
        table.show(Numbers(5), cursor=900)
        await pilot.pause()
        assert table.cursor == 4
        assert 4 in table.visible_rows
