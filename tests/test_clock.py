"""The clock of the machine counts days as the machine does, in summer and in winter."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt import clock
from balt.clock import SystemClock
from balt.mail.filters import parse_filter
from balt.mail.model import Flag, Message
from balt.mailboxes.grouping import year_bounds

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="TZ is of POSIX")
PARIS = ZoneInfo("Europe/Paris")
WINTER, SUMMER = datetime(2026, 11, 22, 9, 0, tzinfo=UTC), datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
MOMENTS = st.integers(0, 8 * 366 * 24 * 4).map(
    lambda quarters: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarters)
)


@pytest.fixture(autouse=True)
def _in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


@contextmanager
def at(moment: datetime) -> Iterator[SystemClock]:
    """The machine's clock, at another moment."""

    class Moment(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return moment if tz is UTC else moment.astimezone().replace(tzinfo=None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", Moment)
        yield SystemClock()


@given(MOMENTS, st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.sampled_from([WINTER, SUMMER]))
def test_a_day_of_a_filter_is_the_day_that_is_shown_whatever_the_season(
    received: datetime, day: date, today: datetime
) -> None:
    message = Message(1, 1, received, Flag(0))
    with at(today) as system:
        shown = received.astimezone(PARIS).date()
        assert parse_filter(f"after:{day}", system).matches(message, "INBOX") is (shown >= day)
        assert parse_filter(f"before:{day}", system).matches(message, "INBOX") is (shown < day)


@pytest.mark.parametrize("today", [WINTER, SUMMER])
def test_a_year_begins_by_winter_time(today: datetime) -> None:
    with at(today) as system:
        assert year_bounds(system.now())[56] == datetime(2026, 1, 1, tzinfo=PARIS).timestamp()


@given(MOMENTS)
def test_every_moment_is_told_as_the_zone_has_it(moment: datetime) -> None:
    with at(moment) as system:
        now = system.now()
    assert now.astimezone(UTC) == moment
    assert now.isoformat() == moment.astimezone(PARIS).isoformat()


def test_an_hour_passes_in_an_hour_when_the_clocks_change() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with at(before) as system:
        first = system.now()
    with at(before + timedelta(hours=1)) as system:
        second = system.now()
    assert second - first == timedelta(hours=1)
    assert (first.hour, second.hour) == (2, 2)


@pytest.mark.parametrize(
    "told",
    [
        lambda: parse_filter("before:0001-01-01", SystemClock()),
        lambda: parse_filter("after:9999-12-31", SystemClock()),
    ],
)
def test_days_that_no_machine_can_tell_are_read_all_the_same(told: Callable[[], object]) -> None:
    assert told()
