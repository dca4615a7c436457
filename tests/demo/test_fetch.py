"""FETCH: sections, sizes, and what is marked read."""

import pytest

from balt.demo.server import DemoServer
from tests.demo.mails_of_tests import MIXED, mail
from tests.demo.raw_client import RawClient


def literal(answer: bytes) -> bytes:
    """The octets of the one literal of an answer."""
    return answer.partition(b"}\r\n")[2].removesuffix(b")")


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("", MIXED),
        ("HEADER", MIXED[: MIXED.index(b"preambule")]),
        ("TEXT", MIXED[MIXED.index(b"preambule") :]),
        ("1", b"corps"),
        ("1.MIME", b"Content-Type: text/plain; charset=utf-8\r\n\r\n"),
        ("2.HEADER", b"Subject: dedans\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"),
        ("2.1", b"texte"),
        ("2.2", b"<p>page</p>"),
        ("2.2.MIME", b"Content-Type: text/html\r\n\r\n"),
        ("3", b"RmljdGlm"),
        ("HEADER.FIELDS (SUBJECT)", b"Subject: =?UTF-8?Q?R=C3=A9sultats?=\r\n\r\n"),
        ("2.HEADER.FIELDS.NOT (Content-Type)", b"Subject: dedans\r\n\r\n"),
    ],
)
def test_a_section_is_exactly_what_the_message_holds(
    client: RawClient, section: str, expected: bytes
) -> None:
    client.append(MIXED)
    client.ok("SELECT INBOX")
    assert literal(client.ok(f"FETCH 1 BODY.PEEK[{section}]")[0]) == expected


@pytest.mark.parametrize("section", ["4", "1.HEADER", "2.3", "1.1.1"])
def test_a_part_that_is_not_there_is_nil(client: RawClient, section: str) -> None:
    client.append(MIXED)
    client.ok("SELECT INBOX")
    assert client.ok(f"FETCH 1 BODY.PEEK[{section}]") == [f"* 1 FETCH (BODY[{section}] NIL)".encode()]


@pytest.mark.parametrize(
    ("start", "count"), [(0, 10), (5, 1), (len(MIXED) - 3, 50), (len(MIXED), 5), (99999, 5)]
)
def test_a_partial_fetch_gives_that_range(client: RawClient, start: int, count: int) -> None:
    client.append(MIXED)
    client.ok("SELECT INBOX")
    answer = client.ok(f"FETCH 1 BODY.PEEK[]<{start}.{count}>")[0]
    assert answer.startswith(b"* 1 FETCH (BODY[]<%d> {" % start)
    assert literal(answer) == MIXED[start : start + count]


def test_only_what_reads_the_body_marks_it_read(client: RawClient) -> None:
    client.append(mail())
    client.ok("SELECT INBOX")
    for items in ("BODY.PEEK[]", "(ENVELOPE BODYSTRUCTURE BODY)", "RFC822.HEADER", "FULL"):
        client.ok(f"FETCH 1 {items}")
    assert client.ok("FETCH 1 FLAGS") == [b"* 1 FETCH (FLAGS ())"]
    assert client.ok("FETCH 1 BODY[TEXT]")[0].endswith(b" FLAGS (\\Seen))")


def test_examine_never_marks_anything_read(client: RawClient) -> None:
    client.append(mail())
    client.ok("EXAMINE INBOX")
    client.ok("FETCH 1 (BODY[] RFC822)")
    assert client.ok("FETCH 1 FLAGS") == [b"* 1 FETCH (FLAGS ())"]


def test_uids_are_always_in_the_answer_of_a_uid_fetch(client: RawClient) -> None:
    client.append(mail())
    client.ok("SELECT INBOX")
    assert client.ok("UID FETCH 1:* FLAGS") == [b"* 1 FETCH (UID 1 FLAGS ())"]
    assert client.ok("UID FETCH 7:* (UID FLAGS)") == [b"* 1 FETCH (UID 1 FLAGS ())"]
    assert client.ok("UID FETCH 7 FLAGS") == []


def test_an_empty_folder_has_uids_but_no_numbers(client: RawClient) -> None:
    client.ok("SELECT INBOX")
    assert client.ok("UID FETCH 1:* FLAGS") == []
    client.command("FETCH 1:* FLAGS")
    assert client.last.startswith(b"BAD")


def test_special_octets_travel_in_literals(client: RawClient) -> None:
    client.append(b'From: a@b\r\nSubject: R\xe9sultats "entre" \\ guillemets\r\n\r\nx\r\n')
    client.append(b'From: a@b\r\nSubject: "entre" \\ guillemets\r\n\r\nx\r\n')
    client.ok("SELECT INBOX")
    first, second = client.ok("FETCH 1:2 ENVELOPE")
    assert b'(NIL {30}\r\nR\xe9sultats "entre" \\ guillemets ((' in first
    assert b'(NIL "\\"entre\\" \\\\ guillemets" ((' in second


def test_internal_dates_are_kept_with_their_zone(client: RawClient) -> None:
    client.append(mail(), date="05-Jul-2021 08:09:10 +0200")
    client.ok("SELECT INBOX")
    assert client.ok("FETCH 1 INTERNALDATE") == [b'* 1 FETCH (INTERNALDATE " 5-Jul-2021 08:09:10 +0200")']


def test_lone_line_feeds_and_nul_are_made_fit_for_imap(server: DemoServer, client: RawClient) -> None:
    server.append("essai", b"Subject: x\n\nun\x00deux\n")
    client.ok("SELECT INBOX")
    expected = b"Subject: x\r\n\r\nun\x80deux\r\n"
    assert literal(client.ok("FETCH 1 BODY.PEEK[]")[0]) == expected
    assert client.ok("FETCH 1 RFC822.SIZE") == [b"* 1 FETCH (RFC822.SIZE %d)" % len(expected)]


def test_envelope_and_structure_of_a_message_in_parts(client: RawClient) -> None:
    client.append(MIXED)
    client.ok("SELECT INBOX")
    a = b'((NIL NIL "a" "bio-fictive.mssante.fr"))'
    assert client.ok("FETCH 1 ENVELOPE") == [
        b'* 1 FETCH (ENVELOPE (NIL "=?UTF-8?Q?R=C3=A9sultats?=" ' + a + b" " + a + b" " + a
        + b" NIL NIL NIL NIL NIL))"
    ]  # fmt: skip
    structure = client.ok("FETCH 1 BODYSTRUCTURE")[0]
    assert b'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 0 NIL NIL NIL NIL)' in structure
    assert b'("application" "pdf" ("name" "cr.pdf") NIL NIL "base64" 8 NIL NIL NIL NIL)' in structure
    assert b'("message" "rfc822" NIL NIL NIL "7bit" ' in structure
    assert structure.endswith(b' "mixed" ("boundary" "b") NIL NIL NIL))')
