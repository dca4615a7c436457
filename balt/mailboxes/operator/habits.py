"""How a whole table writes its days and numbers, as all its rows prove, those of other BAL too.

"03/10/2026" is a day of October or of March, "2,000" is two or two thousand: one cell does not tell, another
one of the same table may. What none tells is asked for and never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.operator.cells import (
    PERCENT,
    bare_percent,
    day_is_told,
    decimal_signs,
)
from balt.mailboxes.operator.columns import DAY_FIRST, Columns, Part
from balt.mailboxes.operator.table import Cells

DAYS = (Part.LAST_LOGIN, Part.LAST_RECEIVED)
AMOUNTS = (Part.USED, Part.QUOTA, Part.PERCENT)


@dataclass(slots=True)
class Habits:
    """What the cells of a table prove together; ``places`` is where its ``columns`` stand in a row."""

    columns: Columns
    places: Mapping[Part, int]
    _signs: set[str] = field(default_factory=set)
    _day_first: bool = False
    _parts_of_one: set[Part] = field(default_factory=set)
    _percents: set[Part] = field(default_factory=set)

    @property
    def decimal(self) -> str:
        """The decimal sign; "" where none is proven, or both are."""
        return next(iter(self._signs)) if len(self._signs) == 1 else ""

    def hear(self, cells: Cells) -> None:
        """Learn from the cells of one row. Raises MonthFirstError for a day that is written month first."""
        for part, place in self.places.items():
            cell = cells[place]
            if part in DAYS:
                self._day_first = bool(day_is_told(cell)) or self._day_first
            elif part in AMOUNTS:
                self._signs |= decimal_signs(cell)
                number = bare_percent(cell) if self.columns[part].unit == PERCENT else None
                if number is not None:
                    self._parts_of_one |= {part} if 0 < number < 1 else set()
                    self._percents |= {part} if number > 1 else set()

    def must_tell_percents(self) -> None:
        """Raise UsageError where the column of percents gives parts of one."""
        for part in self._parts_of_one - self._percents:
            raise UsageError(
                _("La colonne « %s » donne des parts de 1, et non des pourcentages.")
                % self.columns[part].header,
                advice=_("Exportez-la en pourcentages, comme 85 ou 85 %. Rien n'a été retenu."),
            )

    def signs_unknown(self, part: Part) -> UsageError:
        """The refusal of numbers where a sign could part the thousands as well as the decimals."""
        return UsageError(
            _("La colonne « %s » a des nombres comme 2,000 ou 2.000 : deux, ou deux mille ?")
            % self.columns[part].header,
            advice=_(
                "Rien dans ce fichier ne le dit. Exportez-le sans séparateur de milliers. "
                "Rien n'a été retenu."
            ),
        )

    def must_tell_days(self, part: Part, cell: str) -> None:
        """Raise UsageError where this day of one's own BAL could be another one."""
        if self._day_first or self.columns[part].unit == DAY_FIRST or day_is_told(cell) is not None:
            return
        header = self.columns[part].header
        told = {"part": part.value, "header": header, "order": _("jj/mm")}
        raise UsageError(
            _("Dans la colonne « %s », rien ne dit si le jour est écrit avant le mois.") % header,
            advice=_(
                "S'il l'est : --map '%(part)s=%(header)s:%(order)s'. "
                "Sinon, exportez les dates comme 2026-12-31. Rien n'a été retenu."
            )
            % told,
        )
