"""The time, as an argument: nothing in balt reads the clock of the machine by itself."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """Now, aware, in the local zone."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now().astimezone()


class ShiftedClock:
    """Runs as the machine's clock does, from another moment: what ``balt demo --today`` shows."""

    def __init__(self, start: datetime) -> None:
        self._shift: timedelta = start - SystemClock().now()
        self._zone = start.tzinfo or UTC

    def now(self) -> datetime:
        return (SystemClock().now() + self._shift).astimezone(self._zone)


class FixedClock:
    """Always the same moment: for tests and screenshots."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment
