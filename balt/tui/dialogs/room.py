"""Ask how much room to make: a size to free, a percentage to go down to, or what to keep."""

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from balt.cleanup.freeing import Aim, Wish, read_wish
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.model import Quota
from balt.text import plain
from balt.tui.paint import Line, fit, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted
from balt.units import format_percent, format_size

_LONGEST = 30
_USUAL = 60


class RoomDialog(ModalScreen[Wish | None]):
    """A line to type in, and below it what that would mean; None when nothing is asked."""

    CSS = """
    RoomDialog { align: center middle; background: $background 60%; }
    RoomDialog > Vertical { width: 78; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    RoomDialog Input { border: none; height: 1; padding: 0 1; background: $empty; }
    """
    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def __init__(self, address: str, quota: Quota | None) -> None:
        super().__init__()
        self._address = address
        self._quota = quota
        self._head = Painted(self._paint_head)
        self._input = Input(compact=True, max_length=_LONGEST, id="wish")
        self._meaning = Painted(self._paint_meaning)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            yield self._input
            yield self._meaning

    def on_mount(self) -> None:
        quota = self._quota
        full = quota is not None and quota.limit and quota.used * 100 > quota.limit * _USUAL
        self._input.value = f"{_USUAL} %" if full else ""
        self._input.focus()

    def on_resize(self, event: events.Resize) -> None:
        width = min(78, event.size.width * 96 // 100) - 4
        look = look_of(self.app)
        self._head.styles.height = len(self._head_lines(width, look))
        self._meaning.styles.height = 4

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Changed)
    def changed(self) -> None:
        self._meaning.refresh()

    @on(Input.Submitted)
    def submitted(self) -> None:
        wish, _sentence = self._read()
        if wish is not None:
            self.dismiss(wish)

    def _read(self) -> tuple[Wish | None, str]:
        """What is typed, and what it means; None, and why, where it means nothing."""
        if not self._input.value.strip():
            return None, ""
        try:
            wish = read_wish(self._input.value)
            octets = wish.octets(self._quota, 0) if self._quota or wish.aim is not Aim.KEEP else None
        except UsageError as error:
            return None, str(error)
        if octets is None:
            return wish, _("Tout ce qui dépasse cette taille sera proposé.")
        if not octets:
            return None, _("C'est déjà le cas : il n'y a rien à libérer.")
        sentence = _("Il faut libérer %s.") % format_size(octets)
        if self._quota is not None and self._quota.limit:
            told = {
                "before": format_percent(self._quota.used, self._quota.limit),
                "after": format_percent(max(self._quota.used - octets, 0), self._quota.limit),
            }
            sentence += " " + _("La BAL passerait de %(before)s à %(after)s.") % told
        return wish, sentence

    def _paint_head(self, width: int, look: Look) -> list[Strip]:
        return [strip_of(line, width, look.panel_style) for line in self._head_lines(width, look)]

    def _head_lines(self, width: int, look: Look) -> list[Line]:
        width = max(width, 20)
        lines: list[Line] = [
            [(fit(_("Libérer de la place"), width), look.style("strong"))],
            [(fit(plain(self._address), width, middle=True), look.style("muted"))],
            [],
        ]
        how = _(
            "balt propose d'abord la corbeille, puis les accusés, les retours d'erreur et les réponses "
            "automatiques, puis les messages intégrés les plus anciens et les plus gros. Jamais un message "
            "protégé. Rien n'est fait avant votre accord."
        )
        examples = _("Tapez une taille à libérer (500M), un taux à atteindre (60 %) ou =1G pour garder 1 Go.")
        for text in (how, examples):
            lines += [[(part, look.style("text"))] for part in wrap(text, width)]
        return [*lines, []]

    def _paint_meaning(self, width: int, look: Look) -> list[Strip]:
        wish, sentence = self._read()
        hue = "entretenir" if wish is not None else "attention"
        lines: list[Line] = [[(text, look.style(hue))] for text in wrap(sentence, width)][:2]
        lines += [[]] * (3 - len(lines))
        strong, muted = look.style("strong"), look.style("muted")
        keys = ((_("Entrée"), _("Préparer le plan")), (_("Échap"), _("Ne rien faire")))
        lines.append([part for key, words in keys for part in ((key + " ", strong), (words + "   ", muted))])
        return [strip_of(line, width, look.panel_style) for line in lines]
