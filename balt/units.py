"""Sizes, ages and dates: read from what people type, written as each language writes them.

Sizes count in steps of 1024, as IMAP quotas do (RFC 9208: STORAGE is in units of 1024 octets), so that a
quota given as "2G" is shown as "2 Go".
"""

import re
from datetime import date, datetime, timedelta

from balt.i18n import _, language, ngettext

_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmgt]?)(?:i?[ob])?", re.IGNORECASE)
_AGE = re.compile(r"(\d{1,4})\s*([dwmyjsa])", re.IGNORECASE)
_FACTORS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_STEPS_FR = ("o", "Ko", "Mo", "Go", "To")
_STEPS_EN = ("B", "KB", "MB", "GB", "TB")
_MONTHS_FR = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse_size(text: str) -> int:
    """Octets in "5M", "1,5 Go", "100k" or "2048"; raises ValueError for anything else."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    return int(float(match[1].replace(",", ".")) * _FACTORS[match[2].lower()])


def format_size(octets: int, *, aligned: bool = False) -> str:
    """Octets as a person reads them: "18,4 Mo", "18.4 MB"; three figures at most before the unit.

    A round size loses its decimals ("2 Go"), unless ``aligned`` asks for columns that line up ("2,00 Go").
    """
    steps = _STEPS_FR if language() == "fr" else _STEPS_EN
    value = float(octets)
    step = 0
    while abs(value) >= 999.5 and step < len(steps) - 1:
        value /= 1024
        step += 1
    if step == 0:
        return f"{octets} {steps[0]}"
    decimals = 2 if step >= 3 and value < 10 else 1 if value < 100 else 0
    number = f"{value:.{decimals}f}"
    if "." in number and not aligned:
        number = number.rstrip("0").rstrip(".")
    return f"{decimal(number)} {steps[step]}"


def decimal(number: str) -> str:
    """A number written with a point, as the language in use writes it."""
    return number.replace(".", ",") if language() == "fr" else number


def format_count(n: int) -> str:
    """A count with its thousands apart: "2 301" in French, "2,301" in English."""
    return f"{n:,}".replace(",", " " if language() == "fr" else ",")


def format_percent(used: int, limit: int) -> str:
    """``used`` out of ``limit`` as "91 %" or "91%", rounded down so that 100 % means full."""
    value = used * 100 // limit if limit else 0
    return f"{value} %" if language() == "fr" else f"{value}%"


def before(moment: datetime, age: str) -> datetime:
    """``moment`` less an age such as "90d", "3w", "6m", "2y"; raises ValueError for anything else.

    Months and years are those of the calendar; 31 March less one month is the last day of February. The
    French letters j, s and a are understood too.
    """
    match = _AGE.fullmatch(age.strip())
    if not match:
        raise ValueError(age)
    count, unit = int(match[1]), match[2].lower()
    if unit in "dj":
        return moment - timedelta(days=count)
    if unit in "ws":
        return moment - timedelta(weeks=count)
    months = count if unit == "m" else count * 12
    total = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(total, 12)
    if year < 1:
        raise ValueError(age)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def age_term(days: int) -> str:
    """A length in days as an age that ``before`` and the filter language read: "3y" for 1095, "90d"."""
    return f"{days // 365}y" if days and days % 365 == 0 else f"{days}d"


def format_date(day: date) -> str:
    """A day in a sentence: "22 nov. 2026", "22 Nov 2026"."""
    months = _MONTHS_FR if language() == "fr" else _MONTHS_EN
    number = "1er" if day.day == 1 and language() == "fr" else str(day.day)
    return f"{number} {months[day.month - 1]} {day.year}"


def format_moment(moment: datetime) -> str:
    """A moment of the local zone, as its day (``format_date``) and the hour: "22 nov. 2026 09:15"."""
    local = moment.astimezone()
    return f"{format_date(local.date())} {local:%H:%M}"


def format_age(days: int) -> str:
    """A length of time in a sentence: "3 jours", "14 mois", "2 ans"."""
    if days <= 60:
        return ngettext("%d jour", "%d jours", days) % days
    months = int(days / 30.44)
    if months < 24:
        return ngettext("%d mois", "%d mois", months) % months
    years = int(days / 365.25)
    return ngettext("%d an", "%d ans", years) % years


def format_since(then: datetime, now: datetime) -> str:
    """When something happened, seen from now: "aujourd'hui", "hier", "il y a 14 mois"."""
    days = (now.date() - then.astimezone(now.tzinfo).date()).days
    if days <= 0:
        return _("aujourd'hui")
    if days == 1:
        return _("hier")
    return _("il y a %s") % format_age(days)
