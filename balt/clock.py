"""The time, as an argument: nothing in balt reads the clock of the machine by itself."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """Now, aware, in the local zone."""
        ...


class MachineZone(tzinfo):
    """The zone of the machine by its rules: a day in July begins by summer time, whatever the season is now.

    What ``astimezone()`` gives has the offset of one moment only. Each moment of ``SystemClock`` has an
    object of its own, so that two of them differ by what passed, not by what the hands of a clock show.
    """

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return _by_the_machine(dt).utcoffset() if dt is not None else None

    def dst(self, _dt: datetime | None) -> timedelta | None:
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        return _by_the_machine(dt).tzname() if dt is not None else None

    def fromutc(self, dt: datetime) -> datetime:
        told = dt.replace(tzinfo=UTC).astimezone()
        local = told.replace(tzinfo=self)
        return local if local.utcoffset() == told.utcoffset() else local.replace(fold=1)


def _by_the_machine(moment: datetime) -> datetime:
    """What the clocks here show, with the offset of that moment; of now, where the machine cannot tell it."""
    try:
        return moment.replace(tzinfo=None).astimezone()
    except (OSError, OverflowError, ValueError):
        return datetime.now().astimezone()


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone(MachineZone())


class ShiftedClock:
    """Runs as the machine's clock does, from another moment: what ``balt demo --today`` shows."""

    def __init__(self, start: datetime) -> None:
        self._shift: timedelta = start - SystemClock().now()
        self._zone = start.tzinfo or UTC

    def now(self) -> datetime:
        # In UTC: what passes is added, not what the hands of a clock show across a change of season.
        return (SystemClock().now().astimezone(UTC) + self._shift).astimezone(self._zone)


class FixedClock:
    """Always the same moment: for tests and screenshots."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment
