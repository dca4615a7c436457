"""How large messages are: mostly small, some bulky, and more every year."""

import random
from collections.abc import Sequence

from balt.demo.mails import LEAST_DOCUMENT

_MEDIAN = 180_000
_SPREAD = 1.0
_MOST_ORDINARY = 6_300_000
"""Ordinary files stay well below 5 Mo once decoded; only those drawn as large are above."""
_GROWTH = ((365, 0.27), (730, 0.21), (1095, 0.16), (100_000, 0.36))
"""Which part of the octets came in the last year, the year before, and so on."""


def draw_sizes(
    ages: Sequence[int],
    bulks: Sequence[float],
    octets: int,
    large: Sequence[int],
    growing: bool,
    chooser: random.Random,
) -> list[int]:
    """A size for each message that brings a file, 0 for the others; about ``octets`` in all.

    ``ages`` are in days; ``bulks`` says how large each file is beside others, 0 where there is none. Sizes in
    ``large`` go to as many messages, most of them old.
    """
    sizes = [int(chooser.lognormvariate(0, _SPREAD) * _MEDIAN * bulk) for bulk in bulks]
    limits = [
        (LEAST_DOCUMENT + chooser.randrange(9_000), chooser.randint(_MOST_ORDINARY // 2, _MOST_ORDINARY))
        for _ in ages
    ]
    chosen = _old_ones([i for i, bulk in enumerate(bulks) if bulk >= 1], ages, len(large), chooser)
    for i, size in zip(chosen, large, strict=True):
        sizes[i] = size
    parts = _GROWTH if growing else ((100_000, 1.0),)
    years = {
        part: [i for i, age in enumerate(ages) if bulks[i] and _part(age, parts) == part] for part in parts
    }
    filled = sum(share for (_, share), inside in years.items() if inside)
    for (_, share), inside in years.items():
        fixed = sum(sizes[i] for i in inside if i in chosen)
        wanted = int(octets * share / filled) - fixed if inside else 0
        _scale(sizes, [i for i in inside if i not in chosen], wanted, limits)
    return sizes


def _part(age: int, parts: tuple[tuple[int, float], ...]) -> tuple[int, float]:
    return next(part for part in parts if age < part[0])


def _old_ones(candidates: list[int], ages: Sequence[int], count: int, chooser: random.Random) -> list[int]:
    """``count`` different messages, older ones more often."""
    keys = {i: chooser.random() ** (1 / (1 + ages[i] / 400)) for i in candidates}
    return sorted(candidates, key=lambda i: keys[i], reverse=True)[:count]


def _scale(sizes: list[int], where: list[int], octets: int, limits: Sequence[tuple[int, int]]) -> None:
    """Makes the sizes at ``where`` add up to about ``octets``, each within its own limits."""
    free = where
    for _ in range(8):
        total = sum(sizes[i] for i in free)
        if not total:
            return
        factor = max(octets - sum(sizes[i] for i in where) + total, 0) / total
        for i in free:
            sizes[i] = min(max(int(sizes[i] * factor), limits[i][0]), limits[i][1])
        free = [i for i in free if limits[i][0] < sizes[i] < limits[i][1]]
