"""The figures that operators gave, each BAL's latest, and what the columns of their tables mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from balt.mailboxes.operator.cells import PERCENT, UNITS
from balt.mailboxes.operator.columns import DAY_FIRST, Column, Columns, Part
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, key_of, moment, rows, words

FILE = "operator.json"
MOST_FORMS = 50
"""Tables of different headers whose columns are remembered; the oldest is forgotten first."""

_LARGEST = 1 << 53


@dataclass(frozen=True, slots=True)
class Form:
    """A table by the set of its headers, and what its columns mean."""

    headers: frozenset[str]
    columns: Columns


@dataclass(frozen=True, slots=True)
class Kept:
    """The whole file; ``figures`` by address in lower case."""

    figures: Mapping[str, OperatorFigure] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()


class OperatorBook:
    """``folder`` / ``operator.json``. ``wait`` is how many seconds a change waits for another balt."""

    def __init__(self, folder: Path, wait: float = LOCK_SECONDS) -> None:
        self._store = Store(folder / FILE, _SHAPE, wait)

    def figures(self) -> Mapping[str, OperatorFigure]:
        """The latest figure of each BAL, by address in lower case. Raises StoppedError."""
        return self._store.read().figures

    def columns_of(self, headers: Sequence[str]) -> Columns | None:
        """What the columns of such a table were said to mean; None where nobody said. Raises StoppedError."""
        wanted = frozenset(headers)
        return next((each.columns for each in self._store.read().forms if each.headers == wanted), None)

    def learn(self, figures: Mapping[str, OperatorFigure], form: Form | None) -> int:
        """Keep a statistic, and what its columns mean where the user said it; in one step. Returns how many
        of its figures are older than what was known, and were not taken. Raises StoppedError.
        """
        older = 0

        def alter(kept: Kept) -> Kept:
            nonlocal older
            older = outdated(kept.figures, figures)
            forms = kept.forms
            if form is not None:
                forms = (*(each for each in forms if each.headers != form.headers), form)[-MOST_FORMS:]
            return Kept(updated(kept.figures, figures), forms)

        self._store.change(alter)
        return older

    def forget(self) -> int:
        """Forget every figure, and what the columns mean; returns how many BAL had one. Raises
        StoppedError.
        """
        count = len(self._store.read().figures)
        self._store.change(lambda _kept: Kept())
        return count


def updated(
    known: Mapping[str, OperatorFigure], told: Mapping[str, OperatorFigure]
) -> Mapping[str, OperatorFigure]:
    """What is known after a statistic: a later one replaces a BAL's figure, one of the same day completes it,
    an earlier one changes nothing. Pure.
    """
    result = dict(known)
    for address, figure in told.items():
        before = known.get(address)
        if before is not None and before.taken_on == figure.taken_on:
            result[address] = _completed(figure, before)
        elif before is None or before.taken_on < figure.taken_on:
            result[address] = figure
    return result


def outdated(known: Mapping[str, OperatorFigure], told: Mapping[str, OperatorFigure]) -> int:
    """How many figures of a statistic are older than what is known of the same BAL."""
    return sum(
        address in known and known[address].taken_on > figure.taken_on for address, figure in told.items()
    )


def _completed(figure: OperatorFigure, before: OperatorFigure) -> OperatorFigure:
    """The figure with what another statistic of the same day says more."""
    if figure.last_login is None and not figure.never:
        figure = replace(figure, last_login=before.last_login, never=before.never)
    if figure.used is None and figure.quota is None and figure.percent is None:
        figure = replace(figure, used=before.used, quota=before.quota, percent=before.percent)
    return replace(figure, last_received=figure.last_received or before.last_received)


def _decode(document: Mapping[str, object]) -> Kept:
    figures = {}
    for row in rows(document["figures"]):
        figures[key_of(words(row["address"]))] = OperatorFigure(
            _day(row["taken_on"]),
            _maybe_day(row["last_login"]),
            row["never"] is True,
            _maybe_number(row["used"]),
            _maybe_number(row["quota"]),
            _maybe_number(row["percent"]),
            _maybe_day(row["last_received"]),
        )
    return Kept(figures, tuple(_form(row) for row in rows(document["forms"])))


def _form(row: Mapping[str, object]) -> Form:
    headers, columns = row["headers"], {}
    if not isinstance(headers, list):
        raise TypeError(headers)
    for each in rows(row["columns"]):
        unit = words(each["unit"])
        if unit not in (*UNITS, PERCENT, DAY_FIRST, ""):
            raise ValueError(unit)
        columns[Part(words(each["part"]))] = Column(words(each["header"]), unit)
    names = frozenset(words(each) for each in headers)
    if Part.ADDRESS not in columns or any(column.header not in names for column in columns.values()):
        raise ValueError(row)
    return Form(names, columns)


def _encode(kept: Kept) -> Mapping[str, object]:
    return {
        "figures": [figure_row(address, figure) for address, figure in kept.figures.items()],
        "forms": [
            {
                "headers": sorted(form.headers),
                "columns": [
                    {"part": part.value, "header": column.header, "unit": column.unit}
                    for part, column in form.columns.items()
                ],
            }
            for form in kept.forms
        ],
    }


def figure_row(address: str, figure: OperatorFigure) -> dict[str, object]:
    """A figure as it is written down and printed; days are RFC 3339 dates, sizes octets."""
    return {
        "address": address,
        "taken_on": figure.taken_on.isoformat(),
        "last_login": figure.last_login.isoformat() if figure.last_login else None,
        "never": figure.never,
        "used": figure.used,
        "quota": figure.quota,
        "percent": figure.percent,
        "last_received": figure.last_received.isoformat() if figure.last_received else None,
    }


def _day(value: object) -> date:
    """A day as ``isoformat`` wrote it, of the years that a moment may have."""
    return moment(f"{words(value, 10)}T00:00:00+00:00").date()


def _maybe_day(value: object) -> date | None:
    return None if value is None else _day(value)


def _maybe_number(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    if not 0 <= value <= _LARGEST:
        raise ValueError(value)
    return value


_SHAPE: Shape[Kept] = Shape("balt operator figures", 1, Kept(), _decode, _encode)
