"""QR codes: on a terminal by half blocks, as SVG, as PNG. ``segno`` is imported only when one is drawn."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segno import QRCode

BORDER = 4
"""Modules of light around a code, which ISO/IEC 18004 asks for."""

_NARROW = 2  # on a terminal, where each line counts: readers do with two
_PIXELS = 12
_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def as_blocks(content: str) -> str:
    """The code in half blocks, two rows of modules a line. A block is dark: show it black on white, whatever
    the colours of the terminal, for a reader may not know a code whose colours are turned round.
    """
    code = _code(content, "l")  # a terminal is small, and nothing soils or folds it
    rows = [[1 if dark else 0 for dark in row] for row in code.matrix_iter(border=_NARROW)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return "\n".join(_line(upper, lower) for upper, lower in zip(rows[::2], rows[1::2], strict=True))


def as_png(content: str) -> bytes:
    """The code as a PNG, black on white, 12 pixels a module."""
    out = io.BytesIO()
    _code(content).save(out, kind="png", scale=_PIXELS, border=BORDER)
    return out.getvalue()


def as_svg(content: str) -> str:
    """The code as an SVG of its own, which asks for nothing from elsewhere."""
    out = io.BytesIO()
    _code(content).save(
        out,
        kind="svg",
        scale=_PIXELS,
        border=BORDER,
        light="#fff",
        xmldecl=True,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode("utf-8")


def modules(content: str) -> list[list[bool]]:
    """The dark modules, row by row, without a border."""
    return [[bool(dark) for dark in row] for row in _code(content).matrix_iter(border=0)]


def _code(content: str, error: str = "m") -> "QRCode":
    import segno

    return segno.make_qr(content, error=error, encoding="utf-8")


def _line(upper: Sequence[int], lower: Sequence[int]) -> str:
    return "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
