"""What decides whether octets are those that came."""

import random

import pytest

from balt.cleanup.archive.part import alike

WHOLE = random.Random(5).randbytes(10_000)


def cut(octets: bytes, size: int) -> list[bytes]:
    return [octets[start : start + size] for start in range(0, len(octets), size)]


@pytest.mark.parametrize("first", [1, 7, 1000, 9_999, 20_000])
@pytest.mark.parametrize("second", [3, 64, 1000, 10_000])
def test_the_same_octets_are_alike_however_they_are_cut(first: int, second: int) -> None:
    assert alike(cut(WHOLE, first), iter(cut(WHOLE, second)))


@pytest.mark.parametrize("place", [0, 999, 1000, 5_000, 9_999])
@pytest.mark.parametrize("size", [7, 1000, 20_000])
def test_one_other_octet_is_enough(place: int, size: int) -> None:
    other = WHOLE[:place] + bytes([WHOLE[place] ^ 1]) + WHOLE[place + 1 :]
    assert not alike(cut(WHOLE, size), cut(other, 1000))
    assert not alike(cut(other, 1000), cut(WHOLE, size))


@pytest.mark.parametrize("missing", [1, 1000, 10_000])
def test_an_end_that_is_missing_is_missed(missing: int) -> None:
    short = WHOLE[: len(WHOLE) - missing]
    assert not alike(cut(WHOLE, 1000), cut(short, 1000))
    assert not alike(cut(short, 1000), cut(WHOLE, 1000))
    assert not alike([WHOLE], [short])
    assert not alike([short], [WHOLE])


def test_nothing_is_alike_to_nothing() -> None:
    assert alike([], [])
    assert alike([b""], [])
