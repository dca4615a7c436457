"""Reading an operator's table: the figures of the BAL that are followed here, an account of all others."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path

from balt.directory.boxes import is_address
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.operator.cells import (
    MonthFirstError,
    SignUnknownError,
    UnitMissingError,
    read_amount,
    read_day,
)
from balt.mailboxes.operator.columns import Columns, Part, unit_missing
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.operator.habits import AMOUNTS, DAYS, Habits
from balt.mailboxes.operator.table import Cells, Table

MOST_TOLD = 20
"""Damaged lines that are named one by one; all are counted."""

MOST_TIMES_FULL = 2
"""A BAL that holds more than so many times its quota is rather a number that was read wrongly."""

_PROGRESS_EVERY = 5000
_DAY_IN_NAME = re.compile(r"(?<![0-9])(20[0-9]{2})([-_]?)([0-9]{2})\2([0-9]{2})(?![0-9])")
Progress = Callable[[int, int], object]


class Fault(StrEnum):
    """Why a line was left aside."""

    CELLS = "cells"
    ADDRESS = "address"
    VALUE = "value"
    LATER = "later"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was left aside, by its number in the file; ``header`` names the column at fault, or ""."""

    number: int
    fault: Fault
    header: str = ""


@dataclass(slots=True)
class Reading:
    """What a table told: the ``figures`` by address in lower case, how many ``rows`` it had, how many of
    them are ``others``, of BAL that are not followed here; the first lines left aside, and how many in all.
    ``repeated`` are the addresses that stood on several lines.
    """

    figures: dict[str, OperatorFigure] = field(default_factory=dict)
    rows: int = 0
    others: int = 0
    bad: list[BadLine] = field(default_factory=list)
    faults: Counter[Fault] = field(default_factory=Counter)
    repeated: dict[str, None] = field(default_factory=dict)

    def leave(self, bad: BadLine) -> None:
        """Count a line that is left aside."""
        self.faults[bad.fault] += 1
        if len(self.bad) < MOST_TOLD:
            self.bad.append(bad)


class _UnfitError(ValueError):
    """A line that cannot be used."""

    def __init__(self, fault: Fault, header: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.header = header


def read_figures(
    table: Table,
    columns: Columns,
    own: Collection[str],
    taken_on: date,
    zone: tzinfo | None,
    progress: Progress = lambda _done, _total: None,
) -> Reading:
    """The figures of the BAL of ``own`` (addresses in lower case). Of other rows the address is looked at,
    and what they prove of how the table writes days and numbers. A line with one cell that cannot be read is
    left aside whole. Raises UsageError where going on could mislead: a size without a unit, a day or a number
    that could be another one, days written month first, parts of one for percents, a table that is not one.
    """
    reading, kept = Reading(), []
    habits = Habits(columns, {part: table.headers.index(column.header) for part, column in columns.items()})
    for number, cells in table.rows():
        reading.rows += 1
        if reading.rows % _PROGRESS_EVERY == 0:
            progress(table.done_octets, table.total_octets)
        try:
            if cells is not None:
                habits.hear(cells)
            key = _address(cells, habits.places)
        except _UnfitError as unfit:
            reading.leave(BadLine(number, unfit.fault, unfit.header))
        except MonthFirstError:
            raise UsageError(
                _("À la ligne %d, une date est écrite le mois d'abord.") % number,
                advice=_("Rien n'a été retenu. Exportez les dates comme 31/12/2026 ou 2026-12-31."),
            ) from None
        else:
            if key in own:
                kept.append((number, key, cells or ()))
            else:
                reading.others += 1
    habits.must_tell_percents()
    _read_own(reading, kept, habits, taken_on, zone)
    return reading


def _read_own(
    reading: Reading,
    rows: Iterable[tuple[int, str, Cells]],
    habits: Habits,
    taken_on: date,
    zone: tzinfo | None,
) -> None:
    """Read the rows of one's own BAL, now that the whole table told how it is written."""
    aside, reading.bad = reading.bad, []
    for number, key, cells in rows:
        try:
            figure = _figure(cells, habits, taken_on, zone)
        except _UnfitError as unfit:
            reading.leave(BadLine(number, unfit.fault, unfit.header))
            continue
        if key in reading.figures:
            reading.repeated[key] = None
            figure = _joined(reading.figures[key], figure)
        reading.figures[key] = figure
    reading.bad = sorted((*aside, *reading.bad), key=lambda bad: bad.number)[:MOST_TOLD]


def day_of(path: Path, written_at: float, now: datetime) -> tuple[date, bool]:
    """The day of a statistic whose day nobody told, never after today; and whether the name of the file tells
    it: else it is the day on which the file was written.
    """
    today, found = now.date(), set()
    for match in _DAY_IN_NAME.finditer(path.name):
        try:
            found.add(date(int(match[1]), int(match[3]), int(match[4])))
        except ValueError:
            continue
    if len(found) == 1 and (day := found.pop()) <= today:
        return day, True
    try:
        written = datetime.fromtimestamp(written_at, UTC).astimezone(now.tzinfo).date()
    except (OSError, OverflowError, ValueError):
        written = today
    return min(written, today), False


def _address(cells: Cells | None, places: Mapping[Part, int]) -> str:
    if cells is None:
        raise _UnfitError(Fault.CELLS)
    address = cells[places[Part.ADDRESS]].strip()
    if not is_address(address):
        raise _UnfitError(Fault.ADDRESS)
    return address.lower()


def _figure(cells: Cells, habits: Habits, taken_on: date, zone: tzinfo | None) -> OperatorFigure:
    figure, columns = OperatorFigure(taken_on), habits.columns
    for part, place in habits.places.items():
        try:
            figure = _with(figure, part, cells[place], habits, zone)
        except UnitMissingError:
            raise unit_missing(columns[part].header, part) from None
        except SignUnknownError:
            raise habits.signs_unknown(part) from None
        except (ValueError, OverflowError):
            raise _UnfitError(Fault.VALUE, columns[part].header) from None
    for part, day in ((Part.LAST_LOGIN, figure.last_login), (Part.LAST_RECEIVED, figure.last_received)):
        if day is not None and day > taken_on + timedelta(days=1):  # midnight is not the same everywhere
            raise _UnfitError(Fault.LATER, columns[part].header)
    if figure.used is not None and figure.quota and figure.used > figure.quota * MOST_TIMES_FULL:
        raise _UnfitError(Fault.BEYOND, columns[Part.QUOTA].header)
    return figure


def _with(
    figure: OperatorFigure, part: Part, cell: str, habits: Habits, zone: tzinfo | None
) -> OperatorFigure:
    """The figure with what one more cell says."""
    if part in DAYS:
        told = read_day(cell, zone)
        habits.must_tell_days(part, cell)
        if part is Part.LAST_RECEIVED:
            return replace(figure, last_received=told.day)
        return replace(figure, last_login=told.day, never=told.never)
    if part not in AMOUNTS:
        return figure
    amount = read_amount(cell, habits.columns[part].unit, habits.decimal)
    if part is not Part.QUOTA:
        percent = figure.percent if amount.percent is None else amount.percent
        used = figure.used if amount.octets is None else amount.octets
        return replace(figure, used=used, percent=percent)
    if amount.percent is not None:
        raise ValueError(cell)
    return replace(figure, quota=amount.octets)


def _joined(first: OperatorFigure, second: OperatorFigure) -> OperatorFigure:
    """Two lines about one BAL: its latest days, and its room where both say the same."""

    def later(one: date | None, other: date | None) -> date | None:
        return max((day for day in (one, other) if day is not None), default=None)

    same = (first.used, first.quota, first.percent) == (second.used, second.quota, second.percent)
    login = later(first.last_login, second.last_login)
    return replace(
        first if same else replace(first, used=None, quota=None, percent=None),
        last_login=login,
        never=login is None and first.never and second.never,
        last_received=later(first.last_received, second.last_received),
    )
