"""The widgets of the messages view that take keys of their own."""

from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from balt.tui.actions import bindings_for
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
    """The filter line while it is edited; Escape gives up the edit."""

    class Left(Message):
        """Escape was pressed."""

    def key_escape(self, event: Key) -> None:
        event.stop()
        self.post_message(self.Left())
