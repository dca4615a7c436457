"""The same octets, the same commands, and the same answers as from Dovecot."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from balt.demo.mails import Mail
from balt.demo.practice import Practice
from balt.demo.server import DemoServer
from tests.demo.mails_of_tests import MIXED
from tests.demo.raw_client import RawClient
from tests.demo.test_practice import octets, one_of_each
from tests.support.dovecot import Dovecot

pytestmark = pytest.mark.dovecot

ODD = (
    MIXED,
    b'From: a@b.fr\r\nTo: Caches:;\r\nCc: G: a@b, "C, D" <e@f>;\r\nReply-To: "a\\"b" <q@r>\r\n\r\nx\r\n',
    b"From: a@b.fr\r\nContent-Language: fr, en\r\nContent-Location: http://x\r\nContent-MD5: abc\r\n"
    b"Content-ID: <1@2>\r\nContent-Description: a b\r\nContent-Type: text/plain; format=flowed\r\n\r\nx\r\n",
    b"From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\nrien\r\n",
    b"From: a@b.fr\r\nContent-Type: multipart/digest; boundary=d\r\n\r\n"
    b"--d\r\n\r\nSubject: un\r\n\r\ncorps\r\n--d--\r\n",
    b"From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
    b"--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
    b"--i\r\n\r\na\r\n--i\r\nContent-Type: text/html\r\n\r\n<b>\r\n"
    b"--o\r\n\r\nb\r\n--o--\r\nfin",
    b"\r\nsans en-tete\r\n",
    b"From: a@b.fr\r\nMessage-ID: <a@b>\r\nMessage-ID: <c@d>\r\nIn-Reply-To: <1@2>\r\n <3@4>\r\n\r\n",
)
ITEMS = (
    *("RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY", "RFC822.HEADER", "BODY.PEEK[]"),
    *(
        "BODY.PEEK[HEADER]",
        "BODY.PEEK[TEXT]",
        "BODY.PEEK[1]",
        "BODY.PEEK[1.MIME]",
        "BODY.PEEK[2]",
        "BODY.PEEK[2.MIME]",
    ),
    *("BODY.PEEK[2.HEADER]", "BODY.PEEK[2.TEXT]", "BODY.PEEK[TEXT]<3.10>", "BODY.PEEK[]<99999999.10>"),
    *("BODY.PEEK[HEADER.FIELDS (SUBJECT X-MSS-CODECDA)]", "BODY.PEEK[HEADER.FIELDS.NOT (DATE FROM)]"),
)
_TOKEN = re.compile(rb'\{(\d+)\}\r\n|"((?:[^"\\]|\\.)*)"|([^"{]+|\{)', re.DOTALL)


def tokens(answers: list[bytes]) -> list[tuple[str, bytes]]:
    """Answers with strings told apart from the rest, however they are written; no part is an empty one."""
    found: list[tuple[str, bytes]] = []
    text = b"".join(answers)
    position = 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        if match[1]:
            found.append(("string", text[position : position + int(match[1])]))
            position += int(match[1])
        elif match[2] is not None:
            found.append(("string", re.sub(rb"\\(.)", rb"\1", match[2])))
        else:
            found.append(("other", match[3].upper()))
    if found[-1][1].endswith(b"] NIL)"):
        found[-1:] = [("other", found[-1][1][:-4]), ("string", b""), ("other", b")")]
    return found


@pytest.fixture
def pair(dovecot: Dovecot) -> Iterator[tuple[RawClient, RawClient]]:
    """Dovecot and the demo's server, each with an empty mailbox."""
    user = dovecot.new_user()
    with DemoServer(password=dovecot.password) as server:
        server.add_account(user)
        with RawClient(dovecot.port, user) as reference, RawClient(server.port, user) as own:
            yield reference, own


def fill(pair: tuple[RawClient, RawClient], messages: list[bytes]) -> None:
    for client in pair:
        for raw in messages:
            client.append(raw)
        client.ok("EXAMINE INBOX")


def test_the_mails_of_the_practice_read_the_same(
    pair: tuple[RawClient, RawClient], practice: Practice
) -> None:
    raws = [octets(mail) for mail in one_of_each(practice) if isinstance(mail.source, Mail)]
    fill(pair, raws)
    for item in ITEMS:
        reference, own = (client.ok(f"FETCH 1:* ({item})") for client in pair)
        assert len(own) == len(reference) == len(raws)
        for one, other in zip(own, reference, strict=True):
            assert tokens([one]) == tokens([other]), item


@pytest.mark.parametrize("raw", ODD)
def test_odd_messages_read_the_same(pair: tuple[RawClient, RawClient], raw: bytes) -> None:
    fill(pair, [raw])
    for item in ITEMS:
        reference, own = (tokens(client.ok(f"FETCH 1 ({item})")) for client in pair)
        assert own == reference, item


def test_search_and_sort_find_the_same(pair: tuple[RawClient, RawClient], practice: Practice) -> None:
    fill(pair, [octets(mail) for mail in one_of_each(practice)[:60]])
    for command in (
        *("UID SEARCH SUBJECT IRM", "UID SEARCH FROM labo", "UID SEARCH LARGER 50000"),
        *("UID SEARCH TEXT consultation", "UID SEARCH HEADER X-MSS-CODECDA 18748", "UID SEARCH UID 3:5,59:*"),
        *("UID SEARCH OR SUBJECT scanner NOT LARGER 3000", "UID SEARCH SENTSINCE 1-Jan-2022"),
        *("UID SORT (REVERSE SIZE) UTF-8 ALL", "UID SORT (SIZE) UTF-8 ALL", "UID SORT (DATE) UTF-8 ALL"),
        *("UID SORT (FROM REVERSE SIZE) UTF-8 ALL", "UID SORT (SUBJECT SIZE) UTF-8 ALL"),
    ):
        reference, own = (client.ok(command) for client in pair)
        assert own == reference, command


def test_acts_leave_the_same_behind(pair: tuple[RawClient, RawClient]) -> None:
    fill(pair, [MIXED] * 6)
    for command in (
        *("SELECT INBOX", "UID STORE 1:3 +FLAGS.SILENT (\\Deleted $Integrated)", "UID EXPUNGE 2:9"),
        *("UID COPY 4 Trash", "UID MOVE 5:6 Trash", "STORE 1 FLAGS (\\Seen)", "EXPUNGE"),
        *("UID FETCH 1:* (FLAGS)", "EXAMINE Trash", "UID FETCH 1:* (FLAGS RFC822.SIZE)", "CLOSE"),
    ):
        answers = []
        for client in pair:
            untagged = [line for line in client.command(command) if re.match(rb"\* \d+ FETCH", line)]
            without_recent = [line.replace(b"\\Recent", b"").replace(b" )", b")") for line in untagged]
            answers.append((client.last.split()[0], without_recent))
        for one, other in pairwise(answers):
            assert one == other, command
