"""How fast an act goes, and how long it will still take."""

from collections import deque

from balt.cleanup.ports import Advance
from balt.i18n import _, ngettext
from balt.units import format_count, format_size

_WINDOW = 20.0
"""Seconds looked back: what came before says little of a line that has changed."""
_LEAST = 1.0


class Pace:
    """Fed with each advance and the seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def at(self, seconds: float, advance: Advance) -> None:
        """So far it is now."""
        self._points.append((seconds, advance.octets))
        while len(self._points) > 2 and seconds - self._points[1][0] > _WINDOW:
            self._points.popleft()

    @property
    def octets_per_second(self) -> float | None:
        """None while too little has been seen."""
        if len(self._points) < 2:
            return None
        (first, before), (last, now) = self._points[0], self._points[-1]
        return (now - before) / (last - first) if last - first >= _LEAST and now > before else None

    def words(self, advance: Advance) -> str:
        """``3,2 Mo/s, encore 2 minutes``; "" while too little has been seen."""
        rate = self.octets_per_second
        if rate is None:
            return ""
        left = max(advance.of_octets - advance.octets, 0) / rate
        told = {"rate": format_size(int(rate)), "left": _duration(left)}
        return _("%(rate)s/s, encore %(left)s") % told


def _duration(seconds: float) -> str:
    if seconds < 60:
        n = max(round(seconds), 1)
        return ngettext("%s seconde", "%s secondes", n) % format_count(n)
    if seconds < 5_400:
        n = round(seconds / 60)
        return ngettext("%s minute", "%s minutes", n) % format_count(n)
    n = round(seconds / 3600)
    return ngettext("%s heure", "%s heures", n) % format_count(n)
