"""The three sheets as lines: side by side from 100 columns on, stacked and foldable below.

Pure: sheets and evidence in, strips out, with the step that each line belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.style import Style
from textual.strip import Strip

from balt.i18n import _
from balt.sheets.model import Evidence, Sheet, StepState
from balt.text import shorten, shorten_middle
from balt.tui.paint import Line, bar, selected_strip, spread, strip_of, width_of, wrap
from balt.tui.theme import Look
from balt.units import format_date

WIDE = 100
SIGNS = {
    StepState.DONE: ("✔", "entretenir"),
    StepState.ATTENTION: ("▲", "attention"),
    StepState.TODO: ("○", "text"),
    StepState.BLOCKED: ("■", "muted"),
    StepState.UNKNOWN: ("?", "muted"),
}

StepKey = tuple[int, int]
"""A step by its place: sheet 0..2, step 0..2."""

COLUMN_LINES = 7
"""Lines under a step where the sheets stand side by side."""
SELECTED_LINES = 4
"""Lines under the step with the cursor where the sheets are stacked; the other steps have one."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A fill level to draw under a sheet: part 0..1, its percentage as text, a hue. ``sentences`` stand below
    it, or ``brief`` beside it where the sheets are stacked.
    """

    part: float
    percent: str
    sentences: tuple[str, ...]
    brief: str
    hue: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The line over the sheets: of whom they tell, ``aside`` in grey beside it, and at the right how far the
    practice has come.
    """

    whose: str = ""
    aside: str = ""
    progress: str = ""


@dataclass(frozen=True, slots=True)
class BoardState:
    """What the board shows. ``evidence`` by step; ``gauge`` belongs to the second sheet."""

    sheets: Sequence[Sheet]
    evidence: Mapping[StepKey, Evidence] = field(default_factory=dict)
    gauge: Gauge | None = None
    reading: bool = False
    selected: StepKey = (0, 0)
    folded: frozenset[int] = frozenset()
    heading: Heading = Heading()


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One screen line, and the steps under it by the column where each begins."""

    strip: Strip
    steps: tuple[tuple[int, StepKey], ...] = ()


def board_rows(state: BoardState, width: int, height: int, look: Look) -> list[BoardRow]:
    """The whole board as lines of ``width`` cells; at least ``height`` of them when side by side."""
    if width >= WIDE:
        return _side_by_side(state, width, height, look)
    return _stacked(state, width, look)


def done_count(state: BoardState, sheet: int) -> str:
    """ "1/3": how many steps of a sheet are done."""
    steps = state.sheets[sheet].steps
    done = sum(
        1
        for step in range(len(steps))
        if (found := state.evidence.get((sheet, step))) and found.state is StepState.DONE
    )
    return f"{done}/{len(steps)}"


def _side_by_side(state: BoardState, width: int, height: int, look: Look) -> list[BoardRow]:
    gap, margin = 2, 1
    room = width - 2 * margin - 2 * gap
    widths = [room // 3 + (sheet < room % 3) for sheet in range(3)]
    columns = [_column(state, sheet, widths[sheet], look) for sheet in range(3)]
    feet = [_foot(state.sheets[sheet], widths[sheet], look) for sheet in range(3)]
    body = max(max(len(c) for c in columns), height - len(feet[0]) - 2)
    for lines, foot, column in zip(columns, feet, widths, strict=True):
        lines += [(Strip.blank(column, look.panel_style), None)] * (body - len(lines))
        lines += [(strip, None) for strip in foot]
    starts = [margin, margin + widths[0] + gap, margin + widths[0] + widths[1] + 2 * gap]
    rows = [BoardRow(_heading(state.heading, width, look))]
    side, between = Strip.blank(margin, look.ground_style), Strip.blank(gap, look.ground_style)
    for parts in zip(*columns, strict=True):
        strip = Strip.join([side, parts[0][0], between, parts[1][0], between, parts[2][0]])
        steps = tuple((starts[i], key) for i, (_s, key) in enumerate(parts) if key)
        rows.append(BoardRow(strip.adjust_cell_length(width, look.ground_style), steps))
    return rows


def _heading(heading: Heading, width: int, look: Look) -> Strip:
    progress: Line = [(heading.progress + " ", look.style("muted"))] if heading.progress else []
    room = width - len(heading.progress) - 6
    whose = shorten_middle(heading.whose, max(room, 8))
    line: Line = [("   " + whose, look.style("strong"))]
    if heading.aside and len(whose) + len(heading.aside) + 3 <= room:
        line.append(("   " + heading.aside, look.style("muted")))
    return spread(line, progress, width, look.ground_style)


def _beside(heading: Heading, room: int, look: Look) -> Line:
    """The same in what is left of a line: a small screen has no line of its own for it."""
    aside = heading.progress or heading.aside
    whose = shorten_middle(heading.whose, max(room - len(aside) - 5, 12))
    line: Line = [(whose, look.style("strong")), ("   ", look.ground_style)]
    if len(whose) + len(aside) + 6 <= room:
        line += [(aside, look.style("muted")), ("   ", look.ground_style)]
    return line if heading.whose else []


def _column(state: BoardState, sheet: int, width: int, look: Look) -> list[tuple[Strip, StepKey | None]]:
    base = look.panel_style
    data = state.sheets[sheet]
    hue = look.style(data.id)
    blank = Strip.blank(width, base)
    heading: Line = [
        ("▌ ", hue),
        (data.verb, hue + Style(bold=True)),
        (" " + data.subject, look.style("muted")),
    ]
    lines: list[tuple[Strip, StepKey | None]] = [
        (spread(heading, [(done_count(state, sheet) + "  ", hue + Style(bold=True))], width, base), None),
        (strip_of([("  " + "─" * (width - 4), look.style("rule"))], width, base), None),
        (blank, None),
    ]
    for step in range(len(data.steps)):
        lines += _step(state, (sheet, step), width, look, base, wrapped=True)
        lines.append((blank, None))
    if sheet == 1 and state.gauge:
        lines += [(strip, None) for strip in _gauge_lines(state.gauge, width, look)]
    return lines


def _step(
    state: BoardState, key: StepKey, width: int, look: Look, base: Style, *, wrapped: bool
) -> list[tuple[Strip, StepKey | None]]:
    found = state.evidence.get(key)
    shown = found.state if found else StepState.UNKNOWN
    if state.reading and shown is StepState.DONE:
        shown = StepState.UNKNOWN
    sign, hue = SIGNS[shown] if found else ("·", "muted")
    title_style = look.style("muted" if shown is StepState.BLOCKED else "strong") + Style(bold=True)
    sentences = (*found.sentences, *_since(found)) if found else (_("lecture en cours…"),)
    if not wrapped:
        sentences = (" · ".join(sentences),)
    room = width - 5
    most = (SELECTED_LINES if key == state.selected else 1) if not wrapped else COLUMN_LINES
    data = state.sheets[key[0]].steps[key[1]]
    lines: list[Line] = []
    for i, text in enumerate(wrap(data.title, room)):
        lines.append([(f"  {sign} " if i == 0 else "    ", look.style(hue)), (text, title_style)])
    if wrapped and data.gloss:
        lines += [[("    " + text, look.style("text"))] for text in wrap(data.gloss, room)]
    said = [text for sentence in sentences for text in wrap(sentence, room)]
    lines += [[("    " + text, look.style("muted"))] for text in _first_lines(said, most, room)]
    if key == state.selected:
        return [(selected_strip(line, width, look, base), key) for line in lines]
    return [(strip_of(line, width, base), key) for line in lines]


def _since(found: Evidence) -> tuple[str, ...]:
    """Since when, where no sentence says it: those of IDENTIFIER have their dates."""
    if found.since is None or (found.sheet == "identifier" and found.state is not StepState.DONE):
        return ()
    return (_("depuis le %s") % format_date(found.since.date()),)


def _first_lines(texts: list[str], most: int, width: int) -> list[str]:
    """As many lines as there is room for; the last one says when there were more."""
    if len(texts) <= most:
        return texts
    return [*texts[: most - 1], shorten(texts[most - 1] + " " + texts[most], width)]


def _gauge_lines(gauge: Gauge, width: int, look: Look) -> list[Strip]:
    base = look.panel_style
    percent = gauge.percent.rjust(6)
    drawn = bar(gauge.part, max(width - 8 - len(percent), 4), look, gauge.hue)
    first: Line = [("    ", base), *drawn, (percent, look.style(gauge.hue) + Style(bold=True))]
    said = [text for sentence in gauge.sentences for text in wrap(sentence, width - 6)]
    rest = [strip_of([("    " + text, look.style("muted"))], width, base) for text in said]
    return [strip_of(first, width, base), *rest]


def _foot(sheet: Sheet, width: int, look: Look) -> list[Strip]:
    base = look.panel_style
    questions: Line = [
        ("  " + _("Des questions ?") + "  ", look.style("muted")),
        ("r ", look.style("strong")),
        (_("Risques"), look.style("muted")),
    ]
    tags: Line = [("  " + " ".join(sheet.hashtags), look.style(sheet.id))]
    return [strip_of(questions, width, base), strip_of(tags, width, base), Strip.blank(width, base)]


def _stacked(state: BoardState, width: int, look: Look) -> list[BoardRow]:
    base = look.ground_style
    rows: list[BoardRow] = []
    for sheet, data in enumerate(state.sheets):
        hue = look.style(data.id)
        folded = sheet in state.folded
        heading: Line = [
            ("▌ ", hue),
            (data.verb, hue + Style(bold=True)),
            (" " + data.short_subject + ("  ▸" if folded else ""), look.style("muted")),
        ]
        count: Line = [(done_count(state, sheet) + " ", hue + Style(bold=True))]
        if sheet == 0:
            count = [*_beside(state.heading, width - width_of(heading) - 8, look), *count]
        selected_here = folded and state.selected[0] == sheet
        if selected_here:
            strip = selected_strip([*heading, (" ", base), *count], width, look, base)
        else:
            strip = spread(heading, count, width, base)
        rows.append(BoardRow(strip, ((0, (sheet, 0)),)))
        if folded:
            continue
        for step in range(len(data.steps)):
            lines = _step(state, (sheet, step), width, look, base, wrapped=False)
            rows += [BoardRow(strip, ((0, key),) if key else ()) for strip, key in lines]
        if sheet == 1 and state.gauge:
            rows.append(BoardRow(_gauge_line(state.gauge, width, look)))
    return rows


def _gauge_line(gauge: Gauge, width: int, look: Look) -> Strip:
    length = width * 2 // 5
    line: Line = [
        ("    ", look.ground_style),
        *bar(gauge.part, length, look, gauge.hue),
        (gauge.percent.rjust(6) + "  ", look.style(gauge.hue) + Style(bold=True)),
        (shorten_middle(gauge.brief, width - length - 13), look.style("muted")),
    ]
    return strip_of(line, width, look.ground_style)
