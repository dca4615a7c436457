"""The practice of the demo, as tests start it: always the same, on the same day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from balt.clock import ShiftedClock
from balt.demo import DemoServer
from balt.demo.practice import make_practice
from tests.support.dovecot import PASSWORD

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))


def practice_server(**options: object) -> DemoServer:
    """The practice of seed 1 behind the demo's server; ``options`` are those of ``DemoServer``."""
    given = {"password": PASSWORD, "clock": ShiftedClock(NOW)} | options
    return DemoServer(make_practice(1, TODAY), **given)  # type: ignore[arg-type]
