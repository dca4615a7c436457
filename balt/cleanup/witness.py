"""Whether the clock of the machine may be believed where time alone decides that something is removed.

A clock that leapt far ahead (an empty battery, a wrong time server) makes everything look old. What balt has
dated before is the witness: where nothing was written for more than ``LEAP``, what comes next may be a leap,
or an absence; it is believed once it has gone on for ``PROOF``. A clock that is behind removes nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from balt.cleanup.deeds import Entry, Phase

LEAP = timedelta(days=31)
"""The longest silence that calls for no proof; six months of traces then lose one month at the very most."""
PROOF = timedelta(days=7)
"""How long the time after a silence must have gone on: with a wrong date no server's certificate holds."""


def doubted_since(times: Iterable[datetime], now: datetime) -> tuple[datetime | None, datetime] | None:
    """The last moment before the silence, None for none, and the first after it; None where ``now`` may be
    believed. ``times`` are those that were dated before, in any order; one that is still to come is no
    witness: it was written by a clock that was wrong.
    """
    last: datetime | None = None
    before: datetime | None = None
    begun = now
    for moment in [*sorted(each for each in times if each <= now), now]:
        if before is None or moment - before > LEAP:
            last, begun = before, moment
        before = moment
    return (last, begun) if now - begun < PROOF else None


def times_of(entries: Iterable[Entry]) -> list[datetime]:
    """When the lines of a journal were written."""
    return [entry.time for entry in entries if entry.time and entry.deed.phase is not Phase.ANCHOR]
