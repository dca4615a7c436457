"""How long one question may last, how much it may bring, and whether the user still wants it."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from balt.directory import failures
from balt.directory.limits import Limits
from balt.errors import CancelledError
from balt.i18n import _

T = TypeVar("T")
Cancelled = Callable[[], bool]
SLICE = 0.25
"""Seconds between two looks at the user's wish while waiting."""

_AT_ONCE = 500


class Patience:
    """What is left of one question. ``ticks`` are seconds that only grow; ``pause`` waits some."""

    def __init__(
        self,
        limits: Limits,
        cancelled: Cancelled | None,
        ticks: Callable[[], float],
        pause: Callable[[float], None],
    ) -> None:
        self._limits = limits
        self._cancelled = cancelled
        self._ticks = ticks
        self._pause = pause
        self._end = ticks() + limits.deadline_seconds
        self._octets = 0
        self._values = 0
        self._kept = 0

    def check(self) -> None:
        """Raises CancelledError when the user gave up, DirectoryError when the time is over."""
        if self._cancelled is not None and self._cancelled():
            raise CancelledError(_("la recherche dans l'annuaire a été annulée."))
        if self.left <= 0:
            raise failures.too_slow()

    @property
    def left(self) -> float:
        """Seconds until the time is over."""
        return self._end - self._ticks()

    def at_most(self, seconds: float | None) -> float:
        """So many seconds, or what is left where that is less; never none."""
        return max(self.left if seconds is None else min(seconds, self.left), 0.001)

    def spend(self, octets: int) -> None:
        """Count octets of answers. Raises DirectoryError above the total."""
        self._octets += octets
        if self._octets > self._limits.total_octets:
            raise failures.too_large()

    def spend_values(self, values: int) -> None:
        """Count the values of one answer. Raises DirectoryError above its own bound, or the total."""
        self._values += values
        if values > self._limits.values or self._values > self._limits.total_values:
            raise failures.too_large()

    def keep(self, octets: int) -> None:
        """Count octets of memory that stay until the end. Raises DirectoryError above the total."""
        self._kept += octets
        if self._kept > self._limits.kept_octets:
            raise failures.too_large()

    def each(self, items: Iterable[T]) -> Iterator[T]:
        """The items, looking at the time and at the user's wish now and then; raises as ``check`` does."""
        for number, item in enumerate(items):
            if number % _AT_ONCE == 0:
                self.check()
            yield item

    def wait(self, seconds: float) -> None:
        """Wait, looking at the user's wish in between. Raises as ``check`` does."""
        while seconds > 0:
            self.check()
            part = min(seconds, SLICE)
            self._pause(part)
            seconds -= part
        self.check()


class Pace:
    """Spaces the calls of one client so that no second holds more than the API allows."""

    def __init__(self, calls_per_second: int, ticks: Callable[[], float]) -> None:
        self._gap = 1.02 / calls_per_second  # a little more, for the server counts when calls arrive
        self._ticks = ticks
        self._next = 0.0

    def next_call(self, patience: Patience) -> None:
        """Wait until the next call may leave."""
        patience.wait(self._next - self._ticks())
        self._next = self._ticks() + self._gap
