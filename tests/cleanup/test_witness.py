"""Whether the clock may be believed: silence calls for proof, and a week of use is one."""

from datetime import UTC, datetime, timedelta

import pytest

from balt.cleanup.witness import LEAP, PROOF, doubted_since

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)


def ago(**spans: float) -> datetime:
    return NOW - timedelta(**spans)


@pytest.mark.parametrize(
    "times",
    [
        [ago(days=8)],
        [ago(days=400), ago(days=8)],
        [ago(days=31), ago(days=3)],
        [NOW - PROOF],
        [ago(days=10), ago(days=-2000), ago(days=1)],
    ],
)
def test_use_for_a_week_without_a_silence_of_a_month_is_believed(times: list[datetime]) -> None:
    assert doubted_since(times, NOW) is None


def test_a_silence_is_told_with_its_ends() -> None:
    assert doubted_since([ago(days=400), ago(days=90)], NOW) == (ago(days=90), NOW)
    assert doubted_since([ago(days=2), ago(days=90)], NOW) == (ago(days=90), ago(days=2))
    assert doubted_since([NOW - LEAP - timedelta(seconds=1)], NOW) is not None


def test_without_a_witness_nothing_is_believed() -> None:
    assert doubted_since([], NOW) == (None, NOW)
    assert doubted_since([ago(days=-400)], NOW) == (None, NOW)
    assert doubted_since([ago(days=1)], NOW) == (None, ago(days=1))
