"""The page for correspondents, one A4 page as a PDF: who, which address, a code to keep it, how to write.

Its text is a template of lines: ``# `` a title, ``## `` a heading, ``- `` an item, ``> `` the address, and
the rest as it is. What stands before the address is who; after it, the sections.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from balt.errors import UsageError
from balt.i18n import _
from balt.publish import codes
from balt.publish.fields import Language
from balt.publish.pdf import BOLD, REGULAR, drawable, largest, new_canvas, wrapped

_WIDTH, _HEIGHT = A4
_MARGIN = 60.0
_INNER = _WIDTH - 2 * _MARGIN
_FOOT = 48.0
_CODE = 138.0
_VIOLET, _PALE = HexColor("#5b3fb0"), HexColor("#f1edfb")
_INK, _GREY = HexColor("#1f2430"), HexColor("#5a6070")
_SCALES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)
_LABEL: dict[Language, str] = {
    "fr": "Messagerie sécurisée de santé (MSSanté)",
    "en": "Secure health mail (MSSanté)",
}
_CAPTION: dict[Language, str] = {"fr": "à enregistrer dans vos contacts", "en": "to keep in your contacts"}

Draw = Callable[[Canvas], None]


@dataclass
class _Sheet:
    """A page being laid out from the top: ``y`` is where the next line hangs from."""

    scale: float
    y: float = _HEIGHT - 66.0
    drawn: list[Draw] = field(default_factory=list)

    def lines(
        self, text: str, font: str, size: float, ink: Color, x: float = _MARGIN, width: float = _INNER
    ) -> None:
        """A paragraph, and a little room under it."""
        size *= self.scale
        for line in wrapped(text, font, size, width):
            self.y -= size * 1.36
            self.drawn.append(_line(line, font, size, ink, x, self.y))

    def room(self, points: float) -> None:
        """White under what was drawn."""
        self.y -= points * self.scale


def page(text: str, card: str, language: Language) -> bytes:
    """The PDF; ``card`` is what its code holds. Raises UsageError for a text that is too long for a page."""
    out = io.BytesIO()
    title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), _LABEL[language])
    canvas = new_canvas(out, A4, title, language)
    sheet = _fitting(text, card, language)
    for draw in sheet.drawn:
        draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _fitting(text: str, card: str, language: Language) -> _Sheet:
    for scale in _SCALES:
        sheet = _laid_out(text, card, language, scale)
        if sheet.y >= _FOOT:
            return sheet
    raise UsageError(_("le texte de la page pour vos correspondants ne tient pas sur une page."))


def _laid_out(text: str, card: str, language: Language, scale: float) -> _Sheet:
    sheet = _Sheet(scale)
    sheet.drawn.append(_band)
    rows = text.splitlines()
    at = next((i for i, line in enumerate(rows) if line.startswith("> ")), len(rows))
    _identity(sheet, rows[:at], card, language)
    if at < len(rows):
        _address(sheet, rows[at][2:], language)
    for line in rows[at + 1 :]:
        _section_line(sheet, line)
    return sheet


def _identity(sheet: _Sheet, rows: list[str], card: str, language: Language) -> None:
    """Title and holder to the left, the code to the right of the holder."""
    titles = [line[2:] for line in rows if line.startswith("# ")]
    for title in titles:
        sheet.lines(title, BOLD, 27, _VIOLET)
    sheet.room(18)
    top = sheet.y
    first = True
    for line in rows:
        if not line or line.startswith("# "):
            continue
        sheet.lines(
            line, BOLD if first else REGULAR, 17 if first else 12, _INK if first else _GREY, width=300
        )
        sheet.room(4)
        first = False
    x = _WIDTH - _MARGIN - _CODE
    sheet.drawn.append(_code(card, x, top - _CODE))
    caption = drawable(_CAPTION[language])
    sheet.drawn.append(_centred(caption, x + _CODE / 2, top - _CODE - 12))
    sheet.y = min(sheet.y, top - _CODE - 14)
    sheet.room(14)


def _address(sheet: _Sheet, address: str, language: Language) -> None:
    """The address in a panel, in one line as large as it can be."""
    pad, label = 20.0, drawable(_LABEL[language])
    width = _INNER - 2 * pad
    size = largest(drawable(address), BOLD, 23 * sheet.scale, 9, width)
    rows = wrapped(address, BOLD, size, width)
    height = 2 * pad + 15 + len(rows) * size * 1.3
    bottom = sheet.y - height

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(_PALE)
        canvas.roundRect(_MARGIN, bottom, _INNER, height, 10, stroke=0, fill=1)
        canvas.setFillColor(_VIOLET)
        canvas.setFont(REGULAR, 11)
        canvas.drawString(_MARGIN + pad, bottom + height - pad - 8, label)

    sheet.drawn.append(draw)
    y = bottom + height - pad - 15
    for row in rows:
        y -= size * 1.2
        sheet.drawn.append(_line(row, BOLD, size, _INK, _MARGIN + pad, y))
    sheet.y = bottom
    sheet.room(14)


def _section_line(sheet: _Sheet, line: str) -> None:
    if line.startswith("## "):
        sheet.room(16)
        sheet.lines(line[3:], BOLD, 14, _VIOLET)
        sheet.room(4)
    elif line.startswith("- "):
        y = sheet.y
        sheet.lines(line[2:], REGULAR, 11.5, _INK, _MARGIN + 16, _INNER - 16)
        dot = y - 11.5 * sheet.scale * 1.02
        sheet.drawn.append(_dot(dot))
        sheet.room(5)
    elif line:
        sheet.lines(line, REGULAR, 10, _GREY)
    else:
        sheet.room(8)


def _band(canvas: Canvas) -> None:
    canvas.setFillColor(_VIOLET)
    canvas.rect(0, _HEIGHT - 14, _WIDTH, 14, stroke=0, fill=1)


def _dot(y: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(_VIOLET)
        canvas.circle(_MARGIN + 4, y, 2.2, stroke=0, fill=1)

    return draw


def _centred(text: str, x: float, y: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(_GREY)
        canvas.setFont(REGULAR, 8.5)
        canvas.drawCentredString(x, y, text)

    return draw


def _line(text: str, font: str, size: float, ink: Color, x: float, y: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(ink)
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)

    return draw


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
