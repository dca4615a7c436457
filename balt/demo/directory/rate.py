"""The gateway's limit of calls per second (domain 2.1)."""

import threading
from collections.abc import Callable


class Rate:
    """Counts calls in windows of one second; ``ticks`` are seconds that only grow. ``calls`` 0: no limit."""

    def __init__(self, calls: int, ticks: Callable[[], float]) -> None:
        self.calls = calls
        self._ticks = ticks
        self._lock = threading.Lock()
        self._start = float("-inf")
        self._count = 0

    def count(self) -> tuple[bool, int, float]:
        """Count one call: whether it may pass, how many more may, and in how many seconds it begins anew."""
        with self._lock:
            now = self._ticks()
            if now - self._start >= 1:
                self._start, self._count = now, 0
            self._count += 1
            left = self._start + 1 - now
            return not self.calls or self._count <= self.calls, max(self.calls - self._count, 0), left
