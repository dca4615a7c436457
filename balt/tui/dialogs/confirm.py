"""Show a plan, let the user decide on what is guarded, confirm, follow the act, tell the true account."""

import time

from textual import events as textual_events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.timer import Timer

from balt.cleanup.detach.choose import Left
from balt.cleanup.plan import Act, Guard
from balt.cleanup.ports import Advance
from balt.cleanup.result import ApplyResult
from balt.errors import BaltError
from balt.i18n import _
from balt.tui.dialogs.confirm_lines import PlanState, lines_of
from balt.tui.dialogs.lighter_lines import ALSO
from balt.tui.engine import Engine
from balt.tui.events import PlanDrafted
from balt.tui.paint import Line, strip_of
from balt.tui.requests import CleanupRequest
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted


class ConfirmDialog(ModalScreen[CleanupRequest | None]):
    """A plan on screen: nothing happens before ``o`` (or ``y``); digits take guarded messages in or out,
    ``a`` has them archived first or not, ``t`` and the letters of ``ALSO`` say which attachments go, ``p``
    makes an act pause. Closed by ``u``, it gives the request that takes back what it has done.
    """

    CSS = """
    ConfirmDialog { align: center middle; background: $background 60%; }
    ConfirmDialog > Vertical { width: 78; max-width: 98%; height: auto; background: $panel; padding: 1 2; }
    ConfirmDialog.-small > Vertical { padding: 0 1; }
    """
    BINDINGS = [
        Binding("escape,q,ctrl+c", "leave", show=False),
        Binding("o,y", "confirm", show=False),
        Binding("enter", "close_when_done", show=False),
        Binding("a", "archive", show=False),
        Binding("p", "pause", show=False),
        Binding("x", "remove_instead", show=False),
        Binding("u", "undo", show=False),
        Binding("t", "next_size", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        *(Binding(key, f"also('{reason}')", show=False) for reason, key in ALSO.items()),
        *(Binding(str(n), f"take({n})", show=False) for n in range(1, len(Guard) + 1)),
    ]

    READING_SECONDS = 0.5
    """How long a plan must have been on screen before it can be confirmed: a letter typed on is no answer."""

    def __init__(self, request: CleanupRequest, engine: Engine) -> None:
        super().__init__()
        self.state = PlanState(request)
        self._engine = engine
        self._read = False
        self._reading: Timer | None = None
        self._top = 0
        self._seen = 0
        self._cut = False
        self._body = Painted(self._paint)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._body

    def on_mount(self) -> None:
        self._resize()

    def on_resize(self, event: textual_events.Resize) -> None:
        self._resize()

    @property
    def request(self) -> CleanupRequest:
        """What the plan on screen, or the one that is being made, is about."""
        return self.state.request

    @property
    def plan_id(self) -> str:
        """The id of the plan on screen; "" while there is none."""
        return self.state.plan.id if self.state.plan is not None else ""

    @property
    def acting(self) -> bool:
        """Whether the act is under way."""
        return self.state.stage in ("act", "stop")

    def reading(self, done: int, total: int) -> None:
        """So many messages are looked at for the plan."""
        self.state.read = (done, total)
        self._resize()

    def drafted(self, event: PlanDrafted) -> None:
        """The plan is made, or made anew after a guarded group was taken in or out."""
        state = self.state
        state.plan, state.undoing, state.stage = event.plan, event.undoing, "ask"
        state.room, state.warnings, state.left = event.room, tuple(event.warnings), event.left
        state.held = event.held
        state.sure = False
        self._top = self._seen = 0
        self._ask_to_read()
        self._resize()

    def progressed(self, advance: Advance) -> None:
        """So many messages are dealt with."""
        self.state.advance = advance
        self.state.pace.at(time.monotonic(), advance)
        self._resize()

    def applied(self, result: ApplyResult) -> None:
        """The true account of the act."""
        self.state.stage, self.state.result = "done", result
        self._resize()

    def failed(self, error: BaltError) -> None:
        """There is no plan, or its act could not begin."""
        self.state.stage, self.state.error = "failed", error
        self._resize()

    def stop(self) -> None:
        """End the act after the batch under way."""
        if self.state.stage == "act":
            self.state.stage = "stop"
            self._engine.acts.cancel_act()
            self._resize()

    def action_leave(self) -> None:
        if self.acting:
            self.stop()
        else:
            self._engine.acts.cancel_draft()
            self.dismiss(None)

    def action_close_when_done(self) -> None:
        if self.state.stage in ("done", "failed"):
            self.dismiss(None)

    def action_confirm(self) -> None:
        state = self.state
        ready = state.stage == "ask" and self._read and not self._cut
        if not ready or state.plan is None or not state.plan.count:
            return
        if state.must_be_sure and not state.sure:
            state.sure = True
            self._ask_to_read()
        else:
            state.stage = "act"
            self._engine.acts.apply(state.plan, state.undoing)
        self._resize()

    def action_take(self, number: int) -> None:
        """Take a guarded group in or out; while the plan is made anew the groups of the last one still count,
        so that several digits typed at once are all answered.
        """
        groups = self.state.groups
        if self.state.stage in ("ask", "draft") and self.state.plan is not None and number <= len(groups):
            self._draft_anew(self.request.toggled(groups[number - 1][0]))

    def action_archive(self) -> None:
        if self.state.stage == "ask" and self.request.may_choose_archive:
            self._draft_anew(self.request.with_archive(wanted=not self.request.archive))

    def action_scroll(self, by: int) -> None:
        """To what a small screen has no room for."""
        if self._cut or self._top:
            self._top = max(self._top + by, 0)
            self._resize()

    def action_next_size(self) -> None:
        if self.state.stage == "ask" and self.request.act is Act.DETACH:
            self._draft_anew(self.request.with_next_size())

    def action_also(self, reason: str) -> None:
        if self.state.stage == "ask" and Left(reason) in {*self.state.left, *self.request.also}:
            self._draft_anew(self.request.with_also(Left(reason)))

    def action_pause(self) -> None:
        if self.state.stage == "act":
            self.state.paused = not self.state.paused
            self._engine.acts.pause_act(paused=self.state.paused)
            self._resize()

    def action_remove_instead(self) -> None:
        if self.state.stage == "done" and self.state.may_remove_instead:
            self.state = PlanState(self.request.removing())
            self._engine.acts.draft(self.request)
            self._resize()

    def action_undo(self) -> None:
        if self.state.stage == "done" and self.state.may_undo:
            about = self.request
            self.dismiss(CleanupRequest(about.address, about.folders, Act.UNDO, undoes=self.plan_id))

    def _draft_anew(self, request: CleanupRequest) -> None:
        self.state.stage, self.state.request = "draft", request
        self._engine.acts.draft(request)
        self._resize()

    def _ask_to_read(self) -> None:
        """What is on screen now is to be read first, however long the plan before it was there."""
        self._read = False
        if self._reading is not None:
            self._reading.stop()
        self._reading = self.set_timer(self.READING_SECONDS, self._allow)

    def _allow(self) -> None:
        self._read = True

    def _resize(self) -> None:
        if self.is_mounted:
            self._body.styles.height = len(self._lines(max(self._width(), 20), look_of(self.app)))
            self._body.refresh()

    def _width(self) -> int:
        return self._body.size.width or min(78, self.size.width) - 4

    def _paint(self, width: int, look: Look) -> list[Strip]:
        return [strip_of(line, width, look.panel_style) for line in self._lines(width, look)]

    def _lines(self, width: int, look: Look) -> list[Line]:
        """All there is to say; on a small screen without its blank lines, or a part of it, and never without
        its keys. What was not on screen yet is not agreed to.
        """
        lines = lines_of(self.state, width, look)
        room = max(self.size.height - 2, 3)
        if len(lines) > room:
            lines = [line for line in lines if line]
        if len(lines) <= room:
            self._cut, self._top = False, 0
            return lines
        *body, keys = lines
        shown = room - 2
        self._top = min(self._top, len(body) - shown)
        self._seen = max(self._seen, self._top + shown)
        self._cut = self._seen < len(body)
        more = _("↑ ce qui précède")
        if self._top + shown < len(body):
            more = _("↓ la suite, ou agrandissez la fenêtre pour tout lire")
        return [*body[self._top : self._top + shown], [(more, look.style("alert"))], keys]
