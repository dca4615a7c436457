"""The groups of a listing as rows: how one is drawn, in what order they stand, how much of each is marked."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from balt.i18n import _, ngettext
from balt.mail.dates import UNKNOWN_DATE, moment
from balt.mail.model import Flag
from balt.mailboxes.grouping import Group, Grouping, Way
from balt.mailboxes.grouping_words import heading
from balt.text import fold, plain
from balt.tui.paint import Line, bar_text, fit
from balt.tui.theme import Look
from balt.tui.views.marks import Marks
from balt.units import format_count, format_date, format_percent, format_size

GroupKey = Literal["size", "count", "name"]
_SIZE, _PERCENT, _COUNT = 9, 7, 10
_WIDE = 100


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """How groups are sorted: largest, most messages, or first name first; ``reverse`` turns it round."""

    key: GroupKey = "size"
    reverse: bool = False

    def turned(self, key: GroupKey) -> "GroupOrder":
        """The order that ``key`` asks for: the same once more turns it round."""
        return GroupOrder(key, not self.reverse if key == self.key else False)

    def label(self, way: Way) -> str:
        """ "par taille ▼": the arrow points to where the figures go down."""
        if self.key == "name":
            told = _("par date") if way is Way.YEAR else _("par nom")
            return told + (" ▼" if self.reverse else " ▲")
        told = _("par taille") if self.key == "size" else _("par nombre")
        return told + (" ▲" if self.reverse else " ▼")


@dataclass(frozen=True, slots=True)
class Scope:
    """One group that was opened: the list shows its messages and no other."""

    way: Way
    key: str | None


class GroupRows:
    """The source of the group table. ``name_of`` gives the words of a key, as they may be shown now.

    The groups are of one listing, through the filter in force; ``marks`` are on that listing.
    """

    def __init__(
        self,
        grouping: Grouping,
        order: GroupOrder,
        marks: Marks,
        look: Callable[[], Look],
        name_of: Callable[[str | None], str],
    ) -> None:
        self.grouping = grouping
        self._marks = marks
        self._look = look
        self._name_of = name_of
        self._most = max((group.size for group in grouping.groups), default=0)
        self._total = grouping.size
        self._counted: dict[str | None, int] = {}
        self._counted_at = -1
        self.sort(order)

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def way(self) -> Way:
        """What the messages are put together by."""
        return self.grouping.way

    def sort(self, order: GroupOrder) -> None:
        """Put the groups in an order; what is unknown comes last either way, but by figures."""
        known = [group for group in self.grouping.groups if group.key is not None or order.key != "name"]
        unknown = [group for group in self.grouping.groups if group.key is None and order.key == "name"]
        if order.key == "name":
            known.sort(key=self._name_for_order, reverse=order.reverse)
        elif order.key == "count":
            known.sort(key=len, reverse=not order.reverse)
        elif order.reverse:
            known.reverse()
        self.order = order
        self.groups = [*known, *unknown]

    def _name_for_order(self, group: Group) -> str:
        key = group.key or ""
        return key if self.way in (Way.SENDER, Way.YEAR) else fold(self._name_of(key))

    def row_of(self, key: str | None) -> int | None:
        """Where the group of a key stands."""
        return next((row for row, group in enumerate(self.groups) if group.key == key), None)

    def name(self, row: int) -> str:
        """What a group is called, safe to show."""
        return plain(self._name_of(self.groups[row].key), 400)

    def places(self, rows: Iterable[int]) -> Iterator[int]:
        """The messages of some groups."""
        return chain.from_iterable(self.groups[row].rows for row in rows)

    def marked_in(self, row: int) -> int:
        """How many messages of a group are marked; counted once after each change of the marks."""
        if self._counted_at != self._marks.changes:
            self._counted, self._counted_at = {}, self._marks.changes
        group = self.groups[row]
        if group.key not in self._counted:
            self._counted[group.key] = self._marks.count_of(group.rows) if self._marks else 0
        return self._counted[group.key]

    def sign(self, row: int) -> str:
        """● where every message of a group is marked, ◐ where some are."""
        marked = self.marked_in(row)
        return "●" if marked and marked == len(self.groups[row]) else "◐" if marked else " "

    def line(self, row: int, width: int) -> Line:
        look, group = self._look(), self.groups[row]
        muted = look.style("muted")
        name, room = _widths(width)
        part = group.size / self._most if self._most else 0.0
        hue = "muted" if group.key is None else "entretenir"
        return [
            (f" {self.sign(row)} ", look.style("entretenir")),
            (
                fit(self.name(row), name, middle=True) + " ",
                muted if group.key is None else look.style("text"),
            ),
            (fit(bar_text(part, room), room), look.style(hue)),
            (fit(_octets(group), _SIZE, right=True), look.style("strong")),
            (fit(format_percent(group.size, self._total), _PERCENT, right=True), muted),
            (fit(format_count(len(group)), _COUNT, right=True), look.style("text")),
            (" ", muted),
        ]

    def facts(self, row: int) -> list[tuple[str, str]]:
        """What the lines under the table say of a group: a label and a value each."""
        group, listing = self.groups[row], self.grouping.listing
        seen = int(Flag.SEEN)
        unread = sum(1 for place in group.rows if not listing.flags[place] & seen)
        told = [
            ngettext("%s message", "%s messages", len(group)) % format_count(len(group)),
            ngettext("%s non lu", "%s non lus", unread) % format_count(unread),
        ]
        if marked := self.marked_in(row):
            told.append(ngettext("%s marqué", "%s marqués", marked) % format_count(marked))
        if group.unsized:
            told.append(_("%s de taille inconnue") % format_count(group.unsized))
        return [
            (heading(self.way), self.name(row)),
            (_("Messages"), " · ".join(told)),
            (_("Reçus"), _period(array("q", map(listing.dates.__getitem__, group.rows)))),
        ]


def head(width: int, look: Look, way: Way) -> Line:
    """The names of the columns."""
    label, room = _widths(width)
    names = (
        "   "
        + fit(heading(way), label + 1 + room)
        + fit(_("Taille"), _SIZE, right=True)
        + fit(_("Part"), _PERCENT, right=True)
        + fit(_("Messages"), _COUNT, right=True)
        + " "
    )
    return [(names, look.style("muted"))]


def _widths(width: int) -> tuple[int, int]:
    """The cells of the name and of the bar in a row of ``width``."""
    room = 30 if width >= _WIDE else 14
    return max(width - 3 - 1 - room - _SIZE - _PERCENT - _COUNT - 1, 8), room


def _octets(group: Group) -> str:
    """The size; with a ``?`` where that of some message is unknown."""
    return ("? " if group.unsized else "") + format_size(group.size, aligned=True)


def _period(dates: "array[int]") -> str:
    """From when to when, in days of the local zone."""
    known = [date for date in dates if date != UNKNOWN_DATE]
    first, last = (moment(date) for date in (min(known), max(known))) if known else (None, None)
    if first is None or last is None:
        return _("date inconnue")
    begin, end = (format_date(each.astimezone().date()) for each in (first, last))
    return begin if begin == end else _("du %(begin)s au %(end)s") % {"begin": begin, "end": end}
