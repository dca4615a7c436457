"""View 1, Fiches: the three sheets, each step with the figure that decides it."""

from collections.abc import Sequence
from dataclasses import replace

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from balt.sheets.model import Evidence, Sheet, StepState
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.theme import look_of
from balt.tui.views.board import WIDE, BoardRow, BoardState, Gauge, Heading, StepKey, board_rows

NOBODY = Heading()
"""Before anything is known."""


class FichesView(ScrollView, can_focus=True):
    """The board of steps with a cursor on one of them."""

    DEFAULT_CSS = """
    FichesView { width: 100%; height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """
    BINDINGS = bindings_for("fiches")

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        super().__init__(id="fiches")
        self.state = BoardState(sheets)
        self._rows: list[BoardRow] = []

    def show(
        self,
        evidence: Sequence[Evidence],
        gauge: Gauge | None,
        *,
        reading: bool,
        heading: Heading = NOBODY,
    ) -> None:
        """Show what the evidence says; ``reading`` while some BAL has not answered yet."""
        places = {sheet.id: i for i, sheet in enumerate(self.state.sheets)}
        found = {(places[item.sheet], item.step - 1): item for item in evidence}
        self.state = replace(self.state, evidence=found, gauge=gauge, reading=reading, heading=heading)
        self._rebuild()

    def why_not(self, name: str) -> str:
        """Every action of this view is always possible."""
        return ""

    def render_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        if row >= len(self._rows):
            return Strip.blank(self.scrollable_content_region.width, look_of(self.app).ground_style)
        return self._rows[row].strip

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self._rebuild()

    def on_resize(self) -> None:
        self._rebuild()

    def on_click(self, event: events.Click) -> None:
        row = self.scroll_offset.y + event.y
        if row >= len(self._rows):
            return
        under = [key for left, key in self._rows[row].steps if left <= event.x]
        if under:
            self._select(under[-1])
            if event.chain == 2:
                self.action_act()

    def action_act(self) -> None:
        if self.state.selected[0] in self.state.folded:
            self.action_sheet_right()
            return
        self.post_message(signals.Act(self._step_id()))

    def action_tick(self) -> None:
        self.post_message(signals.AskTick(self._step_id()))

    def action_next_mailbox(self) -> None:
        self.post_message(signals.TurnMailbox(1))

    def action_previous_mailbox(self) -> None:
        self.post_message(signals.TurnMailbox(-1))

    def action_due(self) -> None:
        self.post_message(signals.AskDue())

    def action_export(self) -> None:
        self.post_message(signals.AskSheets())

    def action_share(self) -> None:
        self.post_message(signals.AskShare())

    def _step_id(self) -> str:
        sheet, step = self.state.selected
        return self.state.sheets[sheet].steps[step].id

    def action_risks(self) -> None:
        self.post_message(signals.AskRisks(self.state.sheets[self.state.selected[0]].id))

    def action_step_down(self) -> None:
        self._walk(1)

    def action_step_up(self) -> None:
        self._walk(-1)

    def action_first(self) -> None:
        self._select(self._steps()[0])

    def action_last(self) -> None:
        self._select(self._steps()[-1])

    def action_sheet_next(self) -> None:
        self._to_sheet((self.state.selected[0] + 1) % 3)

    def action_sheet_left(self) -> None:
        sheet = self.state.selected[0]
        if self._wide:
            self._to_sheet(max(sheet - 1, 0))
        else:
            self._fold(self.state.folded | {sheet})

    def action_sheet_right(self) -> None:
        sheet = self.state.selected[0]
        if self._wide:
            self._to_sheet(min(sheet + 1, 2))
        else:
            self._fold(self.state.folded - {sheet})

    def action_next_open(self) -> None:
        self._to_open(1)

    def action_previous_open(self) -> None:
        self._to_open(-1)

    @property
    def _wide(self) -> bool:
        return self.scrollable_content_region.width >= WIDE

    def _steps(self) -> list[StepKey]:
        folded = frozenset() if self._wide else self.state.folded
        steps: list[StepKey] = []
        for sheet, data in enumerate(self.state.sheets):
            count = 1 if sheet in folded else len(data.steps)
            steps += [(sheet, step) for step in range(count)]
        return steps

    def _walk(self, by: int) -> None:
        steps = self._steps()
        here = steps.index(self.state.selected) if self.state.selected in steps else 0
        self._select(steps[min(max(here + by, 0), len(steps) - 1)])

    def _to_sheet(self, sheet: int) -> None:
        step = min(self.state.selected[1], len(self.state.sheets[sheet].steps) - 1)
        if not self._wide:
            step = 0
        self._select((sheet, step))

    def _to_open(self, by: int) -> None:
        steps = self._steps()
        here = steps.index(self.state.selected) if self.state.selected in steps else 0
        for offset in range(1, len(steps) + 1):
            key = steps[(here + by * offset) % len(steps)]
            found = self.state.evidence.get(key)
            if found is None or found.state is not StepState.DONE:
                self._select(key)
                return

    def _fold(self, folded: frozenset[int]) -> None:
        self.state = replace(self.state, folded=folded, selected=(self.state.selected[0], 0))
        self._rebuild()

    def _select(self, key: StepKey) -> None:
        self.state = replace(self.state, selected=key)
        self._rebuild()

    def _rebuild(self) -> None:
        if not self.scrollable_content_region.width:
            return
        width = self.scrollable_content_region.width
        self._rows = board_rows(self.state, width, self.size.height, look_of(self.app))
        self.virtual_size = Size(width, len(self._rows))
        mine = [i for i, row in enumerate(self._rows) if any(k == self.state.selected for _, k in row.steps)]
        if mine:
            top, height = self.scroll_offset.y, self.size.height
            if mine[-1] >= top + height:
                self.scroll_to(y=mine[-1] - height + 1, animate=False, immediate=True)
            elif mine[0] < top:
                self.scroll_to(y=max(mine[0] - 1, 0), animate=False, immediate=True)
        self.refresh()
