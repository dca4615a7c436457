"""A listing sorts by size, date and sender; what is unknown comes last, whichever way."""

from collections.abc import Sequence

import pytest

from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import UNKNOWN_SIZE, Listing, SortKey
from balt.mail.model import Flag, MessageDetail

Rows = Sequence[tuple[int, int, int]]


def listing(rows: Rows) -> Listing:
    made = Listing("INBOX", 1, 100)
    for uid, size, date in rows:
        made.uids.append(uid)
        made.sizes.append(size)
        made.dates.append(date)
        made.flags.append(int(Flag.SEEN))
    return made


DAY = 86_400
ROWS = [(3, 500, 20 * DAY), (5, UNKNOWN_SIZE, 10 * DAY), (8, 900, UNKNOWN_DATE), (9, 500, 10 * DAY)]


@pytest.mark.parametrize(
    ("key", "reverse", "uids"),
    [
        ("size", False, [8, 3, 9, 5]),
        ("size", True, [3, 9, 8, 5]),
        ("date", False, [5, 9, 3, 8]),
        ("date", True, [3, 5, 9, 8]),
    ],
)
def test_rows_sort_with_the_unknown_last(key: SortKey, reverse: bool, uids: list[int]) -> None:
    made = listing(ROWS)
    assert [made.uids[row] for row in made.order(key, reverse)] == uids


@pytest.mark.parametrize(("reverse", "uids"), [(False, [9, 3, 5, 8]), (True, [3, 9, 5, 8])])
def test_senders_sort_without_case_and_accents(reverse: bool, uids: list[int]) -> None:
    made = listing(ROWS)
    made.details[3] = MessageDetail(sender="zoe@b.fr")
    made.details[9] = MessageDetail(sender="Élie@a.fr")
    assert [made.uids[row] for row in made.order("from", reverse)] == uids


def test_a_message_says_none_for_what_is_unknown() -> None:
    made = listing(ROWS)
    assert made.message(1).size is None
    assert made.message(2).date is None
    assert made.message(0).flags is Flag.SEEN


def test_a_message_carries_its_detail_once_it_is_read() -> None:
    made = listing(ROWS)
    made.details[3] = MessageDetail(subject="Bilan")
    assert made.message(0).detail == MessageDetail(subject="Bilan")
    assert made.message(1).detail is None


def test_a_row_is_found_by_its_uid() -> None:
    made = listing(ROWS)
    assert [made.index_of(uid) for uid in (3, 4, 9, 10)] == [0, None, 3, None]


def test_the_total_counts_known_sizes_only() -> None:
    assert listing(ROWS).total_size() == 1900


def test_an_empty_folder_has_nothing_to_sort() -> None:
    assert list(listing([]).order("size")) == []
    assert listing([]).total_size() == 0


def test_a_flag_more_is_another_listing_that_shares_all_else() -> None:
    made = listing([(uid, 100, DAY) for uid in (3, 5, 8, 9, 200)])
    marked = made.with_flag(Flag.INTEGRATED, [(1, 4), (8, 8), (10, 900)])
    assert [bool(flags & Flag.INTEGRATED) for flags in marked.flags] == [True, False, True, False, True]
    assert all(flags & Flag.SEEN for flags in marked.flags)
    assert not any(flags & Flag.INTEGRATED for flags in made.flags)
    assert marked.continues(made)
    made.learn({5: MessageDetail(sender="labo@bio-fictive.mssante.fr")})
    found = marked.message(1)
    assert found.detail is not None
    assert found.facts is not None
    assert marked.with_flag(Flag.INTEGRATED, [(8, 8)]) is marked
    assert made.with_flag(Flag.INTEGRATED, []) is made
