"""What the messages view is looking at, apart from any widget: folder, order, filter, rows, marks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from balt.cleanup.ports import trash_of
from balt.clock import Clock
from balt.config import Account, Config
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.filters import Filter, parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, Message, Quota
from balt.mail.whole import EVERYWHERE
from balt.mailboxes.largest import FoundAttachment
from balt.mailboxes.search import refuse_indiscretion
from balt.tui.views.attachment_rows import AttachmentRows
from balt.tui.views.folder_rows import Branch
from balt.tui.views.marks import Marks
from balt.tui.views.matching import Matches
from balt.tui.views.message_rows import MessageRows, Order

NEED_ROWS = ("sort_size", "sort_date", "mark", "mark_all", "mark_range", "preview", "open", "turn_view")
LIST_ACTIONS = (*NEED_ROWS, "trash")


@dataclass
class Browse:
    """The state of the view. ``note`` says what is going on; ``problem`` is what is wrong with the filter.

    ``latest`` is the newest listing of the folder, ``listing`` the one that is on screen, which ``rows`` and
    ``marks`` are about: the former becomes the latter once it is sorted. ``as_of`` says when it was taken,
    where it comes from the index and the server has not confirmed it yet. ``attachments`` stand in the list
    instead of the messages where they are there.
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
    note: str = ""
    latest: Listing | None = None
    listing: Listing | None = None
    as_of: datetime | None = None
    rows: MessageRows | None = None
    attachments: AttachmentRows | None = None
    masked: bool = False
    range_from: int | None = None
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
            self.marks.begin(None)
        self.address, self.folder = address, folder
        self.opened |= {address}
        self.note = _("lecture…")

    def set_filter(self, text: str, clock: Clock) -> None:
        """Take a filter; one that cannot be read says why, and leaves the last good one in force."""
        self.filter_text = text
        self.problem = ""
        try:
            wanted = parse_filter(text, clock) if text.strip() else None
            if wanted is not None and self.account is not None and self.discreet:
                refuse_indiscretion(self.account, wanted)
            self.filter = wanted
            self.matches = Matches(wanted, self.folder_named) if wanted is not None else None
        except UsageError as error:
            self.problem = error.message

    def folders_read(self, address: str, folders: Sequence[Folder], quota: Quota | None) -> None:
        """The folders of a BAL are known, or known anew."""
        branch = self.branches[address]
        self.branches[address] = replace(
            branch, folders=folders, quota=quota, note="", failed=False, reason=""
        )

    def unreachable(self, address: str, sentence: str) -> None:
        """A BAL could not be asked; what was known of it stays."""
        branch = self.branches[address]
        if not branch.folders:
            self.branches[address] = replace(branch, note=_("injoignable"), failed=True, reason=sentence)
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
        """The place in the listing of the message on a row of the screen."""
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
    def shown(self) -> "MessageRows | AttachmentRows | None":
        """What the list shows."""
        return self.attachments or self.rows

    def places(self) -> Iterator[int]:
        """The places of all that the list shows, top first."""
        if self.attachments is not None:
            found = (self.place_of(one) for one in self.attachments.found)
            return (place for place in found if place is not None)
        return iter(self.rows.rows if self.rows is not None else ())

    def range_at(self, cursor: int) -> list[int]:
        """Begin a range at the cursor, or end it there: the places from its beginning to the cursor. It
        begins at a message, wherever that stands by then.
        """
        here = self.place_at(cursor)
        if here is None or self.listing is None:
            return []
        if self.range_from is None:
            self.range_from = self.listing.uids[here]
            return []
        begun = self.listing.index_of(self.range_from)
        self.range_from = None
        row = next((row for row, place in enumerate(self.places()) if place == begun), cursor)
        first, last = sorted((row, cursor))
        places = (self.place_at(row) for row in range(first, last + 1))
        return [place for place in places if place is not None]

    def next_mark(self, cursor: int, by: int) -> int | None:
        """The nearest marked row before (``by`` −1) or after (1) the cursor, going round; None if none."""
        shown = self.shown
        if shown is None or not self.marks:
            return None
        count = len(shown)
        around = ((cursor + by * offset) % count for offset in range(1, count + 1))
        return next((row for row in around if self._is_marked(row)), None)

    def _is_marked(self, row: int) -> bool:
        place = self.place_at(row)
        return place is not None and place in self.marks

    def message(self, key: int) -> Message | None:
        """A message of the folder shown."""
        place = self.listing.index_of(key) if self.listing is not None else None
        return self.listing.message(place) if self.listing is not None and place is not None else None

    def chosen(self, cursor: int) -> list[int]:
        """What an act is about: the places of the marked messages, else of the one under the cursor."""
        here = self.place_at(cursor)
        return list(self.marks.places()) or ([here] if here is not None else [])

    def takes_unread(self) -> bool:
        """Whether the user chose the unread ones among the marked knowingly: each by hand (a person who
        marks a message one by one, not by a range, wants that one), or shown by the filter ``is:unread``.
        """
        listing = self.listing
        if not self.marks or listing is None:
            return True
        shown = set(self.places()) if self._asks_for_unread() else set()
        return all(
            listing.flags[place] & Flag.SEEN or listing.uids[place] in self.marks.by_hand or place in shown
            for place in self.marks.places()
        )

    def hidden(self, places: Sequence[int]) -> int:
        """How many of these messages the list does not show."""
        if not self.filter_text or self.listing is None:
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
        if name in NEED_ROWS and (self.listing is None or not len(self.listing)):
            return _("Aucun message à l'écran.")
        if name in ("mark_all", "turn_view") and self.listing is not None and not self.listing.is_whole:
            return _("La liste n'est pas encore entière : un instant.")
        if name in ("sort_size", "sort_date", "filter") and self.attachments is not None:
            return _("Les pièces jointes sont rangées par taille : w pour revenir aux messages.")
        if name in ("preview", "open") and self.discreet:
            return _("Accès discret : le contenu des messages n'est pas montré.")
        if name in ("preview", "open") and self.masked:
            return _("L'écran est masqué : tapez m pour le montrer, puis p.")
        if name != "trash" or self.address not in self.branches:
            return ""
        reason = why_not_act(self.branches[self.address])
        if not reason and not len(self.shown or ()):
            reason = _("Aucun message à l'écran.")
        return reason


def why_not_act(branch: Branch) -> str:
    """Why nothing can be moved or removed in a BAL now, or ""."""
    if branch.failed:
        return _("Cette BAL n'a pas répondu : R pour réessayer.")
    if branch.account.access == "files":
        return _("Ce sont des fichiers exportés : balt les lit, et ne les change jamais.")
    if branch.account.read_only:
        return _("Cette BAL est en lecture seule dans votre configuration.")
    if not branch.folders:
        return _("Cette BAL n'est pas encore lue.")
    if trash_of(branch.folders) is None:
        return _("Cette BAL n'a pas de dossier Corbeille : demandez à votre opérateur de le créer.")
    return ""


def why_not_empty(branch: Branch) -> str:
    """Why the trash of a BAL cannot be emptied now, or ""."""
    trash = trash_of(branch.folders)
    if trash is not None and trash.messages == 0:
        return _("La corbeille de cette BAL est déjà vide.")
    return why_not_act(branch)


def first_note(account: Account) -> str:
    """What the tree says of a BAL before its server has answered."""
    if account.access == "imap":
        return _("connexion…")
    if account.access == "none":
        return _("sans accès IMAP")
    return _("lecture…")
