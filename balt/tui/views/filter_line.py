"""What stands under the filter while it is typed: what may come next, or what is wrong and where; what the
filter keeps, and what it means in plain words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from balt.i18n import _
from balt.mail.filters import Filter, FilterError, complete, term_start
from balt.mail.model import Folder
from balt.text import plain, shorten
from balt.tui.paint import Line, spread, strip_of, width_of, wrap
from balt.tui.theme import Look

MARKER = "▔"
_KEYS = "Tab "


@dataclass(frozen=True, slots=True)
class Proposals:
    """Terms that may stand for ``text[start:end]``, of which ``chosen`` is taken next. ``mends``: what stands
    there is wrong; otherwise it only goes on.
    """

    start: int
    end: int
    terms: tuple[str, ...] = ()
    chosen: int = 0
    mends: bool = False

    def taken(self, text: str) -> tuple[str, int]:
        """The text with the chosen term in it, and where the cursor goes: where the next thing is typed."""
        term, rest = self.terms[self.chosen], text[self.end :]
        if not term.endswith(":") and not rest:
            term += " "
        return text[: self.start] + term + rest, self.start + len(term)


def proposals(
    text: str, cursor: int, wrong: FilterError | None, folders: Sequence[str], chosen: int = 0
) -> Proposals:
    """What may be taken: a term that goes on from what was typed, else what a wrong term may have meant. What
    is wrong before it comes first.
    """
    start = term_start(text, cursor)
    if wrong is None or wrong.start >= start:
        terms = [term for term in complete(text, cursor, folders) if term != text[start:cursor]]
        if terms:
            return Proposals(start, cursor, tuple(terms), chosen % len(terms))
    if wrong is not None and wrong.suggestion:
        return Proposals(wrong.start, wrong.end, (wrong.suggestion,), mends=True)
    return Proposals(cursor, cursor)


def folder_names(folders: Sequence[Folder]) -> list[str]:
    """What to offer after ``in:``: folders as they are called on the screen."""
    names = dict.fromkeys(folder.label for folder in folders if folder.selectable)
    return [name for name in names if name == plain(name)]


@dataclass(frozen=True, slots=True)
class Typed:
    """A filter as it is typed: its text, where it is shown from, what is wrong with it, and what it keeps.

    ``problem`` is a sentence; ``wrong`` the place of it where it has one. ``told`` says what is kept.
    """

    text: str
    indent: int
    offered: Proposals
    filter: Filter | None
    problem: str
    wrong: FilterError | None
    told: str


def draw(typed: Typed, width: int, look: Look) -> list[Strip]:
    """Two lines, three where a sentence needs them."""
    base, muted = look.ground_style, look.style("muted")
    count: Line = [(f" {typed.told} ", look.style("entretenir"))] if typed.told else []
    wrong, offered = typed.wrong, typed.offered
    if typed.problem and (offered.mends or not offered.terms):
        lines = [_marked(typed, width, look)] if wrong is not None else [strip_of([], width, base)]
        sentence = _("attendu : %s") % wrong.expected if wrong is not None else typed.problem
        alert = look.style("alert")
        told = wrap(sentence, width - 3)
        if len(told) > 2:
            told = [told[0], shorten(" ".join(told[1:]), width - 3)]
        return lines + [strip_of([("  " + line, alert)], width, base) for line in told]
    proposed = _offered(offered, width - width_of(count) - 1, look)
    if wrong is not None:
        said = _("attendu : %s") % wrong.expected
    elif typed.filter is not None:
        said = typed.filter.describe()
    else:
        said = _("des termes séparés par une espace ; un - devant un terme le retourne")
    second: Line = [("  " + shorten(said, width - 3), muted)]
    return [spread(proposed, count, width, base), strip_of(second, width, base)]


def _offered(offered: Proposals, width: int, look: Look) -> Line:
    """The terms that may be taken, from the chosen one on as many as there is room for."""
    if not offered.terms:
        return []
    muted, text = look.style("muted"), look.style("text")
    line: Line = [("  " + _KEYS, look.style("entretenir"))]
    around = offered.terms[offered.chosen :] + offered.terms[: offered.chosen]
    more = len(around) > 1
    room = width - (cell_len(_("↓ autre")) + 2 if more else 0)
    for number, term in enumerate(around):
        shown = plain(term, 60)
        if number and width_of(line) + cell_len(shown) + 5 > room:
            line.append(("…  ", muted))
            break
        line += [(shown, text + Style(bold=True, underline=True) if not number else muted), ("  ", muted)]
    if more:
        line.append((_("↓ autre"), muted))
    return line


def _marked(typed: Typed, width: int, look: Look) -> Strip:
    """A line under the very term that is wrong, and what it may have meant beside it."""
    wrong = typed.wrong
    assert wrong is not None  # noqa: S101 - asked by the caller
    alert = look.style("alert")
    start = max(typed.indent + cell_len(typed.text[: wrong.start]), 0)
    length = max(cell_len(typed.text[wrong.start : wrong.end]), 1)
    start = min(start, width - 2)
    line: Line = [(" " * start, alert), (MARKER * min(length, width - start - 1), alert)]
    if wrong.suggestion:
        advice: Line = [
            ("  " + _KEYS, look.style("entretenir")),
            (plain(wrong.suggestion, 60) + " ", look.style("text")),
        ]
        if width_of(line) + width_of(advice) <= width:
            return strip_of(line + advice, width, look.ground_style)
        return spread(advice, line[1:], width, look.ground_style)
    return strip_of(line, width, look.ground_style)
