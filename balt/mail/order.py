"""Rows in the order of a column, for columns of a million numbers, without holding the screen back.

One ``sorted()`` over a million rows keeps every other thread waiting for most of a second, and takes 80 MB
for its lists. So the rows are dealt into parts by size first (a sample of the column says where to cut), and
each part is sorted by itself: the other threads run between two parts, and only one part exists as objects.
"""

import random
from array import array
from bisect import bisect_right
from collections.abc import Sequence

_PART = 8192
_SAMPLES_A_PART = 16


def ordered_rows(column: "array[int]", unknown: int, *, largest_first: bool) -> "array[int]":
    """Row numbers by value; rows that hold ``unknown`` come last; equal rows stay in their order."""
    parts = [array("I") for _ in range(len(column) // _PART + 1)]
    last = array("I")
    cuts = _cuts(column, len(parts))
    for row, value in enumerate(column):
        (last if value == unknown else parts[bisect_right(cuts, value)]).append(row)
    rows = array("I")
    for part in reversed(parts) if largest_first else parts:
        rows.extend(sorted(part, key=column.__getitem__, reverse=largest_first))
    rows.extend(last)
    return rows


def _cuts(column: Sequence[int], parts: int) -> list[int]:
    """Values that part the column into about equal ``parts``."""
    if parts < 2:
        return []
    chance = random.Random(len(column))  # noqa: S311 - which rows are sampled changes no result
    sample = sorted(chance.choices(column, k=parts * _SAMPLES_A_PART))
    return sorted(set(sample[_SAMPLES_A_PART::_SAMPLES_A_PART]))
