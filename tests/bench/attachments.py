"""How few structures the largest attachments take: ``python -m tests.bench.attachments``.

    python -m tests.bench.attachments [--count 100000 | --maildir FOLDER] [--limit 50] [--runs 3]

Compared, in the same run, with reading every structure; both list sizes and dates first, and must find the
same. Held to: the same attachments, and structures read for 3 % of the messages at most.
"""

import argparse
import sys

from balt.mail.session import ImapSession
from balt.mailboxes.largest import FoundAttachment, Largest, largest_attachments
from tests.bench.listing import with_balt
from tests.bench.mailboxes import add_options, maildir, served
from tests.bench.report import Row, report, take_turns

HELD_TO = 0.03
FULL, FEW = "every structure", "from the largest messages down"
Ranked = tuple[int, int, str]  # encoded size, minus the UID, part


class Attachments:
    """Both ways, each on a session of its own; ``every`` and ``few`` are what their last runs gave."""

    def __init__(self, port: int, limit: int) -> None:
        self._port = port
        self._limit = limit
        self.every: list[Ranked] = []
        self.few = Largest((), 0, 0, 0)

    def read_every(self) -> float:
        """Seconds that reading all structures takes."""
        return with_balt(self._port, self._every)

    def read_few(self) -> float:
        """Seconds that the search takes."""
        return with_balt(self._port, self._few)

    def _every(self, session: ImapSession) -> None:
        listing = session.scan("INBOX")
        carried = (
            (each.encoded_size, -uid, each.part)
            for uid, detail in session.details("INBOX", listing.uids)
            for each in detail.attachments
        )
        self.every = sorted(carried, key=lambda one: (-one[0], -one[1], int(one[2])))[: self._limit]

    def _few(self, session: ImapSession) -> None:
        search = largest_attachments(session, [session.scan("INBOX")], self._limit)
        while True:
            try:
                next(search)
            except StopIteration as end:
                self.few = end.value
                return

    @property
    def exact(self) -> bool:
        """Whether both ways found the same, in the same order."""
        return self.every == [_ranked(one) for one in self.few.attachments]


def _ranked(found: FoundAttachment) -> Ranked:
    return found.attachment.encoded_size, -found.uid, found.attachment.part


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser, 100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=int, default=50)
    options = parser.parse_args()
    with served(maildir(options)) as server:
        both = Attachments(server.dovecot.port, options.limit)
        taken = take_turns({FULL: both.read_every, FEW: both.read_few}, options.runs)
    share = both.few.structures_read / server.messages
    print(
        f"top {options.limit} of {server.messages} messages: {'the same' if both.exact else 'NOT the same'}, "
        f"{both.few.structures_read} structures read, {share:.2%} (≤ {HELD_TO:.0%})",
        file=sys.stderr,
    )
    report(
        [Row(FULL, taken[FULL]), Row(FEW, taken[FEW], FULL)],
        {
            "messages": server.messages,
            "limit": options.limit,
            "exact": both.exact,
            "structures_read": both.few.structures_read,
            "share": round(share, 5),
            "held_to": HELD_TO,
        },
    )


if __name__ == "__main__":
    main()
