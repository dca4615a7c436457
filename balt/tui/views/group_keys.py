"""The ways to look at the messages of a BAL, and what the keys do where they stand in groups."""

from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from textual.containers import Vertical

from balt.i18n import _
from balt.mail.whole import EVERYWHERE
from balt.mailboxes.grouping import Grouping, Way
from balt.tui import signals
from balt.tui.engine import Engine
from balt.tui.theme import look_of
from balt.tui.views.browse import Browse
from balt.tui.views.group_rows import GroupKey, GroupRows, Scope
from balt.tui.views.message_rows import MessageRows
from balt.tui.views.message_widgets import MessageTable
from balt.tui.widgets.virtual_table import NoRows

TOO_SOON = 1.0
"""Seconds in which nobody has seen yet which group came under the cursor."""


class GroupKeys(Vertical):
    """What concerns groups in the messages view, which is what it acts on."""

    browse: Browse
    cursor_key: int | None
    engine: Engine
    _came_under_cursor = -inf
    """When another group than before came under a cursor that did not move."""

    if TYPE_CHECKING:  # what MessagesView adds

        @property
        def table(self) -> MessageTable: ...
        def why_not(self, name: str) -> str: ...
        def open(self, address: str, folder: str, filter_text: str = "") -> None: ...
        def show_messages(self) -> None: ...
        def show_attachments(self) -> None: ...
        def rearrange(self) -> None: ...
        def repaint(self, *blocks: str) -> None: ...
        def action_duplicates(self) -> None: ...

    def action_turn_view(self) -> None:
        from balt.tui.dialogs.ways import WaysDialog

        if not self._refuses("turn_view"):
            self.app.push_screen(WaysDialog(self.browse.way_shown), self.look_by)

    def look_by(self, name: str | None) -> None:
        """Look another way: "messages", "attachments", "duplicates" (in a window of their own), or a value of
        ``Way``; None changes nothing.
        """
        if name is None or (name == self.browse.way_shown and self.browse.scope is None):
            return
        if name == "messages":
            self.leave_way()
        elif name == "duplicates":
            self.action_duplicates()
        elif name == "attachments":
            self.show_messages()
            self.show_attachments()
        else:
            self._look_by_groups(Way(name))

    def _look_by_groups(self, way: Way) -> None:
        browse = self.browse
        if reason := browse.why_not_by(way):
            self.post_message(signals.Say(reason))
            return
        if way is Way.FOLDER and not browse.everywhere and browse.has_folders:
            self.open(browse.address, EVERYWHERE, browse.filter_text)
        self.show_messages()
        browse.way, browse.note = way, browse.note if browse.latest is None else ""
        self.table.show(NoRows())
        self.rearrange()
        self.repaint()
        self.post_message(signals.PaneChanged())

    def leave_way(self) -> None:
        """Back to the messages."""
        self.browse.note = ""
        self.show_messages()
        self.table.show(NoRows())
        self.rearrange()
        self.repaint()
        self.post_message(signals.PaneChanged())

    def bring_groups(self, grouping: Grouping) -> None:
        """Show groups; the cursor stays on its group, and at the top where it has not moved."""
        browse, app = self.browse, self.app
        shown = browse.groups if self.table.source is browse.groups else None
        groups = GroupRows(
            grouping,
            browse.group_order,
            browse.marks,
            lambda: look_of(app),
            lambda key: browse.name_of_group(grouping.way, key),
        )
        if shown is not None and self.table.cursor < len(shown):
            key = shown.groups[self.table.cursor].key
            row = groups.row_of(key) if self.table.cursor else 0
        else:
            row = groups.row_of(browse.group_at) if browse.group_at is not None else 0
        if shown is not None and _key_at(shown, self.table.cursor) != _key_at(groups, row or 0):
            self._came_under_cursor = monotonic()
        first, browse.groups = browse.groups is None, groups
        self.table.show(groups, row or 0)
        if first:
            self.post_message(signals.PaneChanged())

    def open_group(self) -> None:
        """The messages of the group under the cursor, and no other."""
        browse, app = self.browse, self.app
        groups, row = browse.groups, self.table.cursor
        if groups is None or row >= len(groups):
            return
        group, listing = groups.groups[row], groups.grouping.listing
        browse.group_at = group.key
        browse.scope = Scope(groups.way, group.key)
        rows = MessageRows(browse.address, listing, group.rows, lambda: look_of(app), browse.marks)
        rows.size, rows.masked, rows.discreet = group.size, browse.masked, browse.discreet
        browse.rows = rows
        self.cursor_key = None
        self.table.show(rows)
        self.rearrange()  # in the order and through the filter of now, and with what comes meanwhile
        self.repaint()
        self.post_message(signals.PaneChanged())

    def leave_group(self) -> None:
        """Back to the groups, with the cursor where it was."""
        browse = self.browse
        browse.scope = browse.range_from = None
        groups = browse.groups
        if groups is not None and groups.grouping.listing is browse.listing:
            self.table.show(groups, groups.row_of(browse.group_at) or 0)
        else:
            browse.groups = None
            self.table.show(NoRows())
        self.rearrange()
        self.repaint()
        self.post_message(signals.PaneChanged())

    def action_sort_count(self) -> None:
        if not self._refuses("sort_count"):
            self.sort_groups("count")

    def sort_groups(self, key: GroupKey) -> None:
        """Put the groups in another order; the same once more turns it round."""
        browse = self.browse
        browse.group_order = browse.group_order.turned(key)
        if browse.groups is not None:
            browse.groups.sort(browse.group_order)
            self.table.show(browse.groups)
        self.repaint()

    def _refuses(self, name: str) -> bool:
        """Whether an action is off now: the reason is told."""
        reason = self.why_not(name) or self._too_soon(name)
        if reason:
            self.post_message(signals.Say(reason))
        return bool(reason)

    def _too_soon(self, name: str) -> str:
        """Groups that fill change places: what was meant for the one before must not befall another."""
        browse = self.browse
        on_group = name in ("mark", "mark_range") or (name in ("trash", "integrate") and not browse.marks)
        if browse.in_groups and on_group and monotonic() - self._came_under_cursor < TOO_SOON:
            return _("Un autre groupe vient d'arriver sous le curseur : regardez, puis tapez de nouveau.")
        return ""


def _key_at(groups: GroupRows, row: int) -> str | None:
    return groups.groups[row].key if row < len(groups) else ""
