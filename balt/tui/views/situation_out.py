"""What view 4 hands out: the supports with what they bear, the other things, and a preview of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.style import Style
from textual.strip import Strip

from balt.errors import BaltError, UsageError
from balt.i18n import _
from balt.mailboxes.supports import Support
from balt.publish.standings import Place, Standing, Standings
from balt.text import cell_width, plain
from balt.tui.paint import Line, fit, spread, strip_of, wrap
from balt.tui.theme import Look
from balt.units import format_date

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from balt.config import Contact
    from balt.directory.model import PracticeSituation
    from balt.mailboxes.practice import Practice
    from balt.publish.fields import Language
    from balt.publish.handouts import Handout, Kind

KIND_OF: dict[str, Kind] = {
    "letters": "letter",
    "signature": "signature",
    "prescriptions": "prescription",
    "networks": "post",
}
"""What is ready for each of the sheet's supports."""
_OTHERS: tuple[Kind, ...] = ("signature_html", "vcard", "vcard3", "qr", "qr_svg", "sheet", "request")
_WIDE = 50
_QR_ROOM = 20  # lines of the preview, from which a code stands beside the text
_TEXT_ROOM = 42
_GLUE = "\N{NO-BREAK SPACE}"  # a colon does not begin a line
_ON_PAPER = Style(color="#000000", bgcolor="#ffffff")


@dataclass(frozen=True, slots=True)
class OutRow:
    """One line of the list: a support (``kind`` is then what is ready for it, None for one of the user's
    own), or another thing to hand out.
    """

    kind: Kind | None
    support: Support | None = None
    place: Place | None = None


def out_rows(situation: PracticeSituation | None, kind: str, practice: Practice) -> list[OutRow]:
    """The list for one cell of the matrix."""
    standings = Standings(practice)
    rows = [
        OutRow(
            KIND_OF.get(each.id),
            each,
            standings.place(each, situation, kind) if situation is not None else None,
        )
        for each in practice.supports.supports
    ]
    return [*rows, *(OutRow(each) for each in _OTHERS)]


def handout_label(kind: Kind) -> str:
    """What a hand-out is, in a few words."""
    return {
        "signature": _("Signature de mail"),
        "signature_html": _("Signature en HTML"),
        "letter": _("Lettres d'adressage"),
        "prescription": _("Ordonnances"),
        "post": _("Réseaux sociaux professionnels"),
        "vcard": _("Carte de visite (vCard 4.0)"),
        "vcard3": _("Carte de visite (vCard 3.0)"),
        "qr": _("Code QR (image PNG)"),
        "qr_svg": _("Code QR (dessin SVG)"),
        "sheet": _("Page pour vos correspondants"),
        "request": _("Demande au fournisseur"),
    }.get(kind, kind)


def label_of(row: OutRow) -> str:
    """How a line is called."""
    if row.support is not None:
        return row.support.label
    return handout_label(row.kind) if row.kind is not None else ""


class OutRows:
    """The source of the list."""

    def __init__(self, rows: Sequence[OutRow], look: Callable[[], Look]) -> None:
        self.rows = rows
        self._look = look

    def __len__(self) -> int:
        return len(self.rows)

    def line(self, row: int, width: int) -> Line:
        """A support with its standing; another thing by its name."""
        look, each, wide = self._look(), self.rows[row], width >= _WIDE
        lead = "   " if wide else " "
        if each.support is None:
            return [(lead + fit(label_of(each), width - len(lead)), look.style("text"))]
        sign, said, hue = standing_words(each.place, wide=wide)
        side = min(self._side(wide=wide), width * 3 // 5)
        room = width - len(lead) - 1 - side
        label = each.support.label if cell_width(each.support.label) <= room else each.support.short
        return [
            (lead + fit(label, room) + " ", look.style("text")),
            (sign + " ", look.style(hue)),
            (fit(said, side - 2), look.style(hue)),
        ]

    def _side(self, *, wide: bool) -> int:
        """The cells of the standings: one column for all."""
        said = [standing_words(each.place, wide=wide)[1] for each in self.rows if each.support is not None]
        return max(map(cell_width, said), default=0) + 2


def standing_words(place: Place | None, *, wide: bool) -> tuple[str, str, str]:
    """How a support stands: a sign, words, a colour; nothing where it is neither asked nor noted."""
    if place is None or (place.standing is Standing.MISSING and not place.asked):
        return " ", "", "muted"
    day = format_date(place.note.since) if place.note is not None else ""
    match place.standing:
        case Standing.CARRIED:
            return "✔", (_("depuis le %s") if wide else "%s") % day, "entretenir"
        case Standing.AGED:
            return "?", _("à confirmer"), "attention"
        case Standing.OLD:
            return "▲", _("encore l'ancienne adresse") if wide else _("l'ancienne"), "attention"
        case Standing.MISSING:
            return "○", _("prêt, à noter") if wide else _("à noter"), "muted"


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what a thing is handed out. ``templates`` is the folder of the user's own texts, ``to`` the
    provider of that BAL.
    """

    practice: Practice
    situation: PracticeSituation
    address: str
    language: Language
    day: date
    templates: Path | None = None
    to: Contact | None = None


def made(kind: Kind, occasion: Occasion) -> Handout:
    """One thing to hand out; UsageError or ConfigError where it cannot be."""
    from balt.publish.handouts import handout
    from balt.publish.signatory import signatory
    from balt.publish.templates import Templates

    practice = occasion.practice
    bal = practice.mailbox(occasion.address)
    if bal is None:
        raise UsageError(_("La BAL choisie n'est plus connue ici."))
    entries = [entry for each in practice.mailboxes for entry in each.entries]
    return handout(
        kind,
        signatory(practice.person, entries),
        occasion.situation,
        bal,
        occasion.language,
        Templates(occasion.templates),
        day=occasion.day,
        to=occasion.to,
        now=practice.now,
    )


class Making:
    """Makes hand-outs, each once: what a cursor passes is not made again. Any thread may ask."""

    def __init__(self) -> None:
        self._practice: Practice | None = None
        self._made: dict[tuple[str, ...], Handout | BaltError] = {}
        self._begun: set[tuple[str, ...]] = set()

    def of(self, kind: Kind, occasion: Occasion) -> Handout | BaltError:
        """The hand-out, or why there is none."""
        found = self.known(kind, occasion)
        if found is None:
            made_here = self._made
            try:
                found = made(kind, occasion)
            except BaltError as error:
                found = error
            made_here[_key(kind, occasion)] = found
        return found

    def known(self, kind: Kind, occasion: Occasion) -> Handout | BaltError | None:
        """The same where it was made already."""
        if occasion.practice is not self._practice:
            self._practice, self._made, self._begun = occasion.practice, {}, set()
        return self._made.get(_key(kind, occasion))

    def begin(self, kind: Kind, occasion: Occasion) -> bool:
        """Whether somebody must make it now: nobody has begun."""
        key = _key(kind, occasion)
        if key in self._begun:
            return False
        self._begun.add(key)
        return True


def _key(kind: Kind, occasion: Occasion) -> tuple[str, ...]:
    return (kind, occasion.situation.id, occasion.address, occasion.language)


def is_code(kind: Kind) -> bool:
    """Whether a hand-out is a QR code, which is looked at rather than read."""
    return kind.startswith("qr")


def is_slow(kind: Kind) -> bool:
    """Whether it is drawn, which takes a tenth of a second or more: a cursor does not wait for it."""
    return is_code(kind) or kind == "sheet"


def code_lines(blocks: str) -> list[Line]:
    """A code as lines, black on white whatever the colours of the terminal."""
    return [[(line, _ON_PAPER)] for line in blocks.splitlines()]


def preview(
    title: str, body: Handout | BaltError, address: str, code: str, size: tuple[int, int], look: Look
) -> list[Strip]:
    """A hand-out on a panel of ``size`` (columns, lines); ``code`` is a QR code to put beside it where there
    is room. What does not fit is told, never cut in silence.
    """
    width, height = size
    base = look.panel_style
    if isinstance(body, BaltError):
        said = [plain(str(body), 500), *([plain(body.advice, 500)] if body.advice else [])]
        lines = [[("  " + part, look.style("attention"))] for text in said for part in wrap(text, width - 4)]
        return [strip_of(line, width, base) for line in [_head(title, width, look), [], *lines]]
    warned = [line for text in body.warnings for line in _warned(text, width, look)]
    blocks = code.splitlines()
    beside = bool(blocks) and height >= _QR_ROOM and width >= _TEXT_ROOM + len(blocks[0]) + 6
    if is_code(body.kind):
        beside, lines = False, _code_or_not(body.text, size, look)
    else:
        room = width - 3 - (len(blocks[0]) + 3 if beside else 0)
        lines = [line for text in body.text.splitlines() for line in _text_lines(text, address, room, look)]
    most = max(height - 2 - len(warned) - bool(warned), 1)
    if len(lines) > most:
        lines = [*lines[: most - 1], [("  " + _("… p : tout lire"), look.style("muted"))]]
    if warned:
        lines += [[], *warned]
    strips = [strip_of(line, width, base) for line in [_head(title, width, look), [], *lines]]
    return _with_code(strips, blocks, width, base) if beside else strips


def _head(title: str, width: int, look: Look) -> Line:
    return [("  " + fit(title, width - 3), look.style("muted"))]


def _code_or_not(blocks: str, size: tuple[int, int], look: Look) -> list[Line]:
    """The code where it fits; half a code is none."""
    width, height = size
    lines = blocks.splitlines()
    if len(lines) <= height - 2 and max(map(len, lines), default=0) <= width - 4:
        return [[("  ", look.style("text")), *line] for line in code_lines(blocks)]
    text = _("L'écran est trop petit pour ce code ici : Q le montre seul, s l'enregistre.")
    return [[("  " + part, look.style("text"))] for part in wrap(text, width - 4)]


def _text_lines(text: str, address: str, room: int, look: Look) -> list[Line]:
    """A line of a hand-out as it was written, broken where it is too long; the address stands out."""
    if not text:
        return [[]]
    parts = wrap(plain(text, 2000).replace(" :", _GLUE + ":"), room)
    return [_with_address(part.replace(_GLUE, " "), address, look) for part in parts]


def _with_address(text: str, address: str, look: Look) -> Line:
    before, found, after = text.partition(address)
    return [("  " + before, look.style("text")), (found, look.style("strong")), (after, look.style("text"))]


def _warned(warning: str, width: int, look: Look) -> list[Line]:
    return [
        [("  ▲ " if i == 0 else "    ", look.style("attention")), (part, look.style("text"))]
        for i, part in enumerate(wrap(warning, width - 6))
    ]


def _with_code(strips: list[Strip], blocks: list[str], width: int, base: Style) -> list[Strip]:
    """The same with the code at the right end, under the heading."""
    strips = strips + [Strip.blank(width, base)] * max(len(blocks) + 2 - len(strips), 0)
    found = strips[:2]
    for strip, block in zip_longest(strips[2:], blocks):
        if block is None:
            found.append(strip)
        else:
            left: Line = [(segment.text, segment.style or base) for segment in strip]
            found.append(spread(left, [(block, _ON_PAPER), ("  ", base)], width, base))
    return found
