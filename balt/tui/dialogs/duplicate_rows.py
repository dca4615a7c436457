"""The rows of the window that shows what a BAL holds twice, and what is said of the one under the cursor."""

from collections.abc import Callable
from dataclasses import dataclass, field

from balt.i18n import _, ngettext
from balt.mailboxes.duplicates import Copy, Duplicates
from balt.tui.duplicate_jobs import Found
from balt.tui.paint import Line, fit
from balt.tui.theme import Look
from balt.tui.views.message_rows import kind_label
from balt.units import format_count, format_size

_MARK, _SIZE, _COUNT, _DATE = 3, 9, 6, 11
_WIDE = 30
"""Cells of the folders from which on there is room to say which one is kept."""


@dataclass
class DuplicateRows:
    """The source of the table. ``marked`` rows are meant by an act; all are where none is. Where ``masked``
    no subject and no sender is told.
    """

    found: Found
    look: Callable[[], Look]
    masked: bool = False
    marked: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.found.duplicates)

    @property
    def meant(self) -> list[Duplicates]:
        """What an act is about."""
        return [
            each for row, each in enumerate(self.found.duplicates) if row in self.marked or not self.marked
        ]

    def line(self, row: int, width: int) -> Line:
        look, each = self.look(), self.found.duplicates[row]
        what, where = _columns(width)
        date = each.kept.date.astimezone().date().isoformat() if each.kept.date else _("date ?")
        count = f"{format_count(len(each.copies))} ×"
        return [
            (" ● " if row in self.marked else "   ", look.style("entretenir")),
            (fit(format_size(lost(each), aligned=True), _SIZE - 1, right=True) + " ", look.style("strong")),
            (fit(count, _COUNT - 1, right=True) + " ", look.style("muted")),
            (fit(date, _DATE), look.style("muted")),
            (fit(self.subject(each), what - 1) + " ", look.style("text")),
            (fit(places(each.copies), where), look.style("muted")),
        ]

    def subject(self, each: Duplicates) -> str:
        """What the message is, as it may be shown."""
        detail = self.found.details.get((each.kept.folder.name, each.kept.uid))
        if detail is None:
            return "…"
        if not detail.readable:
            return _("(message illisible)")
        return kind_label(detail) if self.masked else detail.subject or _("(sans objet)")

    def about(self, row: int) -> list[tuple[str, str]]:
        """Of the row under the cursor: names and values."""
        each = self.found.duplicates[row]
        detail = self.found.details.get((each.kept.folder.name, each.kept.uid))
        sender = "" if detail is None or self.masked else detail.sender or detail.sender_name
        return [
            (_("De"), sender or "—"),
            (_("Objet"), self.subject(each)),
            (_("Reste"), places([each.kept])),
            (_("En trop"), f"{places(each.surplus)} · {format_size(lost(each))}"),
        ]


def lost(each: Duplicates) -> int:
    """The octets that the surplus ones take."""
    return each.size * len(each.surplus)


def places(copies: "tuple[Copy, ...] | list[Copy]") -> str:
    """The folders of copies, in their order, those of several with their count."""
    counts: dict[str, int] = {}
    for copy in copies:
        counts[copy.folder.label] = counts.get(copy.folder.label, 0) + 1
    return ", ".join(f"{name} × {count}" if count > 1 else name for name, count in counts.items())


def head(width: int, look: Look) -> Line:
    """The names of the columns."""
    what, where = _columns(width)
    folders = _("Dossiers : le premier reste") if where >= _WIDE else _("Dossiers")
    names = (
        " " * _MARK
        + fit(_("En trop"), _SIZE - 1, right=True)
        + " "
        + fit(_("Fois"), _COUNT - 1, right=True)
        + " "
        + fit(_("Reçu le"), _DATE)
        + fit(_("Objet"), what)
        + fit(folders, where)
    )
    return [(names, look.style("muted"))]


def total(meant: list[Duplicates]) -> str:
    """How many messages are surplus, and what they take."""
    count = sum(len(each.surplus) for each in meant)
    sentence = ngettext(
        "%(n)s message en trop, à l'octet près : %(size)s",
        "%(n)s messages en trop, à l'octet près : %(size)s",
        count,
    )
    return sentence % {"n": format_count(count), "size": format_size(sum(map(lost, meant)))}


def _columns(width: int) -> tuple[int, int]:
    """The widths of the subject and of the folders."""
    room = max(width - _MARK - _SIZE - _COUNT - _DATE, 20)
    where = min(max(room * 2 // 5, 10), 40)
    return room - where, where
