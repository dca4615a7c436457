"""Hand the documents of messages over to the business software: where to, under what names."""

from collections.abc import Callable
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input

from balt.cleanup.archive.places import check_safe, place_warnings
from balt.cleanup.handover.model import HandedOver
from balt.cleanup.handover.naming import DEFAULT, Template
from balt.cleanup.handover.place import place_of
from balt.cleanup.handover.taking import Wanted
from balt.errors import BaltError, UsageError
from balt.i18n import _
from balt.tui.dialogs.confirm import ConfirmDialog
from balt.tui.dialogs.errand import Errand
from balt.tui.dialogs.export_lines import Chosen, ExportState, body_lines, head_lines, keys_line
from balt.tui.paint import Line, strip_of
from balt.tui.theme import Look, look_of
from balt.tui.widgets.form import ChoiceLine, Field, choice_field, text_field
from balt.tui.widgets.painted import Painted

_TYPING = 0.15
"""Seconds after a key before the place that is typed is looked at."""
_WIDTH = 84
Begin = Callable[[Path, Wanted], object]


class ExportDialog(ModalScreen[HandedOver | None]):
    """Nothing happens before Enter, which calls ``begin`` with the folder and what is wanted; ``stop`` ends
    it after the message under way. It gives the account where the user says that the documents are
    integrated, else None.
    """

    CSS = """
    ExportDialog { align: center middle; background: $background 60%; }
    ExportDialog > Vertical { width: 84; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    ExportDialog #fields { height: auto; margin: 1 0; }
    ExportDialog.running #fields { display: none; }
    ExportDialog.running VerticalScroll { margin-top: 1; }
    ExportDialog VerticalScroll { height: auto; scrollbar-size: 1 1; background: $panel; }
    ExportDialog #keys { margin-top: 1; }
    """
    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("enter", "submit", show=False),
        Binding("down", "walk(1)", show=False),
        Binding("up", "walk(-1)", show=False),
        Binding("o,y", "integrated", show=False),
        Binding("n,q", "leave_account", show=False),
        Binding("ctrl+c", "quit", show=False, priority=True),
    ]

    class Advanced(Message):
        """So many messages are dealt with."""

        def __init__(self, done: int, total: int) -> None:
            super().__init__()
            self.progress = (done, total)

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ExportDialog.Advanced)

    class Ended(Message):
        """It is over: the true account, or why it could not begin."""

        def __init__(self, outcome: HandedOver | BaltError) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(
        self, address: str, chosen: Chosen, place: str, name: str, begin: Begin, stop: Callable[[], object]
    ) -> None:
        super().__init__()
        self.state = ExportState(address, chosen)
        self._begin = begin
        self._stop = stop
        self._fields = (
            text_field("place", _("Dossier"), place),
            text_field("name", _("Nom des fichiers"), name or DEFAULT),
            choice_field(
                "all",
                _("Pièces jointes"),
                (("", _("documents et images")), ("all", _("toutes, images de la page comprises"))),
            ),
            choice_field(
                "again", _("Déjà remis"), (("", _("laisser")), ("again", _("remettre une seconde fois")))
            ),
        )
        self._head = Painted(self._painting(head_lines))
        self._body = Painted(self._painting(body_lines))
        self._scroll = VerticalScroll(self._body, can_focus=False)
        self._keys = Painted(self._painting(lambda state, _width, look: [keys_line(state, look)]), id="keys")
        self._errand: Errand | None = None
        self._typing: Timer | None = None
        self._may_answer = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            with Vertical(id="fields"):
                yield from self._fields
            yield self._scroll
            yield self._keys

    def on_mount(self) -> None:
        self.set_timer(ConfirmDialog.READING_SECONDS, self._allow)
        self._field("place").entry.focus()
        self._look_at_place()
        self._resize()

    def on_unmount(self) -> None:
        if self._errand is not None:
            self._errand.stop()

    def on_resize(self, event: events.Resize) -> None:
        self._resize()

    # What is typed

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        self.state.problem = None
        if event.input is self._field("place").entry:
            self.state.warnings = None
            if self._typing is not None:
                self._typing.stop()
            self._typing = self.set_timer(_TYPING, self._look_at_place)
        self._resize()

    def _look_at_place(self) -> None:
        """What is to be known of the place, in a thread: a share that does not answer holds nobody back."""
        if self._errand is not None:
            self._errand.stop()
        typed = self._field("place").value

        def work(errand: Errand) -> None:
            place = place_of(Path(typed)) if typed else None
            if place is None:
                raise UsageError(_("dites dans quel dossier remettre les documents."))
            check_safe(place)
            errand.tell(self._place_known, tuple(place_warnings(place / "run")))

        self._errand = Errand(self, work)
        self._errand.start(self._unfit)

    def _place_known(self, warnings: tuple[str, ...]) -> None:
        self.state.warnings = warnings
        self._resize()

    def _unfit(self, error: BaltError) -> None:
        self.state.problem, self.state.warnings = error, None
        self._resize()

    @on(Input.Submitted)
    @on(ChoiceLine.Submitted)
    def action_submit(self) -> None:
        if self.state.stage != "ask":
            if self.state.stage in ("done", "failed") and not self.state.asks:
                self.dismiss(None)
            return
        if not self._may_answer or self.state.warnings is None:
            return  # what is to be known of the place is not on screen yet
        try:
            wanted = Wanted(
                Template(self._field("name").value),
                again=bool(self._field("again").value),
                everything=bool(self._field("all").value),
            )
            place = place_of(Path(self._field("place").value))
        except UsageError as error:
            self.state.problem = error
            self._resize()
            return
        self.state.stage = "act"
        self.set_focus(None)
        self.add_class("running")
        self._resize()
        self._begin(place, wanted)

    def action_walk(self, by: int) -> None:
        """To the next line of the form, else through the account."""
        if self.state.stage == "ask":
            (self.focus_next if by > 0 else self.focus_previous)()
        else:
            self._scroll.scroll_relative(y=by, animate=False)

    # The thread of the BAL tells

    def advanced(self, done: int, total: int) -> None:
        """So many messages are dealt with; may be called from any thread."""
        self.post_message(self.Advanced(done, total))

    def ended(self, outcome: HandedOver | BaltError) -> None:
        """It is over; may be called from any thread."""
        self.post_message(self.Ended(outcome))

    @on(Advanced)
    def _advanced(self, event: Advanced) -> None:
        event.stop()
        self.state.progress = event.progress
        self._resize()

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        event.stop()
        if isinstance(event.outcome, BaltError):
            self.state.stage, self.state.problem = "failed", event.outcome
        else:
            self.state.stage, self.state.done = "done", event.outcome
        self._may_answer = False
        self.set_timer(ConfirmDialog.READING_SECONDS, self._allow)
        self._resize()

    # The other keys

    def action_integrated(self) -> None:
        """Only this says that the documents are in the business software."""
        if self.state.asks and self._may_answer:
            self.dismiss(self.state.done)

    def action_leave_account(self) -> None:
        if self.state.stage != "ask":
            self.action_leave()

    def action_leave(self) -> None:
        if self.state.stage == "act":
            self.state.stage = "stop"
            self._stop()
            self._resize()
        elif self.state.stage != "stop":
            self.dismiss(None)

    async def action_quit(self) -> None:
        """Leave balt; what is under way is stopped first, in this window."""
        if self.state.stage in ("act", "stop"):
            self.action_leave()
        else:
            await self.app.run_action("quit_app")

    # Inside

    def _field(self, name: str) -> Field:
        return next(field for field in self._fields if field.id == f"field-{name}")

    def _allow(self) -> None:
        self._may_answer = True

    def _resize(self) -> None:
        """Each block as high as what it says; the account scrolls where the screen is too low for it."""
        if not self.is_attached:
            return
        width, look = self._width(), look_of(self.app)
        head = len(head_lines(self.state, width, look))
        body = len(body_lines(self.state, width, look))
        fields = 0 if self.has_class("running") else len(self._fields) + 2
        room = max(self.size.height - head - fields - 6, 1)
        self._head.styles.height = head
        self._body.styles.height = max(body, 1)
        self._scroll.styles.height = min(max(body, 1), room)
        self._keys.styles.height = 1
        for block in (self._head, self._body, self._keys):
            block.refresh()

    def _width(self) -> int:
        """The cells of a line: one is left for the bar that shows how far an account is scrolled."""
        return max(min(_WIDTH, self.size.width * 96 // 100) - 5, 20)

    def _painting(
        self, lines_of: Callable[[ExportState, int, Look], list[Line]]
    ) -> Callable[[int, Look], list[Strip]]:
        def paint(width: int, look: Look) -> list[Strip]:
            lines = lines_of(self.state, self._width(), look)
            return [strip_of(line, width, look.panel_style) for line in lines]

        return paint
