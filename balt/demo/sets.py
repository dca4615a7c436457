"""Sequence sets: ``1:4,7,9:*``."""

import re
from collections.abc import Iterable, Sequence

from balt.demo.wire import Arguments, BadError

_SET = re.compile(rb"(?:\d+|\*)(?::(?:\d+|\*))?(?:,(?:\d+|\*)(?::(?:\d+|\*))?)*")
_MAX_NUMBER = 2**32 - 1


class NumberSet:
    """The numbers that a set names, once ``*`` is known."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        """``ranges`` holds inclusive bounds; 0 stands for ``*``."""
        self._ranges = ranges

    def resolve(self, last: int) -> list[tuple[int, int]]:
        """Inclusive ranges in ascending order, without overlap; ``last`` is the value of ``*``."""
        bounds = sorted(tuple(sorted((low or last, high or last))) for low, high in self._ranges)
        merged: list[tuple[int, int]] = []
        for low, high in bounds:
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return merged

    def largest(self) -> int:
        """The largest number that is written in the set; 0 when there is only ``*``."""
        return max(max(pair) for pair in self._ranges)


def read_set(args: Arguments) -> NumberSet:
    """The sequence set that comes next in ``args``."""
    text = args.matched(_SET, "a sequence set").decode("ascii")
    ranges: list[tuple[int, int]] = []
    for item in text.split(","):
        low, _, high = item.partition(":")
        ranges.append((_number(low), _number(high or low)))
    return NumberSet(ranges)


def _number(text: str) -> int:
    if text == "*":
        return 0
    if len(text) > 10 or not 0 < int(text) <= _MAX_NUMBER:
        raise BadError("Invalid number in sequence set")
    return int(text)


def write_set(numbers: Iterable[int]) -> bytes:
    """``numbers`` as a set, in the order given; only runs that go up by one are shortened."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in ranges).encode("ascii")
