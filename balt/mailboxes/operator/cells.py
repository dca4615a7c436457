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

_NUMBERS = re.compile(r"[0-9][0-9 .,']*[0-9]")
_AMOUNT = re.compile(r"([0-9][0-9 .,']{0,30})(%|[a-z]{1,6})?")
_SINGLE = re.compile(r"[0-9]+[.,][0-9]*")
_PARTED = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(?P<more>(?:\1[0-9]{3})*)(?P<decimals>(?!\1)[.,][0-9]+)?")
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


class SignUnknownError(ValueError):
    """A number like "2,000" or "2.000", in a table that does not tell which sign parts the thousands."""


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


def day_is_told(cell: str) -> bool | None:
    """Whether a cell proves that its table writes the day before the month; None where it could be either,
    False for a cell that tells nothing of it. Raises MonthFirstError where the month comes first.
    """
    found = _DAY_FIRST.fullmatch(" ".join(cell.split()))
    if found is None:
        return False
    first, second = int(found[1]), int(found[3])
    if found["half"] or (first <= 12 < second <= 31):
        raise MonthFirstError(cell)
    if first > 12 or found[2] == ".":  # nobody writes 12.31.2026
        return True
    return False if first == second else None


def decimal_signs(cell: str) -> set[str]:
    """The signs that a cell proves to be the decimal sign of its table, in parentheses too."""
    numbers = (re.sub(r"[ ']", "", each) for each in _NUMBERS.findall(fold(" ".join(cell.split()))))
    return {sign for each in numbers if (sign := _sign_of(each))}


def bare_percent(cell: str) -> float | None:
    """The number of a cell that gives a percentage without its sign; None for any other cell."""
    found = _AMOUNT.fullmatch(fold(" ".join(cell.split())))
    try:
        return _percent(found[1]) if found is not None and found[2] is None else None
    except ValueError:
        return None


def read_amount(cell: str, unit: str, decimal: str = "") -> Amount:
    """The size or percentage in "1 234,5 Mo", "1.2 GB (1,288,490,189 bytes)", "85 %"; ``unit`` is that of the
    column, which counts where the cell has none. Raises ValueError for anything else, UnitMissingError where
    no unit is told, SignUnknownError where a sign could be either and ``decimal`` does not tell.
    """
    text = fold(" ".join(cell.split("(")[0].split()))
    if text in _NOTHING or text in _UNLIMITED:
        return Amount()
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError(cell)
    unit = found[2] or unit
    if unit == PERCENT:
        return Amount(percent=_within(_percent(found[1]), 1000))
    number = _number(found[1], decimal)
    if unit in UNITS:
        return Amount(octets=_within(number * UNITS[unit], _LARGEST))
    if found[2] or unit:
        raise ValueError(cell)
    if number:
        raise UnitMissingError(cell)
    return Amount(octets=0)


def _number(text: str, decimal: str) -> float:
    """A number as either language writes it; ``decimal`` is the decimal sign of its table, "" for unknown.
    Raises SignUnknownError where that decides, ValueError for what is no number.
    """
    text = re.sub(r"[ ']", "", text)
    sign = _sign_of(text)
    if sign is None and not decimal:
        raise SignUnknownError(text)
    sign = decimal if sign is None else sign
    if not sign:
        return float(text)
    whole, _sign, part = text.rpartition(sign) if sign in text else (text, "", "")
    return float(f"{re.sub('[.,]', '', whole)}.{part}")


def _percent(text: str) -> float:
    """A percentage: thousands are nobody's, so that a single sign is the decimal one."""
    return _number(text, next((each for each in text if each in ".,"), ""))


def _sign_of(text: str) -> str | None:
    """The decimal sign that a number shows by itself, without its spaces: a sign that comes several times, or
    before another one, parts the thousands, and so the other one is it; a single one is it where thousands
    cannot be parted there. None for "2,000"; "" for a number without a sign, and for what is none.
    """
    parted = _PARTED.fullmatch(text)
    if parted is None:
        return text.strip("0123456789") if _SINGLE.fullmatch(text) else ""
    if parted["more"] or parted["decimals"]:
        return "." if parted[1] == "," else ","
    return None


def _within(value: float, largest: int) -> int:
    if value > largest:
        raise ValueError(value)
    return int(value)
