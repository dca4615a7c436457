"""How well balt tells what messages are: ``python -m tests.bench.kinds [--count 10000] [--seed 1]``.

Made-up messages of known kind (``tests.support.kind_mails``) are read from their octets, as files and from a
Dovecot (``--no-dovecot`` leaves it out). Printed: precision and recall of each kind, and every document that
was called something else, of which there may be none.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from balt.clock import SystemClock
from balt.mail.files.octets import Extent
from balt.mail.files.reading import read_detail
from balt.mail.model import Kind, MessageDetail
from balt.mail.session import ImapSession
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.kind_mails import Made, make_mails


@dataclass(frozen=True)
class Judged:
    """A message and what balt made of it."""

    made: Made
    detail: MessageDetail

    @property
    def loses_a_document(self) -> bool:
        """Whether somebody might throw a document away for it."""
        return self.made.truth == "document" and self.detail.readable and not self.detail.holds_document


def in_files(mails: Sequence[Made]) -> Iterator[Judged]:
    """Each message read as balt reads a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.eml"
        for made in mails:
            path.write_bytes(made.raw)
            with path.open("rb", buffering=0) as file:
                yield Judged(made, read_detail(Extent(file, 0, len(made.raw))))


def on_dovecot(mails: Sequence[Made]) -> Iterator[Judged]:
    """Each message as Dovecot tells its structure."""
    with Dovecot() as server:
        user = server.new_user()
        folder = server.maildir(user)
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for number, made in enumerate(mails):
            (folder / "cur" / f"{1_700_000_000 + number}.M{number}P1.bench:2,").write_bytes(made.raw)
        server.own(folder.parent)
        session = ImapSession(server.account(user), lambda: PASSWORD, SystemClock())
        session.open()
        listing = session.scan("INBOX")
        order = {uid: mails[row] for row, uid in enumerate(listing.uids)}
        for uid, detail in session.details("INBOX", list(listing.uids)):
            yield Judged(order[uid], detail)
        session.close()


def table(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Messages, precision and recall of each kind."""
    found = Counter(each.detail.kind.value for each in judged)
    true = Counter(each.made.truth for each in judged)
    both = Counter(each.made.truth for each in judged if each.made.truth == each.detail.kind.value)
    return {
        kind.value: {
            "messages": true[kind.value],
            "precision": both[kind.value] / max(found[kind.value], 1),
            "recall": both[kind.value] / max(true[kind.value], 1),
        }
        for kind in Kind
    }


def _print(name: str, judged: Sequence[Judged]) -> dict[str, object]:
    rows = table(judged)
    lost = Counter(each.made.writer for each in judged if each.loses_a_document)
    missed = Counter(
        f"{each.made.writer} -> {each.detail.kind.value}"
        for each in judged
        if each.made.truth != each.detail.kind.value
    )
    print(f"\n{name}: {len(judged)} messages, {sum(lost.values())} documents lost", file=sys.stderr)
    for kind, row in rows.items():
        figures = f"{row['messages']:6.0f}  {row['precision']:8.2%}  {row['recall']:8.2%}"
        print(f"  {kind:14} {figures}", file=sys.stderr)
    for told, count in missed.most_common():
        print(f"  {count:5} {told}", file=sys.stderr)
    return {"kinds": rows, "documents_lost": dict(lost), "missed": dict(missed)}


def main() -> None:
    """Judge, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-dovecot", action="store_true")
    options = parser.parse_args()
    mails = list(make_mails(options.count, options.seed))
    told = {"files": _print("files", list(in_files(mails)))}
    if not options.no_dovecot:
        told["dovecot"] = _print("dovecot", list(on_dovecot(mails)))
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
