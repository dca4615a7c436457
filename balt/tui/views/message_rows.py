"""The rows of a message list: which ones, in what order, and how one is drawn."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from balt.i18n import _
from balt.mail.facts import Facts
from balt.mail.listing import Listing
from balt.mail.model import Content, Flag, Kind, Message, MessageDetail
from balt.tui.paint import Line, fit
from balt.tui.theme import Look
from balt.tui.views.marks import Marks
from balt.units import format_size

SortKey = Literal["size", "date"]


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: largest first, or oldest first; ``reverse`` turns it round."""

    key: SortKey = "size"
    reverse: bool = False

    def label(self) -> str:
        """ "par taille ▼": the arrow points to where the figures go down."""
        if self.key == "size":
            return _("par taille") + (" ▲" if self.reverse else " ▼")
        return _("par date, récents d'abord") if self.reverse else _("par date, anciens d'abord")


@dataclass
class MessageRows:
    """The source of the message table: a listing of one BAL seen through an order and a filter."""

    address: str
    listing: Listing
    rows: "array[int]"
    look: Callable[[], Look]
    marks: Marks
    masked: bool = False
    discreet: bool = False
    size: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    def uid(self, row: int) -> int:
        """The key of the message shown on ``row``: its UID where one folder is shown."""
        return self.listing.uids[self.rows[row]]

    def message(self, row: int) -> Message:
        """The message shown on ``row``."""
        return self.listing.message(self.rows[row])

    def line(self, row: int, width: int) -> Line:
        message = self.message(row)
        look = self.look()
        text = look.style("text")
        muted = look.style("muted")
        unread = not message.flags & Flag.SEEN
        sender, subject = texts_of(message, masked=self.masked, discreet=self.discreet)
        left, right = columns(width)
        sign, hue = type_of(message)
        state, state_hue = state_of(message)
        main = look.style("strong") if unread else text
        return [
            (" ● " if self.rows[row] in self.marks else "   ", look.style("entretenir")),
            (fit(size_text(message), 8, right=True) + " ", look.style("strong")),
            (fit(date_text(message), 12), muted),
            (fit(sender, left, middle=True) + " ", main if message.detail else muted),
            (fit(subject, right) + " ", main),
            (fit(sign, 6), look.style(hue)),
            (fit(state, 2), look.style(state_hue)),
        ]


def columns(width: int) -> tuple[int, int]:
    """The widths of sender and subject in a row of ``width`` cells."""
    room = max(width - 3 - 9 - 12 - 1 - 1 - 6 - 2, 10)
    sender = min(max(room * 2 // 5, 8), 36)
    return sender, room - sender


def head(width: int, look: Look) -> Line:
    """The names of the columns."""
    left, right = columns(width)
    names = (
        "   "
        + fit(_("Taille"), 8, right=True)
        + " "
        + fit(_("Reçu le"), 12)
        + fit(_("De"), left)
        + " "
        + fit(_("Objet"), right)
        + " "
        + fit(_("Type"), 6)
    )
    return [(names, look.style("muted"))]


def size_text(message: Message) -> str:
    """The size, or ``?`` where the server gave none that makes sense."""
    return "?" if message.size is None else format_size(message.size, aligned=True)


def date_text(message: Message) -> str:
    """The reception day as ISO writes it: ten cells that sort by eye."""
    return message.date.astimezone().date().isoformat() if message.date else _("date ?")


def texts_of(message: Message, *, masked: bool, discreet: bool = False) -> tuple[str, str]:
    """Sender and subject as they may be shown: ``masked`` by the user, and none to ``discreet`` access."""
    detail = message.detail
    if detail is None:
        return "…", ""
    if not detail.readable:
        return "?", _("(message illisible)")
    if discreet:
        return "—", kind_label(detail)
    if masked:
        sender = _("patient") if detail.kind is Kind.PATIENT else detail.sender
        return sender, kind_label(detail)
    return detail.sender or detail.sender_name or _("(sans expéditeur)"), detail.subject or _("(sans objet)")


def kind_label(detail: MessageDetail | Facts) -> str:
    """What a message is, in words: shown instead of its subject when masked."""
    names = {
        Kind.DOCUMENT: _("document structuré"),
        Kind.RECEIPT: _("accusé"),
        Kind.BOUNCE: _("avis de non-remise"),
        Kind.AUTOREPLY: _("réponse automatique"),
        Kind.NOTIFICATION: _("notification"),
        Kind.PATIENT: _("message d'un patient"),
        Kind.OTHER: _("message"),
    }
    plainer = {
        Content.PDF: _("document (PDF)"),
        Content.IMAGE: _("document (image)"),
        Content.FILE: _("document"),
    }
    if detail.kind is Kind.DOCUMENT and not detail.has_cda and detail.content in plainer:
        return plainer[detail.content]
    return names[detail.kind]


def type_of(message: Message) -> tuple[str, str]:
    """The short sign of the Type column and its hue; from the index alone, while the message is yet to be
    read.
    """
    known = message.detail or message.facts
    if known is None:
        return "", "muted"
    if not known.readable:
        return "?", "alert"
    if known.failed:
        return "KO", "alert"
    by_content = {
        Content.XDM: ("XDM", "identifier"),
        Content.PDF: ("PDF", "muted"),
        Content.IMAGE: (_("image"), "muted"),
    }
    if known.content in by_content:
        return by_content[known.content]
    by_kind = {
        Kind.RECEIPT: _("reçu"),
        Kind.BOUNCE: _("rejet"),
        Kind.AUTOREPLY: _("auto"),
        Kind.NOTIFICATION: _("notif."),
        Kind.PATIENT: _("usager"),
    }
    return by_kind.get(known.kind, _("pièce") if known.attachments else ""), "muted"


def state_of(message: Message) -> tuple[str, str]:
    """The last column: integration failed, flagged, or integrated."""
    known = message.detail or message.facts
    if known is not None and known.failed:
        return "!", "alert"
    if message.flags & Flag.FLAGGED:
        return "★", "attention"
    if message.flags & Flag.INTEGRATED:
        return "✔", "entretenir"
    return "", "muted"
