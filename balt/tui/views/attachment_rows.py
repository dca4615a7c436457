"""The rows of the largest attachments: how one is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from balt.i18n import _
from balt.mail.carrying import content_of
from balt.mail.model import Attachment, Content
from balt.mailboxes.largest import FoundAttachment
from balt.tui.paint import Line, fit
from balt.tui.theme import Look
from balt.units import format_size

_SIZE = 9
_BESIDE_THE_NAME = 3 + _SIZE + _SIZE + 12 + 1 + 7 + _SIZE


@dataclass
class AttachmentRows:
    """The source of the attachment table. ``marks`` tells whether the message of a folder and UID is marked;
    ``masked`` by the user and ``discreet`` access show types in the place of names. ``name_of`` gives the
    name of one that the index told of, which keeps no names.
    """

    found: Sequence[FoundAttachment]
    look: Callable[[], Look]
    marks: Callable[[str, int], bool]
    masked: bool = False
    discreet: bool = False
    name_of: Callable[[FoundAttachment], str] = lambda found: found.attachment.filename

    def __len__(self) -> int:
        return len(self.found)

    def line(self, row: int, width: int) -> Line:
        one = self.found[row]
        look = self.look()
        muted = look.style("muted")
        sign, hue = sign_of(one.attachment)
        name = "" if self.masked or self.discreet else self.name_of(one)
        shown = name or one.attachment.content_type
        return [
            (" ● " if self.marks(one.folder, one.uid) else "   ", look.style("entretenir")),
            (_size(one.attachment.size), look.style("strong")),
            (_size(one.attachment.encoded_size), muted),
            (fit(one.date.astimezone().date().isoformat() if one.date else _("date ?"), 12), muted),
            (fit(shown, name_width(width), middle=True) + " ", look.style("text") if name else muted),
            (fit(sign, 7), look.style(hue)),
            (_size(one.message_size), muted),
        ]


def name_width(width: int) -> int:
    """The room of the name in a row of ``width`` cells."""
    return max(width - _BESIDE_THE_NAME, 10)


def head(width: int, look: Look) -> Line:
    """The names of the columns."""
    names = (
        "   "
        + fit(_("Taille"), _SIZE - 1, right=True)
        + " "
        + fit(_("Encodée"), _SIZE - 1, right=True)
        + " "
        + fit(_("Reçu le"), 12)
        + fit(_("Pièce jointe"), name_width(width))
        + " "
        + fit(_("Type"), 7)
        + fit(_("Message"), _SIZE - 1, right=True)
        + " "
    )
    return [(names, look.style("muted"))]


def sign_of(attachment: Attachment) -> tuple[str, str]:
    """The short sign of the Type column and its hue."""
    content = content_of(attachment.filename, attachment.content_type)
    if content is Content.XDM:
        return "XDM", "identifier"
    if content is Content.PDF:
        return "PDF", "muted"
    if content is Content.IMAGE:
        return _("image"), "muted"
    if "zip" in attachment.content_type:
        return "ZIP", "muted"
    return _("mail") if attachment.content_type == "message/rfc822" else _("pièce"), "muted"


def _size(octets: int | None) -> str:
    text = "?" if octets is None else format_size(octets, aligned=True)
    return fit(text, _SIZE - 1, right=True) + " "
