"""Answers cut off the line whole and read later tell what they would have told at once."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from balt.mail.details import UNREADABLE, detail_in, detail_of, read_frames_of
from balt.mail.fetch import read_row
from balt.mail.frames import MOST_KEPT, response_in
from balt.mail.model import MessageDetail
from tests.mail.chunks import wire_cut_at

PDF = b'("APPLICATION" "PDF" ("NAME" %b) NIL NIL "BASE64" 78000 NIL ("ATTACHMENT" ("FILENAME" %b)) NIL NIL)'
TEXT = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL NIL NIL NIL)'
FIELDS = b"BODY[HEADER.FIELDS (X-MSS-MES RETURN-PATH)]"
FLAGS = b"* 2 FETCH (UID 7 FLAGS (\\Seen))\r\n"


def literal(octets: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(octets), octets)


def quoted(octets: bytes) -> bytes:
    return b'"' + octets.translate(None, b'\r\n\0"\\') + b'"'


def answer(uid: int, subject: bytes = b'"Bilan"', name: bytes = b'"EXEMPLE.pdf"', order: int = 0) -> bytes:
    """One FETCH response; ``order`` shuffles its items."""
    items = [
        b"UID %d" % uid,
        b'ENVELOPE (NIL %b ((NIL NIL "labo" "b-fictif.fr")) NIL NIL NIL NIL NIL NIL NIL)' % subject,
        b'BODYSTRUCTURE (%b%b "MIXED" NIL NIL NIL NIL)' % (TEXT, PDF % (name, name)),
        FIELDS + b" " + literal(b"X-Mss-Mes: 1\r\n\r\n"),
    ]
    turned = items[order % 4 :] + items[: order % 4]
    return b"* 2 FETCH (%b)\r\n" % b" ".join(turned)


def kept(octets: bytes, uids: list[int], cuts: list[int] | None = None) -> dict[int, bytes]:
    """What is kept of an answer to a question about ``uids`` that arrives cut at these octets."""
    return read_frames_of(wire_cut_at(octets + b"B1 OK done\r\n", cuts or []), uids)


def read_at_once(octets: bytes) -> dict[int, MessageDetail]:
    """The same by reading each response as it comes."""
    with wire_cut_at(octets + b"B1 OK done\r\n", []).command(b"UID FETCH") as said:
        rows = [row for response in said if (row := read_row(response)) and b"ENVELOPE" in row.items]
    return {row.uid: detail_of(row) for row in rows if row.uid is not None}


hostile = st.lists(
    st.sampled_from(
        [
            *(b"\r\n", b")", b"{5}\r\n", b"{99999}\r\n", b"{3", b"}", b"~{2+}\r\n", b"B1 OK done\r\n", b'"'),
            *(b"\\", b"Bilan", b"\xe9", b"\0", b"\n", b"* BYE\r\n", b"UID 9 ", FLAGS, answer(9)),
        ]
    ),
    max_size=6,
).map(b"".join)
texts = st.builds(literal, hostile) | st.builds(quoted, hostile) | st.just(b"NIL")
messages = st.lists(
    st.tuples(st.integers(1, 30), texts, texts, st.integers(0, 3)), max_size=8, unique_by=lambda made: made[0]
)
noise = st.sampled_from([b"", FLAGS, b"* 12 EXISTS\r\n", b"* 3 EXPUNGE\r\n", b"* OK still here {500}\r\n"])


@settings(deadline=None)
@given(messages, st.lists(noise, max_size=9), st.lists(st.integers(1, 6000), max_size=20))
def test_a_frame_read_later_tells_what_it_would_have_told_at_once(
    told: list[tuple[int, bytes, bytes, int]], between: list[bytes], cuts: list[int]
) -> None:
    parts = [answer(*each) for each in told]
    for place, other in enumerate(between):
        parts.insert(2 * place, other)
    octets = b"".join(parts)
    frames = kept(octets, sorted(uid for uid, *_rest in told), cuts)
    found = {uid: detail_in(frame, uid) for uid, frame in frames.items()}
    assert found == read_at_once(octets)
    assert all(detail.readable for detail in found.values())
    assert set(found) == {uid for uid, *_rest in told}


def test_an_answer_cut_at_any_octet_is_the_same_frame() -> None:
    octets = answer(7, literal(b"B1 OK\r\n{4}\r\n")) + answer(8, literal(answer(7)))
    whole = kept(octets, [7, 8])
    assert [detail_in(whole[uid], uid).subject for uid in (7, 8)] == ["B1 OK  {4}", read_subject(answer(7))]
    for place in range(1, len(octets)):
        assert kept(octets, [7, 8], [place]) == whole, place


def read_subject(text: bytes) -> str:
    """A subject as it is shown that holds a whole answer: on one line."""
    return detail_in(answer(1, literal(text)), 1).subject


def test_a_message_inside_the_subject_of_another_one_is_none() -> None:
    octets = answer(7, literal(b"x\r\n" + answer(8, b'"faux"') + b"B1 OK done\r\n"))
    frames = kept(octets, [7, 8])
    assert set(frames) == {7}
    assert detail_in(frames[7], 7).attachments[0].filename == "EXEMPLE.pdf"


def test_a_frame_is_taken_for_no_other_message() -> None:
    frames = kept(answer(7), [7])
    assert detail_in(frames[7], 8) == UNREADABLE
    assert detail_in(frames[7].replace(b"UID 7", b"UID 7 UID 8"), 7) == UNREADABLE


def test_messages_nobody_asked_for_are_left_out() -> None:
    assert set(kept(answer(7) + answer(9) + answer(8) + answer(11, order=2), [9])) == {9}


def test_items_in_another_order_tell_the_same() -> None:
    first, *others = [detail_in(kept(answer(7, order=turn), [7])[7], 7) for turn in range(4)]
    assert others == [first] * 3
    assert first.readable


def test_lower_case_names_tell_the_same() -> None:
    lower = re.sub(rb"(UID|ENVELOPE|BODYSTRUCTURE|FETCH)", lambda found: found[1].lower(), answer(7))
    assert detail_in(kept(lower, [7])[7], 7) == detail_in(answer(7), 7)


def test_a_message_that_is_told_twice_is_unreadable() -> None:
    frames = kept(answer(7) + answer(8) + answer(7, b'"autre"'), [7, 8])
    assert frames[7] == b""
    assert detail_in(frames[7], 7) == UNREADABLE
    assert detail_in(frames[8], 8).subject == "Bilan"


def test_flags_that_change_meanwhile_are_no_frame() -> None:
    assert set(kept(FLAGS + answer(7) + FLAGS, [7])) == {7}
    assert kept(FLAGS, [7]) == {}
    assert detail_in(kept(FLAGS + answer(7) + FLAGS, [7])[7], 7).subject == "Bilan"


def test_an_answer_that_is_too_long_is_unreadable_and_hides_no_other() -> None:
    for size in (MOST_KEPT, 2_000_000):
        for long in (literal(b"a" * size), quoted(b"a" * size)):
            octets = answer(7, long) + answer(8) + answer(9, long, order=3) + answer(10)
            frames = kept(octets, [7, 8, 9, 10])
            shown = {uid: detail_in(frame, uid).readable for uid, frame in frames.items()}
            assert shown.get(7, False) is shown.get(9, False) is False
            assert shown[8] is shown[10] is True


def test_a_hopeless_answer_is_unreadable_and_hides_no_other() -> None:
    octets = b'* 1 FETCH (UID 7 ENVELOPE (NIL "unclosed\r\n' + answer(8)
    frames = kept(octets, [7, 8])
    assert detail_in(frames[7], 7) == UNREADABLE
    assert detail_in(frames[8], 8).readable


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_octets_at_all_upset_who_reads_a_frame(octets: bytes) -> None:
    frame = b"* 1 FETCH (UID 7 " + octets
    assert isinstance(detail_in(frame, 7), MessageDetail)
    assert b"".join(response_in(frame).pieces)
