"""Looking into JSON that others wrote: every look answers with the type asked for, whatever stands there.

A wrong type counts as nothing there: one odd field never costs the rest of an answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from balt.text import plain

TEXT_LIMIT = 200
"""Characters kept of one field: names, towns, services, descriptions."""

MOST_ITEMS = 20_000
"""How many items of one list of one resource are looked at; a large hospital has some thousand BAL."""

_YES = frozenset(("true", "o", "oui", "1"))
_NO = frozenset(("false", "n", "non", "0"))


def members(value: object) -> Mapping[str, object]:
    """The members of an object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> Sequence[object]:
    """The items of a list, at most ``MOST_ITEMS``; empty for anything else."""
    return value[:MOST_ITEMS] if isinstance(value, list) else ()


def objects(value: object) -> Iterator[Mapping[str, object]]:
    """The objects of a list, passing over whatever else is in it."""
    return (item for item in items(value) if isinstance(item, dict))


def raw(value: object) -> str:
    """A string as it came, for comparing only; "" for anything else."""
    return value if isinstance(value, str) else ""


def text(value: object, limit: int = TEXT_LIMIT) -> str:
    """A string made safe to show, without white space around; "" for anything else."""
    return plain(value, limit).strip() if isinstance(value, str) else ""


def flag(value: object) -> bool | None:
    """A truth value, written as JSON has it or as a word; None where there is none."""
    if isinstance(value, bool):
        return value
    word = raw(value).strip().lower()
    return True if word in _YES else False if word in _NO else None


def whole(value: object, least: int, most: int) -> int | None:
    """A whole number within bounds; None for anything else (``true`` is no number)."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if least <= value <= most else None


def day(value: object) -> date | None:
    """The day of a date or of a moment (``2026-10-02…``); None where there is none."""
    try:
        return date.fromisoformat(raw(value)[:10])
    except ValueError:
        return None
