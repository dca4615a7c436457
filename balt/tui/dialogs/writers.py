"""The window of those who still write to a BAL: whom to warn."""

from collections.abc import Sequence

from textual.binding import Binding

from balt.cases.steps import writers_step
from balt.cases.words import SIGNS, trend_label
from balt.cases.writers import Writer, Writers
from balt.i18n import _, ngettext
from balt.text import cell_width, plain
from balt.tui.dialogs.pager import Pager
from balt.tui.dialogs.pager import Writer as PageWriter
from balt.tui.paint import Line, fit, wrap
from balt.tui.theme import Look
from balt.units import format_count, format_date

_COUNT = 7
_TREND = 14
_DATE = 13
WITH_DATE = 84
"""From how many cells a line holds the day of the latest message."""


class WritersPager(Pager):
    """Who wrote, with counts and without patients' addresses; ``c`` copies those of the others who still do,
    but in discreet access.
    """

    BINDINGS = [Binding("c", "copy", show=False)]

    def __init__(self, address: str, found: Writers, *, discreet: bool) -> None:
        page = writers_page(address, found, discreet=discreet)
        super().__init__(_("Qui écrit encore"), page, hue="identifier")
        self._addresses = () if discreet else found.to_copy
        self._left_out = 0 if discreet else len(found.still) - len(found.to_copy)

    def hints(self) -> Sequence[tuple[str, str]]:
        copy = (("c", _("Copier la liste")),) if self._addresses or self._left_out else ()
        return (*copy, *super().hints())

    def action_copy(self) -> None:
        if self._addresses:
            self.app.copy_to_clipboard("\n".join(self._addresses))
            count = len(self._addresses)
            said = ngettext("%s adresse est copiée.", "%s adresses sont copiées.", count)
            self.notify(said % format_count(count), markup=False)
        if self._left_out:
            left = ngettext(
                "%s adresse de patient ou mal formée n'est pas copiée.",
                "%s adresses de patients ou mal formées ne sont pas copiées.",
                self._left_out,
            )
            self.notify(left % format_count(self._left_out), markup=False)


def writers_page(address: str, found: Writers, *, discreet: bool) -> PageWriter:
    """A sentence on the whole, then a line for each sender."""

    def write(width: int, look: Look) -> list[Line]:
        step = writers_step(found)
        said = f"{SIGNS[step.state]} {step.said}"
        lines: list[Line] = [[(fit(plain(address), width - 2, middle=True), look.style("strong"))]]
        lines += [[(part, look.style("text"))] for part in wrap(said, width - 2)]
        if found.people:
            lines.append([(_("Dans l'ensemble : %s") % trend_label(found.trend), look.style("text"))])
        if discreet:
            told = _("Accès discret : les adresses ne sont pas montrées.")
            lines.append([(told, look.style("muted"))])
        elif any(each.is_patient for each in found.people):
            told = _("Les adresses de patients ne sont jamais montrées ici.")
            lines.append([(told, look.style("muted"))])
        dated = width >= WITH_DATE
        longest = max((cell_width(plain(each.address)) for each in found.people), default=0)
        room = min(longest + 2, max(width - 2 * _COUNT - 2 - _TREND - (_DATE if dated else 0), 12))
        if found.people:
            lines += [[], [(_head(room, found.days, dated=dated), look.style("muted"))]]
        return [*lines, *(_row(each, room, look, dated=dated) for each in found.people)]

    return write


def _head(room: int, days: int, *, dated: bool) -> str:
    recent = fit(_("%d j") % days, _COUNT, right=True)
    before = fit(_("avant"), _COUNT, right=True)
    last = _("dernier") if dated else ""
    return fit(_("Correspondant"), room) + recent + before + "  " + fit(_("tendance"), _TREND) + last


def _row(writer: Writer, room: int, look: Look, *, dated: bool) -> Line:
    counts = (format_count(each) for each in (writer.recent, writer.before))
    text = look.style("text" if writer.recent else "muted")
    return [
        (fit(plain(writer.address), room, middle=True), text),
        ("".join(fit(each, _COUNT, right=True) for each in counts) + "  ", text),
        (fit(trend_label(writer.trend), _TREND), text),
        (format_date(writer.latest.date()) if dated else "", look.style("muted")),
    ]
