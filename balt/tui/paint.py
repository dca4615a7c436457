"""Lines of the screen as coloured pieces of plain text: never markup, whatever the text says."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from balt.text import shorten, shorten_address, shorten_middle
from balt.tui.theme import Look

Piece = tuple[str, Style]
Line = list[Piece]

_BREAKS = (re.compile(r"(?<!«) (?!»)"), re.compile(" "))
_BREAK_WELL = re.compile(r"(?<!«)(?<![ (+≈]\d)(?<![ (+≈]\d\d)(?<! 1er) (?![»:;?!%·]|20\d\d\b)")
_APART = re.compile(r" [:;?!%·]|\d(?:er)? ")
_EIGHTHS = " ▏▎▍▌▋▊▉"


def width_of(line: Iterable[Piece]) -> int:
    """How many cells a line takes."""
    return sum(cell_len(text) for text, _ in line)


def fit_address(address: str, width: int) -> str:
    """An address in exactly ``width`` cells (``text.shorten_address``)."""
    return fit(shorten_address(address, width), width)


def fit(text: str, width: int, *, right: bool = False, middle: bool = False) -> str:
    """``text`` in exactly ``width`` cells: cut with ``…`` where too long, filled with spaces else."""
    if width <= 0:
        return ""
    cut = shorten_middle(text, width) if middle else shorten(text, width)
    if right:
        cut = " " * (width - cell_len(cut)) + cut
    return set_cell_size(cut, width)


def strip_of(line: Iterable[Piece], width: int, base: Style) -> Strip:
    """A strip of exactly ``width`` cells; ``base`` gives what the pieces leave open (the background)."""
    segments = [Segment(text, base + style) for text, style in line if text]
    return Strip(segments).adjust_cell_length(width, base)


def selected_strip(line: Iterable[Piece], width: int, look: Look, base: Style, *, here: bool = True) -> Strip:
    """The same line under the cursor: hues stay, other text is raised, the background tells.

    ``here`` is false where the keys go elsewhere: the line is then only a shade away from the ground.
    """
    if not here:
        shade = Style(bgcolor=look.empty)
        return strip_of([(text, style + shade) for text, style in line], width, base + shade)
    if look.name == "balt-ansi":  # where colours may be off altogether, the line itself must tell
        reverse = Style(reverse=True)
        return strip_of([(text, style + reverse) for text, style in line], width, base + reverse)
    lift = look.selected_style
    no_hues = [look.style(name).color for name in ("text", "muted", "strong")]
    monochrome = look.name == "balt-contraste"
    lifted: Line = []
    for text, style in line:
        keeps_hue = style.color is not None and style.color not in no_hues and not monochrome
        hue = Style.from_color(style.color, lift.bgcolor) if keeps_hue else lift
        lifted.append((text, style + hue))
    return strip_of(lifted, width, base + lift)


def spread(left: Line, right: Line, width: int, base: Style) -> Strip:
    """``left`` at the left end, ``right`` at the right end; the left gives way where both do not fit."""
    room = max(width - width_of(right), 0)
    start = strip_of(left, max(room - 1, 0), base).adjust_cell_length(room, base)
    return Strip.join([start, strip_of(right, min(width_of(right), width), base)])


def bar(part: float, width: int, look: Look, hue: str) -> Line:
    """A bar of ``width`` cells filled up to ``part`` (0..1), to an eighth of a cell."""
    part = min(max(part, 0.0), 1.0)
    eighths = round(part * width * 8)
    full, rest = divmod(eighths, 8)
    filled = Style(color=look.style(hue).color, bgcolor=look.style("empty").bgcolor)
    line: Line = [("█" * full, filled)]
    if rest:
        line.append((_EIGHTHS[rest], filled))
    line.append((" " * (width - full - bool(rest)), Style(bgcolor=look.style("empty").bgcolor)))
    return line


def bar_text(part: float, width: int) -> str:
    """A bar of ``width`` cells filled up to ``part`` (0..1) with nothing behind it, for columns of bars."""
    full, rest = divmod(round(min(max(part, 0.0), 1.0) * width * 8), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def wrap(text: str, width: int) -> list[str]:
    """``text`` on as many lines as it needs, broken between words; a longer word is cut in its middle. A
    quotation mark stays with its word; and, where that takes no line more, what French sets apart from it, a
    short number with its unit, and a date in one piece.
    """
    lines = _wrapped(text, width, _BREAKS)
    if len(lines) == 1 or not _APART.search(text):
        return lines
    together = _wrapped(text, width, (_BREAK_WELL, *_BREAKS))
    return together if len(together) == len(lines) else lines


def _wrapped(text: str, width: int, breaks: Sequence[re.Pattern[str]]) -> list[str]:
    lines: list[str] = []
    current = ""
    for word in _words(text, width, breaks):
        piece = shorten_middle(word, width)
        joined = f"{current} {piece}" if current else piece
        if cell_len(joined) <= width:
            current = joined
        else:
            lines.append(current)
            current = piece
    return [*lines, current] if current or not lines else lines


def _words(text: str, width: int, breaks: Sequence[re.Pattern[str]]) -> Iterator[str]:
    """What stands on one line where there is room for it, else its parts by the next ``breaks``."""
    for word in breaks[0].split(text):
        if cell_len(word) <= width or len(breaks) == 1:
            yield word
        else:
            yield from _words(word, width, breaks[1:])


def quota_hue(percent: int, warning: int, alert: int) -> str:
    """The colour of a fill level: calm, attention from ``warning`` %, alert from ``alert`` %."""
    return "alert" if percent >= alert else "attention" if percent >= warning else "entretenir"
