"""Reading buffers of usual rows at once gives what reading row by row gives, whatever stands between them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.fetch import LISTING_ITEMS, ListingReader, flags_of_text
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Flag
from balt.mail.usual_rows import UsualFlags, UsualRows
from tests.mail.chunks import wire_cut_at

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Rows = tuple[list[tuple[int, ...]], int]


class RowByRow(ListingReader):
    """Takes every row to the tokeniser: the slow way, which knows no usual row."""

    def _take_usual(self, buffer: bytes, position: int) -> int:
        return position


def listed(reader: type[ListingReader], answer: bytes, cuts: list[int]) -> Rows:
    """The rows that an answer makes when it arrives cut at these octets, and how many named no message."""
    listing = Listing("INBOX", 1, 100)
    made = reader(listing, DateReader(FixedClock(NOW)))
    wire = wire_cut_at(answer + b"B1 OK done\r\n", cuts)
    with wire.command(b"UID FETCH", b"1:*", LISTING_ITEMS) as said:
        made.read(said)
    return list(zip(listing.uids, listing.sizes, listing.dates, listing.flags, strict=True)), made.nameless


@dataclass(frozen=True)
class Mail:
    """What is true of one message, and how its row is written."""

    uid: int
    size: int
    moment: datetime
    flags: Flag
    form: int
    order: tuple[bytes, ...]
    subject: bytes

    def row(self) -> tuple[int, ...]:
        return self.uid, self.size, int(self.moment.timestamp()), int(self.flags)

    def octets(self) -> bytes:
        values = {
            b"UID": b"%d" % self.uid,
            b"FLAGS": b"(" + b" ".join(NAMES[flag] for flag in self.flags) + b")",
            b"INTERNALDATE": self.moment.strftime('"%d-%b-%Y %H:%M:%S %z"').encode(),
            b"RFC822.SIZE": b"%d" % self.size,
        }
        items = {name: values[name] for name in self.order}
        envelope = b"(NIL {%d}\r\n%b NIL)" % (len(self.subject), self.subject)
        quoted = b'"' + self.subject.translate(None, b'\r\n"\\') + b'"'
        date = items[b"INTERNALDATE"].strip(b'"')
        more = [
            items,
            items | {b"MODSEQ": b"(%d)" % (self.uid * 7)},
            {b"ENVELOPE": envelope} | items,
            items | {b"ENVELOPE": envelope},
            {b"X-NOTE": quoted} | dict(reversed(items.items())),
            items | {b"INTERNALDATE": b"{%d}\r\n%b" % (len(date), date)},
            {name.lower(): value for name, value in items.items()},
        ][self.form]
        return b"* 5 FETCH (%b)\r\n" % b" ".join(name + b" " + value for name, value in more.items())


NAMES = {
    Flag.SEEN: b"\\Seen",
    Flag.ANSWERED: b"\\answered",
    Flag.FLAGGED: b"\\Flagged",
    Flag.DELETED: b"\\Deleted",
    Flag.DRAFT: b"\\Draft",
    Flag.INTEGRATED: b"$Integrated",
}
ITEMS = (b"UID", b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE")
ORDERS = list(permutations(ITEMS))
USUAL = b'* 9 FETCH (UID 666 FLAGS (\\Seen) INTERNALDATE "12-Mar-2024 10:00:00 +0100" RFC822.SIZE 1)\r\n'
hostile = st.lists(
    st.sampled_from(
        [USUAL, b"B1 OK done\r\n", b"{5}\r\n", b")\r\n", b'"', b"\0", b"* 3 EXPUNGE\r\n", b"\\", b"x"]
    )
).map(b"".join)
moments = st.datetimes(datetime(1991, 1, 1), datetime(2026, 11, 20), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda found: found.replace(microsecond=0)
)
mails = st.builds(
    Mail,
    st.integers(1, 0xFFFFFFFF),
    st.integers(0, 10**12 - 2),
    moments,
    st.integers(0, 63).map(Flag),
    st.integers(0, 6),
    st.sampled_from(ORDERS),
    hostile,
)
few_uids = st.integers(0, 12) | st.sampled_from([0xFFFFFFFF, 0x100000000, 9999999999])
texts = st.sampled_from(
    [
        b"\\Seen",
        b"",
        b"\\Flagged $Junk",
        b"NIL {7} \\*",
        b"X) Y (X \\Flagged",
        b"\\Deleted \\Seen",
        b'"x"',
        b"(a)",
    ]
)
dates = st.sampled_from(
    [
        b'"12-Mar-2024 10:00:00 +0100"',
        b'" 2-mar-2024 23:59:60 -1130"',
        b'"31-Feb-2024 10:00:00 +0000"',
        b'"01-Jan-0000 10:00:00 +0000"',
        b'"01-Jan-9999 10:00:00 +0000"',
        b'"12-Mar-2024 24:00:00 +0000"',
        b'"12-Mar-2024 10:00:61 +0000"',
        b'"12-Mar-2024 10:00:00 +9900"',
        b'"12-Mar-1989 10:00:00 +0000"',
        b"NIL",
    ]
)
sizes = st.sampled_from([b"0", b"1234", b"999999999999", b"9999999999999", b"-1", b"NIL"])


def odd_row(order: tuple[bytes, ...], *values: bytes, end: bytes = b")\r\n") -> bytes:
    told = dict(zip(ITEMS, values, strict=True))
    return b"* 1 FETCH (" + b" ".join(name + b" " + told[name] for name in order) + end


odd_rows = st.builds(
    odd_row,
    st.sampled_from(ORDERS),
    few_uids.map(lambda uid: b"%d" % uid),
    texts.map(lambda text: b"(%b)" % text),
    dates,
    sizes,
    end=st.sampled_from([b")\r\n", b" MODSEQ (12))\r\n", b" UID 7)\r\n", b" FLAGS ())\r\n", b")\n"]),
)
flags_rows = st.builds(
    lambda uid, flags, turned, end: (
        b"* 1 FETCH (" + b" ".join([b"UID %d" % uid, b"FLAGS (%b)" % flags][:: -1 if turned else 1]) + end
    ),
    few_uids,
    texts,
    st.booleans(),
    st.sampled_from([b")\r\n", b" MODSEQ (12))\r\n", b")\n"]),
)
noise = st.sampled_from(
    [
        b"* 12 EXISTS\r\n",
        b"* 3 EXPUNGE\r\n",
        b"* VANISHED 1:4294967295\r\n",
        b"* OK [ALERT] " + USUAL,
        b"* OK still here {500}\r\n",
        b"* 1 FETCH (FLAGS (\\Seen))\r\n",
        b'* 1 FETCH (UID 3 FLAGS (\\Seen "unclosed\r\n',
        b"* 1 FETCH (UID 4 X {%d}\r\n%b FLAGS ())\r\n" % (len(USUAL), USUAL),
        b"* 1 FETCH (UID 4 UID 5)\r\n",
        b"*\r\n"[:1] + b" \r\n",
    ]
)
anything = st.builds(lambda mail: mail.octets(), mails) | odd_rows | flags_rows | noise | st.just(USUAL)
cuts = st.lists(st.integers(1, 4000), max_size=30)


@settings(max_examples=300, deadline=None)
@given(st.lists(anything | odd_rows, min_size=8, max_size=40), cuts)
def test_any_mixture_of_rows_reads_as_it_does_row_by_row(parts: list[bytes], cut: list[int]) -> None:
    answer = b"".join(parts)
    assert listed(ListingReader, answer, cut) == listed(RowByRow, answer, [])


@settings(deadline=None)
@given(st.lists(mails, min_size=4, max_size=25, unique_by=lambda mail: mail.uid), cuts)
def test_each_message_has_its_own_row_however_it_is_written_and_in_whatever_order(
    told: list[Mail], cut: list[int]
) -> None:
    answer = b"".join(mail.octets() for mail in told)
    assert listed(ListingReader, answer, cut) == (sorted(mail.row() for mail in told), 0)


@settings(deadline=None)
@given(st.lists(mails, min_size=1, max_size=8, unique_by=lambda mail: mail.uid), st.data())
def test_what_two_rows_of_one_message_disagree_on_is_unknown(told: list[Mail], data: st.DataObject) -> None:
    first = told[0]
    other = Mail(first.uid, first.size + 1, first.moment + timedelta(hours=1), first.flags, 0, ITEMS, b"")
    answer = [mail.octets() for mail in told]
    answer.insert(data.draw(st.integers(0, len(answer))), other.octets())
    rows, nameless = listed(ListingReader, b"".join(answer), data.draw(cuts))
    doubtful = (first.uid, UNKNOWN_SIZE, UNKNOWN_DATE, int(first.flags))
    assert (rows, nameless) == (sorted([doubtful, *(mail.row() for mail in told[1:])]), 0)


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**33), min_size=1, max_size=20))
def test_usual_rows_that_name_no_message_are_counted_and_make_no_row(uids: list[int]) -> None:
    uids = [min(uid, 9_999_999_999) for uid in uids]
    rows, nameless = listed(ListingReader, b"".join(USUAL.replace(b"666", b"%d" % uid) for uid in uids), [])
    named = [uid for uid in uids if 1 <= uid <= 0xFFFFFFFF]
    assert [uid for uid, *_rest in rows] == sorted(set(named))
    assert nameless == len(uids) - len(named)


def test_buffers_are_read_at_once_again_after_something_unusual() -> None:
    reader = UsualRows(DateReader(FixedClock(NOW)), flags_of_text)
    odd = b"* 12 EXISTS\r\n"
    first = USUAL * 3 + odd + USUAL * 2
    read, end = reader.read(first, 0)
    assert (len(read[0]), end) == (3, 3 * len(USUAL))
    assert reader.read(first, end) == ((), end)
    read, end = reader.read(first, end + len(odd))
    assert (len(read[0]), end) == (2, len(first))
    read, end = reader.read(USUAL * 4 + USUAL[:20], 0)
    assert (len(read[0]), end) == (4, 4 * len(USUAL))


@pytest.mark.parametrize("order", ORDERS)
def test_buffers_are_read_at_once_in_whatever_order_a_server_has(order: tuple[bytes, ...]) -> None:
    told = [Mail(uid, 9 * uid, NOW, Flag.SEEN, uid % 2, order, b"") for uid in range(1, 6)]
    octets = b"".join(mail.octets() for mail in told)
    reader = UsualRows(DateReader(FixedClock(NOW)), flags_of_text)
    for buffer in (octets, USUAL, octets):
        read, end = reader.read(buffer, 0)
        assert end == len(buffer)
    assert list(zip(*read, strict=True)) == [mail.row() for mail in told]


def test_nothing_is_taken_of_a_buffer_without_a_whole_row() -> None:
    reader = UsualRows(DateReader(FixedClock(NOW)), flags_of_text)
    for octets in (b"", b"\r\n", USUAL[:-2], USUAL[:-1], USUAL[1:]):
        assert reader.read(octets, 0) == ((), 0)
        assert reader.read(USUAL + octets, len(USUAL)) == ((), len(USUAL))


def test_rows_of_flags_end_where_a_row_tells_more() -> None:
    rows = b"* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n* 2 FETCH (UID 9 FLAGS () MODSEQ (3))\r\n"
    (uids, flags), end = UsualFlags(flags_of_text).read(rows + USUAL, 0)
    assert (uids.tolist(), flags.tolist(), end) == ([7, 9], [1, 0], len(rows))


def test_rows_that_tell_flags_first_are_read_at_once() -> None:
    rows = b"* 1 FETCH (FLAGS (\\Seen) UID 7)\r\n* 2 FETCH (FLAGS () UID 9 MODSEQ (3))\r\n"
    (uids, flags), end = UsualFlags(flags_of_text).read(rows + USUAL, 0)
    assert (uids.tolist(), flags.tolist(), end) == ([7, 9], [1, 0], len(rows))


@pytest.mark.parametrize(
    "row",
    [
        b"* 1 FETCH (FLAGS (\\Seen) FLAGS ())\r\n",
        b"* 1 FETCH (UID 7 UID 7)\r\n",
        b"* 1 FETCH (FLAGS () X-UID 7)\r\n",
        b"* 1 FETCH (FLAGS 7 UID ())\r\n",
        b"x* 1 FETCH (FLAGS () UID 7)\r\n",
    ],
)
def test_rows_that_only_look_like_flags_are_left_to_be_read_with_care(row: bytes) -> None:
    assert UsualFlags(flags_of_text).read(row, 0) == ((), 0)
