"""Many messages at once, faster than any delivery."""

import random

from tests.integration.mails import text
from tests.support.dovecot import Dovecot


def write_maildir(dovecot: Dovecot, user: str, count: int) -> None:
    """Messages of many sizes, straight into the Maildir of a user who never logged in."""
    rng = random.Random(7)
    folder = dovecot.maildir(user)
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / "cur" / f"{1_600_000_000 + number * 7000}.M{number}P1.host:2,"
        path.write_bytes(text(size=rng.randrange(300, 6000), number=number).replace(b"\r\n", b"\n"))
    dovecot.own(folder.parent)
