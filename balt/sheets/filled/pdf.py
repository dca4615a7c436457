"""The filled sheets as a PDF, one A4 page a sheet, each as large as the page allows: it hangs on a wall."""

import io
from collections.abc import Sequence
from dataclasses import replace

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from balt.i18n import _, ngettext
from balt.publish.pdf import (
    BOLD,
    GREY,
    HEIGHT,
    INK,
    REGULAR,
    WIDTH,
    Draw,
    Flow,
    drawable,
    new_canvas,
    panel_at,
    text_at,
    width_of,
)
from balt.sheets.filled.model import BalLine, Filled, FilledStep, Page
from balt.sheets.filled.signs import sign_at
from balt.sheets.model import StepState
from balt.sheets.states import state_word
from balt.units import format_count

_MARGIN = 46.0
_INNER = WIDTH - 2 * _MARGIN
_FOOT = 34.0
_TOP = HEIGHT - 40.0
_SCALES = tuple(percent / 100 for percent in range(125, 40, -5))
_MOST_SENTENCES = 30  # of a step: more would not fit even in the smallest letters
_HUES = {"identifier": "#1f5fbf", "entretenir": "#1f7a4d", "valoriser": "#5b3fb0"}
_PALE = {"identifier": "#edf3fc", "entretenir": "#ecf6f0", "valoriser": "#f1edfb"}
_LINE = HexColor("#dfe2e8")
_INKS = {
    StepState.DONE: HexColor("#1f7a4d"),
    StepState.TODO: INK,
    StepState.ATTENTION: HexColor("#a84300"),
    StepState.BLOCKED: GREY,
    StepState.UNKNOWN: GREY,
}


def as_pdf(document: Filled) -> bytes:
    """The whole document."""
    out = io.BytesIO()
    canvas = new_canvas(out, drawable(document.title), document.language)
    for page in document.pages:
        for draw in _fitting(page, document):
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _fitting(page: Page, document: Filled) -> list[Draw]:
    """The page at the largest scale at which it fits; where it does not at the smallest, with fewer of the
    sentences of each step, and how many are not there.
    """
    for scale in _SCALES:
        drawn, fits = _laid_out(_shortened(page, _MOST_SENTENCES), document, scale)
        if fits:
            return drawn
    least, most = 1, min(max(len(step.sentences) for step in page.steps), _MOST_SENTENCES)
    while least < most:  # the most of them that fit
        half = (least + most + 1) // 2
        if _laid_out(_shortened(page, half), document, _SCALES[-1])[1]:
            least = half
        else:
            most = half - 1
    return _laid_out(_shortened(page, least), document, _SCALES[-1])[0]


def _laid_out(page: Page, document: Filled, scale: float) -> tuple[list[Draw], bool]:
    """What is drawn at a scale, and whether it is one page."""
    upper = Flow(scale, _MARGIN, _INNER, _TOP)
    _above(upper, page, document)
    lower = Flow(scale, _MARGIN, _INNER, 0)
    _below(lower, page, document)
    drawn = upper.drawn + [_shifted(draw, _FOOT - lower.y) for draw in lower.drawn]
    return drawn, upper.y + lower.y >= _FOOT


def _shortened(page: Page, most: int) -> Page:
    """The page with so many sentences a step, the first ones, and a count of the others."""

    def few(step: FilledStep) -> FilledStep:
        left = len(step.sentences) - most
        if left <= 0:
            return step
        text = ngettext(
            "… et %(n)s autre ligne : voir balt checklist",
            "… et %(n)s autres lignes : voir balt checklist",
            left,
        )
        return replace(step, sentences=(*step.sentences[:most], text % {"n": format_count(left)}))

    return replace(page, steps=tuple(few(step) for step in page.steps))


def _shifted(draw: Draw, up: float) -> Draw:
    """The foot of the page is laid out from 0 downwards, then put where it belongs."""

    def shifted(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(0, up)
        draw(canvas)
        canvas.restoreState()

    return shifted


def _hue(page: Page) -> Color:
    return HexColor(_HUES[page.sheet.id])


def _above(flow: Flow, page: Page, document: Filled) -> None:
    """Title, steps, BAL."""
    sheet, hue = page.sheet, _hue(page)
    flow.drawn.append(panel_at(0, HEIGHT - 12, WIDTH, 12, hue, 0))
    top = flow.y
    flow.lines(sheet.verb, BOLD, 25, hue)
    _at_right(flow, page.progress, BOLD, 25 * flow.scale, hue, flow.y)
    flow.lines(sheet.title.partition(" ")[2], REGULAR, 14, INK)
    _at_right(flow, document.head, REGULAR, 9.5 * flow.scale, GREY, flow.y)
    if sheet.gloss:
        flow.lines(sheet.gloss, REGULAR, 10, GREY)
    if page.address:
        flow.room(4)
        flow.lines(page.address, BOLD, 12, INK)
    flow.y = min(flow.y, top - 30)
    flow.room(10)
    flow.lines(sheet.practice, BOLD, 12, hue)
    flow.room(4)
    for step in page.steps:
        _step(flow, step)
    for more in sheet.more:
        flow.room(5)
        flow.lines(more, REGULAR, 8.5, GREY)
    if page.bals:
        _table(flow, page)


def _step(flow: Flow, step: FilledStep) -> None:
    flow.room(7)
    flow.drawn.append(panel_at(flow.x, flow.y, flow.width, 0.6, _LINE, 0))
    flow.room(5)
    indent = 32 * flow.scale
    ink = _INKS[step.state]
    size = 19 * flow.scale
    flow.drawn.append(sign_at(step.state, flow.x + size / 2, flow.y - size * 0.62, size, ink))
    flow.lines(f"{step.step.number}. {step.step.title}", BOLD, 12.5, INK, indent)
    if step.step.gloss:
        flow.lines(step.step.gloss, REGULAR, 9.5, GREY, indent)
    word = state_word(step.state)
    if step.since:
        word = f"{word} ({_('depuis le %s') % step.since})"
    flow.lines(word, BOLD, 10.5, ink, indent)
    for sentence in step.sentences:
        flow.lines(sentence, REGULAR, 10.5, INK, indent)
    flow.room(2)
    for sentence in step.step.sentences:
        flow.lines(sentence, REGULAR, 8.5, GREY, indent)


def _table(flow: Flow, page: Page) -> None:
    """A line for each BAL: its address, then the sign and the word of each step."""
    flow.room(12)
    size = 8 * flow.scale
    columns = _columns(flow, len(page.steps), size)
    flow.y -= size * 1.4
    heads = ["BAL", *(str(step.step.number) for step in page.steps)]
    for x, head in zip(columns, heads, strict=True):
        flow.drawn.append(text_at(head, BOLD, size, GREY, x, flow.y))
    for line in page.bals:
        _bal(flow, line, columns, size)
    if page.others:
        flow.room(2)
        flow.lines(page.others, REGULAR, 8.5, GREY)


def _columns(flow: Flow, steps: int, size: float) -> list[float]:
    """Where each column begins: that of the addresses, then those of the steps, as wide as any state."""
    share = max(width_of(drawable(state_word(state)), REGULAR, size) for state in StepState) + size * 2.4
    first = flow.x + flow.width - steps * share
    return [flow.x, *(first + i * share for i in range(steps))]


def _bal(flow: Flow, line: BalLine, columns: Sequence[float], size: float) -> None:
    flow.room(3)
    flow.drawn.append(panel_at(flow.x, flow.y, flow.width, 0.5, _LINE, 0))
    flow.y -= size * 1.4
    room = columns[1] - columns[0] - 8
    flow.drawn.append(text_at(_cut(line.address, size, room), REGULAR, size, INK, columns[0], flow.y))
    for x, state in zip(columns[1:], line.states, strict=True):
        ink = _INKS[state]
        flow.drawn.append(sign_at(state, x + size / 2, flow.y + size * 0.36, size, ink))
        flow.drawn.append(text_at(drawable(state_word(state)), REGULAR, size, ink, x + size * 1.45, flow.y))


def _cut(text: str, size: float, width: float) -> str:
    """The text, cut in the middle where it is too long: an address tells by both its ends."""
    text = drawable(text)
    kept = len(text)
    shown = text
    while width_of(shown, REGULAR, size) > width and kept > 4:
        kept -= 1
        head = kept * 2 // 3
        shown = f"{text[:head]}…{text[len(text) - (kept - head) :]}"
    return shown


def _below(flow: Flow, page: Page, document: Filled) -> None:
    """The risks in their panel, then whom to ask."""
    sheet, hue = page.sheet, _hue(page)
    flow.room(14)
    top, pad = flow.y, 12 * flow.scale
    inner = Flow(flow.scale, flow.x + pad, flow.width - 2 * pad, top - pad * 0.6)
    inner.lines(sheet.risk_heading, BOLD, 11, hue)
    inner.room(3)
    _risks(inner, page, hue)
    bottom = inner.y - pad
    flow.drawn.append(panel_at(flow.x, bottom, flow.width, top - bottom, HexColor(_PALE[sheet.id])))
    flow.drawn += inner.drawn
    flow.y = bottom
    flow.room(8)
    flow.lines(sheet.questions_heading, BOLD, 9.5, INK)
    for question in sheet.questions:
        flow.lines(question, REGULAR, 9, GREY)
    if document.history:
        flow.lines(document.history, REGULAR, 9, GREY)
    flow.room(3)
    flow.lines("  ".join(sheet.hashtags), BOLD, 10.5, hue)


def _risks(flow: Flow, page: Page, hue: Color) -> None:
    """The risks side by side, for whom each is."""
    gap = 14 * flow.scale
    width = (flow.width - gap * (len(page.risks) - 1)) / len(page.risks)
    lowest = flow.y
    for i, risks in enumerate(page.risks):
        column = Flow(flow.scale, flow.x + i * (width + gap), width, flow.y)
        if risks.for_whom:
            column.lines(risks.for_whom, BOLD, 9, INK)
        for item in risks.items:
            column.item(item, 9, INK, hue)
        flow.drawn += column.drawn
        lowest = min(lowest, column.y)
    flow.y = lowest


def _at_right(flow: Flow, text: str, font: str, size: float, ink: Color, y: float) -> None:
    text = drawable(text)
    x = flow.x + flow.width - width_of(text, font, size)
    flow.drawn.append(text_at(text, font, size, ink, x, y))
