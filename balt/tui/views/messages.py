"""View 3, Messages: folders at the left, the list by size or by age at the right, filter, marks, acts.

What its keys do is in ``message_keys``; what it looks at, apart from any widget, in ``browse``.
"""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from balt.clock import Clock
from balt.config import Config
from balt.i18n import _, ngettext
from balt.mail.model import FolderRole
from balt.mail.model import Message as Mail
from balt.mailboxes.grouping import Way
from balt.text import plain
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.engine import Engine
from balt.tui.events import (
    AttachmentsRead,
    DetailsRead,
    FolderChanged,
    FoldersRead,
    ListingFailed,
    ListingRead,
    Progress,
)
from balt.tui.theme import look_of
from balt.tui.views.arranging import Arranged, Arranger, Wanted
from balt.tui.views.attachment_rows import AttachmentRows
from balt.tui.views.branches import why_not_act, why_not_archive_whole, why_not_empty
from balt.tui.views.browse import LIST_ACTIONS, Browse
from balt.tui.views.folder_rows import Branch, FolderRows
from balt.tui.views.matching import Matches
from balt.tui.views.message_keys import MessageKeys
from balt.tui.views.message_panels import MessagePanels
from balt.tui.views.message_rows import MessageRows, Order
from balt.tui.views.message_widgets import FilterInput, FolderPane, MessageTable
from balt.tui.views.newest import Newest
from balt.tui.views.reading import Reading
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import NoRows, VirtualTable
from balt.units import format_count

NARROW = 100
LOW = 28
ATTACHMENTS = 200
"""The largest attachments that are looked for: more than anybody goes through at one sitting."""
SIFT_AGAIN = 0.4
"""Seconds between two looks at what a filter or groups have found so far; more where one takes long."""


class MessagesView(MessageKeys):
    """Everything about the messages of one folder, and the way to another."""

    BINDINGS = bindings_for("messages")

    def __init__(self, config: Config, engine: Engine, clock: Clock) -> None:
        super().__init__(id="messages")
        self.browse = Browse(config)
        self.engine = engine
        self.reading = Reading(engine, self.browse)
        self.clock = clock
        self.panels = MessagePanels(self)
        self.cursor_key: int | None = None
        self._sifting: Timer | None = None
        self._newest = Newest(self, Arranger(clock).arrange, self._show_arranged)
        self._arranging = 0.0  # seconds that it took the last time
        self.sifted_by: Matches | None = None

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
        self.show_tree()
        self.table.on_rest = partial(self.repaint, "#detail", "#foot")

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
        place, listing = self.browse.place_at(self.table.cursor), self.browse.listing
        return listing.message(place) if listing is not None and place is not None else None

    @property
    def folder_label(self) -> str:
        """The folder that holds the message under the cursor, as it is shown."""
        place, listing = self.browse.place_at(self.table.cursor), self.browse.listing
        name = listing.folder_of(place) if listing is not None and place is not None else ""
        found = self.browse.folder_named(name)
        return plain(found) if isinstance(found, str) else found.label

    def why_not(self, name: str) -> str:
        """Why an action of this view is off now, or ""."""
        if name in LIST_ACTIONS and self.has_class("narrow") and self.has_class("on-folders"):
            return _("La liste est cachée : Tab pour y revenir.")
        if name == "empty_trash":
            branch = self.branch_meant()
            return why_not_empty(branch) if branch is not None else _("Aucune BAL n'est ouverte.")
        if name in ("make_room", "undo", "archive_whole"):
            branch = self.branch_meant()
            if branch is None:
                return _("Aucune BAL n'est ouverte.")
            whole = name == "archive_whole"
            return why_not_archive_whole(branch) if whole else why_not_act(branch, needs_trash=False)
        reason = self.why_not_integrate() if name == "integrate" else ""
        reason = self.why_not_export() if name == "export" else reason
        reason = self.why_not_duplicates() if name == "duplicates" else reason
        return reason or self.browse.why_not(name)

    def renamed(self) -> dict[str, str]:
        """What some keys mean here, for the footer: in the trash, removing is for good."""
        if self.folder_pane.has_focus:
            return {"folders.open": _("Ouvrir"), "messages.next_pane": _("Messages")}
        if (way := self.browse.way) is not None and self.browse.in_groups:
            by_name = _("Année") if way is Way.YEAR else _("Nom")
            return {
                "messages.open": _("Ouvrir"),
                "messages.sort_size": _("Taille"),
                "messages.sort_count": _("Nombre"),
                "messages.sort_date": by_name,
            }
        if self.browse.in_trash:
            return {"messages.trash": _("Supprimer"), "messages.empty_trash": _("Vider")}
        return {}

    # What the app tells

    def open(self, address: str, folder: str, filter_text: str = "", order: Order | None = None) -> None:
        """Show a folder, through a filter and in an order."""
        moved = not self.browse.shows(address, folder)
        self.browse.turn_to(address, folder)
        if moved:
            self.cursor_key = None
            self.table.show(NoRows())
            self.engine.recall_folder(address, folder)
        self.show_messages()
        self.browse.order = order or self.browse.order
        self.set_filter(filter_text)
        self.remove_class("on-folders")
        self.show_tree()
        self.rearrange()
        self.read_folder()
        self.engine.watch(address, folder)
        self.table.focus()

    def read_folder(self) -> None:
        """Have the folder that is shown read, or read again."""
        browse = self.browse
        self.engine.open_folder(browse.address, browse.folder, (browse.order.key, browse.order.reverse))

    def open_first(self) -> None:
        """Show the inbox of the first BAL that is read, unless a folder is already shown."""
        readable = [a.address for a in self.engine.accounts if not self.engine.rests(a.address)]
        if not self.browse.folder and readable:
            self.open(readable[0], "INBOX")
        self.table.focus()

    def folders_read(self, event: FoldersRead) -> None:
        """The folders of a BAL are known, or known anew."""
        self.browse.folders_read(event.address, event.folders, event.quota)
        self.show_tree()
        self.repaint()

    def folder_changed(self, event: FolderChanged) -> None:
        """Something happened in the folder that is watched: it is read again, quietly."""
        browse = self.browse
        if browse.shows(event.address, event.folder) and not self.engine.rests(event.address):
            self.engine.read_folders(event.address)
            self.read_folder()
            if browse.current_folder is not None and browse.current_folder.role is FolderRole.SENT:
                self.engine.receipts.forget(event.address)  # the business software may have written one

    def unreachable(self, address: str, sentence: str, *, rests: bool = False) -> None:
        """A BAL could not be asked; or nobody is to, for it ``rests``: it was noted as deleted."""
        self.browse.unreachable(address, sentence, rests=rests)
        self.show_tree()
        self.repaint()

    def listing_read(self, event: ListingRead) -> None:
        """Sizes and dates have come: the cursor and the marks stay on the messages that are still there."""
        if not self.browse.shows(event.address, event.listing.folder):
            return
        if event.as_of is None and event.listing.is_whole:
            self.browse.note = ""
        if self.browse.take(event.listing, event.as_of) or self.reading.waiting:
            self.rearrange()
        self.repaint()

    def listing_failed(self, event: ListingFailed) -> None:
        """The folder could not be listed; what was shown stays."""
        if self.browse.shows(event.address, event.folder):
            self.browse.note = event.error.message
            self.reading.failed()
            self.repaint()

    def details_read(self, event: DetailsRead) -> None:
        """Senders and subjects have come for some rows."""
        browse, latest = self.browse, self.browse.latest
        same = latest is not None and latest.folder == event.listing.folder
        if latest is None or not same or browse.address != event.address:
            return
        for listing in {id(each): each for each in (latest, browse.listing) if each is not None}.values():
            if listing.continues(event.listing):
                listing.learn(event.details)
        if event.senders is None and browse.matches is not None and browse.matches.wanted.needs_details:
            if latest.continues(event.listing):  # what is read ahead may pass some over: they stay open
                known = latest.details
                browse.matches.learn(
                    latest, event.asked if event.details else [key for key in event.asked if key in known]
                )
            self._sift_soon()
        elif browse.way in (Way.SENDER, Way.KIND):
            self._sift_soon()
        if any(key in event.details for key in self._keys_on_screen()):
            self.table.refresh()
            self.repaint()
        if event.background:
            self.reading.answered(event.asked, event.told)
            if not self.reading.waiting:  # the foot counts documents: as they are known, not at the next key
                self.call_after_refresh(self.repaint, "#foot")
                if self._sifting is not None:  # all is known: what is then marked as a whole is whole
                    self.rearrange()
            if browse.way is not None:
                self.repaint("#title")

    def attachments_read(self, event: AttachmentsRead) -> None:
        """The largest attachments have come, or the search goes on."""
        browse = self.browse
        if browse.attachments is None or event.listing is not browse.listing:
            return  # those of a newer listing are looked for
        if event.found is None:
            told = {"n": format_count(event.looked_at)}
            browse.note = _("recherche des pièces jointes… %(n)s messages regardés") % told
            self.repaint()
            return
        browse.note = ""
        if event.found.unreadable:
            browse.note = ngettext(
                "%s message illisible", "%s messages illisibles", event.found.unreadable
            ) % format_count(event.found.unreadable)
        browse.attachments.found = event.found.attachments
        self.table.show(browse.attachments)
        self.repaint()

    def progress(self, event: Progress) -> None:
        """A long listing goes on."""
        if self.browse.shows(event.address, event.folder) and event.total:
            self.browse.note = _("lecture… %d %%") % (event.done * 100 // event.total)
            self.repaint("#title")

    def set_masked(self, masked: bool) -> None:
        """Hide or show subjects, file names and patients."""
        self.browse.masked = masked
        for rows in (self.browse.rows, self.browse.attachments):
            if rows is not None:
                rows.masked = masked
        self.restyle()

    def restyle(self) -> None:
        """The colours or the mask changed: draw all again."""
        for widget in (self.table, self.folder_pane, *self.query(Painted)):
            widget.refresh()

    # What the list shows

    @on(VirtualTable.Moved, "#table")
    def cursor_moved(self) -> None:
        place, listing = self.browse.place_at(self.table.cursor), self.browse.listing
        if listing is not None and place is not None:
            self.cursor_key = listing.uids[place]
        self.reading.visible(self.table.visible_rows)

    def show_messages(self) -> None:
        """Messages in the list, not their attachments or groups."""
        self.browse.show_messages()

    def show_attachments(self) -> None:
        """The largest attachments in the list."""
        browse, app = self.browse, self.app
        browse.attachments = AttachmentRows(
            (), lambda: look_of(app), browse.has_mark, browse.masked, browse.discreet, browse.name_of
        )
        browse.note = _("recherche des pièces jointes…")
        self.table.show(browse.attachments)
        if browse.listing is not None:
            self.engine.read_attachments(browse.address, browse.listing, ATTACHMENTS)
        self.repaint()

    def rearrange(self) -> None:
        """Sort and filter in a thread, then show: only what is wanted last, however many keys are typed."""
        browse = self.browse
        if browse.latest is not None:
            self._newest.want(
                Wanted(
                    browse.address,
                    browse.latest,
                    browse.order,
                    browse.matches,
                    browse.way,
                    browse.scope,
                    self.cursor_key,
                )
            )

    def _show_arranged(self, arranged: Arranged) -> None:
        browse, wanted, app = self.browse, arranged.wanted, self.app
        listing, sifted = wanted.listing, arranged.sifted
        if listing is not browse.latest or not browse.shows(wanted.address, listing.folder):
            return  # another folder, or a newer listing, has come meanwhile
        if (wanted.way, wanted.scope) != (browse.way, browse.scope):
            return  # the user looks another way: that is under way
        self._arranging = arranged.seconds
        first = listing is not browse.listing
        rows = MessageRows(wanted.address, listing, arranged.rows, lambda: look_of(app), browse.marks)
        rows.size, rows.masked, rows.discreet = arranged.size, browse.masked, browse.discreet
        browse.bring_on(rows)
        self.sifted_by = wanted.matches
        if wanted.matches is not None and wanted.matches is browse.matches:
            wanted.matches.take(listing, sifted)
        if arranged.grouping is not None:
            self.bring_groups(arranged.grouping)
        elif browse.attachments is None:
            self.table.show(rows, arranged.cursor)
        elif first:
            self.engine.read_attachments(browse.address, listing, ATTACHMENTS)
        self.reading.visible(self.table.visible_rows)
        if first:
            self.reading.begin(listing, rows.rows)
        missing = sifted.undecided + arranged.unread
        senders = browse.way is Way.SENDER and not sifted.undecided
        self.reading.need(listing, missing, senders=senders)
        self.repaint()
        if first or missing:
            self.reading.more()

    def _sift_soon(self) -> None:
        """A filter or groups have learnt more: look again, but not at each batch."""
        if self._sifting is None:
            self._sifting = self.set_timer(max(SIFT_AGAIN, 4 * self._arranging), self._sift)

    def _sift(self) -> None:
        self._sifting = None
        self.rearrange()

    def _keys_on_screen(self) -> set[int]:
        listing = self.browse.listing
        places = (self.browse.place_at(row) for row in self.table.visible_rows)
        return {listing.uids[place] for place in places if place is not None} if listing else set()

    def branch_meant(self) -> Branch | None:
        """The BAL under the cursor of the folders when the keys go there, else the one that is shown."""
        row = self.folder_pane.current if self.folder_pane.has_focus else None
        return self.browse.branches.get(row.address if row else self.browse.address)

    def show_tree(self) -> None:
        """Show the BAL and their folders."""
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

    def repaint(self, *blocks: str) -> None:
        """Paint the fixed blocks anew, all or these."""
        for block in self.query(Painted):
            if not blocks or f"#{block.id}" in blocks:
                block.refresh()
