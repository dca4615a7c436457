"""What the messages view is looking at, apart from any widget: folder, order, filter, rows, marks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from balt.cleanup.ports import trash_of
from balt.clock import Clock
from balt.config import Account, Config
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.filters import Filter, parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, Message, Quota
from balt.mailboxes.search import refuse_indiscretion
from balt.tui.views.folder_rows import Branch
from balt.tui.views.message_rows import MessageRows, Order

NEED_ROWS = ("sort_size", "sort_date", "mark", "mark_all", "mark_range", "preview")
LIST_ACTIONS = ("sort_size", "sort_date", "mark", "mark_all", "mark_range", "preview", "trash")


@dataclass
class Browse:
    """The state of the view. ``note`` says what is going on; ``problem`` is what is wrong with the filter."""

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
    rows: MessageRows | None = None
    masked: bool = False
    range_from: int | None = None
    marks: set[int] = field(default_factory=set)
    by_hand: set[int] = field(default_factory=set)

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
            self.rows = None
            self.range_from = None
            self.marks.clear()
            self.by_hand.clear()
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
        if address == self.address and self.rows is None:
            self.note = sentence

    def carry_over(self, listing: Listing) -> None:
        """A newer listing of the folder shown has come: give it the details that are known, and keep the
        marks that still mean something. Of another folder, or one made anew (UIDVALIDITY), nothing holds.
        """
        known = self.rows
        same = known is not None and known.address == self.address and known.listing.folder == listing.folder
        if known is None or not same or known.listing.uidvalidity != listing.uidvalidity:
            self.marks.clear()
            self.by_hand.clear()
            return
        for uid, detail in known.listing.details.items():
            if listing.index_of(uid) is not None:
                listing.details[uid] = detail
        self.marks.intersection_update(listing.uids)
        self.by_hand.intersection_update(self.marks)

    def toggle(self, uid: int) -> None:
        """Mark a message, or take its mark away."""
        marked = uid not in self.marks
        for kept in (self.marks, self.by_hand):
            (kept.add if marked else kept.discard)(uid)

    def mark_range(self, cursor: int) -> None:
        """Begin a range at the cursor, or mark from its beginning to the cursor."""
        if self.range_from is None:
            self.range_from = cursor
        elif self.rows is not None:
            first, last = sorted((self.range_from, cursor))
            self.marks.update(self.rows.uid(row) for row in range(first, min(last + 1, len(self.rows))))
            self.range_from = None

    def toggle_all(self) -> None:
        """Mark all that is shown; take these marks away when all had one."""
        if self.rows is not None:
            shown = self.rows.uids()
            (self.marks.difference_update if shown <= self.marks else self.marks.update)(shown)
            self.by_hand.intersection_update(self.marks)

    def next_mark(self, cursor: int, by: int) -> int | None:
        """The nearest marked row before (``by`` −1) or after (1) the cursor, going round; None if none."""
        rows = self.rows
        if rows is None or not self.marks:
            return None
        around = ((cursor + by * offset) % len(rows) for offset in range(1, len(rows) + 1))
        return next((row for row in around if rows.uid(row) in self.marks), None)

    def message(self, uid: int) -> Message | None:
        """A message of the folder shown."""
        place = self.rows.listing.index_of(uid) if self.rows is not None else None
        return self.rows.listing.message(place) if self.rows is not None and place is not None else None

    def marked(self) -> list[Message]:
        """The marked messages, whatever the filter shows."""
        rows = self.rows
        if rows is None:
            return []
        places = [place for uid in sorted(self.marks) if (place := rows.listing.index_of(uid)) is not None]
        return [rows.listing.message(place) for place in places]

    def chosen(self, under_cursor: Message | None) -> list[Message]:
        """What an act is about: the marked messages, else the one under the cursor."""
        return self.marked() or ([under_cursor] if under_cursor else [])

    def takes_unread(self, messages: Sequence[Message]) -> bool:
        """Whether the user chose the unread ones among these knowingly: each by hand (a person who marks a
        message one by one, not by a range, wants that one), or shown by the filter ``is:unread``.
        """
        if not self.marked():
            return True
        shown = self.rows.uids() if self.rows is not None and self._asks_for_unread() else set()
        return all(m.flags & Flag.SEEN or m.uid in self.by_hand | shown for m in messages)

    def _asks_for_unread(self) -> bool:
        terms = self.filter.terms if self.filter is not None else ()
        return any((term.key, term.value, term.negated) == ("is", "unread", False) for term in terms)

    def why_not(self, name: str) -> str:
        """Why an action of the messages view is off now, or ""."""
        if name in NEED_ROWS and (self.rows is None or not len(self.rows.listing)):
            return _("Aucun message à l'écran.")
        if name == "preview" and self.discreet:
            return _("Accès discret : le contenu des messages n'est pas montré.")
        if name == "preview" and self.masked:
            return _("L'écran est masqué : tapez m pour le montrer, puis p.")
        if name != "trash" or self.address not in self.branches:
            return ""
        reason = why_not_act(self.branches[self.address])
        if not reason and (self.rows is None or not len(self.rows)):
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
