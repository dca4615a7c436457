"""The page for correspondents, one A4 page as a PDF: who, which address, a code to keep it, how to write.

Its text is a template of lines: ``# `` a title, ``## `` a heading, ``- `` an item, ``> `` the address, and
the rest as it is. What stands before the address is who; after it, the sections.
"""

import io

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from balt.errors import UsageError
from balt.i18n import _
from balt.publish import codes
from balt.publish.fields import Language
from balt.publish.pdf import (
    BOLD,
    GREY,
    HEIGHT,
    INK,
    REGULAR,
    WIDTH,
    Draw,
    Flow,
    drawable,
    largest,
    new_canvas,
    panel_at,
    text_at,
    width_of,
    wrapped,
)

_MARGIN = 60.0
_INNER = WIDTH - 2 * _MARGIN
_FOOT = 48.0
_CODE = 138.0
_VIOLET, _PALE = HexColor("#5b3fb0"), HexColor("#f1edfb")
_SMALL = 8.5
_SCALES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)
_LABEL: dict[Language, str] = {
    "fr": "Messagerie sécurisée de santé (MSSanté)",
    "en": "Secure health mail (MSSanté)",
}
_CAPTION: dict[Language, str] = {"fr": "à enregistrer dans vos contacts", "en": "to keep in your contacts"}


def page(text: str, card: str, language: Language) -> bytes:
    """The PDF; ``card`` is what its code holds. Raises UsageError for a text that is too long for a page."""
    out = io.BytesIO()
    title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), _LABEL[language])
    canvas = new_canvas(out, title, language)
    flow = _fitting(text, card, language)
    for draw in flow.drawn:
        draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _fitting(text: str, card: str, language: Language) -> Flow:
    for scale in _SCALES:
        flow = _laid_out(text, card, language, scale)
        if flow.y >= _FOOT:
            return flow
    raise UsageError(_("le texte de la page pour vos correspondants ne tient pas sur une page."))


def _laid_out(text: str, card: str, language: Language, scale: float) -> Flow:
    flow = Flow(scale, _MARGIN, _INNER, HEIGHT - 66)
    flow.drawn.append(panel_at(0, HEIGHT - 14, WIDTH, 14, _VIOLET, 0))
    rows = text.splitlines()
    at = next((i for i, line in enumerate(rows) if line.startswith("> ")), len(rows))
    _identity(flow, rows[:at], card, language)
    if at < len(rows):
        _address(flow, rows[at][2:], language)
    for line in rows[at + 1 :]:
        _section_line(flow, line)
    return flow


def _identity(flow: Flow, rows: list[str], card: str, language: Language) -> None:
    """Title and holder to the left, the code to the right of the holder."""
    for line in rows:
        if line.startswith("# "):
            flow.lines(line[2:], BOLD, 27, _VIOLET)
    flow.room(18)
    top = flow.y
    beside = _CODE + 24
    for i, line in enumerate(each for each in rows if each and not each.startswith("# ")):
        flow.lines(
            line, BOLD if i == 0 else REGULAR, 17 if i == 0 else 12, INK if i == 0 else GREY, 0, beside
        )
        flow.room(4)
    x = _MARGIN + _INNER - _CODE
    flow.drawn.append(_code(card, x, top - _CODE))
    caption = drawable(_CAPTION[language])
    middle = x + (_CODE - width_of(caption, REGULAR, _SMALL)) / 2
    flow.drawn.append(text_at(caption, REGULAR, _SMALL, GREY, middle, top - _CODE - 15))
    flow.y = min(flow.y, top - _CODE - 17)
    flow.room(16)


def _address(flow: Flow, address: str, language: Language) -> None:
    """The address in a panel, in one line as large as it can be."""
    pad = 20.0
    size = largest(drawable(address), BOLD, 23 * flow.scale, 9, _INNER - 2 * pad)
    rows = wrapped(address, BOLD, size, _INNER - 2 * pad)
    height = 2 * pad + 15 + len(rows) * size * 1.3
    bottom = flow.y - height
    flow.drawn.append(panel_at(_MARGIN, bottom, _INNER, height, _PALE))
    label = drawable(_LABEL[language])
    flow.drawn.append(text_at(label, REGULAR, 11, _VIOLET, _MARGIN + pad, bottom + height - pad - 8))
    y = bottom + height - pad - 15
    for row in rows:
        y -= size * 1.2
        flow.drawn.append(text_at(row, BOLD, size, INK, _MARGIN + pad, y))
    flow.y = bottom
    flow.room(14)


def _section_line(flow: Flow, line: str) -> None:
    if line.startswith("## "):
        flow.room(16)
        flow.lines(line[3:], BOLD, 14, _VIOLET)
        flow.room(4)
    elif line.startswith("- "):
        flow.item(line[2:], 11.5, INK, _VIOLET)
        flow.room(5)
    elif line:
        flow.lines(line, REGULAR, 10, GREY)
    else:
        flow.room(8)


def _code(content: str, x: float, y: float) -> Draw:
    """The QR code drawn as squares: sharp at any size. What is white around it is its border of light."""
    rows = codes.modules(content)
    side = _CODE / len(rows)

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(HexColor("#000000"))
        path = canvas.beginPath()
        for i, row in enumerate(rows):
            for j, dark in enumerate(row):
                if dark:
                    path.rect(x + j * side, y + _CODE - (i + 1) * side, side, side)
        canvas.drawPath(path, stroke=0, fill=1)

    return draw
