"""The signs of the states, drawn: no font of text has them all, and a drawing is sharp at any size."""

from reportlab.lib.colors import Color, white
from reportlab.pdfgen.canvas import Canvas

from balt.publish.pdf import BOLD, Draw, width_of
from balt.sheets.model import StepState

_WEIGHT = 0.11


def sign_at(state: StepState, x: float, y: float, size: float, ink: Color) -> Draw:
    """Draws the sign of a state in a square of ``size`` points around a point."""

    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillColor(ink)
        canvas.setStrokeColor(ink)
        canvas.setLineWidth(size * _WEIGHT)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        _SIGNS[state](canvas, x, y, size)
        canvas.restoreState()

    return draw


def _done(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A disc with a check."""
    canvas.circle(x, y, size * 0.5, stroke=0, fill=1)
    canvas.setStrokeColor(white)
    path = canvas.beginPath()
    path.moveTo(x - size * 0.23, y + size * 0.01)
    path.lineTo(x - size * 0.06, y - size * 0.17)
    path.lineTo(x + size * 0.25, y + size * 0.18)
    canvas.drawPath(path, stroke=1, fill=0)


def _todo(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A ring."""
    canvas.circle(x, y, size * 0.42, stroke=1, fill=0)


def _attention(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A triangle with an exclamation mark."""
    path = canvas.beginPath()
    path.moveTo(x, y + size * 0.42)
    path.lineTo(x + size * 0.46, y - size * 0.4)
    path.lineTo(x - size * 0.46, y - size * 0.4)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)
    canvas.setStrokeColor(white)
    canvas.setFillColor(white)
    canvas.line(x, y + size * 0.16, x, y - size * 0.1)
    canvas.circle(x, y - size * 0.27, size * 0.06, stroke=0, fill=1)


def _blocked(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A square with a bar."""
    half = size * 0.4
    canvas.rect(x - half, y - half, 2 * half, 2 * half, stroke=0, fill=1)
    canvas.setStrokeColor(white)
    canvas.line(x - size * 0.2, y, x + size * 0.2, y)


def _unknown(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A ring with a question mark."""
    canvas.circle(x, y, size * 0.42, stroke=1, fill=0)
    letter = size * 0.58
    canvas.setFont(BOLD, letter)
    canvas.drawString(x - width_of("?", BOLD, letter) / 2, y - letter * 0.36, "?")


_SIGNS = {
    StepState.DONE: _done,
    StepState.TODO: _todo,
    StepState.ATTENTION: _attention,
    StepState.BLOCKED: _blocked,
    StepState.UNKNOWN: _unknown,
}
