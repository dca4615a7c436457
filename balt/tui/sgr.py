"""The same screen with fewer octets: colours are told only where they change.

Textual writes each piece of text as its colours (SGR, ECMA-48 8.3.117), the text, a reset: 40 octets beside
each piece, whatever its neighbour was. A ``Minimiser`` follows what the terminal's pen is and what it should
be, and tells the difference when text is drawn. A blank shows no more of the pen than its background, so it
waits for the rest. Of moves that follow each other without text between, only the last is told.

Anything else that is not text or a move of the cursor may use the pen (erasing, scrolling) or change it
(modes, resets): the pen is set as it should be before, and known again only after the next reset.
"""

import re
from functools import lru_cache
from typing import NamedTuple


class Pen(NamedTuple):
    """How text would be drawn: colours as SGR parameters ("": the terminal's own) and bits of ``_MARKS``."""

    colour: str = ""
    ground: str = ""
    marks: int = 0


PLAIN = Pen()

_MARKS = (
    ("1", "22"),  # bold; 22 ends faint too
    ("2", "22"),  # faint
    ("3", "23"),  # italic
    ("4", "24"),  # underlined
    ("5", "25"),  # blinking; 25 ends the rapid kind too
    ("6", "25"),  # blinking rapidly
    ("7", "27"),  # reversed
    ("8", "28"),  # concealed
    ("9", "29"),  # crossed out
    ("53", "55"),  # overlined
)
_BIT = {start: 1 << place for place, (start, _end) in enumerate(_MARKS)}
_ENDS = {end: sum(_BIT[start] for start, ends in _MARKS if ends == end) for _start, end in _MARKS}
_SHOWN_ON_BLANKS = _BIT["4"] | _BIT["7"] | _BIT["9"] | _BIT["53"]

_COLOURS = {str(n) for n in (*range(30, 38), *range(90, 98))}
_GROUNDS = {str(n) for n in (*range(40, 48), *range(100, 108))}

_TOKEN = re.compile(
    r"\x1b\[([\d;]*)m([^\x00-\x1f\x7f-\x9f]*)(\x1b\[0m)?"  # 1, 2, 3: colours, the text in them, a reset
    r"|([^\x00-\x1f\x7f-\x9f]+)"  # 4: text
    r"|(\n?)(\x1b\[(\d+);\d+H)"  # 5, 6, 7: a line feed that a move makes needless, the move, its row
    r"|(\x1b\[\?(?:25|2026)[hl])"  # 8: cursor shown or not, synchronised output: neither knows the pen
    r"|(?:\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|.)",  # anything else
    re.DOTALL,
)
_COLOURED, _AND_RESET, _TEXT, _MOVE, _HARMLESS = 2, 3, 4, 6, 8
"""The last group that matched (one inside another does not count)."""


class Minimiser:
    """What it is fed comes out shorter and looks the same. Each text holds whole sequences."""

    def __init__(self) -> None:
        self._pen: Pen | None = PLAIN

    def feed(self, text: str) -> str:
        """What to write instead of ``text``; the terminal's pen is then what it would be after ``text``."""
        out: list[str] = []
        pen = meant = self._pen  # the terminal's, and what it would be by now; None: not known
        move, row = "", 0  # not told yet; where the last one went, from 1
        for token in _TOKEN.finditer(text):
            kind, after = token.lastindex, meant
            if kind in (_COLOURED, _AND_RESET):
                after = with_sgr(meant, token[1])
                if meant is not None and after is not None:
                    if token[2]:
                        pen = _ready_for(token[2], pen, after, out)
                        out += (move, token[2])
                        move = ""
                    meant = after if kind == _COLOURED else PLAIN
                    continue
                after = after if kind == _COLOURED else PLAIN
            elif kind in (_TEXT, _HARMLESS):
                if kind == _TEXT:
                    pen = _ready_for(token[0], pen, meant, out)
                out += (move, token[0])
                move = ""
                continue
            elif kind == _MOVE:
                if not token[5] or 0 < row < int(token[7]):
                    move, row = token[6], int(token[7])
                    continue
            elif token[0] not in ("\r", "\n"):
                after = None
            out += (move, change(pen, meant), token[0])  # as it is, on the pen that it may need
            move, row = "", 0
            pen = meant = after
        out += (move, change(pen, meant))
        self._pen = meant
        return "".join(out)


@lru_cache(4096)
def with_sgr(pen: Pen | None, parameters: str) -> Pen | None:
    """The pen after an SGR sequence; None where that cannot be said."""
    codes = iter(parameters.split(";"))
    for code in codes:
        if code in ("", "0"):
            pen = PLAIN
        elif pen is None:
            return None
        elif code in _BIT:
            pen = pen._replace(marks=pen.marks | _BIT[code])
        elif code in _ENDS:
            pen = pen._replace(marks=pen.marks & ~_ENDS[code])
        elif code in _COLOURS:
            pen = pen._replace(colour=code)
        elif code in _GROUNDS:
            pen = pen._replace(ground=code)
        elif code in ("39", "49"):
            pen = pen._replace(colour="") if code == "39" else pen._replace(ground="")
        elif code in ("38", "48"):
            kind = next(codes, "")
            values = [next(codes, "") for _ in range({"5": 1, "2": 3}.get(kind, 0))]
            if not values or "" in values:
                return None
            told = ";".join((code, kind, *values))
            pen = pen._replace(colour=told) if code == "38" else pen._replace(ground=told)
        else:
            return None
    return pen


@lru_cache(4096)
def change(pen: Pen | None, to: Pen | None) -> str:
    """The shortest sequence from one pen to another."""
    if pen == to or pen is None or to is None:
        return ""
    lost = pen.marks & ~to.marks
    ends = {end for end, bits in _ENDS.items() if bits & lost}
    kept = pen.marks & ~sum(_ENDS[end] for end in ends)
    step = [*sorted(ends), *_starts(to.marks & ~kept)]
    if pen.colour != to.colour:
        step.append(to.colour or "39")
    if pen.ground != to.ground:
        step.append(to.ground or "49")
    anew = [part for part in (*_starts(to.marks), to.colour, to.ground) if part]
    if anew:
        anew.insert(0, "0")
    return f"\x1b[{min(';'.join(step), ';'.join(anew), key=len)}m"


def _starts(marks: int) -> list[str]:
    return [start for start, bit in _BIT.items() if bit & marks]


def _ready_for(text: str, pen: Pen | None, meant: Pen | None, out: list[str]) -> Pen | None:
    """Change the terminal's pen as far as ``text`` shows it; what it is then."""
    if pen == meant or pen is None or meant is None:
        return meant
    if not text.strip(" ") and not (pen.marks | meant.marks) & _SHOWN_ON_BLANKS:
        if pen.ground == meant.ground:
            return pen
        meant = pen._replace(ground=meant.ground)
    out.append(change(pen, meant))
    return meant
