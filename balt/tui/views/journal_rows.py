"""How the journal is drawn: a row for an act, the paragraph under the list, and the whole act to read."""

from collections.abc import Callable, Sequence

from balt.cleanup import wording
from balt.cleanup.chronicle import Told, is_failure
from balt.cleanup.deeds import Entry, Phase
from balt.i18n import _
from balt.text import plain
from balt.tui.dialogs.pager import Writer
from balt.tui.paint import Line, fit, wrap
from balt.tui.theme import Look
from balt.units import format_count, format_size

WITH_FIGURES, WITH_FOLDER = 90, 110
"""From how many cells a row holds counts and sizes, and the folder."""


class JournalRows:
    """The source of the journal table."""

    def __init__(self, acts: Sequence[Told], look: Callable[[], Look]) -> None:
        self._acts = acts
        self._look = look

    def __len__(self) -> int:
        return len(self._acts)

    def line(self, row: int, width: int) -> Line:
        look = self._look()
        act = self._acts[row]
        answer, hue = answer_of(act)
        count = format_count(act.count) if act.count else ""
        size = format_size(act.size) if act.size else ""
        figures = width >= WITH_FIGURES
        return [
            (" " + fit(time_text(act.last), 17), look.style("muted")),
            (fit(wording.phase_words(act.phase), 12), look.style("muted")),
            (fit(wording.act_words(act.deed.action), 22), look.style("text")),
            (fit(plain(act.deed.mailbox), columns(width), middle=True) + " ", look.style("text")),
            (fit(folders_text(act), 14, middle=True) if width >= WITH_FOLDER else "", look.style("muted")),
            (fit(count, 7, right=True) if figures else "", look.style("text")),
            (fit(size, 10, right=True) if figures else "", look.style("text")),
            ("  " + fit(answer, 10), look.style(hue)),
        ]


def head_text(width: int) -> str:
    """The names of the columns of rows of ``width`` cells."""
    figures = fit(_("Nombre"), 7, right=True) + fit(_("Taille"), 10, right=True)
    return (
        " "
        + fit(_("Quand"), 17)
        + fit(_("Étape"), 12)
        + fit(_("Acte"), 22)
        + fit(_("BAL"), columns(width))
        + " "
        + (fit(_("Dossier"), 14) if width >= WITH_FOLDER else "")
        + (figures if width >= WITH_FIGURES else "")
        + "  "
        + _("Réponse")
    )


def columns(width: int) -> int:
    """The width of the BAL column in a row of ``width`` cells."""
    taken = 18 + 12 + 22 + 1 + 12
    taken += (14 if width >= WITH_FOLDER else 0) + (17 if width >= WITH_FIGURES else 0)
    return max(width - taken, 8)


def folders_text(act: Told) -> str:
    """The folder of an act; of several, the first and how many more."""
    more = f" +{len(act.folders) - 1}" if len(act.folders) > 1 else ""
    return plain(act.folders[0], 200) + more if act.folders else ""


def time_text(entry: Entry) -> str:
    """The moment, as ISO writes it, to the minute."""
    return entry.time.strftime("%Y-%m-%d %H:%M") if entry.time else "?"


def answer_of(act: Told) -> tuple[str, str]:
    """The server's answer and the hue that goes with it."""
    if act.failed:
        return act.answer or "—", "alert"
    if not act.answer:
        return "…" if act.is_open else "—", "muted"
    return act.answer, "entretenir"


def story(act: Told) -> str:
    """The whole of an act in one paragraph: who, what was asked of the server, what it answered."""
    parts = [f"{time_text(act.last)} · {_who(act.last)}".rstrip(" ·")]
    parts.append(wording.deed_words(act.deed.action, act.deed.note))
    return " · ".join([*parts, *(f"{name} {value}" for name, value in _facts(act))])


def page_of(act: Told) -> Writer:
    """Everything that the journal holds of an act, to read in a window."""

    def write(width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        for name, value in [(_("auteur"), _who(act.last)), *_facts(act)]:
            lines += _hanging(name, value, width, look)
        for entry in act.entries:
            lines += [[], *_line_of(entry, width, look)]
        return lines

    return write


def _who(entry: Entry) -> str:
    """The person, then the user of the computer."""
    login = f"({plain(entry.login, 100)})" if entry.login else ""
    return " ".join(part for part in (plain(entry.author, 200), login) if part)


def _facts(act: Told) -> list[tuple[str, str]]:
    """What an act is about, as names and values."""
    deed = act.deed
    reasons = dict.fromkeys(entry.deed.reason for entry in act.entries)
    facts = (
        (_("BAL"), deed.mailbox),
        (_("serveur"), deed.server),
        (_("identifiant"), deed.user),
        (_("dossier"), ", ".join(act.folders)),
        (_("vers"), deed.target),
        (_("répondu"), act.answer),
        (_("raison"), ", ".join(reason for reason in reasons if reason)),
        (_("note"), deed.note),
        (_("plan"), deed.plan),
    )
    return [(name, plain(value)) for name, value in facts if value]


def _line_of(entry: Entry, width: int, look: Look) -> list[Line]:
    """One line of the journal: its moment and step, then what it says."""
    deed = entry.deed
    moment = f"{entry.time:%Y-%m-%d %H:%M:%S %z}" if entry.time else "?"
    hue = "alert" if is_failure(entry) else "text"
    head: Line = [
        (moment, look.style("muted")),
        ("  " + wording.phase_words(deed.phase), look.style("strong")),
        ("  " + plain(deed.answer, 200), look.style(hue)),
    ]
    if deed.phase is Phase.DAMAGED:
        return [head]
    figures = ", ".join(f"{plain(name, 40)} {value}" for name, value in deed.figures.items())
    size = f", {format_size(deed.size)}" if deed.size else ""
    facts = (
        (_("ligne"), str(entry.line)),
        (_("dossier"), deed.folder),
        (_("demandé"), deed.request),
        (_("messages"), f"{format_count(deed.count)}{size}" if deed.count else ""),
        (_("UID"), deed.uids),
        (_("nombres"), figures),
    )
    lines = [head]
    for name, value in facts:
        if value:
            lines += _hanging("  " + name, plain(value, 4_000), width, look)
    return lines


def _hanging(name: str, value: str, width: int, look: Look) -> list[Line]:
    """A name, and its value beside it on as many lines as it needs; a long list breaks after its commas."""
    room = max(width - 16, 10)
    told = wrap(value.replace(",", ", ").replace(",  ", ", ") if len(value) > room else value, room)
    return [
        [(fit(name if i == 0 else "", 15) + " ", look.style("muted")), (text, look.style("text"))]
        for i, text in enumerate(told)
    ]
