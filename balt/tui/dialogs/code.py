"""A QR code alone on the screen, to be read by a telephone."""

from collections.abc import Sequence

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.strip import Strip

from balt.i18n import _
from balt.text import shorten
from balt.tui.paint import strip_of
from balt.tui.theme import Look
from balt.tui.widgets.painted import Painted

_PAPER = Style(color="#000000", bgcolor="#ffffff")


class CodeDialog(ModalScreen[None]):
    """Shows the first of ``codes`` (what it holds, and its half blocks) that fits the screen: a telephone
    reads none that is cut. Any of the usual keys closes it.
    """

    CSS = """
    CodeDialog { align: center middle; background: $background; }
    CodeDialog Painted { width: 100%; height: 100%; }
    """
    BINDINGS = [
        Binding("escape,q,Q,enter,space", "close", show=False),
        Binding("ctrl+c", "app.quit_app", show=False),
    ]

    def __init__(self, codes: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._codes = codes

    def compose(self) -> ComposeResult:
        yield Painted(self._paint)

    def action_close(self) -> None:
        self.dismiss(None)

    def _paint(self, width: int, look: Look) -> list[Strip]:
        height = self.size.height
        for said, blocks in self._codes:
            lines = blocks.splitlines()
            if len(lines) + 2 <= height and len(lines[0]) <= width:
                return _centred(said, lines, width, height, look)
        words = _("L'écran est trop petit pour un code : agrandissez-le, ou enregistrez l'image (s).")
        return [strip_of([(shorten(words, width), look.style("text"))], width, look.ground_style)]


def _centred(said: str, lines: list[str], width: int, height: int, look: Look) -> list[Strip]:
    left = " " * ((width - len(lines[0])) // 2)
    above = max((height - len(lines) - 2) // 2, 0)
    words = shorten(said, width)
    strips = [Strip.blank(width, look.ground_style) for _line in range(above)]
    strips += [
        strip_of([(left, look.ground_style), (line, _PAPER)], width, look.ground_style) for line in lines
    ]
    margin = " " * max((width - len(words)) // 2, 0)
    strips.append(Strip.blank(width, look.ground_style))
    strips.append(strip_of([(margin + words, look.style("text"))], width, look.ground_style))
    return strips
