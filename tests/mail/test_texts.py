"""The texts of messages that were read once stay at hand, go along with their listing, and are bounded."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from balt.mail.filters import parse_filter
from balt.mail.index_schema import COLUMNS
from balt.mail.listing import Listing
from balt.mail.model import MessageDetail
from balt.mail.row_numbers import NOT_KNOWN
from balt.mail.texts import YES, TextColumn, Texts, holds
from balt.mail.whole import whole
from balt.text import fold
from tests.mail.test_filters import CLOCK

WORDS = st.text("abÉé ÿ\ud800\0", max_size=3)
DETAILS = st.builds(
    MessageDetail,
    sender=WORDS,
    sender_name=WORDS,
    recipients=st.lists(WORDS, max_size=2).map(tuple),
    subject=WORDS,
    readable=st.sampled_from([True, True, True, False]),
)
KNOWN = st.lists(st.none() | DETAILS, max_size=8)
FIELDS = st.sampled_from([("from",), ("to",), ("subject",), ("from", "subject")])
NEEDLES = st.text("abeE y\ud800\0", min_size=1, max_size=2).map(fold).filter(bool)


def listing(details: Sequence[MessageDetail | None], folder: str = "INBOX", first: int = 1) -> Listing:
    made = Listing(folder, 1, first + len(details))
    for uid in range(first, first + len(details)):
        made.uids.append(uid)
        made.sizes.append(1)
        made.dates.append(1)
        made.flags.append(0)
    made.learn({uid: detail for uid, detail in enumerate(details, first) if detail is not None})
    made.expected = len(made)
    return made


def found(made: Listing, needle: str, fields: Sequence[str], *, negated: bool = False) -> list[int]:
    """The rows whose kept texts fit."""
    fits = made.texts.texts.fitting([(needle, fields, negated)])  # type: ignore[list-item]
    return [row for row in range(len(made)) if fits[made.texts.number(row)] == YES]


def expected(details: Sequence[MessageDetail | None], needle: str, fields: Sequence[str]) -> list[int]:
    return [
        row
        for row, detail in enumerate(details)
        if detail is not None and detail.readable and holds(detail, needle, fields)  # type: ignore[arg-type]
    ]


@given(KNOWN, NEEDLES, FIELDS)
def test_a_text_is_found_where_one_of_its_fields_holds_it(
    details: list[MessageDetail | None], needle: str, fields: Sequence[str]
) -> None:
    made = listing(details)
    holding = expected(details, needle, fields)
    readable = [row for row, detail in enumerate(details) if detail is not None and detail.readable]
    assert found(made, needle, fields) == holding
    assert found(made, needle, fields, negated=True) == [row for row in readable if row not in holding]


@given(KNOWN, KNOWN, NEEDLES, FIELDS, st.data())
def test_texts_go_along_with_their_rows(
    details: list[MessageDetail | None],
    more: list[MessageDetail | None],
    needle: str,
    fields: Sequence[str],
    data: st.DataObject,
) -> None:
    a, b = sorted(data.draw(st.tuples(st.integers(0, len(details)), st.integers(0, len(details)))))
    kept = details[:a] + details[b:]
    part = listing(details).part(range(a), range(b, len(details)))
    assert found(part, needle, fields) == expected(kept, needle, fields)
    part.extend(listing(more, first=100))
    assert found(part, needle, fields) == expected(kept + more, needle, fields)
    both = whole([listing(details), listing(more, "Sent")], {})
    assert found(both, needle, fields) == expected(details + more, needle, fields)


@given(KNOWN, st.sets(st.integers(1, 8)), NEEDLES)
def test_a_listing_anew_inherits_the_texts(
    details: list[MessageDetail | None], gone: set[int], needle: str
) -> None:
    known = listing(details)
    fresh = Listing("INBOX", 1, known.uidnext)
    fresh.uids.extend(uid for uid in known.uids if uid not in gone)
    fresh.inherit(known)
    left = [detail for uid, detail in enumerate(details, 1) if uid not in gone]
    assert found(fresh, needle, ("subject",)) == expected(left, needle, ("subject",))


def test_a_new_filter_reads_nothing_again_once_details_are_let_go_of() -> None:
    made = listing([MessageDetail(sender="labo@bio.fr"), MessageDetail(sender="zoe@x.fr"), None])
    for uid in (1, 2):
        made.details._forget(uid)
    for text, rows in (("from:labo", [0]), ("-from:labo", [1]), ("from:l kind:other", [0])):
        wanted = parse_filter(text, CLOCK)
        assert (list(wanted.rows(made, range(3))), list(wanted.undecided(made, range(3)))) == (rows, [2])


def test_what_was_at_hand_unread_is_kept_once_it_is_looked_at() -> None:
    made = listing([None, None])
    made.details.update({1: MessageDetail(subject="Bilan"), 2: MessageDetail(subject="Autre")})
    assert list(parse_filter("bilan", CLOCK).rows(made, range(2))) == [0]
    assert [made.texts.number(row) != NOT_KNOWN for row in range(2)] == [True, True]


def test_what_is_too_much_is_not_kept_and_is_read_again() -> None:
    made = listing([None] * 3)
    made.texts = TextColumn(Texts(most_octets=1200))
    made.learn({uid: MessageDetail(subject=f"{uid}" * 300) for uid in (1, 2, 3)})
    assert [made.texts.number(row) != NOT_KNOWN for row in range(3)] == [True, True, False]
    assert made.texts.texts.octets <= 1200
    wanted = parse_filter("subject:3", CLOCK)
    assert list(wanted.rows(made, range(3))) == [2]
    made.details._forget(3)
    assert list(wanted.undecided(made, range(3))) == [2]


def test_texts_for_which_there_is_no_room_are_not_taken_over() -> None:
    known, small = listing([MessageDetail(subject="a" * 500)]), Texts(most_octets=400)
    column = TextColumn(small)
    column.put(0, known.texts, range(1))
    assert column.number(0) == NOT_KNOWN
    assert small.octets <= 400


def test_texts_that_come_while_a_filter_looks_are_for_the_next_look() -> None:
    made = listing([MessageDetail(subject="bilan"), None])
    fits = made.texts.texts.fitting([("bilan", ("subject",), False)])
    made.learn({2: MessageDetail(subject="bilan")})
    assert len(fits) == made.texts.number(1)


def test_a_sender_is_kept_once_and_a_message_too() -> None:
    texts = Texts()
    one = MessageDetail(sender="labo@bio.fr", recipients=("moi@x.fr",), subject="a")
    texts.add(one)
    before = texts.octets
    texts.add(replace(one, subject="b"))
    assert texts.octets - before < 30
    made = listing([one])
    numbers = made.texts.number(0)
    made.learn({1: one})
    assert made.texts.number(0) == numbers


def test_no_text_is_among_what_the_index_keeps() -> None:
    assert "texts" not in COLUMNS
