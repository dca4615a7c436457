"""A thousand messages made lighter on a real server: what another parser sees of them, and the quota."""

import base64
import hashlib
import random
import re
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from balt.cleanup.journal import Journal
from tests.cleanup.detach.mailbox import Row, applied, name_of, planned, rows
from tests.cleanup.fake import CLOCK
from tests.integration.mails import opened
from tests.support.dovecot import Dovecot

pytestmark = pytest.mark.dovecot
COUNT = 1_000
LARGER = 20_000


def part(content_type: str, name: str, octets: bytes, encoding: str = "base64") -> bytes:
    """A file as mail carries it."""
    body = base64.encodebytes(octets).replace(b"\n", b"\r\n") if encoding == "base64" else octets
    return (
        b'Content-Type: %(t)b; name="%(n)b"\r\nContent-Transfer-Encoding: %(e)b\r\n'
        b'Content-Disposition: attachment; filename="%(n)b"\r\n\r\n%(b)b'
    ) % {b"t": content_type.encode(), b"n": name.encode(), b"e": encoding.encode(), b"b": body}


def of_parts(kind: str, boundary: str, *contents: bytes) -> bytes:
    """Parts in one, as the body of a part."""
    mark = b"--" + boundary.encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(mark + b"\r\n" + content + b"\r\n" for content in contents) + mark + b"--\r\n"


def letter(number: int) -> bytes:
    """One of five shapes that letters have, with files that go and files that stay."""
    octets = random.Random(number).randbytes
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour %d\r\n.\r\n" % number
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Bonjour %d</p>" % number
    large = part("application/pdf", "bilan.pdf", octets(16_000))
    small = part("image/jpeg", "carte.jpg", octets(900))
    forwarded = b"Content-Type: message/rfc822\r\n\r\nSubject: avant\r\n\r\n" + of_parts(
        "mixed", "f", text, small
    )
    body = [
        lambda: of_parts("mixed", "b", text, large),
        lambda: of_parts("mixed", "b", of_parts("alternative", "inner", text, page), small, large),
        lambda: of_parts("mixed", "b", text, large, forwarded),
        lambda: of_parts("mixed", "outer", text, of_parts("mixed", "inner", page, large), small),
        lambda: of_parts(
            "mixed", "b", text, large, part("text/csv", "suivi.csv", b"a;b;c\r\n" * 3_000, "7bit")
        ),
    ][number % 5]()
    return (
        b"From: Labo <labo@labo.mssante.fr>\r\nSubject: =?utf-8?Q?R=C3=A9sultat_%d?=\r\n"
        b"Message-ID: <n%d@labo>\r\nReferences: <a@b>\r\n <c@d>\r\nMIME-Version: 1.0\r\n%b"
    ) % (number, number, body)


def write_letters(dovecot: Dovecot, user: str) -> None:
    """All of them, answered and read, straight into the Maildir of a user who never logged in."""
    folder = dovecot.maildir(user)
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for number in range(COUNT):
        path = folder / "cur" / f"{1_600_000_000 + number * 7_000}.M{number}P1.host:2,RS"
        path.write_bytes(letter(number).replace(b"\r\n", b"\n"))
    dovecot.own(folder.parent)


def seen(message: Message) -> list[tuple[str, list[tuple[str, str]], str]]:
    """The parts in order: type, header, SHA-256 of what is in them (none of containers)."""
    return [
        (each.get_content_type(), each.items(), "" if each.is_multipart() else digest(each))
        for each in message.walk()
    ]


def digest(leaf: Message) -> str:
    return hashlib.sha256(bytes(leaf.get_payload(decode=True))).hexdigest()


def gone_from(was: Row, now: Row) -> int:
    """How many parts were replaced; all others, and all else, must be as they were."""
    assert was[1:] == now[1:]
    before, after = seen(message_from_bytes(was[0])), seen(message_from_bytes(now[0]))
    assert len(before) == len(after)
    gone = 0
    for old, new in zip(before, after, strict=True):
        if old != new:
            note = dict(new[1])["X-Balt-Detached"]
            told = re.search(r" sha256=([0-9a-f]{64});", note)
            assert told is not None
            assert (new[0], told[1]) == ("text/plain", old[2])
            gone += 1
    return gone


def test_the_rest_of_a_thousand_messages_is_as_it_was_and_the_quota_falls_by_what_was_promised(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    user = dovecot.new_user(quota="500M")
    write_letters(dovecot, user)
    journal, place = Journal(tmp_path / "journal.jsonl", CLOCK, "Dr Camille EXEMPLE"), tmp_path / "archive"
    with opened(dovecot.account(user)) as session:
        before, full = sorted(rows(session), key=name_of), session.quota()
        found = planned(session, place, LARGER)
        assert (found.plan.count, found.parts) == (COUNT, COUNT + COUNT // 5)
        result = applied(found.plan, session, journal, place, 250)
        assert (result.detached, result.skipped, result.stopped) == (COUNT, (), None)
        after, left = sorted(rows(session), key=name_of), session.quota()
    assert [name_of(row) for row in before] == [name_of(row) for row in after]
    gone = [gone_from(was, now) for was, now in zip(before, after, strict=True)]
    assert sum(gone) == found.parts
    assert min(gone) == 1
    promised = found.plan.frees
    assert full is not None
    assert left is not None
    assert abs((full.used - left.used) - promised) < promised / 100
    assert sum(len(row[0]) for row in before) - sum(len(row[0]) for row in after) == result.freed
