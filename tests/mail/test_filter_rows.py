"""A filter over the rows of a listing keeps what it would keep message by message, and knows what to read."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.mail.dates import UNKNOWN_DATE
from balt.mail.facts import Facts, facts_of, read_facts
from balt.mail.filters import Filter, Term, parse_filter
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import Flag, Folder, FolderRole, Message, MessageDetail
from tests.mail.plain_reading import plainly_fits
from tests.mail.test_filter_properties import DETAILS, KNOWN, MESSAGES, SIGNED
from tests.mail.test_filters import CLOCK, INBOX, MEBI, NOW

WHAT_IS_KNOWN = st.sampled_from(["nothing", "facts", "detail", "both"])
ROWS = st.lists(st.tuples(MESSAGES, DETAILS, WHAT_IS_KNOWN), max_size=8)
FILTERS = st.lists(SIGNED, max_size=4).map(lambda terms: parse_filter(" ".join(terms), CLOCK))


def listing_of(rows: Sequence[tuple[Message, MessageDetail, str]]) -> Listing:
    """A folder with these messages, and of each detail what is said to be known."""
    made = Listing("INBOX", 1, len(rows) + 1)
    for uid, (message, _detail, _known) in enumerate(rows, start=1):
        made.uids.append(uid)
        made.sizes.append(UNKNOWN_SIZE if message.size is None else message.size)
        made.dates.append(UNKNOWN_DATE if message.date is None else int(message.date.timestamp()))
        made.flags.append(int(message.flags))
    made.settle_facts()
    for row, (_message, detail, known) in enumerate(rows):
        if known in ("facts", "both"):
            made.facts[row] = facts_of(detail)
        if known in ("detail", "both"):
            made.details[row + 1] = detail
    return made


def one_by_one(wanted: Filter, listing: Listing, rows: Sequence[int]) -> list[int]:
    return [row for row in rows if wanted.matches(listing.message(row), INBOX)]


def label_of(name: str) -> Folder:
    return replace(INBOX, name=name)


@given(FILTERS, ROWS, st.randoms(use_true_random=False))
def test_rows_are_those_that_match_one_by_one(
    wanted: Filter, messages: list[tuple[Message, MessageDetail, str]], chance: Random
) -> None:
    listing = listing_of(messages)
    order = list(range(len(listing)))
    chance.shuffle(order)
    expected = one_by_one(wanted, listing, order)
    assert list(wanted.rows(listing, order, label_of)) == expected
    assert list(wanted.rows(listing, order, label_of)) == expected


@given(FILTERS, ROWS)
def test_reading_what_is_undecided_decides_all(
    wanted: Filter, messages: list[tuple[Message, MessageDetail, str]]
) -> None:
    listing = listing_of(messages)
    every = range(len(listing))
    undecided = wanted.undecided(listing, every, label_of)
    assert not set(undecided) & set(wanted.rows(listing, every, label_of))
    listing.learn({listing.uids[row]: messages[row][1] for row in undecided})
    assert not wanted.undecided(listing, every, label_of)
    all_known = listing_of([(message, detail, "both") for message, detail, _known in messages])
    assert list(wanted.rows(listing, every, label_of)) == one_by_one(wanted, all_known, every)


@given(FILTERS, st.lists(MESSAGES, max_size=8))
def test_what_was_read_once_and_let_go_of_is_selected_as_its_plain_reading_says(
    wanted: Filter, messages: list[Message]
) -> None:
    listing = listing_of([(message, MessageDetail(), "nothing") for message in messages])
    known = {uid: each.detail for uid, each in enumerate(messages, 1) if each.detail is not None}
    listing.learn(known)
    for uid in known:
        listing.details._forget(uid)
    said = wanted.describe().split(", ")
    assert list(wanted.rows(listing, range(len(messages)), label_of)) == [
        row
        for row, message in enumerate(messages)
        if all(plainly_fits(each, message, INBOX, NOW) for each in said)
    ]


@given(FILTERS, ROWS)
def test_only_what_may_still_fit_is_undecided(
    wanted: Filter, messages: list[tuple[Message, MessageDetail, str]]
) -> None:
    listing = listing_of(messages)
    expected = []
    for row in range(len(listing)):
        message = listing.message(row)
        unknown = [term for term in wanted.terms if not tells(term, message)]
        others = [term for term in wanted.terms if term not in unknown]
        if unknown and all(term.matches(message, INBOX) for term in others):
            expected.append(row)
    assert list(wanted.undecided(listing, range(len(listing)), label_of)) == expected


def tells(term: Term, message: Message) -> bool:
    """Whether what is known of a message decides a term."""
    if term.needs == "columns" or message.detail is not None:
        return True
    return message.facts is not None and (term.needs == "facts" or not message.facts.readable)


@given(KNOWN)
def test_what_a_message_holds_is_told_alike_by_facts_and_by_a_plain_reading(message: Message) -> None:
    for value in ("attachment", "pdf", "image", "xdm", "cda"):
        wanted = parse_filter(f"has:{value}", CLOCK)
        by_facts = replace(message, detail=None, facts=facts_known(message))
        assert wanted.matches(by_facts, INBOX) is plainly_fits(wanted.describe(), message, INBOX, NOW)


def facts_known(message: Message) -> Facts | None:
    assert message.detail is not None
    return read_facts(facts_of(message.detail))


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("older:2y", "columns"),
        ("larger:5M", "columns"),
        ("is:read", "columns"),
        ("in:INBOX", "columns"),
        ("has:pdf", "facts"),
        ("kind:receipt", "facts"),
        ("from:labo", "texts"),
        ("labo", "texts"),
    ],
)
def test_a_term_says_what_it_needs(text: str, needs: str) -> None:
    [term] = parse_filter(text, CLOCK).terms
    assert term.needs == needs
    assert term.needs_details is (needs != "columns")


def test_facts_alone_decide_kinds_and_no_detail_is_asked_for() -> None:
    listing = listing_of([(message(), MessageDetail(has_cda=True), "facts")] * 2)
    wanted = parse_filter("has:cda larger:1M", CLOCK)
    assert list(wanted.rows(listing, range(2))) == [0, 1]
    assert not wanted.undecided(listing, range(2))


def test_a_folder_fits_by_its_name_or_its_label() -> None:
    listing = listing_of([(message(), MessageDetail(), "nothing")])
    wanted = parse_filter('in:"boite de reception"', CLOCK)
    assert not wanted.rows(listing, range(1))
    assert wanted.rows(listing, range(1), lambda name: Folder(name, "Boîte de réception", FolderRole.INBOX))


def test_more_rows_than_one_piece_are_all_looked_at() -> None:
    listing = Listing("INBOX", 1, 1)
    for number in range(70_000):
        listing.uids.append(number + 1)
        listing.sizes.append(number % 2 * 6 * MEBI)
        listing.dates.append(UNKNOWN_DATE)
        listing.flags.append(0)
    assert list(parse_filter("larger:5M", CLOCK).rows(listing, range(70_000))) == list(range(1, 70_000, 2))


def message() -> Message:
    return Message(1, 6 * MEBI, NOW, Flag.SEEN)
