"""The window of a message: its headers, its parts, its text; and the way to what a part holds."""

from collections.abc import Sequence
from datetime import datetime

from textual.binding import Binding

from balt.i18n import _
from balt.mail.model import Attachment, Preview
from balt.tui.dialogs.document_page import DocumentPager
from balt.tui.dialogs.pager import Pager, Writer
from balt.tui.documents import Documents, MessagePlace
from balt.tui.paint import Line, fit, wrap
from balt.tui.theme import Look, look_of
from balt.units import format_date, format_size

_LABEL = 10
_DIGITS = 9


class MessagePager(Pager):
    """A message to read. A figure opens the part of that number; Tab goes from one to the next, Enter opens
    it.
    """

    BINDINGS = [
        *(Binding(str(n), f"open_part({n - 1})", show=False) for n in range(1, _DIGITS + 1)),
        Binding("enter", "open_chosen", show=False),
        Binding("tab", "choose(1)", show=False),
        Binding("shift+tab", "choose(-1)", show=False),
    ]

    def __init__(
        self, preview: Preview, received: datetime | None, documents: Documents, place: MessagePlace
    ) -> None:
        super().__init__(_("Message"), message_page(preview, received, 0), hue="entretenir")
        self._preview = preview
        self._received = received
        self._documents = documents
        self._place = place
        self._chosen = 0

    def hints(self) -> Sequence[tuple[str, str]]:
        count = len(self._preview.attachments)
        if not count:
            return super().hints()
        keys = "1" if count == 1 else f"1-{min(count, _DIGITS)}"
        return ((keys, _("Ouvrir la pièce")), *super().hints())

    def action_choose(self, by: int) -> None:
        parts = self._preview.attachments
        if parts:
            self._chosen = (self._chosen + by) % len(parts)
            self.rewrite(message_page(self._preview, self._received, self._chosen))
            above = len(_header_lines(self._preview, self._received, self.text_width, look_of(self.app)))
            self.bring_into_view(above + self._chosen)

    def action_open_chosen(self) -> None:
        self.action_open_part(self._chosen)

    def action_open_part(self, number: int) -> None:
        parts = self._preview.attachments
        if number < len(parts):
            part = parts[number]
            name = part.filename or part.content_type
            self.app.push_screen(DocumentPager(self._documents, self._place, part.part, name))


def message_page(preview: Preview, received: datetime | None, chosen: int) -> Writer:
    """A message: when it was received, its headers, parts, text. All of it inert."""

    def write(width: int, look: Look) -> list[Line]:
        text = look.style("text")
        lines = _header_lines(preview, received, width, look)
        for number, attachment in enumerate(preview.attachments):
            lines.append(_part_line(attachment, number, number == chosen, width, look))
        lines += [[("─" * width, look.style("rule"))], []]
        for line in preview.lines:
            lines += [[(part, text)] for part in wrap(line, width)]
        if preview.truncated:
            told = _("Le texte est plus long ; la suite n'est pas montrée.")
            lines += [[], [(told, look.style("attention"))]]
        return lines

    return write


def _header_lines(preview: Preview, received: datetime | None, width: int, look: Look) -> list[Line]:
    day = format_date(received.astimezone().date()) if received else _("date inconnue")
    lines: list[Line] = []
    for name, value in ((_("Reçu le"), day), *preview.headers):
        for i, part in enumerate(wrap(value, width - _LABEL - 1)[:4]):
            label = fit(name if i == 0 else "", _LABEL) + " "
            lines.append([(label, look.style("muted")), (part, look.style("text"))])
    return lines


def _part_line(attachment: Attachment, number: int, chosen: bool, width: int, look: Look) -> Line:
    """A part, with the figure that opens it; the one that Enter opens stands out."""
    figure = str(number + 1) if number < _DIGITS else " "
    name = f"{attachment.filename or attachment.content_type} · {format_size(attachment.size)}"
    return [
        (fit(_("Pièce"), _LABEL - 2) + " ", look.style("muted")),
        (figure + " ", look.style("identifier")),
        (fit(name, width - _LABEL - 1, middle=True), look.style("strong" if chosen else "text")),
    ]
