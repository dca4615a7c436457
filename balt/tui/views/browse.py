"""What the messages view is looking at, apart from any widget: folder, order, filter, rows, marks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from balt.cleanup.ports import trash_of
from balt.clock import Clock
from balt.config import Account, Config
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.filters import Filter, FilterError, parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, Message, Quota
from balt.mail.whole import EVERYWHERE
from balt.mailboxes.grouping import Way
from balt.mailboxes.grouping_words import key_name, masked_sender
from balt.mailboxes.largest import FoundAttachment
from balt.mailboxes.search import refuse_indiscretion
from balt.text import plain
from balt.tui.views.attachment_rows import AttachmentRows
from balt.tui.views.branches import first_note, why_not_act
from balt.tui.views.folder_rows import Branch, folders_of
from balt.tui.views.group_rows import GroupOrder, GroupRows, Scope
from balt.tui.views.marks import Marks
from balt.tui.views.matching import Matches
from balt.tui.views.message_rows import MessageRows, Order

NEED_ROWS = ("sort_size", "sort_date", "mark", "mark_all", "mark_range", "preview", "open", "turn_view")
LIST_ACTIONS = (*NEED_ROWS, "trash", "remove", "archive", "integrate", "export", "lighten")


@dataclass
class Browse:
    """The state of the view. ``note`` says what is going on; ``problem`` is what is wrong with the filter,
    ``wrong`` where.

    ``latest`` is the newest listing of the folder, ``listing`` the one that is on screen, which ``rows`` and
    ``marks`` are about: the former becomes the latter once it is sorted. ``as_of`` says when it was taken,
    where it comes from the index and the server has not confirmed it yet. ``attachments`` stand in the list
    instead of the messages where they are there.

    With a ``way`` the messages stand in ``groups`` (None until they are made); with a ``scope`` one of these
    is open, and ``group_at`` is where the cursor was.
    """

    config: Config
    branches: dict[str, Branch] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    address: str = ""
    folder: str = ""
    order: Order = field(default_factory=Order)
    filter_text: str = ""
    filter: Filter | None = None
    problem: str = ""
    wrong: FilterError | None = None
    note: str = ""
    latest: Listing | None = None
    listing: Listing | None = None
    as_of: datetime | None = None
    rows: MessageRows | None = None
    attachments: AttachmentRows | None = None
    way: Way | None = None
    groups: GroupRows | None = None
    group_order: GroupOrder = field(default_factory=GroupOrder)
    group_at: str | None = None
    scope: Scope | None = None
    masked: bool = False
    range_from: int | Scope | None = None
    marks: Marks = field(default_factory=Marks)
    matches: Matches | None = None

    def __post_init__(self) -> None:
        self.branches = {a.address: Branch(a, note=first_note(a)) for a in self.config.accounts}

    def adopt(self, config: Config) -> None:
        """Go on with a configuration that has further BAL."""
        self.config = config
        known = self.branches
        self.branches = {
            a.address: known.get(a.address) or Branch(a, note=first_note(a)) for a in config.accounts
        }

    @property
    def account(self) -> Account | None:
        """The account of the BAL shown."""
        return self.branches[self.address].account if self.address in self.branches else None

    @property
    def quota(self) -> Quota | None:
        """The quota of the BAL shown."""
        return self.branches[self.address].quota if self.address in self.branches else None

    @property
    def discreet(self) -> bool:
        """Whether somebody else than the holder looks: subjects, names and content are then never shown."""
        return bool(self.account and self.account.discreet)

    @property
    def hides_text(self) -> bool:
        """Whether subjects and names must not be shown: masked by the user, or discreet access."""
        return self.masked or self.discreet

    @property
    def everywhere(self) -> bool:
        """Whether all the folders of the BAL are shown at once."""
        return self.folder == EVERYWHERE

    @property
    def current_folder(self) -> Folder | None:
        """The folder shown, with what its server says of it."""
        return next((f for f in self.folders if f.name == self.folder), None)

    @property
    def trash(self) -> Folder | None:
        """The trash folder of the BAL shown."""
        return trash_of(self.folders)

    @property
    def in_trash(self) -> bool:
        """Whether the folder shown is the trash: removing from it is for good."""
        return self.trash is not None and self.trash.name == self.folder

    @property
    def folders(self) -> Sequence[Folder]:
        """The folders of the BAL shown."""
        return self.branches[self.address].folders if self.address in self.branches else ()

    def shows(self, address: str, folder: str) -> bool:
        """Whether this folder of this BAL is the one shown."""
        return (address, folder) == (self.address, self.folder)

    def turn_to(self, address: str, folder: str) -> None:
        """Look at another folder; rows and marks of the former one are let go."""
        if not self.shows(address, folder):
            self.latest = self.listing = self.rows = self.attachments = self.as_of = None
            self.range_from = None
            self.show_messages()
            self.marks.begin(None)
        self.address, self.folder = address, folder
        self.opened |= {address}
        self.note = _("lecture…")

    def show_messages(self) -> None:
        """Messages in the list: neither attachments nor groups."""
        self.attachments = self.way = self.groups = self.group_at = self.scope = self.range_from = None

    def set_filter(self, text: str, clock: Clock) -> None:
        """Take a filter; one that cannot be read says why, and leaves the last good one in force."""
        self.filter_text = text
        self.problem, self.wrong = "", None
        try:
            wanted = parse_filter(text, clock) if text.strip() else None
            if wanted is not None and self.account is not None and self.discreet:
                refuse_indiscretion(self.account, wanted)
            self.filter = wanted
            self.matches = Matches(wanted, self.folder_named) if wanted is not None else None
            if self.scope is not None:
                self.groups = None  # those behind the open one are of another filter
        except UsageError as error:
            self.problem = error.message
            self.wrong = error if isinstance(error, FilterError) else None

    def folders_read(self, address: str, folders: Sequence[Folder], quota: Quota | None) -> None:
        """The folders of a BAL are known, or known anew."""
        branch = self.branches[address]
        self.branches[address] = replace(
            branch, folders=folders, quota=quota, note="", failed=False, reason=""
        )

    def unreachable(self, address: str, sentence: str, *, rests: bool = False) -> None:
        """A BAL could not be asked, or (``rests``) is not to be; what was known of it stays."""
        branch = self.branches[address]
        if not branch.folders:
            note = _("supprimée") if rests else _("injoignable")
            self.branches[address] = replace(branch, note=note, failed=not rests, reason=sentence)
        if address == self.address and (self.rows is None or self.as_of is not None):
            self.note = sentence

    def folder_named(self, name: str) -> Folder | str:
        """The folder of a name, as filters look at it."""
        return next((f for f in self.folders if f.name == name), name)

    def take(self, listing: Listing, as_of: datetime | None = None) -> bool:
        """A listing of the folder shown has come; whether it is news. It gets the details that are known."""
        known = self.latest
        late = known is not None and (as_of is not None or (known.is_whole and not listing.is_whole))
        if late:
            return False
        self.as_of = as_of
        if listing is known:
            return False
        if known is not None and listing.continues(known):
            listing.take_over(known)
        self.latest = listing
        return True

    def bring_on(self, rows: MessageRows) -> None:
        """Rows are shown from now on. Of another listing, the marks go along that still mean something: of a
        folder made anew (UIDVALIDITY), none does.
        """
        known, listing = self.listing, rows.listing
        if listing is not known:
            if known is not None and listing.continues(known):
                self.marks.follow(listing)
            else:
                self.marks.begin(listing)
            self.listing = listing
        self.rows = rows

    # The rows on screen

    def place_at(self, row: int) -> int | None:
        """The place in the listing of the message on a row of the screen; a group is no message."""
        if self.in_groups:
            return None
        if self.attachments is not None:
            found = self.attachments.found
            return self.place_of(found[row]) if row < len(found) else None
        return self.rows.rows[row] if self.rows is not None and row < len(self.rows) else None

    def place_of(self, found: FoundAttachment) -> int | None:
        """The place in the listing of the message that carries an attachment."""
        if self.listing is None:
            return None
        return self.listing.index_of(self.listing.key_of(found.folder, found.uid))

    def name_of(self, found: FoundAttachment) -> str:
        """The file name of an attachment; "" while only the index, which keeps no names, has told of it."""
        if found.attachment.filename or self.listing is None:
            return found.attachment.filename
        detail = self.listing.details.get(self.listing.key_of(found.folder, found.uid))
        parts = detail.attachments if detail is not None else ()
        return next((part.filename for part in parts if part.part == found.attachment.part), "")

    def has_mark(self, folder: str, uid: int) -> bool:
        """Whether a message is marked."""
        place = self.listing.index_of(self.listing.key_of(folder, uid)) if self.listing is not None else None
        return place is not None and place in self.marks

    @property
    def in_groups(self) -> bool:
        """Whether the list shows groups."""
        return self.way is not None and self.scope is None

    @property
    def way_shown(self) -> str:
        """The way to look that is in force: "messages", "attachments" or a value of ``Way``."""
        return self.way or ("messages" if self.attachments is None else "attachments")

    @property
    def has_folders(self) -> bool:
        """Whether the BAL shown has several folders."""
        return self.address in self.branches and len(folders_of(self.branches[self.address])) > 1

    @property
    def shown(self) -> "MessageRows | AttachmentRows | GroupRows | None":
        """What the list shows."""
        return self.groups if self.in_groups else self.attachments or self.rows

    def name_of_group(self, way: Way, key: str | None) -> str:
        """What a group is called, as it may be shown now."""
        if way is Way.SENDER and self.hides_text:
            return masked_sender(key)
        if way is Way.FOLDER and key is not None:
            folder = self.folder_named(key)
            return plain(folder) if isinstance(folder, str) else folder.label
        return key_name(way, key)

    def places(self) -> Iterator[int]:
        """The places of all that the list shows, top first."""
        if self.in_groups:
            return self.groups.places(range(len(self.groups))) if self.groups is not None else iter(())
        if self.attachments is not None:
            found = (self.place_of(one) for one in self.attachments.found)
            return (place for place in found if place is not None)
        return iter(self.rows.rows if self.rows is not None else ())

    def range_at(self, cursor: int) -> list[int]:
        """Begin a range at the cursor, or end it there: the places from its beginning to the cursor. It
        begins at a message or a group, wherever that stands by then.
        """
        if self.in_groups:
            return self._range_of_groups(cursor)
        here = self.place_at(cursor)
        if here is None or self.listing is None:
            return []
        if self.range_from is None:
            self.range_from = self.listing.uids[here]
            return []
        begun = self.listing.index_of(self.range_from) if isinstance(self.range_from, int) else None
        self.range_from = None
        row = next((row for row, place in enumerate(self.places()) if place == begun), cursor)
        first, last = sorted((row, cursor))
        places = (self.place_at(row) for row in range(first, last + 1))
        return [place for place in places if place is not None]

    def _range_of_groups(self, cursor: int) -> list[int]:
        groups, begun = self.groups, self.range_from
        if groups is None or cursor >= len(groups):
            return []
        if begun is None:
            self.range_from = Scope(groups.way, groups.groups[cursor].key)
            return []
        self.range_from = None
        row = groups.row_of(begun.key) if isinstance(begun, Scope) else None
        first, last = sorted((cursor if row is None else row, cursor))
        return list(groups.places(range(first, last + 1)))

    def next_mark(self, cursor: int, by: int) -> int | None:
        """The nearest marked row before (``by`` −1) or after (1) the cursor, going round; None if none."""
        shown = self.shown
        if shown is None or not self.marks:
            return None
        count = len(shown)
        around = ((cursor + by * offset) % count for offset in range(1, count + 1))
        return next((row for row in around if self._is_marked(row)), None)

    def _is_marked(self, row: int) -> bool:
        if self.in_groups:
            return self.groups is not None and self.groups.marked_in(row) > 0
        place = self.place_at(row)
        return place is not None and place in self.marks

    def message(self, key: int) -> Message | None:
        """A message of the folder shown."""
        place = self.listing.index_of(key) if self.listing is not None else None
        return self.listing.message(place) if self.listing is not None and place is not None else None

    def chosen(self, cursor: int) -> list[int]:
        """What an act is about: the places of the marked messages, else of the one or the group under the
        cursor.
        """
        marked = list(self.marks.places())
        if not marked and self.in_groups:
            there = self.groups is not None and cursor < len(self.groups)
            return list(self.groups.places((cursor,))) if self.groups is not None and there else []
        here = self.place_at(cursor)
        return marked or ([here] if here is not None else [])

    def takes_unread(self, places: Iterable[int] = ()) -> bool:
        """Whether the user chose the unread ones among the marked, else among the ``places`` of a group,
        knowingly: each by hand (a person who marks a message one by one, not by a range, wants that one), or
        shown by the filter ``is:unread``.
        """
        listing = self.listing
        if listing is None or not (self.marks or self.in_groups):
            return True
        shown = set(self.places()) if self._asks_for_unread() else set()
        return all(
            listing.flags[place] & Flag.SEEN or listing.uids[place] in self.marks.by_hand or place in shown
            for place in (self.marks.places() if self.marks else places)
        )

    def hidden(self, places: Sequence[int]) -> int:
        """How many of these messages the list does not show."""
        if self.listing is None or not (self.filter_text or self.way or self.attachments is not None):
            return 0
        shown = bytearray(len(self.listing))
        for place in self.places():
            shown[place] = 1
        return sum(1 for place in places if not shown[place])

    def _asks_for_unread(self) -> bool:
        terms = self.filter.terms if self.filter is not None else ()
        return any((term.key, term.value, term.negated) == ("is", "unread", False) for term in terms)

    def why_not(self, name: str) -> str:
        """Why an action of the messages view is off now, or ""."""
        if name in (*NEED_ROWS, "integrate") and (self.listing is None or not len(self.listing)):
            return _("Aucun message à l'écran.")
        if name in ("mark_all", "turn_view") and self.listing is not None and not self.listing.is_whole:
            return _("La liste n'est pas encore entière : un instant.")
        if name in ("sort_size", "sort_date", "filter") and self.attachments is not None:
            return _("Les pièces jointes sont rangées par taille : Échap pour revenir aux messages.")
        if name == "sort_count" and not self.in_groups:
            return _("Par nombre se rangent les groupes : w pour en faire.")
        if name == "preview" and self.in_groups:
            return _("C'est un groupe : Entrée ouvre ses messages.")
        if name == "open" and self.in_groups:
            return ""
        if name in ("preview", "open") and self.discreet:
            return _("Accès discret : le contenu des messages n'est pas montré.")
        if name in ("preview", "open") and self.masked:
            return _("L'écran est masqué : tapez m pour le montrer, puis p.")
        if name not in ("trash", "remove", "archive", "lighten") or self.address not in self.branches:
            return ""
        branch = self.branches[self.address]
        reason = why_not_act(branch, needs_trash=name == "trash", changes=name != "archive")
        if not reason and not len(self.shown or ()):
            reason = _("Aucun message à l'écran.")
        return reason

    def why_not_by(self, way: Way) -> str:
        """Why the messages cannot stand in these groups now, or ""."""
        if way is Way.SENDER and self.discreet:
            return _("Accès discret : les expéditeurs ne sont pas montrés, ni un à un ni en groupes.")
        if way is Way.FOLDER and self.marks and not self.everywhere and self.has_folders:
            return _("Par dossier montre toute la BAL, et ôterait vos marques : d agit sur elles, * les ôte.")
        return ""
