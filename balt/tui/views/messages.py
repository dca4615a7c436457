"""View 3, Messages: folders at the left, the list by size or by age at the right, filter, marks, acts."""

from array import array
from functools import partial
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input
from textual.worker import get_current_worker

from balt.cleanup.plan import Guard
from balt.clock import Clock
from balt.config import Config
from balt.i18n import _
from balt.mail.filters import Filter
from balt.mail.listing import Listing
from balt.mail.model import Message as Mail
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.engine import Engine
from balt.tui.events import DetailsRead, FoldersRead, ListingFailed, ListingRead, Progress
from balt.tui.requests import CleanupRequest
from balt.tui.theme import look_of
from balt.tui.views.browse import LIST_ACTIONS, Browse, why_not_empty
from balt.tui.views.folder_rows import Branch, FolderRows
from balt.tui.views.message_panels import MessagePanels
from balt.tui.views.message_rows import MessageRows, Order, chosen_rows
from balt.tui.views.message_widgets import FilterInput, FolderPane, MessageTable
from balt.tui.views.reading import Reading
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import NoRows, VirtualTable

NARROW = 100
LOW = 28


class MessagesView(Vertical):
    """Everything about the messages of one folder, and the way to another."""

    BINDINGS = bindings_for("messages")

    def __init__(self, config: Config, engine: Engine, clock: Clock) -> None:
        super().__init__(id="messages")
        self.browse = Browse(config)
        self.engine = engine
        self.reading = Reading(engine, self.browse)
        self.clock = clock
        self.panels = MessagePanels(self)
        self._cursor_uid: int | None = None
        self._listing: Listing | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield FolderPane(id="folders")
            with Vertical(id="list"):
                yield Painted(self.panels.title, id="title")
                yield FilterInput(id="filter", compact=True, select_on_focus=False)
                yield Painted(self.panels.filter_line, id="filter-line")
                yield Painted(self.panels.head, id="head")
                yield MessageTable(id="table")
                yield Painted(self.panels.detail, id="detail")
                yield Painted(self.panels.foot, id="foot")

    def on_descendant_focus(self) -> None:
        self.post_message(signals.PaneChanged())

    def on_mount(self) -> None:
        self._show_tree()

    def on_resize(self) -> None:
        self.set_class(self.size.width < NARROW, "narrow")
        self.set_class(self.size.height < LOW, "low")

    @property
    def table(self) -> MessageTable:
        return self.query_one("#table", MessageTable)

    @property
    def folder_pane(self) -> FolderPane:
        return self.query_one("#folders", FolderPane)

    @property
    def mail(self) -> Mail | None:
        """The message under the cursor."""
        rows = self.browse.rows
        if rows is None or self.table.cursor >= len(rows):
            return None
        return rows.message(self.table.cursor)

    def why_not(self, name: str) -> str:
        """Why an action of this view is off now, or ""."""
        if name in LIST_ACTIONS and self.has_class("narrow") and self.has_class("on-folders"):
            return _("La liste est cachée : Tab pour y revenir.")
        if name == "empty_trash":
            branch = self._branch_meant()
            return why_not_empty(branch) if branch is not None else _("Aucune BAL n'est ouverte.")
        return self.browse.why_not(name)

    def renamed(self) -> dict[str, str]:
        """What some keys mean here, for the footer: in the trash, removing is for good."""
        if self.folder_pane.has_focus:
            return {"folders.open": _("Ouvrir"), "messages.next_pane": _("Messages")}
        if self.browse.in_trash:
            return {"messages.trash": _("Supprimer"), "messages.empty_trash": _("Vider")}
        return {}

    # What the app tells

    def open(self, address: str, folder: str, filter_text: str = "", order: Order | None = None) -> None:
        """Show a folder, through a filter and in an order."""
        moved = not self.browse.shows(address, folder)
        self.browse.turn_to(address, folder)
        if moved:
            self._cursor_uid = None
            self._listing = None
            self.table.show(NoRows())
        self.browse.order = order or self.browse.order
        self._set_filter(filter_text)
        self.remove_class("on-folders")
        self._show_tree()
        self._repaint()
        self._rearrange()
        self.engine.open_folder(address, folder)
        self.table.focus()

    def open_first(self) -> None:
        """Show the inbox of the first BAL that can be read, unless a folder is already shown."""
        readable = [a.address for a in self.browse.config.accounts if a.access != "none"]
        if not self.browse.folder and readable:
            self.open(readable[0], "INBOX")
        self.table.focus()

    def folders_read(self, event: FoldersRead) -> None:
        """The folders of a BAL are known, or known anew."""
        self.browse.folders_read(event.address, event.folders, event.quota)
        self._show_tree()
        self._repaint()

    def unreachable(self, address: str, sentence: str) -> None:
        """A BAL could not be asked."""
        self.browse.unreachable(address, sentence)
        self._show_tree()
        self._repaint()

    def listing_read(self, event: ListingRead) -> None:
        """Sizes and dates have come: the cursor and the marks stay on the messages that are still there."""
        if not self.browse.shows(event.address, event.listing.folder):
            return
        self.browse.note = ""
        self.browse.carry_over(event.listing)
        self._listing = event.listing
        self._rearrange()

    def listing_failed(self, event: ListingFailed) -> None:
        """The folder could not be listed; what was shown stays."""
        if self.browse.shows(event.address, event.folder):
            self.browse.note = event.error.message
            self._repaint()

    def details_read(self, event: DetailsRead) -> None:
        """Senders and subjects have come for some rows."""
        rows = self.browse.rows
        shown = self.browse.shows(event.address, event.folder)
        if rows is None or not shown or rows.listing.uidvalidity != event.uidvalidity:
            return
        rows.listing.details.update(event.details)
        if self.browse.filter is not None and self.browse.filter.needs_details:
            self._rearrange()
        else:
            self.table.refresh()
            self._repaint()
        if event.background:
            self.reading.more()

    def progress(self, event: Progress) -> None:
        """A long listing goes on."""
        if self.browse.shows(event.address, event.folder) and event.total:
            self.browse.note = _("lecture… %d %%") % (event.done * 100 // event.total)
            self._repaint()

    def set_masked(self, masked: bool) -> None:
        """Hide or show subjects, file names and patients."""
        self.browse.masked = masked
        if self.browse.rows is not None:
            self.browse.rows.masked = masked
        self.restyle()

    def restyle(self) -> None:
        """The colours or the mask changed: draw all again."""
        for widget in (self.table, self.folder_pane, *self.query(Painted)):
            widget.refresh()

    # What the user does

    def action_mark(self) -> None:
        if self._refuses("mark") or self.mail is None:
            return
        row = self.table.cursor
        self.browse.toggle(self.mail.uid)
        self.table.move_to(row + 1)
        self.table.refresh_rows(row)
        self._repaint()

    def action_mark_range(self) -> None:
        if not self._refuses("mark_range"):
            self.browse.mark_range(self.table.cursor)
            self.table.refresh()
            self._repaint()

    def action_mark_all(self) -> None:
        if not self._refuses("mark_all"):
            self.browse.toggle_all()
            self.table.refresh()
            self._repaint()

    def action_sort_size(self) -> None:
        self._sort("size")

    def action_sort_date(self) -> None:
        self._sort("date")

    def action_filter(self) -> None:
        if self._refuses("filter"):
            return
        self.add_class("filtering")
        self.remove_class("on-folders")
        line = self.query_one(FilterInput)
        line.value = self.browse.filter_text
        line.cursor_position = len(line.value)
        line.focus()

    @on(VirtualTable.Opened, "#table")
    def action_preview(self) -> None:
        if not self._refuses("preview") and self.mail is not None:
            self.post_message(signals.AskPreview(self.browse.address, self.browse.folder, self.mail.uid))

    def action_trash(self) -> None:
        rows = self.browse.rows
        if self._refuses("trash") or rows is None:
            return
        messages = self.browse.chosen(self.mail)
        include = frozenset({Guard.UNREAD}) if self.browse.takes_unread(messages) else frozenset()
        uids = [message.uid for message in messages]
        hidden = len(set(uids) - rows.uids()) if self.browse.filter_text else 0
        request = CleanupRequest(
            self.browse.address, self.browse.folders, rows.listing, uids, include, hidden
        )
        self.post_message(signals.AskPlan(request))

    def action_empty_trash(self) -> None:
        branch = self._branch_meant()
        if branch is not None and not self._refuses("empty_trash"):
            request = CleanupRequest(branch.account.address, branch.folders)
            self.post_message(signals.AskPlan(request))

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
        if self.folder_pane.has_focus and self.browse.folder:
            self.action_next_pane()
        elif self.browse.range_from is not None:
            self.browse.range_from = None
            self._repaint()
        elif self.browse.filter_text:
            self._set_filter("")
            self._rearrange()
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
        self._show_tree()

    @on(VirtualTable.Moved, "#table")
    def cursor_moved(self) -> None:
        if self.mail is not None:
            self._cursor_uid = self.mail.uid
        self.reading.visible(self.table.visible_rows)
        for block in ("#detail", "#foot"):
            self.query_one(block, Painted).refresh()

    @on(Input.Changed)
    def filter_changed(self, event: Input.Changed) -> None:
        if self.has_class("filtering") and event.value != self.browse.filter_text:
            self._set_filter(event.value)
            self._rearrange()

    @on(Input.Submitted)
    @on(FilterInput.Left)
    def filter_done(self, event: Message) -> None:
        if isinstance(event, FilterInput.Left):
            self._set_filter("")
            self._rearrange()
        elif self.browse.problem:
            return  # it stays to be mended; Escape gives it up
        self.remove_class("filtering")
        self.table.focus()
        self._repaint()

    def _branch_meant(self) -> Branch | None:
        """The BAL under the cursor of the folders when the keys go there, else the one that is shown."""
        row = self.folder_pane.current if self.folder_pane.has_focus else None
        return self.browse.branches.get(row.address if row else self.browse.address)

    def _refuses(self, name: str) -> bool:
        reason = self.why_not(name)
        if reason:
            self.post_message(signals.Say(reason))
        return bool(reason)

    def _sort(self, key: Literal["size", "date"]) -> None:
        if self._refuses(f"sort_{key}"):
            return
        order = self.browse.order
        self.browse.order = Order(key, not order.reverse if order.key == key else False)
        self._cursor_uid = None
        self._rearrange()

    def _set_filter(self, text: str) -> None:
        self.browse.set_filter(text, self.clock)
        self.query_one("#filter-line").set_class(not self.browse.problem, "calm")
        self._repaint()

    def _rearrange(self) -> None:
        """Sort and filter in a thread, then show."""
        browse = self.browse
        if self._listing is not None:
            work = partial(self._choose, browse.address, self._listing, browse.order, browse.filter)
            self.run_worker(work, thread=True, exclusive=True, group="rows", exit_on_error=False)

    def _choose(self, address: str, listing: Listing, order: Order, wanted: Filter | None) -> None:
        worker = get_current_worker()
        rows = chosen_rows(listing, order, wanted)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show_rows, address, listing, rows)

    def _show_rows(self, address: str, listing: Listing, chosen: "array[int]") -> None:
        browse = self.browse
        if listing is not self._listing or not browse.shows(address, listing.folder):
            return  # another folder, or a newer listing, has come meanwhile
        app = self.app
        first = browse.rows is None or browse.rows.listing is not listing
        browse.rows = MessageRows(address, listing, chosen, lambda: look_of(app), browse.marks)
        browse.rows.masked, browse.rows.discreet = browse.masked, browse.discreet
        row = browse.rows.row_of(self._cursor_uid) if self._cursor_uid is not None else None
        self.table.show(browse.rows, row if row is not None else 0)
        self._repaint()
        self.reading.visible(self.table.visible_rows)
        if first:
            self.reading.begin(listing)

    def _to_mark(self, by: int) -> None:
        row = self.browse.next_mark(self.table.cursor, by)
        if row is not None:
            self.table.move_to(row)

    def _show_tree(self) -> None:
        app = self.app
        browse = self.browse
        source = FolderRows(
            browse.branches,
            browse.opened,
            (browse.address, browse.folder),
            browse.config.thresholds,
            lambda: look_of(app),
        )
        self.folder_pane.show(source, self.folder_pane.cursor)

    def _repaint(self) -> None:
        for block in self.query(Painted):
            block.refresh()
