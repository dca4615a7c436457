"""What the pages that balt draws have in common: the font they carry, and lines cut to a width.

``reportlab`` is imported with this module, which is imported only where a page is drawn. Lengths are points.
"""

import io
import unicodedata
from functools import cache
from importlib.resources import files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

REGULAR, BOLD = "BaltRegular", "BaltBold"
_FILES = {REGULAR: "OpenSans-Regular.ttf", BOLD: "OpenSans-Bold.ttf"}
_UNKNOWN = "?"


def new_canvas(out: io.BytesIO, size: tuple[float, float], title: str, language: str) -> Canvas:
    """An empty PDF whose octets depend on nothing but what is drawn: no clock, no name of a computer."""
    _letters()
    canvas = Canvas(out, pagesize=size, invariant=1, lang=language)
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
