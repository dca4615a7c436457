"""How long a filter takes over a list: ``python -m tests.bench.filters [--count 100000] [--runs 5]``.

One look of each kind of filter over a listing of which all was read once, against a bare loop over as many
numbers. Held to: 0.3 seconds for 100,000 messages; how long another thread waits is told beside it.
"""

import argparse
import random
import sys
import time
from functools import partial

from balt.mail.filters import parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Content, Flag, Kind, MessageDetail
from balt.tui.views.matching import Matches
from tests.bench.groups import CLOCK, Watch
from tests.bench.report import Row, report, take_turns

BARE = "a bare loop"
HELD_TO = 0.3
FILTERS = {
    "a column": "larger:100k",
    "two columns": "older:2y -is:unread",
    "facts": "has:pdf",
    "a text that few have": "subject:patient-77",
    "a text that nobody has": "zzz",
    "a letter that all have": "e",
    "all kinds together": "older:1y larger:10k kind:document from:poste -subject:bilan e",
}
WORDS = (
    "Compte",
    "rendu",
    "de",
    "consultation",
    "bilan",
    "biologique",
    "imagerie",
    "courrier",
    "résultat",
    "été",
)


def made_listing(count: int) -> Listing:
    """So many messages, from 2012 on, of which all was read once and most was let go of."""
    rng = random.Random(11)
    made = Listing("INBOX", 1, count + 1)
    kinds, contents = list(Kind), list(Content)
    for uid in range(1, count + 1):
        made.uids.append(uid)
        made.sizes.append(int(rng.lognormvariate(11, 2)))
        made.dates.append(rng.randrange(1_330_000_000, 1_790_000_000))
        made.flags.append(int(Flag.SEEN if rng.random() < 0.9 else Flag(0)))
    made.expected = count
    for uid in made.uids:
        sender = int(rng.paretovariate(0.6)) % 3000
        made.learn(
            {
                uid: MessageDetail(
                    sender=f"poste-{sender}@ch-fictif.mssante.fr",
                    sender_name=f"Dr EXEMPLE {sender}",
                    recipients=("camille.exemple@medecin.mssante.fr",),
                    subject=f"{' '.join(rng.choices(WORDS, k=4))} PATIENT-{uid}",
                    kind=rng.choice(kinds),
                    content=rng.choice(contents),
                )
            }
        )
    return made


def bare_loop(listing: Listing) -> float:
    """Seconds that a comparison of each number of a column takes."""
    begun = time.perf_counter()
    [row for row, size in enumerate(listing.sizes) if size > 100_000]
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
    waits: dict[str, float] = dict.fromkeys(FILTERS, 0.0)

    def sift(name: str) -> float:
        matches = Matches(parse_filter(FILTERS[name], CLOCK), str)  # as after each key
        with Watch() as watch:
            begun = time.perf_counter()
            matches.sift(listing, ordered)
            seconds = time.perf_counter() - begun
        waits[name] = max(waits[name], watch.longest)
        return seconds

    measures = {BARE: partial(bare_loop, listing)} | {name: partial(sift, name) for name in FILTERS}
    taken = take_turns(measures, options.runs)
    slowest = max(max(taken[name]) for name in FILTERS)
    octets = listing.texts.texts.octets
    print(
        f"{len(listing)} messages: the slowest {slowest:.3f} s (≤ {HELD_TO} s); another thread waited at "
        f"most {max(waits.values()) * 1e3:.0f} ms; {octets / 2**20:.1f} MiB of texts",
        file=sys.stderr,
    )
    report(
        [Row(BARE, taken[BARE]), *(Row(name, taken[name], BARE) for name in FILTERS)],
        {
            "messages": len(listing),
            "slowest": round(slowest, 4),
            "held_to": HELD_TO,
            "octets_of_texts": octets,
            "longest_wait": {name: round(wait, 4) for name, wait in waits.items()},
        },
    )


if __name__ == "__main__":
    main()
