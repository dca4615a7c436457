"""What is left on the terminal when balt breaks: where, never what: no value, no message, no locals.

A traceback, and Textual's own crash screen, would show values, which here are patients' mail.
"""

from pathlib import Path
from typing import NamedTuple

from balt.i18n import _


class Crash(NamedTuple):  # not a dataclass, which takes as long to import as all of ``balt --help``
    """An unexpected error: its type and the places it came through, innermost last."""

    kind: str
    places: tuple[str, ...]

    def lines(self) -> list[str]:
        """What to print: one sentence, then places that name code and no data."""
        sentence = _("balt s'est arrêté sur une erreur inattendue (%s).")
        advice = _("Relancez balt : il dira ce qu'est devenu un acte interrompu.")
        return [sentence % self.kind, *(f"  {place}" for place in self.places), advice]


def crash_of(error: BaseException) -> Crash:
    """The safe account of an error."""
    import traceback  # only here: it is slow to import, and nearly never needed

    frames = traceback.extract_tb(error.__traceback__, limit=-30)
    places = tuple(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    return Crash(type(error).__name__, places)
