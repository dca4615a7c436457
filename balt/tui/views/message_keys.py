"""What the keys of the messages view do."""

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Literal

from textual import on

from balt.mailboxes.largest import FoundAttachment
from balt.tui import signals
from balt.tui.views.duplicate_keys import DuplicateKeys
from balt.tui.views.folder_rows import Branch
from balt.tui.views.message_rows import Order
from balt.tui.views.message_widgets import FolderPane
from balt.tui.widgets.virtual_table import VirtualTable

_AT_ONCE = 50_000
"""Marks set before the screen gets its turn again."""


class MessageKeys(DuplicateKeys):
    """The actions of the messages view, which is what they act on."""

    if TYPE_CHECKING:  # what MessagesView adds

        @property
        def folder_pane(self) -> FolderPane: ...
        def branch_meant(self) -> Branch | None: ...
        def read_folder(self) -> None: ...
        def show_tree(self) -> None: ...

    async def action_mark(self) -> None:
        browse, row = self.browse, self.table.cursor
        if self._refuses("mark"):
            return
        if browse.in_groups:
            if browse.groups is not None and row < len(browse.groups):
                self.table.move_to(row + 1)
                marked = browse.groups.marked_in(row) < len(browse.groups.groups[row])
                await self._set_marks(browse.groups.places((row,)), marked)
            return
        place = browse.place_at(row)
        if place is None:
            return
        browse.marks.toggle(place)
        self.table.move_to(row + 1)
        self.table.refresh_rows(row)
        self.repaint("#foot")

    async def action_mark_range(self) -> None:
        if not self._refuses("mark_range"):
            await self._set_marks(self.browse.range_at(self.table.cursor), True)

    async def action_mark_all(self) -> None:
        if self._refuses("mark_all"):
            return
        if reason := self.why_not_all():
            self.post_message(signals.Say(reason))
            return
        marked = not self.browse.marks.all_of(self.browse.places())
        await self._set_marks(self.browse.places(), marked)

    async def _set_marks(self, places: Iterable[int], marked: bool) -> None:
        """Mark many messages, or take their marks away; keys typed meanwhile wait for the end of it."""
        rest, listing = iter(places), self.browse.listing
        while self.browse.listing is listing and (some := list(islice(rest, _AT_ONCE))):
            self.browse.marks.set(some, marked)
            await asyncio.sleep(0)  # a newer listing may come meanwhile: these places are not its own
        self.table.refresh()
        self.repaint()

    def action_sort_size(self) -> None:
        self._sort("size")

    def action_sort_date(self) -> None:
        self._sort("date")

    @on(VirtualTable.Opened, "#table")
    def action_open(self) -> None:
        """The group, the attachment where those are listed, or the message."""
        shown, row = self.browse.attachments, self.table.cursor
        if self.browse.in_groups:
            if not self._refuses("open"):
                self.open_group()
        elif shown is None:
            self.action_preview()
        elif not self._refuses("open") and row < len(shown):
            self._open_attachment(shown.found[row])

    def _open_attachment(self, found: FoundAttachment) -> None:
        from balt.tui.dialogs.document_page import DocumentPager
        from balt.tui.documents import MessagePlace

        browse, listing = self.browse, self.browse.listing
        if listing is None:
            return
        validity = listing.part_of(found.folder).uidvalidity
        place = MessagePlace(browse.address, found.folder, validity, found.uid)
        name = browse.name_of(found) or found.attachment.content_type
        self.app.push_screen(DocumentPager(self.engine.documents, place, found.attachment.part, name))

    def action_preview(self) -> None:
        browse = self.browse
        place, listing = browse.place_at(self.table.cursor), browse.listing
        if self._refuses("preview") or listing is None or place is None:
            return
        folder, uid = listing.folder_of(place), listing.uid_of(place)
        validity = listing.part_of(folder).uidvalidity
        self.post_message(signals.AskPreview(browse.address, folder, validity, uid))

    def action_next_pane(self) -> None:
        if self.folder_pane.has_focus:
            self.remove_class("on-folders")
            self.table.focus()
        else:
            self.action_folders()

    def action_folders(self) -> None:
        self.add_class("on-folders")
        self.folder_pane.focus()

    def action_next_match(self) -> None:
        self._to_mark(1)

    def action_previous_match(self) -> None:
        self._to_mark(-1)

    def action_back(self) -> None:
        browse = self.browse
        if self.folder_pane.has_focus and browse.folder:
            self.action_next_pane()
        elif browse.range_from is not None:
            browse.range_from = None
            self.repaint()
        elif browse.scope is not None:
            self.leave_group()
        elif browse.way_shown != "messages":
            self.leave_way()
        elif browse.filter_text:
            self.set_filter("")
            self.rearrange()
        else:
            self.post_message(signals.GoHome())

    @on(FolderPane.Chosen)
    @on(VirtualTable.Opened, "#folders")
    def open_chosen(self) -> None:
        row = self.folder_pane.current
        if row is None:
            return
        if row.folder is not None:
            self.open(row.address, row.folder.name)
            return
        branch = self.browse.branches[row.address]
        if branch.failed:
            self.post_message(signals.Say(branch.reason, grave=True))
        self.browse.opened ^= {row.address}
        self.show_tree()

    def _sort(self, key: Literal["size", "date"]) -> None:
        if self._refuses(f"sort_{key}"):
            return
        browse = self.browse
        if browse.in_groups:
            self.sort_groups("size" if key == "size" else "name")
            return
        browse.order = Order(key, not browse.order.reverse if browse.order.key == key else False)
        self.cursor_key = None
        if browse.latest is not None and not browse.latest.is_whole:
            self.read_folder()  # its first rows in the other order are other rows
        self.rearrange()
        self.repaint("#title")

    def _to_mark(self, by: int) -> None:
        row = self.browse.next_mark(self.table.cursor, by)
        if row is not None:
            self.table.move_to(row)
