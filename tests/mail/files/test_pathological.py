"""Mails made to break a reader: each is a row, in little time, and hides no other."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.mail.files import mbox
from balt.mail.files.mime import MAX_DASHES, MAX_PARTS
from balt.mail.model import MessageDetail, Preview
from tests.integration.mails import nested
from tests.mail.files.mails import SHAPES, reading

SECONDS = 2
MIXED = b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
K, M = 1024, 1024 * 1024


def header(value: bytes, name: bytes = b"Content-Type") -> bytes:
    return b"Subject: x\n" + name + b": " + value + b"\n\ncorps\n"


def rfc822(levels: int) -> bytes:
    return b"Content-Type: message/rfc822\n\n" * levels + b"Subject: fond\n\n."


def nest(levels: int) -> bytes:
    """Parts within parts, none of them closed, each with a boundary of its own."""
    parts = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(levels))
    return b"Subject: x\n" + b"".join(parts) + b"\n"


def cases() -> Iterator[tuple[str, bytes]]:
    """Name and octets of each."""
    yield from {
        "nothing": b"",
        "an empty line": b"\n",
        "CR only": b"Subject: x\r\rcorps\r",
        "NUL": b"\0" * M,
        "no header": b"bonjour\n" * 1000,
        "one line of 8 MB": b"A" * (8 * M),
        "a header of 8 MB": b"Subject: " + b"A" * (8 * M),
        "8 MB of headers": b"X-A: b\n" * M,
        "a header in a million lines": b"Subject: x" + b"\n a" * (300 * K) + b"\n\n.",
        "many long headers": (b"X-A: x" + b"\n a" * (30 * K) + b"\n") * 10 + b"\n.",
        "many words": b"Subject: " + b"=?utf-8?Q?a?= " * 70_000 + b"\n\n.",
        "words without end": header(b"=?" * 400_000, b"Subject"),
        "charset bombs": b"Subject: =?idna?Q?a?= =?rot13?Q?b?= =?utf-16?B?////?= =?x?Z?c?=\n\n.",
        "quotes": header(b'"' * 900_000, b"To"),
        "backslashes": header(b'"' + b"\\" * 900_000, b"From"),
        "comments": header(b"(" * 900_000, b"From"),
        "comments closed": header(b"(" * 400_000 + b")" * 400_000, b"To"),
        "angles": header(b"<" * 900_000, b"From"),
        "groups": header(b"a:" * 400_000, b"To"),
        "a hundred thousand addresses": header(b"a@b.fr, " * 100_000, b"To"),
        "parameters": header(b"text/plain" + b"; a=b" * 100_000),
        "parameters without value": header(b"text/plain" + b";a" * 300_000),
        "continuations": header(b"text/plain" + b"".join(b"; n*%d*=%%41" % n for n in range(50_000))),
        "unclosed parameter": header(b'text/plain; a="' + b'\\"' * 400_000),
        "opened parameters": header(b"text/plain" + b';a="' * 200_000),
        "spaces in parameters": header(b"text/plain;" + (b" " * 1000 + b"a") * 900),
        "no type": header(b"/"),
        "no parameter name": header(b"text/plain; =; ==; ;;;"),
        "star": header(b"text/plain; name*; name**=1; name*a*=2; name*99999999999=x"),
        "type of controls": header(b"\x1b[31m/\x07"),
        "no boundary": header(b"multipart/mixed"),
        "an empty boundary": header(b'multipart/mixed; boundary=""'),
        "a boundary of spaces": header(b'multipart/mixed; boundary="   "'),
        "a long boundary": header(b"multipart/mixed; boundary=" + b"b" * 100_000),
        "a boundary of signs": b'Content-Type: multipart/mixed; boundary="(.*)+["\n\n--(.*)+[\n\n.',
        "disposition": header(b"attachment; filename=" + b"../" * 100_000, b"Content-Disposition"),
        "bidi name": header("attachment; filename=\u202efdp.exe\x00\x1b".encode(), b"Content-Disposition"),
        "encoding": header(b"x-" + b"z" * 100_000, b"Content-Transfer-Encoding"),
        "dashes": MIXED + b"--\n" * (2 * M),
        "almost boundaries": MIXED + b"--a\n" * (2 * M),
        "almost every open boundary": nest(48) + b"--b\n" * (12 * M),
        "half boundaries": MIXED + b"\n-" * (4 * M),
        "too many parts": MIXED + b"--b\n" * (MAX_PARTS + 1),
        "a million parts": MIXED + b"--b\n" * M,
        "many parts with headers": MIXED + (b"--b\nContent-Type: text/plain\n\nx\n" * (MAX_PARTS - 2)),
        "many closings": MIXED + b"--b--\n" * M,
        "part without blank line": MIXED + b"--b\nContent-Type: application/pdf\n--b--\n",
        "cut in a boundary": MIXED + b"--",
        "cut in a header": MIXED + b"--b\nContent-Ty",
        "a boundary within another": MIXED
        + b"--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\n.\n--bb--\n--b--\n",
        "the same boundary again": MIXED
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n.\n--b--\n",
        "messages in messages": rfc822(10),
        "too many messages in messages": rfc822(51),
        "a thousand messages in messages": rfc822(1000),
        "a message that claims a boundary": MIXED
        + b"--b\nContent-Type: message/rfc822; boundary=b\n\nSubject: y\n\n.\n--b\n\nz\n--b--\n",
        "encoded message": b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nAAAA",
        "base64 that is none": b"Subject: x\nContent-Transfer-Encoding: base64\n\n" + b"\xff=" * M,
        "quoted-printable that is none": b"Subject: x\nContent-Transfer-Encoding: quoted-printable\n\n"
        + b"=" * (2 * M),
        "HTML": b"Subject: x\nContent-Type: text/html\n\n" + b"<" * M,
        "HTML of tags": b"Subject: x\nContent-Type: text/html\n\n" + b"<b><script>" * 100_000,
        "HTML of entities": b"Subject: x\nContent-Type: text/html\n\n" + b"&amp" * 300_000,
        "UTF-16": b"Content-Type: text/plain; charset=utf-16\n\n" + b"\xff\xfe\x00" * M,
        "unknown charset": b"Content-Type: text/plain; charset=unicode_escape\n\n\\x1b]0;PWNED",
        "escapes": b"Subject: \x1b]0;PWNED\x07\nFrom: \x9b31m <a@b>\n\n\x1b[2J\x00\x07",
    }.items()
    for levels in (10, 49, 51, 1000, 20_000):
        yield f"{levels} levels of parts", nested(levels).replace(b"\r\n", b"\n")
    for name, shape in SHAPES.items():
        whole = shape()
        yield from ((f"{name} cut at {end}", whole[:end]) for end in range(7, len(whole), len(whole) // 4))
        noise = random.Random(name)
        soiled = bytearray(whole)
        for _spot in range(60):
            soiled[noise.randrange(len(soiled))] = noise.randrange(256)
        yield f"{name} soiled", bytes(soiled)
    yield "noise", random.Random(1).randbytes(2 * M)


CASES = dict(cases())


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 100


@pytest.mark.parametrize("name", CASES)
def test_a_pathological_mail_is_one_row_in_little_time(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.eml").write_bytes(SHAPES["letter"]())
    (tmp_path / "b.eml").write_bytes(CASES[name])
    (tmp_path / "c.eml").write_bytes(SHAPES["letter"]())
    start = time.process_time()
    with reading(tmp_path) as session:
        assert list(session.scan("INBOX").uids) == [1, 2, 3]
        details = dict(session.details("INBOX", [1, 2, 3]))
        preview = session.preview("INBOX", 2)
    assert time.process_time() - start < SECONDS
    assert details[1] == details[3]
    assert len(preview.lines) <= 200_001
    assert all(text.isprintable() for text in _shown(details[2], preview))


def _shown(detail: MessageDetail, preview: Preview) -> Iterator[str]:
    yield from (detail.sender, detail.sender_name, detail.subject, detail.reason, *detail.recipients)
    yield from (text for one in detail.attachments for text in (one.filename, one.content_type, one.encoding))
    yield from (value for _name, value in preview.headers)
    yield from preview.lines


@pytest.mark.parametrize(
    "name",
    [
        *("nothing", "no header", "noise", "no boundary", "a header of 8 MB", "8 MB of headers"),
        *(
            "almost every open boundary",
            "too many parts",
            "51 levels of parts",
            "too many messages in messages",
        ),
    ],
)
def test_what_is_beyond_the_bounds_is_unreadable_and_never_harmless(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.eml").write_bytes(CASES[name])
    with reading(tmp_path) as session:
        [(_uid, detail)] = session.details("INBOX", [1])
    assert not detail.readable


@pytest.mark.parametrize("name", ["49 levels of parts", "many parts with headers", "messages in messages"])
def test_what_is_within_the_bounds_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.eml").write_bytes(CASES[name])
    with reading(tmp_path) as session:
        [(_uid, detail)] = session.details("INBOX", [1])
    assert detail.readable


@pytest.mark.parametrize(("lines", "readable"), [(MAX_DASHES - 100, True), (MAX_DASHES + 1, False)])
def test_lines_that_may_be_boundaries_are_compared_up_to_a_bound(
    tmp_path: Path, lines: int, readable: bool
) -> None:
    (tmp_path / "a.eml").write_bytes(nest(48) + b"--b\n" * lines)
    with reading(tmp_path) as session:
        [(_uid, detail)] = session.details("INBOX", [1])
    assert detail.readable is readable


PIECES = [
    *(b"\n", b"\r\n", b"--b1", b"--b1--", b"--f", b'"', b"\\", b"=?utf-8?", b"(", b"<", b"\0", b": ", b";"),
    b"Content-Type: message/rfc822\n\n",
    b"Content-Type: multipart/mixed; boundary=f\n",
    b"From a@b.fr Tue Mar 12 09:00:00 2024\n",
]


def mutated(noise: random.Random) -> bytes:
    """A mail with a few things added, taken away, doubled or changed."""
    mail = bytearray(noise.choice([shape() for shape in SHAPES.values()]))
    for _change in range(noise.randrange(1, 30)):
        place, length = noise.randrange(len(mail) + 1), noise.randrange(400)
        kind = noise.randrange(3)
        if kind == 0:
            mail[place:place] = noise.choice(PIECES) * noise.choice((1, 1, 1, 200))
        elif kind == 1:
            del mail[place : place + length // 4]
        else:
            mail[place:place] = mail[length : 2 * length]
    return bytes(mail)


@pytest.mark.parametrize("seed", range(10))
def test_no_mutation_of_a_mail_breaks_the_reader(tmp_path: Path, seed: int) -> None:
    noise = random.Random(seed)
    for number in range(40):
        (tmp_path / f"{number:02}.eml").write_bytes(mutated(noise))
    with reading(tmp_path) as session:
        uids = list(session.scan("INBOX").uids)
        assert [uid for uid, _detail in session.details("INBOX", uids)] == uids
        assert all(isinstance(session.preview("INBOX", uid), Preview) for uid in uids)


@pytest.mark.parametrize("seed", range(10))
def test_no_mutation_of_an_mbox_is_read_otherwise_in_other_windows(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = random.Random(seed)
    line = b"From a@b.fr Tue Mar 12 09:00:00 2024\n"
    (tmp_path / "boite").write_bytes(b"\n\n".join(line + mutated(noise) for _mail in range(20)))
    found = set()
    for window in (mbox._WINDOW, 4096, 513, 64):
        monkeypatch.setattr(mbox, "_WINDOW", window)
        with reading(tmp_path) as session:
            listing = session.scan("boite")
            details = tuple(detail for _uid, detail in session.details("boite", list(listing.uids)))
        found.add((tuple(listing.sizes), tuple(listing.dates), listing.uidvalidity, details))
    assert len(found) == 1
    assert len(details) >= 10
