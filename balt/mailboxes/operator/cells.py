"""What stands in a cell of an operator's table: a day, or a size with its unit."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from balt.text import fold

_YEARS = range(1990, 2201)
_NOTHING = {
    "",
    "-",
    "--",
    "—",
    "–",
    "?",
    "n/a",
    "na",
    "nc",
    "nd",
    "null",
    "none",
    "inconnu",
    "inconnue",
    "unknown",
}
_NEVER = {"jamais", "never", "jamais connecte", "jamais connectee", "never logged in"}
_UNLIMITED = {"illimite", "illimitee", "unlimited", "aucun", "aucune", "sans limite"}

_TIME = (
    r"(?:[ T]+[0-9]{1,2}[:hH][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?P<half> ?[AaPp]\.?[Mm]\.?)?(?P<zone> ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})" + _TIME)
_YEAR_FIRST = re.compile(r"([0-9]{4})([/-])([0-9]{1,2})\2([0-9]{1,2})" + _TIME)
_SECONDS = re.compile(r"[0-9]{10}")
"""Seconds since 1970, as Dovecot's ``last_login`` counts."""

_AMOUNT = re.compile(r"([0-9][0-9 .,']{0,30})(%|[a-z]{1,6})?")
_PARTED = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?P<more>(?:\1[0-9]{3})*)(?P<decimals>(?!\1)[.,][0-9]+)?")
_LARGEST = 1 << 53
PERCENT = "%"
_STEPS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
UNITS: dict[str, int] = {
    **dict.fromkeys(("o", "b", "octet", "octets", "byte", "bytes"), 1),
    **{
        prefix + ending: 1024**step
        for prefix, step in _STEPS.items()
        if prefix
        for ending in ("", "o", "b", "io", "ib")
    },
}
"""What a unit is in octets (base 1024, as quotas are), by its name in lower case."""


class MonthFirstError(ValueError):
    """A day that is written month first: others of its table would be read wrongly without a word."""


class UnitMissingError(ValueError):
    """A size whose unit nothing tells."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day; None for none that is told, or, with ``never``, for one that never came."""

    day: date | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """A size in ``octets``, or a ``percent``; both None where the cell tells none."""

    octets: int | None = None
    percent: int | None = None


def read_day(cell: str, zone: tzinfo | None) -> Day:
    """The day in "12/10/2026 08:15", "2026-10-12T08:15:00Z" and the like, in ``zone`` where the cell names
    another one. Raises ValueError for anything else, MonthFirstError where the month comes first.
    """
    text = " ".join(cell.split())
    if fold(text) in _NOTHING:
        return Day()
    if fold(text) in _NEVER:
        return Day(never=True)
    if _SECONDS.fullmatch(text):
        return Day(_likely(datetime.fromtimestamp(int(text), UTC).astimezone(zone).date()))
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if found["half"] or (day <= 12 < month <= 31):
            raise MonthFirstError(cell)
    else:
        raise ValueError(cell)
    told = _likely(date(year, month, day))
    if found["zone"]:
        moment = datetime.fromisoformat(f"{text[: found.start('zone')]}{found['zone'].strip()}")
        told = moment.astimezone(zone).date()
    return Day(told)


def _likely(day: date) -> date:
    if day.year not in _YEARS:
        raise ValueError(day)
    return day


def read_amount(cell: str, unit: str) -> Amount:
    """The size or percentage in "1 234,5 Mo", "1.2 GB (1,288,490,189 bytes)", "85 %"; ``unit`` is that of the
    column, which counts where the cell has none. Raises ValueError for anything else, UnitMissingError where
    no unit is told.
    """
    text = fold(" ".join(cell.split("(")[0].split()))
    if text in _NOTHING or text in _UNLIMITED:
        return Amount()
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError(cell)
    number, unit = _number(found[1]), found[2] or unit
    if unit == PERCENT:
        return Amount(percent=_within(number, 1000))
    if unit in UNITS:
        return Amount(octets=_within(number * UNITS[unit], _LARGEST))
    if found[2] or unit:
        raise ValueError(cell)
    if number:
        raise UnitMissingError(cell)
    return Amount(octets=0)


def _number(text: str) -> float:
    """A number as either language writes it. A sign that comes several times, or before another one, parts
    the thousands; a single one is the decimal sign. Raises ValueError for what is neither.
    """
    text = re.sub(r"[ ']", "", text)
    parted = _PARTED.fullmatch(text)
    if parted is not None and (parted["more"] or parted["decimals"]):
        whole, decimals = text[: parted.end("more")], parted["decimals"] or ""
        return float(re.sub(r"[.,]", "", whole) + decimals.replace(",", "."))
    return float(text.replace(",", "."))


def _within(value: float, largest: int) -> int:
    if value > largest:
        raise ValueError(value)
    return int(value)
