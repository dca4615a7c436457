"""What the pages that balt draws have in common: the font they carry, lines cut to a width, a flow of them.

``reportlab`` is imported with this module, which is imported only where a page is drawn. Lengths are points.
"""

import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

REGULAR, BOLD = "BaltRegular", "BaltBold"
_FILES = {REGULAR: "OpenSans-Regular.ttf", BOLD: "OpenSans-Bold.ttf"}
WIDTH, HEIGHT = A4
INK, GREY = HexColor("#1f2430"), HexColor("#5a6070")
Draw = Callable[[Canvas], None]

_UNKNOWN = "?"
_LEADING = 1.36


@dataclass
class Flow:
    """A page being laid out from the top: ``y`` is where the next line hangs from. What is drawn is kept, so
    that a page that is too long can be laid out anew, smaller.
    """

    scale: float
    x: float
    width: float
    y: float
    drawn: list[Draw] = field(default_factory=list)

    def lines(
        self, text: str, font: str, size: float, ink: Color, indent: float = 0, less: float = 0
    ) -> None:
        """A paragraph, ``indent`` from the left and ``less`` narrower."""
        size *= self.scale
        for line in wrapped(text, font, size, self.width - indent - less):
            self.y -= size * _LEADING
            self.drawn.append(text_at(line, font, size, ink, self.x + indent, self.y))

    def item(self, text: str, size: float, ink: Color, dot: Color, indent: float = 0) -> None:
        """A paragraph with a dot before its first line."""
        radius, step = 0.18 * size * self.scale, 1.3 * size * self.scale
        y = self.y - size * self.scale * 1.03
        self.drawn.append(disc_at(self.x + indent + 1.6 * radius, y, radius, dot))
        self.lines(text, REGULAR, size, ink, indent + step)

    def room(self, points: float) -> None:
        """White under what was drawn."""
        self.y -= points * self.scale


def text_at(text: str, font: str, size: float, ink: Color, x: float, y: float) -> Draw:
    """Draws one line."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(ink)
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)

    return draw


def disc_at(x: float, y: float, radius: float, ink: Color) -> Draw:
    """Draws a disc around a point."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(ink)
        canvas.circle(x, y, radius, stroke=0, fill=1)

    return draw


def panel_at(x: float, y: float, width: float, height: float, ink: Color, radius: float = 10) -> Draw:
    """Draws a filled rectangle with round corners."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(ink)
        canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)

    return draw


def new_canvas(out: io.BytesIO, title: str, language: str) -> Canvas:
    """An empty PDF of A4 pages; its octets depend on nothing but what is drawn: no clock, no name."""
    _letters()
    canvas = Canvas(out, pagesize=A4, invariant=1, lang=language)
    canvas.setFont(REGULAR, 10)
    canvas.setTitle(title)
    canvas.setCreator("balt")
    canvas.setAuthor("")
    canvas.setSubject("")
    return canvas


@cache
def _letters() -> frozenset[int]:
    """The characters that can be drawn; the fonts are made known to reportlab on the way."""
    for name, file in _FILES.items():
        font = TTFont(name, io.BytesIO(files("balt.publish").joinpath("fonts", file).read_bytes()))
        pdfmetrics.registerFont(font)
        known = frozenset(font.face.charToGlyph)
    return known


def drawable(text: str) -> str:
    """``text`` with a question mark for each character that the font has not."""
    composed = unicodedata.normalize("NFC", text)
    known = _letters()
    return "".join(char if ord(char) in known else _UNKNOWN for char in composed)


def width_of(text: str, font: str, size: float) -> float:
    """How wide a line is."""
    _letters()
    return float(pdfmetrics.stringWidth(text, font, size))


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """``text`` in lines no wider than ``width``; a word that is wider than a line is cut."""
    lines: list[str] = []
    line = ""
    for word in drawable(text).split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, font, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_of(word, font, size) > width:
            cut = _longest(word, font, size, width)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line]


def largest(text: str, font: str, size: float, least: float, width: float) -> float:
    """The largest size, from ``size`` down to ``least``, at which the text fits into one line."""
    while size > least and width_of(text, font, size) > width:
        size -= 0.5
    return size


def _longest(word: str, font: str, size: float, width: float) -> int:
    """How many of the first characters of a word fit; one at least."""
    cut = 1
    while cut < len(word) and width_of(word[: cut + 1], font, size) <= width:
        cut += 1
    return cut
