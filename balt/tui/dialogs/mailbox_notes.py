"""What the form of a BAL says under its lines: advice, how the trial goes, why something failed."""

from textual.strip import Strip

from balt.doctor.model import Check, Result
from balt.i18n import _
from balt.tui.paint import Line, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.views.annuaire_pane import DetailPane

_SIGNS = {
    Result.OK: ("✔ ", "entretenir"),
    Result.WARNING: ("▲ ", "attention"),
    Result.FAILURE: ("✘ ", "alert"),
    Result.SKIPPED: ("· ", "muted"),
}
_HUES = {"✔ ": "entretenir", "▲ ": "attention", "✘ ": "alert"}


class MailboxNotes(DetailPane, can_focus=False):
    """Sentences, then the checks of a trial. The keys of the form scroll it: it is walked past."""

    def __init__(self) -> None:
        super().__init__(self._paint)
        self._notes: list[tuple[str, str]] = []
        self._checks: list[Check] = []
        self._failure: Check | None = None

    def say(self, text: str, sign: str = "") -> None:
        """Say this instead of what was said; the checks stay."""
        self._notes = [(sign, text)]
        self.renew(top=True)

    def also(self, text: str, sign: str = "") -> None:
        """Say this after what was said."""
        self._notes.append((sign, text))
        self.renew(top=True)

    def clear(self) -> None:
        """Nothing of an earlier trial counts any more."""
        self._checks, self._failure = [], None

    def add(self, check: Check) -> None:
        """One more check of the trial."""
        self._checks.append(check)
        self.renew()

    def conclude(self) -> Check | None:
        """The check that failed, now told above all others; None where none did."""
        self._failure = next((each for each in self._checks if each.result is Result.FAILURE), None)
        if self._failure is not None:
            failure = self._failure
            self.say(f"{titled(failure)} {failure.advice}".strip(), "✘ ")
        return self._failure

    def render_line(self, y: int) -> Strip:
        look = look_of(self.app)
        row = self.scroll_offset.y + y
        line = self._lines[row] if row < len(self._lines) else []
        return strip_of(line, self.scrollable_content_region.width, look.panel_style)

    def _paint(self, width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        for sign, text in self._notes:
            hue = look.style(_HUES.get(sign, "muted"))
            body = look.style("text")
            for i, part in enumerate(wrap(text, max(width - len(sign), 20))):
                lines.append([(sign if i == 0 else " " * len(sign), hue), (part, body)])
        for check in self._checks:
            if check is self._failure:
                continue
            sign, name = _SIGNS[check.result]
            for i, part in enumerate(wrap(titled(check), width - 2)):
                lines.append([(sign if i == 0 else "  ", look.style(name)), (part, look.style("text"))])
            lines += [
                [("    " + part, look.style("muted"))] for part in wrap(check.advice, width - 4) if part
            ]
        return lines


def titled(check: Check) -> str:
    """What was looked at, and what was found."""
    return _("%(place)s : %(remark)s") % {"place": check.label, "remark": check.sentence}
