"""The smallest Textual app that looks like one: what balt's start is compared with."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header

READY = "ligne 9"


class BareApp(App[None]):
    """A header, a footer, a table of ten rows."""

    BINDINGS = [("q", "quit", "Quit"), ("d", "toggle_dark", "Dark")]

    def compose(self) -> ComposeResult:
        yield Header()
        yield DataTable()
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("un", "deux")
        for number in range(10):
            table.add_row(f"ligne {number}", str(number))


if __name__ == "__main__":
    BareApp().run()
