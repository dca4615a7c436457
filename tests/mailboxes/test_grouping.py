"""Groups: every message stands in exactly one, with all its octets; what was not read stands in none."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.filters import parse_filter
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Content, Flag, Kind, MessageDetail
from balt.mail.whole import whole
from balt.mailboxes.grouping import Grouping, Way, group_rows, learn_at_hand, rows_of_group, year_bounds
from balt.mailboxes.grouping_words import kind_name, masked_sender

PARIS = timezone(timedelta(hours=1))
CLOCK = FixedClock(datetime(2026, 11, 22, 9, tzinfo=PARIS))
LAST = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())

DETAILS = st.builds(
    MessageDetail,
    sender=st.sampled_from(["", "labo@bio.fr", "Labo@BIO.fr", "Élie@ch.fr", "zoe@ch.fr"]),
    kind=st.sampled_from(Kind),
    content=st.sampled_from(Content),
    has_cda=st.booleans(),
    failed=st.booleans(),
    readable=st.booleans(),
)
ROWS = st.lists(
    st.tuples(
        st.one_of(st.just(UNKNOWN_SIZE), st.integers(0, 10**7)),
        st.one_of(st.just(UNKNOWN_DATE), st.integers(631_152_000, LAST)),
        st.one_of(st.none(), DETAILS),
    ),
    max_size=12,
)
Rows = Sequence[tuple[int, int, MessageDetail | None]]


def listing(rows: Rows, folder: str = "INBOX") -> Listing:
    made = Listing(folder, 1, len(rows) + 1)
    for uid, (size, date, _detail) in enumerate(rows, 1):
        made.uids.append(uid)
        made.sizes.append(size)
        made.dates.append(date)
        made.flags.append(int(Flag.SEEN))
    made.expected = len(made)
    made.settle_facts()
    made.learn({uid: detail for uid, (_s, _d, detail) in enumerate(rows, 1) if detail is not None})
    return made


def naive_key(way: Way, folder: str, date: int, detail: MessageDetail | None) -> "tuple[str | None] | None":
    """The key of one message, in a tuple; None where it is not known yet."""
    if way is Way.FOLDER:
        return (folder,)
    if way is Way.YEAR:
        return (None if date == UNKNOWN_DATE else str(datetime.fromtimestamp(date, PARIS).year),)
    if detail is None:
        return None
    if way is Way.SENDER:
        return (detail.sender.casefold() or None,)
    return (detail.kind.value if detail.readable else None,)


@given(
    st.dictionaries(st.sampled_from(["INBOX", "Envoyés", "Corbeille"]), ROWS), st.sampled_from(Way), st.data()
)
def test_groups_are_those_that_a_person_would_make_by_hand(
    content: dict[str, Rows], way: Way, data: st.DataObject
) -> None:
    made = whole([listing(rows, name) for name, rows in content.items()], {})
    every = [(name, *row) for name, rows in content.items() for row in rows]
    chosen = data.draw(st.lists(st.sampled_from(range(len(every))), unique=True)) if every else []
    expected: defaultdict[str | None, list[int]] = defaultdict(list)
    unread = []
    for row in chosen:
        folder, _size, date, detail = every[row]
        key = naive_key(way, folder, date, detail)
        if key is None:
            unread.append(row)
        else:
            expected[key[0]].append(row)
    found = group_rows(made, chosen, way, CLOCK)
    assert {group.key: list(group.rows) for group in found.groups} == dict(expected)
    assert list(found.unread) == unread
    assert found.messages + len(found.unread) == len(chosen)
    for group in found.groups:
        sizes = [every[row][1] for row in group.rows]
        assert group.size == sum(size for size in sizes if size != UNKNOWN_SIZE)
        assert group.unsized == sizes.count(UNKNOWN_SIZE)
        assert list(rows_of_group(made, chosen, way, group.key, CLOCK)[0]) == list(group.rows)
    assert all(first.size >= second.size for first, second in pairwise(found.groups))


@given(ROWS)
def test_fine_kinds_are_parts_of_the_kinds(rows: Rows) -> None:
    made = listing(rows)
    every = range(len(made))
    coarse = {group.key: group for group in group_rows(made, every, Way.KIND, CLOCK).groups}
    fine = group_rows(made, every, Way.KIND, CLOCK, fine=True)
    sums: defaultdict[str | None, int] = defaultdict(int)
    for group in fine.groups:
        sums[group.key.partition(".")[0] if group.key else None] += len(group)
        assert group.key is None or kind_name(group.key)
    assert sums == {key: len(group) for key, group in coarse.items()}


@given(ROWS)
def test_the_key_of_a_kind_is_what_the_filter_language_calls_it(rows: Rows) -> None:
    made = listing(rows)
    every = range(len(made))
    for group in group_rows(made, every, Way.KIND, CLOCK).groups:
        if group.key is not None:
            assert list(parse_filter(f"kind:{group.key}", CLOCK).rows(made, every)) == list(group.rows)


@given(st.lists(st.integers(631_152_000, LAST), max_size=8))
def test_a_year_is_what_after_and_before_select(dates: list[int]) -> None:
    made = listing([(10, date, None) for date in dates])
    every = range(len(made))
    for group in group_rows(made, every, Way.YEAR, CLOCK).groups:
        year = int(group.key or 0)
        text = f"after:{year}-01-01 before:{year + 1}-01-01"
        assert list(parse_filter(text, CLOCK).rows(made, every)) == list(group.rows)


def test_a_year_begins_at_midnight_of_the_clock() -> None:
    midnight = int(datetime(2024, 1, 1, tzinfo=PARIS).timestamp())
    made = listing([(1, midnight - 1, None), (1, midnight, None), (1, 0, None)])
    groups = group_rows(made, range(3), Way.YEAR, CLOCK).groups
    assert {group.key: list(group.rows) for group in groups} == {"2023": [0], "2024": [1], "1970": [2]}
    assert year_bounds(CLOCK.now())[-1] == int(datetime(2027, 1, 1, tzinfo=PARIS).timestamp())


def by_sender(made: Listing) -> dict[str | None, list[int]]:
    found: Grouping = group_rows(made, range(len(made)), Way.SENDER, CLOCK)
    return {group.key: [made.uids[row] for row in group.rows] for group in found.groups}


def test_a_sender_stays_known_when_the_details_were_let_go_of() -> None:
    made = listing([(10, LAST, None)] * 3)
    made.details = type(made.details)(most_read=1)
    for uid, sender in ((1, "a@b.fr"), (2, "c@d.fr"), (3, "A@b.fr")):
        made.learn({uid: MessageDetail(sender=sender)})
    assert made.details.get(1) is None
    assert by_sender(made) == {"a@b.fr": [1, 3], "c@d.fr": [2]}


def test_what_the_listing_has_at_hand_is_not_read_again() -> None:
    made = listing([(10, LAST, None)] * 2)
    made.details[2] = MessageDetail(sender="a@b.fr", kind=Kind.RECEIPT)
    unread = group_rows(made, range(2), Way.SENDER, CLOCK).unread
    assert list(unread) == [0, 1]
    assert learn_at_hand(made, unread)
    assert list(group_rows(made, range(2), Way.SENDER, CLOCK).unread) == [0]
    assert not learn_at_hand(made, [0])


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("camille.exemple@medecin.mssante.fr", "…@medecin.mssante.fr"),
        ("dr exemple", "expéditeur sans adresse"),
        (None, "(sans expéditeur)"),
    ],
)
def test_a_masked_sender_is_a_domain(key: str | None, shown: str) -> None:
    assert masked_sender(key) == shown


def test_every_kind_has_words_of_its_own() -> None:
    assert len({kind_name(kind.value) for kind in Kind}) == len(Kind)
