"""Lines of a form: a label and what is typed or chosen beside it. Enter goes on, Tab and arrows walk."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from balt.tui.paint import Line, strip_of
from balt.tui.theme import look_of
from balt.tui.widgets.line_input import LineInput
from balt.tui.widgets.secret import SecretInput

Option = tuple[str, str]
"""A value and its words."""

_TURNS = {"right": 1, "l": 1, "space": 1, "left": -1, "h": -1}


class ChoiceLine(Widget, can_focus=True):
    """One of a few values, turned over by the arrows or the space bar."""

    DEFAULT_CSS = "ChoiceLine { height: 1; width: 1fr; }"
    BINDINGS = [Binding("enter", "submit", show=False)]

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, line: "ChoiceLine") -> None:
            super().__init__()
            self.line = line

        @property
        def control(self) -> "ChoiceLine":
            return self.line

    class Submitted(Message):
        """Enter: the value stands, on to the next line."""

        def __init__(self, line: "ChoiceLine") -> None:
            super().__init__()
            self.line = line

        @property
        def control(self) -> "ChoiceLine":
            return self.line

    place = reactive(0)

    def __init__(self, options: Sequence[Option], value: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.options = tuple(options)
        values = [option[0] for option in self.options]
        self.set_reactive(ChoiceLine.place, values.index(value) if value in values else 0)

    @property
    def value(self) -> str:
        return self.options[self.place][0]

    @value.setter
    def value(self, wanted: str) -> None:
        values = [option[0] for option in self.options]
        if wanted in values:
            self.place = values.index(wanted)

    def on_key(self, event: events.Key) -> None:
        """Turned here rather than by bindings, which would go to the line that has the focus by then."""
        by = _TURNS.get(event.key)
        if by is not None:
            event.stop()
            event.prevent_default()
            self.turn(by)

    def turn(self, by: int) -> None:
        """Take the value so many places further on."""
        self.place = (self.place + by) % len(self.options)
        self.post_message(self.Changed(self))

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self))

    def render_line(self, y: int) -> Strip:
        look = look_of(self.app)
        base = look.selected_style if self.has_focus else look.panel_style
        words = self.options[self.place][1]
        line: Line = [("‹ ", look.style("muted")), (words, look.style("text")), (" ›", look.style("muted"))]
        return strip_of([(text, style + base) for text, style in line], self.size.width, base)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


class Field(Horizontal):
    """A label and an input or a choice. Hidden lines are walked past."""

    DEFAULT_CSS = """
    Field { height: 1; width: 100%; }
    Field > Static { width: 18; }
    Field > Input { width: 1fr; border: none; height: 1; padding: 0; background: $empty; }
    Field > Input:focus { background: $selected; color: $selected-text; }
    Field > Input > .input--placeholder { color: $muted; }
    Field > Input:focus > .input--placeholder { color: $selected-text; text-style: italic; }
    Field.current > Static { color: $primary; text-style: bold; }
    """

    def __init__(self, name: str, label: str, entry: "Input | ChoiceLine") -> None:
        super().__init__(id=f"field-{name}")
        self._label = label
        self.entry = entry

    def compose(self) -> ComposeResult:
        yield Static(Content(self._label))
        yield self.entry

    def on_descendant_focus(self) -> None:
        self.add_class("current")

    def on_descendant_blur(self) -> None:
        self.remove_class("current")

    @property
    def value(self) -> str:
        """What is typed or chosen, without the spaces around it."""
        return self.entry.value.strip()

    @value.setter
    def value(self, text: str) -> None:
        self.entry.value = text


def text_field(name: str, label: str, value: str = "", *, hint: str = "", secret: bool = False) -> Field:
    """A line to type in; ``secret`` shows dots, and lets nothing be copied."""
    entry = (
        SecretInput(value, placeholder=hint, select_on_focus=False)
        if secret
        else LineInput(value, placeholder=hint, compact=True, select_on_focus=False)
    )
    return Field(name, label, entry)


def choice_field(name: str, label: str, options: Sequence[Option], value: str = "") -> Field:
    """A line to choose in."""
    return Field(name, label, ChoiceLine(options, value))
