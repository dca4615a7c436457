"""FETCH answers, honest and hostile, become rows; a row is never invented, swapped or dropped in silence."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.errors import ConnectionFailedError, RefusedError
from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.fetch import LISTING_ITEMS, ListingReader, flags_of, read_row, size_of
from balt.mail.line import CutError
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Flag
from balt.mail.tokens import Value
from balt.mail.wire import Limits, Response
from tests.mail.scripted import wire_hearing

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DATE = b'"12-Mar-2024 10:00:00 +0100"'
SECONDS = int(datetime(2024, 3, 12, 9, 0, tzinfo=UTC).timestamp())
ROW = b"* 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE " + DATE + b" RFC822.SIZE 1234)\r\n"
KNOWN = (7, 1234, SECONDS, Flag.SEEN)
LOST = (7, UNKNOWN_SIZE, UNKNOWN_DATE, Flag(0))


def listed(answer: bytes, limits: Limits | None = None) -> tuple[list[tuple[int, int, int, Flag]], int]:
    """The rows of a listing whose answer is ``answer``, and how many rows named no UID."""
    listing = Listing("INBOX", 1, 100)
    reader = ListingReader(listing, DateReader(FixedClock(NOW)))
    with (
        wire_hearing(answer + b"B1 OK done\r\n") as wire,
        wire.command(b"UID FETCH", b"1:*", LISTING_ITEMS, limits=limits or Limits()) as said,
    ):
        reader.read(said)
    columns = zip(listing.uids, listing.sizes, listing.dates, map(Flag, listing.flags), strict=True)
    return list(columns), reader.nameless


def row(items: bytes, number: int = 1) -> bytes:
    return b"* %d FETCH (%s)\r\n" % (number, items)


FULL = b"FLAGS (\\Seen) INTERNALDATE " + DATE + b" RFC822.SIZE 1234"

ONE_ROW_EACH = {
    "the usual order": (ROW, KNOWN),
    "lower-case names": (row(b"uid 7 flags (\\seen) internaldate " + DATE + b" rfc822.size 1234"), KNOWN),
    "UID last": (row(FULL + b" UID 7"), KNOWN),
    "another order": (row(b"RFC822.SIZE 1234 INTERNALDATE " + DATE + b" UID 7 FLAGS (\\Seen)"), KNOWN),
    "an item nobody asked for": (row(b"MODSEQ (12345) UID 7 " + FULL), KNOWN),
    "an item behind": (row(b"UID 7 " + FULL + b" X-GM-MSGID 1278455344230334865"), KNOWN),
    "two spaces": (row(b"UID  7  " + FULL), KNOWN),
    "a line end without CR": (row(b"UID 7 " + FULL).replace(b"\r\n", b"\n"), KNOWN),
    "a date of one figure": (
        row(b'UID 7 FLAGS () INTERNALDATE " 2-Mar-2024 10:00:00 +0100" RFC822.SIZE 9'),
        (7, 9, SECONDS - 10 * 86_400, Flag(0)),
    ),
    "a date as a literal": (
        row(b"UID 7 FLAGS (\\Seen) INTERNALDATE {26}\r\n" + DATE.strip(b'"') + b" RFC822.SIZE 1234"),
        KNOWN,
    ),
    "a subject imitating a row": (
        row(
            b'ENVELOPE (NIL "* 1 FETCH (UID 666 FLAGS () RFC822.SIZE 9)" NIL NIL NIL NIL NIL NIL NIL NIL) '
            b"UID 7 " + FULL
        ),
        KNOWN,
    ),
    "a literal imitating rows and the end": (
        row(
            b"ENVELOPE (NIL {82}\r\n* 1 FETCH (UID 666 FLAGS (\\Seen) INTERNALDATE "
            + DATE
            + b" RFC822.SIZE 9)\r\nB1 OK\r\n"[:1]
            + b"*" * 6
            + b" NIL NIL) UID 7 "
            + FULL
        ),
        KNOWN,
    ),
    "a literal holding a tagged OK": (
        row(b"X-NOTE {14}\r\nB1 OK done\r\n* \r UID 7 " + FULL).replace(b"* \r UID", b"*  UID"),
        KNOWN,
    ),
    "a quoted parenthesis": (row(b'X-NOTE "a)b(c" UID 7 ' + FULL), KNOWN),
    "an escaped quote": (row(b'X-NOTE "a\\" UID 666 \\\\" UID 7 ' + FULL), KNOWN),
    "a flag that balt does not know": (
        row(b"UID 7 " + FULL.replace(b"\\Seen", b"\\Seen $Junk NonJunk")),
        KNOWN,
    ),
    "a body section with spaces": (
        row(b"BODY[HEADER.FIELDS (UID 666)] {2}\r\n\r\n UID 7 " + FULL),
        KNOWN,
    ),
    "flags without brackets": (
        row(b"UID 7 FLAGS \\Seen INTERNALDATE " + DATE + b" RFC822.SIZE 1234"),
        (7, 1234, SECONDS, Flag(0)),
    ),
    "a size below zero": (row(b"UID 7 " + FULL.replace(b"1234", b"-5")), (7, -1, SECONDS, Flag.SEEN)),
    "an absurd size": (
        row(b"UID 7 " + FULL.replace(b"1234", b"9" * 12)),
        (7, 999_999_999_999, SECONDS, Flag.SEEN),
    ),
    "a size beyond counting": (
        row(b"UID 7 " + FULL.replace(b"1234", b"9" * 40)),
        (7, -1, SECONDS, Flag.SEEN),
    ),
    "a size that is NIL": (row(b"UID 7 " + FULL.replace(b"1234", b"NIL")), (7, -1, SECONDS, Flag.SEEN)),
    "a size that is a list": (row(b"UID 7 " + FULL.replace(b"1234", b"(1 2)")), (7, -1, SECONDS, Flag.SEEN)),
    "no size": (row(b"UID 7 FLAGS (\\Seen) INTERNALDATE " + DATE), (7, -1, SECONDS, Flag.SEEN)),
    "no date": (row(b"UID 7 FLAGS (\\Seen) RFC822.SIZE 1234"), (7, 1234, UNKNOWN_DATE, Flag.SEEN)),
    "a date that is NIL": (
        row(b"UID 7 FLAGS (\\Seen) INTERNALDATE NIL RFC822.SIZE 1234"),
        (7, 1234, UNKNOWN_DATE, Flag.SEEN),
    ),
    "the year 0": (
        row(b"UID 7 " + FULL.replace(b"12-Mar-2024", b"01-Jan-0000")),
        (7, 1234, UNKNOWN_DATE, Flag.SEEN),
    ),
    "the year 9999": (
        row(b"UID 7 " + FULL.replace(b"12-Mar-2024", b"12-Mar-9999")),
        (7, 1234, UNKNOWN_DATE, Flag.SEEN),
    ),
    "a day that does not exist": (
        row(b"UID 7 " + FULL.replace(b"12-Mar-2024", b"99-Foo-2020")),
        (7, 1234, UNKNOWN_DATE, Flag.SEEN),
    ),
    "a hopeless row whose UID is known": (row(b'UID 7 FLAGS (\\Seen "unclosed'), LOST),
    "brackets that do not match": (row(b"UID 7 FLAGS (\\Seen)) RFC822.SIZE 5"), LOST),
    "10,000 brackets": (row(b"UID 7 BODYSTRUCTURE " + b"(" * 10_000), LOST),
    "100,000 matched brackets": (row(b"UID 7 X " + b"(" * 100_000 + b")" * 100_000), LOST),
    "a NUL in the row": (row(b'UID 7 X "\0" ' + FULL), KNOWN),
    "octets beyond ASCII": (row(b'UID 7 X "\xff\xfe\xe9" ' + FULL), KNOWN),
    "a line that is too long": (row(b'UID 7 X "' + b"a" * 2_000_000 + b'"'), LOST),
    "a literal that is too long": (row(b"UID 7 X {2000000}\r\n" + b"(" * 2_000_000 + b" " + FULL), LOST),
    "a long line with a literal at its end": (
        row(b'UID 7 X "' + b"a" * 2_000_000 + b'" Y {11}\r\nB1 OK fake\r'),
        LOST,
    ),
    "EXISTS before": (b"* 9 EXISTS\r\n* 1 RECENT\r\n" + ROW, KNOWN),
    "EXPUNGE behind": (ROW + b"* 3 EXPUNGE\r\n", KNOWN),
    "VANISHED behind": (ROW + b"* VANISHED 41,43:116\r\n", KNOWN),
    "an alert that imitates a row": (b"* OK [ALERT] * 1 FETCH (UID 666 FLAGS ())\r\n" + ROW, KNOWN),
    "an alert that imitates a literal": (b"* OK still here {500}\r\n" + ROW, KNOWN),
    "a warning": (b"* NO disk nearly full\r\n* BAD habits\r\n" + ROW, KNOWN),
    "flags that changed meanwhile": (ROW + row(b"UID 7 FLAGS (\\Flagged)"), (7, 1234, SECONDS, Flag.FLAGGED)),
    "flags of before": (row(b"UID 7 FLAGS (\\Flagged)") + ROW, KNOWN),
    "flags of a message not listed": (ROW + row(b"UID 99 FLAGS (\\Flagged)"), KNOWN),
    "flags without UID": (ROW + row(b"FLAGS (\\Flagged)"), KNOWN),
    "the same row twice": (ROW + ROW, KNOWN),
    "two sizes for one UID": (ROW + ROW.replace(b"1234", b"99"), (7, -1, SECONDS, Flag.SEEN)),
    "two dates for one UID": (ROW + ROW.replace(b"2024", b"2020"), (7, 1234, UNKNOWN_DATE, Flag.SEEN)),
    "read once, flagged once": (
        ROW + ROW.replace(b"\\Seen", b"\\Flagged").replace(b"1234", b"99"),
        (7, -1, SECONDS, Flag.FLAGGED),
    ),
    "something that is no response": (b"* FETCH\r\n* \r\n*  \r\n* 1\r\n" + ROW, KNOWN),
}


@pytest.mark.parametrize(("answer", "expected"), ONE_ROW_EACH.values(), ids=ONE_ROW_EACH.keys())
def test_one_message_makes_one_true_row(answer: bytes, expected: tuple[int, int, int, Flag]) -> None:
    assert listed(answer) == ([expected], 0)


@pytest.mark.parametrize(
    "answer",
    [
        row(FULL),
        row(b"UID 0 " + FULL),
        row(b"UID 4294967296 " + FULL),
        row(b"UID -1 " + FULL),
        row(b"UID NIL " + FULL),
        row(b"UID (7) " + FULL),
        row(b"UID 7 UID 8 " + FULL),
        row(b'ENVELOPE ("unclosed UID 7 ' + FULL),
        b"* 1 FETCH (UID 0 FLAGS () INTERNALDATE " + DATE + b" RFC822.SIZE 1)\r\n",
        b"* 1 FETCH (FLAGS ()) 5\r\n",
        b"* 1 FETCH (UID 9999999999 FLAGS () INTERNALDATE " + DATE + b" RFC822.SIZE 1)\r\n",
    ],
)
def test_a_row_that_names_no_message_is_counted_and_not_guessed(answer: bytes) -> None:
    assert listed(answer) == ([], 1)


def test_rows_come_out_by_uid_whatever_the_order_of_the_answer() -> None:
    rows, _nameless = listed(ROW.replace(b"UID 7", b"UID 9") + ROW.replace(b"UID 7", b"UID 3"))
    assert [uid for uid, *_rest in rows] == [3, 9]


def test_messages_that_the_server_did_not_describe_are_rows_all_the_same() -> None:
    listing = Listing("INBOX", 1, 100)
    reader = ListingReader(listing, DateReader(FixedClock(NOW)))
    with wire_hearing(ROW + b"B1 OK\r\n") as wire, wire.command(b"UID FETCH", b"1:*", LISTING_ITEMS) as said:
        reader.read(said)
    reader.add_unknown({7, 3, 12})
    assert list(listing.uids) == [3, 7, 12]
    assert list(listing.sizes) == [UNKNOWN_SIZE, 1234, UNKNOWN_SIZE]


def test_a_server_that_makes_up_flags_fills_no_memory() -> None:
    rows, _nameless = listed(
        b"".join(
            ROW.replace(b"UID 7", b"UID %d" % uid).replace(b"\\Seen", b"\\Seen x%d" % uid)
            for uid in range(1, 3000)
        )
    )
    assert [flags for *_row, flags in rows] == [Flag.SEEN] * 2999


HOPELESS = {
    "a tag that is not ours": b"B7 OK done\r\n",
    "no IMAP at all": b"HTTP/1.1 400 Bad Request\r\n",
    "a continuation that nobody waits for": b"+ go on\r\n",
    "a literal of 93 GiB": b"* 1 FETCH (UID 7 X {99999999999}\r\n",
    "a literal of 20 figures": b"* 1 FETCH (UID 7 X {99999999999999999999}\r\n",
    "a tagged word that is no status": b"B1 MAYBE\r\n",
}


@pytest.mark.parametrize("answer", HOPELESS.values(), ids=HOPELESS.keys())
def test_an_answer_that_is_not_imap_closes_the_line(answer: bytes) -> None:
    with wire_hearing(answer) as wire:
        with pytest.raises(ConnectionFailedError):
            wire.run(b"UID FETCH", b"1:*", LISTING_ITEMS)
        assert not wire.line.is_open


@pytest.mark.parametrize(
    "answer", [b"", b"* 1 FETCH (UID", ROW, b"* 1 FETCH (X {100}\r\nabc", b"* BYE now\r\n"]
)
def test_an_answer_that_ends_too_soon_is_a_cut(answer: bytes) -> None:
    with wire_hearing(answer) as wire, pytest.raises(CutError):
        wire.run(b"UID FETCH", b"1:*", LISTING_ITEMS)


def test_an_answer_without_end_is_given_up() -> None:
    with wire_hearing(ROW * 50_000) as wire, pytest.raises(ConnectionFailedError, match="trop longue"):
        wire.run(b"UID FETCH", b"1:*", LISTING_ITEMS, limits=Limits(total=1_000_000))


def test_a_refusal_says_its_code_and_nothing_of_the_server() -> None:
    with wire_hearing(b"B1 NO [INUSE] PATIENT DUPONT\r\n") as wire:
        with pytest.raises(RefusedError) as caught:
            wire.run(b"UID FETCH", b"1:*", LISTING_ITEMS)
        assert caught.value.code == "INUSE"
        assert "DUPONT" not in str(caught.value)
        assert wire.line.is_open


def test_a_listing_left_half_way_closes_the_line() -> None:
    with wire_hearing(ROW * 3) as wire:
        with wire.command(b"UID FETCH", b"1:*", LISTING_ITEMS) as said:
            said.next()
        assert not wire.line.is_open


def test_sizes_and_flags_are_read_from_any_value() -> None:
    sizes: list[Value] = [b"12", None, [b"1"], b"1e3", b"", b"0"]
    assert [size_of(value) for value in sizes] == [12, -1, -1, -1, -1, 0]
    assert flags_of([b"\\SEEN", b"$integrated", None, [b"x"]]) == Flag.SEEN | Flag.INTEGRATED
    assert flags_of(b"\\Seen") == Flag(0)


@given(st.binary(max_size=200))
def test_no_octets_at_all_upset_the_reader(octets: bytes) -> None:
    found = read_row(Response((b"* 1 FETCH (UID 7 " + octets + b")\r\n",)))
    assert found is not None
    assert found.uid in (7, None)
