"""The widgets of the messages view that take keys of their own."""

from collections.abc import Sequence

from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from balt.mail.filters import FilterError
from balt.tui.actions import bindings_for
from balt.tui.views.filter_line import Proposals, proposals
from balt.tui.views.folder_rows import FolderTable
from balt.tui.widgets.virtual_table import VirtualTable


class MessageTable(VirtualTable):
    """The list of messages."""


class FolderPane(FolderTable):
    """The tree of BAL and folders."""

    BINDINGS = bindings_for("folders")

    class Chosen(Message):
        """The user opened a line of the tree."""

    def action_open(self) -> None:
        self.post_message(self.Chosen())


class FilterInput(Input):
    """The filter line while it is edited: Tab, or → behind the last letter, takes what is proposed; Escape
    gives up the edit. ``wrong`` is what cannot be read, ``folders`` what may stand behind ``in:``.
    """

    folders: Sequence[str] = ()
    wrong: FilterError | None = None
    _chosen = 0

    class Left(Message):
        """Escape was pressed."""

    class Looked(Message):
        """The cursor went elsewhere, or another proposal is the next to be taken."""

    @property
    def offered(self) -> Proposals:
        """What may be taken now."""
        return proposals(self.value, self.cursor_position, self.wrong, self.folders, self._chosen)

    @property
    def indent(self) -> int:
        """The cell in which the text begins; below 0 where its beginning is out of sight."""
        return self.gutter.left - round(self.scroll_x)

    def key_escape(self, event: Key) -> None:
        event.stop()
        self.post_message(self.Left())

    def key_tab(self, event: Key) -> None:
        event.stop()
        self._take()

    def key_right(self, event: Key) -> None:
        if self.value and self.cursor_position == len(self.value) and self.offered.terms:
            event.stop()
            self._take()

    def key_down(self, event: Key) -> None:
        self._turn(event, 1)

    def key_up(self, event: Key) -> None:
        self._turn(event, -1)

    def watch_selection(self) -> None:
        self._chosen = 0
        self.post_message(self.Looked())

    def _take(self) -> None:
        if (offered := self.offered).terms:
            self.value, self.cursor_position = offered.taken(self.value)

    def _turn(self, event: Key, by: int) -> None:
        if self.offered.terms:
            event.stop()
            self._chosen += by
            self.post_message(self.Looked())
