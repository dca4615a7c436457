"""Rows stand as ``sorted()`` would put them, in columns of any length."""

import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.mail.order import ordered_rows

UNKNOWN = -1


def plainly(column: "array[int]", *, largest_first: bool) -> list[int]:
    """The same by one sort."""
    known = [row for row, value in enumerate(column) if value != UNKNOWN]
    unknown = [row for row, value in enumerate(column) if value == UNKNOWN]
    return sorted(known, key=column.__getitem__, reverse=largest_first) + unknown


def column_of(values: str, length: int) -> "array[int]":
    chance = random.Random(f"{values} {length}")
    makes = {
        "all different": lambda row: row * 7919 % (length or 1),
        "ascending": lambda row: row,
        "descending": lambda row: length - row,
        "few values": lambda _row: chance.randrange(4),
        "all equal": lambda _row: 5,
        "mostly one": lambda _row: 5 if chance.random() < 0.99 else chance.randrange(100),
        "some unknown": lambda _row: chance.choice([UNKNOWN, chance.randrange(10**9)]),
        "all unknown": lambda _row: UNKNOWN,
        "sizes": lambda _row: int(chance.lognormvariate(10, 2)),
        "extremes": lambda _row: chance.choice([0, -(2**62), 2**62, UNKNOWN]),
    }
    return array("q", map(makes[values], range(length)))


@pytest.mark.parametrize("largest_first", [False, True])
@pytest.mark.parametrize("length", [0, 1, 2, 8191, 8192, 8193, 16_384, 60_000])
@pytest.mark.parametrize(
    "values",
    [
        *("all different", "ascending", "descending", "few values", "all equal", "mostly one"),
        *("some unknown", "all unknown", "sizes", "extremes"),
    ],
)
def test_long_columns_are_ordered_as_one_sort_orders_them(
    values: str, length: int, largest_first: bool
) -> None:
    column = column_of(values, length)
    before = column[:]
    assert ordered_rows(column, UNKNOWN, largest_first=largest_first).tolist() == plainly(
        column, largest_first=largest_first
    )
    assert column == before


@given(st.lists(st.integers(-2, 3), max_size=40), st.booleans())
def test_equal_rows_stay_in_their_order_either_way(values: list[int], largest_first: bool) -> None:
    column = array("q", values)
    rows = ordered_rows(column, UNKNOWN, largest_first=largest_first).tolist()
    assert rows == plainly(column, largest_first=largest_first)


@pytest.mark.parametrize("distinct", [1, 2, 3, 17, 50])
def test_parts_of_a_long_column_join_without_a_seam(distinct: int) -> None:
    chance = random.Random(distinct)
    column = array("q", (chance.randrange(distinct) - 1 for _ in range(20_000)))
    rows = ordered_rows(column, UNKNOWN, largest_first=True).tolist()
    assert rows == plainly(column, largest_first=True)
