"""How long messages take to be put into groups: ``python -m tests.bench.groups [--count 100000] [--runs 5]``.

Each way, over a listing whose facts and senders are known, against a bare loop over as many numbers that
counts and adds up. Held to: 2 seconds for 100,000 messages; how long another thread waits is told beside it.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial

from balt.clock import FixedClock
from balt.mail.facts import facts_of
from balt.mail.listing import Listing
from balt.mail.model import Content, Kind, MessageDetail
from balt.mail.whole import WholeListing, whole
from balt.mailboxes.grouping import Way, group_rows
from tests.bench.report import Row, report, take_turns

BARE = "a bare loop"
CLOCK = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
SENDERS = 3000
HELD_TO = 2.0


def made_listing(count: int) -> WholeListing:
    """So many messages in four folders, from 2012 on, of many senders and kinds."""
    rng = random.Random(11)
    kinds = [
        facts_of(MessageDetail(kind=kind, content=content, holds_document=kind is Kind.DOCUMENT))
        for kind in Kind
        for content in Content
    ]
    parts = []
    for number in range(4):
        part = Listing(f"Dossier {number}", 1, count)
        for uid in range(1, count // 4 + 1):
            part.uids.append(uid)
            part.sizes.append(int(rng.lognormvariate(11, 2)))
            part.dates.append(rng.randrange(1_330_000_000, 1_790_000_000))
            part.flags.append(0)
            part.facts.append(rng.choice(kinds))
            part.senders.learn(uid - 1, f"poste-{int(rng.paretovariate(0.6)) % SENDERS}@ch-fictif.mssante.fr")
        part.expected = len(part)
        parts.append(part)
    return whole(parts, {})


class Watch:
    """Another thread, as the screen is one: the longest that it had to wait for its turn."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            before = time.perf_counter()
            time.sleep(0.002)
            self.longest = max(self.longest, time.perf_counter() - before - 0.002)


def bare_loop(listing: Listing) -> float:
    """Seconds that counting and adding up take when the key is at hand."""
    begun = time.perf_counter()
    messages: Counter[int] = Counter()
    sizes: Counter[int] = Counter()
    for key, size in zip(listing.facts, listing.sizes, strict=True):
        messages[key] += 1
        sizes[key] += size
    return time.perf_counter() - begun


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    sys.setswitchinterval(0.001)  # as in the app
    listing = made_listing(options.count)
    ordered = listing.order("size")
    waits: dict[Way, float] = dict.fromkeys(Way, 0.0)

    def grouping(way: Way) -> float:
        with Watch() as watch:
            begun = time.perf_counter()
            group_rows(listing, ordered, way, CLOCK, fine=True)
            seconds = time.perf_counter() - begun
        waits[way] = max(waits[way], watch.longest)
        return seconds

    measures = {BARE: partial(bare_loop, listing)} | {f"by {way}": partial(grouping, way) for way in Way}
    taken = take_turns(measures, options.runs)
    slowest = max(max(taken[f"by {way}"]) for way in Way)
    print(
        f"{len(listing)} messages: the slowest {slowest:.3f} s (≤ {HELD_TO} s); "
        f"another thread waited at most {max(waits.values()) * 1e3:.0f} ms",
        file=sys.stderr,
    )
    report(
        [Row(BARE, taken[BARE]), *(Row(f"by {way}", taken[f"by {way}"], BARE) for way in Way)],
        {
            "messages": len(listing),
            "slowest": round(slowest, 4),
            "held_to": HELD_TO,
            "longest_wait": {way.value: round(wait, 4) for way, wait in waits.items()},
        },
    )


if __name__ == "__main__":
    main()
