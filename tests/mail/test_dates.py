"""Reception dates: read by balt itself, and unknown rather than wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.mail.dates import UNKNOWN_DATE, DateReader, moment

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
READER = DateReader(FixedClock(NOW))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"12-Mar-2024 10:00:00 +0100", datetime(2024, 3, 12, 9, tzinfo=UTC)),
        (b" 2-Mar-2024 10:00:00 +0000", datetime(2024, 3, 2, 10, tzinfo=UTC)),
        (b"02-mar-2024 10:00:00 -0330", datetime(2024, 3, 2, 13, 30, tzinfo=UTC)),
        (b"29-Feb-2024 23:59:60 +0000", datetime(2024, 3, 1, 0, 0, tzinfo=UTC)),
        (b"01-Jan-1990 00:00:00 +0000", datetime(1990, 1, 1, tzinfo=UTC)),
        (b"23-Nov-2026 12:00:00 +0000", NOW + timedelta(days=1)),
    ],
)
def test_a_true_date_is_read_with_its_zone(raw: bytes, expected: datetime) -> None:
    assert moment(READER.seconds(raw)) == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"NIL",
        b"01-Jan-0000 00:00:00 +0000",
        b"31-Dec-1989 23:59:59 +0000",
        b"23-Nov-2026 12:00:01 +0000",
        b"01-Jan-9999 00:00:00 +0000",
        b"99-Foo-2020 00:00:00 +0000",
        b"30-Feb-2024 00:00:00 +0000",
        b"00-Mar-2024 00:00:00 +0000",
        b"12-Mar-2024 24:00:00 +0000",
        b"12-Mar-2024 10:60:00 +0000",
        b"12-Mar-2024 10:00:61 +0000",
        b"12-Mar-2024 10:00:00 +9999",
        b"12-Mar-2024 10:00:00 +0160",
        b"12-Mar-24 10:00:00 +0000",
        b"12-Mar-2024 10:00:00",
        b"12-Mar-2024 10:00:00 +0100 (CET)",
        b"Tue, 12 Mar 2024 10:00:00 +0100",
        b"12-Mar-2024 10:00:00 +0100\n",
        "١٢-Mar-2024 10:00:00 +0100".encode(),
    ],
)
def test_a_doubtful_date_is_unknown(raw: bytes) -> None:
    assert READER.seconds(raw) == UNKNOWN_DATE


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 21)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_every_date_that_a_server_can_write_is_read_back(naive: datetime, minutes: int) -> None:
    local = naive.replace(microsecond=0)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    raw = f"{local:%d-%b-%Y %H:%M:%S} {sign}{hours:02d}{rest:02d}".encode()
    assert moment(READER.seconds(raw)) == local.replace(tzinfo=UTC) - timedelta(minutes=minutes)


@given(st.binary(max_size=40))
def test_no_octets_upset_the_reader(raw: bytes) -> None:
    assert isinstance(READER.seconds(raw), int)
