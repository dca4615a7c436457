"""The filter of the messages view while it is typed: each key is answered at once, nothing waits for it."""

from textual import on
from textual.message import Message
from textual.widgets import Input

from balt.clock import Clock
from balt.i18n import _
from balt.tui.views.filter_line import folder_names
from balt.tui.views.group_keys import GroupKeys
from balt.tui.views.matching import Matches
from balt.tui.views.message_widgets import FilterInput


class FilterKeys(GroupKeys):
    """What concerns the filter in the messages view, which is what it acts on."""

    clock: Clock
    sifted_by: Matches | None
    """The filter that the list shows: that of what is typed follows a little later."""

    @property
    def filter_input(self) -> FilterInput:
        return self.query_one(FilterInput)

    def action_filter(self) -> None:
        if self._refuses("filter"):
            return
        self.add_class("filtering")
        self.remove_class("on-folders")
        line = self.filter_input
        line.folders = folder_names(self.browse.folders)
        line.wrong = self.browse.wrong
        line.value = self.browse.filter_text
        line.cursor_position = len(line.value)
        line.focus()
        self.repaint("#filter-line")

    def set_filter(self, text: str) -> None:
        """Take a filter; the list follows with ``rearrange``."""
        self.browse.set_filter(text, self.clock)
        self.filter_input.wrong = self.browse.wrong
        self.set_class(bool(self.browse.problem), "wrong")
        self.repaint()

    def why_not_all(self) -> str:
        """Why what the filter keeps cannot be taken as a whole now, or "": the list is still another's."""
        if self.sifted_by is self.browse.matches:
            return ""
        return _("Le filtre n'a pas encore tout regardé : un instant.")

    @on(Input.Changed)
    def filter_changed(self, event: Input.Changed) -> None:
        if self.has_class("filtering") and event.value != self.browse.filter_text:
            self.set_filter(event.value)
            self.rearrange()

    @on(FilterInput.Looked)
    def filter_looked(self) -> None:
        self.repaint("#filter-line")

    @on(Input.Submitted)
    @on(FilterInput.Left)
    def filter_done(self, event: Message) -> None:
        if isinstance(event, FilterInput.Left):
            self.set_filter("")
            self.rearrange()
        elif self.browse.problem:
            return  # it stays to be mended; Escape gives it up
        self.remove_class("filtering")
        self.table.focus()
        self.repaint()
