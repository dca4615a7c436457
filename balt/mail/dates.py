"""Reception dates, read from the raw INTERNALDATE (RFC 3501 section 2.3.3) by balt itself.

Other readers turn the year 0 into 2000: a message would look old, and be thrown away for it. A date outside
1990 to tomorrow is unknown, and unknown always means keep.
"""

import re
from datetime import UTC, date, datetime, timedelta

from balt.clock import Clock

UNKNOWN_DATE = -1
"""Where a date is unknown in a column of seconds."""

FORMAT = rb"[ 0-3]\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}"
_RAW = re.compile(FORMAT)
_MONTHS = {
    name: month
    for month, name in enumerate(
        (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), 1
    )
}
_EPOCH = date(1970, 1, 1).toordinal()
_EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())


class DateReader:
    """Reads many raw dates; remembers days and zones, which repeat."""

    def __init__(self, clock: Clock) -> None:
        self._latest = int((clock.now() + timedelta(days=1)).timestamp())
        self._days: dict[bytes, int | None] = {}
        self._zones: dict[bytes, int | None] = {}

    def seconds(self, raw: bytes) -> int:
        """Seconds since 1970 UTC, or ``UNKNOWN_DATE``."""
        if _RAW.fullmatch(raw) is None:
            return UNKNOWN_DATE
        return self.seconds_of_well_formed(raw)

    def seconds_of_well_formed(self, raw: bytes) -> int:
        """As ``seconds``, for octets that already match ``FORMAT``."""
        day_text, zone_text = raw[:11], raw[21:]
        if day_text not in self._days:
            self._days[day_text] = _day(day_text)
        if zone_text not in self._zones:
            self._zones[zone_text] = _zone(zone_text)
        day, zone = self._days[day_text], self._zones[zone_text]
        hour, minute, second = int(raw[12:14]), int(raw[15:17]), int(raw[18:20])
        if day is None or zone is None or hour > 23 or minute > 59 or second > 60:
            return UNKNOWN_DATE
        seconds = day + hour * 3600 + minute * 60 + second - zone
        return self.within_bounds(seconds)

    def day(self, raw: bytes) -> int | None:
        """Seconds from 1970 to the start of ``01-Jan-2024``; None when there is no such day."""
        return _day(raw)

    def west_of_utc(self, raw: bytes) -> int | None:
        """Seconds to add to a local time of the zone ``+0130`` for UTC; None where there is no such zone."""
        east = _zone(raw)
        return None if east is None else -east

    def within_bounds(self, seconds: int) -> int:
        """Seconds since 1970 as they are when they lie between 1990 and tomorrow, else ``UNKNOWN_DATE``."""
        return seconds if _EARLIEST <= seconds <= self._latest else UNKNOWN_DATE


def written_day(day: date) -> bytes:
    """A day as RFC 3501 writes it (``date-text``), in any locale."""
    name = next(name for name, month in _MONTHS.items() if month == day.month)
    return b"%d-%s-%04d" % (day.day, name.title(), day.year)


def moment(seconds: int) -> datetime | None:
    """Seconds of a date column as an aware moment in UTC; None where unknown."""
    return None if seconds == UNKNOWN_DATE else datetime.fromtimestamp(seconds, UTC)


def _day(text: bytes) -> int | None:
    """Seconds from 1970 to the start of ``01-Jan-2024``; None when there is no such day."""
    try:
        day = date(int(text[7:11]), _MONTHS[text[3:6].lower()], int(text[:2]))
    except (ValueError, KeyError):
        return None
    return (day.toordinal() - _EPOCH) * 86_400


def _zone(text: bytes) -> int | None:
    """Seconds east of UTC of ``+0130``; None beyond what exists (RFC 5322 allows any; none is above 14 h)."""
    hours, minutes = int(text[1:3]), int(text[3:5])
    if hours > 14 or minutes > 59:
        return None
    seconds = hours * 3600 + minutes * 60
    return -seconds if text[:1] == b"-" else seconds
