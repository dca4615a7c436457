"""Ask before many messages are marked as filed, follow it, and let it be stopped."""

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip

from balt.cleanup import mark_words
from balt.i18n import _
from balt.tui.dialogs.confirm import ConfirmDialog
from balt.tui.paint import Line, bar, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted
from balt.units import format_count, format_percent


class MarkDialog(ModalScreen[None]):
    """How many messages, their octets, and the question of the sheet; nothing happens before ``o`` (or
    ``y``), which calls ``act``. ``hidden`` of the messages are not shown by the list.
    """

    CSS = """
    MarkDialog { align: center middle; background: $background 60%; }
    MarkDialog > Vertical { width: 78; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    """
    BINDINGS = [
        Binding("escape,q", "leave", show=False),
        Binding("o,y", "confirm", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def __init__(
        self,
        figures: tuple[int, int],
        hidden: int,
        act: Callable[[], object],
        stop: Callable[[], object],
        *,
        on: bool,
    ) -> None:
        super().__init__()
        self._count, self._octets = figures
        self._hidden = hidden
        self._act = act
        self._stop = stop
        self._on = on
        self._stage = "ask"
        self._done = 0
        self._may_confirm = False
        self._body = Painted(self._paint)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._body

    def on_mount(self) -> None:
        self.set_timer(ConfirmDialog.READING_SECONDS, self._allow)
        self._resize()

    def on_resize(self, event: events.Resize) -> None:
        self._resize()

    def progressed(self, done: int) -> None:
        """So many messages are dealt with."""
        self._done = done
        self._resize()

    def end(self) -> None:
        """It is over: close, now or once what another BAL asks in front of it is answered."""
        self._stage = "done"
        if self.app.screen is self:
            self.on_screen_resume()

    def on_screen_resume(self) -> None:
        if self._stage == "done":
            self._stage = "closed"
            self.dismiss(None)

    def action_confirm(self) -> None:
        if self._stage == "ask" and self._may_confirm:
            self._stage = "act"
            self._resize()
            self._act()

    def action_leave(self) -> None:
        if self._stage == "ask":
            self.dismiss(None)
        elif self._stage == "act":
            self._stage = "stop"
            self._stop()
            self._resize()

    def _allow(self) -> None:
        self._may_confirm = True

    def _resize(self) -> None:
        if self.is_mounted:
            width = self._body.size.width or min(78, self.size.width) - 4
            self._body.styles.height = len(self._lines(max(width, 20), look_of(self.app)))
            self._body.refresh()

    def _paint(self, width: int, look: Look) -> list[Strip]:
        return [strip_of(line, width, look.panel_style) for line in self._lines(width, look)]

    def _lines(self, width: int, look: Look) -> list[Line]:
        title = mark_words.intention(self._count, self._octets, on=self._on)
        lines: list[Line] = [[(text, look.style("strong"))] for text in wrap(title, width)]
        if self._hidden:
            hidden = _("dont %s que la liste ne montre pas") % format_count(self._hidden)
            lines.append([(hidden, look.style("attention"))])
        lines.append([])
        return lines + (self._asking(width, look) if self._stage == "ask" else self._under_way(width, look))

    def _asking(self, width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        if self._on:
            question = mark_words.question().replace(" ?", "\N{NO-BREAK SPACE}?")
            lines += [[(text, look.style("text"))] for text in wrap(question, width)]
            after = _(
                "Un nettoyage pourra ensuite proposer ces messages. La marque s'ôte par la même touche."
            )
        else:
            after = _("Un nettoyage gardera de nouveau ceux qui contiennent un document.")
        lines += [[(text, look.style("muted"))] for text in wrap(after, width)]
        yes = _("Oui, marquer") if self._on else _("Oui, ôter la marque")
        strong, muted = look.style("strong"), look.style("muted")
        keys: Line = [
            (_("o") + " ", strong),
            (yes + "     ", look.style("text")),
            (_("Échap") + " ", strong),
            (_("Ne rien faire"), muted),
        ]
        return [*lines, [], keys]

    def _under_way(self, width: int, look: Look) -> list[Line]:
        part = self._done / max(self._count, 1)
        percent = format_percent(self._done, max(self._count, 1)).rjust(8)
        drawn: Line = [*bar(part, max(width - 10, 4), look, "entretenir"), (percent, look.style("text"))]
        told = {"done": format_count(self._done), "total": format_count(self._count)}
        sentence = _("%(done)s messages sur %(total)s") % told
        if self._stage == "stop":
            sentence = _("Arrêt demandé : le lot en cours se termine…")
        keys: Line = [
            (_("Échap") + " ", look.style("strong")),
            (_("Arrêter après ce lot"), look.style("muted")),
        ]
        return [drawn, [(sentence, look.style("muted"))], [], keys if self._stage == "act" else []]
