"""How long the index of mail takes for a large folder: ``python -m tests.bench.index [--count 1000000]``.

Compared, in the same run, with writing and reading the same columns as plain files.
"""

import argparse
import random
import tempfile
import time
from array import array
from pathlib import Path

from balt.clock import SystemClock
from balt.config import Keep
from balt.mail.index import MailIndex
from balt.mail.listing import Listing
from tests.bench.report import Row, report, take_turns

HOUR = 3600


def made_up(count: int) -> Listing:
    """A listing of ``count`` messages, always the same."""
    chance = random.Random(count)
    listing = Listing("INBOX", 1, count + 1)
    listing.uids.extend(range(1, count + 1))
    listing.sizes.extend(chance.randrange(1_000, 20_000_000) for _ in range(count))
    listing.dates.extend(range(1_000_000_000, 1_000_000_000 + count * HOUR, HOUR))
    listing.flags.extend(chance.randrange(64) for _ in range(count))
    listing.facts.extend(chance.randrange(1, 65_536) for _ in range(count))
    listing.expected = count
    return listing


def write_plain(listing: Listing, file: Path) -> float:
    """Seconds to write the columns one after the other."""
    started = time.perf_counter()
    with file.open("wb") as stream:
        for column in listing.columns():
            column.tofile(stream)
    return time.perf_counter() - started


def read_plain(listing: Listing, file: Path) -> float:
    """Seconds to read them again."""
    started = time.perf_counter()
    with file.open("rb") as stream:
        for column in listing.columns():
            array(column.typecode).fromfile(stream, len(column))
    return time.perf_counter() - started


def save(listing: Listing, path: Path, *, first: bool) -> float:
    """Seconds to save: the first time, or when one message was read since."""
    if first:
        path.unlink(missing_ok=True)
    listing.flags[len(listing) // 2] ^= 1
    index = MailIndex(path, SystemClock(), Keep.FIGURES)
    started = time.perf_counter()
    index.save(listing)
    index.close()
    return time.perf_counter() - started


def load(listing: Listing, path: Path) -> float:
    """Seconds to open the index and load the folder."""
    index = MailIndex(path, SystemClock(), Keep.FIGURES)
    started = time.perf_counter()
    stored = index.load("INBOX")
    taken = time.perf_counter() - started
    assert stored is not None
    assert stored.listing.columns() == listing.columns()
    index.close()
    return taken


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    listing = made_up(options.count)
    with tempfile.TemporaryDirectory() as folder:
        plain, path = Path(folder) / "plain", Path(folder) / "index" / "x.sqlite"
        taken = take_turns(
            {
                "plain: write": lambda: write_plain(listing, plain),
                "balt: first save": lambda: save(listing, path, first=True),
                "balt: save, one flag changed": lambda: save(listing, path, first=False),
                "plain: read": lambda: read_plain(listing, plain),
                "balt: load": lambda: load(listing, path),
            },
            options.runs,
        )
        octets = path.stat().st_size
    references = {
        "balt: first save": "plain: write",
        "balt: save, one flag changed": "plain: write",
        "balt: load": "plain: read",
    }
    report(
        [Row(name, seconds, references.get(name, "")) for name, seconds in taken.items()],
        {"messages": options.count, "octets": octets},
    )


if __name__ == "__main__":
    main()
