"""Sizes, ages and dates: read as people type them, written as each language writes them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.units import (
    before,
    format_age,
    format_count,
    format_date,
    format_percent,
    format_since,
    format_size,
    parse_size,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("2048", 2048),
        ("5M", 5 * 1024**2),
        ("5 Mo", 5 * 1024**2),
        ("1,5 Go", 1536 * 1024**2),
        ("1.5g", 1536 * 1024**2),
        ("100k", 100 * 1024),
        ("2GiB", 2 * 1024**3),
        (" 3 T ", 3 * 1024**4),
    ],
)
def test_a_size_is_read_as_people_type_it(text: str, octets: int) -> None:
    assert parse_size(text) == octets


@pytest.mark.parametrize("text", ["", "gros", "-5M", "5X", "5 M 3", "1,2,3"])
def test_what_is_not_a_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_size(text)


@pytest.mark.parametrize(
    ("octets", "french"),
    [
        (0, "0 o"),
        (999, "999 o"),
        (1000, "1 Ko"),
        (19_293_798, "18,4 Mo"),
        (380 * 1024**2, "380 Mo"),
        (1_299_227_607, "1,21 Go"),
        (2 * 1024**3, "2 Go"),
        (18 * 1024**3, "18 Go"),
    ],
)
def test_a_size_is_written_with_three_figures(octets: int, french: str) -> None:
    assert format_size(octets) == french


@pytest.mark.usefixtures("in_english")
def test_english_has_its_own_units_and_its_point() -> None:
    assert format_size(19_293_798) == "18.4 MB"
    assert format_count(2301) == "2,301"
    assert format_percent(91, 100) == "91%"
    assert format_date(date(2026, 11, 1)) == "1 Nov 2026"


@given(st.integers(0, 10**15))
def test_a_written_size_says_about_what_it_measures(octets: int) -> None:
    written = parse_size(format_size(octets))
    assert abs(written - octets) <= max(1, octets * 0.1)


def test_thousands_stand_apart() -> None:
    assert format_count(2301) == "2 301"
    assert format_count(12) == "12"


def test_only_a_full_mailbox_is_at_100_percent() -> None:
    assert format_percent(1999, 2000) == "99 %"
    assert format_percent(2000, 2000) == "100 %"
    assert format_percent(5, 0) == "0 %"


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        ("90d", datetime(2026, 8, 24, 12, tzinfo=UTC)),
        ("90j", datetime(2026, 8, 24, 12, tzinfo=UTC)),
        ("2w", datetime(2026, 11, 8, 12, tzinfo=UTC)),
        ("11m", datetime(2025, 12, 22, 12, tzinfo=UTC)),
        ("12m", datetime(2025, 11, 22, 12, tzinfo=UTC)),
        ("2y", datetime(2024, 11, 22, 12, tzinfo=UTC)),
        ("2a", datetime(2024, 11, 22, 12, tzinfo=UTC)),
    ],
)
def test_an_age_counts_back_on_the_calendar(age: str, expected: datetime) -> None:
    assert before(NOON, age) == expected


def test_a_month_back_from_its_last_day_is_the_last_day() -> None:
    assert before(datetime(2026, 3, 31, tzinfo=UTC), "1m") == datetime(2026, 2, 28, tzinfo=UTC)
    assert before(datetime(2024, 2, 29, tzinfo=UTC), "1y") == datetime(2023, 2, 28, tzinfo=UTC)
    assert before(datetime(2026, 12, 31, tzinfo=UTC), "12m") == datetime(2025, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize("age", ["", "2", "y", "2 ans", "-2y", "2.5y", "9999y", "12345d"])
def test_what_is_not_an_age_is_refused(age: str) -> None:
    with pytest.raises(ValueError):
        before(NOON, age)


@pytest.mark.parametrize(
    ("days", "french"),
    [(1, "1 jour"), (3, "3 jours"), (59, "59 jours"), (61, "2 mois"), (427, "14 mois"), (731, "2 ans")],
)
def test_a_length_of_time_is_told_in_words(days: int, french: str) -> None:
    assert format_age(days) == french


def test_a_day_is_written_as_in_french() -> None:
    assert format_date(date(2026, 11, 1)) == "1er nov. 2026"
    assert format_date(date(2026, 11, 22)) == "22 nov. 2026"


def test_a_past_moment_is_told_from_now_in_the_zone_of_now() -> None:
    paris = timezone(timedelta(hours=1))
    morning = datetime(2026, 11, 22, 0, 30, tzinfo=paris)
    assert format_since(morning, morning) == "aujourd'hui"
    assert format_since(datetime(2026, 11, 21, 22, 0, tzinfo=UTC), morning) == "hier"
    assert format_since(datetime(2026, 11, 21, 23, 15, tzinfo=UTC), morning) == "aujourd'hui"
    assert format_since(morning - timedelta(days=427), morning) == "il y a 14 mois"
