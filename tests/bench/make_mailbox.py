"""A big mailbox, always the same for the same seed: Maildir files as a Dovecot reads them.

``python -m tests.bench.make_mailbox FOLDER COUNT [--seed 1] [--years 8] [--large 0.003]`` fills ``FOLDER``
(a Maildir). Bodies are short and repeat, so that 100,000 messages fit on a small disk: what a listing reads
(sizes, dates, envelopes, structures) is as varied as in a real mailbox. ``--large`` gives it the tail of a
real one too: the text or each attachment of that share of the messages, chosen at random, has 1 to 8 MB.
"""

import argparse
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path

NEWEST = datetime(2026, 11, 22, 9, tzinfo=UTC)
SUBJECTS = (
    "Compte rendu de consultation",
    "Résultats de biologie",
    "Lettre de liaison",
    "Ordonnance de sortie",
    "Échographie abdominale",
    "Avis demandé : néphrologie",
    "Accusé de réception",
    "Télé-expertise, dermatologie",
)
PEOPLE = (("Camille", "EXEMPLE"), ("Zoé", "FICTIF"), ("Noël", "ESSAI"), ("Inès", "MODÈLE"))
DOMAINS = ("medecin.mssante.fr", "bio-fictive.mssante.fr", "chu-fictif.mssante.fr", "imagerie.mssante.fr")
FILES = (
    ("IHE_XDM.ZIP", "application/zip"),
    ("compte-rendu.pdf", "application/pdf"),
    ("résultats.pdf", "application/pdf"),
    ("photo.jpg", "image/jpeg"),
)
TEXT = b"Cher confrere, veuillez trouver ci-joint le document annonce. Bien confraternellement.\r\n"
LARGE = (1_000_000, 8_000_000)
"""Octets of the text or of one attachment of a large message."""
BASE64 = b"JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PCAvVHlwZSAvQ2F0YWxvZyAvUGFnZXMgMiAwIFIgPj4K\r\n"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to store."""

    raw: bytes
    date: datetime
    seen: bool


def make_mail(count: int, seed: int = 1, years: float = 8, large: float = 0.0) -> Iterator[Mail]:
    """``count`` messages, oldest first, spread evenly over ``years``; a share ``large`` of them is large."""
    chance = random.Random(seed)
    tail = random.Random(f"{seed}, large")  # of its own: the other messages stay what they are without it
    oldest = NEWEST - timedelta(days=365.25 * years)
    step = (NEWEST - oldest) / max(count, 1)
    for number in range(count):
        date = oldest + step * (number + chance.random())
        octets = tail.randint(*LARGE) if tail.random() < large else 0
        yield Mail(_message(chance, number, date, octets), date.replace(microsecond=0), chance.random() < 0.8)


def write_maildir(folder: Path, mails: Iterator[Mail]) -> int:
    """Write messages into a Maildir (made when missing); how many octets they hold."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    total = 0
    for number, mail in enumerate(mails):
        moment = int(mail.date.timestamp())
        size = len(mail.raw)
        path = (
            folder / "cur" / f"{moment}.M{number:07d}P1.bench,S={size},W={size}:2,{'S' if mail.seen else ''}"
        )
        path.write_bytes(mail.raw)
        os.utime(path, (moment, moment))
        total += size
    return total


def _message(chance: random.Random, number: int, date: datetime, octets: int) -> bytes:
    """A message; ``octets`` is how much its text or each attachment holds, 0 for a small number at random."""
    first, last = chance.choice(PEOPLE)
    domain = chance.choice(DOMAINS)
    head = [
        f"Message-ID: <{chance.getrandbits(64):016x}.{number}@{domain}>",
        f"Date: {format_datetime(date)}",
        f"From: {_encoded(f'{first} {last}')} <expediteur.{chance.randrange(200)}@{domain}>",
        "To: camille.exemple@medecin.mssante.fr",
        f"Subject: {_encoded(f'{chance.choice(SUBJECTS)} ({number})')}",
        "MIME-Version: 1.0",
    ]
    lines = min(400, int(chance.lognormvariate(2.5, 1.0)) + 1)
    if octets:
        lines = octets // len(BASE64)
    if chance.random() < 0.3:
        head += ["Content-Type: text/plain; charset=us-ascii", "", ""]
        return "\r\n".join(head).encode() + TEXT * lines
    return "\r\n".join(head).encode() + _attached(chance, lines)


def _attached(chance: random.Random, lines: int) -> bytes:
    boundary = f"=_{chance.getrandbits(48):012x}"
    parts = [
        f'\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n".encode()
        + TEXT
    ]
    for _ in range(chance.choice((1, 1, 1, 2))):
        name, kind = chance.choice(FILES)
        parts.append(
            f'--{boundary}\r\nContent-Type: {kind}; name="{_encoded(name)}"\r\n'
            "Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
            + BASE64 * lines
        )
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=float, default=8)
    parser.add_argument("--large", type=float, default=0.0, help="share of large messages, 0 to 1")
    options = parser.parse_args()
    mails = make_mail(options.count, options.seed, options.years, options.large)
    total = write_maildir(options.folder, mails)
    print(f"{options.count} messages, {total / 1e6:.1f} MB in {options.folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
