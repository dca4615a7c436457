"""Text from outside made safe to show, and text cut to fit.

Everything that a server, a mail, a directory or a file gave passes ``plain`` where it enters
(ECMA-48 escape sequences, bidirectional controls and stacked accents can deface or drive a terminal).
"""

import re
import unicodedata

REPLACEMENT = "·"
_MAX_COMBINING = 2
# What a spreadsheet takes for a formula (CWE-1236), in its full-width form too: at the start of a cell, and
# after a semicolon, which is where a French spreadsheet begins the next cell.
_FORMULA = re.compile(r"(^|;)(?=[\s\"']*[=+\-@＝＋－＠])")

_JOINTS = re.compile(r"[\s'’.\-‐‑]+")


def plain(text: str, limit: int = 4096) -> str:
    """``text`` on one line, without control, format, bidi, surrogate or unassigned characters.

    Each one becomes ``·`` (white space becomes a space), so that its presence is not hidden. At most two
    combining marks in a row are kept, and at most ``limit`` characters.
    """
    text = text[:limit]
    if text.isprintable() and (text.isascii() or not any(map(unicodedata.combining, text))):
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > _MAX_COMBINING:
            continue
        if char.isprintable():
            kept.append(char)
        else:
            kept.append(" " if char.isspace() else REPLACEMENT)
    return "".join(kept)


def plain_lines(text: str, limit: int = 200_000) -> list[str]:
    """The lines of a text body, each made ``plain``; tabs become spaces; at most ``limit`` characters."""
    return [plain(line.expandtabs(4)) for line in text[:limit].replace("\r\n", "\n").split("\n")]


def harmless(text: str) -> str:
    """``text`` with a quote mark wherever a spreadsheet would begin to read a formula."""
    return _FORMULA.sub(r"\1'", text)


def sheet_cell(value: object) -> object:
    """A value as every table that balt writes for a spreadsheet holds it: a number as it is, nothing as
    nothing, all else as harmless text on one line.
    """
    if value is None or isinstance(value, int):
        return value
    text = str(value)
    return harmless(plain(text, len(text)))


def fold(text: str) -> str:
    """``text`` without case and accents, for comparing: ``"Épaule"`` and ``"epaule"`` are the same."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def name_key(name: str) -> str:
    """A person's name for comparing: as ``fold`` has it, and however its parts are joined (``Anne-Marie`` and
    ``Anne Marie``, ``d'Arc`` and ``d’Arc`` are the same).
    """
    return " ".join(_JOINTS.split(fold(name))).strip()


def capital(text: str) -> str:
    """A text that stands alone, with a capital; the errors of balt begin without one. A first word that is an
    address or the name of a file keeps its own.
    """
    first = text.split(" ", 1)[0].rstrip(".…")
    return text if "@" in first or "." in first else text[:1].upper() + text[1:]


def cell_width(text: str) -> int:
    """How many terminal cells ``text`` takes: 2 for wide characters, 0 for combining marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def shorten(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, cut at the end with ``…``."""
    if cell_width(text) <= width:
        return text
    return _take(text, max(width - 1, 0)) + "…" if width > 0 else ""


def shorten_middle(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, cut in the middle with ``…``: an address tells by both its ends,
    and most by its beginning, which gets two thirds.
    """
    if cell_width(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    head = (width - 1) * 2 // 3
    tail = width - 1 - head
    return _take(text, head) + "…" + _take(text[::-1], tail)[::-1]


def shorten_address(address: str, width: int) -> str:
    """An address in at most ``width`` cells. Of two that look alike the part before the @ differs, or the
    first part of the domain: both are kept as far as they go; the end, which nearly all share, goes first.
    """
    local, at, domain = address.rpartition("@")
    if cell_width(address) <= width or not at or width < 12:
        return shorten_middle(address, width)
    first = domain.split(".", 1)[0]
    least = min(cell_width(first) + 1, width * 2 // 5)
    start = shorten_middle(local, width - 1 - least) + at
    return start + _take(domain, width - cell_width(start) - 1).rstrip(".") + "…"


def _take(text: str, width: int) -> str:
    if text.isascii():
        return text[:width]
    used = 0
    for i, char in enumerate(text):
        used += cell_width(char)
        if used > width:
            return text[:i]
    return text
