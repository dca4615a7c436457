"""What an operator counted of one BAL, and on which day."""

from dataclasses import dataclass
from datetime import date

FRESH_DAYS = 90
"""A local choice, the same as for the holder's answers: an older statistic is shown, and decides nothing."""


@dataclass(frozen=True, slots=True)
class OperatorFigure:
    """One BAL in a statistic of ``taken_on``. What the table did not say is None; sizes are octets.

    ``last_login`` is the day of the last connection; ``never`` that the operator says there was none.
    ``percent`` is how full the BAL is, where the table gives it.
    """

    taken_on: date
    last_login: date | None = None
    never: bool = False
    used: int | None = None
    quota: int | None = None
    percent: int | None = None
    last_received: date | None = None

    @property
    def fullness(self) -> int | None:
        """How full the BAL is, in percent rounded down, by its sizes if they are told; None where the table
        does not tell.
        """
        return self.used * 100 // self.quota if self.used is not None and self.quota else self.percent

    def is_fresh(self, today: date) -> bool:
        """Whether the statistic is recent enough to decide anything; one of a day to come (a clock was wrong)
        is not.
        """
        return 0 <= (today - self.taken_on).days < FRESH_DAYS
